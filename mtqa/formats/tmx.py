"""TMX 1.4 and older: a record a translation unit and target language; the DOCTYPE is read over, never fetched.

The source is the unit in the language of the header (`srclang`; the first one where that is `*all*`). Languages are
compared without case, then by their first part: `EN-US` is `en`. Properties `x-mtqa-…` are what `mtqa convert` wrote.
"""

from collections.abc import Iterator
from typing import BinaryIO

from ..refusal import Refusal
from ..segment import ReferenceKind
from .door import Say
from .inline import content_of
from .markup import XML, Node, Step, walk
from .record import FACTS, Record, Unique, facts

__all__ = ["PROPERTY", "read_tmx"]

PROPERTY = "x-mtqa-"


def read_tmx(stream: BinaryIO, name: str, *, say: Say) -> Iterator[Record]:
    """The units of a TMX document in order; ids are `tuid`, else the number of the unit, and `id/language` where a
    unit has several targets.

    Refuses a root that is not `tmx`, a unit without text in the source language or in any other, one that has a
    language twice, and an id that stands twice.
    """
    unique = Unique(name)
    source_language, number = "*all*", 0
    for step, node in walk(stream, name, whole=("tu",), say=say):
        if (
            step == Step.OPEN
            and not number
            and node.name not in ("tmx", "header", "body", "note", "prop", "ude", "map")
        ):
            raise Refusal(f"not TMX: its root is <{node.name}>", where=f"{name}:{node.line}")
        if step == Step.OPEN and node.name == "header":
            source_language = node.get("srclang") or "*all*"
        elif step == Step.WHOLE:
            number += 1
            yield from _records(
                node, node.get("tuid") or str(number), node.get("srclang") or source_language, unique, name
            )


def _records(unit: Node, id_: str, source_language: str, unique: Unique, name: str) -> Iterator[Record]:
    texts = _texts(unit, name)
    source = _language(source_language, list(texts))
    if source is None or len(texts) < 2:
        what = f"no text in {source_language}" if source is None else f"text in {source} only"
        raise Refusal(what, where=f"{name}:{unit.line}", mend="a unit needs its source and a translation")
    known = {
        prop.get("type").removeprefix(PROPERTY): prop.text
        for prop in unit.all("prop")
        if prop.get("type").startswith(PROPERTY)
    }
    told = {key: value for key, value in known.items() if key in FACTS and not key.endswith(("_codes", "_language"))}
    targets = [language for language in texts if language != source]
    written = content_of(texts[source], "tmx", name)
    kind, references = _references(known)
    for language in targets:
        target = content_of(texts[language], "tmx", name)
        yield Record(
            number=unit.line,
            id=unique.add(id_ if len(targets) == 1 else f"{id_}/{language}", known.get("document", ""), unit.line),
            hypothesis=target.text,
            references=references,
            source=written.text,
            document=known.get("document"),
            system=known.get("system"),
            kind=kind,
            extras={
                **facts(
                    **told,
                    source_language=source,
                    target_language=language,
                    source_codes=written.map,
                    hypothesis_codes=target.map,
                    reference_codes=known.get("reference_codes", ""),
                ),
                **{key: value for key, value in known.items() if key not in (*FACTS, *_HOUSE)},
            },
        )


_HOUSE = ("document", "system", "reference", "postedit")


def _references(known: dict[str, str]) -> tuple[ReferenceKind, tuple[str, ...]]:
    for key, kind in (("postedit", ReferenceKind.CORRECTION), ("reference", ReferenceKind.INDEPENDENT)):
        if key in known:
            return kind, (known[key],) if known[key] else ()
    return ReferenceKind.NONE, ()


def _texts(unit: Node, name: str) -> dict[str, Node]:
    """The `seg` of each language of a unit, in order."""
    texts: dict[str, Node] = {}
    for variant in unit.all("tuv"):
        language = variant.get(f"{XML}lang") or variant.get("lang")
        segment = variant.first("seg")
        if segment is None or not language or language in texts:
            what = (
                "<tuv> without <seg>" if segment is None else f"two texts in {language}" if language else "no xml:lang"
            )
            raise Refusal(what, where=f"{name}:{variant.line}", mend="give each language of a unit one text")
        texts[language] = segment
    return texts


def _language(wanted: str, there: list[str]) -> str | None:
    """The language of a unit that is the wanted one: the same without case, else of the same first part."""
    if wanted == "*all*":
        return there[0] if there else None
    whole = [language for language in there if language.lower() == wanted.lower()]
    alike = [language for language in there if _first_part(language) == _first_part(wanted)]
    return next(iter([*whole, *alike]), None)


def _first_part(language: str) -> str:
    return language.lower().replace("_", "-").partition("-")[0]
