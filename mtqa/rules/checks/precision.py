"""How often each check that needs no reference was right, on human judgements; shipped with where it comes from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Measured", "measured"]

UNKNOWN = 0.5  # of a check that was never judged: nothing is known, and so it says


@dataclass(frozen=True, slots=True)
class Measured:
    """The findings of a check that human judges were asked about, and those that they confirmed."""

    check: str
    right: int
    judged: int

    @property
    def share(self) -> float:
        """Right of judged by the rule of succession (one right, one wrong beforehand), 0..1; 0.5 if never judged."""
        return (self.right + 1) / (self.judged + 2) if self.judged else UNKNOWN


def measured(check: str) -> Measured:
    """What was measured of a check; 0 of 0 where it was never judged."""
    return _table().get(check, Measured(check, 0, 0))


@cache
def _table() -> Mapping[str, Measured]:
    table = json.loads(files(__package__).joinpath("precision.json").read_text(encoding="utf-8"))
    return {name: Measured(name, row["right"], row["judged"]) for name, row in table["checks"].items()}
