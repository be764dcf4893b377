// The tokenizers of BLEU and TER, each in one pass. Readable bodies: mtqa/kernels/tokens.py.
//
// The regular expressions of mteval come in passes: "a mark after a non-digit" and then "a mark before a non-digit",
// each eating the two characters that it matches. What a mark becomes follows from one bit of the past:
// `free`, whether the character before it is a non-digit that no match has eaten as its second character.
//     free                            the mark is a token of its own; it is eaten, so free is off behind it
//     not free, a non-digit follows   a token of its own; it was not eaten, so free is on
//     not free, a digit follows       it opens a token, or stays in one that a digit ended
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "mtqa.h"
#include "text.hpp"
#include "vocabulary.hpp"

namespace mtqa {

inline bool is_digit(uint32_t code) { return (code - '0') < 10u; }

inline bool in(uint32_t code, uint32_t first, uint32_t last) { return code - first <= last - first; }

// What a byte below U+0080 is to mteval's regular expressions.
enum class Sign : uint8_t { LETTER, SPACE, ALONE, DIGIT, POINT, DASH, WIDE };

constexpr std::array<Sign, 256> make_signs() {
    std::array<Sign, 256> signs{};
    for (uint32_t byte = 0; byte < 256; ++byte) {
        Sign sign = Sign::LETTER;
        if ((byte >= 9 && byte <= 13) || (byte >= 28 && byte <= 32)) {
            sign = Sign::SPACE;
        } else if ((byte >= '{' && byte <= '~') || (byte >= '[' && byte <= '`') || (byte >= ' ' && byte <= '&') ||
                   (byte >= '(' && byte <= '+') || (byte >= ':' && byte <= '@') || byte == '/') {
            sign = Sign::ALONE;
        } else if (byte >= '0' && byte <= '9') {
            sign = Sign::DIGIT;
        } else if (byte == '.' || byte == ',') {
            sign = Sign::POINT;
        } else if (byte == '-') {
            sign = Sign::DASH;
        } else if (byte >= 0x80) {
            sign = Sign::WIDE;
        }
        signs[byte] = sign;
    }
    return signs;
}
inline constexpr std::array<Sign, 256> SIGNS = make_signs();

// Characters that the zh tokenizer isolates. Two of sacrebleu's bounds have five digits behind \u, which Python reads
// as a character and a digit: what it compares is U+2001-2A6D and U+2F81-2FA1, and the CJK extensions are left out.
inline bool zh_isolates(uint32_t code) {
    if (code < 0x2001) return false;
    return in(code, 0x3400, 0x4DB5) || in(code, 0x4E00, 0x9FBB) || in(code, 0xF900, 0xFA2D) ||
           in(code, 0xFA30, 0xFA6A) || in(code, 0xFA70, 0xFAD9) || in(code, 0x2001, 0x2A6D) ||
           in(code, 0x2F81, 0x2FA1) || in(code, 0xFF00, 0xFFEF) || in(code, 0x2E80, 0x2EFF) ||
           in(code, 0x3000, 0x303F) || in(code, 0x31C0, 0x31EF) || in(code, 0x2F00, 0x2FDF) ||
           in(code, 0x2FF0, 0x2FFF) || in(code, 0x3100, 0x312F) || in(code, 0x31A0, 0x31BF) ||
           in(code, 0xFE10, 0xFE1F) || in(code, 0xFE30, 0xFE4F) || in(code, 0x3200, 0x33FF);
}

inline bool is_asian_mark(uint32_t code) {
    return in(code, 0x3001, 0x3002) || in(code, 0x3008, 0x3011) || in(code, 0x3014, 0x301F) ||
           in(code, 0xFF61, 0xFF65) || code == 0x30FB || code == 0xFF0E || code == 0xFF0C || code == 0xFF1F ||
           in(code, 0xFF1A, 0xFF1B) || in(code, 0xFF01, 0xFF02) || in(code, 0xFF08, 0xFF09);
}

// Characters that TER's Asian support isolates. sacrebleu's U+3200-3F22 is kept as it stands.
inline bool ter_isolates(uint32_t code) {
    if (code < 0x2E80) return false;
    return in(code, 0x4E00, 0x9FFF) || in(code, 0x3200, 0x4DBF) || in(code, 0x31C0, 0x31EF) ||
           in(code, 0x2E80, 0x2EFF) || in(code, 0xF900, 0xFAFF) || in(code, 0xFE30, 0xFE4F) || is_asian_mark(code);
}

// Replaces every `from` by the shorter or equally long `to`, in place, left to right.
inline void replace(Buffer &text, const char *from, const char *to) {
    const size_t old_size = std::strlen(from), new_size = std::strlen(to);
    uint8_t *out = text.data();
    const uint8_t *at = text.data(), *end = at + text.size();
    while (at < end) {
        if (*at == static_cast<uint8_t>(*from) && static_cast<size_t>(end - at) >= old_size &&
            std::memcmp(at, from, old_size) == 0) {
            std::memcpy(out, to, new_size);
            out += new_size;
            at += old_size;
        } else {
            *out++ = *at++;
        }
    }
    text.grown_to(out);
}

inline bool holds(View text, char byte) {
    return text.size && std::memchr(text.data, byte, text.size) != nullptr;
}

inline void replace_entities(Buffer &text) {
    if (!holds(text.view(), '&')) return;
    replace(text, "&quot;", "\"");
    replace(text, "&amp;", "&");
    replace(text, "&lt;", "<");
    replace(text, "&gt;", ">");
}

// Words between white space, as str.split().
inline void split(View text, Tokens &tokens) {
    each_word(text, [&](const uint8_t *start, const uint8_t *end) {
        tokens.push_back({start, static_cast<uint32_t>(end - start)});
    });
}

inline void split_characters(View text, Tokens &tokens) {
    for (const uint8_t *at = text.data; at < text.end();) {
        const uint8_t *start = at;
        if (!is_space(decode(at))) tokens.push_back({start, static_cast<uint32_t>(std::min(at, text.end()) - start)});
    }
}

// Collects tokens while a scanner walks over the text.
class Cutter {
  public:
    Cutter(View text, Tokens &tokens) : start_(text.data), tokens_(tokens) {}

    void cut(const uint8_t *at) {  // a border
        if (at > start_) tokens_.push_back({start_, static_cast<uint32_t>(at - start_)});
        start_ = at;
    }
    void skip(const uint8_t *from, const uint8_t *to) {  // white space
        cut(from);
        start_ = to;
    }
    void alone(const uint8_t *from, const uint8_t *to) {  // a token of its own
        cut(from);
        cut(to);
    }

  private:
    const uint8_t *start_;
    Tokens &tokens_;
};

// The bytes of 64 that the walk below has to stop at, one bit each; a few more do no harm.
inline uint64_t stops(const uint8_t *at) {
    uint64_t found = 0;
#if defined(MTQA_SSE2)
    for (int k = 0; k < 4; ++k) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at + 16 * k));
        const auto between = [&](uint8_t first, uint8_t last) {
            const __m128i from = _mm_sub_epi8(bytes, _mm_set1_epi8(static_cast<char>(first)));
            return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(static_cast<char>(last - first))), from);
        };
        const __m128i low = _mm_or_si128(between(0, '/'), between(':', '@'));
        const __m128i high = _mm_or_si128(between('[', '`'), between('{', 0x7F));
        const __m128i stop = _mm_or_si128(_mm_or_si128(low, high), between(0xC0, 0xFF));
        found |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(stop))} << (16 * k);
    }
#else
    for (int k = 0; k < 64; ++k) {
        const Sign sign = SIGNS[at[k]];
        const bool within = (at[k] & 0xC0) == 0x80;  // a character is looked at where it begins
        found |= uint64_t{at[k] == '\'' || (sign != Sign::LETTER && sign != Sign::DIGIT && !within)} << k;
    }
#endif
    return found;
}

enum class Wide { KEEP, ZH, TER_ASIAN };

// mteval-v13a: the tokenizer 13a (padded), the second half of zh (not padded), and TER's normalisation (possessives).
template <Wide WIDE, bool PADDED, bool POSSESSIVE>
void split_mteval(View text, Tokens &tokens) {
    Cutter cutter(text, tokens);
    const uint8_t *end = text.end(), *eaten = PADDED ? nullptr : text.data;  // where free is off without a digit
    for (size_t from = 0; from < text.size; from += 64) {
        for (uint64_t bits = stops(text.data + from); bits; bits &= bits - 1) {
            const uint8_t *here = text.data + from + lowest_bit(bits), *at = here + 1;
            if (here >= end) break;
            const bool after_digit = here > text.data && is_digit(here[-1]);
            switch (SIGNS[*here]) {
                case Sign::LETTER:
                    if (POSSESSIVE && *here == '\'' && at < end && *at == 's' &&
                        (at + 1 == end || at[1] == ' ' || SIGNS[at[1]] == Sign::ALONE))
                        cutter.cut(here);
                    break;
                case Sign::DIGIT: break;
                case Sign::SPACE: cutter.skip(here, at); break;
                case Sign::ALONE: cutter.alone(here, at); break;
                case Sign::POINT:
                    if (!after_digit && here != eaten) {
                        cutter.alone(here, at);
                        eaten = at;
                    } else if (at < end ? !is_digit(*at) : PADDED) {
                        cutter.alone(here, at);
                    }
                    break;
                case Sign::DASH:
                    if (after_digit) cutter.alone(here, at);
                    break;
                case Sign::WIDE: {
                    if (WIDE == Wide::KEEP && !may_open_wide_space(*here)) break;
                    const uint32_t code = decode(at = here);
                    if (is_wide_space(code))
                        cutter.skip(here, at);
                    else if ((WIDE == Wide::ZH && zh_isolates(code)) || (WIDE == Wide::TER_ASIAN && ter_isolates(code)))
                        cutter.alone(here, at);
                    break;
                }
            }
        }
    }
    cutter.cut(end);
}

// mteval-v14, international: the same walk with punctuation for points and numbers of all scripts for digits.
inline void split_intl(View text, Tokens &tokens, const uint8_t *classes) {
    enum : uint8_t { PUNCTUATION = 1, SYMBOL = 2, NUMBER = 4 };
    Cutter cutter(text, tokens);
    const uint8_t *end = text.end(), *behind = text.data;  // behind: where `free` holds, the end of the last stop
    bool free = false;
    for (size_t from = 0; from < text.size; from += 64) {
        for (uint64_t bits = stops(text.data + from); bits; bits &= bits - 1) {
            const uint8_t *here = text.data + from + lowest_bit(bits), *at = here;
            if (here >= end) break;
            if (here < behind) continue;  // within a broken sequence
            if (here > behind) free = !is_digit(here[-1]);  // a letter or a digit, at which nothing stops
            const uint32_t code = decode(at);
            behind = at = std::min(at, end);
            const uint8_t kind = classes[code];
            if (kind & PUNCTUATION) {
                const uint8_t *next = at;
                if (free) {
                    cutter.alone(here, at);
                    free = false;
                } else if (at < end && !(classes[decode(next)] & NUMBER)) {
                    cutter.alone(here, at);
                    free = true;
                }
                continue;
            }
            if (kind & SYMBOL)
                cutter.alone(here, at);
            else if (is_space(code))
                cutter.skip(here, at);
            free = !(kind & NUMBER);
        }
    }
    cutter.cut(end);
}

// The tokens of a text for BLEU; they lie in this object until the next call.
class BleuTokenizer {
  public:
    BleuTokenizer(int tokenizer, const uint32_t *lower, const uint8_t *classes)
        : tokenizer_(tokenizer), lower_(lower), classes_(classes) {}

    const Tokens &operator()(View raw) {
        tokens_.clear();
        text_.clear();
        append_lower(text_, stripped_right(raw), lower_);
        if (tokenizer_ == MTQA_13A) replace_markup(text_);
        const View text = text_.view();
        switch (tokenizer_) {
            case MTQA_13A: split_mteval<Wide::KEEP, true, false>(text, tokens_); break;
            case MTQA_ZH: split_mteval<Wide::ZH, false, false>(stripped(text), tokens_); break;
            case MTQA_INTL: split_intl(text, tokens_, classes_); break;
            case MTQA_CHAR: split_characters(text, tokens_); break;
            default: split(text, tokens_);
        }
        return tokens_;
    }

  private:
    static View stripped(View text) {
        text = stripped_right(text);
        const uint8_t *at = text.data;
        for (const uint8_t *next = at; next < text.end(); at = next)
            if (!is_space(decode(next))) break;
        at = std::min(at, text.end());  // a broken sequence may claim more bytes than there are
        return {at, static_cast<size_t>(text.end() - at)};
    }
    // mteval's language-independent part. White space at the end is gone before, so that "-\n" there is not joined.
    static void replace_markup(Buffer &text) {
        if (holds(text.view(), '<')) replace(text, "<skipped>", "");
        if (holds(text.view(), '\n')) {
            replace(text, "-\n", "");
            replace(text, "\n", " ");
        }
        replace_entities(text);
    }

    const int tokenizer_;
    const uint32_t *lower_;
    const uint8_t *classes_;
    Buffer text_;
    Tokens tokens_;
};

// The tokens of a text for TER; they lie in this object until the next call.
class TerTokenizer {
  public:
    TerTokenizer(int flags, const uint32_t *lower) : flags_(flags), lower_(lower) {}

    const Tokens &operator()(View raw) {
        tokens_.clear();
        text_.clear();
        append_lower(text_, stripped_right(raw), lower_);
        if (flags_ & MTQA_NORMALIZED) {
            if (holds(text_.view(), '\n')) {
                replace(text_, "\n-", "");
                replace(text_, "\n", " ");
            }
            replace_entities(text_);
            if (flags_ & MTQA_ASIAN)
                split_mteval<Wide::TER_ASIAN, true, true>(text_.view(), tokens_);
            else
                split_mteval<Wide::KEEP, true, true>(text_.view(), tokens_);
        } else {
            split(text_.view(), tokens_);
        }
        if (flags_ & MTQA_NO_PUNCT) strip_marks();
        return tokens_;
    }

    // The tokens of the tokens: sacrebleu's way with references.
    const Tokens &twice(View raw) {
        (*this)(raw);
        again_.clear();
        for (const Token &token : tokens_) {
            if (again_.size()) again_.append(reinterpret_cast<const uint8_t *>(" "), 1);
            again_.append(token.data, token.size);
        }
        return (*this)(again_.view());
    }

  private:
    // Takes punctuation out of the tokens, and drops those of which nothing is left.
    void strip_marks() {
        size_t bytes = 0, kept = 0;
        for (const Token &token : tokens_) bytes += token.size;
        bare_.clear();
        uint8_t *to = bare_.room(bytes);
        for (const Token &token : tokens_) {
            uint8_t *start = to;
            for (const uint8_t *at = token.data, *end = at + token.size; at < end;) {
                const uint8_t *from = at;
                const uint32_t code = decode(at);
                at = std::min(at, end);
                const bool mark = code < 0x80 ? code && std::strchr(".,?:;!\"()", static_cast<int>(code)) != nullptr
                                              : (flags_ & MTQA_ASIAN) && is_asian_mark(code);
                if (!mark) to = std::copy(from, at, to);
            }
            if (to > start) tokens_[kept++] = {start, static_cast<uint32_t>(to - start)};
        }
        bare_.grown_to(to);
        tokens_.resize(kept);
    }

    const int flags_;
    const uint32_t *lower_;
    Buffer text_, again_, bare_;
    Tokens tokens_;
};

}  // namespace mtqa
