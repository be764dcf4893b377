"""Where a model lies: a path, a folder, or a name whose files are already on this machine; the network only if asked.

Nothing in a checkpoint can cause a download: the encoder it names is looked for on this machine, and fetched only
where the caller said `online`.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from ..refusal import Misuse, Refusal, Unavailable
from .models import PUBLISHED, find_published

__all__ = ["Found", "find_encoder", "find_model"]

_CONFIGURATION = ("config.json", "tokenizer.json", "tokenizer_config.json")


@dataclass(frozen=True, slots=True)
class Found:
    """A checkpoint's file, its name in signatures, and its commit on the hub (empty: a file of one's own)."""

    path: Path
    name: str
    revision: str


def find_model(model: str | Path, *, revision: str | None = None, online: bool = False) -> Found:
    """The checkpoint of a model given as a file, a folder or a name (`wmt22-comet-da`).

    A name is looked for in the hub's cache on this machine, at `revision` (a commit or branch, default main), and
    fetched only if `online`. Refuses what is not there, with the way to get it, and a revision of a file.
    """
    path = Path(model).expanduser()
    if revision is not None and path.exists():
        what = f"{str(model)!r} is on this machine, and a revision is of a published model"
        raise Misuse(what, mend="leave --revision out, or give the model's name")
    if path.is_file():  # not resolved: in the hub's cache a file is a link, and its neighbours lie beside the link
        return Found(path.absolute(), _own_name(path.absolute()), "")
    if path.is_dir():
        return Found(_inside(path.absolute()), path.absolute().name, "")
    published = find_published(str(model))
    if published is None and (path.suffix in (".ckpt", ".safetensors") or str(model).count("/") != 1):
        known = ", ".join(PUBLISHED)
        raise Misuse(f"no model {str(model)!r}: no such file, and no published name", mend=f"known: {known}")
    name = published.name if published else str(model)
    if online:
        folder = _fetch(name, revision, ("hparams.yaml", "checkpoints/model.ckpt"))
    else:
        cached = _cached(name, revision)
        if cached is None:
            mend = "give --model a path, or fetch it with --online"
            raise Misuse(f"model {name} is not on this machine", mend=mend)
        folder = cached
    return Found(_inside(folder), name, folder.name)


def find_encoder(checkpoint: Path, named: str, *, given: str | Path | None = None, online: bool = False) -> Path:
    """The folder with the encoder's config.json and tokenizer.json.

    In this order: the folder given; `encoder/` beside the checkpoint or beside its folder; the folder `named` in the
    checkpoint, as it stands or in the hub's cache; the hub, if `online`. Refuses where none of them has it.
    """
    if given is not None:
        folder = Path(given).expanduser()
        if not folder.is_dir():
            raise Misuse(f"no encoder folder {str(given)!r}", mend="give a folder with config.json and tokenizer.json")
        return folder.absolute()
    for folder in (checkpoint.parent / "encoder", checkpoint.parent.parent / "encoder"):
        if folder.is_dir():
            return folder
    if Path(named).is_absolute() and Path(named).is_dir():
        return Path(named)
    if named.count("/") <= 1 and not named.startswith("."):
        cached = _cached(named, None)
        if cached is not None and (cached / "tokenizer.json").is_file():
            return cached
        if online:
            return _fetch(named, None, _CONFIGURATION)
    mend = "put its config.json and tokenizer.json into encoder/ beside the checkpoint, or fetch them with --online"
    raise Misuse(f"the encoder {named!r} of this model is not on this machine", where=str(checkpoint), mend=mend)


def _inside(folder: Path) -> Path:
    for name in ("checkpoints/model.ckpt", "checkpoints/model.safetensors", "model.ckpt", "model.safetensors"):
        if (folder / name).is_file():
            return folder / name
    raise Refusal("no checkpoint in this folder", where=str(folder), mend="wanted: checkpoints/model.ckpt")


def _own_name(path: Path) -> str:
    """A file's model is called like its folder: checkpoints/model.ckpt says nothing."""
    return path.parent.parent.name if path.parent.name == "checkpoints" else path.stem


def _hub() -> Path:
    """The hub's cache on this machine, where huggingface_hub keeps it."""
    if "HF_HUB_CACHE" in os.environ:
        return Path(os.environ["HF_HUB_CACHE"])
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return Path(home) / "hub"


def _cached(name: str, revision: str | None) -> Path | None:
    """The newest or the wanted snapshot of a repository in the hub's cache; None if it is not there."""
    repository = _hub() / ("models--" + name.replace("/", "--"))
    wanted = revision or "main"
    reference = repository / "refs" / wanted
    commit = reference.read_text(encoding="utf-8").strip() if reference.is_file() else wanted
    snapshots = repository / "snapshots"
    if not commit or not snapshots.is_dir():
        return None
    matching = sorted(folder for folder in snapshots.iterdir() if folder.name.startswith(commit))
    return matching[0] if len(matching) == 1 else None


def _fetch(name: str, revision: str | None, files: tuple[str, ...]) -> Path:
    """Downloads these files of a repository; called only where the caller said `online`."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise Unavailable(
            f"{name} cannot be fetched: huggingface-hub is not installed", mend="pip install huggingface-hub"
        ) from None
    try:
        return Path(snapshot_download(repo_id=name, revision=revision, allow_patterns=list(files)))
    except Exception as fault:  # no network, no such repository, a gated one without login: the hub has many ways
        mend = "check name, network and login (gated models want `huggingface-cli login`)"
        raise Misuse(f"{name} cannot be fetched: {type(fault).__name__}", mend=mend) from None
