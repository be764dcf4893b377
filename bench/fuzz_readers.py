"""Feeds damaged files to every reader: whatever comes in is read or refused, nothing else may happen.

    python bench/fuzz_readers.py [--minutes 10] [--seed 1] [--only xliff,po] [--findings out/fuzz]
    python bench/fuzz_readers.py FILE.xliff …        runs single inputs again, tracebacks and all

With atheris installed (pip install atheris; Python 3.11 to 3.13, Linux) the inputs follow the branches of mtqa.formats
that they reach; without it they are plain mutations of the fixtures in tests/cases/formats/cat, spliced and damaged.
An input is a kind (first byte) and the bytes of a file of that kind, read as records, as chunks and, where it is XLIFF,
written out again with a finding in it. A finding of the fuzzer is kept under --findings with the suffix of its kind.
"""

import argparse
import io
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtqa.formats import Record
    from mtqa.mqm import ErrorSpan

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "cases" / "formats" / "cat"
KINDS = (".xlf", ".sdlxliff", ".mxliff", ".mqxliff", ".tmx", ".po", ".xml", ".tsv", ".csv", ".jsonl", ".xlsx", ".txt",
         ".xlf.gz", ".parquet")  # fmt: skip
TABLES = {
    ".csv": b'id,src,mt,ref\n1,a,"b ""x""\ny",c\n2,,d,e\n',
    ".tsv": b"id\tmt\tref\treference_2\n1\ta\tb\t\n2\tc\td\te\n",
    ".jsonl": b'{"id": 1, "mt": "a", "references": ["b", "c"]}\n{"id": "2", "mt": "\\ud83d\\ude00", "ref": "d"}\n',
    ".txt": "Ein Satz.\r\nNoch einer. 😀\n\n。\n".encode(),
}
WORDS = (b"<mrk", b"</mrk>", b'mtype="seg"', b"<!DOCTYPE", b"<!ENTITY", b"&#0;", b"&x;", b"\xff\xfe", b"\xef\xbb\xbf",
         b"\0", b"msgid", b'msgstr[1] "', b"msgctxt", b"\\x", b'"', b"\t", b"\r\n", b"<v>", b"</v>", b"\xed\xa0\x80",
         b'{"', b"[[", b"NaN", b"1e999", b"\xe2\x80\xa8", b"]]>", b"<![CDATA[", b"xmlns:mq=", b"{1>", b"<1}",
         b"reference_9", b'mid="0"', b"<seg-source>", b"<alt-trans", b'encoding="utf-7"', b"<matches", b'ref="#m1"',
         )  # fmt: skip


def starting_points() -> Iterator[tuple[str, bytes]]:
    for path in sorted(FIXTURES.iterdir()):
        yield (path.suffix if path.suffix in KINDS else ".xlf"), path.read_bytes()
    yield from TABLES.items()
    table = TABLES[".jsonl"]
    with tempfile.TemporaryDirectory() as folder:
        from mtqa.formats import read_records
        from mtqa.formats.rows_out import write_records

        source = Path(folder, "t.jsonl")
        source.write_bytes(table)
        for form in ("xlsx", "parquet", "tmx"):
            stream = io.BytesIO()
            try:
                write_records(read_records(source), stream, form=form, name="t.jsonl", languages=("pt", "en"))
            except Exception as missing:  # an extra that is not installed
                print(f"{form}: {missing}", file=sys.stderr)
            else:
                yield f".{form}", stream.getvalue()


def read(kind: str, data: bytes, folder: Path) -> None:
    """Reads one input every way; raises what no reader may raise."""
    from mtqa.formats import NEEDS_HYPOTHESIS, read_chunks, read_lines, read_records
    from mtqa.formats.annotated import annotate
    from mtqa.formats.rows_out import write_records
    from mtqa.refusal import Misuse, Refusal

    path = folder / f"input{kind}"
    path.write_bytes(data)
    refused = (Refusal, Misuse)
    if kind == ".txt":
        try:
            for line in read_lines(path):
                line.encode()
        except refused:
            pass
        return
    records = []
    try:
        for record in read_records(path):
            records.append(record)
            record.hypothesis.encode()
    except refused:
        pass
    try:
        write_records(iter(records), io.BytesIO(), form="jsonl", name="input", languages=None)
        write_records(iter(records), io.BytesIO(), form="tmx", name="input", languages=("pt", "en"))
    except refused:
        pass
    try:
        for _ in read_chunks(path, needs=NEEDS_HYPOTHESIS):
            pass
    except refused:
        pass
    if kind in (".xlf", ".sdlxliff", ".mxliff", ".mqxliff"):
        try:
            target = io.BytesIO()
            annotate(path, [], target, say=lambda remark: None)
            if target.getvalue() != data:
                raise AssertionError("annotating nothing changed the file")
            target = io.BytesIO()
            annotate(path, [finding(each) for each in records if not each.references], target, say=lambda remark: None)
            path.write_bytes(target.getvalue())
        except refused:
            return
        if list(map(texts, read_records(path))) != list(map(texts, records)):
            raise AssertionError("annotating changed what is read")


def texts(record: "Record") -> tuple[object, ...]:
    return record.id, record.document, record.source, record.hypothesis, record.references, dict(record.extras)


def finding(record: "Record") -> "ErrorSpan":
    """A finding on the whole hypothesis, explained in what XML has to escape."""
    from mtqa.mqm import ErrorSpan, Severity
    from mtqa.segment import ReferenceKind, Span

    whole = Span(0, len(record.hypothesis))
    return ErrorSpan(
        id=record.id,
        document=record.document or "",
        hypothesis=whole,
        reference=Span(0, 0),
        text=record.hypothesis,
        correction="",
        category="accuracy/addition",
        severity=Severity.MAJOR,
        severity_basis="as given",
        rule="addition",
        evidence=(),
        explanation="a \"<&' \n\x01\ud800",
        confidence=1.0,
        reference_kind=ReferenceKind.CORRECTION,
    )


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        at = chance.randrange(len(damaged) + 1)
        what = chance.randrange(6)
        if what == 0:
            del damaged[at : at + chance.choice((1, 2, 5, 20, 200))]
        elif what == 1:
            damaged[at:at] = chance.choice(WORDS)
        elif what == 2 and damaged:
            damaged[min(at, len(damaged) - 1)] = chance.randrange(256)
        elif what == 3:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            damaged[at:at] = other[start : start + chance.choice((5, 40, 300))]
        elif what == 4:
            start = chance.randrange(len(damaged) + 1)
            damaged[at:at] = damaged[start : start + chance.choice((5, 40, 300))]
        else:
            damaged[at:] = b""
    return bytes(damaged)


class Hunt:
    """Inputs read so far, and what was found; a finding is kept once a place in the code."""

    def __init__(self, findings: Path, only: tuple[str, ...]) -> None:
        self.findings, self.count, self.only = findings, 0, only
        self.places: set[str] = set()
        self.folder = Path(tempfile.mkdtemp(prefix="mtqa-fuzz-"))
        self.began = time.time()

    def one(self, kind: str, data: bytes) -> None:
        if self.only and not kind.startswith(self.only):
            return
        self.count += 1
        try:
            read(kind, data, self.folder)
        except Exception as fault:
            last = traceback.extract_tb(fault.__traceback__)[-1]
            place = f"{type(fault).__name__} at {Path(last.filename).name}:{last.lineno}"
            if place not in self.places:
                self.places.add(place)
                self.findings.mkdir(parents=True, exist_ok=True)
                kept = self.findings / f"{len(self.places):03}{kind}"
                kept.write_bytes(data)
                print(f"{kept}: {place}: {fault}", file=sys.stderr, flush=True)

    def summary(self) -> str:
        minutes = (time.time() - self.began) / 60
        return f"{self.count} inputs in {minutes:.1f} minutes, {len(self.places)} findings"


def guided(hunt: Hunt, minutes: float, seed: int) -> None:
    import atheris

    corpus = hunt.folder / "corpus"
    corpus.mkdir()
    kinds = [kind for kind in KINDS if not hunt.only or kind.startswith(hunt.only)]
    for number, (kind, data) in enumerate(starting_points()):
        if kind in kinds:
            (corpus / str(number)).write_bytes(bytes([kinds.index(kind)]) + data)
    words = hunt.folder / "words"
    spelt = ("".join(f"\\x{byte:02x}" for byte in word) for word in WORDS)
    words.write_text("".join(f'"{word}"\n' for word in spelt))

    def target(data: bytes) -> None:
        if data:
            hunt.one(kinds[data[0] % len(kinds)], data[1:])
            if hunt.count % 20_000 == 0:
                print(hunt.summary(), file=sys.stderr, flush=True)

    limits = ["-max_len=6000", "-rss_limit_mb=3000", "-timeout=60", f"-max_total_time={int(minutes * 60)}"]
    crashes = f"-artifact_prefix={hunt.folder}/crash-"
    arguments = [sys.argv[0], str(corpus), f"-dict={words}", f"-seed={seed}", "-verbosity=0", crashes, *limits]
    atheris.Setup(arguments, target)
    atheris.Fuzz()


def blind(hunt: Hunt, minutes: float, seed: int) -> None:
    chance = random.Random(seed)
    points = list(starting_points())
    while time.time() - hunt.began < minutes * 60:
        kind, data = chance.choice(points)
        others = [each for other, each in points if other == kind or chance.random() < 0.1]
        hunt.one(kind, mutated(data, others, chance))
    print(hunt.summary())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", default="", help="kinds, by suffix or its beginning: xlf,po")
    arguments.add_argument("--findings", type=Path, default=ROOT / "out" / "fuzz")
    asked = arguments.parse_args()
    hunt = Hunt(asked.findings, tuple(f".{kind.strip()}" for kind in asked.only.split(",") if kind))
    for path in asked.files:
        read("".join(path.suffixes), path.read_bytes(), hunt.folder)
    if asked.files:
        return
    try:
        import atheris
    except ModuleNotFoundError:
        print("atheris is not installed: plain mutations", file=sys.stderr)
        blind(hunt, asked.minutes, asked.seed)
        return
    with atheris.instrument_imports(include=["mtqa.formats", "mtqa.refusal"]):
        import mtqa.formats.annotated
        import mtqa.formats.rows_out
        import mtqa.formats.xlsx  # noqa: F401
    guided(hunt, asked.minutes, asked.seed)


if __name__ == "__main__":
    main()
