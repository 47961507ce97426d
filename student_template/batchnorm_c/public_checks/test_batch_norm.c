/* The public checks of batch_norm.c: small numbers, and gradients held against central differences.
 *
 *     test_batch_norm                    all functions
 *     test_batch_norm variance           one function, or several
 *     test_batch_norm --lines FILE ...   what was found, as lines for selfcheck.py
 *     test_batch_norm --no-gradients ... without central differences
 *
 * Exit code: 0 if all passed, 1 if something is wrong or not written yet, 2 if the command is not
 * understood. */
#include "declarations.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beside the largest number expected. Floats hold about seven digits. */
static const double CLOSE = 1e-4, CLOSE_TO_SLOPE = 3e-3;

/* A call of a function: what it is given, and what it should return. */
struct example {
    const char *function, *title;
    int rows, cols, groups;
    const float *d, *dm, *dv, *m, *v, *x;
    const double *expected; /* NULL: central differences say it */
    const char *hint;
};

#define FLOATS (const float[])
#define DOUBLES (const double[])

/* Three examples of two channels, 2 x 2 each. */
static const float MAPS[] = {1,  3, -2, 4, 0,  -1, -6, 1,  2, 5, -3, 0,
                             -2, -4, 1, 3, 6, -1, 2,  1, -3, 2, -8, -1};
static const float MAPS_D[] = {0.5f, -1,   2,     0.25f, -0.75f, 1,  0.5f, 3,    -2,   0.5f, 1, 1.5f,
                               2,    -0.5f, 0.25f, -1,    1,  -0.25f, -1.5f, 2, 0.5f, -2, 1.25f, 1};
/* Four examples of three neurons. */
static const float NEURONS[] = {2, 0, 7, 4, -1, 7, -1, 3, 7, 3, -2, 7};
static const float NEURONS_D[] = {1, -0.5f, 2, -1.5f, 0.25f, 1, 0.5f, 2, -3, 0.75f, -1, 0.5f};
/* Three examples of two neurons that hardly differ, or not at all. */
static const float QUIET[] = {0.001f, 5, -0.002f, 5, 0.003f, 5};
static const float QUIET_D[] = {0.5f, -1, 2, 0.25f, -1, 3};
static const float QUIET_M[] = {0, 5}, QUIET_V[] = {4e-6f, 0};

static const struct example EXAMPLES[] = {
    {"mean", "feature maps", 3, 8, 2, .x = MAPS, .expected = DOUBLES{1.5, -1.5},
     .hint = "This one is given. What did you change?"},
    {"variance", "feature maps", 3, 8, 2, .x = MAPS, .m = FLOATS{1.5f, -1.5f},
     .expected = DOUBLES{6.9166667, 9.9166667},
     .hint = "Which elements belong to a channel, and how many are they in the batch?"},
    {"variance", "single neurons", 4, 3, 3, .x = NEURONS, .m = FLOATS{2, 0, 7},
     .expected = DOUBLES{3.5, 3.5, 0}, .hint = "With as many groups as columns, what is n?"},
    {"variance", "one example", 1, 6, 2, .x = FLOATS{0.5f, -1.5f, 3, 4, 6, 5},
     .m = FLOATS{0.6666667f, 5}, .expected = DOUBLES{3.3888889, 0.6666667},
     .hint = "Which elements belong to a channel, and how many are they in the batch?"},
    {"normalize", "feature maps", 3, 8, 2, .x = MAPS, .m = FLOATS{1.5f, -2}, .v = FLOATS{4, 0.25f},
     .expected = DOUBLES{-0.2499997, 0.7499991, -1.7499978, 1.2499984, 3.99992, 1.99996, -7.99984,
                         5.99988, 0.2499997, 1.7499978, -2.2499972, -0.7499991, 0, -3.99992,
                         5.99988, 9.9998, 2.2499972, -1.2499984, 0.2499997, -0.2499997, -1.99996,
                         7.99984, -11.99976, 1.99996},
     .hint = "Which m and v belong to a column? What is v, and what does the equation divide by?"},
    {"normalize", "single neurons", 4, 3, 3, .x = NEURONS, .m = FLOATS{1, 0.5f, 6},
     .v = FLOATS{2, 0.5f, 9},
     .expected = DOUBLES{0.707105, -0.7070997, 0.3333331, 2.121315, -2.1212991, 0.3333331,
                         -1.41421, 3.5354985, 0.3333331, 1.41421, -3.5354985, 0.3333331},
     .hint = "With as many groups as columns, what is n?"},
    {"normalize", "variances near 0", 3, 2, 2, .x = QUIET, .m = QUIET_M, .v = QUIET_V,
     .expected = DOUBLES{0.26726125, 0, -0.53452251, 0, 0.80178373, 0},
     .hint = "Where is eps in the equation, and how large is it?"},
    {"delta_mean", "feature maps", 3, 8, 2, .d = MAPS_D, .v = FLOATS{4, 0.25f},
     .expected = DOUBLES{-1.9999975, -10.49979},
     .hint = "How does y change if m grows a little? Every element of the channel depends on m."},
    {"delta_mean", "single neurons", 4, 3, 3, .d = NEURONS_D, .v = FLOATS{2, 0.5f, 9},
     .expected = DOUBLES{-0.5303288, -1.0606496, -0.1666666},
     .hint = "With as many groups as columns, what is n?"},
    {"delta_mean", "variances near 0", 3, 2, 2, .d = QUIET_D, .v = QUIET_V,
     .expected = DOUBLES{-400.89186, -711.51247}, .hint = "The same eps as in normalize?"},
    {"delta_mean", "central differences", 3, 8, 2, .d = MAPS_D, .x = MAPS,
     .hint = "Differentiate normalize for m, on paper."},
    {"delta_variance", "feature maps", 3, 8, 2, .d = MAPS_D, .x = MAPS, .m = FLOATS{1.5f, -2},
     .v = FLOATS{4, 0.25f}, .expected = DOUBLES{0.67187248, 46.99718},
     .hint = "How does y change if v grows a little? Mind the factor, the sign and the power."},
    {"delta_variance", "single neurons", 4, 3, 3, .d = NEURONS_D, .x = NEURONS,
     .m = FLOATS{1, 0.5f, 6}, .v = FLOATS{2, 0.5f, 9},
     .expected = DOUBLES{0.5303261, -10.429512, -0.0092592},
     .hint = "With as many groups as columns, what is n?"},
    {"delta_variance", "variances near 0", 3, 2, 2, .d = QUIET_D, .x = QUIET, .m = QUIET_M,
     .v = QUIET_V, .expected = DOUBLES{62042.79, 0}, .hint = "The same eps as in normalize?"},
    {"delta_variance", "central differences", 3, 8, 2, .d = MAPS_D, .x = MAPS,
     .hint = "Differentiate normalize for v, on paper."},
    {"delta_batch_norm", "feature maps", 3, 8, 2, .d = MAPS_D, .dm = FLOATS{-3, 1.5f},
     .dv = FLOATS{2, -0.5f}, .m = FLOATS{1.5f, -2}, .v = FLOATS{4, 0.25f}, .x = MAPS,
     .expected = DOUBLES{-0.166667, -0.2499994, -0.4166679, 0.7083332, -1.5416367, 2.0416267,
                         1.4583133, 5.87488, -1.0833321, 1.1666664, -1.2500006, 0, 4.12492,
                         -0.7083133, 0.37499, -2.2916267, 1.7499994, -1.2083332, -0.8333324,
                         0.5833321, 1.2083133, -4.2082533, 3.12495, 2.0416267},
     .hint = "An element reaches the loss by three ways. How many elements share a mean?"},
    {"delta_batch_norm", "single neurons", 4, 3, 3, .d = NEURONS_D, .dm = FLOATS{1, -2, 0.5f},
     .dv = FLOATS{-1, 4, 0.25f}, .m = FLOATS{1, 0.5f, 6}, .v = FLOATS{2, 0.5f, 9}, .x = NEURONS,
     .expected = DOUBLES{0.457105, -2.2070997, 0.9166663, -2.3106575, -3.1464501, 0.5833331,
                         1.6035525, 7.3283988, -0.7499994, -0.2196712, -6.9141994, 0.4166666},
     .hint = "With as many groups as columns, what is n?"},
    {"delta_batch_norm", "variances near 0", 3, 2, 2, .d = QUIET_D, .dm = FLOATS{-3, 1.5f},
     .dv = FLOATS{2, -0.5f}, .m = QUIET_M, .v = QUIET_V, .x = QUIET,
     .expected = DOUBLES{132.63195, -315.72777, 533.51982, 79.556942, -268.25724, 949.1833},
     .hint = "The same eps as in normalize?"},
    {"delta_batch_norm", "central differences", 3, 8, 2, .d = MAPS_D, .x = MAPS,
     .hint = "An element reaches the loss by three ways: by itself, by its mean, by its variance."},
};
enum { COUNT = sizeof EXAMPLES / sizeof EXAMPLES[0] };
static const char *const FUNCTIONS[] = {"mean",       "variance",       "normalize",
                                        "delta_mean", "delta_variance", "delta_batch_norm"};
enum { FUNCTION_COUNT = sizeof FUNCTIONS / sizeof FUNCTIONS[0] };

/* What became of an example. */
enum status { PASSED, NOT_YET, WRONG };
static const char *const WORDS[] = {"passed", "not yet", "wrong"};
struct finding {
    enum status status;
    char what[120], expected[60], actual[60], where[60];
    const char *hint;
};

static struct finding found(enum status status, const char *what)
{
    struct finding finding = {.status = status, .hint = ""};
    snprintf(finding.what, sizeof finding.what, "%s", what);
    return finding;
}

static int is(const char *name, const char *other) { return strcmp(name, other) == 0; }

/* What a function is given: matrices of its own, so that nothing else lies right behind them. */
enum { D, DM, DV, M, V, X, INPUTS };
struct inputs {
    matrix of[INPUTS];
};

static matrix filled(int rows, int cols, const float *from)
{
    matrix made = make_matrix(from ? rows : 0, from ? cols : 0);
    if (from) memcpy(made.data, from, sizeof(float) * (size_t)rows * (size_t)cols);
    return made;
}

static struct inputs prepare(const struct example *e)
{
    struct inputs inputs = {{
        filled(e->rows, e->cols, e->d), filled(1, e->groups, e->dm), filled(1, e->groups, e->dv),
        filled(1, e->groups, e->m), filled(1, e->groups, e->v), filled(e->rows, e->cols, e->x),
    }};
    return inputs;
}

/* Free a result, unless it is one of the inputs, and the inputs. */
static void clear(const struct inputs *inputs, matrix result)
{
    int i, shared = 0;
    for (i = 0; i < INPUTS; ++i) shared |= inputs->of[i].data == result.data;
    if (!shared) free_matrix(result);
    for (i = 0; i < INPUTS; ++i) free_matrix(inputs->of[i]);
}

static matrix call(const char *name, const struct inputs *inputs, int groups)
{
    const matrix *of = inputs->of;
    if (is(name, "mean")) return mean(of[X], groups);
    if (is(name, "variance")) return variance(of[X], of[M], groups);
    if (is(name, "normalize")) return normalize(of[X], of[M], of[V], groups);
    if (is(name, "delta_mean")) return delta_mean(of[D], of[V], groups);
    if (is(name, "delta_variance")) return delta_variance(of[D], of[X], of[M], of[V], groups);
    return delta_batch_norm(of[D], of[DM], of[DV], of[M], of[V], of[X], groups);
}

/* Hold a result against numbers: size, then values, on the scale of what is expected. */
static struct finding compare(matrix result, int rows, int cols, const double *expected,
                              double close, const char *hint)
{
    struct finding finding = found(WRONG, "the result has another size");
    double scale = 0, worst = -1;
    int i, at = 0, zeros = 1;
    if (result.rows != rows || result.cols != cols) {
        snprintf(finding.expected, sizeof finding.expected, "%d x %d", rows, cols);
        snprintf(finding.actual, sizeof finding.actual, "%d x %d", result.rows, result.cols);
        return finding;
    }
    if (!result.data) return found(WRONG, "the result has no elements: its data are NULL");
    for (i = 0; i < rows * cols; ++i) scale = fmax(scale, fabs(expected[i]));
    for (i = 0; i < rows * cols; ++i) {
        double error = fabs(result.data[i] - expected[i]);
        zeros &= result.data[i] == 0;
        if (!isfinite(error)) error = DBL_MAX;
        if (error > worst) {
            worst = error;
            at = i;
        }
    }
    if (worst <= close * scale) return found(PASSED, "");
    if (zeros) return found(NOT_YET, "returns zeros");
    finding = found(WRONG, "the result is off");
    finding.hint = hint;
    if (worst == DBL_MAX)
        snprintf(finding.what, sizeof finding.what, "the result holds NaN or infinity");
    snprintf(finding.expected, sizeof finding.expected, "%.6g", expected[at]);
    snprintf(finding.actual, sizeof finding.actual, "%.6g", result.data[at]);
    snprintf(finding.where, sizeof finding.where, "worst in row %d, column %d (from 0)", at / cols,
             at % cols);
    return finding;
}

/* Return whether a function left a matrix as it was. */
static int kept(matrix now, const float *before)
{
    return !before || !memcmp(now.data, before, sizeof(float) * (size_t)(now.rows * now.cols));
}

static struct finding judge(const struct example *e, const struct inputs *inputs,
                            const double *expected, double close)
{
    int whole = is(e->function, "normalize") || is(e->function, "delta_batch_norm");
    matrix result = call(e->function, inputs, e->groups);
    struct finding finding = compare(result, whole ? e->rows : 1, whole ? e->cols : e->groups,
                                     expected, close, e->hint);
    const float *before[INPUTS] = {e->d, e->dm, e->dv, e->m, e->v, e->x};
    for (int i = 0; i < INPUTS; ++i)
        if (!kept(inputs->of[i], before[i])) {
            finding = found(WRONG, "it changes a matrix that it was given");
            finding.hint = "A copy of a matrix has the same data. make_matrix makes new ones.";
        }
    clear(inputs, result);
    return finding;
}

/* Return the loss, the sum of d times y, in double. Statistics that are not given follow from x. */
static double loss(const struct inputs *inputs, const matrix *m, const matrix *v, int groups)
{
    matrix x = inputs->of[X], d = inputs->of[D];
    matrix own_m = m ? *m : mean(x, groups);
    matrix own_v = v ? *v : variance(x, own_m, groups);
    matrix y = normalize(x, own_m, own_v, groups);
    double sum = 0;
    for (int i = 0; i < x.rows * x.cols; ++i) sum += (double)d.data[i] * y.data[i];
    free_matrix(y);
    if (!v) free_matrix(own_v);
    if (!m) free_matrix(own_m);
    return sum;
}

/* Return the slope of the loss along one element: two central differences, the errors of which
 * cancel to the fourth power of the step. */
static double slope(float *at, const struct inputs *inputs, const matrix *m, const matrix *v,
                    int groups)
{
    const float before = *at;
    double slopes[2];
    for (int i = 0; i < 2; ++i) {
        const double step = i ? 0.03125 : 0.0625;
        double high, low, up, down;
        *at = (float)(before + step);
        up = *at;
        high = loss(inputs, m, v, groups);
        *at = (float)(before - step);
        down = *at;
        low = loss(inputs, m, v, groups);
        slopes[i] = (high - low) / (up - down);
    }
    *at = before;
    return (4 * slopes[1] - slopes[0]) / 3;
}

/* Hold a backward function against the slopes of the student's own forward pass. */
static struct finding differentiate(const struct example *e)
{
    struct inputs inputs = prepare(e);
    struct example given = *e;
    float dm[8], dv[8];
    double expected[64];
    matrix m = mean(inputs.of[X], e->groups);
    matrix v = variance(inputs.of[X], m, e->groups);
    struct finding finding;
    for (int g = 0; g < e->groups; ++g) {
        dm[g] = (float)slope(&m.data[g], &inputs, &m, &v, e->groups);
        dv[g] = (float)slope(&v.data[g], &inputs, &m, &v, e->groups);
        expected[g] = is(e->function, "delta_mean") ? dm[g] : dv[g];
    }
    if (is(e->function, "delta_batch_norm"))
        for (int i = 0; i < e->rows * e->cols; ++i)
            expected[i] = slope(&inputs.of[X].data[i], &inputs, NULL, NULL, e->groups);
    clear(&inputs, make_matrix(0, 0));
    given.m = m.data;
    given.v = v.data;
    given.dm = dm;
    given.dv = dv;
    inputs = prepare(&given);
    finding = judge(&given, &inputs, expected, CLOSE_TO_SLOPE);
    free_matrix(m);
    free_matrix(v);
    return finding;
}

/* Return whether what central differences are made of is right. */
static int forward_is_right(void)
{
    for (int i = 0; i < COUNT; ++i) {
        const struct example *e = &EXAMPLES[i];
        struct inputs inputs;
        if (!e->expected || !strncmp(e->function, "delta", 5)) continue;
        inputs = prepare(e);
        if (judge(e, &inputs, e->expected, CLOSE).status != PASSED) return 0;
    }
    return 1;
}

static struct finding examine(const struct example *e)
{
    if (e->expected) {
        struct inputs inputs = prepare(e);
        return judge(e, &inputs, e->expected, CLOSE);
    }
    if (!forward_is_right())
        return found(NOT_YET, "central differences need mean, variance and normalize");
    return differentiate(e);
}

static void show(const char *name, const struct finding *worst, const char *title)
{
    const char *labels[] = {"check", "what", "expected", "actual", "where", "hint"};
    const char *texts[] = {title, worst->what, worst->expected, worst->actual, worst->where, worst->hint};
    printf("%-8s %s", WORDS[worst->status], name);
    printf(worst->status == NOT_YET ? ": %s\n" : "\n", worst->what);
    if (worst->status != WRONG) return;
    for (int i = 0; i < 6; ++i)
        if (*texts[i]) printf("         %-8s  %s\n", labels[i], texts[i]);
}

/* Check one function; return whether it passed. Lines say each example, before and after. */
static int check(const char *name, FILE *lines, int gradients)
{
    struct finding worst = found(PASSED, "");
    const char *title = "";
    for (int i = 0; i < COUNT; ++i) {
        const struct example *e = &EXAMPLES[i];
        struct finding now;
        if (!is(e->function, name) || (!e->expected && !gradients)) continue;
        if (lines) fprintf(lines, "running\t%s\n", e->title);
        if (lines) fflush(lines);
        now = examine(e);
        if (lines)
            fprintf(lines, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", WORDS[now.status], e->title, now.what,
                    now.expected, now.actual, now.where, now.hint);
        if (now.status > worst.status) {
            worst = now;
            title = e->title;
        }
    }
    if (!lines) show(name, &worst, title);
    fflush(lines ? lines : stdout);
    return worst.status == PASSED;
}

int main(int argc, char **argv)
{
    FILE *lines = NULL;
    int named = 0, gradients = 1, passed = 0, asked = 0;
    for (int i = 1; i < argc; ++i) {
        int known = 0;
        for (int f = 0; f < FUNCTION_COUNT; ++f) known |= is(argv[i], FUNCTIONS[f]);
        named += known;
        if (is(argv[i], "--no-gradients"))
            gradients = 0;
        else if (is(argv[i], "--lines") && i + 1 < argc)
            lines = fopen(argv[++i], "w");
        else if (!known) {
            fprintf(stderr, "%s is none of the functions\n", argv[i]);
            return 2;
        }
    }
    for (int f = 0; f < FUNCTION_COUNT; ++f) {
        int wanted = !named;
        for (int i = 1; i < argc; ++i) wanted |= is(argv[i], FUNCTIONS[f]);
        if (!wanted) continue;
        ++asked;
        passed += check(FUNCTIONS[f], lines, gradients);
    }
    if (!lines) printf("\n%d of %d functions passed.\n", passed, asked);
    if (lines) fclose(lines);
    return passed == asked ? 0 : 1;
}
