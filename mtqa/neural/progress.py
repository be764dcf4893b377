"""How far a long computation is, on a terminal: the share that is done and the time that is left."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

__all__ = ["terminal_progress"]


def terminal_progress(
    label: str, *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Callable[[float], None] | None:
    """A function to be told the share that is done (0..1); it rewrites one line. None where there is no terminal.

    The line is cleared when all is done. The time left assumes that the rest goes as the part before.
    """
    out = sys.stderr if stream is None else stream
    if not out.isatty():
        return None
    began, shown = clock(), [-1.0]

    def tell(share: float) -> None:
        now = clock()
        if share >= 1.0:
            out.write("\r\x1b[K")
        elif now - shown[0] >= 0.2 and share > 0:
            left = int((now - began) * (1 - share) / share)
            hours, minutes, seconds = left // 3600, left // 60 % 60, left % 60
            clocked = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
            out.write(f"\r\x1b[K{label} {share:4.0%}  {clocked} left")
            shown[0] = now
        out.flush()

    return tell
