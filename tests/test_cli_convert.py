"""`mtqa convert`: from any format to any, nothing lost, nothing half written."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.cli import main
from mtqa.formats import Record, read_batch, read_records
from mtqa.formats.parquet_out import arrow_lists, arrow_texts
from mtqa.segment import ReferenceKind

CASES = Path(__file__).parent / "cases/formats/cat"
FILES = sorted(path.name for path in CASES.iterdir())
FORMS = ("tsv", "csv", "jsonl", "parquet", "xlsx", "tmx")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def convert(*arguments: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as end:
        main(["convert", *arguments])
    assert end.value.code in (code, None if code == 0 else code)


def essence(record: Record) -> tuple[object, ...]:
    """All that a record says, without its place; a column that holds nothing is as good as none."""
    extras = {name: value for name, value in record.extras.items() if value not in ("", None)}
    return (record.id, record.source, record.hypothesis, record.references, record.document, record.system, extras)


@pytest.mark.parametrize("form", FORMS[1:5])
@pytest.mark.parametrize("file", FILES)
def test_a_round_trip_loses_nothing(file: str, form: str) -> None:
    given_ = list(read_records(CASES / file))
    convert(str(CASES / file), "-o", f"once.{form}")
    convert(f"once.{form}", "-o", "twice.jsonl")
    convert("twice.jsonl", "-o", f"again.{form}")
    for name in (f"once.{form}", "twice.jsonl", f"again.{form}"):
        found = list(read_records(name))
        assert [essence(record) for record in found] == [essence(record) for record in given_]
        if any(record.references for record in given_):
            assert {record.kind for record in found} == {record.kind for record in given_}


@pytest.mark.parametrize("file", [file for file in FILES if file not in ("app.po", "wmt.xml", "ratings.tsv")])
def test_tmx_keeps_texts_codes_and_facts(file: str) -> None:
    convert(str(CASES / file), "-o", "once.tmx")
    pairs = zip(read_records(CASES / file), read_records("once.tmx"), strict=True)
    for given_, found in pairs:
        assert (found.id, found.source, found.hypothesis) == (given_.id, given_.source, given_.hypothesis)
        assert (found.document, found.references, found.kind) == (given_.document, given_.references, given_.kind)
        for fact in ("state", "origin", "match", "locked", "source_language", "target_language"):
            assert found.extras[fact] == given_.extras[fact]
        for side in ("source_codes", "hypothesis_codes"):
            places = [[(at, native) for at, *_, native in json.loads(r.extras[side] or "[]")] for r in (given_, found)]
            assert places[0] == places[1]


text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(text, text, text, text), min_size=1, max_size=5))
def test_any_text_survives(rows: list[tuple[str, str, str, str]]) -> None:
    lines = [{"id": n, "src": a, "mt": b, "pe": c, "note": d} for n, (a, b, c, d) in enumerate(rows)]
    Path("in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    convert("in.jsonl", "-o", "out.parquet")
    convert("out.parquet", "-o", "out.jsonl")
    found = list(read_records("out.jsonl"))
    assert [(r.source, r.hypothesis, *r.references, r.extras["note"]) for r in found] == rows
    if all(c for _, _, c, _ in rows):
        convert("in.jsonl", "-o", "out.csv")
        csv = [(r.source, r.hypothesis, *r.references, r.extras["note"]) for r in read_records("out.csv")]
        assert csv == rows


@settings(max_examples=60, deadline=None)
@given(st.lists(text | st.none(), max_size=20), st.lists(st.lists(text, max_size=3), max_size=5))
def test_columns_of_arrow_are_those_that_arrow_makes(texts: list[str | None], lists: list[list[str]]) -> None:
    made, nested = arrow_texts(texts), arrow_lists(lists)
    made.validate(full=True)
    nested.validate(full=True)
    assert made.equals(pa.array(texts, pa.string())) and nested.equals(pa.array(lists, pa.list_(pa.string())))


def test_parquet_is_written_without_pandas() -> None:
    """It takes 50 MiB, and pyarrow imports it to make an array of a list."""
    Path("t.tsv").write_text("id\tmt\tpe\n1\ta\tb\n", encoding="utf-8")
    code = "import sys; from mtqa.cli import main\ntry: main(['convert', 't.tsv', '-o', 't.parquet'])\n"
    code += "except SystemExit as left: sys.exit(left.code or int('pandas' in sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "mtqa: t.parquet: 1 segment\n")


def test_extra_columns_pass_through(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.tsv").write_text("seg\tmt\tpe\tclient\tscore\n1\ta\tb\tNA\t0.50\n2\tc\t\t\t\n", encoding="utf-8")
    convert("t.tsv", "-f", "tsv")
    assert capsys.readouterr().out == "id\thypothesis\tpostedit\tclient\tscore\n1\ta\tb\tNA\t0.50\n2\tc\t\t\t\n"
    convert("t.tsv")
    assert capsys.readouterr().out.splitlines()[1] == (
        '{"id": "2", "hypothesis": "c", "postedits": [], "client": "", "score": ""}'
    )


def test_filters(capsys: pytest.CaptureFixture[str]) -> None:
    def ids(*options: str) -> list[str]:
        convert(str(CASES / "trados.sdlxliff"), *options)
        return [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]

    assert ids("--origin", "mt") == ["aa/2", "aa/3"]
    assert ids("--origin", "MT", "--origin", "tm") == ["aa/1", "aa/2", "aa/3"]
    assert ids("--state", "translated", "--state", "Draft") == ["aa/2", "aa/3"]
    assert ids("--no-locked") == ["aa/2", "aa/3", "bb/1"]


def test_what_is_written_is_scored(capsys: pytest.CaptureFixture[str]) -> None:
    convert(str(CASES / "phrase.mxliff"), "-o", "mt.jsonl", "--origin", "mt", "--state", "confirmed")
    batch = read_batch("mt.jsonl")
    assert (batch.hypothesis, batch.references) == (("The dog sleeps.",), (("The cat sleeps.",),))
    assert batch.reference_kind == ReferenceKind.CORRECTION
    assert capsys.readouterr().err.endswith("mtqa: mt.jsonl: 1 segment\n")


def test_no_cell_of_excel_computes() -> None:
    Path("t.jsonl").write_text(
        json.dumps({"mt": '=HYPERLINK("http://x","y")', "ref": "http://example.org", "n": "+1"}) + "\n",
        encoding="utf-8",
    )
    convert("t.jsonl", "-o", "t.xlsx")
    with zipfile.ZipFile("t.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet
    assert [record.hypothesis for record in read_records("t.xlsx")] == ['=HYPERLINK("http://x","y")']


def test_odd_texts_survive_excel() -> None:
    odd = ["_x0041_", " a ", "a\nb", "1.50", "2026-01-02", "TRUE", "#N/A", "\u202e😀"]
    Path("t.jsonl").write_text("".join(json.dumps({"mt": each}) + "\n" for each in odd), encoding="utf-8")
    convert("t.jsonl", "-o", "t.xlsx")
    assert [record.hypothesis for record in read_records("t.xlsx")] == odd


REFUSED = [
    ('{"mt": "a\\tb"}', "tsv", ":1: segment 1: a tab in the column hypothesis; -f csv or jsonl"),
    ('{"mt": "a\\nb"}', "tsv", ":1: segment 1: a line end in the column hypothesis; -f csv or jsonl"),
    (
        '{"mt": "a", "ref": ""}',
        "csv",
        ":1: segment 1: an empty reference, which a plain cell cannot tell from none; -f jsonl",
    ),
    (
        '{"mt": "a", "references": ["b"]}\n{"mt": "a", "references": ["b", "c"]}',
        "tsv",
        ":2: segment 2: more references than the first row has; -f jsonl",
    ),
    (
        '{"mt": "a"}\n{"mt": "a", "x": "1"}',
        "csv",
        ":2: segment 2: the column x is not in the first row; -f jsonl",
    ),
    ('{"mt": "a"}', "tmx", ": TMX names two languages, and here they are not known; --languages pt,en"),
    (
        '{"mt": "' + "a" * 32768 + '"}',
        "xlsx",
        " row 2: a text of 32768 characters, a cell of Excel holds 32767; -f csv",
    ),
    ('{"mt": "a\\rb"}', "xlsx", " row 2: U+000D, which no cell of Excel holds; -f csv"),
    (
        '{"ref": "a"}',
        "csv",
        ":1: no column hypothesis (or mt, hyp, translation, target, tgt); found: ref; "
        "rename a column, or name the columns of a table without a header with --columns",
    ),
]


@pytest.mark.parametrize(("rows", "form", "refusal"), REFUSED, ids=[case[2][:50] for case in REFUSED])
def test_what_a_form_cannot_hold(rows: str, form: str, refusal: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.jsonl").write_text(rows + "\n", encoding="utf-8")
    convert("t.jsonl", "-o", f"out.{form}", code=2 if form == "tmx" else 4)
    assert capsys.readouterr().err == f"mtqa: t.jsonl{refusal}\n"
    assert sorted(path.name for path in Path().iterdir()) == ["t.jsonl"]


def test_tmx_of_a_table_with_languages() -> None:
    Path("t.tsv").write_text("id\tsrc\tmt\n1\ta < b & c\tx > y\n", encoding="utf-8")
    convert("t.tsv", "-o", "t.tmx", "--languages", "pt,en")
    (record,) = read_records("t.tmx")
    assert (record.source, record.hypothesis, record.extras["target_language"]) == ("a < b & c", "x > y", "en")


def test_tmx_refuses_what_xml_cannot_hold(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.tsv").write_text("id\tsrc\tmt\n1\ta\tx\x01\n", encoding="utf-8")
    convert("t.tsv", "-o", "t.tmx", "--languages", "pt,en", code=4)
    assert capsys.readouterr().err == "mtqa: t.tsv:2: segment 1 holds U+0001, which XML cannot; -f jsonl\n"
    assert not Path("t.tmx").exists()


def test_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    convert(str(CASES / "two.xlf"), "-o", "out.tsv", "--origin", "mt", code=4)
    said = capsys.readouterr().err
    assert said.endswith("two.xlf: no segments; give at least one, or keep more origins and states\n")
    assert not Path("out.tsv").exists()


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (
            ["-o", "out.docx"],
            "out.docx: no form that is written, by its name; "
            "known: .tsv, .tab, .csv, .jsonl, .ndjson, .parquet, .pq, .tmx, .xlsx; or say -f",
        ),
        (["-f", "parquet"], "Parquet is no stream; name a file with -o"),
        (["--languages", "pt"], "--languages are two codes; --languages pt,en"),
        (
            ["--columns", "mt"],
            f"{CASES / 'two.xlf'}: --columns is for tables without a header; xliff names its columns",
        ),
    ],
)
def test_misuse(arguments: list[str], refusal: str, capsys: pytest.CaptureFixture[str]) -> None:
    convert(str(CASES / "two.xlf"), *arguments, code=2)
    assert capsys.readouterr().err == f"mtqa: {refusal}\n"


def test_a_damaged_workbook_and_one_that_unpacks_too_far(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    convert("t.xlsx", code=4)
    assert capsys.readouterr().err == "mtqa: t.xlsx: not a sound Excel workbook; save it again as .xlsx\n"
    with zipfile.ZipFile("t.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (20 << 20))
    convert("t.xlsx", code=4)
    assert capsys.readouterr().err == "mtqa: t.xlsx: it unpacks to far more than a table; this is no review table\n"


def test_half_a_surrogate_pair_in_a_column_that_passes_through(capsys: pytest.CaptureFixture[str]) -> None:
    """Found by bench/fuzz_readers.py: nobody reads the column, so JSON keeps it as it came; plain cells cannot."""
    Path("in.jsonl").write_text('{"id": "1", "mt": "a", "ref": "b", "note": "T\\ude00"}\n', encoding="utf-8")
    convert("in.jsonl", "-o", "out.jsonl")
    assert json.loads(Path("out.jsonl").read_text(encoding="utf-8"))["note"] == "T\ude00"
    for output in ("out.tsv", "out.csv", "out.parquet"):
        convert("in.jsonl", "-o", output, code=4)
        assert not Path(output).exists()
    refusal = "mtqa: in.jsonl:1: segment 1: half a surrogate pair in the column note; -f jsonl\n"
    assert capsys.readouterr().err.count(refusal) == 3
