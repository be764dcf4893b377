"""`mtqa score --keep`: columns of the input are carried to the output as they are, through every format."""

import csv
import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtqa.cli import main
from mtqa.formats import jsonl, read_chunks, tsv
from mtqa.formats.chunk import Kept
from mtqa.metric import find_metrics
from mtqa.refusal import Misuse
from mtqa.scoring import FORMS, Task, segments_to_file

ROWS = [
    {"id": "1", "mt": "a b", "ref": "a c", "note": 'say "é"', "n": [1, {"x": None}], "NA": "NA"},
    {"id": "2", "mt": "c", "ref": "c", "note": "", "n": None, "NA": " b "},
]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.jsonl").write_text(LINES, encoding="utf-8")
    pd.DataFrame(ROWS)[["id", "mt", "ref", "note", "NA"]].to_parquet("t.parquet")
    Path("t.csv").write_text('id,mt,ref,note,NA\n1,a b,a c,"say ""é""",NA\n2,c,c,, b \n', encoding="utf-8")
    Path("t.tsv").write_text('id\tmt\tref\tnote\tNA\n1\ta b\ta c\tsay "é"\tNA\n2\tc\tc\t\t b \n', encoding="utf-8")
    Path("t.tsv.gz").write_bytes(gzip.compress(Path("t.tsv").read_bytes()))


def run(*line: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["score", *line, "-q", "-m", "ter"])
    assert isinstance(end.value.code, int)
    return end.value.code


@pytest.mark.parametrize("table", ["t.jsonl", "t.parquet", "t.csv", "t.tsv", "t.tsv.gz"])
@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv", "parquet", "json"])
def test_from_every_format_to_every_format(table: str, form: str) -> None:
    assert run(table, "--keep", "note,NA", "-o", f"out.{form}") == 0
    if form == "parquet":
        found = pd.read_parquet("out.parquet").to_dict("records")
    elif form in ("tsv", "csv"):
        with open(f"out.{form}", encoding="utf-8", newline="") as file:
            plain = csv.reader(file) if form == "csv" else (line.rstrip("\n").split("\t") for line in file)
            head, *cells = plain
        found = [dict(zip(head, row, strict=True)) for row in cells]
    else:
        text = Path(f"out.{form}").read_text(encoding="utf-8")
        found = json.loads(text)["segments"] if form == "json" else [json.loads(line) for line in text.splitlines()]
    assert [list(row) for row in found] == [["id", "note", "NA", "TER"]] * 2
    assert [(row["id"], row["note"], row["NA"]) for row in found] == [("1", 'say "é"', "NA"), ("2", "", " b ")]


def test_all_columns_but_what_the_output_has_anyway(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("t.jsonl", "--keep", "all", "-f", "jsonl") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [list(row) for row in rows] == [["id", "mt", "ref", "note", "n", "NA", "TER"]] * 2
    assert [{name: row[name] for name in ROWS[0]} for row in rows] == ROWS


@pytest.mark.parametrize("careful", [False, True])
def test_json_is_carried_as_it_is_written(
    careful: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if careful:
        monkeypatch.setattr(jsonl, "jsonl_columns", lambda *_, **__: None)
    spelt = ['{"b" : 2.50,"a":1e-7}', '"\\u00e9\\ud83d\\ude00"', "12345678901234567890", "[ ]", "-0.0", "true"]
    lines = [f'{{"mt": "a", "x":{value} , "ref": "a"}}\n' for value in spelt]
    Path("x.jsonl").write_text("".join(lines), encoding="utf-8")
    assert run("x.jsonl", "--keep", "x", "-f", "jsonl") == 0
    wanted = [f'{{"id": "{n}", "x": {value}, "TER": 0.0}}' for n, value in enumerate(spelt, 1)]
    assert capsys.readouterr().out.splitlines() == wanted


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text(max_size=3), max_size=2)), min_size=1))
def test_any_value_comes_back(values: list[object]) -> None:
    """Through JSON to JSON, and both bodies of the reader say the same."""
    rows = [{"mt": "a", "ref": "a", "x": value} for value in values]
    Path("x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (chunk,) = read_chunks("x.jsonl", keep=("x",))
    assert [json.loads(cell) for cell in chunk.kept["x"].as_json()] == values
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jsonl, "jsonl_columns", lambda *_, **__: None)
        (careful,) = read_chunks("x.jsonl", keep=("x",))
    assert list(careful.kept["x"].cells) == list(chunk.kept["x"].cells)


def test_both_bodies_of_tsv(monkeypatch: pytest.MonkeyPatch) -> None:
    (quick,) = read_chunks("t.tsv", keep="all")
    monkeypatch.setattr(tsv, "tsv_columns", lambda *_: None)
    (careful,) = read_chunks("t.tsv", keep="all")
    assert {name: list(kept.cells) for name, kept in quick.kept.items()} == {
        name: list(kept.cells) for name, kept in careful.kept.items()
    }


def test_half_a_surrogate_pair_stays_as_json_writes_it() -> None:
    assert list(Kept(['"\\ud83d"', '"a"', "null", "{}"], json=True).as_text()) == ['"\\ud83d"', "a", "", "{}"]


NO_Z = "no column z to keep; found: id, mt, ref, note, NA; name columns of the table"


@pytest.mark.parametrize(
    ("line", "said", "code"),
    [
        (["t.tsv", "--keep", "z"], f"t.tsv:1: {NO_Z}", 4),
        (["t.parquet", "--keep", "z"], f"t.parquet: {NO_Z}", 4),
        (
            ["t.tsv", "--keep", "all", "--system-level"],
            "--keep carries columns of segments; leave --system-level out",
            2,
        ),
        (
            ["--hypothesis", "t.tsv", "--reference", "t.tsv", "--keep", "all"],
            "--keep is for tables; paste the texts together: mtqa score - --columns src,mt,ref",
            2,
        ),
        (
            ["ter.tsv", "--keep", "all"],
            "the column TER of the input is one of the output too; rename it, or do not keep it",
            2,
        ),
        (
            ["late.jsonl", "--keep", "all"],
            "late.jsonl:2: the column y is not in the first object; give every object the same columns",
            4,
        ),
    ],
)
def test_refusals(line: list[str], said: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    Path("ter.tsv").write_text("mt\tref\tTER\na\tb\t1\n", encoding="utf-8")
    Path("late.jsonl").write_text('{"mt": "a", "ref": "b"}\n{"mt": "a", "ref": "b", "y": 1}\n', encoding="utf-8")
    assert run(*line) == code
    assert capsys.readouterr().err == f"mtqa: {said}\n"


def test_rows_that_are_left_out_take_their_columns_with_them(capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.tsv").write_text("mt\tref\tx\na\ta\t1\nb\t\t2\nc\tc\t3\n", encoding="utf-8")
    assert run("x.tsv", "--keep", "x", "--on-error", "skip") == 0
    assert capsys.readouterr().out == "id\tx\tTER\n1\t1\t0.0\n3\t3\t0.0\n"


def test_a_killed_run_goes_on_and_knows_what_it_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "mt\tref\tx\n" + "".join(f"word {n}\tword\tx{n}\n" for n in range(100))
    Path("x.tsv").write_text(text, encoding="utf-8")

    def scored(keep: tuple[str, ...], out: str, *, die: int = 1000, resume: bool = False) -> None:
        def tick(rows: int) -> None:
            nonlocal die
            die -= 1
            if not die:
                raise KeyboardInterrupt

        task = Task(find_metrics("ter"), FORMS["jsonl"], tick=tick, keep=keep)
        segments_to_file(read_chunks("x.tsv", chunk=1, keep=keep), task, out, resume=resume)

    scored(("x",), "whole")
    with pytest.raises(KeyboardInterrupt):
        scored(("x",), "out", die=2)
    with pytest.raises(Misuse, match="other options"):
        scored((), "out", resume=True)
    scored(("x",), "out", resume=True)
    assert Path("out").read_bytes() == Path("whole").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        scored(("x",), "out2", die=2)
    Path("x.tsv").write_text(text.replace("\tx0\n", "\ty0\n"), encoding="utf-8")
    with pytest.raises(Misuse, match="the input is not that of the run to be resumed"):
        scored(("x",), "out2", resume=True)
