// BLEU: shared word n-grams, clipped by the reference that has most, and the closest reference length.
// Readable body: mtqa/kernels/ngrams.py.

#include <memory>

#include "mtqa.h"
#include "ngrams.hpp"
#include "rows.hpp"
#include "tokens.hpp"

namespace mtqa {
namespace {

struct BleuOptions {
    int tokenizer, orders;
    const uint32_t *lower;
    const uint8_t *classes;
};

class Bleu {
  public:
    explicit Bleu(const BleuOptions &options)
        : options_(options), hypothesis_(options.tokenizer, options.lower, options.classes) {}

    void row(const Rows &rows, int64_t row, bool known, double *out) {
        if (!known) read_references(rows, row);
        const Tokens &hypothesis = hypothesis_(rows.hypothesis(row));
        hypothesis_units_.resize(hypothesis.size() + static_cast<size_t>(options_.orders));
        uint32_t *to = hypothesis_units_.data();
        for (const Token &token : hypothesis) *to++ = vocabulary_.look(token);
        close(to, options_.orders, 0);
        const Units ours{hypothesis_units_.data(), hypothesis.size()};

        int64_t matches[MOST_ORDERS] = {};
        ngrams_.match(ours, sizes_.data(), sizes_.size(), vocabulary_.size(), options_.orders, matches);
        out[0] = static_cast<double>(ours.size);
        out[1] = static_cast<double>(closest(ours.size));
        for (int n = 0; n < options_.orders; ++n) {
            const auto order = static_cast<size_t>(n);
            out[2 + n] = static_cast<double>(matches[n]);
            out[2 + options_.orders + n] = static_cast<double>(ours.size > order ? ours.size - order : 0);
        }
    }

  private:
    void read_references(const Rows &rows, int64_t row) {
        const auto count = static_cast<size_t>(rows.references(row));
        while (references_.size() < count)
            references_.push_back(
                std::make_unique<BleuTokenizer>(options_.tokenizer, options_.lower, options_.classes));
        sizes_.resize(count);
        texts_.resize(count);
        size_t words = 0;
        for (size_t k = 0; k < count; ++k) {
            texts_[k] = &(*references_[k])(rows.reference(row, static_cast<int64_t>(k)));
            words += texts_[k]->size();
        }
        vocabulary_.prepare(words);
        units_.resize(words + count * static_cast<size_t>(options_.orders));
        uint32_t *to = units_.data();
        for (size_t k = 0; k < count; ++k) {
            sizes_[k] = {to, texts_[k]->size()};
            for (const Token &token : *texts_[k]) *to++ = vocabulary_.enter(token);
            to += options_.orders;
        }
        for (const Units &reference : sizes_)
            close(units_.data() + (reference.units - units_.data()) + reference.size, options_.orders,
                  vocabulary_.size() + 1);
    }

    // The reference length nearest to the hypothesis length; of two as near, the shorter one.
    size_t closest(size_t length) const {
        size_t best = sizes_[0].size;
        const auto distance = [length](size_t other) { return other > length ? other - length : length - other; };
        for (const Units &reference : sizes_)
            if (distance(reference.size) < distance(best) ||
                (distance(reference.size) == distance(best) && reference.size < best))
                best = reference.size;
        return best;
    }

    const BleuOptions options_;
    BleuTokenizer hypothesis_;
    std::vector<std::unique_ptr<BleuTokenizer>> references_;  // one each: tokens lie in their tokenizer
    std::vector<const Tokens *> texts_;
    std::vector<Units> sizes_;
    std::vector<uint32_t> units_, hypothesis_units_;
    Vocabulary vocabulary_;
    Ngrams ngrams_;
};

}  // namespace
}  // namespace mtqa

int32_t mtqa_bleu(const mtqa_batch *batch, int32_t tokenizer, int32_t orders, double *out) {
    if (orders < 1 || orders > mtqa::MOST_ORDERS || tokenizer < MTQA_13A || tokenizer > MTQA_NONE) return 2;
    if (tokenizer == MTQA_INTL && !batch->classes) return 2;
    if (!mtqa::Rows(*batch).valid()) return 2;
    const mtqa::BleuOptions options{tokenizer, orders, batch->lower, batch->classes};
    return mtqa::run<mtqa::Bleu>(*batch, options, static_cast<size_t>(2 + 2 * orders), out);
}
