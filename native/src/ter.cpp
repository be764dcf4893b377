// TER: word edits plus block shifts, found as sacrebleu finds them. Readable body: mtqa/kernels/ter.py.
//
// A round proposes every block of the hypothesis that stands in the reference too, counts the edits after each shift,
// and keeps the best one; rounds go on until none gains. Two bounds end the work early without changing it: a round
// that reaches 1,000 candidates is thrown away, and no shift can bring the edits below what the words in common allow.

#include <memory>

#include "distance.hpp"
#include "mtqa.h"
#include "rows.hpp"
#include "tokens.hpp"

namespace mtqa {
namespace {

constexpr size_t LONGEST_SHIFT = 10, FARTHEST_SHIFT = 50;
constexpr int64_t MOST_CANDIDATES = 1000;

struct TerOptions {
    int flags;
    const uint32_t *lower;
};

// `length` words from `start` on, moved before `target` as sacrebleu moves them.
struct Shift {
    uint32_t start, length, target, words;  // of `words` in all

    // Words [first, last) are the ones that change place.
    uint32_t first() const { return std::min(start, target); }
    uint32_t last() const {
        return target > start + length ? target : std::min(words, std::max(start, target) + length);
    }
    // A block of n words that jumps over m gains at most 2 min(n, m): so many deletions and insertions do the same.
    int64_t hope() const { return 2 * static_cast<int64_t>(std::min(length, last() - first() - length)); }

    void apply(const uint32_t *words, uint32_t *out) const {
        uint32_t *to = out;
        const auto copy = [&](uint32_t from, uint32_t until) { to = std::copy(words + from, words + until, to); };
        if (target < start) {
            copy(start, start + length);
            copy(target, start);
        } else if (target > start + length) {
            copy(start + length, target);
            copy(start, start + length);
        } else {  // within the block itself: as many words behind it move before it
            copy(start + length, last());
            copy(start, start + length);
        }
    }
};

class Ter {
  public:
    explicit Ter(const TerOptions &options)
        : twice_((options.flags & MTQA_REFERENCES_TWICE) != 0), hypothesis_(options.flags, options.lower),
          reference_(options.flags, options.lower) {}

    void row(const Rows &rows, int64_t row, bool known, double *out) {
        const Tokens &words = hypothesis_(rows.hypothesis(row));
        int64_t best = -1;
        double lengths = 0;
        for (int64_t k = 0; k < rows.references(row); ++k) {
            if (!(known && rows.references(row) == 1)) read_reference(rows.reference(row, k));
            const int64_t edits = this->edits(words);
            lengths += static_cast<double>(reference_words_.size());
            if (best < 0 || edits < best) best = edits;
        }
        out[0] = static_cast<double>(best);
        out[1] = lengths / static_cast<double>(rows.references(row));
    }

  private:
    void read_reference(View text) {
        const Tokens &reference = twice_ ? reference_.twice(text) : reference_(text);
        vocabulary_.prepare(reference.size());
        reference_words_.resize(reference.size());
        for (size_t i = 0; i < reference.size(); ++i) reference_words_[i] = vocabulary_.enter(reference[i]);
        listed_ = false;
    }

    // The edits that make the reference that was read last out of a hypothesis.
    int64_t edits(const Tokens &hypothesis) {
        if (reference_words_.empty() || hypothesis.empty())
            return static_cast<int64_t>(std::max(hypothesis.size(), reference_words_.size()));
        words_.resize(hypothesis.size());
        for (size_t i = 0; i < hypothesis.size(); ++i) words_[i] = vocabulary_.look(hypothesis[i]);
        if (words_ == reference_words_) return 0;

        const int64_t least = fewest_possible();
        distance_.prepare(reference_words_, vocabulary_.size(), words_.size());
        int64_t shifts = 0, candidates = 0, now = distance_.align(words_, 0);
        while (now > least) {
            if (!listed_) list_places();
            distance_.trace(words_, alignment_);
            candidates = propose(candidates);
            if (candidates >= MOST_CANDIDATES) break;
            const Best best = choose(now, least);
            if (best.gain <= 0) break;
            std::vector<uint32_t> moved(best.shift.last() - best.shift.first());
            best.shift.apply(words_.data(), moved.data());
            std::copy(moved.begin(), moved.end(), words_.begin() + best.shift.first());
            ++shifts;
            now = distance_.align(words_, best.shift.first());
        }
        return shifts + now;
    }

    // Words that one side lacks have to be edited, wherever they stand.
    int64_t fewest_possible() {
        spare_.assign(vocabulary_.size() + 1, 0);
        for (const uint32_t word : reference_words_) ++spare_[word];
        size_t common = 0;
        for (const uint32_t word : words_) {
            const uint32_t matched = spare_[word] > 0;
            common += matched;
            spare_[word] -= matched;
        }
        return static_cast<int64_t>(std::max(words_.size(), reference_words_.size()) - common);
    }

    // Chains the places of every word in the reference.
    void list_places() {
        listed_ = true;
        first_place_.assign(vocabulary_.size() + 1, NOWHERE);
        next_place_.resize(reference_words_.size());
        for (size_t at = reference_words_.size(); at-- > 0;) {
            next_place_[at] = first_place_[reference_words_[at]];
            first_place_[reference_words_[at]] = static_cast<uint32_t>(at);
        }
    }

    // Lists this round's shifts and adds their number to `candidates`; stops where there are too many.
    int64_t propose(int64_t candidates) {
        shifts_.clear();
        const size_t ours = words_.size(), theirs = reference_words_.size();
        const auto &errors = alignment_.hypothesis_errors, &reference_errors = alignment_.reference_errors;
        for (size_t start = 0; start < ours; ++start) {
            for (uint32_t place = first_place_[words_[start]]; place != NOWHERE; place = next_place_[place]) {
                if (place + FARTHEST_SHIFT < start) continue;
                if (place > start + FARTHEST_SHIFT) break;
                const uint32_t aligned = alignment_.position[place];  // counted from 1; 0: before the first word
                const size_t most = std::min({LONGEST_SHIFT, ours - start, theirs - place});
                for (size_t length = 1; length <= most; ++length) {
                    if (words_[start + length - 1] != reference_words_[place + length - 1]) break;
                    if (errors[start + length] == errors[start]) continue;
                    if (reference_errors[place + length] == reference_errors[place]) continue;
                    if (aligned > start && aligned <= start + length) continue;
                    uint32_t before = NOWHERE;
                    for (size_t k = 0; k <= length; ++k) {
                        const uint32_t target = place + k == 0 ? 0 : alignment_.position[place + k - 1];
                        if (target == before) continue;
                        before = target;
                        ++candidates;
                        const Shift shift{static_cast<uint32_t>(start), static_cast<uint32_t>(length), target,
                                          static_cast<uint32_t>(ours)};
                        if (shift.hope() > 0) shifts_.push_back(shift);
                    }
                    if (candidates >= MOST_CANDIDATES) return candidates;
                }
            }
        }
        return candidates;
    }

    struct Best {
        int64_t gain;
        Shift shift;
    };

    // The shift that sacrebleu ranks highest: gain, then length, then the earlier start, then the earlier target.
    Best choose(int64_t now, int64_t least) {
        Best best{0, {0, 0, 0, 0}};
        const bool hopes = !distance_.beam_may_matter(now);
        // Long blocks first: they may gain most and win ties, so that many short ones need no counting.
        std::sort(shifts_.begin(), shifts_.end(), [](const Shift &one, const Shift &other) {
            if (one.length != other.length) return one.length > other.length;
            return one.first() < other.first();
        });
        Lane lanes[LANES];
        for (size_t from = 0; from < shifts_.size();) {
            size_t count = 0;
            for (; from < shifts_.size() && count < LANES; ++from) {
                const Shift &shift = shifts_[from];
                const int64_t hope = hopes ? std::min(now - least, shift.hope()) : now - least;
                if (hope < best.gain || (hope == best.gain && shift.length < best.shift.length)) continue;
                lane_shift_[count] = shift;
                ++count;
            }
            if (!count) break;
            for (size_t k = 0; k < count; ++k) {
                const Shift &shift = lane_shift_[k];
                lane_words_[k].resize(shift.last() - shift.first());
                shift.apply(words_.data(), lane_words_[k].data());
                lanes[k] = {shift.first(), shift.last(), lane_words_[k].data(), 0};
            }
            distance_.count(words_, lanes, count);
            for (size_t k = 0; k < count; ++k) {
                const Best found{now - lanes[k].distance, lane_shift_[k]};
                if (found.gain > 0 && better(found, best)) best = found;
            }
        }
        return best;
    }

    static bool better(const Best &one, const Best &other) {
        if (one.gain != other.gain) return one.gain > other.gain;
        if (one.shift.length != other.shift.length) return one.shift.length > other.shift.length;
        if (one.shift.start != other.shift.start) return one.shift.start < other.shift.start;
        return one.shift.target < other.shift.target;
    }

    static constexpr uint32_t NOWHERE = ~uint32_t{0};

    const bool twice_;
    TerTokenizer hypothesis_, reference_;
    Vocabulary vocabulary_;
    std::vector<uint32_t> words_, reference_words_, spare_, first_place_, next_place_;
    bool listed_ = false;  // whether the places of the reference's words are chained
    Distance distance_;
    Alignment alignment_;
    std::vector<Shift> shifts_;
    Shift lane_shift_[LANES];
    std::vector<uint32_t> lane_words_[LANES];
};

}  // namespace
}  // namespace mtqa

int32_t mtqa_ter(const mtqa_batch *batch, int32_t flags, double *out) {
    if (flags < 0 || flags > 15 || !mtqa::Rows(*batch).valid()) return 2;
    const mtqa::TerOptions options{flags, batch->lower};
    return mtqa::run<mtqa::Ter>(*batch, options, 2, out);
}
