"""Which format a file is of: by its suffix, by the first line of a TSV or of a pipe."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from .columns import ALIASES
from .dataset import is_dataset
from .door import is_pipe, open_input
from .record import Record

__all__ = ["FORMATS", "RECORD_READERS", "Format", "format_of", "is_bilingual", "is_table", "piped", "sniffed"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of tables: its name, the suffixes it is known by, and whether it may be compressed and streamed.

    `bilingual` are the files of CAT tools: source and target, no reference of their own (MXLIFF aside).
    """

    name: str
    suffixes: tuple[str, ...]
    compressed: bool
    bilingual: bool = False


FORMATS: tuple[Format, ...] = (
    Format("tsv", (".tsv", ".tab"), compressed=True),
    Format("csv", (".csv",), compressed=True),
    Format("jsonl", (".jsonl", ".ndjson"), compressed=True),
    Format("parquet", (".parquet", ".pq"), compressed=False),
    Format("xliff", (".xlf", ".xliff", ".sdlxliff", ".mxliff", ".mqxliff"), compressed=True, bilingual=True),
    Format("tmx", (".tmx",), compressed=True, bilingual=True),
    Format("po", (".po",), compressed=True, bilingual=True),
    Format("wmt-xml", (".xml",), compressed=True),
    Format("xlsx", (".xlsx",), compressed=False),
)
_MQM = Format("mqm-tsv", (), compressed=True)  # by its header line: it is called .tsv like everything


def _reader(module: str) -> Callable[..., Iterator[Record]]:
    """The reader of a module that is imported when a file is read with it: most runs read none of a CAT tool."""

    def read(*given: object, **named: object) -> Iterator[Record]:
        records: Iterator[Record] = getattr(import_module(f".{module}", __package__), f"read_{module}")(*given, **named)
        return records

    return read


RECORD_READERS: Mapping[str, Callable[..., Iterator[Record]]] = {
    "xliff": _reader("xliff"),
    "tmx": _reader("tmx"),
    "po": _reader("po"),
    "wmt-xml": _reader("wmt_xml"),
    "mqm-tsv": _reader("mqm_tsv"),
}
"""The formats that are read as records, segment by segment, with all that the file says of each."""


def format_of(path: str | Path) -> Format | None:
    """The format that the suffix of a path names (`.tsv`, `.jsonl.gz`, in any case); None where it names none."""
    name = str(path).lower()
    packed = name.endswith(".gz")
    plain = name.removesuffix(".gz")
    for form in FORMATS:
        if plain.endswith(form.suffixes) and (form.compressed or not packed):
            return form
    return None


def sniffed(path: str | Path) -> Format | None:
    """The format of a file that can be opened: ratings of MQM are told from other TSV by their first line."""
    form = format_of(path)
    if form is not None and form.name == "tsv" and not is_pipe(path):
        from .mqm_tsv import is_mqm_header

        with open_input(path) as stream:
            try:
                return _MQM if is_mqm_header(stream.readline(1 << 16)) else form
            except (OSError, EOFError, zlib.error):  # a damaged .gz is refused by who reads it
                return form
    return form


def piped(opening: bytes) -> str:
    """The name of the format that the first line of a pipe shows: JSONL, XLIFF, CSV by its header, else TSV."""
    if opening[:1] in (b"{", b"<"):
        return "jsonl" if opening[:1] == b"{" else "xliff"
    cells = [cell.strip().strip('"').lower() for cell in opening.decode("utf-8", "replace").split(",")]
    return "csv" if len(cells) > 1 and {"hypothesis", *ALIASES["hypothesis"]} & set(cells) else "tsv"


def is_table(path: str | Path) -> bool:
    """Whether a path is a folder of tables or has the suffix of a table; other files are raw documents."""
    return format_of(path) is not None or is_dataset(path)


def is_bilingual(path: str | Path) -> bool:
    """Whether the suffix of a path is that of a CAT tool's file, which holds a source and a target of each segment."""
    form = format_of(path)
    return form is not None and form.bilingual
