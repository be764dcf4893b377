// How many n-grams two sequences share, order by order, without hashing a single n-gram.
//
// Units (characters or words) of the references have dense numbers 1..alphabet; a unit that no reference has is 0.
// At every order each living position holds the dense number of the n-gram that starts there. One order higher, the
// pair (number, next unit) addresses a cell of a table that holds the number of the longer n-gram. A position dies when
// its n-gram is not on the other side: no longer n-gram there can be shared. Only touched cells are wiped.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "text.hpp"

namespace mtqa {

// One sequence of units.
struct Units {
    const uint32_t *units;
    size_t size;
};

// Cells by address: (units + 1) * (alphabet + 1) of them.
class DirectCells {
  public:
    // Where an n-gram starts, its number, and its cell, in one word: it is read and written as one.
    using Gram = uint64_t;
    static Gram pack(uint32_t at, uint32_t id, uint32_t cell) { return uint64_t{cell} << 32 | id << 16 | at; }
    static uint32_t at(Gram gram) { return gram & 0xFFFF; }
    static uint32_t id(Gram gram) { return gram >> 16 & 0xFFFF; }
    static uint32_t cell(Gram gram) { return static_cast<uint32_t>(gram >> 32); }

    static bool fits(uint64_t hypothesis, uint64_t references, uint64_t alphabet) {
        return std::max(hypothesis, references) < 0xFFFF && (references + 1) * (alphabet + 1) <= MOST;
    }
    void prepare(uint64_t units, uint64_t alphabet) {
        stride_ = static_cast<uint32_t>(alphabet + 1);
        const uint64_t wanted = (units + 1) * (alphabet + 1);
        if (cells_.size() < wanted) cells_.resize(wanted + wanted / 2, 0);
    }
    // What the inner loops hold in registers.
    struct Access {
        uint16_t *cells;
        const uint32_t stride;

        uint32_t cell_of(uint32_t id, uint32_t next) const { return id * stride + next; }
        // The number in the cell; an empty one gets the next number first. No branch: it could not be foreseen.
        uint32_t enter(uint32_t cell, uint32_t &ids) const {
            const uint32_t found = cells[cell];
            ids += found == 0;
            const uint32_t id = found ? found : ids;
            cells[cell] = static_cast<uint16_t>(id);
            return id;
        }
        uint32_t look(uint32_t id, uint32_t next) const { return cells[cell_of(id, next)]; }
        void wipe(uint32_t cell) const { cells[cell] = 0; }
    };
    Access access() { return {cells_.data(), stride_}; }

  private:
    static constexpr uint64_t MOST = uint64_t{1} << 22;
    std::vector<uint16_t> cells_;
    uint32_t stride_ = 1;
};

// The same by open addressing, for texts whose table of cells would be too large.
class HashedCells {
  public:
    using Access = HashedCells &;
    Access access() { return *this; }

    struct Gram {
        uint32_t at, id, cell;
    };
    static Gram pack(uint32_t at, uint32_t id, uint32_t cell) { return {at, id, cell}; }
    static uint32_t at(const Gram &gram) { return gram.at; }
    static uint32_t id(const Gram &gram) { return gram.id; }
    static uint32_t cell(const Gram &gram) { return gram.cell; }

    void prepare(uint64_t units, uint64_t alphabet) {
        stride_ = alphabet + 1;
        bits_ = 4;
        while ((uint64_t{1} << bits_) < 2 * (units + 1)) ++bits_;
        const uint64_t wanted = uint64_t{1} << bits_;
        if (keys_.size() < wanted) {
            keys_.assign(wanted, EMPTY);
            ids_.assign(wanted, 0);
        }
    }
    uint32_t cell_of(uint32_t id, uint32_t next) {
        key_ = id * stride_ + next;
        const uint64_t mask = (uint64_t{1} << bits_) - 1;
        uint64_t cell = (key_ * 0x9E3779B97F4A7C15u) >> (64 - bits_);
        while (keys_[cell] != EMPTY && keys_[cell] != key_) cell = (cell + 1) & mask;
        return static_cast<uint32_t>(cell);
    }
    // Follows upon cell_of, whose key it enters.
    uint32_t enter(uint32_t cell, uint32_t &ids) {
        if (keys_[cell] == EMPTY) {
            keys_[cell] = key_;
            ids_[cell] = ++ids;
        }
        return ids_[cell];
    }
    uint32_t look(uint32_t id, uint32_t next) {
        const uint32_t cell = cell_of(id, next);
        return keys_[cell] == EMPTY ? 0 : ids_[cell];
    }
    void wipe(uint32_t cell) { keys_[cell] = EMPTY; }

  private:
    static constexpr uint64_t EMPTY = ~uint64_t{0};
    std::vector<uint64_t> keys_;
    std::vector<uint32_t> ids_;
    uint64_t stride_ = 1, key_ = 0;
    int bits_ = 4;
};

// The walk from order to order, over one kind of cells.
template <class Cells>
class Orders {
  public:
    void match(Units hypothesis, const Units *references, size_t count, uint32_t alphabet, int orders,
               int64_t *matches) {
        size_t units = 0;
        for (size_t k = 0; k < count; ++k) units += references[k].size;
        // An alphabet may be larger than its text: white space got a number before it was left out.
        const size_t most = std::max(units, size_t{alphabet}) + 2;
        cells_.prepare(most, alphabet);
        if (left_.size() < most) {
            left_.resize(2 * most);
            counts_.resize(2 * most);
            theirs_.resize(2 * most);
        }
        if (ours_.size() < hypothesis.size) ours_.resize(2 * hypothesis.size);
        living_.resize(count);
        *matches += first_order(hypothesis, references, count, alphabet);
        size_t living = hypothesis.size;
        for (int n = 1; n < orders && living; ++n)
            living = next_order(hypothesis, references, count, static_cast<uint32_t>(n), living, matches + n);
    }

  private:
    using Gram = typename Cells::Gram;
    static constexpr uint32_t ASKED = uint32_t{1} << 31;

    // Counts the units of every reference; all of both sides live on.
    int64_t first_order(Units hypothesis, const Units *references, size_t count, uint32_t alphabet) {
        std::fill_n(left_.data(), alphabet + 1, 0);
        for (size_t k = 0; k < count; ++k) {
            uint32_t *counts = count_from(k, alphabet);
            for (size_t i = 0; i < references[k].size; ++i) ++counts[references[k].units[i]];
            if (k) keep_most(alphabet);
            living_[k] = references[k].size;
        }
        int64_t shared = 0;
        for (size_t i = 0; i < hypothesis.size; ++i) shared += take(left_.data(), hypothesis.units[i]);
        return shared;
    }

    // From order n to order n + 1. At n = 1 the units themselves are the n-grams, and no lists are kept yet.
    size_t next_order(Units hypothesis, const Units *references, size_t count, uint32_t n, size_t living,
                      int64_t *matches) {
        size_t all = 0;
        for (size_t k = 0; k < count; ++k) all += living_[k];
        std::fill_n(left_.data(), all + 1, 0);
        typename Cells::Access cells = cells_.access();
        uint32_t ids = 0;
        Gram *grams = theirs_.data();
        for (size_t k = 0; k < count; ++k) {
            const uint32_t *units = references[k].units;
            const size_t size = references[k].size, alive = living_[k] = without_last(grams, living_[k], size, n);
            uint32_t *counts = count_from(k, static_cast<uint32_t>(all));
            const auto enter = [&](size_t i, uint32_t at, uint32_t id) {
                const uint32_t cell = cells.cell_of(id, units[at + n]);
                const uint32_t longer = cells.enter(cell, ids);
                ++counts[longer];
                grams[i] = Cells::pack(at, longer, cell);
            };
            if (n == 1)
                for (size_t i = 0; i < alive; ++i) enter(i, static_cast<uint32_t>(i), units[i]);
            else
                for (size_t i = 0; i < alive; ++i) enter(i, Cells::at(grams[i]), Cells::id(grams[i]));
            if (k) keep_most(ids);
            grams += size;
        }
        uint32_t *left = left_.data();
        Gram *ours = ours_.data();
        int64_t shared = 0;
        size_t kept = 0;
        living = without_last(ours, living, hypothesis.size, n);
        const auto look = [&](uint32_t at, uint32_t id) {
            const uint32_t longer = cells.look(id, hypothesis.units[at + n]);
            shared += take(left, longer);
            ours[kept] = Cells::pack(at, longer, 0);
            kept += longer != 0;
        };
        if (n == 1)
            for (size_t i = 0; i < living; ++i) look(static_cast<uint32_t>(i), hypothesis.units[i]);
        else
            for (size_t i = 0; i < living; ++i) look(Cells::at(ours[i]), Cells::id(ours[i]));
        bury(references, count);
        *matches += shared;
        return kept;
    }

    // Wipes the touched cells and drops the n-grams that the hypothesis does not have.
    void bury(const Units *references, size_t count) {
        typename Cells::Access cells = cells_.access();
        const uint32_t *left = left_.data();
        Gram *grams = theirs_.data();
        for (size_t k = 0; k < count; ++k) {
            size_t kept = 0;
            for (size_t i = 0; i < living_[k]; ++i) {
                const Gram gram = grams[i];
                cells.wipe(Cells::cell(gram));
                grams[kept] = gram;
                kept += left[Cells::id(gram)] >> 31;
            }
            living_[k] = kept;
            grams += references[k].size;
        }
    }

    // How many n-grams can still grow: the one that ends with the text cannot.
    static size_t without_last(const Gram *grams, size_t living, size_t size, uint32_t n) {
        if (n == 1) return size - (size > 0);
        return living - (living && Cells::at(grams[living - 1]) + n >= size);
    }

    // One of the n-grams of this number that are left, if any; the highest bit tells that it was asked for.
    static uint32_t take(uint32_t *left, uint32_t id) {
        const uint32_t found = left[id], matched = (found & ~ASKED) != 0;
        left[id] = (found - matched) | ASKED;
        return matched;
    }

    // The first reference counts where the most are kept; the others are counted apart and then compared.
    uint32_t *count_from(size_t k, uint32_t ids) {
        if (!k) return left_.data();
        std::fill_n(counts_.data(), ids + 1, 0);
        return counts_.data();
    }
    void keep_most(uint32_t ids) {
        for (uint32_t id = 1; id <= ids; ++id) left_[id] = std::max(left_[id], counts_[id]);
    }

    Cells cells_;
    std::vector<uint32_t> left_, counts_;
    std::vector<Gram> ours_, theirs_;
    std::vector<size_t> living_;
};

class Ngrams {
  public:
    // matches[n - 1] += shared n-grams of order n, each counted at most as often as in the reference that has most.
    void match(Units hypothesis, const Units *references, size_t count, uint32_t alphabet, int orders,
               int64_t *matches) {
        size_t units = 0;
        for (size_t k = 0; k < count; ++k) units += references[k].size;
        if (!units || !hypothesis.size) return;
        if (DirectCells::fits(hypothesis.size, std::max(units, size_t{alphabet}), alphabet))
            direct_.match(hypothesis, references, count, alphabet, orders, matches);
        else
            hashed_.match(hypothesis, references, count, alphabet, orders, matches);
    }

  private:
    Orders<DirectCells> direct_;
    Orders<HashedCells> hashed_;
};

}  // namespace mtqa
