"""The segments of several deliveries as data for the page's script, in the columns of the page of one."""

from collections.abc import Sequence

from ...mqm import CATEGORIES, Severity
from ..markup import Markup
from ..page.data import error_row, packed, rounded, words_of
from ..rows import Row
from ..wording import LETTERS, Words
from .matching import Contender, same_references
from .weighing import PENALTY, Weighed

__all__ = ["SCHEMA", "data_script"]

SCHEMA = "mtqa.page-several/1"


def data_script(contenders: Sequence[Contender], weighed: Weighed, words: Words) -> Markup:
    """The `<script>` element that holds the data of all deliveries; never executed."""
    first = contenders[0].rows
    shared = same_references(contenders)
    metrics = [metric for metric in weighed.measures if metric != PENALTY]
    rules = list(dict.fromkeys(e.rule for contender in contenders for row in contender.rows for e in row.errors))
    numbers = {name: number for number, name in enumerate(rules)}
    names = [metric.name for metric in metrics]
    return packed(
        {
            "schema": SCHEMA,
            "words": words_of(words),
            "categories": list(CATEGORIES),
            "severities": [str(severity) for severity in Severity],
            "letters": [LETTERS[severity] for severity in Severity],
            "rules": rules,
            "metrics": [[metric.name, metric.higher_is_better] for metric in metrics],
            "penalty": PENALTY in weighed.measures,
            "deciding": -1 if weighed.deciding == PENALTY else names.index(weighed.deciding.name),
            "pair": [weighed.names.index(name) for name in weighed.pair],
            "systems": [contender.name for contender in contenders],
            "segments": {
                "anchor": [row.anchor for row in first],
                "id": [row.id for row in first],
                "where": [row.document for row in first]
                if len({row.document for row in first}) > 1
                else [""] * len(first),
                "source": [row.source for row in first],
                "hypothesis": [[c.rows[n].hypothesis for c in contenders] for n in range(len(first))],
                "references": [list(row.references) if shared else [] for row in first],
                "corrections": []
                if shared
                else [[_reference(c.rows[n]) for c in contenders] for n in range(len(first))],
                "points": [[rounded(c.rows[n].points) for c in contenders] for n in range(len(first))],
                "scores": [[_scores(c.rows[n], names) for c in contenders] for n in range(len(first))],
            },
            "errors": [
                [*error_row(n, error, numbers, "", confirmed=id(error) in contender.confirmed), system]
                for n in range(len(first))
                for system, contender in enumerate(contenders)
                for error in contender.rows[n].errors
            ],
        }
    )


def _reference(row: Row) -> str | None:
    return row.references[0] if row.references else None


def _scores(row: Row, names: Sequence[str]) -> list[float | None]:
    known = dict(row.scores)
    return [rounded(known.get(name)) for name in names]
