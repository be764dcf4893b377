"""The diagnosis of the seed, of the identity, against an independent reference, and through the command."""

import json
from pathlib import Path

import pandas as pd
import pytest

from mtqa.cli import main
from mtqa.mqm import ERROR_COLUMNS, ErrorSpan, Severity
from mtqa.rules import LIKELY, Diagnosis, diagnose, errors, reference_kind, unlike
from mtqa.rules.likelihood import together
from mtqa.segment import Batch, ReferenceKind, Segment

ROOT = Path(__file__).parent.parent
NAME = "001_9c63570fe49a1101.txt"


def lines(side: str) -> list[str]:
    return (ROOT / side / NAME).read_text("utf-8").rstrip("\n").split("\n")


def batch(hypotheses: list[str], references: list[str], kind: ReferenceKind) -> Batch:
    pairs = zip(hypotheses, references, strict=True)
    return Batch.of(Segment(str(n), h, (r,), reference_kind=kind) for n, (h, r) in enumerate(pairs))


@pytest.fixture(scope="module")
def seed() -> Diagnosis:
    return diagnose(batch(lines("seeds"), lines("references"), ReferenceKind.CORRECTION))


def the_one(diagnosis: Diagnosis, text: str) -> ErrorSpan:
    (found,) = [error for error in diagnosis.errors if error.text == text]
    return found


def test_the_name(seed: Diagnosis) -> None:
    error = the_one(seed, "Whitkov")
    assert (error.correction, error.category, error.severity) == ("Witkoff", "accuracy/named-entity", Severity.MAJOR)
    assert "form similarity 0.83" in error.evidence


def test_the_shooting_that_was_a_ceasefire(seed: Diagnosis) -> None:
    (error,) = [error for error in seed.errors if "shooting" in error.text]
    assert "ceasefire" in error.correction
    assert error.category == "accuracy/mistranslation"
    assert error.severity in (Severity.MAJOR, Severity.CRITICAL)


def test_the_wrong_sunday(seed: Diagnosis) -> None:
    error = the_one(seed, "Last Sunday (4)")
    assert (error.category, error.severity) == ("accuracy/date-time", Severity.CRITICAL)
    assert "day 4 against 11" in error.evidence


def test_the_split_compounds_are_one_finding_in_five_segments(seed: Diagnosis) -> None:
    (finding,) = [finding for finding in seed.systemic if finding.rule == "compounding"]
    assert finding.pattern == "space before a hyphen in a compound"
    assert len(finding.segments) == 5
    assert all(seed.errors[place].category == "fluency/compounding" for place in finding.instances)


@pytest.mark.parametrize(
    ("hypothesis", "reference", "pattern"),
    [
        ("However the {} is old.", "However, the {} is old.", "“,” missing"),
        ("However, the {}, is old.", "However, the {} is old.", "“,” too many"),
        ("However; the {} is old.", "However, the {} is old.", "“;” for “,”"),
    ],
)
def test_a_mark_that_recurs_is_missing_too_many_or_another(hypothesis: str, reference: str, pattern: str) -> None:
    things = ("ship", "car", "plane", "house")
    sides = [[text.format(thing) for thing in things] for text in (hypothesis, reference)]
    found = diagnose(batch(*sides, ReferenceKind.CORRECTION))
    assert [finding.pattern for finding in found.systemic] == [pattern]


def test_the_same_replacement_twice_is_terminology(seed: Diagnosis) -> None:
    causes = [error for error in seed.errors if error.text == "deep"]
    assert [error.category for error in causes] == ["terminology/wrong-term"] * 2
    assert all("same replacement made twice" in error.evidence for error in causes)


def test_every_error_is_explained(seed: Diagnosis) -> None:
    for error in seed.errors:
        assert error.evidence and error.explanation.endswith(".") and "{" not in error.explanation
        assert error.reference_kind is ReferenceKind.CORRECTION
        assert error.severity_basis


def test_errors_come_in_the_order_of_the_text(seed: Diagnosis) -> None:
    places = [(int(error.id), error.hypothesis.start, error.hypothesis.end) for error in seed.errors]
    assert places == sorted(places)


@pytest.mark.parametrize("side", ["seeds", "references"])
def test_identity_yields_no_error(side: str) -> None:
    found = diagnose(batch(lines(side), lines(side), ReferenceKind.CORRECTION))
    assert found == Diagnosis((), ())


@pytest.mark.parametrize("least", [0.0, LIKELY])
def test_against_an_independent_reference_there_are_differences(least: float) -> None:
    found = diagnose(batch(lines("seeds"), lines("references"), ReferenceKind.INDEPENDENT), least=least)
    assert found.errors
    for error in found.errors:
        assert error.reference_kind is ReferenceKind.INDEPENDENT
        assert error.explanation.startswith("Differs from the reference: ")
        assert "correction" not in error.explanation and "error" not in error.explanation


def test_a_segment_without_a_reference_yields_what_needs_none() -> None:
    (found,) = diagnose(Batch.of([Segment("1", "He go home ."), Segment("2", "")])).errors
    assert (found.rule, found.id, found.reference_kind) == ("space_before_mark", "1", ReferenceKind.NONE)
    assert diagnose(Batch.of([Segment("1", "He goes home."), Segment("2", "")])) == Diagnosis((), ())
    assert diagnose(Batch.of([])) == Diagnosis((), ())


def test_reference_kind_of_the_seed() -> None:
    kind, basis = reference_kind(lines("seeds"), lines("references"))
    assert kind is ReferenceKind.CORRECTION
    assert basis == "the references keep 86% of the words (median of 24 segments; 82% wanted)"
    kind, _ = reference_kind(lines("seeds"), lines("references/independent"))
    assert kind is ReferenceKind.INDEPENDENT
    kind, _ = reference_kind(lines("seeds"), lines("references")[::-1])
    assert kind is ReferenceKind.INDEPENDENT
    some = [f"Segment {n} was translated quite well by the machine today ." for n in range(20)]
    uneven = [text if n % 2 else f"In {n} , nobody did what a machine does today ." for n, text in enumerate(some)]
    kind, basis = reference_kind(some, uneven)
    assert kind is ReferenceKind.CORRECTION
    assert basis.endswith("(median of 20 segments; 55% wanted, many segments being untouched)")
    assert reference_kind(some[:9], uneven[:9])[0] is ReferenceKind.INDEPENDENT
    assert reference_kind(["a"], [""]) == (ReferenceKind.NONE, "no segment has a reference")


def test_a_segment_too_unlike_to_be_corrected() -> None:
    hypotheses, references = lines("seeds")[:5], lines("references")[:5]
    assert unlike(hypotheses, references) == ()
    assert unlike(hypotheses, [*references[:4], "Something else entirely was written here by nobody."]) == (4,)


def frame() -> pd.DataFrame:
    return pd.DataFrame({"id": range(24), "mt": lines("seeds"), "pe": lines("references")})


def test_a_frame_in_a_frame_out(seed: Diagnosis) -> None:
    found = errors(frame(), kind="correction")
    assert tuple(found.columns) == ERROR_COLUMNS
    assert found.to_dict("records") == [error.record() for error in seed.errors]


def test_the_command_writes_what_the_frame_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "batch.tsv"
    frame().to_csv(table, sep="\t", index=False, quoting=3)
    with pytest.raises(SystemExit) as exit_:
        main(["errors", str(table)])
    assert exit_.value.code in (0, None)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    wanted = errors(frame()).to_dict("records")
    assert rows == wanted
    hypotheses = lines("seeds")
    for row in rows:
        assert hypotheses[int(row["id"])][row["start"] : row["end"]] == row["text"]


def test_documents_are_diagnosed_whole_across_batches() -> None:
    from mtqa.rules import errors_of

    segments = [
        Segment(str(n), h, (r,), document="a" if n < 20 else "b", reference_kind=ReferenceKind.CORRECTION)
        for n, (h, r) in enumerate(zip(lines("seeds"), lines("references"), strict=True))
    ]
    whole = list(errors_of([Batch.of(segments)]))
    for size in (1, 3, 7, 23):
        parts = [Batch.of(segments[n : n + size]) for n in range(0, 24, size)]
        assert list(errors_of(parts)) == whole


def test_likely_differences_are_fewer_and_every_one_is_as_likely_as_asked() -> None:
    pair = batch(lines("seeds"), lines("references/independent"), ReferenceKind.INDEPENDENT)
    every = diagnose(pair, least=0.0).errors
    likely = diagnose(pair).errors
    assert 0 < len(likely) < len(every)
    hypotheses = lines("seeds")
    for span in likely:
        assert span.confidence >= LIKELY or not span.text
        assert span.hypothesis.of(hypotheses[int(span.id)]) == span.text
    places = [(int(span.id), span.hypothesis.start) for span in likely]
    assert places == sorted(places)


def test_a_difference_counts_only_where_every_reference_disagrees() -> None:
    hypothesis, first, second = "He met Whitkov in Rome.", "He met Witkoff in Rome.", "He saw Whitkov in Rome."
    one = Segment("1", hypothesis, (first,), reference_kind=ReferenceKind.INDEPENDENT)
    both = Segment("1", hypothesis, (first, second), reference_kind=ReferenceKind.INDEPENDENT)
    (alone,) = diagnose(Batch.of([one]), language="en", least=0.0).errors
    (confirmed,) = diagnose(Batch.of([both]), language="en", least=0.0).errors
    assert alone.text == confirmed.text == "Whitkov"
    assert confirmed.confidence < alone.confidence
    same = Segment("1", hypothesis, (first, hypothesis), reference_kind=ReferenceKind.INDEPENDENT)
    assert diagnose(Batch.of([same]), language="en", least=0.0).errors == ()


@pytest.mark.parametrize(
    ("hypothesis", "reference", "wanted"),
    [
        (
            "Die Regierung hat 1,500 Soldaten und der Minister Whitkov geschickt.",
            "Die Regierung hat 1.500 Soldaten und den Minister Witkoff geschickt.",
            ["locale/number-format", "fluency/function-words", "accuracy/named-entity"],
        ),
        (
            "Er ging in das Haus in das Haus und sah sie nicht.",
            "Er ging in das Haus und sah sie.",
            ["fluency/duplication", "accuracy/negation"],
        ),
        (
            "Le président français a rencontre M. Dupond le 5 mai à Paris.",
            "Le président français a rencontré M. Dupont le 6 mai à Paris.",
            ["fluency/diacritics", "accuracy/named-entity", "accuracy/date-time"],
        ),
        (
            "北京市场监管部门5月3日开展执法。",
            "北京市场监管部门5月4日开展综合执法。",
            ["accuracy/date-time", "accuracy/omission"],
        ),
        (
            "Президент сказал, что 5 мая поедет в Москву.",
            "Президент сказал, что 6 мая поедет в Минск.",
            ["accuracy/date-time", "accuracy/named-entity"],
        ),
    ],
)
def test_other_languages(hypothesis: str, reference: str, wanted: list[str]) -> None:
    found = diagnose(batch([hypothesis], [reference], ReferenceKind.CORRECTION)).errors
    assert [error.category for error in found] == wanted


@pytest.mark.parametrize("form", ["jsonl", "tsv", "json"])
def test_the_command_writes_every_form_to_a_file(tmp_path: Path, form: str) -> None:
    table, out = tmp_path / "batch.tsv", tmp_path / "errors"
    frame().to_csv(table, sep="\t", index=False, quoting=3)
    with pytest.raises(SystemExit) as exit_:
        main(["errors", str(table), "-f", form, "-o", str(out)])
    assert exit_.value.code in (0, None)
    text = out.read_text("utf-8")
    count = len(errors(frame()))
    if form == "json":
        document = json.loads(text)
        assert document["schema"] == "mtqa.errors/1"
        assert len(document["errors"]) == count
    else:
        assert len(text.splitlines()) == count + (form == "tsv")
    if form == "tsv":
        assert tuple(text.split("\n")[0].split("\t")) == ERROR_COLUMNS


def test_a_table_without_references_is_looked_at_without(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "batch.tsv"
    table.write_text("id\tmt\n1\tHe go home .\n", encoding="utf-8")
    with pytest.raises(SystemExit) as exit_:
        main(["errors", str(table)])
    assert exit_.value.code == 0
    captured = capsys.readouterr()
    (row,) = [json.loads(line) for line in captured.out.splitlines()]
    assert (row["rule"], row["reference_kind"], row["start"], row["end"]) == ("space_before_mark", "none", 10, 11)
    said = "mtqa: 1 of 1 segments have no reference: only the checks that need none looked at them\n"
    assert captured.err == said


@pytest.mark.parametrize("kind", ["correction", "independent"])
def test_a_kind_of_references_wants_references(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "batch.tsv"
    table.write_text("id\tmt\n1\tHe go home .\n", encoding="utf-8")
    with pytest.raises(SystemExit) as exit_:
        main(["errors", str(table), "--kind", kind])
    assert exit_.value.code == 4
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and captured.err.startswith(f"mtqa: {table}")


def test_several_references_are_judged_by_the_one_that_is_nearest() -> None:
    assert together([[0.1, 0.5]]) == [0.1, 0.5]
    least, other = together([[0.1, 0.5], [0.3, 0.2]]), together([[0.1, 0.2], [0.9, 0.9]])
    assert least == other
    assert 0.1 < least[0] < least[1] < 0.5
    with pytest.raises(ValueError, match="shorter"):
        together([[0.1, 0.5], [0.3]])
