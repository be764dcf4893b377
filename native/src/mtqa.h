/* The C interface of the kernels: Arrow-style columns in, one row of float64 statistics a segment out.
 *
 * Every function returns 0, or 1 when memory ran out, or 2 when an argument is out of range; nothing is thrown, nothing
 * global is kept. A column is UTF-8 bytes and `rows + 1` int64 offsets, as in Arrow's large_string. Broken UTF-8 gives
 * some count, never a read outside of the column.
 */
#ifndef MTQA_H
#define MTQA_H

#include <stdint.h>

#if defined(_WIN32)
#define MTQA_API __declspec(dllexport)
#else
#define MTQA_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum { MTQA_ABI = 3, MTQA_CASED = 0x20000 };

typedef struct {
    int64_t rows;
    const uint8_t *hypothesis_bytes;
    const int64_t *hypothesis_offsets; /* rows + 1 */
    const uint8_t *reference_bytes;
    const int64_t *reference_offsets; /* references + 1 */
    const int64_t *reference_starts;  /* rows + 1: the first reference of each row; at least one a row */
    const uint32_t *lower;            /* lower case of the code points below MTQA_CASED, or null: keep the case */
    const uint8_t *classes;           /* bits of every code point: 1 punctuation, 2 symbol, 4 number; or null */
    int32_t threads;                  /* at least 1; the result does not depend on it */
} mtqa_batch;

enum { MTQA_13A = 0, MTQA_INTL = 1, MTQA_ZH = 2, MTQA_CHAR = 3, MTQA_NONE = 4 };
enum { MTQA_NORMALIZED = 1, MTQA_NO_PUNCT = 2, MTQA_ASIAN = 4, MTQA_REFERENCES_TWICE = 8 };

MTQA_API int32_t mtqa_abi(void);

/* rows x (2 + 2 * orders): hypothesis length, reference length, matches, hypothesis n-grams */
MTQA_API int32_t mtqa_bleu(const mtqa_batch *batch, int32_t tokenizer, int32_t orders, double *out);

/* rows x 3 * (char_order + word_order): hypothesis n-grams, reference n-grams, matches; of the best reference */
MTQA_API int32_t mtqa_chrf(const mtqa_batch *batch, int32_t char_order, int32_t word_order, double beta,
                           int32_t whitespace, int32_t eps_smoothing, double *out);

/* rows x 2: edits against the nearest reference, mean reference length */
MTQA_API int32_t mtqa_ter(const mtqa_batch *batch, int32_t flags, double *out);

/* The forms of words that an alignment is about; equal numbers are equal strings, a number belongs to one column. */
typedef struct {
    const int32_t *text, *key, *lemma;
    const int32_t *joint;            /* 0 where there is none */
    const int32_t *stem;             /* 0 where it is too short to tell */
    const int32_t *word_class;       /* 0 for a content word */
    const uint8_t *shape;            /* 0 word, 1 mark, 2 character of an unspaced script, 3 date, 4 number */
    const uint8_t *capital;
    const uint32_t *letters;         /* the keys in code points */
    const int64_t *letter_offsets;   /* forms + 1 */
} mtqa_forms;

/* Of each table (a row of forms against another) the steps of the cheapest path, from where both rows' offsets add up
 * to in `steps`: 0 a pair, 1 a form of the left alone, 2 of the right; and how many steps in `counts`. */
MTQA_API int32_t mtqa_words(const mtqa_forms *forms, int64_t tables, const int32_t *left, const int64_t *left_offsets,
                            const int32_t *right, const int64_t *right_offsets, int32_t threads, uint8_t *steps,
                            int64_t *counts);

/* Scores of segments from their statistics, `stride` numbers a segment; TER's from edits and length. */
enum { MTQA_NO_SMOOTHING = 0, MTQA_EXP = 1, MTQA_FLOOR = 2, MTQA_ADD_K = 3 };
MTQA_API void mtqa_bleu_scores(const double *values, int64_t rows, int64_t stride, int32_t orders, int32_t smoothing,
                               double smooth_value, int32_t effective_order, double *out);
MTQA_API void mtqa_chrf_scores(const double *values, int64_t rows, int64_t stride, int32_t orders, double beta,
                               int32_t eps_smoothing, double *out);
MTQA_API double mtqa_chrf_score(const double *values, int32_t orders, double beta, int32_t eps_smoothing);
MTQA_API void mtqa_ter_scores(const double *values, int64_t rows, int64_t stride, double *out);

/* The blocks of a table as columns; null where a line is not as it should be (or memory ran out).
 *
 * TSV: `wanted[cell]` is the number of the column that the cell goes to, or -1. JSON Lines: column k has the values of
 * the key k; kinds as below; `closed`: an object has no other keys. Sizes are of bytes (0), texts (1), rows of lists (2). */
typedef struct mtqa_table mtqa_table;
enum { MTQA_ABSENT = 0, MTQA_TEXT = 1, MTQA_TEXTS = 2, MTQA_NAME = 3, MTQA_RAW = 4 };
MTQA_API mtqa_table *mtqa_read_tsv(const uint8_t *data, int64_t size, int32_t width, const int32_t *wanted,
                                   int32_t columns);
MTQA_API mtqa_table *mtqa_read_jsonl(const uint8_t *data, int64_t size, const uint8_t *names, const int64_t *offsets,
                                     const int32_t *kinds, int32_t count, int32_t closed);
MTQA_API int64_t mtqa_table_size(const mtqa_table *table, int32_t column, int32_t what);
MTQA_API void mtqa_table_take(const mtqa_table *table, int32_t column, uint8_t *bytes, int64_t *offsets,
                              int64_t *starts);
MTQA_API void mtqa_table_free(mtqa_table *table);

/* Numbers as Python writes them (32 bytes of room a number), or -1 where this library cannot. */
MTQA_API int64_t mtqa_decimals(const double *numbers, int64_t count, int64_t *offsets, uint8_t *out);
/* Texts as JSON strings, in two calls: the first with out == null. */
MTQA_API int64_t mtqa_quoted(const uint8_t *bytes, const int64_t *offsets, int64_t count, int64_t *quoted,
                             uint8_t *out);
/* Row by row: glue 0, the text of column 0, glue 1, ... the last glue. */
MTQA_API void mtqa_woven(int64_t rows, int32_t columns, const uint8_t *const *bytes, const int64_t *const *offsets,
                         const uint8_t *glue, const int64_t *glue_offsets, uint8_t *out);
/* numbers[n + 1] - numbers[n] */
MTQA_API void mtqa_differences(const int64_t *numbers, int64_t count, int64_t *out);

/* The tokens of one text, as BLEU (tokenizer >= 0) or TER (tokenizer < 0: flags) see them, joined by single spaces.
 * Writes at most `capacity` bytes; returns how many the whole needs, or -1 when memory ran out. */
MTQA_API int64_t mtqa_tokens(const uint8_t *bytes, int64_t size, int32_t tokenizer, int32_t flags,
                             const uint32_t *lower, const uint8_t *classes, uint8_t *out, int64_t capacity);

/* Whether the bytes hold a letter whose lower case depends on its neighbours or is two letters: U+0130, U+03A3. */
MTQA_API int32_t mtqa_lowers_in_context(const uint8_t *bytes, int64_t size);

/* Gathers a Python list of str as one column, in two calls: the first with out == null fills offsets (count + 1), the
 * second the bytes. The interpreter's own functions come as pointers, so that one library serves every Python 3; the
 * interpreter lock must be held. Returns 0, or -1 with the interpreter's error set. */
typedef void *(*mtqa_list_item)(void *list, intptr_t index);
typedef const char *(*mtqa_utf8)(void *text, intptr_t *size);
MTQA_API int32_t mtqa_gather(void *list, int64_t count, mtqa_list_item item, mtqa_utf8 utf8, int64_t *offsets,
                             uint8_t *out);

#ifdef __cplusplus
}
#endif
#endif
