"""Review tables in Excel: the first sheet, its first row names the columns; written without anything that computes.

Needs `openpyxl` to read and `XlsxWriter` to write: pip install 'mtqa[xlsx]'.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any, BinaryIO

from ..refusal import Refusal, Unavailable

__all__ = ["LONGEST_CELL", "rows_of_xlsx", "write_xlsx"]

LONGEST_CELL = 32_767  # characters; Excel's own limit
_MOST_ROWS = 1 << 20
_LARGEST = 1 << 30  # bytes unpacked
_PROLOG = 1 << 16  # bytes of a part in which entities could be declared; Excel writes no document type
_RATIO = 200  # real sheets are packed about 5 to 20 times


def rows_of_xlsx(stream: BinaryIO, name: str) -> Iterator[tuple[int, list[object]]]:
    """The rows of the first sheet with their numbers from 1; an empty cell is empty text, an empty row is none.

    A formula is what Excel last computed for it. Refuses what is no sound workbook, and one that unpacks too far.
    """
    _check_installed("openpyxl")
    from openpyxl import load_workbook

    try:
        _check_size(stream, name)
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(max_row=_MOST_ROWS + 1, values_only=True), start=1):
            if number > _MOST_ROWS:  # openpyxl makes up the empty rows before one that says it is the 2^40th
                raise Refusal("a row beyond the last row of Excel", where=name, mend="this is no review table")
            row = ["" if cell is None else _text(cell) for cell in cells]
            if any(row):
                yield number, list(row)
    except Refusal:
        raise
    except Exception:  # a damaged workbook makes its parsers raise anything: zlib.error, KeyError, ParseError …
        raise Refusal("not a sound Excel workbook", where=name, mend="save it again as .xlsx") from None


def write_xlsx(rows: Iterator[Sequence[str]], stream: BinaryIO, name: str) -> None:
    """One sheet of plain text, the first row frozen: no formula, no link, no number comes of any cell.

    Refuses a text longer than a cell of Excel, a control character in it, and more rows than a sheet.
    """
    _check_installed("xlsxwriter")
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book: Any = xlsxwriter.Workbook(stream, {**options, "strings_to_numbers": False})
    sheet = book.add_worksheet("segments")
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        if number >= _MOST_ROWS:
            raise Refusal("more rows than a sheet of Excel holds", where=name, mend="-f csv")
        for column, text in enumerate(row):
            _check_cell(text, f"{name} row {number + 1}")
            sheet.write_string(number, column, text)
    book.close()


def _text(cell: object) -> str:
    """What a cell shows; `_x005F_x0041_` is how workbooks write the text `_x0041_`."""
    return cell.replace("_x005F_x", "_x") if isinstance(cell, str) else str(cell)


def _check_cell(text: str, where: str) -> None:
    if len(text) > LONGEST_CELL:
        what = f"a text of {len(text)} characters, a cell of Excel holds {LONGEST_CELL}"
        raise Refusal(what, where=where, mend="-f csv")
    strange = next((mark for mark in text if mark < " " and mark not in "\t\n"), None)
    if strange is not None:
        raise Refusal(f"U+{ord(strange):04X}, which no cell of Excel holds", where=where, mend="-f csv")


def _check_size(stream: BinaryIO, name: str) -> None:
    from zipfile import ZipFile

    with ZipFile(stream) as archive:
        for member in archive.infolist():
            unpacked = member.file_size
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as opening:
                    if b"<!DOCTYPE" in opening.read(_PROLOG):
                        raise Refusal("a document type in it", where=name, mend="save it again as .xlsx")
            if unpacked > _LARGEST or (unpacked > 1 << 20 and unpacked > _RATIO * max(member.compress_size, 1)):
                raise Refusal("it unpacks to far more than a table", where=name, mend="this is no review table")
    stream.seek(0)


def _check_installed(module: str) -> None:
    if find_spec(module) is None:
        raise Unavailable(f"Excel needs {module}", mend="pip install 'mtqa[xlsx]'")
