// chrF and chrF++: shared character and word n-grams of the best reference. Readable body: mtqa/kernels/ngrams.py.

#include "mtqa.h"
#include "ngrams.hpp"
#include "rows.hpp"
#include "vocabulary.hpp"

namespace mtqa {
namespace {

struct ChrfOptions {
    int chars, words;
    double beta;
    bool whitespace, eps;
    const uint32_t *lower;
};

class Chrf {
  public:
    explicit Chrf(const ChrfOptions &options) : options_(options) {
        for (uint32_t byte = 0; byte < 0x80; ++byte) counts_[byte] = options.whitespace || !is_ascii_space(byte);
        for (uint32_t byte = 0; byte < 0x100; ++byte) marks_[byte] = is_mark(byte);
    }

    void row(const Rows &rows, int64_t row, bool known, double *out) {
        const int width = 3 * (options_.chars + options_.words);
        double best = -1;
        for (int64_t k = 0; k < rows.references(row); ++k) {
            double found[3 * MOST_ORDERS];
            if (!(known && rows.references(row) == 1)) read_reference(rows.reference(row, k));
            count(rows.hypothesis(row), found);
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
        std::vector<uint32_t> characters, words;  // as numbers
        size_t size = 0;                          // of characters
        Tokens tokens;
    };

    // Writes the number of every character, white space left out unless it counts, and finds the words.
    template <class Number>
    void read(Side &side, View text, Number number) {
        side.text.clear();
        append_lower(side.text, text, options_.lower);
        const View view = side.text.view();
        if (side.characters.size() < view.size + MOST_ORDERS + 1)
            side.characters.resize(2 * view.size + 2 * MOST_ORDERS);
        uint32_t *to = side.characters.data();
        const uint32_t keep = options_.whitespace;
        for (const uint8_t *at = view.data; at < view.end();) {
            for (; at < view.end() && *at < 0x80; ++at) {
                *to = number(*at);
                to += counts_[*at];
            }
            while (at < view.end() && *at >= 0x80) {
                const uint32_t code = decode(at);
                *to = number(code);
                to += keep | !is_wide_space(code);
            }
        }
        side.size = static_cast<size_t>(to - side.characters.data());
        if (!options_.words) return;
        side.tokens.clear();
        each_word(view, [&](const uint8_t *start, const uint8_t *end) { word(side.tokens, start, end); });
    }

    // Words between white space; one punctuation mark is cut off at the end, or else at the start.
    void word(Tokens &words, const uint8_t *start, const uint8_t *end) const {
        const auto size = static_cast<uint32_t>(end - start);
        if (size > 1 && marks_[end[-1]]) {
            words.push_back({start, size - 1});
            words.push_back({end - 1, 1});
        } else if (size > 1 && marks_[*start]) {
            words.push_back({start, 1});
            words.push_back({start + 1, size - 1});
        } else {
            words.push_back({start, size});
        }
    }

    // Python's string.punctuation.
    static bool is_mark(uint32_t byte) {
        return (byte - 0x21u) < 15u || (byte - 0x3Au) < 7u || (byte - 0x5Bu) < 6u || (byte - 0x7Bu) < 4u;
    }

    void read_reference(View text) {
        uint32_t *ids = ids_.data();
        for (uint32_t i = 0; i < alphabet_; ++i) ids[seen_[i]] = 0;
        alphabet_ = 0;
        if (seen_.size() < text.size * 2 + 1) seen_.resize(text.size * 4 + 64);
        uint32_t alphabet = 0, *seen = seen_.data();
        read(reference_, text, [&, ids, seen](uint32_t code) {
            seen[alphabet] = code;  // no branch: whether a character is new could not be foreseen
            const uint32_t known = ids[code], fresh = known == 0;
            alphabet += fresh;
            return ids[code] = known | (alphabet & (0 - fresh));
        });
        alphabet_ = alphabet;
        close(reference_.characters.data() + reference_.size, options_.chars, alphabet + 1);
        if (!options_.words) return;
        const size_t words = reference_.tokens.size();
        vocabulary_.prepare(words);
        reference_.words.resize(words + MOST_ORDERS);
        for (size_t i = 0; i < words; ++i) reference_.words[i] = vocabulary_.enter(reference_.tokens[i]);
        close(reference_.words.data() + words, options_.words, vocabulary_.size() + 1);
    }

    // Writes the statistics of a hypothesis against the reference that was read last.
    void count(View hypothesis, double *found) {
        int64_t matches[MOST_ORDERS] = {};
        read(hypothesis_, hypothesis, [ids = ids_.data()](uint32_t code) { return ids[code]; });
        close(hypothesis_.characters.data() + hypothesis_.size, options_.chars, 0);
        const Units theirs{reference_.characters.data(), reference_.size};
        ngrams_.match({hypothesis_.characters.data(), hypothesis_.size}, &theirs, 1, alphabet_, options_.chars, matches);
        totals(found, hypothesis_.size, reference_.size, options_.chars, matches);
        if (options_.words) count_words(found + 3 * options_.chars);
    }

    void count_words(double *found) {
        int64_t matches[MOST_ORDERS] = {};
        const size_t ours = hypothesis_.tokens.size(), theirs = reference_.tokens.size();
        hypothesis_.words.resize(ours + MOST_ORDERS);
        for (size_t i = 0; i < ours; ++i) hypothesis_.words[i] = vocabulary_.look(hypothesis_.tokens[i]);
        close(hypothesis_.words.data() + ours, options_.words, 0);
        const Units words{reference_.words.data(), theirs};
        ngrams_.match({hypothesis_.words.data(), ours}, &words, 1, vocabulary_.size(), options_.words, matches);
        totals(found, ours, theirs, options_.words, matches);
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

    // It decides which reference is the best one.
    double f_score(const double *found) const {
        return mtqa_chrf_score(found, options_.chars + options_.words, options_.beta, options_.eps);
    }

    const ChrfOptions options_;
    uint32_t alphabet_ = 0;       // distinct characters of the reference at hand
    ZeroPages ids_{CODE_POINTS};  // of every code point, 0 unless the reference at hand has it
    uint8_t counts_[0x80];        // of every character below U+0080, whether it counts: 1 or 0
    bool marks_[0x100];           // of every byte, whether it is a punctuation mark
    std::vector<uint32_t> seen_;
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
