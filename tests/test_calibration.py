"""Limits from labelled deliveries: where they lie, what they would have done, when they are refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mtqa.calibration import Labelled, Measure, policy_text, propose
from mtqa.cli import main
from mtqa.gate import read_policy
from mtqa.refusal import Refusal

RATE = Measure("mqm.max_per_1000_words", True, "mqm-core")
MEAN = Measure("metric.chrF2++.min_mean", False)


def labelled(accepted: list[float], rejected: list[float], measure: Measure = RATE) -> list[Labelled]:
    return [
        Labelled(f"{label}-{n}", label, {measure: value})
        for label, values in ((True, accepted), (False, rejected))
        for n, value in enumerate(values)
    ]


class TestPropose:
    def test_the_limit_lies_between(self) -> None:
        found = propose(labelled([10, 12, 14, 16, 18], [30, 35, 40, 50, 60]))[0]
        assert (found.limit, found.separation, found.false_accepts, found.false_rejects) == (24.0, 1.0, 0, 0)
        assert found.worst_false_accepts == pytest.approx(0.451, abs=1e-3)  # 0 of 5 shows no more than that

    def test_a_metric_has_its_limit_below(self) -> None:
        found = propose(labelled([70, 72, 74, 76, 78], [40, 45, 50, 55, 60], MEAN))[0]
        assert (found.limit, found.separation) == (65.0, 1.0)

    def test_of_equal_limits_the_strictest(self) -> None:
        found = propose(labelled([1, 2, 3, 4, 9], [5, 6, 7, 8, 10]))[0]
        assert found.limit == 4.5

    def test_mistakes_are_counted_on_deliveries_that_were_left_out(self) -> None:
        """A measure that knows nothing: fitted to all it would look better than it is."""
        rng = np.random.default_rng(1)
        rows = [propose(labelled(rng.random(10).tolist(), rng.random(10).tolist()))[0] for _ in range(100)]
        assert np.mean([(row.false_accepts + row.false_rejects) / 20 for row in rows]) > 0.47
        assert np.mean([row.separation for row in rows]) == pytest.approx(0.5, abs=0.05)

    @pytest.mark.parametrize(
        ("deliveries", "refusal"),
        [
            (
                labelled([1, 2, 3], [4]),
                "3 accepted and 1 rejected deliveries, at least 5 of each wanted; label more deliveries",
            ),
            (
                labelled([1] * 5, []) + labelled([], [2] * 5, MEAN),
                "the deliveries have no measure in common; assess all with the same metrics",
            ),
        ],
    )
    def test_refusals(self, deliveries: list[Labelled], refusal: str) -> None:
        with pytest.raises(Refusal) as caught:
            propose(deliveries)
        assert str(caught.value) == refusal


class TestPolicyText:
    def test_is_a_policy(self, tmp_path: Path) -> None:
        good, bad = [10, 12, 14, 16, 18], [30, 35, 40, 50, 60]
        rows = [Labelled(str(n), n < 5, {RATE: value, MEAN: 90.0 - value}) for n, value in enumerate(good + bad)]
        path = tmp_path / "mtqa.toml"
        path.write_text(policy_text('odd "name"', propose(rows)), encoding="utf-8")
        policy = read_policy(path)
        assert policy.policy == 'odd "name"'
        assert {policy.mqm.max_per_1000_words, policy.metric[0].min_mean} == {24.0, 66.0}
        assert sorted([policy.mqm.role, policy.metric[0].role]) == ["gate", "inform"]

    def test_a_measure_that_says_nothing_gets_no_limit(self) -> None:
        text = policy_text("p", propose(labelled([1, 3, 5, 7, 9], [2, 4, 6, 8, 10])))
        assert "DO NOT GATE ON THIS" in text and "[mqm]" not in text


class TestShell:
    @pytest.fixture
    def labels(self, tmp_path: Path) -> Path:
        lines = []
        for n in range(10):
            path = tmp_path / f"{n}.tsv"
            wrong = "It has 30 days and sees the new house" if n >= 5 else "We have 60 days and see the new house"
            rows = [
                f"{k}\t{wrong} of number {k}.\tWe have 60 days and see the new house of number {k}." for k in range(8)
            ]
            rows[0] = f"0\tA plain sentence with {n} words.\tA plain sentence with some {n} words."
            path.write_text("\n".join(["id\thypothesis\treference", *rows]) + "\n", encoding="utf-8")
            lines.append(f"{path.name}\t{'accepted' if n < 5 else 'rejected'}")
        labels = tmp_path / "labels.tsv"
        labels.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return labels

    @pytest.fixture
    def run(self, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
        def run(*arguments: object) -> tuple[int, str, str]:
            with pytest.raises(SystemExit) as left:
                main(["calibrate", *map(str, arguments)])
            said = capsys.readouterr()
            return int(left.value.code or 0), said.out, said.err

        return run

    def test_from_tables_to_a_policy(self, labels: Path, run: Callable[..., tuple[int, str, str]]) -> None:
        code, text, _ = run(labels, "--name", "ours")
        assert code == 0
        path = labels.with_name("mtqa.toml")
        path.write_text(text, encoding="utf-8")
        assert read_policy(path).policy == "ours"

    def test_a_label_that_is_none(self, labels: Path, run: Callable[..., tuple[int, str, str]]) -> None:
        labels.write_text("0.tsv\tfine\n")
        refusal = f"mtqa: {labels}:1: a path, a tab and 'accepted' or 'rejected' wanted\n"
        assert run(labels) == (4, "", refusal)
