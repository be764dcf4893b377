// Tokens as spans of bytes, and the dense numbers of the distinct ones.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "text.hpp"

namespace mtqa {

// A token lies in a padded Buffer: 16 bytes may be read from its start on.
struct Token {
    const uint8_t *data;
    uint32_t size;
};

using Tokens = std::vector<Token>;

// Distinct tokens get 1, 2, 3 ...; equality is by bytes, the hash only finds the place.
class Vocabulary {
  public:
    // Forgets all; makes room for `most` distinct tokens.
    void prepare(size_t most) {
        bits_ = 4;
        while ((size_t{1} << bits_) < 4 * most) ++bits_;
        if (slots_.size() < (size_t{1} << bits_)) slots_.resize(size_t{1} << bits_);
        std::memset(slots_.data(), 0, sizeof(uint32_t) << bits_);
        if (entries_.size() < most + 1) entries_.resize(2 * most + 16);
        size_ = 0;
    }
    uint32_t size() const { return size_; }

    // The number of a token, which is new from now on no more.
    uint32_t enter(Token token) {
        const Entry wanted = entry(token);
        uint32_t &slot = find(wanted);
        if (!slot) {
            slot = ++size_;
            entries_[slot] = wanted;
        }
        return slot;
    }
    // The number of a token, 0 if it was never entered.
    uint32_t look(Token token) { return find(entry(token)); }

  private:
    struct Entry {
        uint64_t head, middle;  // bytes 0-7 and 8-15, zero behind the end
        const uint8_t *data;
        uint32_t size;
    };

    static uint64_t word(const uint8_t *data, uint32_t size) {
        uint64_t bytes;
        std::memcpy(&bytes, data, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        return size >= 8 ? bytes : bytes >> (64 - 8 * size) << (64 - 8 * size);
#else
        return size >= 8 ? bytes : bytes & ((uint64_t{1} << (8 * size)) - 1);
#endif
    }
    static Entry entry(Token token) {
        return {word(token.data, token.size), token.size > 8 ? word(token.data + 8, token.size - 8) : 0, token.data,
                token.size};
    }
    uint32_t &find(const Entry &wanted) {
        uint64_t hash = (wanted.head ^ (wanted.middle * 0xC2B2AE3D27D4EB4Fu) ^ wanted.size) * 0x9E3779B97F4A7C15u;
        for (uint32_t i = 16; i < wanted.size; ++i) hash = (hash ^ wanted.data[i]) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
        const size_t mask = (size_t{1} << bits_) - 1;
        size_t place = (hash * 0x9E3779B97F4A7C15u) >> (64 - bits_);
        while (slots_[place] && !same(entries_[slots_[place]], wanted)) place = (place + 1) & mask;
        return slots_[place];
    }
    static bool same(const Entry &one, const Entry &other) {
        return one.head == other.head && one.middle == other.middle && one.size == other.size &&
               (one.size <= 16 || std::memcmp(one.data + 16, other.data + 16, one.size - 16) == 0);
    }

    std::vector<uint32_t> slots_;
    std::vector<Entry> entries_;
    uint32_t size_ = 0;
    int bits_ = 4;
};

}  // namespace mtqa
