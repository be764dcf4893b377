// Texts as bytes: decoding, white space as Python's str.split() sees it, lower case, growing buffers.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "mtqa.h"

// Sixteen bytes at once where the machine can. -DMTQA_PORTABLE builds the plain bodies, those of arm64, on any machine.
#if defined(__SSE2__) && !defined(MTQA_PORTABLE)
#define MTQA_SSE2
#include <emmintrin.h>
#endif

namespace mtqa {

struct View {
    const uint8_t *data;
    size_t size;

    const uint8_t *end() const { return data + size; }
};

// Bytes that may be read a little beyond their end: `PADDING` zero bytes follow.
class Buffer {
  public:
    static constexpr size_t PADDING = 64;

    void clear() { size_ = 0; }
    size_t size() const { return size_; }
    uint8_t *data() { return bytes_.data(); }
    View view() { return {bytes_.data(), size_}; }

    // Makes room for `extra` more bytes and the padding, and gives the place where they go.
    uint8_t *room(size_t extra) {
        if (bytes_.size() < size_ + extra + PADDING) bytes_.resize(2 * (size_ + extra) + PADDING + 64);
        return bytes_.data() + size_;
    }
    void grown_to(const uint8_t *end) {
        size_ = static_cast<size_t>(end - bytes_.data());
        std::memset(bytes_.data() + size_, 0, PADDING);
    }
    void append(const uint8_t *data, size_t size) {
        uint8_t *to = room(size);
        if (size) std::memcpy(to, data, size);
        grown_to(to + size);
    }

  private:
    std::vector<uint8_t> bytes_;
    size_t size_ = 0;
};

constexpr uint32_t CODE_POINTS = 0x110000;

// A long row of zeros of which only the pages that are written take memory and time.
class ZeroPages {
  public:
    explicit ZeroPages(size_t size) : cells_(static_cast<uint32_t *>(std::calloc(size, sizeof(uint32_t)))) {
        if (!cells_) throw std::bad_alloc();
    }
    ~ZeroPages() { std::free(cells_); }
    ZeroPages(const ZeroPages &) = delete;
    ZeroPages &operator=(const ZeroPages &) = delete;
    uint32_t *data() { return cells_; }

  private:
    uint32_t *cells_;
};

// The code point at `at`, which moves behind it. Never leaves [0, CODE_POINTS), never reads more than 4 bytes.
inline uint32_t decode(const uint8_t *&at) {
    const uint32_t first = at[0];
    if (first < 0xC0) {
        at += 1;
        return first;
    }
    if (first < 0xE0) {
        const uint32_t code = (first & 0x1F) << 6 | (at[1] & 0x3F);
        at += 2;
        return code;
    }
    if (first < 0xF0) {
        const uint32_t code = (first & 0x0F) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3F);
        at += 3;
        return code;
    }
    const uint32_t code = (first & 0x07) << 18 | (at[1] & 0x3Fu) << 12 | (at[2] & 0x3Fu) << 6 | (at[3] & 0x3F);
    at += 4;
    return code < CODE_POINTS ? code : 0xFFFD;
}

inline uint8_t *encode(uint32_t code, uint8_t *to) {
    if (code < 0x80) {
        *to++ = static_cast<uint8_t>(code);
    } else if (code < 0x800) {
        *to++ = static_cast<uint8_t>(0xC0 | code >> 6);
        *to++ = static_cast<uint8_t>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = static_cast<uint8_t>(0xE0 | code >> 12);
        *to++ = static_cast<uint8_t>(0x80 | (code >> 6 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (code & 0x3F));
    } else {
        *to++ = static_cast<uint8_t>(0xF0 | code >> 18);
        *to++ = static_cast<uint8_t>(0x80 | (code >> 12 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (code >> 6 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (code & 0x3F));
    }
    return to;
}

// White space below U+0080: 09-0D and 1C-20.
inline bool is_ascii_space(uint32_t code) { return (code - 9u) < 5u || (code - 0x1Cu) < 5u; }

// White space from U+0080 on.
inline bool is_wide_space(uint32_t code) {
    if (code < 0x1680) return code == 0x85 || code == 0xA0;
    if (code < 0x2000) return code == 0x1680;
    if (code <= 0x205F) return code <= 0x200A || code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F;
    return code == 0x3000;
}

inline bool is_space(uint32_t code) { return code < 0x80 ? is_ascii_space(code) : is_wide_space(code); }

// The first byte of every white space from U+0080 on is one of these four.
inline bool may_open_wide_space(uint8_t byte) { return byte == 0xC2 || (byte >= 0xE1 && byte <= 0xE3); }

inline bool is_ascii(View text) {
    uint8_t all = 0;
    for (size_t i = 0; i < text.size; ++i) all |= text.data[i];
    return all < 0x80;
}

// White space in 64 bytes at once, one bit each: `plain` for that below U+0080, `wide` for bytes that may begin other.
struct Spaces {
    uint64_t plain, wide;
};

inline Spaces spaces(const uint8_t *at) {
    Spaces found{0, 0};
#if defined(MTQA_SSE2)
    for (int k = 0; k < 4; ++k) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at + 16 * k));
        const auto between = [&](uint8_t first, uint8_t count) {  // unsigned: first <= byte < first + count
            const __m128i from = _mm_sub_epi8(bytes, _mm_set1_epi8(static_cast<char>(first)));
            return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(static_cast<char>(count - 1))), from);
        };
        const __m128i plain = _mm_or_si128(between(9, 5), between(28, 5));
        const __m128i wide = _mm_or_si128(between(0xC2, 1), between(0xE1, 3));
        found.plain |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(plain))} << (16 * k);
        found.wide |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(wide))} << (16 * k);
    }
#else
    for (int k = 0; k < 64; ++k) {
        found.plain |= uint64_t{is_ascii_space(at[k])} << k;
        found.wide |= uint64_t{may_open_wide_space(at[k])} << k;
    }
#endif
    return found;
}

inline int lowest_bit(uint64_t bits) {
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_ctzll(bits);
#else
    int count = 0;
    for (; !(bits & 1); bits >>= 1) ++count;
    return count;
#endif
}

// Calls `word(start, end)` for every word between white space, as str.split(). The text lies in a padded Buffer.
template <class Word>
void each_word(View text, Word word) {
    const uint8_t *start = text.data;
    for (size_t from = 0; from < text.size; from += 64) {
        const Spaces found = spaces(text.data + from);
        for (uint64_t bits = found.plain | found.wide; bits; bits &= bits - 1) {
            const int bit = lowest_bit(bits);
            const uint8_t *at = text.data + from + bit, *next = at + 1;
            if (at >= text.end()) break;
            if (found.wide >> bit & 1 && !is_wide_space(decode(next = at))) continue;
            if (at > start) word(start, at);
            start = next;
        }
    }
    if (text.end() > start) word(start, text.end());
}

inline uint32_t lower_of(uint32_t code, const uint32_t *lower) { return code < MTQA_CASED ? lower[code] : code; }

// Appends the text, in lower case where a table is given (see mtqa_batch.lower).
inline void append_lower(Buffer &to, View text, const uint32_t *lower) {
    if (!lower) return to.append(text.data, text.size);
    uint8_t *out = to.room(2 * text.size);  // no code point grows by more than half
    if (is_ascii(text)) {
        for (size_t i = 0; i < text.size; ++i) {
            const uint8_t byte = text.data[i];
            out[i] = static_cast<uint8_t>(byte + (static_cast<uint8_t>(byte - 'A') < 26 ? 32 : 0));
        }
        return to.grown_to(out + text.size);
    }
    uint8_t tail[8] = {};  // a broken sequence at the very end must not read on
    const uint8_t *at = text.data, *safe = text.size >= 4 ? text.end() - 3 : text.data;
    while (at < safe) out = encode(lower_of(decode(at), lower), out);
    if (at < text.end()) {
        const size_t left = static_cast<size_t>(text.end() - at);
        std::memcpy(tail, at, left);
        for (const uint8_t *rest = tail; rest < tail + left;) out = encode(lower_of(decode(rest), lower), out);
    }
    to.grown_to(out);
}

// The text without white space at its end, as str.rstrip().
inline View stripped_right(View text) {
    const uint8_t *end = text.end();
    while (end > text.data) {
        const uint8_t *start = end - 1;
        while (start > text.data && (*start & 0xC0) == 0x80 && end - start < 4) --start;
        const uint8_t *after = start;
        if (end - start != 1 + (*start >= 0xC0) + (*start >= 0xE0) + (*start >= 0xF0)) break;
        if (!is_space(decode(after))) break;
        end = start;
    }
    return {text.data, static_cast<size_t>(end - text.data)};
}

}  // namespace mtqa
