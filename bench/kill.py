"""Many more kills and full disks than the suite has time for: `python bench/kill.py --points 200 --seed 1`.

Each command is disturbed at so many drawn points (see tests/kill_points.py), gone on with, and held to the bytes of a
run that nobody disturbed.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

HARNESS = Path(__file__).parent.parent / "tests" / "kill_points.py"
COMMANDS = ("score", "score-parquet", "score-json", "errors", "errors-json", "convert", "assess")


def main() -> None:
    """Runs all commands, or those that are named, and prints one line each; ends with 1 where one failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("commands", nargs="*", default=COMMANDS)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    failed = False
    for command in given.commands:
        words = [sys.executable, str(HARNESS), command, "--points", str(given.points), "--seed", str(given.seed)]
        began = time.monotonic()
        ran = subprocess.run(words, capture_output=True, text=True, check=False)
        wall = time.monotonic() - began
        if ran.returncode:
            failed = True
            print(f"{command:14} FAILED: {ran.stderr[-300:].strip()}", flush=True)
            continue
        told = json.loads(ran.stdout)
        kills = sum(trial.count("killed") for trial in told["trials"])
        full = sum(trial.count("full") for trial in told["trials"])
        print(
            f"{command:14} {given.points} trials in {wall:.0f} s: {kills} kills over {told['lines']} lines that write, "
            f"{full} full disks; every output identical, nothing left behind",
            flush=True,
        )
    sys.exit(failed)


if __name__ == "__main__":
    main()
