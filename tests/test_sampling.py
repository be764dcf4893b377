"""Samples: the right size, spread over documents, with exact chances, the same again with the same seed."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gate_deliveries import delivery

from mtqa.cli import main
from mtqa.refusal import Misuse
from mtqa.sampling import draw, in_random_order, weighted_rate


class TestDraw:
    def test_size_order_and_seed(self) -> None:
        batch = delivery(200).batch
        picks = draw(batch, 30, seed=7)
        positions = [pick.position for pick in picks]
        assert len(set(positions)) == 30 and positions == sorted(positions)
        assert picks == draw(batch, 30, seed=7) != draw(batch, 30, seed=8)
        assert {pick.chance for pick in picks} == {0.15}

    def test_every_document_gets_its_share(self) -> None:
        batch = delivery(200).batch  # 20 documents of 10 segments
        for seed in range(20):
            shares = Counter(batch.document[pick.position] for pick in draw(batch, 40, seed=seed))
            assert set(shares.values()) == {2} and len(shares) == 20

    def test_all_of_it(self) -> None:
        batch = delivery(17).batch
        assert [(pick.position, pick.weight) for pick in draw(batch, 17)] == [(n, 1.0) for n in range(17)]

    @pytest.mark.parametrize("risky", [False, True])
    def test_the_chances_are_what_they_say(self, risky: bool) -> None:
        batch = delivery(40).batch
        risk = [float(n % 5 == 0) * 8 for n in range(40)] if risky else None
        runs = 3000
        seen, chances = np.zeros(40), np.zeros(40)
        for seed in range(runs):
            for pick in draw(batch, 10, risk=risk, seed=seed):
                seen[pick.position] += 1
                chances[pick.position] = pick.chance
        assert chances.sum() == pytest.approx(10)
        noise = 4 * np.sqrt(chances * (1 - chances) / runs)
        assert (np.abs(seen / runs - chances) <= noise + 1e-12).all()

    def test_certain_segments(self) -> None:
        picks = draw(delivery(20).batch, 5, risk=[1000.0] + [0.0] * 19)
        assert picks[0].position == 0 and picks[0].chance == 1.0

    def test_weights_lead_back_to_the_delivery(self) -> None:
        """Drawn by risk, weighed by chance: the mean over many samples is the rate of the whole."""
        rng = np.random.default_rng(1)
        batch = delivery(300).batch
        points = rng.choice([0.0, 1.0, 5.0, 25.0], 300, p=[0.7, 0.15, 0.1, 0.05])
        words = rng.integers(5, 30, 300).astype(float)
        risk = points + rng.random(300) * 5
        truth = 1000 * points.sum() / words.sum()
        rates, plain = [], []
        for seed in range(400):
            picks = draw(batch, 60, risk=risk.tolist(), seed=seed)
            at = [pick.position for pick in picks]
            weights = np.array([pick.weight for pick in picks])
            rates.append(weighted_rate(points[at], words[at], weights))
            plain.append(1000 * points[at].sum() / words[at].sum())
        assert np.mean(rates) == pytest.approx(truth, rel=0.03)
        assert np.mean(plain) > 1.5 * truth

    @pytest.mark.parametrize("size", [0, 21])
    def test_sizes_that_cannot_be(self, size: int) -> None:
        with pytest.raises(Misuse) as caught:
            draw(delivery(20).batch, size)
        assert str(caught.value) == f"{size} of 20 segments cannot be drawn; give a size from 1 to 20"

    def test_one_by_one(self) -> None:
        order = in_random_order(delivery(50).batch, seed=3)
        assert sorted(order) == list(range(50)) and order == in_random_order(delivery(50).batch, seed=3)


Run = Callable[..., tuple[int, list[dict[str, object]], str]]


class TestShell:
    @pytest.fixture
    def run(self, capfd: pytest.CaptureFixture[str]) -> Run:
        def run(*arguments: object) -> tuple[int, list[dict[str, object]], str]:
            with pytest.raises(SystemExit) as left:
                main(["sample", *map(str, arguments)])
            said = capfd.readouterr()
            return int(left.value.code or 0), [json.loads(line) for line in said.out.splitlines()], said.err

        return run

    @pytest.fixture
    def table(self, tmp_path: Path) -> Path:
        path = tmp_path / "delivery.tsv"
        rows = [f"{n}\tA sentence of number {n}.\tA sentence of the number {n}." for n in range(1200)]
        path.write_text("\n".join(["id\thypothesis\treference", *rows]) + "\n", encoding="utf-8")
        return path

    def test_a_size(self, table: Path, run: Run) -> None:
        code, rows, told = run(table, "-n", 12, "--seed", 5)
        assert (code, len(rows), told) == (0, 12, "n = 12 of 1,200 segments; seed 5\n")
        assert rows[0].keys() == {"id", "document", "system", "source", "hypothesis", "references", "position",
                                  "chance", "weight"}  # fmt: skip
        assert {row["weight"] for row in rows} == {100.0}

    def test_an_acceptance_plan(self, table: Path, run: Run) -> None:
        code, rows, told = run(table, "--plan", "aql=2.5,lq=10")
        assert code == 0 and len(rows) <= 78
        assert told.startswith("accept with at most ") and f"n = {len(rows)} of 1,200 segments" in told

    def test_a_sequential_plan(self, table: Path, run: Run) -> None:
        code, rows, _ = run(table, "--plan", "sprt,aql=1,lq=5")
        assert (code, len(rows)) == (0, 1200)
        assert rows[0]["accept_at"] < 0 and rows[-1]["accept_at"] > 0 and rows[0]["reject_at"] > 1

    @pytest.mark.parametrize(
        ("arguments", "refusal"),
        [
            ([], "a size or a plan is wanted; give --size N or --plan aql=1,lq=5"),
            (["-n", "0"], "0 of 1200 segments cannot be drawn; give a size from 1 to 1200"),
            (
                ["--plan", "aql=5,lq=1"],
                "no plan: 'aql=5,lq=1'; write aql=1,lq=5 in percent, aql below lq; or sprt,aql=1,lq=5",
            ),
            (
                ["-n", "3", "--risk", "points"],
                "a table has no findings and no scores; assess it first, or leave --risk out",
            ),
        ],
    )
    def test_refusals(self, table: Path, run: Callable[..., object], arguments: list[str], refusal: str) -> None:
        assert run(table, *arguments) == (2, [], f"mtqa: {refusal}\n")
