"""Keys of results: hashes that differ wherever the result may."""

import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["code_of", "key_of"]

_PACKAGE = Path(__file__).parent.parent
# Libraries whose data or algorithms reach into alignments and diagnoses.
_LIBRARIES = ("babel", "numpy", "py3langid", "rapidfuzz", "regex", "scipy", "simplemma", "syntok", "wordfreq")


def key_of(*parts: str | Iterable[str]) -> bytes:
    """The key of these parts, 32 bytes (SHA-256). Parts are told apart by their lengths, lists by their counts."""
    digest = hashlib.sha256()
    for part in parts:
        texts = [part] if isinstance(part, str) else list(part)
        digest.update(b"%d:" % (-1 if isinstance(part, str) else len(texts)))
        for text in texts:
            data = text.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(data))
            digest.update(data)
    return digest.digest()


@cache
def code_of(*rooms: str) -> str:
    """A hash of the files of these rooms of mtqa and of the versions of Python and the libraries that they stand on.

    It is of the files as they are, not of a version's name: an edited rule finds nothing that the old rule made.
    """
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for room in rooms:
        path = _PACKAGE / room
        files = [_PACKAGE / f"{room}.py"] if not path.is_dir() else sorted(path.rglob("*"))
        for file in files:
            if file.suffix in (".py", ".json", ".so", ".txt", ".gz"):
                digest.update(file.relative_to(_PACKAGE).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    for name in _LIBRARIES:
        try:
            digest.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            digest.update(f"no {name}".encode())
    return digest.hexdigest()[:24]
