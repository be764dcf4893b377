// What the Python side needs around the kernels: gathering columns, tokens for the tests, the version of the interface.

#include "mtqa.h"
#include "tokens.hpp"

int32_t mtqa_abi(void) { return MTQA_ABI; }

int32_t mtqa_gather(void *list, int64_t count, mtqa_list_item item, mtqa_utf8 utf8, int64_t *offsets, uint8_t *out) {
    if (!out) offsets[0] = 0;
    for (int64_t i = 0; i < count; ++i) {
        void *text = item(list, static_cast<intptr_t>(i));
        intptr_t size = 0;
        const char *bytes = text ? utf8(text, &size) : nullptr;
        if (!bytes) return -1;
        if (!out)
            offsets[i + 1] = offsets[i] + size;
        else if (size)
            std::memcpy(out + offsets[i], bytes, static_cast<size_t>(size));
    }
    return 0;
}

int32_t mtqa_lowers_in_context(const uint8_t *bytes, int64_t size) {
    const uint8_t *end = bytes + size;
    for (const uint8_t first : {uint8_t{0xC4}, uint8_t{0xCE}}) {
        const uint8_t second = first == 0xC4 ? 0xB0 : 0xA3;
        for (const uint8_t *at = bytes; size && at < end; ++at) {
            at = static_cast<const uint8_t *>(std::memchr(at, first, static_cast<size_t>(end - at)));
            if (!at) break;
            if (at + 1 < end && at[1] == second) return 1;
        }
    }
    return 0;
}

int64_t mtqa_tokens(const uint8_t *bytes, int64_t size, int32_t tokenizer, int32_t flags, const uint32_t *lower,
                    const uint8_t *classes, uint8_t *out, int64_t capacity) {
    try {
        const mtqa::View text{bytes, static_cast<size_t>(size)};
        mtqa::BleuTokenizer bleu(tokenizer, lower, classes);
        mtqa::TerTokenizer ter(flags, lower);
        const mtqa::Tokens &tokens =
            tokenizer >= 0 ? bleu(text) : flags & MTQA_REFERENCES_TWICE ? ter.twice(text) : ter(text);
        int64_t needed = 0;
        const auto put = [&](const uint8_t *data, size_t count) {
            if (needed + static_cast<int64_t>(count) <= capacity) std::memcpy(out + needed, data, count);
            needed += static_cast<int64_t>(count);
        };
        for (const mtqa::Token &token : tokens) {
            if (needed) put(reinterpret_cast<const uint8_t *>(" "), 1);
            put(token.data, token.size);
        }
        return needed;
    } catch (...) {
        return -1;
    }
}
