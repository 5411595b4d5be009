/*
 * student.c - how well a mean is known.
 *
 * For a whole number of degrees of freedom the distribution is a finite sum
 * (Abramowitz and Stegun 26.7.3 and 26.7.4), which bisection turns round; for
 * many degrees a series in 1/degrees about the normal quantile (26.7.5) is
 * exact to nine digits. The normal quantile is Wichura's AS 241.
 */
#include "sim/engine/student.h"

#include "sim/engine/random.h"

#define DEGREES_EXACT 200
#define DEGREES_MOST 100000 /* more change nothing in five digits */
#define HALF_PI 1.57079632679489661923

/* Halving the angle three times brings it where the series is short. */
static double arc_tangent(double x)
{
    double square, sum = 0, power;

    for (int i = 0; i < 3; i++)
        x = x / (1 + ts_sqrt(1 + x * x));
    square = x * x;
    power = x;
    for (int k = 1; k < 40; k += 2) {
        sum += (k % 4 == 1 ? power : -power) / k;
        power *= square;
    }
    return 8 * sum;
}

/* The share of the distribution between -t and t. */
static double within(double t, int64_t degrees)
{
    double n = (double)degrees;
    double sine = t / ts_sqrt(n + t * t);
    double cosine2 = n / (n + t * t);
    double term = 1, sum = 0;

    assert(t >= 0 && degrees >= 1);
    /* 1 + 1/2 cos^2 + 1*3/(2*4) cos^4 ... or cos + 2/3 cos^3 + ... */
    for (int64_t k = degrees % 2; k <= degrees - 2; k += 2) {
        sum += term;
        term *= cosine2 * (double)(k + 1) / (double)(k + 2);
    }
    if (degrees % 2 == 0)
        return sine * sum;
    if (degrees > 1)
        sum *= ts_sqrt(cosine2) * sine;
    return (arc_tangent(t / ts_sqrt(n)) + sum) / HALF_PI;
}

static double ratio(const double *a, const double *b, double r)
{
    double above = 0, below = 0;

    for (int i = 7; i >= 0; i--) {
        above = above * r + a[i];
        below = below * r + b[i];
    }
    return above / below;
}

/* The z with a share p below it, p > 1/2: Wichura 1988, PPND16. */
static double normal_quantile(double p)
{
    static const double a[] = {
        3.3871328727963666080e0,  1.3314166789178437745e+2,
        1.9715909503065514427e+3, 1.3731693765509461125e+4,
        4.5921953931549871457e+4, 6.7265770927008700853e+4,
        3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[] = {1.0,
                               4.2313330701600911252e+1,
                               6.8718700749205790830e+2,
                               5.3941960214247511077e+3,
                               2.1213794301586595867e+4,
                               3.9307895800092710610e+4,
                               2.8729085735721942674e+4,
                               5.2264952788528545610e+3};
    static const double c[] = {
        1.42343711074968357734e0,  4.63033784615654529590e0,
        5.76949722146069140550e0,  3.64784832476320460504e0,
        1.27045825245236838258e0,  2.41780725177450611770e-1,
        2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1.0,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    double q = p - 0.5;

    assert(p >= 0.5 && p < 1);
    if (q <= 0.425)
        return q * ratio(a, b, 0.180625 - q * q);
    return ratio(c, d, ts_sqrt(-ts_log(1 - p)) - 1.6);
}

static double series(double z, double n)
{
    double z2 = z * z, z3 = z2 * z, z5 = z3 * z2, z7 = z5 * z2, z9 = z7 * z2;

    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n) +
           (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n) +
           (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) /
               (92160 * n * n * n * n);
}

double ts_student(double confidence, int64_t degrees)
{
    double low = 0, high = 1;

    assert(confidence >= 0 && confidence < 1);
    if (degrees < 1)
        return 0;
    if (degrees > DEGREES_EXACT)
        return series(normal_quantile((1 + confidence) / 2), (double)degrees);
    for (int i = 0; i < 60 && within(high, degrees) < confidence; i++)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;

        if (within(middle, degrees) < confidence)
            low = middle;
        else
            high = middle;
    }
    return high;
}

double ts_student_beyond(double t, int64_t degrees)
{
    double inside;

    if (degrees < 1)
        return 1;
    inside =
        within(t < 0 ? -t : t, degrees < DEGREES_MOST ? degrees : DEGREES_MOST);
    return inside < 1 ? 1 - inside : 0;
}

void ts_moments_add(ts_moments *moments, double value)
{
    double change = value - moments->mean;

    moments->count++;
    moments->mean += change / (double)moments->count;
    moments->squares += change * (value - moments->mean);
}

double ts_moments_deviation(const ts_moments *moments)
{
    if (moments->count < 2)
        return 0;
    return ts_sqrt(moments->squares / (double)(moments->count - 1));
}

double ts_moments_error(const ts_moments *moments)
{
    if (moments->count < 2)
        return 0;
    return ts_moments_deviation(moments) / ts_sqrt((double)moments->count);
}

double ts_moments_half_width(const ts_moments *moments, double confidence)
{
    if (moments->count < 2)
        return 0;
    return ts_student(confidence, moments->count - 1) *
           ts_moments_error(moments);
}
