"""A vendor's reply in the workbook of a dispute pack, read as the lines of a decisions file."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from ..formats.xlsx import rows_of_xlsx
from ..refusal import Misuse, Refusal
from .decision import SCHEMA, Role, Verb

__all__ = ["REPLY_COLUMNS", "REPLY_FIRST_ROW", "REPLY_WORDS", "lines_of_workbook"]

REPLY_WORDS = {"agree": Verb.ACCEPT, "disagree": Verb.REJECT}
REPLY_COLUMNS = (
    *("finding", "document", "segment", "category", "severity", "points", "state", "reply", "remark", "source"),
    *("delivered", "reference", "marked", "correction", "explanation", "waiver", "said before", "record"),
)
REPLY_FIRST_ROW = 5  # of the charges, from 1; above them who replies, how, and the names of the columns
_AGAIN = "fill in the workbook of 'mtqa gate --dispute' and change nothing else"


def lines_of_workbook(path: str | Path) -> list[str]:
    """The reply as lines of a decisions file: a header of the role vendor, then a line for each row that was answered.

    A remark without a reply is a comment. When it was decided is not in a workbook: the file's own time stands for it.
    Refuses a workbook that is no dispute pack, one without a name, and words that are no reply, with their row.
    """
    name = str(path)
    try:
        at = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with open(path, "rb") as stream:
            rows = _rows(stream, name)
    except OSError as fault:
        raise Misuse(f"cannot be read ({fault.strerror})", where=name) from None
    who, columns = rows.get(1, []), rows.get(REPLY_FIRST_ROW - 1, [])
    if tuple(columns[: len(REPLY_COLUMNS)]) != REPLY_COLUMNS or len(who) < 4:
        raise Refusal("no reply to a dispute pack", where=name, mend=_AGAIN)
    if not who[1].strip():
        raise Refusal("nobody gave a name", where=f"{name}:1", mend="write yours beside 'your name:'")
    head = {"schema": SCHEMA, "assessment": who[3], "reviewer": who[1].strip(), "role": str(Role.VENDOR)}
    charges = ((number, row) for number, row in rows.items() if number >= REPLY_FIRST_ROW)
    return [json.dumps(head), *_lines(charges, at, name)]


def _rows(stream: BinaryIO, name: str) -> dict[int, list[str]]:
    return {number: [str(cell) for cell in row] for number, row in rows_of_xlsx(stream, name)}


def _lines(rows: Iterator[tuple[int, Sequence[str]]], at: str, name: str) -> Iterator[str]:
    for number, row in rows:
        cells = dict(zip(REPLY_COLUMNS, [*row, *[""] * len(REPLY_COLUMNS)][: len(REPLY_COLUMNS)], strict=True))
        word, remark = cells["reply"].strip().lower(), cells["remark"].strip()
        if not word and not remark:
            continue
        where = f"{name}:{number}"
        if word and word not in REPLY_WORDS:
            known = " or ".join(REPLY_WORDS)
            raise Refusal(f"no reply: {cells['reply']!r}", where=where, mend=f"write {known}, or leave it empty")
        try:
            old = json.loads(cells["record"])
        except ValueError:
            raise Refusal("the hidden last column was changed", where=where, mend=_AGAIN) from None
        verb = REPLY_WORDS.get(word, Verb.COMMENT)
        new = None if verb is Verb.REJECT else old
        yield json.dumps(
            {"finding": cells["finding"], "verb": str(verb), "old": old, "new": new, "comment": remark, "at": at}
        )
