"""A comparison in print: text for people, TSV and JSON for programs."""

import json
from collections.abc import Iterator, Sequence

from ..metric import Metric, Signature
from .shape import Comparison, Difference, Segment, Standing

__all__ = ["FORMS", "as_json", "as_text", "as_tsv"]

_FIELDS = (
    "metric", "baseline", "system", "baseline_score", "score", "difference", "low", "high", "p", "p_holm",
    "significant", "exact", "effect", "better", "same", "worse", "test",
)  # fmt: skip


def as_text(comparison: Comparison) -> str:
    """A table of standings and differences by metric, and the segments that changed most; never truncated."""
    c = comparison
    segments = f"{c.segments:,} segment{'s' if c.segments != 1 else ''}"
    swapped = f"{c.units:,} documents" if c.cluster_by else segments
    tests = len(c.differences)
    lines = [
        f"{len(c.systems)} systems, {segments}; {c.test_name}",
        f"{c.samples:,} samples of {swapped}, seed {c.seed}; {_percent(c.confidence)} intervals; "
        f"Holm over {tests} {'test' if tests == 1 else 'tests'}",
    ]
    metrics = list(dict.fromkeys(standing.score.metric for standing in c.standings))
    for metric in metrics:
        better = "higher" if metric.higher_is_better else "lower"
        lines += ["", f"{metric.name} ({better} is better)"]
        rows = [["system", "score", "interval", *(["sacrebleu"] if c.test == "bootstrap" else [])]]
        rows += [_standing(standing) for standing in c.standings if standing.score.metric == metric]
        lines += _columns(rows)
        lines.append("")
        rows = [["difference", "value", "interval", "p", "p Holm", "effect", "better/same/worse", ""]]
        rows += [_difference(each) for each in c.differences if each.metric == metric]
        lines += _columns(rows)
        for each in c.differences:
            if each.metric == metric:
                lines += _changes(each)
    signatures = [[each.score.signature for each in c.standings if each.score.metric == metric] for metric in metrics]
    lines += ["", *map(_signature, signatures)]
    return "\n".join(lines) + "\n"


def as_tsv(comparison: Comparison) -> str:
    """One line a difference, in full precision, with a header."""
    rows = [list(_FIELDS)]
    value = {(each.system, each.score.metric.name): each.score.value for each in comparison.standings}
    for each in comparison.differences:
        key = each.metric.name
        low, high = each.interval or ("", "")
        numbers = [value[each.baseline, key], value[each.system, key], each.value, low, high, each.p, each.p_holm]
        flags = ["yes" if flag else "no" for flag in (each.significant, each.exact)]
        effect = "" if each.effect is None else each.effect
        counts = [effect, each.better, each.same, each.worse]
        rows.append([each.metric.name, each.baseline, each.system, *map(str, numbers), *flags, *map(str, counts)])
        rows[-1].append(comparison.test)
    return "".join("\t".join(row) + "\n" for row in rows)


def as_json(comparison: Comparison) -> str:
    """Everything, `schema` mtqa.comparison/1."""
    c = comparison
    return (
        json.dumps(
            {
                "schema": "mtqa.comparison/1",
                "systems": c.systems,
                "segments": c.segments,
                "units": c.units,
                "cluster_by": c.cluster_by,
                "test": {"name": c.test, "about": c.test_name, "samples": c.samples, "seed": c.seed},
                "confidence": c.confidence,
                "scores": [
                    {
                        "metric": each.score.metric.name,
                        "system": each.system,
                        "score": each.score.value,
                        "interval": each.score.interval,
                        "sacrebleu": each.sacrebleu and {"mean": each.sacrebleu[0], "ci": each.sacrebleu[1]},
                        "signature": str(each.score.signature),
                    }
                    for each in c.standings
                ],
                "differences": [
                    {
                        "metric": each.metric.name,
                        "baseline": each.baseline,
                        "system": each.system,
                        "difference": each.value,
                        "interval": each.interval,
                        "p": each.p,
                        "p_holm": each.p_holm,
                        "significant": each.significant,
                        "exact": each.exact,
                        "differing": each.differing,
                        "effect": each.effect,
                        "better": each.better,
                        "same": each.same,
                        "worse": each.worse,
                        "gained": [_segment(segment) for segment in each.gained],
                        "lost": [_segment(segment) for segment in each.lost],
                    }
                    for each in c.differences
                ],
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )


FORMS = {"text": as_text, "tsv": as_tsv, "json": as_json}


def _signature(signatures: Sequence[Signature]) -> str:
    """One line for all systems: they differ in their data only, whose hashes stand in the order of the systems."""
    return str(signatures[0].with_parts(data=",".join(dict(each.parts)["data"] for each in signatures)))


def _standing(standing: Standing) -> list[str]:
    places = _places(standing.score.metric)
    row = [standing.system, f"{standing.score.value:.{places}f}", _interval(standing.score.interval, f".{places}f")]
    if standing.sacrebleu:
        row.append(" ± ".join(f"{number:.{places}f}" for number in standing.sacrebleu))
    return row


def _difference(each: Difference) -> list[str]:
    places = _places(each.metric)
    better = (each.value > 0) == each.metric.higher_is_better and each.value != 0
    verdict = "no difference shown"
    if each.significant:
        verdict = f"{each.system if better else each.baseline} is better"
    return [
        f"{each.system} - {each.baseline}",
        f"{each.value:+.{places}f}",
        _interval(each.interval, f"+.{places}f"),
        _p(each.p) + (" exact" if each.exact else ""),
        _p(each.p_holm),
        "-" if each.effect is None else f"{each.effect:+.2f}",
        f"{each.better}/{each.same}/{each.worse}",
        verdict,
    ]


def _changes(each: Difference) -> Iterator[str]:
    for word, segments in (("gained", each.gained), ("lost", each.lost)):
        if segments:
            form = f".{_places(each.metric) - 1}f"
            named = (f"{segment.id} ({segment.baseline:{form}} → {segment.system:{form}})" for segment in segments)
            yield f"  {each.system} {word} most on {', '.join(named)}"


def _segment(segment: Segment) -> dict[str, object]:
    return {
        "id": segment.id,
        "document": segment.document,
        "baseline": segment.baseline,
        "system": segment.system,
    }


def _interval(interval: tuple[float, float] | None, form: str) -> str:
    return "-" if interval is None else f"[{interval[0]:{form}}, {interval[1]:{form}}]"


def _places(metric: Metric) -> int:
    """Decimals that matter: two for scores around 0 to 100, four for those of models, around 0 to 1."""
    return 2 if metric.lowest == 0.0 else 4


def _p(p: float) -> str:
    return f"{p:.4f}" if p >= 0.0001 else f"{p:.1e}"


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows with their cells padded to the width of the column."""
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(len(rows[0]))]
    return ["  " + "  ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)).rstrip() for row in rows]
