"""What people and programs read of an assessment: one file a form, listed in the order of the help.

A report is a pure function of the assessment: it holds no clock and no path, and the same input gives the same bytes.
A new form is a file with `render(assessment)`, which gives a text or bytes, and a line in the table below.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..exports import m2, marot, pearmut, tags
from ..refusal import Misuse, unknown_name
from ..summary import Assessed
from .html import render as render_html
from .json import render as render_json
from .markdown import render as render_markdown
from .text import render as render_text
from .wording import whole
from .xlsx import render as render_xlsx

__all__ = ["EXPORTS", "FORMS", "Form", "encoded", "form_of", "render"]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the report: its name, the suffixes it is known by, what it is for, and who writes it."""

    name: str
    suffixes: tuple[str, ...]
    about: str
    render: Callable[[Assessed], str] | Callable[[Assessed], bytes]


FORMS: tuple[Form, ...] = (
    Form("html", (".html", ".htm"), "one self-contained page, to read and to mail", render_html),
    Form("text", (".txt",), "the summary for a terminal or a log", render_text),
    Form("json", (".json",), "everything, for programs (mtqa.report/1)", render_json),
    Form("md", (".md", ".markdown"), "the summary for a ticket or a pull request", render_markdown),
    Form("xlsx", (".xlsx",), "the scorecard for a spreadsheet: findings and segments to filter", render_xlsx),
)
# Findings for other tools, no reports: they hold no scores and no signatures.
EXPORTS: tuple[Form, ...] = (
    Form("marot", (), "a row an error, for Marot and readers of the WMT MQM releases (TSV)", marot),
    Form("pearmut", (), "a campaign for Pearmut, the findings filled in (JSON)", pearmut),
    Form("m2", (".m2",), "edits of words, for ERRANT and its like", m2),
    Form("tags", (), "OK and BAD for each word and gap (TSV)", tags),
)


def render(assessment: Assessed, form: str) -> str:
    """The report as text, ready to be written as UTF-8; an unknown form is refused with the known ones.

    A half of a surrogate pair (it can come in through JSON) is shown as U+FFFD: it cannot be written. A form that is
    no text (xlsx) is refused.
    """
    made = _known(form).render(assessment)
    if isinstance(made, bytes):
        raise Misuse(f"{form} is no text", mend="write it into a file: mtqa report … -o scorecard.xlsx")
    return whole(made)


def encoded(assessment: Assessed, form: str) -> bytes:
    """The report in this form as the bytes of its file; texts are UTF-8. An unknown form is refused."""
    made = _known(form).render(assessment)
    return made if isinstance(made, bytes) else whole(made).encode("utf-8")


def _known(form: str) -> Form:
    for known in (*FORMS, *EXPORTS):
        if known.name == form:
            return known
    raise unknown_name("form of report", form, [known.name for known in (*FORMS, *EXPORTS)])


def form_of(path: str | Path) -> str | None:
    """The form that a file name asks for by its suffix; None where the suffix is no form's."""
    suffix = Path(path).suffix.lower()
    return next((form.name for form in (*FORMS, *EXPORTS) if suffix in form.suffixes), None)
