"""Every long command may be killed at any moment, or meet a full disk: gone on with, it ends with the same bytes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mtqa.assessment import Assessment
from mtqa.assessment import folder as folders
from mtqa.cli import main
from mtqa.formats import writer
from mtqa.formats.journal import Finished, Part, fallen_short, journaled
from mtqa.ledger import Ledger
from mtqa.refusal import Misuse, Refusal

HARNESS = Path(__file__).parent / "kill_points.py"


@pytest.mark.parametrize(
    ("command", "points"),
    [("score", 6), ("score-parquet", 4), ("score-json", 4), ("errors", 3), ("convert", 5), ("assess", 3)],
)
def test_killed_at_drawn_lines_and_gone_on_with(command: str, points: int) -> None:
    words = [sys.executable, str(HARNESS), command, "--points", str(points), "--seed", "9"]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert len(told["trials"]) == points and any("killed" in trial for trial in told["trials"])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def part(number: int) -> Part:
    return Part(f"part {number}\n".encode(), number + 1, f"f{number}")


def numbered(count: int, stop_at: int | None = None) -> "Parts":
    return Parts(count, stop_at)


class Parts:
    """Parts of an output; `stop_at` is the one before which the run is broken off as by a kill."""

    def __init__(self, count: int, stop_at: int | None) -> None:
        self.count, self.stop_at, self.made = count, stop_at, list[int]()

    def __call__(self, finished: Sequence[Finished]) -> Iterator[Part]:
        for number, entry in enumerate(finished):
            if entry.input != f"f{number}":
                raise fallen_short(entry)
        for number in range(len(finished), self.count):
            if number == self.stop_at:
                raise KeyboardInterrupt
            self.made.append(number)
            yield part(number)


class TestJournal:
    WHOLE = b"".join(part(number).data for number in range(5)) + b"end\n"

    @staticmethod
    def write(parts: Parts, **options: object) -> None:
        journaled("out", parts, identity="this run", closing=lambda: b"end\n", **options)  # type: ignore[arg-type]

    def broken(self) -> None:
        with pytest.raises(KeyboardInterrupt):
            self.write(numbered(5, stop_at=3))
        assert sorted(each.name for each in Path().iterdir()) == ["out.partial", "out.partial.journal"]

    def test_only_the_rest_is_made(self) -> None:
        self.broken()
        parts = numbered(5)
        self.write(parts, resume=True)
        assert (Path("out").read_bytes(), parts.made) == (self.WHOLE, [3, 4])
        assert [each.name for each in Path().iterdir()] == ["out"]

    def test_a_part_that_is_not_what_was_written_is_made_again(self) -> None:
        self.broken()
        data = bytearray(Path("out.partial").read_bytes())
        data[9] ^= 1  # in the second part: a page that a loss of power left unwritten
        Path("out.partial").write_bytes(data)
        parts = numbered(5)
        self.write(parts, resume=True)
        assert (Path("out").read_bytes(), parts.made) == (self.WHOLE, [1, 2, 3, 4])

    @pytest.mark.parametrize("left", [b"", b"this ru", b'this run\n{"rows": 1, "byt', b"this run\nnot json\n"])
    def test_a_torn_journal_begins_where_it_can(self, left: bytes) -> None:
        self.broken()
        Path("out.partial.journal").write_bytes(left)
        parts = numbered(5)
        self.write(parts, resume=True)
        assert (Path("out").read_bytes(), parts.made) == (self.WHOLE, [0, 1, 2, 3, 4])

    def test_without_resume_all_is_made(self) -> None:
        self.broken()
        parts = numbered(5)
        self.write(parts)
        assert (Path("out").read_bytes(), parts.made) == (self.WHOLE, [0, 1, 2, 3, 4])

    def test_two_runs_never_write_one_output(self) -> None:
        def meanwhile(finished: Sequence[Finished]) -> Iterator[Part]:
            yield part(0)
            with pytest.raises(Misuse) as caught:
                self.write(numbered(5))
            assert str(caught.value) == "out: another run is writing it; wait for it, or name another file"
            yield part(1)

        journaled("out", meanwhile, identity="the other run")
        assert Path("out").read_bytes() == part(0).data + part(1).data

    def test_a_refused_run_leaves_nothing(self) -> None:
        def refusing(finished: Sequence[Finished]) -> Iterator[Part]:
            yield part(0)
            raise Refusal("bad row")

        with pytest.raises(Refusal):
            journaled("out", refusing, identity="")
        assert list(Path().iterdir()) == []

    def test_a_full_disk_leaves_what_was_finished(self) -> None:
        def filling(finished: Sequence[Finished]) -> Iterator[Part]:
            yield part(0)
            raise OSError(28, "No space left on device")

        with pytest.raises(Misuse) as caught:
            journaled("out", filling, identity="this run")
        told = "out: cannot be written: No space left on device; make room and go on with --resume"
        assert str(caught.value) == told
        parts = numbered(5)
        self.write(parts, resume=True)
        assert (Path("out").read_bytes(), parts.made) == (self.WHOLE, [1, 2, 3, 4])


class TestLeftBehind:
    def test_what_a_dead_run_left_is_swept(self) -> None:
        for name in (".out.tsv.1234.tmp", ".other.tsv.1234.tmp", ".out.tsv.tmp"):
            Path(name).write_text("half")
        with writer("out.tsv") as stream:
            stream.write(b"whole")
        assert sorted(each.name for each in Path().iterdir()) == [".other.tsv.1234.tmp", ".out.tsv.tmp", "out.tsv"]

    def test_what_a_living_run_writes_stays(self) -> None:
        code = (
            "import sys, time\nfrom mtqa.formats import writer\n"
            "with writer('out.tsv') as stream:\n    stream.write(b'slow'); stream.flush(); print('begun', flush=True)\n"
            "    sys.stdin.read()\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None and other.stdout.readline() == "begun\n"
            with writer("out.tsv") as stream:
                stream.write(b"quick")
            assert Path("out.tsv").read_bytes() == b"quick"
            other.communicate("go on", timeout=60)
        assert other.returncode == 0 and Path("out.tsv").read_bytes() == b"slow"
        assert [each.name for each in Path().iterdir()] == ["out.tsv"]

    def test_a_run_of_the_same_number_waits(self) -> None:
        """Two containers on one disk: neither empties what the other is writing."""
        begun, done = threading.Event(), list[bytes]()

        def other() -> None:
            begun.wait(60)
            with writer("out.tsv") as stream:
                done.append(Path("out.tsv").read_bytes())
                stream.write(b"second")

        thread = threading.Thread(target=other)
        thread.start()
        with writer("out.tsv") as stream:
            stream.write(b"first")
            stream.flush()
            begun.set()
            thread.join(0.3)
            assert thread.is_alive() and Path(stream.name).read_bytes() == b"first"
        thread.join(60)
        assert (done, Path("out.tsv").read_bytes()) == ([b"first"], b"second")
        assert [each.name for each in Path().iterdir()] == ["out.tsv"]

    def test_folders_are_swept_unless_they_hold_more(self) -> None:
        for name, file in ((".a.abcd1234", "errors.parquet"), (".a.zzzz9999", "thesis.doc"), (".b.abcd1234", "x")):
            Path(name).mkdir()
            (Path(name) / file).touch()
        with folders.written_beside(Path("a")) as new:
            (new / "assessment.json").write_text("{}")
        assert sorted(each.name for each in Path().iterdir()) == [".a.zzzz9999", ".b.abcd1234", "a"]

    def test_a_former_assessment_comes_back(self) -> None:
        """Where there is no exchange in one step, a kill may come between the two renames."""
        left = Path(".a.former.abcd1234")
        left.mkdir()
        (left / "assessment.json").write_text("former")

        def failing() -> None:
            with folders.written_beside(Path("a")):
                raise OSError(28, "No space left on device")

        with pytest.raises(OSError, match="No space"):
            failing()
        assert (Path("a") / "assessment.json").read_text() == "former"
        assert [each.name for each in Path().iterdir()] == ["a"]

    @pytest.mark.parametrize("at_once", [True, False])
    def test_an_assessment_takes_the_place_of_another(self, at_once: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        if not at_once:
            monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)
        for text in ("old", "new"):
            with folders.written_beside(Path("a")) as new:
                (new / "assessment.json").write_text(text)
        assert (Path("a") / "assessment.json").read_text() == "new"
        assert [each.name for each in Path().iterdir()] == ["a"]


def done(*words: str) -> None:
    """Runs a command here, undisturbed."""
    with pytest.raises(SystemExit) as end:
        main(list(words))
    assert end.value.code == 0


def test_runs_at_once_on_one_cache_and_one_ledger() -> None:
    """Two of errors and two of history; bench/scale.py load has sixteen of each."""
    rows = [
        {
            "id": str(n),
            "doc": "d",
            "mt": f"He paid {n} euros for the the house.",
            "pe": f"She paid {n % 5} euros for it.",
        }
        for n in range(40)
    ]
    Path("t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    mtqa = [sys.executable, "-m", "mtqa"]
    done("assess", "t.jsonl", "-o", "a")
    done("errors", "t.jsonl", "-o", "wanted.jsonl")
    add = ["history", "add", "a", "--ledger", "l.sqlite", "--language-pair", "de-en"]
    runs = [
        subprocess.Popen([*mtqa, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for n in range(2)
        for words in (
            ["errors", "t.jsonl", "--processes", "1", "--cache", "c", "-o", f"out{n}.jsonl"],
            [*add, "--vendor", f"v{n}"],
        )
    ]
    said = [run.communicate(timeout=240)[1] for run in runs]
    assert [run.returncode for run in runs] == [0] * 4, said
    for n in range(2):
        assert Path(f"out{n}.jsonl").read_bytes() == Path("wanted.jsonl").read_bytes()
    with Ledger("l.sqlite") as book:
        assert sorted(entry.vendor for entry in book.entries()) == ["v0", "v1"]
    assert Path("c/results.sqlite").stat().st_size > 0


def test_interrupted_at_any_time_errors_go_on() -> None:
    """By the clock rather than by the line: kills fall into kernels and rules too."""
    rows = [
        {"id": str(n), "doc": f"d{n // 9}", "mt": f"A word {n} and the the end.", "pe": f"A {n} end."}
        for n in range(60)
    ]
    Path("t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = [sys.executable, "-m", "mtqa", "errors", "t.jsonl", "--resume", "-o"]
    done(*words[3:], "wanted.jsonl")
    for seconds in (0.3, 0.9, 1.3):
        run = subprocess.Popen([*words, "out.jsonl"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    done(*words[3:], "out.jsonl")
    assert Path("out.jsonl").read_bytes() == Path("wanted.jsonl").read_bytes()


def test_an_assessment_is_there_or_not(tmp_path: Path) -> None:
    """What `assess` saves can be read whenever it can be seen."""
    Path("t.jsonl").write_text(json.dumps({"mt": "a house", "pe": "the house"}) + "\n")
    for _ in range(2):
        done("assess", "t.jsonl", "-o", "a")
        assert len(Assessment.load("a").segments) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "t.jsonl"]
