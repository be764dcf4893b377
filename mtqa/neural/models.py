"""The published models: what each is for, what its licence allows, and which languages its encoder has seen.

Sources: LICENSE.models.md and README.md of unbabel-comet 2.2.7, which lists the languages of XLM-R too (Conneau et
al. 2020, appendix A).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = [
    "DEFAULT_MODEL",
    "LANGUAGES",
    "PUBLISHED",
    "Published",
    "find_published",
    "licence_notice",
]


@dataclass(frozen=True, slots=True)
class Published:
    """A published model: its name on the hub, the metric it computes, its licence, whether companies may use it."""

    name: str
    metric: str
    licence: str
    commercial: bool


_OPEN, _CLOSED = ("Apache-2.0", True), ("CC-BY-NC-SA-4.0", False)
PUBLISHED: Mapping[str, Published] = MappingProxyType(
    {
        model.name.rpartition("/")[2].lower(): model
        for model in (
            Published("Unbabel/wmt22-comet-da", "comet", *_OPEN),
            Published("Unbabel/wmt20-comet-da", "comet", *_OPEN),
            Published("Unbabel/wmt20-comet-qe-da", "cometkiwi", *_OPEN),
            Published("Unbabel/unite-mup", "comet", *_OPEN),
            Published("Unbabel/wmt22-unite-da", "comet", *_CLOSED),
            Published("Unbabel/wmt22-cometkiwi-da", "cometkiwi", *_CLOSED),
            Published("Unbabel/wmt23-cometkiwi-da-xl", "cometkiwi", *_CLOSED),
            Published("Unbabel/wmt23-cometkiwi-da-xxl", "cometkiwi", *_CLOSED),
            Published("Unbabel/XCOMET-XL", "xcomet", *_CLOSED),
            Published("Unbabel/XCOMET-XXL", "xcomet", *_CLOSED),
        )
    }
)
DEFAULT_MODEL: Mapping[str, str] = MappingProxyType(
    {"comet": "Unbabel/wmt22-comet-da", "cometkiwi": "Unbabel/wmt22-cometkiwi-da", "xcomet": "Unbabel/XCOMET-XL"}
)
"""The model of a metric where none is named; only the one of `comet` is free for commercial use."""

_CODES = """
af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fil fr fy ga gd gl gu ha he hi hr hu hy id is it
ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl nn no om or pa pl ps pt ro ru sa sd si sk sl so sq
sr su sv sw ta te th tl tr ug uk ur uz vi xh yi zh
"""
LANGUAGES: frozenset[str] = frozenset(_CODES.split())
"""Codes (ISO 639-1, `fil` besides `tl`, `nb` and `nn` besides `no`) of the languages that XLM-R was trained on."""


def find_published(name: str) -> Published | None:
    """The published model of this name, with or without its owner, in any case; None for any other model."""
    return PUBLISHED.get(name.rstrip("/").rpartition("/")[2].lower())


def licence_notice(name: str) -> str | None:
    """One sentence on a licence that forbids commercial use; None where none is known to."""
    model = find_published(name)
    if model is None or model.commercial:
        return None
    return f"{model.name} is licensed {model.licence}: its scores may not be used commercially"
