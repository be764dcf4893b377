"""Limits from labelled deliveries: where they lie, what they would have done, when they are refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mtqa.assess import assess
from mtqa.calibration import Label, Labelled, Measure, judged, learn, policy_text, propose, read_labels
from mtqa.cli import main
from mtqa.gate import read_policy
from mtqa.mqm import CATEGORIES, Severities, Severity, category_of, read_severities
from mtqa.refusal import Misuse, Refusal

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


def run(arguments: list[str]) -> int:
    """The exit code of the command."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return int(str(caught.value.code))


DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def rows_of(counts: dict[tuple[str, str], int]) -> list[dict[str, str]]:
    """Labelled errors, (category, severity) as often as said, mixed in a fixed order, two a segment."""
    rows = [
        {"category": category, "severity": severity} for (category, severity), n in counts.items() for _ in range(n)
    ]
    mixed = [rows[n] for n in np.random.default_rng(3).permutation(len(rows))]
    return [{"id": str(n // 2), **row} for n, row in enumerate(mixed)]


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


STRICT = {  # a team that calls grammar major, mistranslation critical
    ("fluency/agreement", "major"): 20, ("fluency/agreement", "minor"): 4,
    ("accuracy/mistranslation", "critical"): 20, ("accuracy/mistranslation", "major"): 2,
    ("fluency/punctuation", "minor"): 14,
}  # fmt: skip


AWKWARD = {"category": "style/awkward", "severity": "major"}


class TestSeverities:
    def test_fifty_labels_change_the_grades(self, tmp_path: Path) -> None:
        learnt = learn(read_labels(written(tmp_path / "l.jsonl", rows_of(STRICT))), name="acme")
        assert learnt.grade("fluency/agreement", "", Severity.MINOR) is Severity.MAJOR
        assert learnt.grade("accuracy/mistranslation", "", Severity.MAJOR) is Severity.CRITICAL
        assert learnt.grade("fluency/punctuation", "", Severity.MINOR) is Severity.MINOR
        for built_in in Severity:
            assert sum(learnt.chances("style/awkward", "", built_in)) == pytest.approx(1.0)

    def test_without_labels_nothing_changes(self) -> None:
        nothing = Severities("none", 0, (0.0,) * 4, {}, {})
        assert [nothing.grade("style/awkward", "", severity) for severity in Severity] == list(Severity)

    def test_the_basis_goes_before_the_category(self, tmp_path: Path) -> None:
        rows = rows_of(STRICT)
        extra = {"category": "accuracy/mistranslation", "severity_basis": "shared-stem", "severity": "minor"}
        learnt = learn(read_labels(written(tmp_path / "l.jsonl", rows + [extra] * 10)), name="acme")
        assert learnt.grade("accuracy/mistranslation", "shared-stem", Severity.MINOR) is Severity.MINOR
        assert learnt.grade("accuracy/mistranslation", "", Severity.MAJOR) is Severity.CRITICAL

    def test_worth_is_judged_on_labels_that_were_left_out(self, tmp_path: Path) -> None:
        worth = judged(read_labels(written(tmp_path / "l.jsonl", rows_of(STRICT))))
        assert worth.labels == 60
        assert worth.accuracy_before == pytest.approx(20 / 60)  # 4 minor agreement, 2 major mistranslation, 14 marks
        assert worth.accuracy_after == pytest.approx(54 / 60)
        assert worth.brier_after < 0.25 < 0.75 < worth.brier_before

    def test_labels_that_say_nothing_are_not_called_good(self) -> None:
        """Severities drawn at random: what is learnt must not look better than chance."""
        rng = np.random.default_rng(5)
        labels = [
            Label("style/awkward", "", Severity.MINOR, (Severity.MINOR, Severity.MAJOR)[rng.integers(2)], str(n))
            for n in range(400)
        ]
        assert judged(labels).accuracy_after < 0.58

    def test_file_and_rows_of_other_tools(self, tmp_path: Path) -> None:
        rows = rows_of(STRICT)
        named = [
            {**row, "category": {"fluency/agreement": "Fluency/Grammar"}.get(row["category"], row["category"])}
            for row in rows
        ]
        labels = read_labels(
            written(tmp_path / "l.jsonl", [*named, {"category": "spelling", "severity": "major", "label": "minor"}])
        )
        assert {label.category for label in labels} >= {"fluency/word-form", "fluency/spelling"}
        assert (labels[-1].built_in, labels[-1].severity) == (Severity.MAJOR, Severity.MINOR)
        learnt = learn(labels, name="acme")
        (tmp_path / "s.json").write_text(learnt.text(), encoding="utf-8")
        assert read_severities(tmp_path / "s.json") == learnt

    def test_the_commands(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        labelled, made, table = tmp_path / "l.jsonl", tmp_path / "s.json", tmp_path / "t.tsv"
        written(labelled, rows_of(STRICT))
        table.write_text("id\tmt\tpe\n1\tHe go home early today .\tHe goes home early today.\n", encoding="utf-8")
        assert run(["calibrate", "--errors", str(labelled), "--name", "acme", "-o", str(made)]) == 0
        said = capsys.readouterr().out
        assert "labels    60" in said and "accuracy  0.333 built in, 0.900 learnt" in said
        assert run(["errors", str(table), "--severity", str(made)]) == 0
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert {row["severity_basis"] for row in found} == {"calibrated:acme"} and len(found) == 2
        assert assess(table, severities=made).error_spans[0].severity_basis == "calibrated:acme"
        assert run(["errors", str(table), "--severity", str(table)]) == 2
        assert capsys.readouterr().err.endswith(
            "t.tsv: no severities: not JSON; make the file with 'mtqa calibrate --errors'\n"
        )

    def test_a_file_without_end_or_without_bottom_is_no_severities(self, tmp_path: Path) -> None:
        deep = tmp_path / "deep.json"
        deep.write_text("[" * 100_000, encoding="utf-8")
        for path, what in ((Path("/dev/zero"), "more than 1 MiB"), (deep, "no severities: not JSON")):
            with pytest.raises(Misuse) as caught:
                read_severities(path)
            assert str(caught.value) == f"{path}: {what}; make the file with 'mtqa calibrate --errors'"

    @pytest.mark.parametrize(
        ("rows", "refusal"),
        [
            ([AWKWARD] * 49, "49 labelled errors, at least 50 wanted; label more errors"),
            ([AWKWARD] * 50, "all labels are major; label errors of several severities"),
        ],
    )  # fmt: skip
    def test_refuses_too_little(self, tmp_path: Path, rows: list[dict[str, str]], refusal: str) -> None:
        with pytest.raises(Refusal) as caught:
            learn(read_labels(written(tmp_path / "l.jsonl", rows)), name="acme")
        assert str(caught.value) == refusal

    @pytest.mark.parametrize(
        ("line", "refusal"),
        [
            ("[]", "no JSON object; a line is an error of 'mtqa errors -f jsonl'"),
            (json.dumps({**AWKWARD, "category": "akward"}), "unknown category 'akward'; did you mean"),
            (json.dumps({**AWKWARD, "severity": "grave"}), "unknown severity 'grave'; known: neutral, minor, major"),
        ],
    )  # fmt: skip
    def test_refuses_wrong_labels_with_their_line(self, tmp_path: Path, line: str, refusal: str) -> None:
        path = tmp_path / "l.jsonl"
        path.write_text("\n" + line + "\n", encoding="utf-8")
        with pytest.raises(Refusal) as caught:
            read_labels(path)
        assert str(caught.value).startswith(f"{path}:2: {refusal}")

    @pytest.mark.skipif(not DATA.is_dir(), reason=f"no human-judged data at {DATA}")
    def test_fifty_labels_of_a_rater_on_what_else_that_rater_judged(self) -> None:
        """TED zh-en, rater by rater: the first 50 labels against the other segments; the target is .80."""
        by_rater: dict[str, list[Label]] = {}
        with gzip.open(DATA / "mqm.ted21.zh-en.jsonl.gz", "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                for span in record["spans"]:
                    category = category_of(span["category"])
                    if category is not None:
                        built_in, graded = CATEGORIES[category].severity, Severity(span["severity"])
                        by_rater.setdefault(span["rater"], []).append(
                            Label(category, "", built_in, graded, str(record["seg"]))
                        )
        right = total = before = 0
        for labels in by_rater.values():
            taken = {label.segment for label in labels[:50]}
            if len(labels) < 150 or len({label.severity for label in labels[:50]}) == 1:
                continue
            learnt, rest = learn(labels[:50], name="rater"), [label for label in labels if label.segment not in taken]
            right += sum(learnt.grade(each.category, "", each.built_in) == each.severity for each in rest)
            before += sum(each.built_in == each.severity for each in rest)
            total += len(rest)
        assert total > 1500 and before / total < 0.70 and right / total > 0.80
