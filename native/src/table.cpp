// Blocks of a table as columns: TSV and JSON Lines whose every line is as it should be. A line that is not makes the
// whole block nothing; the careful Python body (mtqa/formats) reads it and says what is wrong. Both give the same rows.

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "mtqa.h"
#include "text.hpp"

namespace {

struct Column {
    std::vector<uint8_t> bytes;
    std::vector<int64_t> offsets{0}, starts{0};  // starts: of lists of texts, the first text of each row

    void append(const uint8_t *from, const uint8_t *to) { bytes.insert(bytes.end(), from, to); }
    void end_text() { offsets.push_back(static_cast<int64_t>(bytes.size())); }
    void end_row() { starts.push_back(static_cast<int64_t>(offsets.size()) - 1); }
};

// Strict UTF-8, as Python decodes it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(const uint8_t *at, const uint8_t *end) {
    while (at < end) {
        uint64_t eight;
        while (end - at >= 8 && (std::memcpy(&eight, at, 8), !(eight & 0x8080808080808080u))) at += 8;
        if (at == end) break;
        const uint8_t first = *at++;
        if (first < 0x80) continue;
        const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || end - at < more) return false;
        if ((first == 0xE0 && *at < 0xA0) || (first == 0xED && *at > 0x9F) || (first == 0xF0 && *at < 0x90) ||
            (first == 0xF4 && *at > 0x8F))
            return false;
        for (int k = 0; k < more; ++k)
            if ((*at++ & 0xC0) != 0x80) return false;
    }
    return true;
}

// JSON after RFC 8259, line by line; what Python reads beyond it (NaN) is left to Python.
class Json {
  public:
    Json(const uint8_t *at, const uint8_t *end) : at_(at), end_(end) {}

    bool take(uint8_t byte) {
        space();
        if (at_ == end_ || *at_ != byte) return false;
        ++at_;
        return true;
    }
    bool ended() {
        space();
        return at_ == end_;
    }
    // The bytes of a key, which has no escapes.
    bool key(const uint8_t *&from, size_t &size) {
        if (!take('"')) return false;
        from = at_;
        at_ = special(at_);
        if (at_ == end_ || *at_ != '"') return false;
        size = static_cast<size_t>(at_++ - from);
        return take(':');
    }
    bool text(Column &to) {
        if (!take('"')) return false;
        for (;;) {
            const uint8_t *stop = special(at_);
            to.append(at_, stop);
            at_ = stop;
            if (at_ == end_) return false;
            const uint8_t byte = *at_++;
            if (byte == '"') return to.end_text(), true;
            if (byte != '\\' || !escape(to)) return false;
        }
    }
    bool texts(Column &to) {
        if (!take('[')) return false;
        if (!take(']')) {
            do {
                if (!text(to)) return false;
            } while (take(','));
            if (!take(']')) return false;
        }
        to.end_row();
        return true;
    }
    // Text, or a whole number as it is written.
    bool name(Column &to) {
        space();
        if (at_ < end_ && *at_ == '"') return text(to);
        const uint8_t *from = at_;
        if (!number() || *from == '-') return false;
        for (const uint8_t *each = from; each < at_; ++each)
            if (*each < '0' || *each > '9') return false;
        to.append(from, at_);
        to.end_text();
        return true;
    }
    // Any value, written as it stands.
    bool raw(Column &to) {
        space();
        const uint8_t *from = at_;
        if (!skip(DEPTH)) return false;
        to.append(from, at_);
        to.end_text();
        return true;
    }
    bool skip() { return skip(DEPTH); }

  private:
    static constexpr int DEPTH = 64;
    static constexpr int64_t DIGITS = 4000;  // Python reads no whole number of more than 4,300

    void space() {
        while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r')) ++at_;
    }
    // The next quote, backslash or control character, or the end.
    const uint8_t *special(const uint8_t *at) const {
#if defined(MTQA_SSE2)
        for (; end_ - at >= 16; at += 16) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
            const __m128i low = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x1F)), _mm_set1_epi8(0x1F));
            const __m128i marks =
                _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
            if (_mm_movemask_epi8(_mm_or_si128(low, marks))) break;
        }
#endif
        while (at < end_ && *at != '"' && *at != '\\' && *at >= 0x20) ++at;
        return at;
    }
    bool hexadecimal(uint32_t &code) {
        if (end_ - at_ < 4) return false;
        code = 0;
        for (int k = 0; k < 4; ++k) {
            const uint8_t byte = *at_++;
            const uint8_t low = static_cast<uint8_t>(byte | 0x20);
            if (byte >= '0' && byte <= '9')
                code = code * 16 + (byte - '0');
            else if (low >= 'a' && low <= 'f')
                code = code * 16 + (low - 'a' + 10);
            else
                return false;
        }
        return true;
    }
    bool escape(Column &to) {
        if (at_ == end_) return false;
        const uint8_t byte = *at_++;
        const char *known = "\"\"\\\\//b\bf\fn\nr\rt\t";
        for (const char *pair = known; *pair; pair += 2)
            if (static_cast<uint8_t>(pair[0]) == byte) return to.bytes.push_back(static_cast<uint8_t>(pair[1])), true;
        uint32_t code, low;
        if (byte != 'u' || !hexadecimal(code)) return false;
        if (code >= 0xD800 && code <= 0xDFFF) {  // both halves of a pair, or it is no text
            if (code > 0xDBFF || end_ - at_ < 6 || at_[0] != '\\' || at_[1] != 'u') return false;
            at_ += 2;
            if (!hexadecimal(low) || low < 0xDC00 || low > 0xDFFF) return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        encode(to, code);
        return true;
    }
    static void encode(Column &to, uint32_t code) {
        const auto put = [&to](uint32_t byte) { to.bytes.push_back(static_cast<uint8_t>(byte)); };
        if (code < 0x80) return put(code);
        if (code < 0x800) {
            put(0xC0 | code >> 6);
        } else {
            if (code < 0x10000) {
                put(0xE0 | code >> 12);
            } else {
                put(0xF0 | code >> 18);
                put(0x80 | (code >> 12 & 0x3F));
            }
            put(0x80 | (code >> 6 & 0x3F));
        }
        put(0x80 | (code & 0x3F));
    }
    bool digits() {
        const uint8_t *from = at_;
        while (at_ < end_ && *at_ >= '0' && *at_ <= '9') ++at_;
        return at_ > from && at_ - from < DIGITS;
    }
    bool number() {
        if (at_ < end_ && *at_ == '-') ++at_;
        if (at_ < end_ && *at_ == '0')
            ++at_;
        else if (!digits())
            return false;
        if (at_ < end_ && *at_ == '.' && (++at_, !digits())) return false;
        if (at_ < end_ && (*at_ | 0x20) == 'e') {
            ++at_;
            if (at_ < end_ && (*at_ == '+' || *at_ == '-')) ++at_;
            if (!digits()) return false;
        }
        return true;
    }
    bool word(const char *spelt) {
        const size_t size = std::strlen(spelt);
        if (static_cast<size_t>(end_ - at_) < size || std::memcmp(at_, spelt, size) != 0) return false;
        at_ += size;
        return true;
    }
    bool skip_text() {
        for (++at_;;) {
            at_ = special(at_);
            if (at_ == end_) return false;
            const uint8_t byte = *at_++;
            if (byte == '"') return true;
            if (byte != '\\') return false;
            none_.bytes.clear();
            if (!escape(none_)) return false;
        }
    }
    bool skip(int depth) {
        space();
        if (at_ == end_ || !depth) return false;
        switch (*at_) {
            case '"': return skip_text();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            case '[':
                ++at_;
                if (take(']')) return true;
                do {
                    if (!skip(depth - 1)) return false;
                } while (take(','));
                return take(']');
            case '{':
                ++at_;
                if (take('}')) return true;
                do {
                    space();
                    if (at_ == end_ || *at_ != '"' || !skip_text() || !take(':') || !skip(depth - 1)) return false;
                } while (take(','));
                return take('}');
            default: return number();
        }
    }

    const uint8_t *at_, *end_;
    Column none_;
};

}  // namespace

struct mtqa_table {
    std::vector<Column> columns;
};

namespace {

bool read_tsv(mtqa_table &table, const uint8_t *data, const uint8_t *end, int32_t width, const int32_t *wanted) {
    for (const uint8_t *at = data; at < end;) {
        const auto *stop = static_cast<const uint8_t *>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
        if (!stop) stop = end;
        for (int32_t cell = 0; cell < width; ++cell) {
            const auto *tab = static_cast<const uint8_t *>(std::memchr(at, '\t', static_cast<size_t>(stop - at)));
            if ((tab != nullptr) != (cell + 1 < width)) return false;
            if (wanted[cell] >= 0) {
                Column &column = table.columns[static_cast<size_t>(wanted[cell])];
                column.append(at, tab ? tab : stop);
                column.end_text();
            }
            at = tab ? tab + 1 : stop;
        }
        at = stop + 1;
    }
    return true;
}

struct Key {
    const uint8_t *name;
    size_t size;
    int32_t kind;
};

bool read_object(mtqa_table &table, Json line, const std::vector<Key> &keys, bool closed, std::vector<char> &seen) {
    std::fill(seen.begin(), seen.end(), 0);
    if (!line.take('{')) return false;
    if (!line.take('}')) {
        size_t next = 0;  // keys mostly stand in the same order
        do {
            const uint8_t *name;
            size_t size, k = 0;
            if (!line.key(name, size)) return false;
            for (; k < keys.size(); ++k, ++next) {
                if (next >= keys.size()) next = 0;
                if (keys[next].size == size && std::memcmp(keys[next].name, name, size) == 0) break;
            }
            if (k == keys.size()) {
                if (closed || !line.skip()) return false;
                continue;
            }
            if (seen[next]++) return false;
            Column &column = table.columns[next];
            switch (keys[next].kind) {
                case MTQA_TEXT:
                    if (!line.text(column)) return false;
                    break;
                case MTQA_TEXTS:
                    if (!line.texts(column)) return false;
                    break;
                case MTQA_NAME:
                    if (!line.name(column)) return false;
                    break;
                case MTQA_RAW:
                    if (!line.raw(column)) return false;
                    break;
                default: return false;
            }
            ++next;
        } while (line.take(','));
        if (!line.take('}')) return false;
    }
    for (size_t k = 0; k < keys.size(); ++k)
        if (!seen[k] && keys[k].kind != MTQA_ABSENT) return false;
    return line.ended();
}

}  // namespace

mtqa_table *mtqa_read_tsv(const uint8_t *data, int64_t size, int32_t width, const int32_t *wanted, int32_t columns) {
    try {
        if (!is_utf8(data, data + size)) return nullptr;
        auto table = std::make_unique<mtqa_table>();
        table->columns.resize(static_cast<size_t>(columns));
        return read_tsv(*table, data, data + size, width, wanted) ? table.release() : nullptr;
    } catch (...) {
        return nullptr;
    }
}

mtqa_table *mtqa_read_jsonl(const uint8_t *data, int64_t size, const uint8_t *names, const int64_t *offsets,
                            const int32_t *kinds, int32_t count, int32_t closed) {
    try {
        const uint8_t *end = data + size;
        if (!is_utf8(data, end)) return nullptr;
        auto table = std::make_unique<mtqa_table>();
        table->columns.resize(static_cast<size_t>(count));
        std::vector<Key> keys;
        for (int32_t k = 0; k < count; ++k)
            keys.push_back({names + offsets[k], static_cast<size_t>(offsets[k + 1] - offsets[k]), kinds[k]});
        std::vector<char> seen(keys.size());
        for (const uint8_t *at = data; at < end;) {
            const auto *stop = static_cast<const uint8_t *>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
            if (!stop) stop = end;
            if (!read_object(*table, {at, stop}, keys, closed != 0, seen)) return nullptr;
            at = stop + 1;
        }
        return table.release();
    } catch (...) {
        return nullptr;
    }
}

int64_t mtqa_table_size(const mtqa_table *table, int32_t column, int32_t what) {
    const Column &asked = table->columns[static_cast<size_t>(column)];
    switch (what) {
        case 0: return static_cast<int64_t>(asked.bytes.size());
        case 1: return static_cast<int64_t>(asked.offsets.size()) - 1;
        default: return static_cast<int64_t>(asked.starts.size()) - 1;
    }
}

void mtqa_table_take(const mtqa_table *table, int32_t column, uint8_t *bytes, int64_t *offsets, int64_t *starts) {
    const Column &asked = table->columns[static_cast<size_t>(column)];
    if (!asked.bytes.empty()) std::memcpy(bytes, asked.bytes.data(), asked.bytes.size());
    std::memcpy(offsets, asked.offsets.data(), asked.offsets.size() * sizeof(int64_t));
    if (starts) std::memcpy(starts, asked.starts.data(), asked.starts.size() * sizeof(int64_t));
}

void mtqa_table_free(mtqa_table *table) { delete table; }
