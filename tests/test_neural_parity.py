"""Our inference gives unbabel-comet's numbers: within 1e-6 in fp32, for every kind of model, spans included."""

import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtqa.metric import Metric, find_metric
from mtqa.neural import MarkedSpan, NeuralScores, open_scorer, upstream

torch = pytest.importorskip("torch", reason="the extra comet is not installed")
if upstream.unavailable() is not None:  # pragma: no cover - in an environment without comet
    pytest.skip(f"comet cannot be used here: {upstream.unavailable()}", allow_module_level=True)
checkpoints = pytest.importorskip("checkpoints")

COMET, KIWI, XCOMET = (find_metric(name) for name in ("comet", "cometkiwi", "xcomet"))
CASES = [
    (COMET, "regression", True),
    (KIWI, "referenceless", False),
    (KIWI, "kiwi", False),
    (COMET, "unite", True),
    (KIWI, "unite", False),
    (XCOMET, "xcomet", True),
    (XCOMET, "xcomet", False),
    (XCOMET, "xcomet-xl", True),
    (XCOMET, "xcomet-xl", False),
]
NAMES = [f"{kind}-{'with' if referenced else 'without'}" for _, kind, referenced in CASES]


@pytest.fixture(scope="module")
def texts() -> tuple[list[str], list[str], list[tuple[str, ...]]]:
    """Hypotheses, sources, references: the seeds, and what breaks tokenizers and lengths."""
    torch.set_num_threads(1)
    lines = checkpoints.lines()
    hypotheses, sources, references = lines[:20], lines[10:30], [(line,) for line in lines[20:40]]
    odd = ["Cafe\u0301 🎉 naïve ﬁn", "  two  spaces ", "ＦＵＬＬ ½", "a </s> b <unk> c", "x", "word " * 400, *lines[:2]]
    hypotheses += odd
    sources += ["Ein Satz.", "zwei", "voll", "a <mask> b", "y", "Wort " * 30, lines[0], "Wort " * 500]
    references += [("One sentence.",), ("two",), ("full",), ("a b",), ("z",), ("word " * 90,), (lines[1],), (lines[0],)]
    return hypotheses, sources, references


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {kind: checkpoints.build(tmp_path_factory.mktemp(kind), kind) for kind in checkpoints.KINDS}


def score(
    metric: Metric, model: Path, texts: tuple[Any, Any, Any], referenced: bool, engine: str, **options: Any
) -> NeuralScores:
    hypotheses, sources, references = texts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scorer = open_scorer(metric, model=model, engine=engine, over_long="cut", cache=False, **options)
        return scorer.score(hypotheses, sources, references if referenced else None)


def places(scores: NeuralScores) -> list[list[tuple[int, int, str]]]:
    return [[(one.span.start, one.span.end, str(one.severity)) for one in row] for row in scores.spans or ()]


@pytest.mark.parametrize(("metric", "kind", "referenced"), CASES, ids=NAMES)
def test_scores_and_spans_agree(
    metric: Metric, kind: str, referenced: bool, models: dict[str, Path], texts: tuple[Any, Any, Any]
) -> None:
    ours, theirs = (score(metric, models[kind], texts, referenced, engine) for engine in ("native", "upstream"))
    assert len(ours) == len(theirs) == len(texts[0])
    assert np.abs(ours.values - theirs.values).max() <= 1e-6
    assert ours.values.std() > 1e-3  # a model that says the same of everything would prove nothing
    assert ours.truncated == theirs.truncated and ours.truncated.segments
    assert (ours.spans is None) == (theirs.spans is None) == (kind not in ("unite", "xcomet", "xcomet-xl"))
    if ours.spans is not None:
        assert places(ours) == places(theirs)
        assert len({severity for row in places(ours) for _, _, severity in row}) > 1
        assert np.abs(np.array(shares(ours)) - np.array(shares(theirs))).max() <= 1e-5


def shares(scores: NeuralScores) -> list[float]:
    return [one.confidence for row in scores.spans or () for one in row]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_weights_agree_too(seed: int, tmp_path: Path, texts: tuple[Any, Any, Any]) -> None:
    model = checkpoints.build(tmp_path, "xcomet", seed=seed)
    ours, theirs = (score(XCOMET, model, texts, True, engine) for engine in ("native", "upstream"))
    assert np.abs(ours.values - theirs.values).max() <= 1e-6
    assert places(ours) == places(theirs)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("regression", {"pool": "cls"}),
        ("regression", {"pool": "max"}),
        ("regression", {"pool": "default"}),
        ("regression", {"layer": 2}),
        ("regression", {"layer_norm": False}),
        ("regression", {"layer_transformation": "sparsemax"}),
        ("regression", {"final_activation": "Sigmoid"}),
        ("regression", {"pool": "max", "layer_norm": False}),
        ("kiwi", {"layer_norm": True}),
        ("kiwi", {"sent_layer": 3}),
        ("kiwi", {"layer_transformation": "sparsemax_patch"}),
    ],
    ids=str,
)
def test_other_builds_agree_too(
    kind: str, changes: dict[str, Any], tmp_path: Path, texts: tuple[Any, Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "KINDS", {kind: {**checkpoints.KINDS[kind], **changes}})
    model = checkpoints.build(tmp_path, kind)
    metric = COMET if kind == "regression" else KIWI
    ours, theirs = (score(metric, model, texts, True, engine) for engine in ("native", "upstream"))
    assert np.abs(ours.values - theirs.values).max() <= 1e-6
    transform = "sparsemax" if changes.get("layer_transformation", kind == "kiwi") in ("sparsemax", True) else "softmax"
    if changes.get("sent_layer") or changes.get("layer"):
        transform = str(changes.get("sent_layer") or changes.get("layer"))
    assert dict(ours.signature.parts)["layers"] == dict(theirs.signature.parts)["layers"] == transform


def test_the_transform_is_the_one_in_effect_upstream(models: dict[str, Path], tmp_path: Path) -> None:
    for kind, wanted in (("regression", "softmax"), ("kiwi", "sparsemax")):
        scorer = open_scorer(
            COMET if kind == "regression" else KIWI, model=models[kind], engine="upstream", cache=False
        )
        model: Any = scorer.model
        assert model.model.layerwise_attention.transform_fn.__name__ == wanted == scorer.checkpoint.recipe.transform


def test_checkpoints_of_the_tests_are_complete_for_comet(models: dict[str, Path]) -> None:
    """unbabel-comet itself loads them strictly: what we build and check by name is what it builds."""
    from comet.models import str2model

    for kind, path in models.items():
        identifier = str(checkpoints.KINDS[kind]["class_identifier"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = str2model[identifier].load_from_checkpoint(
                path,
                map_location="cpu",
                weights_only=True,
                strict=False,
                load_pretrained_weights=False,
                local_files_only=True,
                pretrained_model=str(path.parent.parent / "encoder"),
            )
        carried = set(torch.load(path, weights_only=True)["state_dict"])
        assert carried - set(model.state_dict()) == set()
        assert set(model.state_dict()) - carried <= {"wordloss.weight"}


def test_upstream_faults_stand_in_the_score_and_not_in_the_spans(
    models: dict[str, Path], texts: tuple[Any, Any, Any]
) -> None:
    """Neighbours of two severities are two spans here; COMET has one, and its count is the score's."""
    ours = score(XCOMET, models["xcomet"], texts, False, "native")
    rows: tuple[tuple[MarkedSpan, ...], ...] = ours.spans or ()
    neighbours = [
        (one, other)
        for text, row in zip(texts[0], rows, strict=True)
        for one, other in pairwise(row)
        if not text[one.span.end : other.span.start].strip() and one.severity != other.severity
    ]
    assert neighbours
