// One input through the kernels, twice: through the bodies of this machine and through the portable ones, which must
// agree to the last bit. Built, with address and undefined-behaviour sanitizers, by bench/fuzz_kernels.py.
//
// The first byte says what the rest is fed to; columns are copied to heap blocks of their exact size, so that a read of
// one byte beyond them is seen. 0x01 ends a text.

#include <dlfcn.h>

#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwctype>
#include <memory>
#include <vector>

#include "mtqa.h"

namespace {

struct Bodies {
    void *library;

    explicit Bodies(const char *path) : library(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
        if (!library) std::fprintf(stderr, "%s\n", dlerror()), std::exit(2);
    }
    template <class Function>
    Function *of(const char *name, Function *) const {
        void *found = dlsym(library, name);
        if (!found) std::fprintf(stderr, "no %s\n", name), std::exit(2);
        return reinterpret_cast<Function *>(found);
    }
};
#define CALL(bodies, name) (bodies).of(#name, &name)

using Bytes = std::vector<uint8_t>;
using Result = std::vector<double>;

struct Block {  // of the exact size, so that the sanitizer knows its end
    std::unique_ptr<uint8_t[]> data;
    size_t size;

    explicit Block(const Bytes &bytes) : data(new uint8_t[bytes.size()]), size(bytes.size()) {
        if (size) std::memcpy(data.get(), bytes.data(), size);
    }
};

struct Column {
    Bytes bytes;
    std::vector<int64_t> offsets{0};

    void add(const uint8_t *from, const uint8_t *to) {
        bytes.insert(bytes.end(), from, to);
        offsets.push_back(static_cast<int64_t>(bytes.size()));
    }
};

std::vector<uint32_t> lower;
std::vector<uint8_t> classes;

void fill_tables() {
    for (uint32_t code = 0; code < MTQA_CASED; ++code)
        lower.push_back(code < 0x250 ? static_cast<uint32_t>(std::towlower(static_cast<wint_t>(code))) : code);
    for (uint32_t code = 0; code < 0x110000; ++code)
        classes.push_back(code < 0x80 ? (std::ispunct(static_cast<int>(code)) ? 1 : 0) | (code - '0' < 10 ? 4 : 0)
                                      : static_cast<uint8_t>(code * 2654435761u >> 29));
}

Column texts(const uint8_t *at, const uint8_t *end) {
    Column column;
    for (const uint8_t *from = at;; ++at)
        if (at == end || *at == 1) {
            column.add(from, at);
            if (at == end) return column;
            from = at + 1;
        }
}

Result count(const Bodies &bodies, const uint8_t *data, size_t size, uint8_t options) {
    const Column all = texts(data, data + size);
    const size_t each = 1 + 1 + (options & 1);  // a hypothesis and one or two references a row
    Column hypotheses, references;
    std::vector<int64_t> starts{0};
    for (size_t row = 0; (row + 1) * each < all.offsets.size(); ++row) {
        for (size_t k = 0; k < each; ++k) {
            const size_t at = row * each + k;
            const uint8_t *bytes = all.bytes.data();
            (k ? references : hypotheses).add(bytes + all.offsets[at], bytes + all.offsets[at + 1]);
        }
        starts.push_back(static_cast<int64_t>(references.offsets.size()) - 1);
    }
    const int64_t rows = static_cast<int64_t>(starts.size()) - 1;
    const Block ours(hypotheses.bytes), theirs(references.bytes);
    const mtqa_batch batch{rows, ours.data.get(), hypotheses.offsets.data(), theirs.data.get(),
                           references.offsets.data(), starts.data(), options & 2 ? lower.data() : nullptr,
                           classes.data(), 1 + (options >> 7)};
    Result out;
    const auto counted = [&](size_t width, auto fill) {
        Result values(static_cast<size_t>(rows) * width);
        if (fill(values.data()) != 0) std::abort();
        out.insert(out.end(), values.begin(), values.end());
    };
    const int32_t tokenizer = (options >> 2) % 5, flags = (options >> 2) & 15;
    counted(10, [&](double *to) { return CALL(bodies, mtqa_bleu)(&batch, tokenizer, 4, to); });
    counted(3 * 8, [&](double *to) { return CALL(bodies, mtqa_chrf)(&batch, 6, 2, 2.0, options >> 6 & 1, 0, to); });
    if (size < 1500) counted(2, [&](double *to) { return CALL(bodies, mtqa_ter)(&batch, flags, to); });
    return out;
}

Result tokens(const Bodies &bodies, const uint8_t *data, size_t size, uint8_t options) {
    const Block text(Bytes(data, data + size));
    Result out;
    for (int32_t tokenizer = -1; tokenizer <= MTQA_NONE; ++tokenizer) {
        for (const size_t room : {size_t{0}, size, size * 4 + 64}) {
            Bytes written(room);
            const auto tell = CALL(bodies, mtqa_tokens);
            const int64_t needs = tell(text.data.get(), static_cast<int64_t>(size), tokenizer, options & 15,
                                       options & 16 ? lower.data() : nullptr, classes.data(), written.data(),
                                       static_cast<int64_t>(room));
            out.push_back(static_cast<double>(needs));
            out.insert(out.end(), written.begin(), written.end());
        }
    }
    out.push_back(CALL(bodies, mtqa_lowers_in_context)(text.data.get(), static_cast<int64_t>(size)));
    return out;
}

Result taken(const Bodies &bodies, mtqa_table *table, const std::vector<int32_t> &kinds) {
    if (!table) return {-1};
    Result out;
    const auto sized = CALL(bodies, mtqa_table_size);
    for (int32_t k = 0; k < static_cast<int32_t>(kinds.size()); ++k) {
        Bytes bytes(static_cast<size_t>(sized(table, k, 0)));
        std::vector<int64_t> offsets(static_cast<size_t>(sized(table, k, 1)) + 1);
        std::vector<int64_t> starts(static_cast<size_t>(sized(table, k, 2)) + 1);
        const bool lists = kinds[static_cast<size_t>(k)] == MTQA_TEXTS;
        CALL(bodies, mtqa_table_take)(table, k, bytes.data(), offsets.data(), lists ? starts.data() : nullptr);
        out.insert(out.end(), bytes.begin(), bytes.end());
        out.insert(out.end(), offsets.begin(), offsets.end());
        if (lists) out.insert(out.end(), starts.begin(), starts.end());
    }
    CALL(bodies, mtqa_table_free)(table);
    return out;
}

Result tsv(const Bodies &bodies, const uint8_t *data, size_t size, uint8_t options) {
    const Block block(Bytes(data, data + size));
    const int32_t width = 1 + options % 5;
    std::vector<int32_t> wanted, kinds;
    for (int32_t cell = 0; cell < width; ++cell) {
        const bool here = !(options >> 3 >> cell & 1);
        wanted.push_back(here ? static_cast<int32_t>(kinds.size()) : -1);
        if (here) kinds.push_back(MTQA_TEXT);
    }
    mtqa_table *table = CALL(bodies, mtqa_read_tsv)(block.data.get(), static_cast<int64_t>(size), width, wanted.data(),
                                                    static_cast<int32_t>(kinds.size()));
    return taken(bodies, table, kinds);
}

Result jsonl(const Bodies &bodies, const uint8_t *data, size_t size, uint8_t options) {
    const Block block(Bytes(data, data + size));
    Column names;
    for (const char *name : {"id", "mt", "ref", "references", "x"}) {
        const auto *from = reinterpret_cast<const uint8_t *>(name);
        names.add(from, from + std::strlen(name));
    }
    const bool list = options & 1;
    const std::vector<int32_t> kinds{options & 2 ? MTQA_NAME : MTQA_ABSENT, MTQA_TEXT, list ? MTQA_ABSENT : MTQA_TEXT,
                                     list ? MTQA_TEXTS : MTQA_ABSENT, options & 4 ? MTQA_RAW : MTQA_ABSENT};
    mtqa_table *table =
        CALL(bodies, mtqa_read_jsonl)(block.data.get(), static_cast<int64_t>(size), names.bytes.data(),
                                      names.offsets.data(), kinds.data(), static_cast<int32_t>(kinds.size()),
                                      options >> 3 & 1);
    return taken(bodies, table, kinds);
}

Result lines(const Bodies &bodies, const uint8_t *data, size_t size, uint8_t) {
    const Column column = texts(data, data + size);
    const Block block(column.bytes);
    const int64_t rows = static_cast<int64_t>(column.offsets.size()) - 1;
    std::vector<int64_t> quoted(column.offsets.size()), offsets(size / 8 + 1);
    const auto quote = CALL(bodies, mtqa_quoted);
    const int64_t needs = quote(block.data.get(), column.offsets.data(), rows, quoted.data(), nullptr);
    Bytes written(static_cast<size_t>(needs));
    quote(block.data.get(), column.offsets.data(), rows, quoted.data(), written.data());
    Result out(written.begin(), written.end()), numbers(size / 8);
    if (size >= 8) std::memcpy(numbers.data(), data, size / 8 * 8);
    Bytes decimals(32 * numbers.size());
    const auto write = CALL(bodies, mtqa_decimals);
    const int64_t found = write(numbers.data(), static_cast<int64_t>(numbers.size()), offsets.data(), decimals.data());
    if (found >= 0) out.insert(out.end(), decimals.begin(), decimals.begin() + offsets.back());
    return out;
}

Result words(const Bodies &bodies, const uint8_t *data, size_t size, uint8_t) {
    constexpr size_t FORMS = 16;
    if (size < 9 * FORMS || size > 9 * FORMS + 600) return {};
    std::vector<int32_t> parts[6];
    for (auto &part : parts)
        for (size_t k = 0; k < FORMS; ++k) part.push_back(*data++ % 24);
    Bytes shape, capital;
    std::vector<int64_t> letter_offsets{0};
    std::vector<uint32_t> letters;
    for (size_t k = 0; k < FORMS; ++k) {
        shape.push_back(*data % 5);
        capital.push_back(*data++ >> 7);
        for (uint8_t left = *data % 12; left; --left) letters.push_back(*data + left);
        ++data;
        letter_offsets.push_back(static_cast<int64_t>(letters.size()));
    }
    data += FORMS;
    letters.resize(letters.size() + 1);
    const mtqa_forms forms{parts[0].data(), parts[1].data(), parts[2].data(), parts[3].data(), parts[4].data(),
                           parts[5].data(), shape.data(), capital.data(), letters.data(), letter_offsets.data()};
    std::vector<int32_t> sides[2];
    for (size_t k = 0; k < size - 9 * FORMS; ++k) sides[k & 1].push_back(data[k] % FORMS);
    const int64_t left[]{0, static_cast<int64_t>(sides[0].size())}, right[]{0, static_cast<int64_t>(sides[1].size())};
    Bytes steps(sides[0].size() + sides[1].size());
    int64_t counts[1]{0};
    if (CALL(bodies, mtqa_words)(&forms, 1, sides[0].data(), left, sides[1].data(), right, 1, steps.data(), counts))
        std::abort();
    Result out(steps.begin(), steps.begin() + counts[0]);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const Bodies here(std::getenv("MTQA_FUZZ_HERE")), portable(std::getenv("MTQA_FUZZ_PORTABLE"));
    if (lower.empty()) fill_tables();
    if (size < 2) return 0;
    using Kernel = Result (*)(const Bodies &, const uint8_t *, size_t, uint8_t);
    constexpr Kernel kernels[]{count, tokens, tsv, jsonl, lines, words};
    const Kernel kernel = kernels[data[0] % 6];
    const Result one = kernel(here, data + 2, size - 2, data[1]), two = kernel(portable, data + 2, size - 2, data[1]);
    if (one.size() != two.size() || (!one.empty() && std::memcmp(one.data(), two.data(), one.size() * sizeof one[0])))
        std::fprintf(stderr, "the portable body differs\n"), std::abort();
    return 0;
}
