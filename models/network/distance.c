/*
 * distance.c - how far apart two places on Earth are.
 *
 * The haversine formula on a sphere of 6371.0088 km (the IUGG's mean radius),
 * as half the chord between two unit vectors. Sines by their series and the
 * arc sine by Newton's method: + - * / alone, the same bits everywhere.
 */
#include "models/network/link.h"

#define EARTH_KM 6371.0088
#define PI 0x1.921fb54442d18p+1

/* For |x| up to 2 pi the terms fall below the last bit before n = 60. */
static double series(double x, double term, int n)
{
    double sum = 0;

    for (; n < 60; n += 2) {
        sum += term;
        term = -term * x * x / (double)(n * (n + 1));
    }
    return sum;
}

static double sine(double x)
{
    return series(x, x, 2);
}

static double cosine(double x)
{
    return series(x, 1, 1);
}

/* Of 0 <= y <= 1. Newton converges from above on this concave stretch; near
 * 1, where the slope vanishes, half angles keep it away. */
static double arc_sine(double y)
{
    double x = y;

    if (y > 0.75) /* asin y = pi/2 - 2 asin sqrt((1 - y) / 2) */
        return PI / 2 - 2 * arc_sine(ts_sqrt((1 - y) / 2));
    for (int i = 0; i < 20; i++)
        x -= (sine(x) - y) / cosine(x);
    return x;
}

double ts_great_circle(const double from[2], const double to[2])
{
    double a = from[0] * PI / 180, b = to[0] * PI / 180;
    double up = sine((b - a) / 2);
    double across = sine((to[1] - from[1]) * PI / 360);
    double h = up * up + cosine(a) * cosine(b) * across * across;

    return 2 * EARTH_KM * arc_sine(ts_sqrt(h > 1 ? 1 : h));
}
