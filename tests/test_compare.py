"""Comparing systems: what is paired, what is refused, what is said."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from sacrebleu.metrics import CHRF
from sacrebleu.significance import PairedTest

from mtqa.cli import main
from mtqa.compare import Comparison, compare
from mtqa.compare.measured import Model, measured
from mtqa.metric import find_metric
from mtqa.refusal import Misuse, Refusal
from mtqa.segment import Batch

ROOT = Path(__file__).parent.parent
DELIVERED = (ROOT / "seeds/001_9c63570fe49a1101.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
CORRECT = (ROOT / "references/001_9c63570fe49a1101.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")


def system(
    hypotheses: Sequence[str],
    *,
    name: str = "",
    ids: Sequence[str] | None = None,
    references: Sequence[str] = CORRECT,
    sources: Sequence[str | None] | None = None,
    documents: Sequence[str] | None = None,
) -> Batch:
    count = len(hypotheses)
    return Batch(
        id=ids or [str(row) for row in range(1, count + 1)],
        hypothesis=hypotheses,
        references=[(text,) for text in references],
        source=sources or [None] * count,
        document=documents or [""] * count,
        system=[name] * count,
    )


HALF = [*CORRECT[:12], *DELIVERED[12:]]


def test_a_slow_engine_says_so_once_where_there_is_much_to_count(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    many = [system(["a", "b"] * 500, references=["a", "b"] * 500, name=name) for name in "xy"]
    compare(*many, metrics="bleu", samples=1, say=heard.append)
    monkeypatch.setenv("MTQA_ENGINE", "sacrebleu")
    compare(system(DELIVERED), system(HALF), metrics="bleu", samples=1, say=heard.append)
    assert heard == []
    compare(*many, metrics="bleu,bleu:tokenize=char", samples=1, say=heard.append)
    (said,) = heard
    assert "slower than the native engine (BLEU, BLEU:tokenize=char: another engine was asked for)" in said


class TestTheNumbers:
    def test_a_delivery_and_its_copy(self) -> None:
        made = compare(system(DELIVERED), system(list(DELIVERED)), metrics="bleu,chrf++,ter")
        assert [(each.p, each.p_holm, each.value, each.significant) for each in made.differences] == [
            (1.0, 1.0, 0.0, False)
        ] * 3
        assert {(each.better, each.same, each.worse, each.effect) for each in made.differences} == {(0, 24, 0, None)}

    def test_one_mended_word_is_no_evidence(self) -> None:
        mended = [text.replace("Whitkov", "Witkoff") for text in DELIVERED]
        (found,) = compare(system(DELIVERED), system(mended), metrics="chrf++").differences
        assert (found.differing, found.p, found.exact) == (1, 1.0, True)
        assert found.value > 0 and found.better == 1 and found.same == 23
        assert found.gained[0].id == next(str(n) for n, text in enumerate(DELIVERED, 1) if "Whitkov" in text)
        assert found.lost == ()

    def test_direction_of_every_metric(self) -> None:
        made = compare(system(DELIVERED), system(HALF), metrics="bleu,chrf,ter")
        assert [each.metric.name for each in made.differences] == ["BLEU", "chrF2", "TER"]
        assert [each.value > 0 for each in made.differences] == [True, True, False]
        for each in made.differences:
            assert each.significant and each.exact and each.p <= each.p_holm < 0.01
            assert each.effect is not None and each.effect > 0.5
            assert each.worse == 0 and each.interval is not None
            assert each.interval[0] < each.value < each.interval[1] and 0.0 not in each.interval
            assert abs(each.interval[0]) > 0 and each.interval[0] * each.interval[1] > 0

    def test_one_metric_with_two_settings_is_two_metrics(self) -> None:
        made = compare(system(DELIVERED), system(HALF), metrics="bleu,bleu:tokenize=char,ter", shown=0)
        assert [each.metric.name for each in made.differences] == ["BLEU", "BLEU:tokenize=char", "TER"]
        assert len({each.score.value for each in made.standings}) == 6
        alone = compare(system(DELIVERED), system(HALF), metrics="bleu:tokenize=char", shown=0)
        assert made.differences[1].value == alone.differences[0].value

    def test_is_deterministic(self) -> None:
        first, second = (compare(system(DELIVERED), system(HALF), metrics="chrf", samples=50) for _ in "12")
        assert first == second
        assert first != compare(system(DELIVERED), system(HALF), metrics="chrf", samples=50, seed=1)

    def test_holm_covers_metrics_and_pairs(self) -> None:
        made = compare(system(DELIVERED), system(HALF), system(CORRECT), metrics="chrf,ter", all_pairs=True)
        assert [(each.baseline, each.system) for each in made.differences[:3]] == [
            ("system 1", "system 2"),
            ("system 1", "system 3"),
            ("system 2", "system 3"),
        ]
        smallest = min(made.differences, key=lambda each: each.p)
        assert smallest.p_holm == pytest.approx(6 * smallest.p)

    def test_documents_are_units(self) -> None:
        documents = [f"d{row // 4}" for row in range(24)]
        made = compare(
            system(DELIVERED, documents=documents),
            system(HALF, documents=documents),
            metrics="ter",
            cluster_by="document",
        )
        (found,) = made.differences
        assert (made.units, made.segments) == (6, 24)
        assert (found.exact, found.differing, found.p) == (True, 3, 0.25)  # three documents better: 2 of 8 swaps

    def test_sacrebleus_bootstrap_number_for_number(self) -> None:
        made = compare(system(DELIVERED), system(HALF), metrics="chrf", test="bootstrap")
        named = [("a", DELIVERED), ("b", HALF)]
        _, theirs = PairedTest(named, {"chrF2": CHRF()}, [CORRECT], test_type="bs")()
        assert made.differences[0].p == theirs["chrF2"][1].p_value
        for standing, wanted in zip(made.standings, theirs["chrF2"], strict=True):
            assert standing.sacrebleu == pytest.approx((wanted.mean, wanted.ci), abs=1e-4)
        assert "rejects 11.5 % under a true null" in made.test_name

    def test_one_segment(self) -> None:
        (found,) = compare(
            system(["a b"], references=["a b c"]), system(["a"], references=["a b c"]), metrics="chrf"
        ).differences
        assert (found.p, found.interval, found.effect) == (1.0, None, None)


def test_a_neural_metric_is_the_mean_of_its_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from checkpoints import build

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    sources = [text.lower() for text in CORRECT[:6]]
    first, second = (system(texts[:6], references=CORRECT[:6], sources=sources) for texts in (DELIVERED, CORRECT))
    made = compare(first, second, first, metrics="comet,chrf", model=build(tmp_path / "model", "regression"))
    neural = made.differences[:2]
    assert [each.metric.name for each in neural] == ["COMET", "COMET"]
    assert (neural[1].p, neural[1].value, neural[1].same) == (1.0, 0.0, 6)
    changed = [*neural[0].gained, *neural[0].lost]
    assert neural[0].value == pytest.approx(sum(each.system - each.baseline for each in changed) / 6)
    assert "model:local" in str(made.standings[0].score.signature)
    frames = [pd.DataFrame({"src": sources, "mt": texts[:6]}) for texts in (DELIVERED, CORRECT)]
    (unreferenced,) = compare(*frames, metrics="cometkiwi", model=build(tmp_path / "kiwi", "kiwi")).differences
    assert unreferenced.metric.name == "COMETKiwi" and unreferenced.differing == 6 - unreferenced.same


class TestPairing:
    def test_segments_are_found_by_id_in_any_order(self) -> None:
        ids = [f"s{row}" for row in range(24)]
        turned = system(HALF[::-1], ids=ids[::-1], references=CORRECT[::-1])
        straight = system(HALF, ids=ids)
        assert compare(system(DELIVERED, ids=ids), turned, metrics="chrf") == compare(
            system(DELIVERED, ids=ids), straight, metrics="chrf"
        )

    def test_one_table_with_systems_and_rows_numbered_through(self) -> None:
        frame = pd.DataFrame(
            {"system": ["A"] * 24 + ["B"] * 24, "hypothesis": [*DELIVERED, *HALF], "reference": [*CORRECT, *CORRECT]}
        )
        made = compare(frame, metrics="chrf")
        assert made.systems == ("A", "B") and made.segments == 24

    @pytest.mark.parametrize(
        ("second", "said"),
        [
            (
                system(DELIVERED[:-1], references=CORRECT[:-1]),
                "system 2: 23 segments, 24 in system 1, 1 missing (first: '24'); "
                "systems are compared on the same segments, by document and id",
            ),
            (
                system(DELIVERED, ids=[f"x{row}" for row in range(24)], references=DELIVERED),
                "system 2: 24 segments, 24 in system 1, 24 missing (first: '1'), 24 not there (first: 'x0'); "
                "systems are compared on the same segments, by document and id",
            ),
            (
                system(DELIVERED, references=[*CORRECT[:-1], "Another."]),
                "system 2: the references of 1 of 24 segments are not those of system 1 (first: '24'); "
                "systems are compared on the same texts",
            ),
        ],
    )
    def test_other_segments_are_refused(self, second: Batch, said: str) -> None:
        with pytest.raises(Refusal) as caught:
            compare(system(DELIVERED), second, metrics="chrf")
        assert str(caught.value) == said

    def test_other_sources_are_refused(self) -> None:
        with pytest.raises(Refusal, match="system 2: the sources of 24 of 24 segments are not those of system 1"):
            compare(system(DELIVERED, sources=["x"] * 24), system(HALF, sources=["y"] * 24))

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"confidence": 95.0}, "confidence is a share between 0 and 1, not 95; 0.95 is usual"),
            ({"samples": 0}, "at least one sample is needed, not 0"),
            ({"seed": -1}, "seed and shown are not negative: -1, 5"),
            ({"metrics": ()}, "no metric asked for; name one: chrf++"),
            ({"test": "t"}, "unknown test 't'; known: permutation, bootstrap, randomization"),
            (
                {"test": "bootstrap", "all_pairs": True},
                "sacrebleu's bootstrap compares segments with the first system only; leave --test at permutation",
            ),
        ],
    )
    def test_wrong_calls(self, options: dict[str, object], said: str) -> None:
        with pytest.raises(Misuse) as caught:
            compare(system(DELIVERED), system(HALF), **options)
        assert str(caught.value) == said

    def test_a_single_system_and_nameless_documents(self) -> None:
        with pytest.raises(Misuse, match="one system only; give a second table"):
            compare(system(DELIVERED))
        with pytest.raises(Misuse, match="two systems are called 'A'"):
            compare(system(DELIVERED, name="A"), system(HALF, name="A"))
        with pytest.raises(Refusal, match=r"24 of 24 segments have no document \(first: '1'\)"):
            compare(system(DELIVERED), system(HALF), cluster_by="document")
        with pytest.raises(Refusal, match="all 24 segments are of one document; compare by segment"):
            compare(*(system(texts, documents=["d"] * 24) for texts in (DELIVERED, HALF)), cluster_by="document")


@pytest.fixture
def tables(tmp_path: Path) -> list[str]:
    paths = []
    for name, texts in (("before", DELIVERED), ("after.v2", HALF)):
        path = tmp_path / f"{name}.jsonl"
        rows = [{"id": str(n), "mt": a, "ref": b} for n, (a, b) in enumerate(zip(texts, CORRECT, strict=True), 1)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        paths.append(str(path))
    return paths


class TestTheCommand:
    def run(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["compare", *arguments])
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    def test_text(self, tables: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = self.run([*tables, "-m", "chrf++"], capsys)
        made = compare(*tables, metrics="chrf++")
        assert (code, err) == (0, "")
        lines = out.splitlines()
        assert lines[0] == "2 systems, 24 segments; paired permutation, two-sided, ties counted"
        assert lines[1] == "10,000 samples of 24 segments, seed 12345; 95 % intervals; Holm over 1 test"
        assert any(
            line.endswith("after.v2 is better") and f"{made.differences[0].value:+.2f}" in line for line in lines
        )
        assert lines[-1].startswith("chrF2++|nrefs:1|") and lines[-1].count(",") == 1
        assert not any("Putin" in line for line in lines)  # no text of a delivery

    def test_json_and_tsv_say_the_same(self, tables: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        made: Comparison = compare(*tables, metrics="chrf,ter")
        code, out, _ = self.run([*tables, "-m", "chrf,ter", "-f", "json"], capsys)
        parsed = json.loads(out)
        assert code == 0 and parsed["schema"] == "mtqa.comparison/1"
        assert [row["p"] for row in parsed["differences"]] == [each.p for each in made.differences]
        assert [row["score"] for row in parsed["scores"]] == [each.score.value for each in made.standings]
        assert parsed["scores"][0]["signature"] == str(made.standings[0].score.signature)
        _, out, _ = self.run([*tables, "-m", "chrf,ter", "-f", "tsv"], capsys)
        header, *rows = (line.split("\t") for line in out.splitlines())
        assert [dict(zip(header, row, strict=True))["difference"] for row in rows] == [
            str(each.value) for each in made.differences
        ]

    def test_refusals(self, tables: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        code, out, err = self.run([tables[0]], capsys)
        assert (code, out) == (2, "")
        assert err == (
            "mtqa: one system only; give a second table of the same segments, or a column system with two names\n"
        )
        short = tmp_path / "short.jsonl"
        short.write_text("".join(Path(tables[0]).read_text(encoding="utf-8").splitlines(keepends=True)[:5]))
        code, _, err = self.run([tables[0], str(short)], capsys)
        assert code == 4 and err.startswith("mtqa: short: 5 segments, 24 in before, 19 missing (first: '6')")


def test_a_model_that_no_metric_reads_is_refused(tmp_path: Path) -> None:
    """The options of models are those of `score`, and are refused alike."""
    frame = pd.DataFrame({"mt": ["a"], "ref": ["b"]})
    for given in ({"model": "x"}, {"precision": "bf16"}, {"encoder": tmp_path}, {"online": True}):
        with pytest.raises(Misuse) as caught:
            compare(frame, frame, metrics="chrf", **given)
        assert str(caught.value) == "a model is given, and no metric reads one; add -m comet, cometkiwi or xcomet"


def test_systems_counted_together_have_the_numbers_and_signatures_of_each_alone() -> None:
    made = {name: system(texts, name=name) for name, texts in (("a", DELIVERED), ("b", HALF), ("c", CORRECT))}
    for key in ("bleu", "chrf++", "ter"):
        metric = find_metric(key)
        together = measured(metric, made, Model())
        for name, batch in made.items():
            alone = measured(metric, {name: batch}, Model())[name]
            assert (together[name].values == alone.values).all()
            assert (together[name].scores == alone.scores).all()
            assert together[name].signature == alone.signature
