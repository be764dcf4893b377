"""Pairing: what the alignment leaves alone stays in place with its status; what is not parallel is refused."""

from pathlib import Path

import pandas as pd
import pytest

from mtqa.formats.directory import records_of
from mtqa.gate.policy import INTEGRITY
from mtqa.pairing import pair
from mtqa.refusal import Misuse, Refusal
from mtqa.summary import Status

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds/001_9c63570fe49a1101.txt"
CORRECTION = ROOT / "references/001_9c63570fe49a1101.txt"


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


@pytest.mark.parametrize("reference", [CORRECTION, ROOT / "references/independent/001_9c63570fe49a1101.txt"])
def test_the_seed_is_24_pairs(reference: Path) -> None:
    paired = pair(SEED, reference)
    assert paired.batch.id == tuple(str(n) for n in range(1, 25))
    assert paired.status == (Status.PAIRED,) * 24
    assert paired.batch.hypothesis == tuple(lines(SEED))
    assert [texts[0] for texts in paired.batch.references] == lines(reference)


def test_another_article_is_refused_and_nothing_is_paired() -> None:
    with pytest.raises(Refusal) as refusal:
        pair(SEED, ROOT / "seeds/000_8df44335bbcadca0.txt")
    assert refusal.value.exit_code == 4
    assert "not parallel" in str(refusal.value)


def test_a_lost_line_and_an_invented_one_stay_in_place() -> None:
    hypothesis, reference = lines(SEED), lines(CORRECTION)
    del hypothesis[11]
    hypothesis.insert(4, "Football: Benfica beat Porto by three goals to one before a full stadium last night.")
    paired = pair(hypothesis, reference)
    assert len(paired.batch) == 25
    assert paired.status[4] == Status.UNALIGNED
    assert paired.batch.references[4] == ()
    place = paired.status.index(Status.OMITTED)
    assert (place, paired.batch.id[place]) == (12, "r12")
    assert (paired.batch.hypothesis[place], paired.batch.references[place]) == ("", (reference[11],))
    assert paired.status.count(Status.PAIRED) == 23


@pytest.mark.parametrize("together", [6, 24])
def test_paragraphs_against_lines_are_aligned_by_sentences(together: int) -> None:
    """Nobody said so: the lines alone would be joined wrongly, or not at all."""
    hypothesis, reference = lines(SEED), lines(CORRECTION)
    paragraphs = [" ".join(reference[at : at + together]) for at in range(0, 24, together)]
    paired = pair(hypothesis, paragraphs)
    assert paired.status == (Status.PAIRED,) * len(paired.batch) and len(paired.batch) >= 24
    assert paired.batch.id[:2] == ("1.1", "2.1")
    assert " ".join(paired.batch.hypothesis) == " ".join(hypothesis)
    assert " ".join(texts[0] for texts in paired.batch.references) == " ".join(reference)
    assert [notice.message for notice in paired.notices] == [
        "a line of one document is several of the other: aligned by sentences, which are called line.number"
    ]
    assert {id_.split(".")[0] for id_ in pair(paragraphs, hypothesis).batch.id} == {
        str(number + 1) for number in range(len(paragraphs))
    }


@pytest.mark.parametrize(("sentences", "ids"), [(True, {"1.1", "1.2", "2.1"}), (False, {"1", "2"}), (None, {"1", "2"})])
def test_sentences_are_aligned_where_that_is_asked(sentences: bool | None, ids: set[str]) -> None:
    hypothesis = ["The mayor opened the bridge. Traffic was slow.", "It rained in Porto."]
    reference = ["The mayor opened a bridge. Traffic was very slow.", "It rained in Porto again."]
    paired = pair(hypothesis, reference, source=reference, sentences=sentences)
    assert set(paired.batch.id) == ids
    assert paired.batch.source[-1] == reference[-1]


def test_pairs_that_the_alignment_is_not_sure_of_are_named() -> None:
    reference = lines(CORRECTION)
    paired = pair(lines(SEED), [" ".join(reference[at : at + 6]) for at in range(0, 24, 6)], sentences=False)
    (notice,) = paired.notices
    assert notice.check == "doubtful-pairs" and notice.check in INTEGRITY
    assert notice.message == f"{len(notice.segments)} segments are paired with a confidence below 0.8"
    sure = dict(zip(paired.batch.id, paired.alignment, strict=True))
    assert all((sure[id_] or 0) < 0.8 for id_ in notice.segments)


def test_lines_that_were_joined_are_one_segment() -> None:
    hypothesis, reference = lines(SEED), lines(CORRECTION)
    hypothesis[3:5] = [hypothesis[3] + " " + hypothesis[4]]
    paired = pair(hypothesis, reference)
    assert paired.batch.references[3] == (reference[3] + " " + reference[4],)
    assert paired.batch.id[3] == "4"
    again = pair(reference, hypothesis)
    assert again.batch.id[3] == "4-5"
    assert again.batch.hypothesis[3] == reference[3] + " " + reference[4]


def test_a_source_goes_with_its_hypothesis_lines() -> None:
    source = [f"fonte {n}" for n in range(24)]
    assert pair(SEED, CORRECTION, source=source).batch.source[7] == "fonte 7"
    with pytest.raises(Refusal) as refusal:
        pair(SEED, CORRECTION, source=source[:-1])
    assert str(refusal.value) == (
        "23 source lines, 24 hypothesis lines, and they are not parallel: 0.00 a line over chance; "
        "check that it is the source of this document, or give one line for each line of the hypothesis"
    )


def test_a_document_needs_a_reference_and_a_table_holds_its_own() -> None:
    with pytest.raises(Misuse) as refusal:
        pair(SEED)
    assert str(refusal.value) == (
        "001_9c63570fe49a1101.txt: a raw document needs its reference; name the reference document after it"
    )
    frame = pd.DataFrame({"mt": ["A cat."], "pe": ["The cat."]})
    assert pair(frame).batch.references == (("The cat.",),)
    with pytest.raises(Misuse, match="a table holds its own references and sources"):
        pair(frame, CORRECTION)
    with pytest.raises(Refusal, match="no column reference"):
        pair(pd.DataFrame({"mt": ["A cat."]}))


def test_what_was_dropped_at_the_door_is_remarked(tmp_path: Path) -> None:
    (tmp_path / "h.txt").write_bytes(b"\xef\xbb\xbfThe cat sat on the mat.\r\nNobody came to the party.\r\n")
    (tmp_path / "r.txt").write_bytes(b"The cat sat on the mat.\nNobody came to the party.\n")
    paired = pair(tmp_path / "h.txt", tmp_path / "r.txt")
    assert paired.batch.hypothesis == ("The cat sat on the mat.", "Nobody came to the party.")
    assert any("byte-order mark" in remark for remark in paired.remarks)
    assert all("h.txt" in remark for remark in paired.remarks)


class TestFolders:
    def folder(self, where: Path, **files: str) -> Path:
        for name, text in files.items():
            path = where / name.replace("__", "/").replace("_txt", ".txt")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return where

    def test_files_are_paired_by_their_names(self, tmp_path: Path) -> None:
        one = self.folder(tmp_path / "h", b_txt="The cat sleeps.\nIt rains.\n", a__c_txt="The mayor opened a bridge.\n")
        two = self.folder(
            tmp_path / "r", b_txt="The cat is sleeping.\nIt rains.\n", a__c_txt="The mayor opened the bridge.\n"
        )
        paired = pair(one, two)
        assert [(row.document, row.id) for row in paired.batch] == [("a/c", "1"), ("b", "1"), ("b", "2")]
        assert [status.value for status in paired.status] == ["paired"] * 3
        assert len(paired.alignment) == 3

    def test_files_in_one_folder_only_are_refused_by_name(self, tmp_path: Path) -> None:
        one = self.folder(tmp_path / "h", a_txt="A.\n", b_txt="B.\n")
        two = self.folder(tmp_path / "r", a_txt="A.\n")
        with pytest.raises(Refusal) as refusal:
            pair(one, two)
        assert str(refusal.value) == f"{one}: b.txt: not in {two}; files of the same name belong together"

    def test_a_folder_is_held_against_a_folder(self, tmp_path: Path) -> None:
        one = self.folder(tmp_path / "h", a_txt="A.\n")
        with pytest.raises(Misuse) as refusal:
            pair(one, one / "a.txt")
        assert (
            str(refusal.value) == f"{one}/a.txt: a folder is held against a folder; name the folder of the same files"
        )

    def test_documents_of_cat_files_are_called_by_file_and_document(self, tmp_path: Path) -> None:
        cases = Path(__file__).parent / "cases/formats/cat"
        texts = {name: (cases / f"{name}.xlf").read_text(encoding="utf-8") for name in ("plain", "two")}
        for side in ("h", "r"):
            for name, text in texts.items():
                self.folder(tmp_path / side, **{f"{name}.xlf": text})
        documents = {row.document for row in pair(tmp_path / "h", tmp_path / "r").batch}
        assert documents == {"plain/news.html", "plain/news.html#2", "two/f1"}

    def test_records_of_a_folder(self, tmp_path: Path) -> None:
        self.folder(tmp_path, **{"b.tsv": "id\tmt\n1\tB.\n", "a.tsv": "id\tmt\tdoc\n1\tA.\td\n", ".hidden": "x"})
        assert [(row.document, row.hypothesis) for row in records_of(tmp_path)] == [("a.tsv/d", "A."), ("b.tsv", "B.")]
        self.folder(tmp_path, notes="x")
        with pytest.raises(Misuse) as refusal:
            list(records_of(tmp_path))
        assert str(refusal.value) == f"{tmp_path}/notes: not a table by its name; take it out of the folder"
