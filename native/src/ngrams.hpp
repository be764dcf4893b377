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

// Cells by address: (ids + 1) * (alphabet + 1) of them.
class DirectCells {
  public:
    static constexpr uint64_t MOST = uint64_t{1} << 22;

    static bool fits(uint64_t units, uint64_t alphabet) {
        return units < 0xFFFF && (units + 1) * (alphabet + 1) <= MOST;
    }
    void prepare(uint64_t units, uint64_t alphabet) {
        stride_ = static_cast<uint32_t>(alphabet + 1);
        const uint64_t wanted = (units + 1) * (alphabet + 1);
        if (cells_.size() < wanted) cells_.resize(wanted + wanted / 2, 0);
    }
    uint32_t address(uint32_t id, uint32_t next) const { return id * stride_ + next; }
    // The number in the cell; `fresh` goes in first where it is empty.
    uint32_t enter(uint32_t address, uint32_t fresh) {
        const uint32_t found = cells_[address];
        const uint32_t id = found ? found : fresh;
        cells_[address] = static_cast<uint16_t>(id);
        return id;
    }
    uint32_t look(uint32_t id, uint32_t next) const { return cells_[address(id, next)]; }
    void wipe(uint32_t address) { cells_[address] = 0; }

  private:
    std::vector<uint16_t> cells_;
    uint32_t stride_ = 1;
};

// The same by open addressing, for texts whose table of cells would be too large.
class HashedCells {
  public:
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
    uint32_t address(uint32_t id, uint32_t next) const {
        const uint64_t key = id * stride_ + next, mask = (uint64_t{1} << bits_) - 1;
        uint64_t slot = (key * 0x9E3779B97F4A7C15u) >> (64 - bits_);
        while (keys_[slot] != EMPTY && keys_[slot] != key) slot = (slot + 1) & mask;
        pending_ = key;
        return static_cast<uint32_t>(slot);
    }
    uint32_t enter(uint32_t slot, uint32_t fresh) {
        if (keys_[slot] == EMPTY) {
            keys_[slot] = pending_;
            ids_[slot] = fresh;
        }
        return ids_[slot];
    }
    uint32_t look(uint32_t id, uint32_t next) const {
        const uint32_t slot = address(id, next);
        return keys_[slot] == EMPTY ? 0 : ids_[slot];
    }
    void wipe(uint32_t slot) { keys_[slot] = EMPTY; }

  private:
    static constexpr uint64_t EMPTY = ~uint64_t{0};
    std::vector<uint64_t> keys_;
    std::vector<uint32_t> ids_;
    uint64_t stride_ = 1;
    mutable uint64_t pending_ = 0;
    int bits_ = 4;
};

// One sequence of units.
struct Units {
    const uint32_t *units;
    size_t size;
};

class Ngrams {
  public:
    // matches[n - 1] += shared n-grams of order n, each counted at most as often as in the reference that has most.
    void match(Units hypothesis, const Units *references, size_t count, uint32_t alphabet, int orders,
               int64_t *matches) {
        size_t units = 0;
        for (size_t k = 0; k < count; ++k) units += references[k].size;
        if (!units || !hypothesis.size) return;
        reserve(std::max({units, hypothesis.size, size_t{alphabet}}) + 2);
        if (DirectCells::fits(units, alphabet)) {
            direct_.prepare(units, alphabet);
            run(direct_, hypothesis, references, count, alphabet, orders, matches);
        } else {
            hashed_.prepare(units, alphabet);
            run(hashed_, hypothesis, references, count, alphabet, orders, matches);
        }
    }

  private:
    void reserve(size_t size) {
        if (counts_.size() >= size) return;
        size += size / 2;
        for (auto *column : {&counts_, &most_, &hypothesis_at_, &hypothesis_id_, &reference_at_, &reference_id_, &touched_})
            column->resize(size);
        present_.resize(size);
    }

    template <class Cells>
    void run(Cells &cells, Units hypothesis, const Units *references, size_t count, uint32_t alphabet, int orders,
             int64_t *matches) {
        living_.assign(count, 0);
        size_t living = first_order(hypothesis, references, count, alphabet, matches);
        for (int n = 1; n < orders && living; ++n)
            living = next_order(cells, hypothesis, references, count, static_cast<size_t>(n), living, matches + n);
    }

    size_t first_order(Units hypothesis, const Units *references, size_t count, uint32_t alphabet, int64_t *matches) {
        std::fill_n(most_.data(), alphabet + 1, 0);
        std::fill_n(present_.data(), alphabet + 1, uint8_t{0});
        for (size_t k = 0; k < count; ++k) {
            uint32_t *counts = k ? counts_.data() : most_.data();
            if (k) std::fill_n(counts, alphabet + 1, 0);
            for (size_t i = 0; i < references[k].size; ++i) ++counts[references[k].units[i]];
            if (k)
                for (uint32_t id = 1; id <= alphabet; ++id) most_[id] = std::max(most_[id], counts[id]);
        }
        int64_t shared = 0;
        size_t living = 0;
        for (size_t i = 0; i < hypothesis.size; ++i) {
            const uint32_t id = hypothesis.units[i];
            const uint32_t matched = most_[id] > 0;
            shared += matched;
            most_[id] -= matched;
            present_[id] = 1;
            hypothesis_at_[living] = static_cast<uint32_t>(i);
            hypothesis_id_[living] = id;
            living += id != 0;
        }
        present_[0] = 0;
        size_t to = 0;
        for (size_t k = 0; k < count; ++k) {
            const size_t before = to;
            for (size_t i = 0; i < references[k].size; ++i) {
                const uint32_t id = references[k].units[i];
                reference_at_[to] = static_cast<uint32_t>(i);
                reference_id_[to] = id;
                to += present_[id];
            }
            living_[k] = to - before;
        }
        *matches += shared;
        return living;
    }

    // From order n to order n + 1.
    template <class Cells>
    size_t next_order(Cells &cells, Units hypothesis, const Units *references, size_t count, size_t n, size_t living,
                      int64_t *matches) {
        size_t all = 0;
        for (size_t k = 0; k < count; ++k) all += living_[k];
        std::fill_n(most_.data(), all + 1, 0);
        std::fill_n(present_.data(), all + 1, uint8_t{0});
        uint32_t ids = 0;
        size_t from = 0, to = 0;
        for (size_t k = 0; k < count; ++k) {
            const uint32_t *units = references[k].units;
            size_t alive = living_[k];
            while (alive && reference_at_[from + alive - 1] + n >= references[k].size) --alive;
            uint32_t *counts = k ? counts_.data() : most_.data();
            if (k) std::fill_n(counts, all + 1, 0);
            for (size_t i = from; i < from + alive; ++i, ++to) {
                const uint32_t at = reference_at_[i];
                const auto address = cells.address(reference_id_[i], units[at + n]);
                const uint32_t id = cells.enter(address, ids + 1);
                ids += id > ids;
                ++counts[id];
                touched_[to] = address;
                reference_at_[to] = at;
                reference_id_[to] = id;
            }
            if (k)
                for (uint32_t id = 1; id <= ids; ++id) most_[id] = std::max(most_[id], counts[id]);
            from += living_[k];
            living_[k] = alive;
        }
        int64_t shared = 0;
        size_t kept = 0;
        while (living && hypothesis_at_[living - 1] + n >= hypothesis.size) --living;
        for (size_t i = 0; i < living; ++i) {
            const uint32_t at = hypothesis_at_[i];
            const uint32_t id = cells.look(hypothesis_id_[i], hypothesis.units[at + n]);
            const uint32_t matched = most_[id] > 0;
            shared += matched;
            most_[id] -= matched;
            present_[id] = 1;
            hypothesis_at_[kept] = at;
            hypothesis_id_[kept] = id;
            kept += id != 0;
        }
        present_[0] = 0;
        bury(cells, count);
        *matches += shared;
        return kept;
    }

    // Wipes the touched cells and drops the reference positions whose n-gram the hypothesis does not have.
    template <class Cells>
    void bury(Cells &cells, size_t count) {
        size_t from = 0, to = 0;
        for (size_t k = 0; k < count; ++k) {
            const size_t before = to, end = from + living_[k];
            for (; from < end; ++from) {
                cells.wipe(touched_[from]);
                const uint32_t id = reference_id_[from];
                reference_at_[to] = reference_at_[from];
                reference_id_[to] = id;
                to += present_[id];
            }
            living_[k] = to - before;
        }
    }

    DirectCells direct_;
    HashedCells hashed_;
    std::vector<uint32_t> counts_, most_, hypothesis_at_, hypothesis_id_, reference_at_, reference_id_, touched_;
    std::vector<uint8_t> present_;
    std::vector<size_t> living_;
};

}  // namespace mtqa
