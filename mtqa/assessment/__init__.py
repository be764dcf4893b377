"""All that is known of one delivery: a folder on disk that reports, gates and notebooks read without rescoring.

    assessment.json     schema, signatures, summary
    segments.parquet    one row a segment: texts, status, alignment confidence, scores
    errors.parquet      one row an error span
    report.html         the page

and once people have reviewed it (`mtqa review merge`)

    review.jsonl        who decided what, when and why: the trail
    findings.parquet    the findings before the review

The files hold no path and no clock but the reviewers': the same input gives the same bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..metric import Signature
from ..mqm import ERROR_COLUMNS, ErrorSpan, Profile, SystemicFinding
from ..refusal import Misuse, Refusal
from ..reports import render
from ..reports.wording import words_for
from ..review import FILES as REVIEW_FILES
from ..review import Review, Settled, read_review, settle, write_review
from ..segment import LABELS, Batch, ReferenceKind, Segment
from ..summary import Status, Summary, fingerprint, recount
from ..text import word_count
from ..triage import expected_penalties
from .folder import FILES, error_table, errors_of, refuse_foreign, written_beside

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["FILES", "Assessment"]

SCHEMA = "mtqa.assessment/1"
EXPECTED = "expected_penalty"
_TEXT_COLUMNS = ("id", "document", "system", "source", "hypothesis", "references", "reference_kind")


@dataclass(frozen=True, slots=True, repr=False)
class Assessment:
    """One delivery, assessed: its segments, their scores, its errors, and all of it folded.

    Columns are in batch order. `alignment` is None where the input itself paired the texts; a score is None where
    the segment is not paired. `signatures` say how the segment scores were made. `review` is what people decided, None
    before they did: `error_spans` and `summary` are then what stands after it. `expected_penalty` ranks the segments
    against an independent reference (`mtqa.triage`), None elsewhere; it is no score, and no gate reads it.
    """

    batch: Batch
    status: tuple[Status, ...]
    alignment: tuple[float | None, ...]
    segment_scores: Mapping[str, tuple[float | None, ...]]
    signatures: Mapping[str, Signature]
    error_spans: tuple[ErrorSpan, ...]
    summary: Summary
    expected_penalty: tuple[float | None, ...]
    review: Review | None = None

    def __post_init__(self) -> None:
        columns = {"status": self.status, "alignment": self.alignment, **self.segment_scores}
        columns |= {EXPECTED: self.expected_penalty}
        for name, column in columns.items():
            if len(column) != len(self.batch):
                raise ValueError(f"{len(self.batch)} segments, {len(column)} of {name}")

    @property
    def segments(self) -> "pd.DataFrame":
        """One row a segment: texts, status, alignment confidence, expected penalty, words; `references` is a list.

        `domain` and `language_pair` are there where the input had them.
        """
        import pandas as pd

        frame = pd.DataFrame({name: list(getattr(self.batch, name)) for name in _TEXT_COLUMNS[:-1]})
        frame["references"] = [list(texts) for texts in self.batch.references]
        frame.insert(5, "reference", [texts[0] if texts else None for texts in self.batch.references])
        for name in LABELS:
            if getattr(self.batch, name):
                frame[name] = list(getattr(self.batch, name))
        frame["reference_kind"] = str(self.batch.reference_kind)
        frame["status"] = [str(status) for status in self.status]
        frame["alignment"] = pd.Series(self.alignment, dtype="float64")
        frame[EXPECTED] = pd.Series(self.expected_penalty, dtype="float64")
        frame["words"] = [word_count(text) for text in self.batch.hypothesis]
        return frame

    @property
    def scores(self) -> "pd.DataFrame":
        """One row a segment, one column a metric (NaN where not paired); `.attrs["signature"]` has one a metric."""
        import pandas as pd

        frame = pd.DataFrame({name: list(getattr(self.batch, name)) for name in _TEXT_COLUMNS[:3]})
        for name, values in self.segment_scores.items():
            frame[name] = pd.Series(values, dtype="float64")
        frame.attrs["signature"] = {name: str(signature) for name, signature in self.signatures.items()}
        return frame

    @property
    def errors(self) -> "pd.DataFrame":
        """One row an error span, with the columns of `mtqa errors`; offsets are code points of the hypothesis."""
        import pandas as pd

        return pd.DataFrame([error.record() for error in self.error_spans], columns=list(ERROR_COLUMNS))

    @property
    def fingerprint(self) -> str:
        """Which texts and which findings before any review: what reviewers' decisions are good for."""
        return fingerprint(self.batch, self.review.found if self.review else self.error_spans)

    @property
    def finding_keys(self) -> tuple[str, ...]:
        """How decisions name each error span: its position before the review, or `+…` where a person added it."""
        return self._settled.keys if self.review else tuple(str(n) for n in range(len(self.error_spans)))

    @property
    def decided(self) -> Mapping[int, bool]:
        """Position of an error span → True where reviewers confirmed it; the rejected are no error spans any more."""
        return self._settled.decided if self.review else {}

    @property
    def _settled(self) -> Settled:
        return settle(self.batch, self.review or Review(self.error_spans))

    def reviewed(self, review: Review) -> "Assessment":
        """The assessment as it stands after this review: errors settled, counts and rates anew, scores as they are."""
        settled = settle(self.batch, review)
        counted = recount(
            self.summary,
            self.batch,
            settled.errors,
            profile=self.summary.weights,
            segment_scores=self.segment_scores,
            expected=self.expected_penalty,
        )
        summary = replace(counted, systemic=_still_systemic(review, settled), review=settled.tally)
        return replace(self, error_spans=settled.errors, summary=summary, review=review)

    def weighed(self, profile: Profile) -> "Assessment":
        """The same under another severity profile: penalties and the worst segments anew, all else as it is."""
        summary = recount(
            self.summary,
            self.batch,
            self.error_spans,
            profile=profile,
            segment_scores=self.segment_scores,
            expected=self.expected_penalty,
        )
        return replace(self, summary=summary)

    def __repr__(self) -> str:
        """One line, without any text of the delivery: it may end up in a log."""
        words = words_for(self.summary.reference_kind)
        return f"<Assessment of {len(self.batch)} segments: {words.count(self.summary.errors)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows where an assessment is the last line of a cell."""
        from ..notebook import show

        return show(self).html

    def save(self, directory: str | Path) -> Path:
        """Write the files into `directory`, which is replaced as a whole, and return it.

        Refuses a directory that holds anything but an assessment, and one that cannot be written.
        """
        target = Path(directory)
        refuse_foreign(target)
        try:
            with written_beside(target) as folder:
                self._write(folder)
        except OSError as fault:
            raise Misuse(
                f"cannot be written ({fault.strerror})", where=str(target), mend="name another folder"
            ) from None
        return target

    def _write(self, folder: Path) -> None:
        import pyarrow.parquet as pq
        from pydantic import TypeAdapter

        summary = TypeAdapter(Summary).dump_python(self.summary, mode="json")
        record = {
            "schema": SCHEMA,
            "signature": {name: str(signature) for name, signature in self.signatures.items()},
            "signatures": TypeAdapter(dict[str, Signature]).dump_python(dict(self.signatures), mode="json"),
            "summary": summary,
        }
        text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
        (folder / FILES[0]).write_text(text + "\n", encoding="utf-8")
        pq.write_table(self._segment_table(), folder / FILES[1], compression="zstd")
        pq.write_table(self._error_table(), folder / FILES[2], compression="zstd")
        (folder / FILES[3]).write_text(render(self, "html"), encoding="utf-8")

        if self.review is not None:
            write_review(folder, self.review, assessment=self.fingerprint)
            pq.write_table(error_table(self.review.found), folder / REVIEW_FILES[1], compression="zstd")

    def _error_table(self) -> "pa.Table":
        """One row an error; after a review also how decisions name it and whether it was confirmed."""
        import pyarrow as pa

        table = error_table(self.error_spans)
        if self.review is None:
            return table
        settled = self._settled
        states = ["confirmed" if n in settled.decided else "unreviewed" for n in range(len(settled.keys))]
        return table.append_column("finding", pa.array(settled.keys, pa.string())).append_column(
            "review", pa.array(states, pa.string())
        )

    def _segment_table(self) -> "pa.Table":
        import pyarrow as pa

        columns: dict[str, pa.Array] = {
            "id": pa.array(list(self.batch.id), pa.string()),
            "document": pa.array(list(self.batch.document), pa.string()),
            "system": pa.array(list(self.batch.system), pa.string()),
            "source": pa.array(list(self.batch.source), pa.string()),
            "hypothesis": pa.array(list(self.batch.hypothesis), pa.string()),
            "references": pa.array([list(texts) for texts in self.batch.references], pa.list_(pa.string())),
            "reference_kind": pa.array([str(self.batch.reference_kind)] * len(self.batch), pa.string()),
            "status": pa.array([str(status) for status in self.status], pa.string()),
            "alignment": pa.array(list(self.alignment), pa.float64()),
        }
        for name in LABELS:
            if getattr(self.batch, name):
                columns[name] = pa.array(list(getattr(self.batch, name)), pa.string())
        columns[EXPECTED] = pa.array(list(self.expected_penalty), pa.float64())
        for name, values in self.segment_scores.items():
            columns[name] = pa.array(list(values), pa.float64())
        return pa.table(columns)

    @classmethod
    def load(cls, directory: str | Path) -> "Assessment":
        """The assessment saved in `directory`; refuses what is not one, and one of another major schema."""
        folder = Path(directory)
        missing = [name for name in FILES[:3] if not (folder / name).is_file()]
        if missing:
            raise Refusal(
                f"not an assessment: {', '.join(missing)} not found",
                where=str(folder),
                mend="make one with 'mtqa assess'",
            )
        try:
            return cls._read(folder)
        except Refusal as refusal:
            raise refusal.at(str(folder)) from None
        except (ValueError, LookupError, TypeError, AttributeError, RuntimeError, OSError) as fault:
            raise Refusal(
                f"a damaged assessment ({type(fault).__name__})",
                where=str(folder),
                mend="make it again with 'mtqa assess'",
            ) from None

    @classmethod
    def _read(cls, folder: Path) -> "Assessment":
        import pyarrow.parquet as pq
        from pydantic import TypeAdapter

        record = json.loads((folder / FILES[0]).read_text(encoding="utf-8"))
        if record.get("schema") != SCHEMA:
            raise Refusal(f"schema {SCHEMA} wanted, {record.get('schema')!r} found")
        signatures = TypeAdapter(dict[str, Signature]).validate_python(record["signatures"])
        rows = pq.read_table(folder / FILES[1]).to_pydict()
        segments = [
            Segment(
                id=rows["id"][n],
                hypothesis=rows["hypothesis"][n],
                references=tuple(rows["references"][n]),
                source=rows["source"][n],
                document=rows["document"][n],
                system=rows["system"][n],
                reference_kind=ReferenceKind(rows["reference_kind"][n]),
                **{name: rows[name][n] for name in LABELS if name in rows},
            )
            for n in range(len(rows["id"]))
        ]
        batch = Batch.of(segments)
        found = cls(
            batch=batch,
            status=tuple(Status(value) for value in rows["status"]),
            alignment=tuple(rows["alignment"]),
            segment_scores={name: tuple(rows[name]) for name in signatures},
            signatures=signatures,
            error_spans=errors_of(folder / FILES[2]),
            summary=TypeAdapter(Summary).validate_python(record["summary"]),
            expected_penalty=tuple(rows[EXPECTED]) if EXPECTED in rows else expected_penalties(batch),
        )
        return found._with_review_of(folder)

    def _with_review_of(self, folder: Path) -> "Assessment":
        """The same with the review that the folder holds; refuses one that does not give the errors in it."""
        if not any((folder / name).exists() for name in REVIEW_FILES):
            if self.summary.review is not None:
                raise Refusal(f"reviewed, but without its {REVIEW_FILES[0]}", mend="take it from a copy")
            return self
        review = read_review(folder, errors_of(folder / REVIEW_FILES[1]))
        if settle(self.batch, review).errors != self.error_spans:
            raise Refusal(
                f"{FILES[2]} is not what {REVIEW_FILES[0]} decides", mend="take both from a copy, or assess it again"
            )
        return replace(self, review=review)


def _still_systemic(review: Review, settled: Settled) -> tuple[SystemicFinding, ...]:
    """The recurring findings with the instances that still stand; one that stands once does not recur."""
    place = {key: n for n, key in enumerate(settled.keys)}
    found = []
    for finding in review.systemic:
        left = [place[str(n)] for n in finding.instances if str(n) in place]
        if len(left) > 1:
            segments = tuple(dict.fromkeys(settled.errors[n].id for n in left))
            found.append(replace(finding, instances=tuple(left), segments=segments))
    return tuple(found)
