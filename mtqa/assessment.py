"""All that is known of one delivery: a folder on disk that reports, gates and notebooks read without rescoring.

    assessment.json     schema, signatures, summary
    segments.parquet    one row a segment: texts, status, alignment confidence, scores
    errors.parquet      one row an error span
    report.html         the page

The four files hold no clock and no path: the same input gives the same bytes.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .metric import Signature
from .mqm import ERROR_COLUMNS, ErrorSpan
from .refusal import Misuse, Refusal
from .reports import render
from .reports.wording import words_for
from .segment import Batch, ReferenceKind, Segment
from .summary import Status, Summary
from .text import word_count

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["Assessment"]

SCHEMA = "mtqa.assessment/1"
FILES = ("assessment.json", "segments.parquet", "errors.parquet", "report.html")
_TEXT_COLUMNS = ("id", "document", "system", "source", "hypothesis", "references", "reference_kind")


@dataclass(frozen=True, slots=True, repr=False)
class Assessment:
    """One delivery, assessed: its segments, their scores, its errors, and all of it folded.

    Columns are in batch order. `alignment` is None where the input itself paired the texts; a score is None where
    the segment is not paired. `signatures` say how the segment scores were made.
    """

    batch: Batch
    status: tuple[Status, ...]
    alignment: tuple[float | None, ...]
    segment_scores: Mapping[str, tuple[float | None, ...]]
    signatures: Mapping[str, Signature]
    error_spans: tuple[ErrorSpan, ...]
    summary: Summary

    def __post_init__(self) -> None:
        columns = {"status": self.status, "alignment": self.alignment, **self.segment_scores}
        for name, column in columns.items():
            if len(column) != len(self.batch):
                raise ValueError(f"{len(self.batch)} segments, {len(column)} of {name}")

    @property
    def segments(self) -> "pd.DataFrame":
        """One row a segment: texts, status, alignment confidence, words; `references` is a list."""
        import pandas as pd

        frame = pd.DataFrame({name: list(getattr(self.batch, name)) for name in _TEXT_COLUMNS[:-1]})
        frame["references"] = [list(texts) for texts in self.batch.references]
        frame.insert(5, "reference", [texts[0] if texts else None for texts in self.batch.references])
        frame["reference_kind"] = str(self.batch.reference_kind)
        frame["status"] = [str(status) for status in self.status]
        frame["alignment"] = pd.Series(self.alignment, dtype="float64")
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

    def __repr__(self) -> str:
        """One line, without any text of the delivery: it may end up in a log."""
        words = words_for(self.summary.reference_kind)
        return f"<Assessment of {len(self.batch)} segments: {words.count(self.summary.errors)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows where an assessment is the last line of a cell."""
        from .notebook import show

        return show(self).html

    def save(self, directory: str | Path) -> Path:
        """Write the four files into `directory`, which is replaced as a whole, and return it.

        Refuses a directory that holds anything but an assessment, and one that cannot be written.
        """
        target = Path(directory)
        _refuse_foreign(target)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        except OSError as fault:
            raise Misuse(
                f"cannot be written ({fault.strerror})", where=str(target), mend="name another folder"
            ) from None
        try:
            self._write(beside)
            beside.chmod(0o755)
            _take_the_place_of(target, beside)
        except OSError as fault:
            raise Misuse(
                f"cannot be written ({fault.strerror})", where=str(target), mend="name another folder"
            ) from None
        finally:
            shutil.rmtree(beside, ignore_errors=True)
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
        pq.write_table(_error_table(self.error_spans), folder / FILES[2], compression="zstd")
        (folder / FILES[3]).write_text(render(self, "html"), encoding="utf-8")

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
        except (ValueError, KeyError, TypeError, OSError) as fault:
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
            )
            for n in range(len(rows["id"]))
        ]
        return cls(
            batch=Batch.of(segments),
            status=tuple(Status(value) for value in rows["status"]),
            alignment=tuple(rows["alignment"]),
            segment_scores={name: tuple(rows[name]) for name in signatures},
            signatures=signatures,
            error_spans=tuple(ErrorSpan.of_record(row) for row in pq.read_table(folder / FILES[2]).to_pylist()),
            summary=TypeAdapter(Summary).validate_python(record["summary"]),
        )


def _error_table(errors: tuple[ErrorSpan, ...]) -> "pa.Table":
    import pyarrow as pa

    text, number, real = pa.string(), pa.int64(), pa.float64()
    kinds = dict.fromkeys(ERROR_COLUMNS, text)
    kinds |= dict.fromkeys(("start", "end", "reference_start", "reference_end"), number)
    kinds |= {"confidence": real, "evidence": pa.list_(text)}
    return pa.Table.from_pylist([error.record() for error in errors], schema=pa.schema(list(kinds.items())))


def _refuse_foreign(target: Path) -> None:
    """An output folder may be new, empty, or an assessment; anything else is somebody's and stays."""
    if target.exists() and not target.is_dir():
        raise Misuse("a folder is wanted, a file found", where=str(target), mend="name another folder")
    foreign = sorted(path.name for path in target.iterdir() if path.name not in FILES) if target.is_dir() else []
    if foreign:
        raise Misuse(
            f"holds other files ({', '.join(foreign[:3])})", where=str(target), mend="name an empty or new folder"
        )


def _take_the_place_of(target: Path, beside: Path) -> None:
    """Rename `beside` to `target`; a former assessment is moved away first and removed last."""
    if not target.exists():
        beside.rename(target)
        return
    former = Path(tempfile.mkdtemp(prefix=f".{target.name}.former.", dir=target.parent))
    former.rmdir()
    target.rename(former)
    try:
        beside.rename(target)
    except OSError:
        former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)
