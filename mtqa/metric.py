"""What can be measured, how much it came to, and how the number was made.

A metric is a value: a name with parameters, a direction and a range. A score never travels without its signature.
Parameters other than the usual ones are in the name, `BLEU:tokenize=zh`, so that two numbers made otherwise never stand
under one name; the name is also how the metric is asked for, `-m bleu:tokenize=zh`.
The printed form is the identity: two scores may be compared only where their signatures agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from .refusal import Misuse, unknown_name

__all__ = ["METRICS", "Metric", "Parameter", "Score", "Signature", "find_metric", "find_metrics", "spelled"]

Parameter = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured. `name` is the printed name, `key` what the command line calls it.

    `parameters` are those of the library that defines the metric, under its own names. `lowest` and `highest` bound
    the score (None: unbounded). `needs` names the columns a segment must have besides its hypothesis.
    """

    key: str
    name: str
    parameters: tuple[tuple[str, Parameter], ...]
    higher_is_better: bool
    lowest: float | None
    highest: float | None
    needs: frozenset[str]
    about: str

    @property
    def asked(self) -> str:
        """What the command line calls it, its parameters with it: `bleu:tokenize=zh`."""
        return ":".join([self.key, *self.name.split(":")[1:]])

    def parameter(self, name: str) -> Parameter:
        """The value of one parameter; unknown names are refused with the known ones."""
        known = dict(self.parameters)
        if name not in known:
            raise unknown_name(f"parameter of {self.name}", name, known)
        return known[name]

    def given(self, **changes: Parameter) -> "Metric":
        """The same metric with other parameters, checked by name, type and range; they become part of its name."""
        for name, value in changes.items():
            default = self.parameter(name)
            if isinstance(default, bool) != isinstance(value, bool) or not isinstance(value, type(default) | int):
                raise Misuse(f"{self.name}: {name} is {type(default).__name__}, not {value!r}")
        parameters = tuple((name, changes.get(name, value)) for name, value in self.parameters)
        _check_range(self.name, dict(parameters))
        usual = METRICS.get(self.key, self)
        told = [
            f":{name}={spelled(value)}"
            for (name, value), standard in zip(parameters, usual.parameters, strict=True)
            if (name, value) != standard
        ]
        return replace(self, name=usual.name + "".join(told), parameters=parameters)


@dataclass(frozen=True, slots=True)
class Signature:
    """How a number was made, in one line: metric, parameters, engine, versions, normaliser, data.

    `parts` are `key:value` pairs in the order of sacrebleu's own signature, then ours. `text` is the identity.
    """

    metric: str
    parts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "|".join([self.metric, *(f"{key}:{value}" for key, value in self.parts)])

    def with_parts(self, **parts: str) -> "Signature":
        """The same signature with more or other parts; known keys keep their place."""
        return replace(self, parts=tuple({**dict(self.parts), **parts}.items()))

    def comparable(self, other: "Signature") -> bool:
        """Whether two numbers may stand side by side: all but the data they were computed on agrees."""
        mine, theirs = dict(self.parts), dict(other.parts)
        for of_data in ("data", "n"):
            mine.pop(of_data, None)
            theirs.pop(of_data, None)
        return self.metric == other.metric and mine == theirs


@dataclass(frozen=True, slots=True)
class Score:
    """How much: the value of a metric over `segments` segments, with the interval it may be trusted in.

    `interval` is (low, high) at `confidence` (a share of 1), None where there are too few segments to say.
    """

    metric: Metric
    value: float
    segments: int
    signature: Signature
    interval: tuple[float, float] | None = None
    confidence: float = 0.95


_PAIR = frozenset({"references"})
_SOURCE = frozenset({"source"})
_TRIPLE = _PAIR | _SOURCE
_BLEU = (
    ("lowercase", False),
    ("tokenize", "13a"),
    ("smooth_method", "exp"),
    ("max_ngram_order", 4),
    ("effective_order", True),
)
_CHRF = (
    ("char_order", 6),
    ("word_order", 0),
    ("beta", 2),
    ("lowercase", False),
    ("whitespace", False),
    ("eps_smoothing", False),
)
_TER = (
    ("normalized", False),
    ("no_punct", False),
    ("asian_support", False),
    ("case_sensitive", False),
    ("references_once", False),  # ours: sacrebleu tokenizes references twice, which `normalized` makes visible
)

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.key: metric
        for metric in (
            Metric("bleu", "BLEU", _BLEU, True, 0.0, 100.0, _PAIR, "n-gram precision; meant for a whole test set"),
            Metric("chrf", "chrF2", _CHRF, True, 0.0, 100.0, _PAIR, "character n-gram F-score; blind to spacing"),
            Metric(
                "chrf++",
                "chrF2++",
                tuple({**dict(_CHRF), "word_order": 2}.items()),
                True,
                0.0,
                100.0,
                _PAIR,
                "chrF with word 1- and 2-grams; sees spacing",
            ),
            Metric("ter", "TER", _TER, False, 0.0, None, _PAIR, "edits per 100 reference words; 0 is identical"),
            Metric("comet", "COMET", (), True, None, None, _TRIPLE, "neural; reads the source too; needs a model"),
            Metric("cometkiwi", "COMETKiwi", (), True, None, None, _SOURCE, "neural, without a reference"),
            Metric("xcomet", "XCOMET", (), True, None, None, _SOURCE, "neural; marks error spans too"),
        )
    }
)
_MOST = 1_000  # n-gram orders and beta; far beyond what anybody counts
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_ALIASES = {"chrf2": "chrf", "chrfpp": "chrf++", "chrf2++": "chrf++", "sacrebleu": "bleu"}


def find_metric(name: str | Metric) -> Metric:
    """The metric of this name, in any case (`chrF++`, `chrf2++`), or the metric itself.

    Parameters follow the name, each after a colon: `bleu:tokenize=zh:lowercase=yes`; `:lowercase` alone is yes. An
    unknown name is refused with the known ones, so is a parameter.
    """
    if isinstance(name, Metric):
        return name
    asked, *options = (part.strip() for part in name.split(":"))
    key = asked.lower()
    key = _ALIASES.get(key, key)
    if key not in METRICS:
        raise unknown_name("metric", asked, METRICS)
    metric = METRICS[key]
    if options and not metric.parameters:
        raise Misuse(
            f"{metric.name} has no parameters, {':'.join(options)!r} found", mend="a model is named by --model"
        )
    if not options:
        return metric
    given: dict[str, Parameter] = {}
    for option in options:
        parameter, equals, value = (part.strip() for part in option.partition("="))
        if parameter in given:
            raise Misuse(f"{metric.name}: {parameter} is given twice")
        given[parameter] = _read(metric, parameter, value if equals else "yes")
    return metric.given(**given)


def find_metrics(names: str) -> tuple[Metric, ...]:
    """The metrics of a comma-separated list, each once, in the order given; an empty list is refused."""
    found = tuple(dict.fromkeys(find_metric(name) for name in names.split(",") if name.strip()))
    if not found:
        raise Misuse("no metric named", mend="known: " + ", ".join(METRICS))
    return found


def _read(metric: Metric, name: str, value: str) -> Parameter:
    """A parameter's value from its spelling, of the type that the parameter has."""
    usual = metric.parameter(name)
    if isinstance(usual, bool):
        if value.lower() not in _FLAGS:
            raise Misuse(f"{metric.name}: {name} is yes or no, not {value!r}")
        return _FLAGS[value.lower()]
    if isinstance(usual, str):
        return value
    if not (value.isascii() and value.isdecimal()):
        raise Misuse(f"{metric.name}: {name} is a whole number, not {value!r}")
    return int(value)


def spelled(value: Parameter) -> str:
    """A parameter's value as it stands in a metric's name: flags are yes or no."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _check_range(name: str, parameters: Mapping[str, Parameter]) -> None:
    """Refuses numbers with which the metric's formula means nothing: orders below none, none at all."""
    for parameter, value in parameters.items():
        least = int(parameter == "max_ngram_order")
        if isinstance(value, int) and not least <= value <= _MOST:
            raise Misuse(f"{name}: {parameter} is {least} to {_MOST}, not {value}")
    if "char_order" in parameters and not (parameters["char_order"] or parameters["word_order"]):
        raise Misuse(f"{name}: char_order and word_order are both 0, and nothing is left to count")
