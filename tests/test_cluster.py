"""Where batches run does not show: threads here, or a Ray cluster of two nodes of which one is lost."""

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqa.cli import main
from mtqa.cluster import LOCAL, Cluster, Local, open_cluster
from mtqa.refusal import Misuse, Refusal, Unavailable


def double(number: int) -> int:
    return 2 * number


def refuse_seven(number: int) -> int:
    if number == 7:
        raise Refusal("seven is refused", where="here", mend="take another")
    return number


def slow(number: int) -> int:
    time.sleep(0.05)
    return number


def numbers(until: int, drawn: list[int]) -> Iterator[int]:
    for number in range(until):
        drawn.append(number)
        yield number


@pytest.mark.parametrize("cluster", [LOCAL, Local(2), Local(5)])
class TestLocal:
    def test_in_order_and_whole(self, cluster: Cluster) -> None:
        assert list(cluster.in_order(double, range(100))) == [(n, 2 * n) for n in range(100)]

    def test_nothing(self, cluster: Cluster) -> None:
        assert list(cluster.in_order(double, [])) == []

    def test_what_came_before_a_fault_comes_first(self, cluster: Cluster) -> None:
        found: list[int] = []
        with pytest.raises(Refusal, match="here: seven is refused; take another"):
            found.extend(item for item, _ in cluster.in_order(refuse_seven, range(20)))
        assert found == list(range(7))

    def test_so_it_is_with_a_fault_of_the_items(self, cluster: Cluster) -> None:
        def items() -> Iterator[int]:
            yield from range(3)
            raise Refusal("no more")

        found: list[int] = []
        with pytest.raises(Refusal, match="no more"):
            found.extend(item for item, _ in cluster.in_order(double, items()))
        assert found == [0, 1, 2]

    def test_items_are_drawn_as_results_are_taken(self, cluster: Cluster) -> None:
        drawn: list[int] = []
        results = cluster.in_order(double, numbers(1000, drawn))
        for _ in range(3):
            next(results)
        assert len(drawn) <= 3 + 10
        results.close()  # type: ignore[attr-defined]
        assert len(drawn) <= 3 + 10


class TestOpening:
    def test_an_unknown_cluster(self) -> None:
        with pytest.raises(Misuse, match="clutser") as caught, open_cluster("clutser"):
            pass
        assert "local, ray" in str(caught.value)

    def test_without_ray(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(__import__("sys").modules, "ray", None)
        with pytest.raises(Unavailable) as caught, open_cluster("ray"):
            pass
        assert str(caught.value) == "--cluster ray: Ray is not installed; pip install 'mtqa[ray]'"


class Kills:
    """Work that ends its own worker once, at one item; the mark on disk says that it has."""

    def __init__(self, mark: Path, at: int, how: str) -> None:
        self.mark, self.at, self.how = mark, at, how

    def __call__(self, number: int) -> int:
        if number == self.at and not self.mark.exists():
            self.mark.touch()
            if self.how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(1000)
        time.sleep(0.01)
        return 2 * number


@dataclass(frozen=True)
class Meets:
    """Says on which node it is, once both nodes are at work: a machine that is busy starts the second one late."""

    folder: Path

    def __call__(self, number: int) -> str:
        import ray

        node = str(ray.get_runtime_context().get_node_id())
        (self.folder / node).touch()
        end = time.monotonic() + 120
        while len(list(self.folder.iterdir())) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        return node


@pytest.fixture(scope="module")
def two_nodes() -> Iterator[Any]:
    """A Ray cluster of two nodes with a core each, on this machine."""
    pytest.importorskip("ray", reason="the extra ray is not installed")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # the workers import the work from here
    import ray
    from ray.cluster_utils import Cluster as Nodes

    memory = 100 << 20
    nodes = Nodes(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "object_store_memory": memory, "include_dashboard": False},
    )
    nodes.second = nodes.add_node(num_cpus=1, object_store_memory=memory)
    ray.init(nodes.address, logging_level="ERROR", log_to_driver=False)
    yield nodes
    del os.environ["PYTHONPATH"]
    ray.shutdown()
    nodes.shutdown()


@pytest.fixture
def on_ray(two_nodes: Any) -> Iterator[Cluster]:
    with open_cluster("ray", address=two_nodes.address) as cluster:
        yield cluster


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset of three shards: two systems, documents that go on in the next shard, figures that differ."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    for shard in range(3):
        rows = [
            {
                "id": f"{shard}-{n}",
                "doc": f"d{(shard * 150 + n) // 40}",
                "system": "AB"[n % 2],
                "src": f"Satz {n} aus dem Ort {n % 7}.",
                "mt": f"Sentence {n} of the the village {n % 11} is here, in {1900 + n % 100}.",
                "pe": f"Sentence {n} of the village {n % 7} was there, in {1900 + n % 90}.",
            }
            for n in range(150)
        ]
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "data" / f"part-{shard}.parquet", row_group_size=60)
    return tmp_path / "data"


def mtqa(*words: str) -> None:
    with pytest.raises(SystemExit) as end:
        main(list(words))
    assert end.value.code == 0


@pytest.mark.xdist_group("ray")  # one cluster for all, where tests run on several processes
class TestRay:
    def test_in_order_on_both_nodes(self, on_ray: Cluster, tmp_path: Path) -> None:
        found = list(on_ray.in_order(Meets(tmp_path), range(12)))
        assert [item for item, _ in found] == list(range(12))
        assert len({node for _, node in found}) == 2

    def test_few_items_are_on_their_way(self, on_ray: Cluster) -> None:
        drawn: list[int] = []
        for taken, _ in enumerate(on_ray.in_order(slow, numbers(40, drawn))):
            assert len(drawn) <= taken + 1 + 8
            time.sleep(0.02)

    def test_what_came_before_a_fault_comes_first(self, on_ray: Cluster) -> None:
        found: list[int] = []
        with pytest.raises(Refusal, match="here: seven is refused; take another"):
            found.extend(item for item, _ in on_ray.in_order(refuse_seven, range(20)))
        assert found == list(range(7))

    @pytest.mark.parametrize("how", ["killed", "hanging"])
    def test_a_lost_worker_loses_and_doubles_nothing(
        self, two_nodes: Any, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MTQA_RAY_PATIENCE", "2" if how == "hanging" else "60")
        with open_cluster("ray", address=two_nodes.address) as cluster:
            work = Kills(tmp_path / "mark", at=11, how=how)
            assert list(cluster.in_order(work, range(40))) == [(n, 2 * n) for n in range(40)]
        assert (tmp_path / "mark").exists()

    def test_work_that_kills_every_worker_is_given_up(self, on_ray: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mtqa.cluster.crew._LIVES", 2)  # of four: each costs the start of a worker
        with pytest.raises(Unavailable, match="one piece of work was lost with 2 workers"):
            list(on_ray.in_order(end_it, range(1)))

    @pytest.mark.parametrize("form", ["tsv", "parquet"])
    def test_score_is_the_same_bytes(self, two_nodes: Any, table: Path, form: str) -> None:
        ray = ["--cluster", "ray", "--address", two_nodes.address]
        mtqa("score", "data", "-m", "bleu,chrf++,ter", "-q", "-o", f"here.{form}")
        mtqa("score", "data", "-m", "bleu,chrf++,ter", "-q", "-o", f"there.{form}", *ray)
        assert Path(f"here.{form}").read_bytes() == Path(f"there.{form}").read_bytes()
        if form == "tsv":
            assert len(Path("here.tsv").read_text().splitlines()) == 1 + 450

    def test_systems_are_the_same_bytes(
        self, two_nodes: Any, table: Path, capsysbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        mtqa("score", "data", "-m", "bleu,ter", "--system-level", "-f", "json")
        here = capsysbinary.readouterr()
        mtqa("score", table.as_uri(), "-m", "bleu,ter", "--system-level", "-f", "json", "--cluster", "ray")
        assert capsysbinary.readouterr() == here
        assert [each["segments"] for each in json.loads(here.out)["systems"]] == [225, 225]

    def test_errors_are_the_same_bytes(self, two_nodes: Any, table: Path) -> None:
        mtqa("errors", "data", "-o", "here.jsonl")
        mtqa("errors", "data", "-o", "there.jsonl", "--cluster", "ray", "--address", two_nodes.address)
        assert Path("here.jsonl").read_bytes() == Path("there.jsonl").read_bytes()
        assert len(Path("here.jsonl").read_text().splitlines()) > 450

    def test_assessments_are_the_same_bytes(self, two_nodes: Any, table: Path) -> None:
        mtqa("assess", "data/part-0.parquet", "-o", "here")
        mtqa("assess", "data/part-0.parquet", "-o", "there", "--cluster", "ray", "--address", two_nodes.address)
        for path in sorted(Path("here").iterdir()):
            assert path.read_bytes() == (Path("there") / path.name).read_bytes(), path.name

    def test_a_model_is_held_by_the_workers(self, two_nodes: Any, table: Path, tmp_path: Path) -> None:
        model = checkpoint(tmp_path)
        options = ["-m", "chrf,comet", "--model", str(model), "-q", "--over-long", "cut"]
        mtqa("score", "data/part-0.parquet", *options, "-o", "here.jsonl")
        mtqa("score", "data/part-0.parquet", *options, "-o", "there.jsonl", "--cluster", "ray")
        here, there = (
            [json.loads(row) for row in Path(f"{name}.jsonl").read_text().splitlines()] for name in ("here", "there")
        )
        assert [row["id"] for row in here] == [row["id"] for row in there]
        assert [row["chrF2"] for row in here] == [row["chrF2"] for row in there]
        for one, other in zip(here, there, strict=True):
            assert other["COMET"] == pytest.approx(one["COMET"], abs=1e-6)

    def test_nobody_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import ray

        monkeypatch.setattr(ray, "is_initialized", lambda: False)
        with pytest.raises(Unavailable) as caught, open_cluster("ray", address="127.0.0.1:1"):
            pass
        told = "127.0.0.1:1: no Ray cluster answers (ConnectionRefusedError); start one: ray start --head"
        assert str(caught.value) == told

    def test_a_lost_node_loses_and_doubles_nothing(self, two_nodes: Any, on_ray: Cluster) -> None:
        found = []
        for item, made in on_ray.in_order(slow, range(60)):
            found.append((item, made))
            if item == 10:
                two_nodes.remove_node(two_nodes.second)
        assert found == [(n, n) for n in range(60)]


def end_it(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def checkpoint(folder: Path) -> Path:
    """A tiny COMET with random weights."""
    pytest.importorskip("torch", reason="the extra neural is not installed").set_num_threads(1)
    made: Path = pytest.importorskip("checkpoints").build(folder / "model", "regression")
    return made.parents[1]
