// Word edit distance inside sacrebleu's beam, by bits, for one hypothesis and for many shifted variants of it.
//
// Row i of the matrix stands for i hypothesis words, column j for j reference words. sacrebleu fills only the columns
// [floor(i * ratio) - 25, floor(i * ratio) + 25) of row i, and the last row to its end; what it leaves out is infinite.
// The beam is part of the definition: it decides the distance, and the alignment, of long segments.
//
// Bit b of a row's words stands for column base + b. As Myers (1999) and Hyyrö (2003): `up` and `down` say where a cell
// is one more or one less than its left neighbour; `straight` says where it equals its neighbour left above. When the
// beam moves right, the words are shifted. Cells that were outside of the beam one row above are made so expensive that
// no path takes them: `up` is set there, and no match is seen behind the first of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace mtqa {

constexpr size_t LANES = 8;

// How the words stand to each other: for every reference word the number of hypothesis words up to it, and the running
// counts of errors on both sides.
struct Alignment {
    std::vector<uint32_t> position, hypothesis_errors, reference_errors;
};

// A variant of the hypothesis: `words` replace those of [first, last). `distance` is what comes out.
struct Lane {
    size_t first, last;
    const uint32_t *words;
    int64_t distance;
};

class Distance {
  public:
    // The reference (numbers 1..alphabet) and the length of the hypothesis, which no shift changes.
    void prepare(const std::vector<uint32_t> &reference, uint32_t alphabet, size_t length) {
        reference_ = &reference;
        length_ = length;
        chunks_ = reference.size() / 64 + 2;  // one more than needed: a window may begin in the last
        places_.assign((alphabet + 1) * chunks_, 0);
        for (size_t j = 0; j < reference.size(); ++j)
            places_[reference[j] * chunks_ + j / 64] |= uint64_t{1} << (j % 64);
        if (rows_.size() < length + 1) {
            rows_.resize(length + length / 2 + 16);
            states_.resize(rows_.size());
        }
        whole_ = reference.size() < BEAM;
        bits_ = whole_ || lay_beam();
        if (whole_) rows_[0].score = static_cast<int64_t>(reference.size());
        states_[0] = {~uint64_t{0}, 0, 0, 0, 0};
    }

    // Whether the beam may have hidden the shortest way of this length.
    bool beam_may_matter(int64_t distance) const {
        const auto difference = static_cast<int64_t>(reference_->size()) - static_cast<int64_t>(length_);
        const int64_t apart = difference < 0 ? -difference : difference;
        // A way that leaves the beam strays 24 columns or more from the diagonal, and comes back.
        return !whole_ && (apart >= BEAM - 1 || distance >= 2 * (BEAM - 1) - 1 - apart);
    }

    // The distance of these words, of which the first `known` are those of the last call.
    int64_t align(const std::vector<uint32_t> &words, size_t known) {
        if (!bits_) return fill(words);
        for (size_t i = known + 1; i <= length_; ++i) {
            if (whole_)
                step_whole(i, words[i - 1]);
            else
                step(i, words[i - 1]);
        }
        return rows_[length_].score;
    }

    // The alignment of the words last aligned; sacrebleu prefers match or substitution, then the hypothesis word alone,
    // then the reference word alone.
    void trace(const std::vector<uint32_t> &words, Alignment &alignment) const {
        alignment.position.resize(reference_->size());
        alignment.hypothesis_errors.assign(length_ + 1, 0);
        alignment.reference_errors.assign(reference_->size() + 1, 0);
        size_t i = length_, j = reference_->size();
        while (i || j) {
            const Move move = !i ? Move::REFERENCE : !j ? Move::HYPOTHESIS : bits_ ? move_by_bits(i, j) : move_at(words, i, j);
            if (move != Move::HYPOTHESIS) {
                alignment.position[j - 1] = static_cast<uint32_t>(i);
                alignment.reference_errors[j] = move != Move::MATCH;
                --j;
            }
            if (move != Move::REFERENCE) {
                alignment.hypothesis_errors[i] = move != Move::MATCH;
                --i;
            }
        }
        for (size_t k = 0; k < length_; ++k) alignment.hypothesis_errors[k + 1] += alignment.hypothesis_errors[k];
        for (size_t k = 0; k < reference_->size(); ++k)
            alignment.reference_errors[k + 1] += alignment.reference_errors[k];
    }

    // The distances of up to LANES variants of the words last aligned.
    void count(const std::vector<uint32_t> &words, Lane *lanes, size_t count) {
        if (!bits_) {
            for (size_t k = 0; k < count; ++k) {
                std::vector<uint32_t> variant(words);
                std::copy(lanes[k].words, lanes[k].words + (lanes[k].last - lanes[k].first),
                          variant.begin() + static_cast<std::ptrdiff_t>(lanes[k].first));
                lanes[k].distance = fill(variant);
            }
            fill(words);
        } else if (whole_) {
            count_whole(words, lanes, count);
        } else if (chunks_ == 2 && reference_->size() <= 64) {
            count_beam<true>(words, lanes, count);
        } else {
            count_beam<false>(words, lanes, count);
        }
    }

  private:
    static constexpr int64_t BEAM = 25;
    enum class Move { MATCH, SUBSTITUTE, HYPOTHESIS, REFERENCE };

    // Where row i of the beam lies, and what changes from row i - 1.
    struct Row {
        uint64_t open;   // columns that row i - 1 did not have
        uint64_t seen;   // columns whose matches count: their neighbour left above was in the beam
        uint64_t left;   // 1 where neither the left neighbour of bit 0 nor the one above that was in the beam
        uint64_t fresh;  // columns right of row i - 1's last one, up to row i's last one
        uint32_t shift, base, top_before, top;
        uint32_t one_more;  // row i's last column is row i - 1's and one more
        int64_t before;     // one behind row i - 1's last column
        int64_t score;      // the distance in row i's last column, of the words last aligned
    };
    struct State {
        uint64_t up, down, straight, rising, match;
    };

    // False where the beam does not fit into words of 64 bits (texts of absurdly different lengths).
    bool lay_beam() {
        const auto theirs = static_cast<int64_t>(reference_->size()), ours = static_cast<int64_t>(length_);
        const double ratio = static_cast<double>(theirs) / static_cast<double>(ours);
        if (static_cast<double>(BEAM) < ratio / 2) return false;
        int64_t low_before = 0, high_before = theirs + 1, base_before = 1;
        for (int64_t i = 1; i <= ours; ++i) {
            const auto diagonal = static_cast<int64_t>(std::floor(static_cast<double>(i) * ratio));
            const int64_t low = std::max<int64_t>(0, diagonal - BEAM);
            const int64_t high = i == ours ? theirs + 1 : std::min(theirs + 1, diagonal + BEAM);
            const int64_t base = std::max<int64_t>(1, low), shift = i == 1 ? 0 : base - base_before;
            if (i == 1) {
                high_before = theirs + 1;  // row 0 is whole; its score is read at row 1's last column
                rows_[0].score = high - 1;
            }
            const int64_t top = high - 1 - base, top_before = i == 1 ? top : high_before - 1 - base;
            if (top > 62 || top_before < 0 || shift > 62) return false;
            Row &row = rows_[static_cast<size_t>(i)];
            row.open = above(high_before - base);
            row.left = base - 1 < low_before;
            row.seen = ~above(high_before + 1 - base) & ~row.left;
            row.fresh = above(top_before + 1) & ~above(top + 1);
            row.shift = static_cast<uint32_t>(shift);
            row.base = static_cast<uint32_t>(base);
            row.top_before = static_cast<uint32_t>(top_before);
            row.top = static_cast<uint32_t>(top);
            row.one_more = top == top_before + 1;
            row.before = high_before;
            low_before = low, high_before = high, base_before = base;
        }
        return true;
    }
    // All bits from `from` on.
    static uint64_t above(int64_t from) { return from > 63 ? 0 : ~uint64_t{0} << from; }

    uint64_t matches(uint32_t word, uint32_t base) const {
        const uint64_t *chunk = places_.data() + word * chunks_ + (base - 1) / 64;
        const uint32_t offset = (base - 1) % 64;
        return offset ? chunk[0] >> offset | chunk[1] << (64 - offset) : chunk[0];
    }
    static int64_t ones(uint64_t bits) {
        int64_t count = 0;
        for (; bits; bits &= bits - 1) ++count;
        return count;
    }

    void step(size_t i, uint32_t word) {
        const Row &row = rows_[i];
        const State &before = states_[i - 1];
        const uint64_t up = ((before.up >> row.shift) & ~row.left) | row.open;
        const uint64_t down = ((before.down >> row.shift) & ~row.open) | row.left;
        const uint64_t match = matches(word, row.base) & row.seen;
        State &state = states_[i];
        state.match = match;
        state.straight = (((match & up) + up) ^ up) | match | down;
        const uint64_t rising = down | ~(state.straight | up), falling = state.straight & up;
        const uint64_t carried = rising << 1 | 1;
        state.rising = rising;
        state.up = falling << 1 | ~(state.straight | carried);
        state.down = carried & state.straight;
        rows_[i].score = rows_[i - 1].score + static_cast<int64_t>(rising >> row.top_before & 1) -
                         static_cast<int64_t>(falling >> row.top_before & 1) + ones(state.up & row.fresh) -
                         ones(state.down & row.fresh);
    }

    void step_whole(size_t i, uint32_t word) {
        const State &before = states_[i - 1];
        const uint64_t match = places_[word * chunks_];
        State &state = states_[i];
        state.match = match;
        state.straight = (((match & before.up) + before.up) ^ before.up) | match | before.down;
        const uint64_t rising = before.down | ~(state.straight | before.up), falling = state.straight & before.up;
        const uint64_t carried = rising << 1 | 1;
        const size_t top = reference_->size() - 1;
        state.rising = rising;
        state.up = falling << 1 | ~(state.straight | carried);
        state.down = carried & state.straight;
        rows_[i].score =
            rows_[i - 1].score + static_cast<int64_t>(rising >> top & 1) - static_cast<int64_t>(falling >> top & 1);
    }

    Move move_by_bits(size_t i, size_t j) const {
        const State &state = states_[i];
        const size_t bit = j - (whole_ ? 1 : rows_[i].base);
        if (state.match >> bit & 1) return Move::MATCH;
        const bool above_left_in_beam = whole_ || static_cast<int64_t>(j) <= rows_[i].before;
        if (!(state.straight >> bit & 1) && above_left_in_beam) return Move::SUBSTITUTE;
        return state.rising >> bit & 1 ? Move::HYPOTHESIS : Move::REFERENCE;
    }

    // The first row from which on a variant differs, the row after its last change, and the word of each row between.
    struct Stretch {
        size_t first, last;
    };
    static Stretch stretch(const Lane *lanes, size_t count) {
        Stretch all{lanes[0].first, lanes[0].last};
        for (size_t k = 1; k < count; ++k) {
            all.first = std::min(all.first, lanes[k].first);
            all.last = std::max(all.last, lanes[k].last);
        }
        return all;
    }
    static uint32_t word_of(const std::vector<uint32_t> &words, const Lane &lane, size_t at) {
        return at - lane.first < lane.last - lane.first ? lane.words[at - lane.first] : words[at];
    }

    // Fewer than 25 reference words: the beam hides nothing, and half a word holds a row.
    void count_whole(const std::vector<uint32_t> &words, Lane *lanes, size_t count) {
        const Stretch all = stretch(lanes, count);
        const size_t top = reference_->size() - 1;
        const uint32_t used = (uint32_t{2} << top) - 1;
        uint32_t up[LANES], down[LANES], match[LANES] = {}, score[LANES];
        for (size_t k = 0; k < LANES; ++k) {
            up[k] = static_cast<uint32_t>(states_[all.first].up);
            down[k] = static_cast<uint32_t>(states_[all.first].down);
            score[k] = 0;
        }
        size_t i = all.first + 1;
        const auto advance = [&] {
            for (size_t k = 0; k < LANES; ++k) {
                const uint32_t straight = (((match[k] & up[k]) + up[k]) ^ up[k]) | match[k] | down[k];
                const uint32_t rising = down[k] | ~(straight | up[k]), falling = straight & up[k];
                score[k] += (rising >> top & 1) - (falling >> top & 1);
                const uint32_t carried = rising << 1 | 1;
                up[k] = falling << 1 | ~(straight | carried);
                down[k] = carried & straight;
            }
        };
        for (; i <= all.last; ++i) {
            for (size_t k = 0; k < count; ++k)
                match[k] = static_cast<uint32_t>(places_[word_of(words, lanes[k], i - 1) * chunks_]);
            advance();
        }
        for (; i <= length_; ++i) {  // all variants go the same way: those that are in the same state stay together
            const State &state = states_[i - 1];
            uint32_t apart = 0;
            for (size_t k = 0; k < count; ++k)
                apart |= (up[k] ^ static_cast<uint32_t>(state.up)) | (down[k] ^ static_cast<uint32_t>(state.down));
            if (!(apart & used)) break;
            const auto same = static_cast<uint32_t>(places_[words[i - 1] * chunks_]);
            for (size_t k = 0; k < LANES; ++k) match[k] = same;
            advance();
        }
        const int64_t rest = rows_[length_].score - rows_[i - 1].score;
        for (size_t k = 0; k < count; ++k)
            lanes[k].distance = rows_[all.first].score + static_cast<int32_t>(score[k]) + rest;
    }

    template <bool NARROW>  // NARROW: the places of a word fit into 64 bits
    void count_beam(const std::vector<uint32_t> &words, Lane *lanes, size_t count) {
        const Stretch all = stretch(lanes, count);
        uint64_t up[LANES], down[LANES], match[LANES] = {}, score[LANES];
        for (size_t k = 0; k < LANES; ++k) {
            up[k] = states_[all.first].up;
            down[k] = states_[all.first].down;
            score[k] = 0;
        }
        const auto window = [&](uint32_t word, const Row &row) {
            return NARROW ? places_[word * 2] >> (row.base - 1) : matches(word, row.base);
        };
        const auto advance = [&](const Row &row) {
            const uint64_t open = row.open, left = row.left, seen = row.seen;
            const uint32_t shift = row.shift, top = row.top, top_before = row.top_before;
            if (row.one_more) {  // the last column moves along the diagonal
                for (size_t k = 0; k < LANES; ++k) {
                    const uint64_t u = ((up[k] >> shift) & ~left) | open, d = ((down[k] >> shift) & ~open) | left;
                    const uint64_t m = match[k] & seen, straight = (((m & u) + u) ^ u) | m | d;
                    const uint64_t carried = (d | ~(straight | u)) << 1 | 1;
                    score[k] += ~straight >> top & 1;
                    up[k] = (straight & u) << 1 | ~(straight | carried);
                    down[k] = carried & straight;
                }
                return;
            }
            for (size_t k = 0; k < LANES; ++k) {
                const uint64_t u = ((up[k] >> shift) & ~left) | open, d = ((down[k] >> shift) & ~open) | left;
                const uint64_t m = match[k] & seen, straight = (((m & u) + u) ^ u) | m | d;
                const uint64_t rising = d | ~(straight | u), falling = straight & u, carried = rising << 1 | 1;
                score[k] += (rising >> top_before & 1) - (falling >> top_before & 1);
                up[k] = falling << 1 | ~(straight | carried);
                down[k] = carried & straight;
            }
            if (row.fresh)
                for (size_t k = 0; k < LANES; ++k)
                    score[k] += static_cast<uint64_t>(ones(up[k] & row.fresh) - ones(down[k] & row.fresh));
        };
        size_t i = all.first + 1;
        for (; i <= all.last; ++i) {
            for (size_t k = 0; k < count; ++k) match[k] = window(word_of(words, lanes[k], i - 1), rows_[i]);
            advance(rows_[i]);
        }
        for (; i <= length_; ++i) {
            const State &state = states_[i - 1];
            const uint64_t used = i == 1 ? ~uint64_t{0} : (uint64_t{2} << rows_[i - 1].top) - 1;
            uint64_t apart = 0;
            for (size_t k = 0; k < count; ++k) apart |= (up[k] ^ state.up) | (down[k] ^ state.down);
            if (!(apart & used)) break;
            const uint64_t same = window(words[i - 1], rows_[i]);
            for (size_t k = 0; k < LANES; ++k) match[k] = same;
            advance(rows_[i]);
        }
        const int64_t rest = rows_[length_].score - rows_[i - 1].score;
        for (size_t k = 0; k < count; ++k)
            lanes[k].distance = rows_[all.first].score + static_cast<int64_t>(score[k]) + rest;
    }

    // Cell by cell, for beams that do not fit into a word.
    int64_t fill(const std::vector<uint32_t> &words) {
        const size_t theirs = reference_->size(), wide = theirs + 1;
        const double ratio = static_cast<double>(theirs) / static_cast<double>(length_);
        const auto beam = static_cast<double>(BEAM) < ratio / 2
                              ? static_cast<int64_t>(std::ceil(ratio / 2 + static_cast<double>(BEAM)))
                              : BEAM;
        cells_.assign((length_ + 1) * wide, FAR);
        for (size_t j = 0; j < wide; ++j) cells_[j] = static_cast<int32_t>(j);
        for (size_t i = 1; i <= length_; ++i) {
            const auto diagonal = static_cast<int64_t>(std::floor(static_cast<double>(i) * ratio));
            const auto low = static_cast<size_t>(std::max<int64_t>(0, diagonal - beam));
            const auto high =
                i == length_ ? wide : static_cast<size_t>(std::min(static_cast<int64_t>(wide), diagonal + beam));
            int32_t *row = cells_.data() + i * wide;
            const int32_t *above = row - wide;
            for (size_t j = low; j < high; ++j) {
                if (!j) {
                    row[0] = above[0] + 1;
                    continue;
                }
                const int32_t straight = above[j - 1] + (words[i - 1] != (*reference_)[j - 1]);
                row[j] = std::min({straight, above[j] + 1, row[j - 1] + 1, FAR});
            }
        }
        return cells_[length_ * wide + theirs];
    }

    Move move_at(const std::vector<uint32_t> &words, size_t i, size_t j) const {
        const size_t wide = reference_->size() + 1;
        const int32_t *row = cells_.data() + i * wide, *above = row - wide;
        const bool match = words[i - 1] == (*reference_)[j - 1];
        if (row[j] == above[j - 1] + !match) return match ? Move::MATCH : Move::SUBSTITUTE;
        return row[j] == above[j] + 1 ? Move::HYPOTHESIS : Move::REFERENCE;
    }

    static constexpr int32_t FAR = int32_t{1} << 30;

    const std::vector<uint32_t> *reference_ = nullptr;
    size_t length_ = 0, chunks_ = 0;
    bool whole_ = false, bits_ = true;
    std::vector<uint64_t> places_;  // of every word in the reference, one bit each
    std::vector<Row> rows_;
    std::vector<State> states_;
    std::vector<int32_t> cells_;
};

}  // namespace mtqa
