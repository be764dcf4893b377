"""A policy from its file, from `pyproject.toml`, or from a mapping; what is wrong in it is one line with its key."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ..mqm.handed import read_toml
from ..refusal import Misuse, unknown_name
from .policy import Policy
from .waivers import Waiver, WaiverFile

__all__ = ["find_policy", "read_policy", "read_waivers"]

Model = TypeVar("Model", bound=BaseModel)


def read_policy(policy: "Policy | str | Path | Mapping[str, object]") -> Policy:
    """The policy itself, or as read from a TOML file or a mapping; refuses (exit 2) whatever is not understood."""
    if isinstance(policy, Policy):
        return policy
    if isinstance(policy, Mapping):
        return _policy(policy, "policy", json.dumps(policy, sort_keys=True, default=str).encode())
    if not isinstance(policy, str | Path):
        raise Misuse(f"no policy: {type(policy).__name__}", mend="give a policy file or its content as a mapping")
    path = Path(policy)
    table, raw = read_toml(path, mend="name a policy file")
    if path.name == "pyproject.toml":
        tools = table.get("tool", {})
        found = tools.get("mtqa") if isinstance(tools, dict) else None
        if not isinstance(found, dict):
            raise Misuse("no table [tool.mtqa]", where=str(path), mend="add one, or name an mtqa.toml")
        return _policy(found, f"{path}: tool.mtqa", raw, path.parent)
    return _policy(table, str(path), raw, path.parent)


def read_waivers(path: str | Path) -> tuple[Waiver, ...]:
    """The waivers of a TOML file that holds nothing else; refuses (exit 2) whatever is not understood."""
    table, _ = read_toml(Path(path), mend="name a file of waivers")
    return _checked(WaiverFile, table, str(path)).waiver


def find_policy(start: Path) -> Path:
    """The policy file of a folder: its `mtqa.toml`, or its `pyproject.toml` with a table `[tool.mtqa]`."""
    own, project = start / "mtqa.toml", start / "pyproject.toml"
    if own.is_file():
        return own
    if project.is_file() and b"[tool.mtqa" in project.read_bytes():
        return project
    raise Misuse("no policy", mend="give --policy, or write an mtqa.toml ('mtqa calibrate' proposes limits)")


def _policy(table: Mapping[str, object], where: str, raw: bytes, folder: Path | None = None) -> Policy:
    if "digest" in table:
        raise unknown_name("key", "digest", _keys(Policy)).at(where)
    return _checked(Policy, {**table, "digest": hashlib.sha256(raw).hexdigest()}, where, folder)


def _checked(model: type[Model], table: Mapping[str, object], where: str, folder: Path | None = None) -> Model:
    try:
        return model.model_validate(dict(table), context={"folder": folder})
    except Misuse as refusal:
        raise refusal.at(where) from None
    except ValidationError as fault:
        first = min(fault.errors(), key=lambda error: error["type"] != "extra_forbidden")  # a typo explains the rest
        place = list(first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            *above, name = place
            known = _keys(_model_at(model, above))
            raise unknown_name("key", str(name), known).at(_joined(where, above)) from None
        raise Misuse(what[0].lower() + what[1:], where=_joined(where, place)) from None


def _joined(where: str, place: Sequence[str | int]) -> str:
    path = ""
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return f"{where}: {path}" if path else where


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items() if name != "digest"]


def _model_at(model: type[BaseModel], place: Sequence[str | int]) -> type[BaseModel]:
    """The table that stands at this place of the policy."""
    for part in place:
        field = model.model_fields.get(str(part))
        inner = next(_models(field.annotation), None) if field else None
        model = inner or model
    return model


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models(argument)
