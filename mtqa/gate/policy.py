"""What a team demands of a delivery: one TOML file, strictly read.

    policy = "acme-news"
    [scope]
    estimand = "delivery"
    [mqm]
    max_per_1000_words = 40.0

Limits have no built-in value: whoever writes the policy sets them, or lets `mtqa calibrate` propose them. A key that
is misspelt, a check without a limit and a policy without a gating check are refused. The file stands alone
(`mtqa.toml`) or under `[tool.mtqa]` in `pyproject.toml`.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import chain
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from ..metric import find_metric
from ..mqm import CATEGORIES, PROFILES, Profile, find_profile
from ..refusal import unknown_name
from .languages import languages_of
from .strict import Strict
from .waivers import Waiver

__all__ = [
    "INTEGRITY",
    "Baseline",
    "Critical",
    "Drift",
    "Findings",
    "Integrity",
    "Metric",
    "Mqm",
    "Policy",
    "Role",
    "Scope",
    "Slice",
    "Tail",
]

# What of the alignment is in doubt, and what hygiene can notice; a test holds this list against mtqa/hygiene.
INTEGRITY = (
    *("unaligned", "omitted", "doubtful-pairs"),
    *("nothing", "empty-text", "duplicate-id", "shifted-rows", "repeated-segment"),
    *("identical-to-reference", "untranslated", "same-hypothesis", "wrong-script", "wrong-language"),
    *("foreign-letters", "mixed-word", "mojibake", "lost-characters", "control-characters", "bidi-controls"),
    *("invisible-characters", "markup", "normal-form", "typography", "mixed-typography", "length", "length-ratio"),
    *("outer-blanks",),
)


class Role(StrEnum):
    """What a check may do: say its number, warn, or decide."""

    INFORM = "inform"
    WARN = "warn"
    GATE = "gate"


# Numbers are numbers: "40" and true are refused, and so are nan and inf, with which nothing would ever fail.
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Amount = Annotated[float, Field(strict=True, ge=0.0, allow_inf_nan=False)]
Limit = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0)]


class Scope(Strict):
    """Which deliveries the policy is for, what is concluded about, and at which risk.

    `estimand` is this `delivery` (what was not inspected is a sample of it) or the `vendor` (documents are drawn from
    all that the vendor will deliver). `risk` is the chance to accept at the limit, and to reject at it. `looks` says
    whether the verdict may be asked for again and again as more segments are inspected, in random order.
    """

    estimand: Literal["delivery", "vendor"] = "delivery"
    language_pair: str | None = None
    min_segments: int = Field(default=2, strict=True, ge=1)
    min_documents: int = Field(default=12, strict=True, ge=12)
    risk: float = Field(default=0.05, strict=True, gt=0.0, lt=0.5)
    looks: Literal["once", "repeated"] = "once"
    on_inconclusive: Literal["review", "fail"] = "review"

    @field_validator("language_pair")
    @classmethod
    def _a_pair(cls, name: str | None) -> str | None:
        if name is not None:
            languages_of(name)
        return name


class Integrity(Strict):
    """How many segments one integrity check may name; the limit itself passes."""

    max: Count
    role: Role = Role.GATE


def _as_limit(row: object) -> object:
    """`untranslated = 0` stands for `untranslated = { max = 0 }`."""
    return {"max": row} if isinstance(row, int | float | str) else row


class Critical(Strict):
    """Errors that no average buys off: their number in what was inspected, and the share of segments with one."""

    max: Count | None = None
    max_share: Share | None = None
    severities: tuple[Literal["critical", "major"], ...] = ("critical",)
    categories: tuple[str, ...] = ()
    role: Role = Role.GATE

    @field_validator("categories")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _categories(names)

    @model_validator(mode="after")
    def _limited(self) -> "Critical":
        _wanting(self, "max", "max_share")
        return self


class Findings(Strict):
    """Whose word a finding is: unreviewed ones count towards failing only where the policy trusts the detector.

    `trusted` are categories, or patterns of them (`accuracy/*`, `*`); `trusted_precision` trusts every category on
    which the measured precision of the detector is, 95 % sure, at least so high.
    """

    trusted: tuple[str, ...] = ()
    trusted_precision: float | None = Field(default=None, strict=True, gt=0.0, le=1.0)

    @field_validator("trusted")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _categories(names)


class Mqm(Strict):
    """Penalty points per 1,000 hypothesis words under a severity profile, by its name or its file beside the policy.

    `segment_cap` is the most that a segment may cost; repeated looks need it, because no number of clean segments
    bounds a penalty without an end.
    """

    max_per_1000_words: Amount
    profile: Profile = PROFILES["mqm-core"]
    segment_cap: Amount | None = None
    role: Role = Role.GATE

    @field_validator("profile", mode="plain")
    @classmethod
    def _a_profile(cls, given: object, info: ValidationInfo) -> Profile:
        if not isinstance(given, str):
            raise ValueError("the name of a severity profile is wanted, or of its .toml file")
        return find_profile(given, folder=(info.context or {}).get("folder"))


class Tail(Strict):
    """The share of segments that may score worse than `score`: what readers meet is the tail, not the mean."""

    score: Limit
    share: Share


class Metric(Strict):
    """A limit for the mean of a metric's segment scores, or for its tail."""

    name: str
    min_mean: Limit | None = None
    max_mean: Limit | None = None
    max_share_below: Tail | None = None
    max_share_above: Tail | None = None
    role: Role = Role.GATE

    @field_validator("name")
    @classmethod
    def _a_metric(cls, name: str) -> str:
        return find_metric(name).name

    @model_validator(mode="after")
    def _limited(self) -> "Metric":
        upward = find_metric(self.name).higher_is_better
        for wrong in ("max_mean", "max_share_above") if upward else ("min_mean", "max_share_below"):
            if getattr(self, wrong) is not None:
                better = "higher" if upward else "lower"
                raise ValueError(f"{wrong} bounds the good side of {self.name}: {better} is better")
        _wanting(self, *(("min_mean", "max_share_below") if upward else ("max_mean", "max_share_above")))
        return self


class Baseline(Strict):
    """How much worse than another delivery of the same source this one may be, in the mean of a metric."""

    metric: str
    max_drop: Amount
    role: Role = Role.GATE

    @field_validator("metric")
    @classmethod
    def _a_metric(cls, name: str) -> str:
        return find_metric(name).name


class Slice(Strict):
    """Limits for a part: the documents whose name matches a pattern, pooled or each by itself.

    `by` says what is matched instead: the systems, or the domains or language pairs that the table names.
    """

    by: Literal["document", "system", "domain", "language_pair"] = "document"
    match: str = "*"
    each: bool = True
    max_per_1000_words: Amount | None = None
    max_critical: Count | None = None
    role: Role = Role.GATE

    @model_validator(mode="after")
    def _limited(self) -> "Slice":
        _wanting(self, "max_per_1000_words", "max_critical")
        return self


class Drift(Strict):
    """Whether the delivery is out of control among the vendor's earlier ones in a ledger.

    `measure` is `mqm` (penalty points per 1,000 words, Laney's u′) or a metric (XmR of its segment means).
    """

    measure: str = "mqm"
    role: Role = Role.GATE

    @field_validator("measure")
    @classmethod
    def _a_measure(cls, name: str) -> str:
        return name if name == "mqm" else find_metric(name).name


class Policy(Strict):
    """A whole policy; `digest` is the hash of the text it was read from, which every verdict prints."""

    policy: str = Field(min_length=1)
    version: Literal[1] = Field(default=1, alias="schema")
    scope: Scope = Scope()
    integrity: Mapping[str, Annotated[Integrity, BeforeValidator(_as_limit)]] = Field(default_factory=dict)
    findings: Findings = Findings()
    critical: Critical | None = None
    mqm: Mqm | None = None
    metric: tuple[Metric, ...] = ()
    baseline: tuple[Baseline, ...] = ()
    slice: tuple[Slice, ...] = ()
    drift: tuple[Drift, ...] = ()
    waiver: tuple[Waiver, ...] = ()
    digest: str = Field(default="", exclude=True)

    @field_validator("integrity", mode="before")
    @classmethod
    def _known(cls, table: object) -> object:
        for name in table if isinstance(table, Mapping) else ():
            if name not in INTEGRITY:
                raise unknown_name("integrity check", str(name), INTEGRITY)
        return table

    @model_validator(mode="after")
    def _gates(self) -> "Policy":
        if not any(role == Role.GATE for role in self.roles()):
            raise ValueError("no check has the role gate: nothing could ever fail; give one a limit and role = 'gate'")
        if any(part.max_per_1000_words is not None for part in self.slice) and self.mqm is None:
            raise ValueError("a slice limits the penalty rate, but [mqm], which says how it is counted, is missing")
        if self.scope.looks == "repeated" and self.mqm is not None and self.mqm.segment_cap is None:
            raise ValueError("looks = 'repeated' needs mqm.segment_cap, the most points that a segment may cost")
        if self.scope.looks == "repeated" and self.scope.estimand == "vendor":
            raise ValueError("looks = 'repeated' judges a delivery in random order; a vendor is judged by documents")
        return self

    def metrics(self) -> tuple[str, ...]:
        """The printed names of the metrics that its checks read, each once."""
        drifting = (check.measure for check in self.drift if check.measure != "mqm")
        named = chain((check.name for check in self.metric), (check.metric for check in self.baseline), drifting)
        return tuple(dict.fromkeys(named))

    def roles(self) -> Iterator[Role]:
        """The role of every check."""
        for table in (self.critical, self.mqm):
            if table is not None:
                yield table.role
        yield from (check.role for check in self.integrity.values())
        for checks in (self.metric, self.baseline, self.slice, self.drift):
            yield from (check.role for check in checks)


def _categories(names: tuple[str, ...]) -> tuple[str, ...]:
    """The categories that the names or patterns stand for, in the order of the typology."""
    for name in names:
        if not any(fnmatchcase(category, name) for category in CATEGORIES):
            raise unknown_name("category", name, CATEGORIES)
    return tuple(category for category in CATEGORIES if any(fnmatchcase(category, name) for name in names))


def _wanting(check: BaseModel, *limits: str) -> None:
    if all(getattr(check, limit) is None for limit in limits):
        raise ValueError(f"a check without a limit: give {' or '.join(limits)}")
