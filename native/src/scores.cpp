// From statistics to scores, and from scores to lines. Readable body of the scores: mtqa/engines/fold.py; they follow
// sacrebleu operation by operation, with the C library's exp and log as Python does.

#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include "mtqa.h"

namespace {

constexpr double LOG_OF_ZERO = -9999999999.0;  // sacrebleu's stand-in for log(0)

double bleu(const double *values, int orders, int smoothing, double smooth_value, bool effective_order,
            std::vector<double> &precisions) {
    const double *matches = values + 2, *totals = matches + orders;
    int effective = orders;
    double halvings = 1;
    bool any = false;
    for (int n = 0; n < orders; ++n) any = any || matches[n] != 0;
    if (!any) return 0;
    precisions.assign(static_cast<size_t>(orders), 0.0);
    for (int n = 0; n < orders; ++n) {
        const double added = smoothing == MTQA_ADD_K && n > 0 ? smooth_value : 0;
        const double match = matches[n] + added, total = totals[n] + added;
        if (total == 0) break;
        if (effective_order) effective = n + 1;
        double &precision = precisions[static_cast<size_t>(n)];
        if (match != 0) {
            precision = 100.0 * match / total;
        } else if (smoothing == MTQA_EXP) {
            halvings *= 2;
            precision = 100.0 / (halvings * total);
        } else if (smoothing == MTQA_FLOOR) {
            precision = 100.0 * smooth_value / total;
        }
    }
    double brevity = 1;
    if (values[0] < values[1]) brevity = values[0] > 0 ? std::exp(1 - values[1] / values[0]) : 0;
    double logs = 0;
    for (int n = 0; n < effective; ++n) {
        const double precision = precisions[static_cast<size_t>(n)];
        logs += precision == 0 ? LOG_OF_ZERO : std::log(precision);
    }
    return brevity * std::exp(logs / effective);
}

// As Python's repr writes it: the fewest digits that are this number again, an exponent below 1e-4 and from 1e16 on.
// Returns the bytes written to `to`, which has room for 32.
int64_t shortest(double number, uint8_t *to) {
    if (std::isnan(number)) return std::memcpy(to, "nan", 3), 3;
    uint8_t *const start = to;
    if (std::signbit(number)) *to++ = '-';
    if (std::isinf(number)) return std::memcpy(to, "inf", 3), to + 3 - start;
#if defined(__cpp_lib_to_chars)
    char spelt[32];  // d.ddde+XX
    const char *const end =
        std::to_chars(spelt, spelt + sizeof spelt, std::fabs(number), std::chars_format::scientific).ptr;
    char digits[24];
    int count = 0, exponent = 0;
    const char *at = spelt;
    for (; *at != 'e'; ++at)
        if (*at != '.') digits[count++] = *at;
    std::from_chars(at + (at[1] == '+' ? 2 : 1), end, exponent);
    const auto put = [&to](char byte) { *to++ = static_cast<uint8_t>(byte); };
    if (exponent < -4 || exponent >= 16) {
        put(digits[0]);
        if (count > 1) put('.');
        for (int k = 1; k < count; ++k) put(digits[k]);
        put('e');
        put(exponent < 0 ? '-' : '+');
        const int size = std::abs(exponent);
        if (size >= 100) put(static_cast<char>('0' + size / 100));
        put(static_cast<char>('0' + size / 10 % 10));
        put(static_cast<char>('0' + size % 10));
        return to - start;
    }
    if (exponent < 0) {
        put('0');
        put('.');
        for (int k = -1; k > exponent; --k) put('0');
        for (int k = 0; k < count; ++k) put(digits[k]);
        return to - start;
    }
    for (int k = 0; k <= exponent; ++k) put(k < count ? digits[k] : '0');
    put('.');
    for (int k = exponent + 1; k < count; ++k) put(digits[k]);
    if (count <= exponent + 1) put('0');
    return to - start;
#else
    return -1;
#endif
}

}  // namespace

void mtqa_bleu_scores(const double *values, int64_t rows, int64_t stride, int32_t orders, int32_t smoothing,
                      double smooth_value, int32_t effective_order, double *out) {
    std::vector<double> precisions;
    for (int64_t row = 0; row < rows; ++row)
        out[row] = bleu(values + row * stride, orders, smoothing, smooth_value, effective_order != 0, precisions);
}

void mtqa_chrf_scores(const double *values, int64_t rows, int64_t stride, int32_t orders, double beta,
                      int32_t eps_smoothing, double *out) {
    for (int64_t row = 0; row < rows; ++row)
        out[row] = mtqa_chrf_score(values + row * stride, orders, beta, eps_smoothing);
}

double mtqa_chrf_score(const double *found, int32_t orders, double beta, int32_t eps_smoothing) {
    constexpr double tiny = 1e-16;
    const double factor = beta * beta;
    double smoothed = 0, precisions = 0, recalls = 0;
    int effective = 0;
    for (int n = 0; n < orders; ++n, found += 3) {
        const double precision = found[0] > 0 ? found[2] / found[0] : tiny;
        const double recall = found[1] > 0 ? found[2] / found[1] : tiny;
        const double below = factor * precision + recall;
        smoothed += below > 0 ? (1 + factor) * precision * recall / below : tiny;
        if (found[0] > 0 && found[1] > 0) {
            precisions += precision;
            recalls += recall;
            ++effective;
        }
    }
    if (eps_smoothing) return 100 * smoothed / orders;
    if (!effective) return 0;
    precisions /= effective;
    recalls /= effective;
    if (precisions + recalls == 0) return 0;
    return 100 * ((1 + factor) * precisions * recalls / (factor * precisions + recalls));
}

void mtqa_ter_scores(const double *values, int64_t rows, int64_t stride, double *out) {
    for (int64_t row = 0; row < rows; ++row) {
        const double edits = values[row * stride], length = values[row * stride + 1];
        out[row] = 100 * (length > 0 ? edits / length : edits > 0 ? 1.0 : 0.0);
    }
}

int64_t mtqa_decimals(const double *numbers, int64_t count, int64_t *offsets, uint8_t *out) {
    offsets[0] = 0;
    for (int64_t n = 0; n < count; ++n) {
        const int64_t size = shortest(numbers[n], out + offsets[n]);
        if (size < 0) return -1;
        offsets[n + 1] = offsets[n] + size;
    }
    return offsets[count];
}

int64_t mtqa_quoted(const uint8_t *bytes, const int64_t *offsets, int64_t count, int64_t *quoted, uint8_t *out) {
    static const char *const hexadecimal = "0123456789abcdef";
    int64_t size = 0;
    const auto put = [&](int byte) {
        if (out) out[size] = static_cast<uint8_t>(byte);
        ++size;
    };
    quoted[0] = 0;
    for (int64_t n = 0; n < count; ++n) {
        put('"');
        for (int64_t at = offsets[n]; at < offsets[n + 1]; ++at) {
            const uint8_t byte = bytes[at];
            if (byte >= 0x20 && byte != '"' && byte != '\\') {
                put(byte);
                continue;
            }
            put('\\');
            switch (byte) {
                case '\b': put('b'); break;
                case '\f': put('f'); break;
                case '\n': put('n'); break;
                case '\r': put('r'); break;
                case '\t': put('t'); break;
                case '"': case '\\': put(byte); break;
                default:
                    put('u');
                    put('0');
                    put('0');
                    put(hexadecimal[byte >> 4]);
                    put(hexadecimal[byte & 15]);
            }
        }
        put('"');
        quoted[n + 1] = size;
    }
    return size;
}

void mtqa_woven(int64_t rows, int32_t columns, const uint8_t *const *bytes, const int64_t *const *offsets,
                const uint8_t *glue, const int64_t *glue_offsets, uint8_t *out) {
    const auto copy = [&out](const uint8_t *from, int64_t size) {
        if (size) std::memcpy(out, from, static_cast<size_t>(size));
        out += size;
    };
    for (int64_t row = 0; row < rows; ++row)
        for (int32_t column = 0; column <= columns; ++column) {
            copy(glue + glue_offsets[column], glue_offsets[column + 1] - glue_offsets[column]);
            if (column == columns) break;
            const int64_t *const at = offsets[column] + row;
            copy(bytes[column] + at[0], at[1] - at[0]);
        }
}

void mtqa_differences(const int64_t *numbers, int64_t count, int64_t *out) {
    for (int64_t n = 0; n < count; ++n) out[n] = numbers[n + 1] - numbers[n];
}
