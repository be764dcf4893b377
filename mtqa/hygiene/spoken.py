"""What is in a file, in print: text for people, JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..refusal import one_line
from .census import Census
from .notice import Notice, amount
from .standing import Standing

__all__ = ["Inspected", "as_json", "as_text"]

_IDS = 8  # named in the text form; JSON has all


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file with its format, what it holds, and what must be said of it; `standing` where it is of a CAT tool."""

    path: str
    format: str
    census: Census
    notices: tuple[Notice, ...]
    remarks: tuple[str, ...] = ()
    standing: Standing | None = None

    @property
    def all_remarks(self) -> tuple[str, ...]:
        """What the reader said, and what the file says of its segments."""
        return (*self.remarks, *(self.standing.remarks if self.standing is not None else ()))

    def counted(self, check: str) -> int:
        """The segments that one check names; 0 where it had nothing to say."""
        return sum(len(notice.segments) for notice in self.notices if notice.check == check)

    @property
    def untranslated(self) -> int | None:
        """Copies of the source; None where no source is known."""
        known = any(column.name == "source" for column in self.census.columns)
        return self.counted("untranslated") if known else None


def as_text(files: Sequence[Inspected]) -> str:
    """One paragraph a file; no name or text in it moves the cursor."""
    return "\n".join("".join(f"{one_line(line)}\n" for line in _paragraph(file)) for file in files)


def as_json(files: Sequence[Inspected]) -> str:
    """Everything, `schema` mtqa.inspection/1; `untranslated` is null where no source is known.

    `locked`, `tag_errors` (segments) and what is declared, by count, are null where the file is of no CAT tool.
    """
    content = {
        "schema": "mtqa.inspection/1",
        "files": [
            {
                "path": file.path,
                "format": file.format,
                "segments": file.census.segments,
                "references": file.census.references,
                "documents": file.census.documents,
                "systems": file.census.systems,
                "columns": {
                    column.name: {
                        "texts": column.texts,
                        "words": column.words,
                        "language": column.language,
                        "share": column.share,
                    }
                    for column in file.census.columns
                },
                "empty": file.counted("empty-text"),
                "repeated": file.counted("repeated-segment"),
                "untranslated": file.untranslated,
                **_standing(file.standing),
                "remarks": file.all_remarks,
                "notices": [
                    {
                        "check": notice.check,
                        "concern": notice.concern.value,
                        "message": notice.message,
                        "mend": notice.mend,
                        "segments": notice.segments,
                    }
                    for notice in file.notices
                ],
            }
            for file in files
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _standing(standing: Standing | None) -> dict[str, object]:
    return {
        "locked": None if standing is None else standing.locked,
        "tag_errors": None if standing is None else standing.astray,
        "declared_languages": None if standing is None else standing.languages,
        "origins": None if standing is None else standing.origins,
        "states": None if standing is None else standing.states,
    }


def _paragraph(file: Inspected) -> Iterator[str]:
    census = file.census
    yield f"{file.path}: {file.format}, {amount(census.segments, 'segment')}"
    for column in census.columns:
        language = "language not told"
        if column.share is not None:
            language = f"{column.language_name} ({100 * column.share:.0f} % of those told)"
        name = "text" if file.format == "text" else column.name
        yield f"  {name:13}{column.texts:,} texts, {column.words:,} words, {language}"
    yield f"  {'named':13}{amount(census.documents, 'document')}, {amount(census.systems, 'system')}"
    counts = [f"{file.counted('empty-text'):,} empty", f"{file.counted('repeated-segment'):,} repeated"]
    counts.append(
        "untranslated unknown (no source)" if file.untranslated is None else f"{file.untranslated:,} untranslated"
    )
    if file.standing is not None:
        counts += [f"{file.standing.locked:,} locked", f"{len(file.standing.astray):,} with tag errors"]
    yield f"  {'segments':13}{', '.join(counts)}"
    for remark in file.all_remarks:
        yield f"  {'remark':13}{remark}"
    for notice in file.notices:
        yield f"  {notice.concern.value:13}{notice.check}: {notice.message}{_ids(notice)}"
        if notice.mend:
            yield f"  {'':13}{notice.mend}"
    if not file.notices:
        yield f"  {'nothing else':13}to be said of it"


def _ids(notice: Notice) -> str:
    if not notice.segments:
        return ""
    shown = ", ".join(notice.segments[:_IDS])
    more = len(notice.segments) - _IDS
    return f" (segments {shown}{f' and {more:,} more' if more > 0 else ''})"
