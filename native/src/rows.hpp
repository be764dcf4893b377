// A batch row by row: what a row holds, what rows have in common, and the threads that share the work.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <thread>
#include <vector>

#include "mtqa.h"
#include "text.hpp"

namespace mtqa {

class Rows {
  public:
    explicit Rows(const mtqa_batch &batch) : batch_(batch) {}

    int64_t size() const { return batch_.rows; }
    View hypothesis(int64_t row) const { return text(batch_.hypothesis_bytes, batch_.hypothesis_offsets, row); }
    int64_t references(int64_t row) const { return batch_.reference_starts[row + 1] - batch_.reference_starts[row]; }
    View reference(int64_t row, int64_t k) const {
        return text(batch_.reference_bytes, batch_.reference_offsets, batch_.reference_starts[row] + k);
    }
    bool valid() const {
        if (batch_.rows < 0 || batch_.threads < 1) return false;
        for (int64_t row = 0; row < batch_.rows; ++row)
            if (references(row) < 1) return false;
        return true;
    }

    // What rows have in common: a row with another one's references has the number of the first row that has them, a
    // whole row that was there before the number of the first such row; what stands once has its own.
    struct Common {
        std::vector<int64_t> references, all;
    };
    Common common() const {
        Common found{std::vector<int64_t>(static_cast<size_t>(size())), std::vector<int64_t>(static_cast<size_t>(size()))};
        std::vector<bool> several(static_cast<size_t>(size()));  // of first rows: whether a second one came
        Known references(size()), pairs(size());
        for (int64_t row = 0; row < size(); ++row) {
            const uint64_t hash = references_hash(row);
            const auto pair = [&](int64_t any) {
                return pairs.first(finished(mix(hash, hypothesis(any))), any, [&](int64_t other) {
                    return equal(hypothesis(other), hypothesis(any)) && same_references(other, any);
                });
            };
            const int64_t first =
                references.first(finished(hash), row, [&](int64_t other) { return same_references(other, row); });
            found.references[static_cast<size_t>(row)] = first;
            found.all[static_cast<size_t>(row)] = row;
            if (first == row) continue;
            if (!several[static_cast<size_t>(first)]) pair(first);
            several[static_cast<size_t>(first)] = true;
            found.all[static_cast<size_t>(row)] = pair(row);
        }
        return found;
    }

  private:
    static View text(const uint8_t *bytes, const int64_t *offsets, int64_t index) {
        return {bytes + offsets[index], static_cast<size_t>(offsets[index + 1] - offsets[index])};
    }
    static uint64_t mix(uint64_t hash, View text) {
        hash = (hash ^ text.size) * 0x9E3779B97F4A7C15u;
        const uint8_t *at = text.data;
        for (; text.end() - at >= 8; at += 8) {
            uint64_t word;
            std::memcpy(&word, at, 8);
            hash = (hash ^ word ^ hash >> 29) * 0x9E3779B97F4A7C15u;
        }
        uint64_t word = 0;
        if (at < text.end()) std::memcpy(&word, at, static_cast<size_t>(text.end() - at));
        return (hash ^ word ^ hash >> 29) * 0x9E3779B97F4A7C15u;
    }
    static uint64_t finished(uint64_t hash) { return (hash ^ hash >> 32) * 0x9E3779B97F4A7C15u; }
    uint64_t references_hash(int64_t row) const {
        uint64_t hash = static_cast<uint64_t>(references(row));
        for (int64_t k = 0; k < references(row); ++k) hash = mix(hash, reference(row, k));
        return hash;
    }
    static bool equal(View one, View other) {
        return one.size == other.size && (!one.size || std::memcmp(one.data, other.data, one.size) == 0);
    }
    bool same_references(int64_t one, int64_t other) const {
        if (references(one) != references(other)) return false;
        for (int64_t k = 0; k < references(one); ++k)
            if (!equal(reference(one, k), reference(other, k))) return false;
        return true;
    }

    // Rows by hash, in open addressing; takes no memory until the first row comes.
    class Known {
      public:
        explicit Known(int64_t rows) {
            while ((int64_t{1} << bits_) < 2 * rows) ++bits_;
        }
        // The row that is the same as this one, which is known from now on; itself if there was none.
        template <class Same>
        int64_t first(uint64_t hash, int64_t row, const Same &same) {
            if (slots_.empty()) slots_.resize(size_t{1} << bits_, {0, -1});
            const size_t mask = slots_.size() - 1;
            size_t place = hash >> (64 - bits_);
            while (slots_[place].row >= 0 && !(slots_[place].hash == hash && same(slots_[place].row)))
                place = (place + 1) & mask;
            if (slots_[place].row < 0) slots_[place] = {hash, row};
            return slots_[place].row;
        }

      private:
        struct Slot {
            uint64_t hash;
            int64_t row;
        };
        std::vector<Slot> slots_;
        int bits_ = 4;
    };

    const mtqa_batch &batch_;
};

// Calls `make()(n)` for every n below `count`, blocks of them shared among threads; each thread has its own worker.
// Returns 0, or 1 when memory ran out.
template <class Make>
int32_t share(int64_t count, int32_t threads, const Make &make) {
    constexpr int64_t BLOCK = 64;
    std::atomic<int64_t> next{0};
    std::atomic<int32_t> failed{0};
    const auto work = [&]() noexcept {
        try {
            auto worker = make();
            for (int64_t from; (from = next.fetch_add(BLOCK)) < count && !failed;)
                for (int64_t n = from; n < std::min(from + BLOCK, count); ++n) worker(n);
        } catch (...) {
            failed = 1;
        }
    };
    std::vector<std::thread> others;
    const int64_t useful = std::min<int64_t>(threads, (count + BLOCK - 1) / BLOCK);
    try {
        for (int64_t k = 1; k < useful; ++k) others.emplace_back(work);
    } catch (...) {
        // fewer threads than wished: the ones that started do it all
    }
    work();
    for (auto &thread : others) thread.join();
    return failed;
}

// The rows that are to be counted, each once; those with the same references one after the other.
inline std::vector<int64_t> in_turn(const Rows::Common &common) {
    const auto count = static_cast<int64_t>(common.all.size());
    constexpr int64_t NONE = -1;
    std::vector<int64_t> next(common.all.size(), NONE), last(common.all.size(), NONE), order;
    for (int64_t row = 0; row < count; ++row) {
        const auto first = static_cast<size_t>(common.references[static_cast<size_t>(row)]);
        if (common.all[static_cast<size_t>(row)] != row) continue;
        if (last[first] != NONE) next[static_cast<size_t>(last[first])] = row;
        last[first] = row;
    }
    order.reserve(common.all.size());
    for (int64_t row = 0; row < count; ++row)
        if (common.references[static_cast<size_t>(row)] == row)
            for (int64_t same = row; same != NONE; same = next[static_cast<size_t>(same)]) order.push_back(same);
    return order;
}

// Runs `Kernel(options).row(rows, row, known, out)` for every row, equal rows once; `known`: the row that this kernel
// counted before had the same references. One kernel, with its work-space, a thread.
// Returns 0, or 1 when memory ran out.
template <class Kernel, class Options>
int32_t run(const mtqa_batch &batch, const Options &options, size_t width, double *out) {
    try {
        const Rows rows(batch);
        const Rows::Common common = rows.common();
        const std::vector<int64_t> order = in_turn(common);
        const auto make = [&] {
            return [&, kernel = Kernel(options), read = int64_t{-1}](int64_t n) mutable {
                const int64_t row = order[static_cast<size_t>(n)];
                const int64_t references = common.references[static_cast<size_t>(row)];
                kernel.row(rows, row, references == read, out + static_cast<size_t>(row) * width);
                read = references;
            };
        };
        if (share(static_cast<int64_t>(order.size()), batch.threads, make)) return 1;
        for (int64_t row = 0; row < rows.size(); ++row) {
            const int64_t source = common.all[static_cast<size_t>(row)];
            if (source != row)
                std::memcpy(out + static_cast<size_t>(row) * width, out + static_cast<size_t>(source) * width,
                            width * sizeof(double));
        }
        return 0;
    } catch (...) {
        return 1;
    }
}

}  // namespace mtqa
