"""Small files that a team hands in: a policy, waivers, a profile, severities; bounded, since nobody vouches for them.

Python's reader takes time with the square of the parts of a dotted key, and a device has no end.
"""

import re
import tomllib
from pathlib import Path

from ..refusal import Misuse

__all__ = ["read_small", "read_toml"]

_LARGEST = 1 << 20  # bytes; a policy has a few thousand
_WINDING = re.compile(rb"""(?:[\w"'-]{1,64}[ \t]*\.[ \t]*){32}""")


def read_small(path: Path, *, mend: str) -> bytes:
    """The bytes of a file of at most 1 MiB; refuses (exit 2) a larger one, a device among them, and what has none."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
    except (OSError, ValueError) as fault:  # a name with a NUL in it is a ValueError
        reason = fault.strerror if isinstance(fault, OSError) else fault
        raise Misuse(f"cannot be read ({reason})", where=str(path), mend=mend) from None
    if len(raw) > _LARGEST:
        raise Misuse("more than 1 MiB", where=str(path), mend=mend)
    return raw


def read_toml(path: Path, *, mend: str) -> tuple[dict[str, object], bytes]:
    """The table of a TOML file, and its bytes; refuses (exit 2) what cannot be read, is too large, or is no TOML."""
    raw = read_small(path, mend=mend)
    if _WINDING.search(raw):
        raise Misuse("a key of more than 32 parts", where=str(path))
    try:
        return tomllib.loads(raw.decode("utf-8")), raw
    except UnicodeDecodeError:
        raise Misuse("no UTF-8 text", where=str(path), mend="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise Misuse(f"no TOML: {fault}", where=str(path)) from None
    except RecursionError:
        raise Misuse("no TOML: nested too deep", where=str(path)) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise Misuse("no TOML: a number of too many digits", where=str(path)) from None
