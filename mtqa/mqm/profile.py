"""Severity profiles: what an error costs, as data; four that are built in, and a team's own from a TOML file.

    profile = "acme-legal"
    source = "Acme quality handbook, 3.2"
    repeated = "once"

    [severities]
    neutral = 0
    minor = 1
    major = 5
    critical = 25

    [categories]
    "accuracy/*" = 2.0                        # times the points of the severity
    "fluency/punctuation" = { minor = 0.1 }   # these points instead

    [quality]                                 # optional: what is acceptable, for a calibrated quality score
    threshold = 85
    acceptable = 30                           # points per 1,000 words; or tolerances = [[500, 20], [5000, 80]]

An exact name goes before a pattern, a longer pattern before a shorter one. Sources of the built-in ones stand in each.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType

from ..refusal import Misuse, Refusal, unknown_name
from .error import ErrorSpan
from .handed import read_toml
from .quality import QualityScale, raw_quality
from .typology import CATEGORIES, Severity

__all__ = ["PROFILES", "Profile", "find_profile", "penalty_rate", "read_profile"]

Points = Mapping[Severity, float]
REPEATED = ("each", "once")
_KEYS = ("profile", "source", "repeated", "severities", "categories", "quality")
_SEVERITIES = tuple(map(str, Severity))


@dataclass(frozen=True, slots=True)
class Profile:
    """What an error costs: the weight of its severity, or the special points of its category.

    `special` has the points of each category that does not cost what its severity weighs. With `repeated_once` an
    error that is made again in the same document of the same system (category, text and correction the same) costs
    nothing. Profiles are never mixed: a penalty without its profile's `label` is no number. `scale` says what the team
    accepts; it changes no penalty.
    """

    name: str
    weights: Points
    special: Mapping[str, Points] = field(default_factory=dict)
    source: str = ""
    repeated_once: bool = False
    scale: QualityScale | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over all that a penalty depends on, 12 hexadecimal digits: the same points, the same digest."""
        table = {name: {str(s): float(self.penalty(name, s)) for s in Severity} for name in sorted(self.special)}
        weights = {str(severity): float(self.weights[severity]) for severity in Severity}
        content = json.dumps([weights, table, self.repeated_once], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @property
    def label(self) -> str:
        """What every output calls it: the name of a built-in profile, and the digest behind the name of any other."""
        return self.name if PROFILES.get(self.name) == self else f"{self.name}@{self.digest}"

    @property
    def dearest(self) -> float:
        """The most points that one error can cost."""
        return max(points for row in (self.weights, *self.special.values()) for points in row.values())

    def quality(self, points: float, words: int) -> tuple[tuple[str, float], ...]:
        """MQM quality scores by how each is made: `raw`, and the one on the team's scale. Refuses no words."""
        raw = (("raw", raw_quality(points, words)),)
        return raw if self.scale is None else (*raw, (self.scale.label, self.scale.score(points, words)))

    def penalty(self, category: str, severity: Severity) -> float:
        """Penalty points of one error; 0 costs nothing."""
        points = self.special.get(category, self.weights)
        return points.get(severity, self.weights[severity])

    def costs(self, errors: Sequence[ErrorSpan]) -> list[float]:
        """Penalty points of each error, in order; of repeated ones the first costs, where the profile says so."""
        if not self.repeated_once:
            return [self.penalty(error.category, error.severity) for error in errors]
        dearest: dict[tuple[str, ...], float] = {}
        costs = []
        for error in errors:
            points = self.penalty(error.category, error.severity)
            key = (error.system, error.document, error.category, error.text, error.correction)
            costs.append(max(points - dearest.get(key, 0.0), 0.0))  # worse than before: the difference
            dearest[key] = max(points, dearest.get(key, 0.0))
        return costs


def _points(neutral: float, minor: float, major: float, critical: float) -> Points:
    return dict(zip(Severity, (neutral, minor, major, critical), strict=True))


_MECHANICAL = {Severity.MINOR: 0.1}
PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile("mqm-core", _points(0, 1, 5, 25), source="themqm.org, severity multipliers 0/1/5/25"),
            Profile(
                "wmt",
                _points(0, 1, 5, 5),
                {
                    "fluency/punctuation": _MECHANICAL,
                    "fluency/whitespace": _MECHANICAL,
                    "fluency/unintelligible": {Severity.MAJOR: 25.0, Severity.CRITICAL: 25.0},
                },
                source="Freitag et al. 2021: major 5, minor 1, minor punctuation 0.1, non-translation 25 (here: major "
                "fluency/unintelligible, which is as little to be taken apart); no critical level",
            ),
            Profile(
                "iso-5060-like",
                _points(0, 1, 5, 25),
                source="our reading of ISO 5060:2024, which leaves the points to the team: those of MQM, with its rule "
                "that a repeated error counts once",
                repeated_once=True,
            ),
        )
    }
)


def find_profile(name: str | Profile, *, folder: Path | None = None) -> Profile:
    """The built-in profile of this name, or the one in the file of this name, which ends with .toml; or itself.

    `folder` is where a relative file name starts. An unknown name is refused with the known ones.
    """
    if isinstance(name, Profile):
        return name
    if name in PROFILES:
        return PROFILES[name]
    if name.lower().endswith(".toml"):
        return read_profile((folder or Path()) / name)
    refusal = unknown_name("severity profile", name, PROFILES)
    raise Misuse(refusal.what, mend=f"{refusal.mend}; or name a .toml file")


def read_profile(path: str | Path) -> Profile:
    """A team's profile from a TOML file; refuses (exit 2) whatever is not understood, with the key."""
    where = str(path)
    table, _ = read_toml(Path(path), mend="name a severity profile")
    try:
        return _profile(table)
    except Misuse as refusal:
        raise refusal.at(where) from None


def _profile(table: Mapping[str, object]) -> Profile:
    for key in table:
        if key not in _KEYS:
            raise unknown_name("key", key, _KEYS)
    name, source, repeated = table.get("profile"), table.get("source", ""), table.get("repeated", "each")
    if not isinstance(name, str) or not name.strip() or "@" in name:
        raise Misuse("the profile has no name", mend='write profile = "acme", without @')
    if not isinstance(source, str):
        raise Misuse("source is no text")
    if repeated not in REPEATED:
        raise Misuse(f"repeated is {repeated!r}", mend='write "each" or "once"')
    weights = _of_severities(table.get("severities"), "severities")
    if missing := [severity for severity in _SEVERITIES if severity not in weights]:
        raise Misuse(f"severities.{missing[0]} is missing", mend=f"give points for {', '.join(_SEVERITIES)}")
    if (ordered := [weights[severity] for severity in Severity]) != sorted(ordered):
        raise Misuse("a worse severity costs less than a better one", mend="give points that do not fall")
    special = _special(table.get("categories", {}), weights)
    scale = QualityScale.of_table(table["quality"]) if "quality" in table else None
    return Profile(name.strip(), weights, special, source, repeated == "once", scale)


def _of_severities(table: object, place: str) -> dict[Severity, float]:
    if not isinstance(table, dict):
        raise Misuse(f"{place} is no table", mend="give points by severity: { minor = 1, major = 5 }")
    for key in table:
        if key not in _SEVERITIES:
            raise unknown_name(f"severity in {place}", key, _SEVERITIES)
    return {Severity(key): _number(value, f"{place}.{key}") for key, value in table.items()}


def _special(table: object, weights: Points) -> dict[str, Points]:
    """The points of every category that a name or a pattern of the table speaks of."""
    if not isinstance(table, dict):
        raise Misuse("categories is no table", mend='write [categories] and "accuracy/*" = 2.0')
    special: dict[str, Points] = {}
    for pattern in sorted(table, key=lambda each: (each in CATEGORIES, len(each))):
        matching = [name for name in CATEGORIES if fnmatchcase(name, pattern)]
        if not matching:
            raise unknown_name("category", pattern, CATEGORIES)
        row = table[pattern]
        if isinstance(row, dict):
            points: Points = _of_severities(row, f"categories.{pattern}")
        else:
            factor = _number(row, f"categories.{pattern}")
            points = {severity: factor * weights[severity] for severity in Severity}
        special.update(dict.fromkeys(matching, points))
    return {name: special[name] for name in CATEGORIES if name in special}


def _number(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise Misuse(f"{place} is {value!r}", mend="give a number, 0 or more")
    return float(value)


def penalty_rate(errors: Sequence[ErrorSpan], words: int, *, profile: Profile = PROFILES["mqm-core"]) -> float:
    """MQM penalty per 1,000 hypothesis words: 0 is flawless, lower is better, no upper bound.

    Weights are those of `profile`. A gap counts as one error. Refuses words == 0: an empty hypothesis has no rate.
    """
    if words <= 0:
        raise Refusal("no penalty rate of 0 words", mend="give at least one segment with text")
    return 1000.0 * sum(profile.costs(errors)) / words
