// The words of two texts put against each other at the least cost; mtqa/kernels/words.py is the readable body.

#include <vector>

#include "mtqa.h"
#include "rows.hpp"

namespace mtqa {
namespace {

enum Shape : uint8_t { WORD = 0, MARK = 1, CHARACTER = 2, DATE = 3, NUMBER = 4 };
enum Step : uint8_t { PAIR = 0, LEFT_ALONE = 1, RIGHT_ALONE = 2 };
constexpr double FORBIDDEN = 9.0;

class Costs {
  public:
    explicit Costs(const mtqa_forms &forms) : forms_(forms) {}

    double alone(int32_t form) const {
        switch (forms_.shape[form]) {
            case MARK: return 0.45;
            case CHARACTER: return 0.6;
            default: return forms_.word_class[form] ? 0.6 : 1.0;
        }
    }

    // Takes the word that the next calls of `together` put against others.
    void take(int32_t form) {
        word_ = form;
        const Letters key = letters(form);
        short_ = key.size <= 64;
        if (!short_) return;
        std::memset(low_, 0, sizeof low_);
        high_.clear();
        for (int64_t n = 0; n < key.size; ++n) {
            const uint64_t bit = uint64_t{1} << n;
            if (key.data[n] < 128)
                low_[key.data[n]] |= bit;
            else
                high_.push_back({key.data[n], bit});
        }
    }

    double together(int32_t b) {
        const int32_t a = word_;
        const mtqa_forms &f = forms_;
        if (f.key[a] == f.key[b]) {
            const double same = f.text[a] == f.text[b] ? 0.0 : 0.05;
            return f.shape[a] == MARK || f.word_class[a] ? same + 0.08 : same;
        }
        if (f.joint[a] == f.joint[b] && f.joint[a]) return 0.1;
        const uint8_t one = f.shape[a], two = f.shape[b];
        if (one == MARK || two == MARK) return one == two ? 0.5 : FORBIDDEN;
        if (one == CHARACTER || two == CHARACTER) return 0.9;
        if (one == DATE || two == DATE) return one == two ? 0.3 : 1.3;
        if (one == NUMBER || two == NUMBER) return one == two ? 0.4 : 1.4;
        if (f.word_class[a] && f.word_class[b]) return f.word_class[a] == f.word_class[b] ? 0.7 : 1.0;
        if (f.word_class[a] || f.word_class[b]) {
            const Letters here = letters(a), there = letters(b);
            return std::min(here.size, there.size) > 2 && likeness(b) > 0.7 ? 0.8 : 1.55;
        }
        if (f.lemma[a] == f.lemma[b]) return 0.2;
        if (f.stem[a] == f.stem[b] && f.stem[a]) return 0.3;
        return 0.5 + 0.6 * (1.0 - likeness(b)) + (f.capital[a] != f.capital[b] ? 0.15 : 0.0);
    }

  private:
    struct Letters {
        const uint32_t *data;
        int64_t size;
    };
    struct Bits {
        uint32_t letter;
        uint64_t bits;
    };

    Letters letters(int32_t form) const {
        return {forms_.letters + forms_.letter_offsets[form],
                forms_.letter_offsets[form + 1] - forms_.letter_offsets[form]};
    }

    uint64_t places(uint32_t letter) const {
        if (letter < 128) return low_[letter];
        uint64_t bits = 0;
        for (const Bits &some : high_)
            if (some.letter == letter) bits |= some.bits;
        return bits;
    }

    // 1 for equal keys down to 0 for keys without a common letter: the share of letters in a longest common subsequence.
    double likeness(int32_t b) {
        const Letters here = letters(word_), there = letters(b);
        const int64_t total = here.size + there.size;
        const int64_t apart = total - 2 * (short_ ? common_bits(there) : common_table(here, there));
        return 1.0 - static_cast<double>(apart) / static_cast<double>(total);
    }

    int64_t common_bits(Letters there) const {
        uint64_t free = ~uint64_t{0};
        for (int64_t n = 0; n < there.size; ++n) {
            const uint64_t hit = free & places(there.data[n]);
            free = (free + hit) | (free - hit);
        }
        int64_t count = 0;
        for (uint64_t used = ~free; used; used &= used - 1) ++count;
        return count;
    }

    int64_t common_table(Letters here, Letters there) {
        line_.assign(static_cast<size_t>(there.size) + 1, 0);
        for (int64_t i = 0; i < here.size; ++i) {
            int64_t corner = 0;
            for (int64_t j = 0; j < there.size; ++j) {
                int64_t &cell = line_[static_cast<size_t>(j) + 1];
                const int64_t above = cell;
                cell = here.data[i] == there.data[j] ? corner + 1 : std::max(above, line_[static_cast<size_t>(j)]);
                corner = above;
            }
        }
        return line_.back();
    }

    const mtqa_forms &forms_;
    int32_t word_ = 0;
    bool short_ = true;
    uint64_t low_[128] = {};
    std::vector<Bits> high_;
    std::vector<int64_t> line_;
};

class Table {
  public:
    explicit Table(const mtqa_forms &forms) : costs_(forms) {}

    // Writes the steps of the cheapest path in order; returns how many.
    int64_t path(const int32_t *left, int64_t height, const int32_t *right, int64_t width, uint8_t *out) {
        const size_t columns = static_cast<size_t>(width);
        added_.resize(columns);
        line_.resize(columns + 1);
        steps_.resize(static_cast<size_t>(height) * columns);
        line_[0] = 0.0;
        for (size_t j = 0; j < columns; ++j) {
            added_[j] = costs_.alone(right[j]);
            line_[j + 1] = line_[j] + added_[j];
        }
        for (int64_t i = 0; i < height; ++i) {
            const double dropped = costs_.alone(left[i]);
            costs_.take(left[i]);
            double corner = line_[0];
            double cell = line_[0] = corner + dropped;
            uint8_t *steps = steps_.data() + static_cast<size_t>(i) * columns;
            for (size_t j = 0; j < columns; ++j) {
                const double above = line_[j + 1];
                const double paired = corner + costs_.together(right[j]);
                const double removed = above + dropped;
                const double put = cell + added_[j];
                if (paired <= removed && paired <= put)
                    cell = paired, steps[j] = PAIR;
                else if (removed <= put)
                    cell = removed, steps[j] = LEFT_ALONE;
                else
                    cell = put, steps[j] = RIGHT_ALONE;
                line_[j + 1] = cell;
                corner = above;
            }
        }
        int64_t count = 0;
        for (int64_t i = height, j = width; i || j;) {
            const uint8_t step = !i ? +RIGHT_ALONE : !j ? +LEFT_ALONE : steps_[static_cast<size_t>((i - 1) * width + j - 1)];
            out[count++] = step;
            i -= step != RIGHT_ALONE;
            j -= step != LEFT_ALONE;
        }
        std::reverse(out, out + count);
        return count;
    }

  private:
    Costs costs_;
    std::vector<double> added_, line_;
    std::vector<uint8_t> steps_;
};

}  // namespace
}  // namespace mtqa

int32_t mtqa_words(const mtqa_forms *forms, int64_t tables, const int32_t *left, const int64_t *left_offsets,
                   const int32_t *right, const int64_t *right_offsets, int32_t threads, uint8_t *steps,
                   int64_t *counts) {
    if (tables < 0 || threads < 1) return 2;
    return mtqa::share(tables, threads, [&] {
        return [&, table = mtqa::Table(*forms)](int64_t n) mutable {
            const int64_t i = left_offsets[n], j = right_offsets[n];
            counts[n] = table.path(left + i, left_offsets[n + 1] - i, right + j, right_offsets[n + 1] - j, steps + i + j);
        };
    });
}
