// chrF and chrF++: shared character and word n-grams of the best reference. Readable body: mtqa/kernels/ngrams.py.

#include "mtqa.h"
#include "ngrams.hpp"
#include "rows.hpp"
#include "vocabulary.hpp"

namespace mtqa {
namespace {

constexpr int MOST_ORDERS = 64;

struct ChrfOptions {
    int chars, words;
    double beta;
    bool whitespace, eps;
    const uint32_t *lower;
};

class Chrf {
  public:
    explicit Chrf(const ChrfOptions &options) : options_(options) {}

    void row(const Rows &rows, int64_t row, double *out) {
        const int width = 3 * (options_.chars + options_.words);
        read(hypothesis_, rows.hypothesis(row));
        double best = -1;
        for (int64_t k = 0; k < rows.references(row); ++k) {
            double found[3 * MOST_ORDERS];
            read(reference_, rows.reference(row, k));
            count(found);
            const double score = rows.references(row) > 1 ? f_score(found) : 0;
            if (score > best) {
                best = score;
                std::copy_n(found, width, out);
            }
        }
    }

  private:
    struct Side {
        Buffer text;
        std::vector<uint32_t> codes, units;
        Tokens words;
        size_t characters = 0;
    };

    // Decodes a text into code points (without white space, unless it counts) and words.
    void read(Side &side, View text) {
        side.text.clear();
        append_lower(side.text, text, options_.lower);
        const View view = side.text.view();
        if (side.codes.size() < view.size + 1) {
            side.codes.resize(2 * view.size + 64);
            side.units.resize(2 * view.size + 64);
        }
        uint32_t *to = side.codes.data();
        const uint32_t keep = options_.whitespace;
        const uint8_t *at = view.data;
        while (at < view.end()) {
            for (; at < view.end() && *at < 0x80; ++at) {
                *to = *at;
                to += keep | !is_ascii_space(*at);
            }
            for (; at < view.end() && *at >= 0x80;) {
                *to = decode(at);
                to += keep | !is_wide_space(*to);
            }
        }
        side.characters = static_cast<size_t>(to - side.codes.data());
        if (!options_.words) return;
        side.words.clear();
        each_word(view, [&](const uint8_t *start, const uint8_t *end) { word(side.words, start, end); });
    }

    // Words between white space; one punctuation mark is cut off at the end, or else at the start.
    static void word(Tokens &words, const uint8_t *start, const uint8_t *end) {
        const auto size = static_cast<uint32_t>(end - start);
        if (size > 1 && is_mark(end[-1])) {
            words.push_back({start, size - 1});
            words.push_back({end - 1, 1});
        } else if (size > 1 && is_mark(*start)) {
            words.push_back({start, 1});
            words.push_back({start + 1, size - 1});
        } else {
            words.push_back({start, size});
        }
    }

    // Python's string.punctuation.
    static bool is_mark(uint8_t byte) {
        return (byte - 0x21u) < 15u || (byte - 0x3Au) < 7u || (byte - 0x5Bu) < 6u || (byte - 0x7Bu) < 4u;
    }

    void count(double *found) {
        int64_t matches[MOST_ORDERS] = {};
        uint32_t alphabet = 0;
        if (seen_.size() < reference_.characters + 1) seen_.resize(2 * reference_.characters + 64);
        for (size_t i = 0; i < reference_.characters; ++i) {
            const uint32_t code = reference_.codes[i];
            seen_[alphabet] = code;
            const uint32_t known = ids_[code];
            alphabet += known == 0;  // no branch: it could not be foreseen
            const uint32_t id = known ? known : alphabet;
            ids_[code] = id;
            reference_.units[i] = id;
        }
        for (size_t i = 0; i < hypothesis_.characters; ++i) hypothesis_.units[i] = ids_[hypothesis_.codes[i]];
        for (uint32_t i = 0; i < alphabet; ++i) ids_[seen_[i]] = 0;
        const Units characters{reference_.units.data(), reference_.characters};
        ngrams_.match({hypothesis_.units.data(), hypothesis_.characters}, &characters, 1, alphabet, options_.chars, matches);
        totals(found, hypothesis_.characters, reference_.characters, options_.chars, matches);
        if (options_.words) count_words(found + 3 * options_.chars);
    }

    void count_words(double *found) {
        int64_t matches[MOST_ORDERS] = {};
        vocabulary_.prepare(reference_.words.size());
        reference_units_.resize(reference_.words.size());
        hypothesis_units_.resize(hypothesis_.words.size());
        for (size_t i = 0; i < reference_units_.size(); ++i)
            reference_units_[i] = vocabulary_.enter(reference_.words[i]);
        for (size_t i = 0; i < hypothesis_units_.size(); ++i)
            hypothesis_units_[i] = vocabulary_.look(hypothesis_.words[i]);
        const Units words{reference_units_.data(), reference_units_.size()};
        ngrams_.match({hypothesis_units_.data(), hypothesis_units_.size()}, &words, 1, vocabulary_.size(),
                      options_.words, matches);
        totals(found, hypothesis_units_.size(), reference_units_.size(), options_.words, matches);
    }

    // Hypothesis n-grams do not count where the reference has none of that order.
    static void totals(double *found, size_t hypothesis, size_t reference, int orders, const int64_t *matches) {
        for (int n = 1; n <= orders; ++n, found += 3) {
            const size_t order = static_cast<size_t>(n);
            const size_t theirs = reference >= order ? reference - order + 1 : 0;
            const size_t ours = hypothesis >= order && theirs ? hypothesis - order + 1 : 0;
            found[0] = static_cast<double>(ours);
            found[1] = static_cast<double>(theirs);
            found[2] = static_cast<double>(matches[n - 1]);
        }
    }

    // sacrebleu's F-score, operation by operation: it decides which reference is the best one.
    double f_score(const double *found) const {
        constexpr double tiny = 1e-16;
        const double factor = options_.beta * options_.beta;
        const int orders = options_.chars + options_.words;
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
        if (options_.eps) return 100 * smoothed / orders;
        if (!effective) return 0;
        precisions /= effective;
        recalls /= effective;
        if (precisions + recalls == 0) return 0;
        return 100 * ((1 + factor) * precisions * recalls / (factor * precisions + recalls));
    }

    const ChrfOptions options_;
    ZeroPages ids_{CODE_POINTS};  // of every code point, 0 unless the reference at hand has it
    std::vector<uint32_t> seen_, hypothesis_units_, reference_units_;
    Side hypothesis_, reference_;
    Vocabulary vocabulary_;
    Ngrams ngrams_;
};

}  // namespace
}  // namespace mtqa

int32_t mtqa_chrf(const mtqa_batch *batch, int32_t char_order, int32_t word_order, double beta, int32_t whitespace,
                  int32_t eps_smoothing, double *out) {
    if (char_order < 0 || word_order < 0 || char_order + word_order > mtqa::MOST_ORDERS) return 2;
    if (!mtqa::Rows(*batch).valid()) return 2;
    const mtqa::ChrfOptions options{char_order, word_order, beta, whitespace != 0, eps_smoothing != 0, batch->lower};
    return mtqa::run<mtqa::Chrf>(*batch, options, static_cast<size_t>(3 * (char_order + word_order)), out);
}
