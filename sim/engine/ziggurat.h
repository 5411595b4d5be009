/*
 * ziggurat.h - tables for sampling exponential and normal values (Marsaglia
 * and Tsang 2000) without a logarithm in the common case.
 *
 * Layer i reaches from y[i] to y[i + 1] and is x[i] wide; f(x[i]) = y[i] for
 * i > 0. A point left of x[i + 1] is under the curve for certain (98.9 % of
 * exponential draws, 99.3 % of normal ones); one right of it is compared with
 * f, or, in layer 0, replaced by a draw from the tail beyond x[1].
 */
#ifndef TS_ENGINE_ZIGGURAT_H
#define TS_ENGINE_ZIGGURAT_H

#define TS_ZIGGURAT 256

extern const double ts_ziggurat_exponential_x[TS_ZIGGURAT + 1];
extern const double ts_ziggurat_exponential_y[TS_ZIGGURAT + 1];
extern const double ts_ziggurat_normal_x[TS_ZIGGURAT + 1];
extern const double ts_ziggurat_normal_y[TS_ZIGGURAT + 1];

#endif
