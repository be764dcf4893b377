// How many n-grams two sequences share, order by order, without hashing a single n-gram.
//
// Units (characters or words) of the references have dense numbers 1..alphabet; a unit that no reference has is 0.
// At every order each living position holds the dense number of the n-gram that starts there. One order higher, the
// pair (number, next unit) addresses a cell of a table that holds the number of the longer n-gram. A position dies when
// its n-gram is not on the other side: no longer n-gram there can be shared. An n-gram that stands once on each side
// can only grow at these two places: the places are compared unit by unit up to the highest order, and leave the walk.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "text.hpp"

namespace mtqa {

constexpr int MOST_ORDERS = 64;

// One sequence of units, closed by as many marks as there are orders: `alphabet + 1` behind a reference, 0 behind the
// hypothesis. No unit of the other side equals them, so that no n-gram that runs off the end is shared.
struct Units {
    const uint32_t *units;
    size_t size;
};

inline uint32_t *close(uint32_t *end, int orders, uint32_t mark) { return std::fill_n(end, orders, mark); }

// Cells by address: (n-grams + 1) * (alphabet + 2) of them. A cell of an earlier order holds a number that is too
// small, and so counts as empty; all are wiped when the numbers run out.
class DirectCells {
  public:
    using Number = uint16_t;  // of n-grams and of places
    using Counts = uint32_t;  // two numbers

    static bool fits(uint64_t hypothesis, uint64_t references, uint64_t alphabet) {
        return std::max(hypothesis, references) < 0xFFFF && (references + 1) * (alphabet + 2) <= MOST;
    }
    // Empties all; makes room for n-grams with numbers up to `ids`, and for at most `longer` longer ones.
    void prepare(uint64_t ids, uint64_t longer, uint64_t alphabet) {
        stride_ = static_cast<uint32_t>(alphabet + 2);
        past_ += used_;
        used_ = static_cast<uint32_t>(longer);
        if (past_ + used_ > 0xFFFF) {
            std::fill_n(cells_.begin(), dirty_, 0);
            past_ = 0, dirty_ = 0;
        }
        const uint64_t wanted = (ids + 1) * stride_;
        dirty_ = std::max(dirty_, wanted);
        if (cells_.size() < wanted) cells_.resize(wanted + wanted / 2, 0);
    }
    // What the inner loops hold in registers.
    struct Access {
        uint16_t *cells;
        const uint32_t stride, past;

        // The number of the n-gram and one unit more; a new one gets the next number. No branch: it could not be
        // foreseen.
        uint32_t enter(uint32_t id, uint32_t next, uint32_t &ids) const {
            uint16_t &cell = cells[id * stride + next];
            const auto found = static_cast<int32_t>(cell - past), empty = (found - 1) >> 31;  // empty: all bits or none
            ids -= static_cast<uint32_t>(empty);
            const uint32_t longer = (ids & static_cast<uint32_t>(empty)) | static_cast<uint32_t>(found & ~empty);
            cell = static_cast<uint16_t>(longer + past);
            return longer;
        }
        // That number, 0 if there is none.
        uint32_t look(uint32_t id, uint32_t next) const {
            const auto found = static_cast<int32_t>(cells[id * stride + next] - past);
            return static_cast<uint32_t>(found & ~(found >> 31));
        }
    };
    Access access() { return {cells_.data(), stride_, past_}; }

  private:
    static constexpr uint64_t MOST = uint64_t{1} << 22;
    std::vector<uint16_t> cells_;
    uint32_t stride_ = 1, past_ = 0, used_ = 0;
    uint64_t dirty_ = 0;
};

// The same by open addressing, for texts whose table of cells would be too large.
class HashedCells {
  public:
    using Number = uint32_t;
    using Counts = uint64_t;
    using Access = HashedCells &;
    Access access() { return *this; }

    void prepare(uint64_t, uint64_t longer, uint64_t alphabet) {
        stride_ = alphabet + 2;
        bits_ = 4;
        while ((uint64_t{1} << bits_) < 2 * (longer + 1)) ++bits_;
        keys_.assign(uint64_t{1} << bits_, EMPTY);
        ids_.resize(uint64_t{1} << bits_);
    }
    uint32_t enter(uint64_t id, uint64_t next, uint32_t &ids) {
        const uint64_t key = id * stride_ + next, cell = find(key);
        if (keys_[cell] == EMPTY) {
            keys_[cell] = key;
            ids_[cell] = ++ids;
        }
        return ids_[cell];
    }
    uint32_t look(uint64_t id, uint64_t next) const {
        const uint64_t cell = find(id * stride_ + next);
        return keys_[cell] == EMPTY ? 0 : ids_[cell];
    }

  private:
    uint64_t find(uint64_t key) const {
        const uint64_t mask = (uint64_t{1} << bits_) - 1;
        uint64_t cell = (key * 0x9E3779B97F4A7C15u) >> (64 - bits_);
        while (keys_[cell] != EMPTY && keys_[cell] != key) cell = (cell + 1) & mask;
        return cell;
    }

    static constexpr uint64_t EMPTY = ~uint64_t{0};
    std::vector<uint64_t> keys_;
    std::vector<uint32_t> ids_;
    uint64_t stride_ = 1;
    int bits_ = 4;
};

// The walk from order to order, over one kind of cells. The references lie in one array, each closed.
template <class Cells>
class Orders {
  public:
    void match(Units hypothesis, const Units *references, size_t count, uint32_t alphabet, int orders,
               int64_t *matches) {
        ours_units_ = hypothesis.units;
        theirs_units_ = references[0].units;
        orders_ = orders;
        alphabet_ = ids_ = alphabet;
        several_ = count > 1;
        living_.resize(count);
        size_t units = 0;
        for (size_t k = 0; k < count; ++k) units += living_[k] = references[k].size;
        reserve(hypothesis.size, std::max(units, size_t{alphabet}) + 2);

        first_order(hypothesis.size, references, matches);
        for (int n = 1; n < orders && kept_; ++n) {
            next_order(n, matches);
            if (n + 1 < orders) sift(n + 1, matches);
        }
    }

  private:
    using Number = typename Cells::Number;
    // How often an n-gram stands on each side: the references in the low half, the hypothesis in the high half.
    using Counts = typename Cells::Counts;
    static constexpr int HALF = sizeof(Counts) * 4;
    static constexpr Counts OURS = Counts{1} << HALF, ONE_EACH = OURS | 1;

    // Living n-grams of one side: where they start, and their numbers.
    struct List {
        std::vector<Number> at, id;

        void reserve(size_t size) {
            if (at.size() >= size) return;
            at.resize(2 * size);
            id.resize(2 * size);
        }
    };

    void reserve(size_t ours, size_t theirs) {
        ours_.reserve(ours);
        pairs_.reserve(ours);
        theirs_.reserve(theirs);
        if (counts_.size() >= theirs) return;
        counts_.resize(2 * theirs);
        single_.resize(2 * theirs);
        place_.resize(2 * theirs);
    }

    // Counts the units. Few of a small alphabet stand once on each side: then all live on, and no lists are kept yet.
    void first_order(size_t size, const Units *references, int64_t *matches) {
        size_t units = 0;
        for (const size_t living : living_) units += living;
        listed_ = 2 * alphabet_ > units && orders_ > 1;
        if (listed_ || several_) {
            list(references);
            count_listed(units);
        } else {
            std::fill_n(counts_.data(), alphabet_ + 1, 0);
            for (size_t at = 0; at < units; ++at) ++counts_[theirs_units_[at]];
        }
        for (size_t at = 0; at < size; ++at) counts_[ours_units_[at]] += OURS;
        kept_ = size;
        *matches += shared();
        if (!listed_) return;
        for (size_t at = 0; at < size; ++at) {
            ours_.at[at] = static_cast<Number>(at);
            ours_.id[at] = static_cast<Number>(ours_units_[at]);
        }
        sift(1, matches);
    }

    // Lists all units of the references.
    void list(const Units *references) {
        size_t i = 0;
        for (size_t k = 0; k < living_.size(); ++k) {
            const size_t start = static_cast<size_t>(references[k].units - theirs_units_);
            for (size_t at = start; at < start + references[k].size; ++at, ++i) {
                theirs_.at[i] = static_cast<Number>(at);
                theirs_.id[i] = static_cast<Number>(theirs_units_[at]);
                place_[theirs_units_[at]] = static_cast<Number>(at);
            }
        }
    }

    // Counts the listed n-grams of the references; of several the one that has most counts.
    void count_listed(size_t all) {
        std::fill_n(counts_.data(), ids_ + 1, 0);
        const Number *id = theirs_.id.data();
        if (!several_)
            for (size_t i = 0; i < all; ++i) ++counts_[id[i]];
        else
            for (const size_t living : living_) {
                std::fill_n(single_.data(), ids_ + 1, 0);
                for (const Number *end = id + living; id < end; ++id)
                    counts_[*id] = std::max<Counts>(counts_[*id], ++single_[*id]);
            }
    }

    // From order n to order n + 1.
    void next_order(int n, int64_t *matches) {
        size_t all = 0;
        for (const size_t living : living_) all += living;
        cells_.prepare(ids_, all, alphabet_);
        std::fill_n(counts_.data(), all + 1, 0);
        enter(n, all);
        if (several_) count_listed(all);
        look(n);
        listed_ = true;
        matches[n] += shared();
    }

    // Numbers and counts the longer n-grams of the references.
    void enter(int n, size_t all) {
        typename Cells::Access cells = cells_.access();
        const uint32_t *next = theirs_units_ + n;
        Counts *counts = counts_.data();
        Number *place = place_.data(), *at = theirs_.at.data(), *id = theirs_.id.data();
        uint32_t ids = 0;
        const auto one = [&](size_t i, size_t start, uint32_t shorter) {
            const uint32_t longer = cells.enter(shorter, next[start], ids);
            ++counts[longer];
            place[longer] = static_cast<Number>(start);
            id[i] = static_cast<Number>(longer);
        };
        if (listed_ || several_)
            for (size_t i = 0; i < all; ++i) one(i, at[i], id[i]);
        else
            for (size_t i = 0; i < all; ++i) one(i, i, theirs_units_[i]), at[i] = static_cast<Number>(i);
        ids_ = ids;
    }

    // Finds and counts the longer n-grams of the hypothesis.
    void look(int n) {
        const typename Cells::Access cells = cells_.access();
        const uint32_t *next = ours_units_ + n;
        Counts *counts = counts_.data();
        Number *at = ours_.at.data(), *id = ours_.id.data();
        const auto one = [&](size_t i, size_t start, uint32_t shorter) {
            const uint32_t longer = cells.look(shorter, next[start]);
            counts[longer] += OURS;
            id[i] = static_cast<Number>(longer);
        };
        if (listed_)
            for (size_t i = 0; i < kept_; ++i) one(i, at[i], id[i]);
        else
            for (size_t i = 0; i < kept_; ++i) one(i, i, ours_units_[i]), at[i] = static_cast<Number>(i);
    }

    // Of n-grams counted on both sides, how many are shared.
    int64_t shared() const {
        const Counts *counts = counts_.data();
        Counts sum = 0;
        for (uint32_t id = 1; id <= ids_; ++id) sum += std::min<Counts>(counts[id] & (OURS - 1), counts[id] >> HALF);
        return static_cast<int64_t>(sum);
    }

    // Drops n-grams that only one side has, and follows those that stand once on each to the highest order.
    void sift(int n, int64_t *matches) {
        Counts *counts = counts_.data();
        counts[0] = 0;
        // A count beyond `dead` lives on; with several references `place_` need not be the only one.
        const Counts dead = several_ ? OURS - 1 : ONE_EACH, alone = several_ ? 1 : ONE_EACH;
        const Number *place = place_.data();
        Number *at = ours_.at.data(), *id = ours_.id.data();
        Number *our = pairs_.at.data(), *their = pairs_.id.data();
        size_t kept = 0, paired = 0;
        for (size_t i = 0; i < kept_; ++i) {
            const Number start = at[i], number = id[i];
            const Counts count = counts[number];
            our[paired] = start;
            their[paired] = place[number];
            paired += count == alone;
            at[kept] = start;
            id[kept] = number;
            kept += count > dead;
        }
        kept_ = kept;
        at = theirs_.at.data(), id = theirs_.id.data();
        size_t from = 0, to = 0;
        for (size_t &living : living_) {
            const size_t end = from + living, start = to;
            for (; from < end; ++from) {
                const Number number = id[from];
                at[to] = at[from];
                id[to] = number;
                to += counts[number] > dead;
            }
            living = to - start;
        }
        switch (orders_ - n) {  // so that the counts of the usual orders stay in registers
            case 1: return follow<1>(paired, n, matches);
            case 2: return follow<2>(paired, n, matches);
            case 3: return follow<3>(paired, n, matches);
            case 4: return follow<4>(paired, n, matches);
            case 5: return follow<5>(paired, n, matches);
            default: return follow<MOST_ORDERS>(paired, n, matches);
        }
    }

    // Adds the pairs that go on to be equal, order by order.
    template <int MOST>
    void follow(size_t paired, int n, int64_t *matches) const {
        const Number *our = pairs_.at.data(), *their = pairs_.id.data();
        const int more = MOST < MOST_ORDERS ? MOST : orders_ - n;
        uint32_t equal[MOST] = {};
        for (size_t i = 0; i < paired; ++i) {
            const uint32_t *ours = ours_units_ + n + our[i], *theirs = theirs_units_ + n + their[i];
            uint32_t same = 1;
            for (int m = 0; m < more; ++m) equal[m] += same &= ours[m] == theirs[m];
        }
        for (int m = 0; m < more; ++m) matches[n + m] += equal[m];
    }

    Cells cells_;
    const uint32_t *ours_units_ = nullptr, *theirs_units_ = nullptr;
    uint32_t alphabet_ = 0, ids_ = 0;  // ids: the highest number of the order at hand
    int orders_ = 0;
    bool several_ = false, listed_ = false;  // listed: living n-grams stand in lists, else every position lives
    std::vector<Counts> counts_;
    std::vector<Number> single_, place_;  // of every n-gram: its count in one reference, where one of it starts
    List ours_, theirs_, pairs_;          // pairs: where an n-gram starts on both sides
    std::vector<size_t> living_;          // of each reference
    size_t kept_ = 0;                     // of the hypothesis
};

class Ngrams {
  public:
    // matches[n - 1] += shared n-grams of order n, each counted at most as often as in the reference that has most.
    void match(Units hypothesis, const Units *references, size_t count, uint32_t alphabet, int orders,
               int64_t *matches) {
        const Units &last = references[count - 1];
        const size_t units = static_cast<size_t>(last.units + last.size - references[0].units);
        if (!units || !hypothesis.size) return;
        for (size_t k = 0; k < count; ++k)
            if (references[k].size == hypothesis.size &&
                !std::memcmp(references[k].units, hypothesis.units, hypothesis.size * sizeof(uint32_t)))
                return match_all(hypothesis.size, orders, matches);
        if (DirectCells::fits(hypothesis.size, std::max(units, size_t{alphabet}), alphabet))
            direct_.match(hypothesis, references, count, alphabet, orders, matches);
        else
            hashed_.match(hypothesis, references, count, alphabet, orders, matches);
    }

  private:
    // One of the references is the hypothesis.
    static void match_all(size_t size, int orders, int64_t *matches) {
        for (size_t n = 0; n < static_cast<size_t>(orders) && n < size; ++n)
            matches[n] += static_cast<int64_t>(size - n);
    }

    Orders<DirectCells> direct_;
    Orders<HashedCells> hashed_;
};

}  // namespace mtqa
