"""The dispute pack as one page that fetches nothing: it is read, answered and saved as a decisions file offline."""

import json
from functools import cache
from importlib.resources import files

from ..gate.evidence.wording import plain
from ..reports.marking import pieces
from ..reports.markup import Markup, element, joined
from ..reports.page.assets import policy
from ..reports.wording import whole
from ..review import Mark
from ..segment import Span
from .charges import Charge, Pack

__all__ = ["render_page"]

_ANSWERS = (("accept", "We agree"), ("reject", "We disagree"), ("comment", "Only a remark"))


def render_page(pack: Pack) -> str:
    """The whole page, to be written as UTF-8; the same pack gives the same bytes. Nothing in it can break out."""
    style, script = Markup(_asset("pack.css")), Markup(_asset("pack.js"))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=str(policy(style, script))),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{pack.verdict.status.upper()}: {plain(pack.name)}"),
        element("style", style),
    )
    body = element(
        "body",
        element("h1", f"{pack.verdict.status.upper()}: {plain(pack.name)}"),
        element("pre", pack.told, tabindex="0", aria_label="The verdict and what it rests on"),
        element("p", pack.note, class_="note") if pack.note else None,
        _instructions(len(pack.charges)) if pack.charges else None,
        *(_charge(number, charge) for number, charge in enumerate(pack.charges, start=1)),
        _saving() if pack.charges else None,
        element("script", script),
        data_assessment=pack.assessment,
    )
    return whole(f"<!doctype html>\n{element('html', head, body, lang='en')}\n")


def _instructions(count: int) -> Markup:
    noun = "1 error" if count == 1 else f"{count} errors"
    return element(
        "p",
        f"{noun} stand against this delivery. Answer those that you want to answer, give your name at the end, and "
        "send the saved file back. What you leave open stays open.",
    )


def _charge(number: int, charge: Charge) -> Markup:
    error = charge.error
    title = f"{number}. {error.category}, {error.severity} ({_points(charge.points)}), {charge.state}"
    where = " · ".join(plain(part) for part in (error.document, error.system, f"segment {error.id}") if part)
    name = f"answer-{number}"
    options = [
        element("label", element("input", type="radio", name_=name, value=verb), f" {text}") for verb, text in _ANSWERS
    ]
    return element(
        "section",
        element("h2", title),
        element("p", where, class_="where"),
        element(
            "dl",
            _row("Source", charge.source) if charge.source else None,
            _row("Delivered", _marked(charge.hypothesis, error.hypothesis)),
            _row("Reference", _marked(charge.reference, error.reference)),
            _row("Why", error.explanation) if error.explanation else None,
            *(_row("Evidence", line) for line in error.evidence),
            _row("Waiver", charge.waiver) if charge.waiver else None,
            *(_row("Said before", line) for line in charge.said),
        ),
        element(
            "fieldset",
            element("legend", "Your reply"),
            *options,
            element("textarea", "", rows=2, aria_label=f"Remark on error {number}"),
        ),
        class_=f"charge {charge.state}",
        data_finding=charge.key,
        data_old=json.dumps(Mark.of(error).record(), ensure_ascii=False),
    )


def _row(name: str, value: str | Markup) -> Markup:
    return joined(element("dt", name), element("dd", value, dir="auto"))


def _marked(text: str, span: Span) -> Markup:
    """The text with what is charged marked; a gap is a mark with a sign in it, since it has no characters."""
    return joined(
        *(element("mark", piece.text or "␣") if piece.marks else piece.text for piece in pieces(text, [(0, span)]))
    )


def _saving() -> Markup:
    return element(
        "form",
        element("label", "Your name ", element("input", id="who", required=True, autocomplete="name")),
        element("button", "Save the reply", type="submit"),
        element("output", "", id="told", role="status"),
        id="save",
    )


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").strip("\n")


def _points(value: float) -> str:
    return "1 point" if value == 1.0 else f"{value:g} points"
