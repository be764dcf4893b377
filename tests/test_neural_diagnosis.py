"""What a model marks joins what the rules found: each error once, with its provenance, unreviewed until reviewed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mtqa.assessment import Assessment
from mtqa.gate.trust import standing
from mtqa.mqm import ErrorSpan, Severity
from mtqa.rules import diagnose
from mtqa.rules.marked import notices_on_marks, with_marks
from mtqa.segment import Batch, ReferenceKind, Segment, Span

HYPOTHESES = ("The train comes at eight .", "They said something.", "We go home")
REFERENCES = ("The train arrives at eight.", "They said nothing.", "We are going home.")
SOURCES = ("Der Zug kommt um acht Uhr an.", "Sie haben nichts gesagt.", "Wir gehen nach Hause.")
IDS = ("a", "b", "c")


def batch() -> Batch:
    rows = zip(IDS, HYPOTHESES, REFERENCES, SOURCES, strict=True)
    return Batch.of(
        Segment(name, text, (reference,), source, reference_kind=ReferenceKind.CORRECTION)
        for name, text, reference, source in rows
    )


def mark(name: str, start: int, end: int, severity: Severity = Severity.MAJOR) -> ErrorSpan:
    return ErrorSpan(
        id=name,
        hypothesis=Span(start, end),
        reference=Span(0, 0),
        text=HYPOTHESES[IDS.index(name)][start:end],
        correction="",
        category="other/other",
        severity=severity,
        severity_basis="XCOMET's own label",
        rule="neural/xcomet",
        evidence=("model local 0123", "probability 0.80"),
        explanation="XCOMET calls it a major error; of what kind it does not say.",
        confidence=0.8,
        reference_kind=ReferenceKind.CORRECTION,
    )


class TestJoined:
    def test_without_marks_nothing_changes(self) -> None:
        found = diagnose(batch()).errors
        assert with_marks(found, (), batch()) == found

    def test_a_mark_on_a_rules_span_becomes_its_evidence(self) -> None:
        alone = diagnose(batch()).errors
        joined = diagnose(batch(), marks=[mark("b", 5, 14)]).errors
        assert len(joined) == len(alone)
        (negation,) = [error for error in joined if error.rule == "negation"]
        assert negation.evidence[-1] == "neural/xcomet marks “said some”: major, probability 0.80"
        (before,) = [error for error in alone if error.rule == "negation"]
        assert (negation.severity, negation.confidence) == (before.severity, before.confidence)

    def test_a_mark_of_its_own_stands_in_its_place(self) -> None:
        joined = diagnose(batch(), marks=[mark("c", 6, 10), mark("a", 0, 3)]).errors
        assert [(error.id, error.text) for error in joined if error.only_marked] == [("a", "The"), ("c", "home")]
        places = [(IDS.index(error.id), error.hypothesis) for error in joined]
        assert places == sorted(places)

    def test_marks_stay_with_their_segment_where_a_name_stands_twice(self) -> None:
        lines = [Segment("a", text, (text,)) for text in ("Good day", HYPOTHESES[0])]
        given = Batch.of(lines).of_kind(ReferenceKind.CORRECTION)
        first = ErrorSpan.of_record({**mark("a", 0, 3).record(), "end": 4, "text": "Good"})
        assert with_marks([first], [mark("a", 0, 3)], given) == (first, mark("a", 0, 3))

    def test_a_gap_is_touched_by_nothing(self) -> None:
        """The full stop that is missing after “home” stands between characters: the mark before it is another error."""
        joined = diagnose(batch(), marks=[mark("c", 6, 10)]).errors
        assert {(error.rule, error.text) for error in joined if error.id == "c"} >= {
            ("punctuation", ""),
            ("neural/xcomet", "home"),
        }

    def test_recurring_defects_still_name_their_instances(self) -> None:
        lines = [Segment(str(n), f"It was well -known {n}", (f"It was well-known {n}",)) for n in range(4)]
        given = Batch.of(lines).of_kind(ReferenceKind.CORRECTION)
        one = ErrorSpan.of_record({**mark("a", 0, 3).record(), "id": "0", "start": 0, "end": 2, "text": "It"})
        found = diagnose(given, marks=[one])
        (finding,) = found.systemic
        assert [found.errors[n].id for n in finding.instances] == ["0", "1", "2", "3"]
        assert not any(found.errors[n].only_marked for n in finding.instances)

    def test_the_reader_is_told(self) -> None:
        assert notices_on_marks(diagnose(batch()).errors) == ()
        (notice,) = notices_on_marks([mark("a", 0, 3)])
        assert notice.message == (
            "1 of 1 findings are a model's marks that no rule shares: "
            "they are in the counts and the penalty, and no reviewer has seen them"
        )


class TestGate:
    def test_a_mark_is_never_sure_before_its_review(self) -> None:
        errors = diagnose(batch(), marks=[mark("a", 0, 3)]).errors
        (position,) = [n for n, error in enumerate(errors) if error.only_marked]
        counted = standing(errors, {}, trusted=[error.category for error in errors], trusted_precision=0.0)
        assert position in counted.doubtful and len(counted.doubtful) == 1
        assert position in standing(errors, {position: True}).sure
        assert position not in standing(errors, {position: False}).all


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch", reason="the extra neural is not installed")
    return pytest.importorskip("checkpoints").build(tmp_path_factory.mktemp("xcomet"), "xcomet")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = zip(IDS, SOURCES, HYPOTHESES, REFERENCES, strict=True)
    path = tmp_path / "t.tsv"
    path.write_text("id\tsource\thypothesis\tpe\n" + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def shell(*words: str | Path, cache: Path) -> "subprocess.CompletedProcess[str]":
    environment = {"MTQA_CACHE": str(cache), "PATH": "", "HF_HUB_CACHE": str(cache)}
    command = [sys.executable, "-m", "mtqa", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


class TestShell:
    def test_assess_verify_and_gate(self, model: Path, table: Path, tmp_path: Path) -> None:
        folder, policy = tmp_path / "a", tmp_path / "p.toml"
        run = shell(
            *("assess", table, "-m", "chrf++,xcomet", "--model", model, "-o", folder, "-f", "json"), cache=tmp_path
        )
        assert run.returncode == 0, run.stderr
        saved = Assessment.load(folder)
        marks = [error for error in saved.error_spans if error.only_marked]
        rules = [error for error in saved.error_spans if not error.only_marked]
        assert marks and {error.rule for error in marks} == {"neural/xcomet"}
        assert {error.rule for error in rules} == {error.rule for error in diagnose(batch()).errors}
        texts = dict(zip(IDS, HYPOTHESES, strict=True))
        for one in marks:
            assert one.hypothesis.of(texts[one.id]) == one.text and 0 < one.confidence <= 1
            assert one.evidence[0].startswith("model local ")
            assert not any(one.id == other.id and one.hypothesis.overlaps(other.hypothesis) for other in rules)
        assert any("neural/xcomet marks" in fact for error in rules for fact in error.evidence)
        assert set(saved.segment_scores) == {"chrF2++", "XCOMET"}
        (score,) = [score for score in saved.summary.scores if score.metric.name == "XCOMET"]
        assert score.value == pytest.approx(saved.scores["XCOMET"].mean()) and "class:xcomet_metric" in str(
            score.signature
        )
        assert [notice for notice in saved.summary.notices if notice.check == "model"] == [
            *notices_on_marks(saved.error_spans)
        ]
        page = (folder / "report.html").read_text(encoding="utf-8")
        assert "neural/xcomet" in page and "XCOMET calls it" in page

        assert shell("verify", folder, "--model", model, cache=tmp_path).stdout == "verified: 6 segment scores\n"
        run = shell("verify", folder, cache=tmp_path)
        missing = (
            "mtqa: model Unbabel/XCOMET-XL is not on this machine; give --model a path, or fetch it with --online\n"
        )
        assert (run.returncode, run.stderr) == (2, missing)

        policy.write_text('policy = "p"\n[findings]\ntrusted = ["*"]\n[mqm]\nmax_per_1000_words = 5\n')
        told = shell("gate", folder, "--policy", policy, cache=tmp_path).stdout
        assert f"if all {len(marks)} unreviewed findings are rejected" in told
        assert f"{marks[0].id}  {marks[0].severity}  other/other  [{marks[0].text}]\n" in told

    def test_errors_with_and_without_references(self, model: Path, table: Path, tmp_path: Path) -> None:
        run = shell("errors", table, "-m", "xcomet", "--model", model, cache=tmp_path)
        assert run.returncode == 0, run.stderr
        records = [json.loads(line) for line in run.stdout.splitlines()]
        assert {record["rule"] for record in records} > {"neural/xcomet", "negation"}
        bare = tmp_path / "bare.jsonl"
        rows = zip(IDS, SOURCES, HYPOTHESES, strict=True)
        bare.write_text("".join(json.dumps({"id": i, "src": s, "mt": h}) + "\n" for i, s, h in rows))
        run = shell("errors", bare, "-m", "xcomet", "--model", model, cache=tmp_path)
        looked = "only the model and the checks that need none looked at them"
        assert run.stderr == f"mtqa: 3 of 3 segments have no reference: {looked}\n"
        assert "neural/xcomet" in {json.loads(line)["rule"] for line in run.stdout.splitlines()}

    def test_a_language_that_the_model_never_saw(self, model: Path, tmp_path: Path) -> None:
        maltese = "Il-gvern ħabbar illum li l-kunsill tal-ministri ddeċieda dwar il-liġi l-ġdida tal-ambjent u s-saħħa."
        path = tmp_path / "mt.tsv"
        path.write_text(f"source\thypothesis\tpe\nThe government said so today.\t{maltese}\t{maltese}\n")
        run = shell("assess", path, "-m", "xcomet", "--model", model, "-f", "json", cache=tmp_path)
        assert run.returncode == 0, run.stderr
        assert "the model's encoder has never seen mt: its scores mean little there" in run.stdout

    def test_scores_of_enough_segments_say_it_too_and_once(self, model: Path, tmp_path: Path) -> None:
        maltese = "Il-gvern ħabbar illum li l-kunsill tal-ministri ddeċieda dwar il-liġi l-ġdida tal-ambjent u s-saħħa."
        path = tmp_path / "mt.tsv"
        said = "mtqa: the model's encoder has never seen mt: its scores mean little there\n"
        for rows, times in ((19, 0), (1100, 1)):  # two chunks
            path.write_text("source\thypothesis\n" + f"The government said so today.\t{maltese}\n" * rows)
            run = shell("score", path, "-m", "xcomet", "--model", model, cache=tmp_path)
            assert run.returncode == 0 and run.stderr.count(said) == run.stderr.count("never seen") == times, run.stderr

    def test_the_engine_that_was_asked_for(self, model: Path, table: Path, tmp_path: Path) -> None:
        run = shell("score", table, "-m", "xcomet", "--model", model, "--engine", "native", cache=tmp_path)
        assert "|engine:native-" in run.stderr
        other = shell("score", table, "-m", "chrf++", "--engine", "upstream", cache=tmp_path)
        assert (other.returncode, other.stderr) == (
            *(2, "mtqa: a model is given, and no metric reads one; add -m comet, cometkiwi or xcomet\n"),
        )

    def test_what_marks_nothing_is_refused(self, table: Path, tmp_path: Path) -> None:
        run = shell("errors", table, "-m", "comet", cache=tmp_path)
        assert (run.returncode, run.stderr) == (
            *(2, "mtqa: COMET marks no errors; -m xcomet does; scores are 'mtqa score'\n"),
        )
        run = shell("assess", table, "-m", "bleu", "--model", "x", cache=tmp_path)
        assert (run.returncode, run.stderr) == (
            *(2, "mtqa: a model is given, and no metric reads one; add -m comet, cometkiwi or xcomet\n"),
        )
