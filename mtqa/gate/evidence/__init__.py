"""What people and machines read of a verdict: one file a form, in the order of the help.

Each form is a pure function of the verdict; none of them decides anything.
"""

from collections.abc import Callable
from typing import NamedTuple

from ...refusal import unknown_name
from ..verdict import Verdict
from .github import annotations
from .json import render as render_json
from .junit import render as render_junit
from .markdown import render as render_markdown
from .sarif import render as render_sarif
from .text import render as render_text

__all__ = ["FORMS", "EvidenceForm", "annotations", "evidence"]


class EvidenceForm(NamedTuple):
    """One form: its name, what it is for, who writes it."""

    name: str
    about: str
    render: Callable[[Verdict], str]


FORMS: tuple[EvidenceForm, ...] = (
    EvidenceForm("text", "for a terminal or a log", render_text),
    EvidenceForm("json", "everything, for programs (mtqa.verdict/1)", render_json),
    EvidenceForm("junit", "one test case a check, for CI servers", render_junit),
    EvidenceForm("sarif", "SARIF 2.1.0, for code hosts", render_sarif),
    EvidenceForm("md", "for a pull request or a job summary", render_markdown),
)


def evidence(verdict: Verdict, form: str) -> str:
    """The verdict in this form, ready to be written as UTF-8; an unknown form is refused with the known ones."""
    for known in FORMS:
        if known.name == form:
            return known.render(verdict)
    raise unknown_name("form of evidence", form, [known.name for known in FORMS])
