// A batch row by row: what a row holds, rows that repeat, and the threads that share the work.
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

    // For every row the first row with the same hypothesis and references; a row that has no double is its own.
    std::vector<int64_t> first_of_same() const {
        std::vector<int64_t> first(static_cast<size_t>(size()));
        int bits = 4;
        while ((int64_t{1} << bits) < 2 * size()) ++bits;
        std::vector<int64_t> slots(size_t{1} << bits, -1);
        std::vector<uint64_t> hashes(static_cast<size_t>(size()));
        const size_t mask = slots.size() - 1;
        for (int64_t row = 0; row < size(); ++row) {
            const uint64_t hash = hashes[static_cast<size_t>(row)] = this->hash(row);
            size_t place = hash >> (64 - bits);
            while (slots[place] >= 0 && !(hashes[static_cast<size_t>(slots[place])] == hash && same(slots[place], row)))
                place = (place + 1) & mask;
            if (slots[place] < 0) slots[place] = row;
            first[static_cast<size_t>(row)] = slots[place];
        }
        return first;
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
    uint64_t hash(int64_t row) const {
        uint64_t hash = mix(0, hypothesis(row));
        for (int64_t k = 0; k < references(row); ++k) hash = mix(hash, reference(row, k));
        return (hash ^ hash >> 32) * 0x9E3779B97F4A7C15u;
    }
    static bool same(View one, View other) {
        return one.size == other.size && (!one.size || std::memcmp(one.data, other.data, one.size) == 0);
    }
    bool same(int64_t one, int64_t other) const {
        if (references(one) != references(other) || !same(hypothesis(one), hypothesis(other))) return false;
        for (int64_t k = 0; k < references(one); ++k)
            if (!same(reference(one, k), reference(other, k))) return false;
        return true;
    }

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

// Runs `Kernel(options).row(rows, row, out)` for every row, equal rows once. One kernel, with its work-space, a thread.
// Returns 0, or 1 when memory ran out.
template <class Kernel, class Options>
int32_t run(const mtqa_batch &batch, const Options &options, size_t width, double *out) {
    try {
        const Rows rows(batch);
        const std::vector<int64_t> first = rows.first_of_same();
        const auto make = [&] {
            return [&, kernel = Kernel(options)](int64_t row) mutable {
                if (first[static_cast<size_t>(row)] == row)
                    kernel.row(rows, row, out + static_cast<size_t>(row) * width);
            };
        };
        if (share(rows.size(), batch.threads, make)) return 1;
        for (int64_t row = 0; row < rows.size(); ++row) {
            const int64_t source = first[static_cast<size_t>(row)];
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
