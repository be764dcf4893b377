"""COMET checkpoints: found without a network, hashed, and read as what they are, untrusted input.

A checkpoint is a zip of tensors with a pickle that names them. It is read by an unpickler that can call nothing but
ours (`archive`), memory-mapped, or as safetensors; hparams.yaml by `safe_load`. Then its tensors are held
against what its hyper-parameters demand, name by name and shape by shape: a checkpoint with a part missing would
otherwise score with random weights (unbabel-comet does: strict=False).
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..refusal import Misuse, Refusal
from .archive import Array, Damaged, check_sums, read_safetensors, read_torch
from .recipe import EncoderShape, Recipe, expected_tensors, read_encoder, read_recipe, surplus

__all__ = ["ENCODERS", "Checkpoint", "file_hash", "open_checkpoint", "refuse_unsafe_loading"]

ENCODERS = ("XLM-RoBERTa", "XLM-RoBERTa-XL")
"""The encoders that can be read; all published models but cometinho (MiniLM) have one of them."""
_UNSAFE = "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"
_SAFE_YAML_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A checkpoint that was read and found complete.

    `tensors` maps names to arrays that are still memory-mapped; `sha256` is of the file, `tokenizer_sha256` of
    tokenizer.json. `revision` is the commit on the hub, empty for a file of one's own.
    """

    name: str
    path: Path
    encoder: Path
    revision: str
    sha256: str
    tokenizer_sha256: str
    recipe: Recipe
    shape: EncoderShape
    tensors: Mapping[str, Array]


def open_checkpoint(
    path: Path, encoder_of: Callable[[str], Path], *, name: str, revision: str = "", sha256: str = ""
) -> Checkpoint:
    """Reads the checkpoint at `path` (.ckpt or .safetensors).

    `encoder_of` gives the folder with the encoder's config.json and tokenizer.json, from the name that the checkpoint
    has for it. `sha256` is the hash of the file where it is already known; where it is not, the file is read whole and
    refused if its check sums, or the hash by which the hub keeps it, do not fit. Refused too, with nothing of it run:
    what is no checkpoint, what holds anything but tensors and plain values, an unknown class, tensors missing,
    misshapen or too many, and the environment variable that would make torch load unsafely.
    """
    refuse_unsafe_loading()
    _refuse_other_file(path)
    published = read_yaml(hparams_beside(path))
    kind = published.get("class_identifier")
    if not isinstance(kind, str):
        raise Refusal("no class_identifier", where=f"{hparams_beside(path)}", mend="use the model's own hparams.yaml")
    carried, tensors = _read_safetensors(path) if path.suffix == ".safetensors" else _read_pickle(path)
    recipe = read_recipe(kind, carried if carried is not None else published, published, where=str(path))
    if recipe.encoder_model not in ENCODERS:
        what = f"no engine has the encoder {recipe.encoder_model}"
        raise Misuse(what, where=str(path), mend="known: " + ", ".join(ENCODERS))
    encoder = encoder_of(recipe.pretrained_model)
    shape = read_encoder(read_config(encoder), where=str(encoder / "config.json"))
    _hold_against(recipe, shape, tensors, where=str(path))
    return Checkpoint(
        name=name,
        path=path,
        encoder=encoder,
        revision=revision,
        sha256=sha256 or _whole_hash(path),
        tokenizer_sha256=file_hash(encoder / "tokenizer.json"),
        recipe=recipe,
        shape=shape,
        tensors=tensors,
    )


def refuse_unsafe_loading() -> None:
    """Refuses to go on where the environment makes torch run whatever a checkpoint contains."""
    if os.environ.get(_UNSAFE, "").lower() in ("1", "y", "yes", "true"):
        raise Misuse(f"{_UNSAFE} is set: a checkpoint could run code", mend=f"unset {_UNSAFE}")


def hparams_beside(path: Path) -> Path:
    """Where hparams.yaml is expected: beside the checkpoint's folder, as COMET has it, or in that folder."""
    above, here = path.parent.parent / "hparams.yaml", path.parent / "hparams.yaml"
    return above if above.is_file() or not here.is_file() else here


def read_yaml(path: Path) -> Mapping[str, object]:
    """The plain values of a yaml file; anything else in it, a tag above all, is refused."""
    import yaml

    try:
        if path.stat().st_size > _SAFE_YAML_BYTES:
            raise ValueError("larger than any hparams.yaml")
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError, RecursionError, OSError) as fault:
        raise Refusal(f"no plain yaml: {_brief(fault)}", where=str(path), mend="use the model's own file") from None
    if not isinstance(values, dict):
        raise Refusal("no table of hyper-parameters", where=str(path), mend="use the model's own hparams.yaml")
    return {str(name): value for name, value in values.items()}


def read_config(encoder: Path) -> Mapping[str, object]:
    """The encoder's config.json; refused where the folder lacks it or its tokenizer.json."""
    for name in ("config.json", "tokenizer.json"):
        if not (encoder / name).is_file():
            mend = "give the encoder's own folder (config.json, tokenizer.json; no weights needed)"
            raise Refusal(f"{name} is missing", where=str(encoder), mend=mend)
    try:
        values = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    except ValueError as fault:
        raise Refusal(f"no JSON: {_brief(fault)}", where=str(encoder / "config.json")) from None
    if not isinstance(values, dict):
        raise Refusal("no table of sizes", where=str(encoder / "config.json"))
    return {str(name): value for name, value in values.items()}


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _whole_hash(path: Path) -> str:
    """The SHA-256 of a checkpoint that was found complete; refused where a byte of it is not what it was.

    The hub's cache keeps each large file under the hash that was published: `snapshots/…/model.ckpt` is a link to it.
    """
    if path.suffix != ".safetensors":
        try:
            check_sums(path)
        except Damaged as fault:
            raise Refusal(f"the checkpoint is damaged: {_brief(fault)}", where=str(path), mend=_AGAIN) from None
    found, blob = file_hash(path), path.resolve()
    published = blob.name if blob.parent.name == "blobs" and len(blob.name) == len(found) else found
    if published != found:
        what = f"the checkpoint is not the one that was published: sha256 {found[:12]}, not {published[:12]}"
        raise Refusal(what, where=str(path), mend=_AGAIN)
    return found


def _refuse_other_file(path: Path) -> None:
    """Refuses what is no archive of torch, and a checkpoint that came without the file that says what it is."""
    if path.suffix != ".safetensors" and not zipfile.is_zipfile(path):
        # The legacy format (a bare pickle) cannot be memory-mapped, and no COMET model comes in it.
        raise Refusal("no checkpoint", where=str(path), mend="give the model.ckpt of a COMET model")
    if not hparams_beside(path).is_file():
        what = "no hparams.yaml, neither beside the checkpoint nor in the folder above"
        raise Refusal(what, where=str(path), mend="copy the model's whole folder")


def _read_pickle(path: Path) -> tuple[Mapping[str, object] | None, Mapping[str, Array]]:
    """Hyper-parameters and tensors of a Lightning checkpoint, of which nothing is run."""
    try:
        content, tensors = read_torch(path)
    except Damaged as fault:
        what = f"the checkpoint holds more than tensors and plain values, or is damaged: {_brief(fault)}"
        raise Refusal(what, where=str(path), mend="nothing of it was run; use the published file") from None
    carried = content.get("hyper_parameters")
    if not isinstance(carried, dict):
        raise Refusal("a checkpoint without hyper_parameters", where=str(path), mend="give COMET's own model.ckpt")
    return {str(name): value for name, value in carried.items()}, tensors


def _read_safetensors(path: Path) -> tuple[None, Mapping[str, Array]]:
    """The tensors of a safetensors file; its hyper-parameters are those of hparams.yaml."""
    try:
        return None, read_safetensors(path)
    except Damaged as fault:
        raise Refusal(f"no safetensors file: {_brief(fault)}", where=str(path)) from None


def _hold_against(recipe: Recipe, shape: EncoderShape, tensors: Mapping[str, Array], *, where: str) -> None:
    """Refuses a checkpoint whose tensors are not the ones that its hyper-parameters and encoder demand."""
    deepest = shape.layers if recipe.layer is None else recipe.layer
    if deepest > shape.layers or recipe.word_layer > shape.layers:
        raise Refusal(f"a layer beyond the {shape.layers} of the encoder is read", where=where, mend=_ENCODER)
    wanted = expected_tensors(recipe, shape)
    missing = [name for name in wanted if name not in tensors]
    if missing:
        raise Refusal(f"{len(missing)} tensors are missing, the first {missing[0]}", where=where, mend=_ENCODER)
    for name, size in wanted.items():
        found = tensors[name].shape
        if found != size or tensors[name].dtype.kind != "f":
            raise Refusal(f"{name} is {found}, {size} wanted", where=where, mend=_ENCODER)
    unknown = [name for name in tensors if name not in wanted and not surplus(name)]
    if unknown:
        raise Refusal(f"{len(unknown)} tensors of no known model, the first {unknown[0]}", where=where, mend=_ENCODER)


_AGAIN = "nothing of it was run; copy or fetch it again"
_ENCODER = "the checkpoint is incomplete, or the encoder's folder is of another model"


def _brief(fault: BaseException) -> str:
    """The first line of another library's message, at most 160 characters, without its advice."""
    return " ".join(str(fault).split("\n")[0].split(". ")[0].split())[:160] or type(fault).__name__
