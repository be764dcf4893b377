"""A folder of tables, here or at a URI, is one table."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqa.formats import is_table, read_chunks
from mtqa.formats.dataset import is_uri, members
from mtqa.pairing import pair
from mtqa.refusal import Misuse, Refusal


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rows(start: int, count: int = 3, **more: str) -> list[dict[str, str]]:
    return [
        {"id": f"s{n}", "mt": f"hypothesis {n}", "ref": f"reference {n}", **more} for n in range(start, start + count)
    ]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "b").mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows(0)), folder / "a.parquet")
    (folder / "b" / "c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows(3)))
    with gzip.open(folder / "d.jsonl.gz", "wt") as packed:
        packed.write("".join(json.dumps(row) + "\n" for row in rows(6)))
    (folder / "e.tsv").write_text("id\tmt\tref\n" + "".join("\t".join(row.values()) + "\n" for row in rows(9)))
    for name in ("_SUCCESS", ".hidden.jsonl", "_part.parquet", "notes.txt"):
        (folder / name).write_text("nothing of it")
    return folder


def ids(path: str | Path) -> list[str]:
    return [name for chunk in read_chunks(path) for name in chunk.id]


def refusal_of(path: str | Path) -> str:
    with pytest.raises(Refusal) as caught:
        list(read_chunks(path))
    return str(caught.value)


def test_files_in_the_order_of_their_names(data: Path) -> None:
    assert ids(data) == ids("data") == [f"s{n}" for n in range(12)]
    assert [chunk.where(0) for chunk in read_chunks("data")] == [
        "data/a.parquet row 1", "data/b/c.jsonl:1", "data/d.jsonl.gz:1", "data/e.tsv:2",
    ]  # fmt: skip
    assert is_table(data) and len(pair(data).batch) == 12


def test_the_same_at_a_uri(data: Path) -> None:
    assert ids(data.as_uri()) == ids(data.as_uri() + "/") == ids(data)
    assert ids((data / "a.parquet").as_uri()) == ["s0", "s1", "s2"]
    assert ids((data / "d.jsonl.gz").as_uri()) == ["s6", "s7", "s8"]
    assert members((data / "a.parquet").as_uri()) is None


def test_what_is_a_uri() -> None:
    assert is_uri("s3://bucket/x") and is_uri("file:///x")
    assert not is_uri("C:\\x") and not is_uri("a:b") and not is_uri("/s3://x") and not is_uri("x.tsv")


class TestRefused:
    def test_rows_without_an_id(self, data: Path) -> None:
        (data / "b" / "c.jsonl").write_text('{"mt": "a", "ref": "b"}\n')
        assert refusal_of("data").startswith("data/b/c.jsonl:1: no column id (or seg); found: mt, ref")

    def test_other_columns(self, data: Path) -> None:
        (data / "b" / "c.jsonl").write_text(json.dumps(rows(0, 1, system="A")[0]) + "\n")
        assert refusal_of("data") == (
            "data/b/c.jsonl: the column system is in this file or in data/a.parquet, not in both; "
            "give all files of a folder the same columns"
        )

    def test_a_damaged_file_by_its_name(self, data: Path) -> None:
        (data / "a.parquet").write_bytes(b"PAR1 and nothing")
        assert refusal_of("data") == "data/a.parquet: not a sound Parquet file; write it again"

    def test_a_folder_without_a_table(self) -> None:
        Path("empty").mkdir()
        told = (
            "empty: a directory without a table in it; "
            "tables are .parquet, .jsonl, .tsv, .csv, .xlsx and the files of CAT tools"
        )
        assert refusal_of("empty") == told and not is_table("empty")

    def test_nothing_there(self, tmp_path: Path) -> None:
        uri = (tmp_path / "no.parquet").as_uri()
        assert refusal_of(uri) == f"{uri}: no such file"

    def test_a_scheme_that_nobody_opens(self) -> None:
        with pytest.raises(Misuse) as caught:
            list(read_chunks("gopher://x/t.parquet"))
        told = "gopher://x/t.parquet: no kind of place that pyarrow reads; file://, s3://, gs://, abfs://, hdfs://"
        assert str(caught.value) == told


def test_what_is_sent_of_a_chunk_is_its_rows() -> None:
    import pickle

    texts = [f"text {n} " * 50 for n in range(1_000)]
    pq.write_table(pa.table({"id": [str(n) for n in range(1_000)], "mt": texts, "ref": texts}), "t.parquet")
    for chunk in read_chunks("t.parquet", chunk=10):
        packed = pickle.dumps(chunk)
        assert len(packed) < 2 * 10 * 60 * 10 + 3_000
        assert list(pickle.loads(packed).hypothesis) == list(chunk.hypothesis)
