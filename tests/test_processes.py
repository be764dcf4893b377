"""Processes of this machine: the same bytes as one process, no hang where one is lost, nothing left behind."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from mtqa.cluster import Cluster, Processes, open_cluster
from mtqa.refusal import Refusal, Unavailable
from mtqa.rules import Asked, diagnose, diagnoses, errors
from mtqa.rules.kept import Stretch, pieces
from mtqa.segment import Batch, ReferenceKind, Segment


def double(number: int) -> int:
    return 2 * number


def where(number: int) -> int:
    time.sleep(0.02)
    return os.getpid()


def refuse_seven(number: int) -> int:
    if number == 7:
        raise Refusal("seven is refused", where="here", mend="take another")
    return number


def end_at_five(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def begun_by(number: int) -> str:
    return type(multiprocessing.current_process()).__name__


@pytest.fixture(scope="module")
def two() -> Iterator[Cluster]:
    with open_cluster("local", processes=2) as cluster:
        yield cluster


class TestOrder:
    def test_in_order_and_whole(self, two: Cluster) -> None:
        assert list(two.in_order(double, range(50))) == [(n, 2 * n) for n in range(50)]

    def test_other_processes_work(self, two: Cluster) -> None:
        assert os.getpid() not in {made for _, made in two.in_order(where, range(8))}

    def test_few_items_stay_here(self) -> None:
        with open_cluster("local", processes=2) as cluster:
            assert {made for _, made in cluster.in_order(where, range(2))} == {os.getpid()}
            assert list(cluster.in_order(double, [])) == []

    def test_one_process_is_this_one(self) -> None:
        with open_cluster("local", processes=1) as cluster:
            assert {made for _, made in cluster.in_order(where, range(8))} == {os.getpid()}

    def test_what_came_before_a_fault_comes_first(self, two: Cluster) -> None:
        found: list[int] = []
        with pytest.raises(Refusal, match="here: seven is refused; take another"):
            found.extend(item for item, _ in two.in_order(refuse_seven, range(20)))
        assert found == list(range(7))

    def test_items_are_drawn_as_results_are_taken(self, two: Cluster) -> None:
        drawn: list[int] = []
        results = two.in_order(double, (drawn.append(n) or n for n in range(1000)))
        next(iter(results))
        assert len(drawn) <= 8


def test_beside_other_threads_nothing_is_forked() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with open_cluster("local", processes=2) as cluster:
            found = [method for _, method in cluster.in_order(begun_by, range(8))]
    finally:
        done.set()
        other.join()
    assert set(found) == {"SpawnProcess"}


def test_a_lost_process_is_a_refusal() -> None:
    cluster = Processes(2)
    with pytest.raises(Unavailable) as caught:
        list(cluster.in_order(end_at_five, range(20)))
    assert str(caught.value) == (
        "--processes: a process that diagnosed was ended from outside, as a system out of memory does; "
        "--processes 1 works in this process alone"
    )
    assert list(cluster.in_order(double, range(5))) == [(n, 2 * n) for n in range(5)]  # others are started
    cluster.close()


def segments(count: int, document: str = "d") -> Iterator[Segment]:
    for n in range(count):
        yield Segment(
            f"{document}{n}",
            f"Sentence {n} of the the village {n % 11} is here, in {1900 + n % 100}.",
            (f"Sentence {n} of the village {n % 7} was there, in {1900 + n % 90}.",),
            document=document,
            reference_kind=ReferenceKind.CORRECTION,
        )


class TestDiagnosis:
    def test_a_long_document(self, two: Cluster) -> None:
        batch = Batch.of(segments(1700))
        assert diagnose(batch, alone={3, 1600}, cluster=two) == diagnose(batch, alone={3, 1600})

    def test_many_short_documents(self, two: Cluster) -> None:
        asked = [Asked(Batch.of(segments(40, f"d{n}")), frozenset({n % 40})) for n in range(45)]
        assert list(diagnoses(asked, cluster=two)) == [diagnose(one.batch, alone=one.alone) for one in asked]

    def test_a_frame(self) -> None:
        frame = pd.DataFrame({"id": one.id, "mt": one.hypothesis, "pe": one.references[0]} for one in segments(1100))
        pd.testing.assert_frame_equal(errors(frame, processes=2), errors(frame))

    def test_pieces_hold_every_segment_once(self) -> None:
        sizes = (3, 700, 0, 200, 1200, 97)
        documents = [Stretch(n, Batch.of(segments(size, f"d{n}")), "en", frozenset()) for n, size in enumerate(sizes)]
        cut = list(pieces(documents))
        held = [(stretch.number, name) for piece in cut for stretch in piece for name in stretch.batch.id]
        assert held == [(n, f"d{n}{k}") for n, size in enumerate(sizes) for k in range(size)]
        assert [sum(len(stretch.batch) for stretch in piece) for piece in cut] == [250] * 8 + [200]

    def test_who_stands_alone_stays_alone_where_a_document_is_cut(self) -> None:
        document = Stretch(0, Batch.of(segments(600)), "en", frozenset({0, 249, 250, 599}))
        alone = [[stretch.batch.id[n] for n in sorted(stretch.alone)] for (stretch,) in pieces([document])]
        assert alone == [["d0", "d249"], ["d250"], ["d599"]]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = ({"id": one.id, "mt": one.hypothesis, "pe": one.references[0]} for one in segments(3000))
    path = tmp_path / "table.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def started(table: Path, count: int) -> "subprocess.Popen[bytes]":
    """`mtqa errors` in a process group of its own."""
    words = [sys.executable, "-m", "mtqa", "errors", str(table), "--processes", str(count)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def members(group: int) -> list[int]:
    """The processes of a group that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def until(condition: object, seconds: float = 120.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class TestCommand:
    def test_the_same_bytes(self, table: Path) -> None:
        one, many = started(table, 1), started(table, 3)
        assert one.communicate()[0] == many.communicate()[0] != b""
        assert (one.returncode, many.returncode) == (0, 0)

    @pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc to count processes by")
    @pytest.mark.parametrize(("sent", "to_all"), [(signal.SIGINT, True), (signal.SIGKILL, False)])
    def test_nothing_is_left_behind(self, table: Path, sent: signal.Signals, to_all: bool) -> None:
        run = started(table, 2)
        assert until(lambda: len(members(run.pid)) == 3), "no processes were started"
        (os.killpg if to_all else os.kill)(run.pid, sent)
        said = run.communicate(timeout=120)[1].decode()
        assert run.returncode != 0
        assert "Traceback" not in said
        assert until(lambda: not members(run.pid)), "processes outlived the one that started them"
