"""Folders of tables and of CAT files: one table for whoever reads them, written whole or refused first."""

import json
import shutil
from pathlib import Path

import pytest

from mtqa.cli import main
from mtqa.formats import read_batch, read_chunks
from mtqa.formats.directory import records_of
from mtqa.pairing import pair
from mtqa.refusal import Refusal

CASES = Path(__file__).parent / "cases/formats/cat"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def folder(*cases: str, **files: str) -> str:
    Path("in").mkdir(exist_ok=True)
    for case in cases:
        shutil.copy(CASES / case, "in")
    for name, text in files.items():
        (Path("in") / name.replace("_", ".")).write_text(text)
    return "in"


def shell(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    assert (end.value.code or 0) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


class TestConverted:
    def test_files_of_other_columns_become_one_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        two = "id\tmt\tref\treference_2\tnote\n1\tA.\tB.\tC.\tlook\n"
        name = folder("plain.xlf", z_tsv=two, y_jsonl='{"id": "7", "mt": "D.", "system": "S"}\n')
        out, _ = shell(capsys, "convert", name, "-f", "tsv")
        header, *rows = (line.split("\t") for line in out.splitlines())
        assert {"system", "source", "reference", "reference_2", "note", "state"} <= {*header}
        assert all(len(row) == len(header) for row in rows) and len(rows) == 8
        last = dict(zip(header, rows[-1], strict=True))
        assert (last["document"], last["reference_2"], last["note"], last["state"]) == ("z.tsv", "C.", "look", "")
        assert dict(zip(header, rows[-2], strict=True))["system"] == "S"

    @pytest.mark.parametrize("form", ["tsv", "csv", "jsonl", "parquet"])
    def test_what_is_written_is_read_again(self, capsys: pytest.CaptureFixture[str], form: str) -> None:
        name = folder("plain.xlf", "two.xlf", z_tsv="id\tmt\tref\n1\tA.\tB.\n")
        shell(capsys, "convert", name, "-o", f"all.{form}")
        again = read_batch(f"all.{form}", needs={"hypothesis"})
        assert [(row.id, row.hypothesis, row.references) for row in again] == [
            (row.id, row.hypothesis, row.references) for row in records_of(name)
        ]

    def test_references_of_several_kinds_are_refused_before_a_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        name = folder("phrase.mxliff", z_tsv="id\tmt\tref\n1\tA.\tB.\n")
        out, err = shell(capsys, "convert", name, code=4)
        assert out == ""
        assert err == (
            "mtqa: in: references of several kinds: correction in phrase.mxliff, independent in z.tsv; "
            "convert each kind by itself\n"
        )


class TestScored:
    def test_a_folder_of_cat_files_is_a_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        name = folder("phrase.mxliff", "matches.xlf")
        batch = pair(name).batch
        assert [(row.document, row.id) for row in batch][:4] == [
            ("matches.xlf/f1", "u1/s1"), ("matches.xlf/f1", "u1/s2"), ("matches.xlf/f1", "u2"),
            ("phrase.mxliff/page.docx", "job:0"),
        ]  # fmt: skip
        out, _ = shell(capsys, "errors", name, "-f", "jsonl")
        assert "dog" in {json.loads(line)["text"] for line in out.splitlines()}

    def test_cat_files_among_tables_are_refused_first(self) -> None:
        name = folder("phrase.mxliff", a_tsv="id\tmt\tref\n1\tA.\tB.\n")
        with pytest.raises(Refusal) as caught:
            next(iter(read_chunks(name)))
        assert str(caught.value) == (
            "in: CAT files and tables in one folder (in/phrase.mxliff, in/a.tsv); "
            "a folder of each, or one table of all: mtqa convert FOLDER -o all.jsonl"
        )

    def test_deliveries_without_references_are_sent_to_their_reviews(self) -> None:
        with pytest.raises(Refusal) as caught:
            read_batch(folder("plain.xlf"))
        assert str(caught.value) == (
            "in/plain.xlf: no references in it; hold it against its reviewed delivery: mtqa assess DELIVERY REVIEWED"
        )


def test_the_namespace_of_matches_alone_is_no_reference() -> None:
    with pytest.raises(Refusal) as caught:
        read_batch(CASES / "two.xlf")
    assert str(caught.value) == (
        f"{CASES / 'two.xlf'}: no references in it; "
        "hold it against its reviewed delivery: mtqa assess DELIVERY REVIEWED"
    )
