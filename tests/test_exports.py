"""What other tools read of an assessment: offsets as each format has them, and back again."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mtqa.assess import assess
from mtqa.assessment import Assessment
from mtqa.cli import main
from mtqa.exports import m2, marot, pearmut, tags
from mtqa.exports.words import word_edits, words
from mtqa.formats import read_records
from mtqa.refusal import Refusal
from mtqa.rules import diagnose
from mtqa.segment import Batch, ReferenceKind, Segment

PAIRS = (  # hypothesis, correction: what each format finds hard
    ("He met Whitkov last Sunday.", "He met Witkoff last Sunday."),
    ("😀 It fell by 5 per cent.", "😀 It fell by 7 per cent."),
    ("A good day .", "A good day."),
    ("He came.", "He came home early."),
    ("home.", "He came home."),
    ("The well known and\tlong-time author <v>left</v>.", "The well-known long-time author <v>left</v>."),
    ("Nothing is wrong.", "Nothing is wrong."),
    ("", "All of it is missing."),
    ("He go to to school every days", "He goes to school every day."),
    ("我昨天去了学校。", "我今天去了学校。"),
)


@pytest.fixture(scope="module")
def assessed() -> Assessment:
    """All pairs in two documents of one system, against corrections."""
    import pandas as pd

    rows = [(str(n), f"d{n % 2}", "s1", mt, pe) for n, (mt, pe) in enumerate(PAIRS)]
    frame = pd.DataFrame(rows, columns=["id", "document", "system", "hypothesis", "postedit"])
    return assess(frame.sort_values("document", kind="stable"), kind="correction")


def texts(assessment: Assessment) -> dict[str, tuple[str, str]]:
    return {segment.id: (segment.hypothesis, segment.references[0]) for segment in assessment.batch}


def test_marot_is_read_back_by_our_own_reader(assessed: Assessment, tmp_path: Path) -> None:
    """Every span comes back where it was, a flawless segment without one, and no mark of the text is taken for ours."""
    (tmp_path / "m.tsv").write_text(marot(assessed), encoding="utf-8")
    records = {record.id: record for record in read_records(tmp_path / "m.tsv")}
    assert list(records) == [segment.id for segment in assessed.batch]
    for segment in assessed.batch:
        ratings = json.loads(records[segment.id].extras["ratings"])
        spans = sorted((row["start"], row["end"]) for row in ratings if row["start"] is not None)
        assert spans == sorted(
            (e.hypothesis.start, e.hypothesis.end) for e in assessed.error_spans if e.id == segment.id
        )
        assert len(records[segment.id].hypothesis) == len(segment.hypothesis)
        for row in ratings:
            assert row["category"] == "No-error" or json.loads(row["metadata"])["category"].count("/") == 1


def test_m2_replays_the_correction_word_by_word(assessed: Assessment) -> None:
    blocks = m2(assessed).rstrip("\n").split("\n\n")
    for segment, block in zip(assessed.batch, blocks, strict=True):
        sentence, *edits = block.split("\n")
        made = sentence.removeprefix("S ").split(" ") if sentence != "S " else []
        last = 0
        for line in reversed(edits):
            place, kind, correction, *rest = line.split("|||")
            assert rest == ["REQUIRED", "-NONE-", "0"]
            start, end = map(int, place.split()[1:])
            if kind != "noop":
                assert kind[:2] == {(True, False): "M:", (False, False): "R:"}.get(
                    (start == end, correction == "-NONE-"), "U:"
                )
                made[start:end] = [] if correction == "-NONE-" else correction.split(" ")
            last += 1
        reference = segment.references[0]
        assert made == [reference[a:b] for a, b in words(reference)], segment.id
        assert last >= 1


def test_tags_are_two_a_word_and_one(assessed: Assessment) -> None:
    header, *lines = tags(assessed).rstrip("\n").split("\n")
    assert header == "id\twords\ttags"
    found = {}
    for line in lines:
        id_, shown, marks = line.split("\t")
        assert len(marks.split()) == 2 * len(shown.split()) + 1
        found[id_] = marks.split()
    assert found["0"] == ["OK"] * 5 + ["BAD"] + ["OK"] * 7
    assert found["7"] == ["BAD"] and set(found["6"]) == {"OK"}
    assert found["3"] == ["OK"] * 4 + ["BAD"] + ["OK"] * 2  # "He came [gap] ."


def test_tags_are_those_of_the_fewest_changes() -> None:
    """As the shared tasks tag: words that moved are inserted and gone, though our error is one of word order."""
    import pandas as pd

    frame = pd.DataFrame({"id": ["1"], "hypothesis": ["the river Somme now"], "reference": ["the Somme River now"]})
    _, line = tags(assess(frame, kind="correction")).rstrip("\n").split("\n")
    marks = line.split("\t")[2].split()
    assert marks.count("BAD") == 2 and marks[1] == marks[-2] == "OK"


def test_pearmut_counts_utf16_and_both_ends(assessed: Assessment) -> None:
    campaign = json.loads(pearmut(assessed))
    assert campaign["info"]["protocol"] == "MQM" and campaign["campaign_id"] == "mtqa"
    items = [item for document in campaign["data"][0] for item in document]
    assert [len(document) for document in campaign["data"][0]] == [5, 5]
    for item in items:
        text = item["tgt"]["s1"].encode("utf-16-le")
        wanted = [e for e in assessed.error_spans if e.id == item["item_id"]]
        spans = item["error_spans"]["s1"]
        assert len(spans) == len(wanted)
        for span, error in zip(spans, sorted(wanted, key=lambda e: e.hypothesis.start), strict=True):
            marked = text[2 * span["start_i"] : 2 * span["end_i"] + 2].decode("utf-16-le")
            assert marked == error.text if error.text else len(marked) <= 1
            dimension, name = span["category"].split("/")
            assert name in campaign["info"]["mqm_categories"][dimension]


def test_differences_are_not_called_errors() -> None:
    batch = Segment("1", "He left at noon.", ("At noon he went.",), reference_kind=ReferenceKind.INDEPENDENT)
    import pandas as pd

    frame = pd.DataFrame({"id": ["1"], "hypothesis": [batch.hypothesis], "reference": [batch.references[0]]})
    found = assess(frame, kind="independent")
    assert "\tmtqa-differences\t" in marot(found)
    assert json.loads(pearmut(found))["campaign_id"] == "mtqa-differences"


def test_word_edits_replay_on_human_post_edits() -> None:
    """MLQE-PE: the words of the post-edit come out of the word edits of our errors."""
    import gzip

    path = Path(__file__).parent.parent.parent / "shared/data/postedit.mlqe.ro-en.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no human-judged data at {path}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line, _ in zip(lines, range(150), strict=False)]
    batch = Batch.of(
        [Segment(r["id"], r["mt_tok"], (r["pe_tok"],), reference_kind=ReferenceKind.CORRECTION) for r in records]
    )
    by_id: dict[str, list] = {}  # type: ignore[type-arg]
    for error in diagnose(batch, language="en").errors:
        by_id.setdefault(error.id, []).append(error)
    for segment in batch:
        text, reference = segment.hypothesis, segment.references[0]
        made = [text[a:b] for a, b in words(text)]
        found = sorted(by_id.get(segment.id, []), key=lambda error: (error.hypothesis.start, error.hypothesis.end))
        for edit in reversed(word_edits(text, found)):
            made[edit.start : edit.end] = edit.correction
        assert made == [reference[a:b] for a, b in words(reference)], segment.id


def test_report_writes_them(assessed: Assessment, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assessed.save(tmp_path / "a")
    for form, made in (("marot", marot), ("m2", m2), ("tags", tags), ("pearmut", pearmut)):
        with pytest.raises(SystemExit) as caught:
            main(["report", str(tmp_path / "a"), "-f", form])
        assert caught.value.code == 0
        assert capsysbinary.readouterr().out.decode("utf-8") == made(assessed)


@pytest.mark.parametrize(("form", "name"), [(m2, "M2"), (tags, "a file of word tags")])
def test_forms_without_a_word_for_differences_refuse_an_independent_reference(
    form: Callable[[Assessment], str], name: str
) -> None:
    import pandas as pd

    frame = pd.DataFrame({"id": ["1"], "hypothesis": ["A cat sat."], "reference": ["The cat was sitting."]})
    with pytest.raises(Refusal) as refused:
        form(assess(frame, kind="independent"))
    assert str(refused.value) == (
        f"{name} has errors only, and against this reference there are differences; "
        "take marot or pearmut, whose annotator is then mtqa-differences"
    )
