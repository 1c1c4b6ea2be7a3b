/* The algebra that numpy's core is linked with, in the place of OpenBLAS: 25 MB less, and slower.
 *
 * The product multiplies no matrices; numpy asks for a product of two vectors as it is imported, and whatever
 * else is asked is answered by the plain sums here. 64-bit whole numbers and names as numpy's wheels have them.
 */
#include <stdint.h>

typedef int64_t count;
enum { ROWS_FIRST = 101, AS_IT_IS = 111, CONJUGATED = 113, UPPER = 121 };

#define NAMED(letter, name) scipy_cblas_##letter##name##64_
#define FIRST(n, step) ((step) < 0 ? (1 - (n)) * (step) : 0)
#define AT(turned, row, column, width) ((turned) ? (column) * (width) + (row) : (row) * (width) + (column))

/* A matrix lies turned in memory where its order says so, or else where it is to be read transposed. */
#define TURNED(order, kind) (((order) == ROWS_FIRST) == ((kind) != AS_IT_IS))

/* `T` a number, `GIVEN` how a factor is handed over, `IS` what it is, `CONJ` a number's conjugate. */
#define ALGEBRA(letter, T, GIVEN, IS, CONJ)                                                                  \
    void NAMED(letter, axpy)(count n, GIVEN a, const T *x, count by_x, T *y, count by_y) {                   \
        x += FIRST(n, by_x), y += FIRST(n, by_y);                                                            \
        for (count i = 0; i < n; i++) y[i * by_y] += IS(a) * x[i * by_x];                                    \
    }                                                                                                        \
    void NAMED(letter, gemm)(int order, int kind_a, int kind_b, count m, count n, count k, GIVEN alpha,      \
                             const T *a, count wide_a, const T *b, count wide_b, GIVEN beta, T *c,           \
                             count wide_c) {                                                                 \
        for (count i = 0; i < m; i++)                                                                        \
            for (count j = 0; j < n; j++) {                                                                  \
                T sum = 0, *at = &c[AT(order != ROWS_FIRST, i, j, wide_c)];                                  \
                for (count l = 0; l < k; l++) {                                                              \
                    T left = a[AT(TURNED(order, kind_a), i, l, wide_a)];                                     \
                    T right = b[AT(TURNED(order, kind_b), l, j, wide_b)];                                    \
                    sum += (kind_a == CONJUGATED ? CONJ(left) : left) *                                      \
                           (kind_b == CONJUGATED ? CONJ(right) : right);                                     \
                }                                                                                            \
                *at = IS(alpha) * sum + (IS(beta) == 0 ? 0 : IS(beta) * *at);                                \
            }                                                                                                \
    }                                                                                                        \
    void NAMED(letter, gemv)(int order, int kind, count m, count n, GIVEN alpha, const T *a, count wide,     \
                             const T *x, count by_x, GIVEN beta, T *y, count by_y) {                         \
        count rows = kind == AS_IT_IS ? m : n, columns = kind == AS_IT_IS ? n : m;                           \
        x += FIRST(columns, by_x), y += FIRST(rows, by_y);                                                   \
        for (count i = 0; i < rows; i++) {                                                                   \
            T sum = 0, *at = &y[i * by_y];                                                                   \
            for (count j = 0; j < columns; j++) {                                                            \
                T left = a[AT(TURNED(order, kind), i, j, wide)];                                             \
                sum += (kind == CONJUGATED ? CONJ(left) : left) * x[j * by_x];                               \
            }                                                                                                \
            *at = IS(alpha) * sum + (IS(beta) == 0 ? 0 : IS(beta) * *at);                                    \
        }                                                                                                    \
    }                                                                                                        \
    void NAMED(letter, syrk)(int order, int half, int kind, count n, count k, GIVEN alpha, const T *a,       \
                             count wide_a, GIVEN beta, T *c, count wide_c) {                                 \
        for (count i = 0; i < n; i++)                                                                        \
            for (count j = half == UPPER ? i : 0; j < (half == UPPER ? n : i + 1); j++) {                    \
                T sum = 0, *at = &c[AT(order != ROWS_FIRST, i, j, wide_c)];                                  \
                for (count l = 0; l < k; l++)                                                                \
                    sum += a[AT(TURNED(order, kind), i, l, wide_a)] *                                        \
                           a[AT(TURNED(order, kind), j, l, wide_a)];                                         \
                *at = IS(alpha) * sum + (IS(beta) == 0 ? 0 : IS(beta) * *at);                                \
            }                                                                                                \
    }

#define DOT(letter, T)                                                                                       \
    T NAMED(letter, dot)(count n, const T *x, count by_x, const T *y, count by_y) {                          \
        T sum = 0;                                                                                           \
        x += FIRST(n, by_x), y += FIRST(n, by_y);                                                            \
        for (count i = 0; i < n; i++) sum += x[i * by_x] * y[i * by_y];                                      \
        return sum;                                                                                          \
    }

#define DOT_INTO(letter, name, T, LEFT)                                                                      \
    void NAMED(letter, name)(count n, const T *x, count by_x, const T *y, count by_y, T *sum) {              \
        x += FIRST(n, by_x), y += FIRST(n, by_y);                                                            \
        *sum = 0;                                                                                            \
        for (count i = 0; i < n; i++) *sum += LEFT(x[i * by_x]) * y[i * by_y];                               \
    }

#define ITSELF(it) (it)
#define POINTED(it) (*(it))
#define CONJUGATE(it) (~(it))

ALGEBRA(s, float, float, ITSELF, ITSELF)
ALGEBRA(d, double, double, ITSELF, ITSELF)
ALGEBRA(c, float _Complex, const float _Complex *, POINTED, CONJUGATE)
ALGEBRA(z, double _Complex, const double _Complex *, POINTED, CONJUGATE)
DOT(s, float)
DOT(d, double)
DOT_INTO(c, dotu_sub, float _Complex, ITSELF)
DOT_INTO(c, dotc_sub, float _Complex, CONJUGATE)
DOT_INTO(z, dotu_sub, double _Complex, ITSELF)
DOT_INTO(z, dotc_sub, double _Complex, CONJUGATE)
