"""The corpus of hostile inputs: how a case of tests/cases/hostile becomes files, and how it is run.

A case is one line of JSON:

    {"case": "…", "origin": "…", "files": {"t.tsv": RECIPE}, "run": ["score", "t.tsv"], "exit": 4, "says": "…"}

`says` is the refusal, word for word; `…` in it stands for whatever differs from machine to machine. A recipe is one of

    {"text": "…"}   {"base64": "…"}   {"parts": [["a", 1000000], …]}   {"gzip": RECIPE}   {"zip": {"name": RECIPE}}
    {"link": "/etc/passwd"}   {"folder": {"name": RECIPE}}   {"fifo": true}   {"assessment": {"name": RECIPE}}

the last a copy of a saved assessment with these files in place of its own (null: taken away). Texts carry MARK, which
no refusal may repeat.
"""

import gzip
import io
import json
import os
import re
import shutil
import zipfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases" / "hostile"
MARK = "Geheimnis"

Recipe = Mapping[str, Any]


def cases() -> Iterator[tuple[str, Recipe]]:
    """Every case with its family, which is the name of its file."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield path.stem, json.loads(line)


def content(recipe: Recipe) -> bytes:
    """The bytes of a plain file."""
    ((kind, value),) = recipe.items()
    if kind == "text":
        return str(value).encode("utf-8", "surrogatepass")
    if kind == "base64":
        return b64decode(value)
    if kind == "parts":
        return b"".join(part.encode() * times for part, times in value)
    if kind == "gzip":
        return gzip.compress(content(value), compresslevel=1, mtime=0)
    assert kind == "zip", kind
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, inner in value.items():
            how = zipfile.ZIP_DEFLATED if "parts" in inner else zipfile.ZIP_STORED  # tensors are stored
            archive.writestr(zipfile.ZipInfo(name), content(inner), compress_type=how, compresslevel=1)
    return packed.getvalue()


def lay(place: Path, recipe: Recipe | None, assessment: Path) -> None:
    """Makes the file, folder, link or pipe that the recipe says."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if recipe is None:
        place.unlink()
    elif "link" in recipe:
        place.symlink_to(recipe["link"])
    elif "fifo" in recipe:
        os.mkfifo(place)
    elif "folder" in recipe or "assessment" in recipe:
        if "assessment" in recipe:
            shutil.copytree(assessment, place)
        place.mkdir(exist_ok=True)
        for name, inner in recipe.get("folder", recipe.get("assessment", {})).items():
            lay(place / name, inner, assessment)
    else:
        place.write_bytes(content(recipe))


def matches(wanted: str, said: str) -> bool:
    """Whether the refusal is this one; `…` stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, wanted.split("…"))), said) is not None
