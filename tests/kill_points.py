"""Runs that are killed at a line of the code that writes, or meet a full disk there, and are then gone on with.

    python kill_points.py score --seed 1 --points 20

One process loads mtqa and forks: a run costs its work and nothing more. Each child counts the lines that it executes in
the files that write, and ends itself with SIGKILL at the one that was drawn; or it may write no file beyond a size that
was drawn. Then the same command runs again, half of the time to be killed once more, until one ends. Its output has to
be that of a run that nobody disturbed, byte for byte, and nothing else may be left in the folder.
"""

import argparse
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from types import FrameType
from typing import Any

WRITING = ("formats/journal.py", "formats/output.py", "formats/locks.py", "assessment/folder.py", "scoring/rows.py")
COMMANDS = {
    "score": ["score", "t.jsonl", "-m", "chrf,ter", "-q", "--threads", "2", "--resume", "-o", "out.tsv"],
    "score-parquet": ["score", "t.jsonl", "-m", "bleu", "-q", "--threads", "1", "--resume", "-o", "out.parquet"],
    "score-json": ["score", "t.jsonl", "-m", "ter", "-q", "--threads", "1", "--resume", "-o", "out.json"],
    "errors": ["errors", "t.jsonl", "--resume", "-o", "out.jsonl"],
    "errors-json": ["errors", "t.jsonl", "--resume", "-f", "json", "-o", "out.json"],
    "convert": ["convert", "t.jsonl", "-o", "out.csv"],
    "assess": ["assess", "t.jsonl", "-m", "chrf", "-o", "out"],
}
ROWS = {"score": 400, "score-parquet": 400, "score-json": 400, "convert": 400, "assess": 12}
CHUNK = 10


def write_table(rows: int) -> None:
    """A table of two systems and documents that end between the chunks."""
    with open("t.jsonl", "w", encoding="utf-8") as table:
        for n in range(rows):
            hypothesis = f"He paid {n} euros on {n % 28 + 1} May for the the house."
            row = {"id": f"s{n}", "doc": f"d{n // 13}", "system": "AB"[n % 2], "mt": hypothesis}
            table.write(json.dumps({**row, "pe": f"She paid {n % 7} euros on {n % 28 + 1} May for the house."}) + "\n")


def traced(at: int, total: list[int]) -> Callable[[FrameType, str, Any], Any]:
    """A tracer that counts lines of the code that writes, and ends the process at line `at` (0: never)."""

    def of_line(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            total[0] += 1
            if total[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return of_line

    def of_call(frame: FrameType, event: str, argument: Any) -> Any:
        return of_line if frame.f_code.co_filename.endswith(WRITING) else None

    return of_call


def run(words: list[str], *, kill_at: int = 0, room: int | None = None, count: bool = False) -> int:
    """Runs a command in a child; gives its exit status (negative: the signal), or the lines that it counted."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 70
        try:
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (1, 2):
                os.dup2(null, stream)
            if room is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            total = [0]
            sys.settrace(traced(kill_at, total))
            try:
                from mtqa.cli import main

                main(words)
            except SystemExit as end:
                code = int(end.code or 0)
            sys.settrace(None)
            os.write(writing, str(total[0]).encode())
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        counted = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return int(counted or 0) if count and status == 0 else status


def contents(path: Path) -> dict[str, bytes]:
    """The files of an output by name, whether it is one or a folder."""
    if path.is_dir():
        return {each.name: each.read_bytes() for each in sorted(path.iterdir())}
    return {path.name: path.read_bytes()}


def trial(words: list[str], draw: random.Random, lines: int, size: int) -> str:
    """Disturbs a command until it ends; says what was done."""
    done = []
    for _ in range(6):
        if draw.random() < 0.75:
            at = draw.randint(1, lines)
            status = run(words, kill_at=at)
            done.append(f"killed at line {at}")
        else:
            room = draw.randint(0, size)
            status = run(words, room=room)
            done.append(f"full at {room}")
        if status not in (-signal.SIGKILL, 0, 2):
            raise SystemExit(f"{done}: exit {status}")
        if status == 0 or draw.random() < 0.5:
            break
    status = run(words)
    if status != 0:
        raise SystemExit(f"{done}: the last run ended with {status}")
    return ", ".join(done)


def warm_up(words: list[str]) -> None:
    """Runs the command once here, so that children begin with all loaded; small chunks, so that there is much to do."""
    import mtqa.formats as formats
    from mtqa.cli import main
    from mtqa.scoring import stream

    stream.CHUNK = CHUNK  # type: ignore[attr-defined]
    formats.read_chunks.__kwdefaults__["chunk"] = CHUNK
    with open(os.devnull, "w") as null, redirect_stdout(null), redirect_stderr(null), suppress(SystemExit):
        main([word if word != "2" else "1" for word in words])


def main() -> None:
    """Runs the trials that the command line asks for, and prints what they came to as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--points", type=int, default=10)
    given = parser.parse_args()
    words, draw = COMMANDS[given.command], random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_table(ROWS.get(given.command, 60))
        warm_up(words)
        lines = run(words, count=True)
        output = Path(words[-1])
        wanted, size = contents(output), max(map(len, contents(output).values()))
        told = []
        for _ in range(given.points):
            if output.is_dir() and draw.random() < 0.5:
                shutil.rmtree(output)
            elif output.is_file():
                output.unlink()
            told.append(trial(words, draw, lines, size))
            if contents(output) != wanted:
                raise SystemExit(f"{told[-1]}: another output")
            left = sorted(each.name for each in Path().iterdir())
            if left != sorted(["t.jsonl", output.name]):
                raise SystemExit(f"{told[-1]}: left {left}")
        os.chdir("/")
    print(json.dumps({"lines": lines, "bytes": size, "trials": told}))


if __name__ == "__main__":
    main()
