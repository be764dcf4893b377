"""The dispute pack as a workbook: the verdict, a row a charge, and two columns for the vendor's reply.

`mtqa.review.read_sheet` reads the filled-in workbook as a decisions file of the role `vendor`.
"""

import json
from datetime import datetime
from importlib.util import find_spec
from typing import Any, BinaryIO

from ..formats.xlsx import LONGEST_CELL
from ..gate.evidence.wording import plain
from ..refusal import Unavailable
from ..review import REPLY_COLUMNS, REPLY_FIRST_ROW, REPLY_WORDS, Mark
from .charges import Charge, Pack

__all__ = ["write_workbook"]

_WIDTHS = {"source": 40, "delivered": 40, "reference": 40, "explanation": 30, "reply": 14, "remark": 40}
_MADE = datetime(2000, 1, 1)  # the same pack gives the same bytes


def write_workbook(pack: Pack, stream: BinaryIO) -> None:
    """Two sheets, `reply` and `verdict`, of plain text: no cell computes anything. Needs XlsxWriter.

    A text longer than a cell of Excel ends in `…`, and characters that no cell holds are U+FFFD; the hidden last column
    keeps what a decision must say, whole (empty where it is too long: such a charge is answered on the page).
    """
    if find_spec("xlsxwriter") is None:
        raise Unavailable("Excel needs xlsxwriter", mend="pip install 'mtqa[xlsx]'")
    import xlsxwriter

    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book: Any = xlsxwriter.Workbook(stream, {**safe, "in_memory": True})
    book.set_properties({"created": _MADE, "title": "mtqa dispute pack"})
    wrapped, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True})
    reply = book.add_worksheet("reply")  # the first sheet: what is filled in is what is read
    reply.write_row(0, 0, ["your name:", "", "assessment:", pack.assessment], bold)
    reply.write_row(1, 0, [f"reply: {', '.join(REPLY_WORDS)}, or leave it empty; a remark as you like"])
    reply.write_row(REPLY_FIRST_ROW - 2, 0, list(REPLY_COLUMNS), bold)
    for column, name in enumerate(REPLY_COLUMNS):
        hidden = {"hidden": True} if name == "record" else {}
        reply.set_column(column, column, _WIDTHS.get(name, 12), wrapped, hidden)
    for number, charge in enumerate(pack.charges, start=REPLY_FIRST_ROW - 1):
        for column, text in enumerate(_row(charge)):
            reply.write_string(number, column, text, wrapped)
    if pack.charges:
        place = REPLY_COLUMNS.index("reply")
        last = REPLY_FIRST_ROW - 2 + len(pack.charges)
        reply.data_validation(
            REPLY_FIRST_ROW - 1, place, last, place, {"validate": "list", "source": list(REPLY_WORDS)}
        )
    reply.freeze_panes(REPLY_FIRST_ROW - 1, 0)
    told = book.add_worksheet("verdict")
    told.set_column(0, 0, 120)
    for number, line in enumerate([*pack.told.splitlines(), pack.note]):
        told.write_string(number, 0, _cell(line))
    book.close()


def _row(charge: Charge) -> list[str]:
    error = charge.error
    cells = {
        "finding": charge.key,
        "document": error.document,
        "segment": error.id,
        "category": error.category,
        "severity": str(error.severity),
        "points": f"{charge.points:g}",
        "state": charge.state,
        "waiver": charge.waiver,
        "source": charge.source or "",
        "delivered": charge.hypothesis,
        "reference": charge.reference,
        "marked": error.text,
        "correction": error.correction,
        "explanation": error.explanation,
        "said before": "\n".join(charge.said),
        "reply": "",
        "remark": "",
    }
    shown = [_cell(cells[name]) for name in REPLY_COLUMNS if name != "record"]
    record = json.dumps(Mark.of(error).record())
    return [*shown, record if len(record) <= LONGEST_CELL else ""]


def _cell(text: str) -> str:
    clean = "\n".join(plain(line) for line in text.split("\n"))
    return clean if len(clean) <= LONGEST_CELL else clean[: LONGEST_CELL - 1] + "…"
