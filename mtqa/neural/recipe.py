"""How a COMET model is built: what its hyper-parameters say, and which tensors it must therefore have.

A checkpoint is untrusted input. What is read here are plain values, each checked against a short list of what is
known; the tensors follow from them, name by name and shape by shape. Nothing of the checkpoint chooses code.
Source: unbabel-comet 2.2.7, `comet.models` (defaults of the classes) and `comet.modules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

from ..refusal import Refusal, unknown_name

__all__ = ["CLASSES", "EncoderShape", "Recipe", "expected_tensors", "read_encoder", "read_recipe", "surplus"]

Shape = tuple[int, ...]
_T = TypeVar("_T")

CLASSES: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "regression_metric": {"layer_transformation": "softmax", "layer_norm": True, "hidden_sizes": [3072, 1024]},
        "referenceless_regression_metric": {
            "layer_transformation": "softmax",
            "layer_norm": True,
            "hidden_sizes": [2048, 1024],
        },
        "unified_metric": {
            "layer_transformation": "sparsemax",
            "layer_norm": True,
            "hidden_sizes": [3072, 1024],
            "word_layer": 24,
            "word_level_training": False,
            "error_labels": ["minor", "major"],
        },
        "xcomet_metric": {
            "layer_transformation": "sparsemax",
            "layer_norm": False,
            "hidden_sizes": [2560, 1280],
            "word_layer": 36,
            "word_level_training": True,
            "error_labels": ["minor", "major", "critical"],
            "encoder_model": "XLM-RoBERTa-XL",
        },
    }
)
"""The model classes that are known, with the defaults of their hyper-parameters where they differ."""

_COMMON: Mapping[str, object] = MappingProxyType(
    {
        "encoder_model": "XLM-RoBERTa",
        "pretrained_model": "xlm-roberta-large",
        "pool": "avg",
        "layer": "mix",
        "sent_layer": "mix",
        "dropout": 0.1,
        "activations": "Tanh",
        "final_activation": None,
        "input_segments": ["mt", "src", "ref"],
    }
)
_INPUTS = {"regression_metric": 6, "referenceless_regression_metric": 4, "unified_metric": 1, "xcomet_metric": 1}
# Buffers and parts that official checkpoints carry and inference does not need.
_SURPLUS = (
    "layerwise_attention.dropout_mask",
    "layerwise_attention.dropout_fill",
    "encoder.model.embeddings.position_ids",
    "encoder.model.embeddings.token_type_ids",
    "encoder.model.pooler.dense.weight",
    "encoder.model.pooler.dense.bias",
    "wordloss.weight",
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A COMET model in plain values; the names are those of its hyper-parameters where they have one.

    `layer` is the hidden layer that is read, None for the learned mix of all. `transform` is the function that is in
    effect on the weights of the mix, "softmax" or "sparsemax". `labels` are the word labels, "O" first; empty where
    the model marks no words. `segments` are what a unified model reads after the hypothesis: src, ref.
    """

    kind: str
    encoder_model: str
    pretrained_model: str
    pool: str
    layer: int | None
    transform: str
    layer_norm: bool
    dropout: bool
    hidden_sizes: tuple[int, ...]
    activation: str
    final_activation: str | None
    segments: tuple[str, ...]
    word_layer: int
    labels: tuple[str, ...]

    @property
    def joint(self) -> bool:
        """Whether hypothesis, source and reference are read as one sequence (unified, XCOMET)."""
        return self.kind in ("unified_metric", "xcomet_metric")


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The sizes of an encoder, from its config.json. `positions` counts the rows of its position table."""

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    types: int
    epsilon: float
    pad: int

    @property
    def longest(self) -> int:
        """The longest sequence the encoder reads, in tokens, special tokens included."""
        return self.positions - 2


def read_recipe(kind: str, given: Mapping[str, object], published: Mapping[str, object], *, where: str) -> Recipe:
    """The recipe of a model of class `kind`; `given` is what its checkpoint carries, `published` its hparams.yaml.

    As in COMET the checkpoint's own values rule, the defaults of the class fill what is missing, and
    `layer_transformation: sparsemax_patch` in hparams.yaml means softmax. An unknown class is refused with the known
    ones; a value of the wrong type is refused by its name.
    """
    if kind not in CLASSES:
        raise unknown_name("class of COMET model", kind, CLASSES).at(where)
    read = _Reader({**_COMMON, **CLASSES[kind], **given}, where)
    transform = read.text("layer_transformation")
    patched = published.get("layer_transformation") == "sparsemax_patch"
    joint = kind in ("unified_metric", "xcomet_metric")
    words = kind == "xcomet_metric" or (joint and read.flag("word_level_training"))
    return Recipe(
        kind=kind,
        encoder_model=read.text("encoder_model"),
        pretrained_model=read.text("pretrained_model"),
        pool="cls" if joint else read.one_of("pool", ("avg", "cls", "max", "default")),
        layer=read.layer("sent_layer" if joint else "layer"),
        transform="sparsemax" if transform == "sparsemax" and not patched else "softmax",
        layer_norm=read.flag("layer_norm"),
        dropout=bool(read.values["dropout"]),
        hidden_sizes=read.sizes("hidden_sizes"),
        activation=read.one_of("activations", ("Tanh", "Sigmoid")),
        final_activation=None
        if read.values["final_activation"] is None
        else read.one_of("final_activation", ("Tanh", "Sigmoid")),
        segments=("src", "ref") if kind == "xcomet_metric" else read.segments() if joint else (),
        word_layer=read.number("word_layer") if words else 0,
        labels=("O", *read.severities()) if words else (),
    )


def read_encoder(config: Mapping[str, object], *, where: str) -> EncoderShape:
    """The sizes in a config.json of XLM-RoBERTa or XLM-RoBERTa-XL; other activations or positions are refused."""
    read = _Reader({"hidden_act": "gelu", "position_embedding_type": "absolute", **config}, where)
    read.one_of("hidden_act", ("gelu",))
    read.one_of("position_embedding_type", ("absolute",))
    epsilon = read.values.get("layer_norm_eps", 1e-5)
    if not isinstance(epsilon, float) or not 0 < epsilon < 1:
        raise Refusal(f"layer_norm_eps is {epsilon!r}", where=where, mend="use the encoder's own config.json")
    shape = EncoderShape(
        vocabulary=read.number("vocab_size"),
        hidden=read.number("hidden_size"),
        layers=read.number("num_hidden_layers"),
        heads=read.number("num_attention_heads"),
        inner=read.number("intermediate_size"),
        positions=read.number("max_position_embeddings"),
        types=read.number("type_vocab_size"),
        epsilon=epsilon,
        pad=read.number("pad_token_id"),
    )
    if not (0 < shape.heads <= shape.hidden and shape.hidden % shape.heads == 0 and shape.longest > 8):
        raise Refusal("sizes that no encoder has", where=where, mend="use the encoder's own config.json")
    return shape


def expected_tensors(recipe: Recipe, shape: EncoderShape) -> dict[str, Shape]:
    """Every tensor that inference needs, by the name it has in a COMET checkpoint, with its shape."""
    prefix, hidden, inner = "encoder.model.", shape.hidden, shape.inner
    large = recipe.encoder_model == "XLM-RoBERTa-XL"
    found: dict[str, Shape] = {
        f"{prefix}embeddings.word_embeddings.weight": (shape.vocabulary, hidden),
        f"{prefix}embeddings.position_embeddings.weight": (shape.positions, hidden),
        f"{prefix}embeddings.token_type_embeddings.weight": (shape.types, hidden),
    }
    norms = [f"{prefix}encoder.LayerNorm" if large else f"{prefix}embeddings.LayerNorm"]
    affine: dict[str, tuple[int, int]] = {}
    for layer in range(shape.layers):
        here = f"{prefix}encoder.layer.{layer}."
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            affine[f"{here}attention.{name}"] = (hidden, hidden)
        affine[f"{here}intermediate.dense"] = (inner, hidden)
        affine[f"{here}output.dense"] = (hidden, inner)
        inside = ("attention.self_attn_layer_norm", "LayerNorm") if large else ("attention.output.LayerNorm",)
        norms += [here + name for name in (inside if large else (*inside, "output.LayerNorm"))]
    sizes = (hidden * _INPUTS[recipe.kind], *recipe.hidden_sizes, 1)
    for place, (wide, narrow) in enumerate(pairwise(sizes)):
        affine[f"estimator.ff.{3 * place}"] = (narrow, wide)
    if recipe.labels:
        affine["hidden2tag"] = (len(recipe.labels), hidden)
    for name, both in affine.items():
        found |= {f"{name}.weight": both, f"{name}.bias": both[:1]}
    for name in norms:
        found |= {f"{name}.weight": (hidden,), f"{name}.bias": (hidden,)}
    if recipe.layer is None:
        found["layerwise_attention.gamma"] = (1,)
        found |= {f"layerwise_attention.scalar_parameters.{n}": (1,) for n in range(shape.layers + 1)}
    return found


def surplus(name: str) -> bool:
    """Whether a checkpoint may carry this tensor although inference does not need it."""
    return name in _SURPLUS or name.startswith(("train_", "val_"))


class _Reader:
    """Plain values by name; whatever is not what it should be is refused by its name."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self.values, self.where = values, where

    def text(self, name: str) -> str:
        return self._of(name, str, "text")

    def flag(self, name: str) -> bool:
        return self._of(name, bool, "true or false")

    def number(self, name: str) -> int:
        value = self._of(name, int, "a number")
        if not 0 <= value < 10_000_000:
            raise self._wrong(name, value, "a number of sense")
        return value

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in known:
            raise self._wrong(name, value, " or ".join(known))
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._list(name)
        if not values or not all(isinstance(value, str) for value in values):
            raise self._wrong(name, values, "a list of names")
        return tuple(str(value) for value in values)

    def severities(self) -> tuple[str, ...]:
        names = self.texts("error_labels")
        if not set(names) <= {"minor", "major", "critical"} or len(set(names)) != len(names):
            raise self._wrong("error_labels", list(names), "severities (minor, major, critical)")
        return names

    def sizes(self, name: str) -> tuple[int, ...]:
        values = self._list(name)
        sizes = tuple(value for value in values if isinstance(value, int) and 0 < value < 1_000_000)
        if not values or len(sizes) != len(values):
            raise self._wrong(name, values, "a list of sizes")
        return sizes

    def layer(self, name: str) -> int | None:
        return None if self.values.get(name) == "mix" else self.number(name)

    def segments(self) -> tuple[str, ...]:
        names = self.texts("input_segments")
        if names[0] != "mt" or names[1:] not in (("src",), ("ref",), ("src", "ref")):
            raise self._wrong("input_segments", list(names), "mt, then src, ref or both")
        return names[1:]

    def _list(self, name: str) -> list[object]:
        value = self.values.get(name)
        if not isinstance(value, list | tuple):
            raise self._wrong(name, value, "a list")
        return list(value)

    def _of(self, name: str, kind: type[_T], wanted: str) -> _T:
        value = self.values.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self._wrong(name, value, wanted)
        return value

    def _wrong(self, name: str, value: object, wanted: str) -> Refusal:
        return Refusal(f"{name} is {value!r}, {wanted} wanted", where=self.where, mend="no COMET model is built so")
