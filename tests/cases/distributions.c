/*
 * distributions.c - see distributions.h.
 */
#include "distributions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void say_hyperexponential(family *f, const cJSON *service)
{
    double p = number(f, service, "p");

    say(f, "{\"hyperexponential\": [{\"weight\": %.17g, \"mean\": ", p);
    say_time(f, number(f, service, "mean1"));
    say(f, "}, {\"weight\": %.17g, \"mean\": ", 1 - p);
    say_time(f, number(f, service, "mean2"));
    say(f, "}]}");
}

static void say_discrete(family *f, const cJSON *service)
{
    const cJSON *row;
    int n = 0;

    say(f, "{\"empirical\": [");
    cJSON_ArrayForEach(row, part(service, "values"))
    {
        say(f, "%s{\"weight\": %.17g, \"value\": ", n++ ? ", " : "",
            column(f, row, 0));
        say_time(f, column(f, row, 1));
        say(f, "}");
    }
    say(f, "]}");
}

static void say_pareto(family *f, const cJSON *service)
{
    say(f, "{\"pareto\": {\"shape\": %.17g, \"min\": ",
        number(f, service, "alpha"));
    say_time(f, number(f, service, "low"));
    say(f, ", \"max\": ");
    say_time(f, number(f, service, "high"));
    say(f, "}}");
}

void say_service(family *f, const cJSON *service)
{
    if (is(service, "dist", "deterministic")) {
        say_time(f, number(f, service, "mean"));
    } else if (is(service, "dist", "exponential")) {
        say(f, "{\"exponential\": ");
        say_time(f, number(f, service, "mean"));
        say(f, "}");
    } else if (is(service, "dist", "erlang")) {
        say(f, "{\"erlang\": {\"stages\": %lld, \"mean\": ",
            (long long)whole(f, service, "k"));
        say_time(f, number(f, service, "mean"));
        say(f, "}}");
    } else if (is(service, "dist", "uniform")) {
        say(f, "{\"uniform\": [");
        say_time(f, number(f, service, "low"));
        say(f, ", ");
        say_time(f, number(f, service, "high"));
        say(f, "]}");
    } else if (is(service, "dist", "lognormal")) {
        say(f, "{\"lognormal\": {\"mean\": ");
        say_time(f, number(f, service, "mean"));
        say(f, ", \"sd\": ");
        say_time(f,
                 number(f, service, "mean") * sqrt(number(f, service, "scv")));
        say(f, "}}");
    } else if (is(service, "dist", "hyperexponential")) {
        say_hyperexponential(f, service);
    } else if (is(service, "dist", "discrete")) {
        say_discrete(f, service);
    } else if (is(service, "dist", "bounded_pareto")) {
        say_pareto(f, service);
    } else {
        wrong(f, "unknown distribution \"%s\"", word(f, service, "dist"));
    }
}

/* Of a Pareto distribution with the density a l^a x^(-a-1) / (1 - (l/h)^a). */
static double pareto_moment(family *f, const cJSON *service, int moment)
{
    double a = number(f, service, "alpha"), l = number(f, service, "low");
    double h = number(f, service, "high");
    double whole_of_it = 1 - pow(l / h, a);

    if (a == moment)
        return a * pow(l, a) * log(h / l) / whole_of_it;
    return a * pow(l, a) * (pow(h, moment - a) - pow(l, moment - a)) /
           (moment - a) / whole_of_it;
}

static double discrete_moment(family *f, const cJSON *service, int moment)
{
    const cJSON *row;
    double sum = 0, weights = 0;

    cJSON_ArrayForEach(row, part(service, "values"))
    {
        sum += column(f, row, 0) * pow(column(f, row, 1), moment);
        weights += column(f, row, 0);
    }
    return sum / weights;
}

double service_mean(family *f, const cJSON *service)
{
    if (is(service, "dist", "uniform"))
        return (number(f, service, "low") + number(f, service, "high")) / 2;
    if (is(service, "dist", "hyperexponential")) {
        double p = number(f, service, "p");

        return p * number(f, service, "mean1") +
               (1 - p) * number(f, service, "mean2");
    }
    if (is(service, "dist", "discrete"))
        return discrete_moment(f, service, 1);
    if (is(service, "dist", "bounded_pareto"))
        return pareto_moment(f, service, 1);
    return number(f, service, "mean");
}

double service_square(family *f, const cJSON *service)
{
    double mean = service_mean(f, service), scv = 0;

    if (is(service, "dist", "exponential")) {
        scv = 1;
    } else if (is(service, "dist", "erlang")) {
        scv = 1 / number(f, service, "k");
    } else if (is(service, "dist", "lognormal")) {
        scv = number(f, service, "scv");
    } else if (is(service, "dist", "uniform")) {
        double width = number(f, service, "high") - number(f, service, "low");

        return mean * mean + width * width / 12;
    } else if (is(service, "dist", "hyperexponential")) {
        double p = number(f, service, "p"), a = number(f, service, "mean1");
        double b = number(f, service, "mean2");

        return 2 * (p * a * a + (1 - p) * b * b);
    } else if (is(service, "dist", "discrete")) {
        return discrete_moment(f, service, 2);
    } else if (is(service, "dist", "bounded_pareto")) {
        return pareto_moment(f, service, 2);
    }
    return mean * mean * (1 + scv);
}

void say_rate(family *f, const char *key, double rate)
{
    double a_second = rate * 1e12 / (double)f->unit;
    int decimals = a_second > 0 ? 15 - (int)floor(log10(a_second)) : 0;

    decimals = decimals < 0 ? 0 : decimals > 18 ? 18 : decimals;
    say(f, "\"%s\": \"%.*f/s\"", key, decimals, a_second);
}

/* Three digits and more have their point after the second. */
static double percent_of(const char *digits)
{
    double number = atof(digits);

    if (strchr(digits, '.') != NULL)
        return number;
    for (size_t n = strlen(digits); n > 2; n--)
        number /= 10;
    return number;
}

bool read_wish(const char *key, wish *w)
{
    static const char *const kinds[] = {"P_N_eq_", "W_p", "Wq_p"};

    for (int i = 0; i < 3; i++) {
        const char *digits = key + strlen(kinds[i]);
        const char *known = i == WISH_STATE ? "0123456789" : "0123456789.";

        if (strncmp(key, kinds[i], strlen(kinds[i])) != 0 || !*digits ||
            digits[strspn(digits, known)] != '\0')
            continue;
        w->kind = i == 0 ? WISH_STATE : i == 1 ? WISH_STAY : WISH_WAIT;
        w->number = i == WISH_STATE ? atof(digits) : percent_of(digits);
        return true;
    }
    return false;
}
