"""Tables and texts at the door: what is read is what is there, what cannot be read is refused with its place."""

import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtqa.formats import (
    NEEDS_HYPOTHESIS,
    batch_of_chunks,
    batch_of_frame,
    check_writable,
    frame_of_batch,
    is_table,
    jsonl,
    read_batch,
    read_batches,
    read_chunks,
    read_lines,
    read_parallel,
    tsv,
    writer,
)
from mtqa.formats.columns import stop
from mtqa.refusal import Misuse, Refusal
from mtqa.segment import Batch, ReferenceKind

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases/formats/refusals.jsonl").open(encoding="utf-8")]
HARD = [
    "a\u2028b",
    "x\u0085y",
    "\x0b\x1c",
    "quote \" ' “",
    "NA",
    "",
    "null",
    "é e\u0301",
    "😀 \u202e",
    "#1",
    "\\t",
    " a ",
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=["careful", "quick"])
def _body(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both bodies of a reader: row by row, and natively in columns."""
    if request.param == "careful":
        monkeypatch.setattr(tsv, "tsv_columns", lambda *_: None)
        monkeypatch.setattr(jsonl, "jsonl_columns", lambda *_, **__: None)


both = pytest.mark.usefixtures("_body")


def put(name: str, data: bytes | str) -> str:
    Path(name).write_bytes(data.encode() if isinstance(data, str) else data)
    return name


def refusal_of(name: str, **options: object) -> str:
    with pytest.raises(Refusal) as caught:
        read_batch(name, **options)  # type: ignore[arg-type]
    return str(caught.value)


@both
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}: {case['case']}")
def test_refusal(case: dict[str, str]) -> None:
    put(case["file"], case["latin1"].encode("latin-1"))
    assert refusal_of(case["file"]) == case["refusal"]


class TestFilesThatAreNone:
    def test_missing(self) -> None:
        assert refusal_of("nowhere.tsv") == "nowhere.tsv: no such file"
        assert refusal_of("nowhere.parquet") == "nowhere.parquet: no such file"

    def test_directory(self) -> None:
        Path("folder.tsv").mkdir()
        assert refusal_of("folder.tsv") == (
            "folder.tsv: a directory without a table in it; "
            "tables are .parquet, .jsonl, .tsv, .csv, .xlsx and the files of CAT tools"
        )

    def test_cut_gz(self) -> None:
        whole = gzip.compress(b"id\tmt\tref\n" + b"1\ta\tb\n" * 1000)
        put("t.tsv.gz", whole[: len(whole) // 2])
        assert refusal_of("t.tsv.gz") == "t.tsv.gz: the .gz file is cut off; fetch it again"

    def test_cut_parquet(self) -> None:
        pd.DataFrame({"mt": ["a"], "ref": ["b"]}).to_parquet("t.parquet")
        put("t.parquet", Path("t.parquet").read_bytes()[:-20])
        assert refusal_of("t.parquet") == "t.parquet: not a sound Parquet file; write it again"

    def test_columns_for_tables_that_name_their_own(self) -> None:
        pd.DataFrame({"mt": ["a"], "ref": ["b"]}).to_parquet("t.parquet")
        put("t.jsonl", '{"mt": "a", "ref": "b"}\n')
        for name in ("t.parquet", "t.jsonl"):
            with pytest.raises(Misuse, match="--columns is for tables without a header"):
                read_batch(name, columns=["mt", "ref"])


class TestWhatIsRead:
    @both
    def test_tsv_is_raw(self) -> None:
        put("t.tsv", '\ufeffseg\tmt\tref\textra\nNA\t"a""b\tnull\t1\n2\t\\t\r x\u2028y\tb\x0bc\t\n')
        batch = read_batch("t.tsv")
        assert list(batch.id) == ["NA", "2"]
        assert list(batch.hypothesis) == ['"a""b', "\\t\r x\u2028y"]
        assert list(batch.references) == [("null",), ("b\x0bc",)]

    @both
    def test_a_header_that_ends_in_crlf_ends_all_lines_so(self) -> None:
        put("t.tsv", "mt\tref\r\na\rb\tc\r\n\td\r\n")
        batch = read_batch("t.tsv")
        assert list(batch.hypothesis) == ["a\rb", ""]
        assert list(batch.references) == [("c",), ("d",)]

    @both
    def test_no_final_line_end(self) -> None:
        put("t.tsv", "mt\tref\na\tb\nc\td")
        assert list(read_batch("t.tsv").references) == [("b",), ("d",)]

    @both
    @pytest.mark.parametrize("name", ["t.tsv", "t.csv", "t.jsonl", "t.parquet"])
    def test_every_format_gives_the_same_batch(self, name: str) -> None:
        rows = [{"doc": "d", "system": "s", "src": "q", "mt": text, "ref": "r" + text} for text in HARD]
        frame = pd.DataFrame(rows)
        if name.endswith("tsv"):
            put(name, "".join("\t".join(cells) + "\n" for cells in [rows[0], *(row.values() for row in rows)]))
        elif name.endswith("csv"):
            frame.to_csv(name, index=False)
        elif name.endswith("jsonl"):
            put(name, "".join(json.dumps(row, ensure_ascii="😀" in row["mt"]) + "\n" for row in rows))
        else:
            frame.to_parquet(name)
        expected = Batch(
            id=tuple(str(n) for n in range(1, len(HARD) + 1)),
            hypothesis=tuple(HARD),
            references=tuple(("r" + text,) for text in HARD),
            source=("q",) * len(HARD),
            document=("d",) * len(HARD),
            system=("s",) * len(HARD),
            reference_kind=ReferenceKind.INDEPENDENT,
        )
        assert read_batch(name) == expected == batch_of_frame(frame)
        assert batch_of_frame(frame_of_batch(expected)) == expected

    def test_csv_quotes(self) -> None:
        put("t.csv", 'mt,ref\r\n"a, ""b""\nc",NA\r\n\r\n,x\r\n')
        batch = read_batch("t.csv")
        assert list(batch.hypothesis) == ['a, "b"\nc', ""]
        assert list(batch.references) == [("NA",), ("x",)]

    @both
    def test_numbered_references(self) -> None:
        put("t.tsv", "ref_3\tmt\treference\treference_2\nc\ta\tx\ty\n\ta\tx\t\n\ta\t\t\n")
        assert list(read_batch("t.tsv").references) == [("x", "y", "c"), ("x",), ()]

    @both
    def test_lists_of_references(self) -> None:
        put("t.jsonl", '{"mt": "a", "references": ["x", ""]}\n{"mt": "a", "references": []}\n')
        assert list(read_batch("t.jsonl").references) == [("x", ""), ()]
        pd.DataFrame({"mt": ["a", "a"], "references": [["x", ""], []]}).to_parquet("t.parquet")
        assert list(read_batch("t.parquet").references) == [("x", ""), ()]
        assert list(batch_of_frame(pd.read_parquet("t.parquet")).references) == [("x", ""), ()]

    @both
    def test_what_may_be_left_out(self) -> None:
        put("t.jsonl", '{"mt": "a", "ref": "", "src": null, "ref2": null, "doc": null}\n{"mt": "a", "ref": "b"}\n')
        batch = read_batch("t.jsonl")
        assert list(batch.source) == [None, None]
        assert list(batch.document) == ["", ""]
        assert list(batch.references) == [("",), ("b",)]

    @both
    def test_whole_numbers_are_ids(self) -> None:
        put("t.jsonl", '{"id": 7, "mt": "a", "ref": "b"}\n')
        pd.DataFrame({"id": [7], "mt": ["a"], "ref": ["b"]}).to_parquet("t.parquet")
        assert list(read_batch("t.jsonl").id) == list(read_batch("t.parquet").id) == ["7"]

    @both
    def test_ids_of_both_kinds(self) -> None:
        put("t.jsonl", '{"id": 7, "mt": "a", "ref": "b"}\n{"id": "007", "mt": "a", "ref": "b"}\n')
        assert list(read_batch("t.jsonl").id) == ["7", "007"]
        put("t.jsonl", f'{{"id": {10**30}, "mt": "a", "ref": "b"}}')
        assert list(read_batch("t.jsonl").id) == [str(10**30)]

    @both
    def test_seg_next_to_id_is_an_extra(self) -> None:
        put("t.tsv", "seg\tid\tmt\tref\ns\ti\ta\tb\n")
        assert list(read_batch("t.tsv").id) == ["i"]

    @both
    def test_the_name_of_the_reference_says_its_kind(self) -> None:
        for column, kind in [("pe", "correction"), ("postedit", "correction"), ("ref", "independent")]:
            put("t.tsv", f"mt\t{column}\na\tb\n")
            assert read_batch("t.tsv").reference_kind == kind
        assert read_batch("t.tsv", kind=ReferenceKind.CORRECTION).reference_kind == "correction"

    @both
    def test_without_references(self) -> None:
        put("t.tsv", "mt\na\n\n")
        batch = read_batch("t.tsv", needs=NEEDS_HYPOTHESIS)
        assert list(batch.references) == [(), ()]
        assert batch.reference_kind == ReferenceKind.NONE

    def test_compressed(self) -> None:
        for name, text in [("t.tsv.gz", "mt\tref\na\tb\n"), ("T.CSV.GZ", "mt,ref\na,b\n")]:
            put(name, gzip.compress(text.encode()))
            assert list(read_batch(name).hypothesis) == ["a"]

    @pytest.mark.parametrize(
        ("data", "columns"), [("a\tb\n", ["mt", "ref"]), ("mt\tref\na\tb\n", None), ('{"mt": "a", "ref": "b"}\n', None)]
    )
    def test_stdin(self, data: str, columns: list[str] | None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
        batch = read_batch("-", columns=columns)
        assert (list(batch.hypothesis), list(batch.references)) == (["a"], [("b",)])

    def test_nothing_on_stdin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
        assert refusal_of("-") == "stdin: nothing came; give at least one segment"

    def test_a_byte_order_mark_is_said(self) -> None:
        said: list[str] = []
        put("t.tsv", "\ufeffmt\tref\na\tb\n")
        read_batch("t.tsv", say=said.append)
        assert said == ["t.tsv: a byte-order mark was dropped"]

    def test_is_table(self) -> None:
        assert all(map(is_table, ["a.tsv", "a.CSV.gz", Path("x/a.jsonl"), "a.pq"]))
        assert not any(map(is_table, ["a.txt", "a", "a.parquet.gz", "tsv", "-"]))


class TestParquet:
    def test_kinds_of_text(self) -> None:
        table = pa.table(
            {
                "mt": pa.array(["a", "b"]).dictionary_encode(),
                "ref": pa.array(["x", "y"], pa.large_string()),
                "src": pa.nulls(2),
            }
        )
        pq.write_table(table, "t.parquet")
        batch = read_batch("t.parquet")
        assert (list(batch.hypothesis), list(batch.references)) == (["a", "b"], [("x",), ("y",)])

    @pytest.mark.parametrize(
        ("columns", "refusal"),
        [
            ({"mt": [1, 2], "ref": ["a", "b"]}, "t.parquet: mt: text wanted, int64 found"),
            (
                {"mt": ["a", "b"], "references": ["x", "y"]},
                "t.parquet: references: lists of text wanted, large_string found",
            ),
            (
                {"mt": ["a", "b"], "ref": ["a", "b"], "id": [0.5, 1.5]},
                "t.parquet: id: text or whole numbers wanted, double found",
            ),
            (
                {"mt": ["a", None], "ref": ["x", "y"]},
                "t.parquet row 2: hypothesis: text wanted, nothing (null) found; fill the cell or drop the row",
            ),
        ],
    )
    def test_refusals(self, columns: dict[str, list[object]], refusal: str) -> None:
        pd.DataFrame(columns).to_parquet("t.parquet")
        assert refusal_of("t.parquet") == refusal


class TestFrames:
    @pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, np.nan])
    def test_nothing_is_refused(self, nothing: object) -> None:
        frame = pd.DataFrame({"mt": pd.Series(["a", nothing], dtype=object), "ref": ["x", "y"]})
        with pytest.raises(Refusal) as caught:
            batch_of_frame(frame)
        assert str(caught.value) == (
            "frame row 2: hypothesis: text wanted, nothing (null) found; fill the cell or drop the row"
        )

    def test_numbers_are_refused(self) -> None:
        with pytest.raises(Refusal, match="frame row 1: reference: text wanted, the number 3 found"):
            batch_of_frame(pd.DataFrame({"mt": ["a"], "ref": [3]}))

    def test_an_empty_frame_is_refused(self) -> None:
        with pytest.raises(Refusal, match="frame: no rows"):
            batch_of_frame(pd.DataFrame({"mt": [], "ref": []}))

    def test_numpy_ids(self) -> None:
        assert list(batch_of_frame(pd.DataFrame({"id": np.arange(2), "mt": ["a"] * 2, "ref": ["b"] * 2})).id) == [
            "0",
            "1",
        ]


class TestLabels:
    """The domain and the language pair of each segment, where a table says them."""

    ROWS = (("a", "b", "legal", "pt-en"), ("c", "d", "", "de-en"))

    @pytest.mark.parametrize("pair", ["lp", "language_pair", "LP"])
    def test_from_every_form(self, pair: str) -> None:
        frame = pd.DataFrame(self.ROWS, columns=["mt", "ref", "Domain", pair])
        put("t.tsv", frame.to_csv(index=False, sep="\t", lineterminator="\n"))
        put("t.csv", frame.to_csv(index=False, lineterminator="\n"))
        put("t.jsonl", frame.to_json(orient="records", lines=True))
        frame.to_parquet("t.parquet")
        frame.to_excel("t.xlsx", index=False)
        for batch in (*(read_batch(f"t.{form}") for form in ("tsv", "csv", "jsonl", "parquet", "xlsx")),
                      batch_of_frame(frame)):  # fmt: skip
            assert (batch.domain, batch.language_pair) == (("legal", ""), ("pt-en", "de-en"))
        assert batch_of_frame(frame_of_batch(batch)) == batch

    def test_a_cell_that_holds_nothing(self) -> None:
        put("t.jsonl", '{"mt": "a", "ref": "b", "domain": "x"}\n{"mt": "a", "ref": "b"}\n'
            '{"mt": "a", "ref": "b", "domain": null}\n{"mt": "a", "ref": "b", "domain": 7}\n')  # fmt: skip
        assert read_batch("t.jsonl").domain == ("x", "", "", "7")
        frame = pd.DataFrame({"mt": ["a", "b"], "ref": ["c", "d"], "domain": ["x", None]})
        assert batch_of_frame(frame).labels("domain") == ("x", "")

    def test_a_file_of_a_folder_that_says_less(self) -> None:
        Path("d").mkdir()
        put("d/a.tsv", "id\tmt\tref\tdomain\n1\ta\tb\tlegal\n")
        put("d/b.tsv", "id\tmt\tref\n2\ta\tb\n")
        assert read_batch("d").domain == ("legal", "")

    def test_nothing_is_said(self) -> None:
        put("t.tsv", "mt\tref\tdomain\na\tb\t\n")
        batch = read_batch("t.tsv")
        assert (batch.domain, batch.language_pair, list(batch.labels("domain"))) == ((), (), [""])

    def test_both_names_of_a_pair(self) -> None:
        put("t.tsv", "mt\tref\tlp\tlanguage_pair\na\tb\tx-y\tpt-en\n")
        assert read_batch("t.tsv").language_pair == ("pt-en",)


class TestGoingOn:
    @both
    def test_bad_rows_are_left_out_and_the_others_keep_their_number(self) -> None:
        put("t.tsv", b"mt\tref\na\tb\nshort\n\xff\tb\nc\td\n")
        said: list[Refusal] = []
        (chunk,) = read_chunks("t.tsv", on_error=said.append)
        assert (list(chunk.id), list(chunk.hypothesis), chunk.where(1)) == (["1", "4"], ["a", "c"], "t.tsv:5")
        assert [refusal.where for refusal in said] == ["t.tsv:3", "t.tsv:4"]

    @both
    def test_jsonl(self) -> None:
        put("t.jsonl", '{"mt": "a", "ref": "b"}\n{"mt"\n{"mt": 1, "ref": "b"}\n{"mt": "c", "ref": "d"}\n')
        said: list[Refusal] = []
        (chunk,) = read_chunks("t.jsonl", on_error=said.append)
        assert list(chunk.id) == ["1", "4"]
        assert [refusal.where for refusal in said] == ["t.jsonl:2", "t.jsonl:3"]

    def test_parquet(self) -> None:
        pd.DataFrame({"mt": ["a", None, "c"], "references": [["x"], ["y"], ["z", None]]}).to_parquet("t.parquet")
        said: list[Refusal] = []
        (chunk,) = read_chunks("t.parquet", on_error=said.append)
        assert (list(chunk.id), [refusal.where for refusal in said]) == (["1"], ["t.parquet row 2", "t.parquet row 3"])


class TestStreaming:
    @both
    @pytest.mark.parametrize("name", ["t.tsv", "t.csv", "t.jsonl", "t.parquet"])
    def test_chunks_join_to_the_whole(self, name: str) -> None:
        rows = [{"mt": f"täxt {n} " * (n % 7), "ref": f"ref {n}"} for n in range(200)]
        frame = pd.DataFrame(rows)
        match name.split(".")[1]:
            case "tsv":
                put(name, "mt\tref\n" + "".join(f"{row['mt']}\t{row['ref']}\n" for row in rows))
            case "csv":
                frame.to_csv(name, index=False)
            case "jsonl":
                put(name, "".join(json.dumps(row) + "\n" for row in rows))
            case _:
                frame.to_parquet(name)
        chunks = list(read_chunks(name, chunk=3))
        assert len(chunks) > 5
        assert [chunk.where(0) for chunk in chunks[:1]] == [
            {"tsv": "t.tsv:2", "csv": "t.csv:2", "jsonl": "t.jsonl:1"}.get(name.split(".")[1], "t.parquet row 1")
        ]
        assert batch_of_chunks(chunks) == read_batch(name) == batch_of_frame(frame)
        assert sum(map(len, read_batches(name, chunk=3))) == 200

    def test_a_late_bad_line_has_its_own_number(self) -> None:
        put("t.tsv", "mt\tref\n" + "a\tb\n" * 150_000 + "bad\n")
        assert refusal_of("t.tsv").startswith("t.tsv:150002: 2 columns wanted")

    @both
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.text(), st.text(min_size=1)), min_size=1), st.integers(1, 4))
    def test_any_text_survives_jsonl_in_any_chunks(self, rows: list[tuple[str, str]], chunk: int) -> None:
        lines = [json.dumps({"mt": mt, "ref": ref}, ensure_ascii=len(mt) % 2 == 0) + "\n" for mt, ref in rows]
        put("t.jsonl", "".join(lines).encode("utf-8"))
        batch = batch_of_chunks(read_chunks("t.jsonl", chunk=chunk))
        assert list(zip(batch.hypothesis, [texts[0] for texts in batch.references], strict=True)) == rows

    @both
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=60))
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        for name, head in (
            ("t.tsv", b"mt\tref\na\tb\n"),
            ("t.jsonl", b'{"mt": "a", "ref": "b"}\n'),
            ("t.csv", b"mt,ref\n"),
        ):
            put(name, head + data)
            with contextlib.suppress(Refusal):  # and nothing but a refusal
                assert len(read_batch(name)) >= 1


_PIECES = [
    *"{}[]:, ",
    '{"mt": ',
    ', "ref": ',
    '"mt"',
    '"ref"',
    '"id"',
    '"a"',
    '"\\u00e9"',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
]
_PIECES += [
    '"\\n\\/\\""',
    '"\\x"',
    '"é😀"',
    "1",
    "-0",
    "01",
    "1.5e-7",
    "1.",
    "NaN",
    "null",
    "true",
    "\t",
    "\r",
    '"\t"',
    "\n",
    '"doc"',
]
_PIECES += [
    '{"mt": "a", "ref": "b"}',
    '{"ref": "c", "mt": "d", "x": [1, {"y": null}]}',
    '"id": 12, ',
    '"id": "s", ',
    '"x": "\\u12", ',
]


class TestBothBodies:
    """What the native body takes, the careful one takes alike; what it leaves, the careful one reads or refuses."""

    @staticmethod
    def outcome(name: str) -> object:
        try:
            chunk = batch_of_chunks(read_chunks(name, chunk=3))
        except Refusal as refusal:
            return str(refusal)
        return list(chunk)

    def same(self, name: str) -> None:
        found = self.outcome(name)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(tsv, "tsv_columns", lambda *_: None)
            patched.setattr(jsonl, "jsonl_columns", lambda *_, **__: None)
            assert found == self.outcome(name)

    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.sampled_from(['{"mt": "a", "ref": "b"}', '{"id": 1, "mt": "a", "references": ["b"]}']),
        st.lists(st.sampled_from(_PIECES), max_size=14),
    )
    def test_json_lines(self, first: str, pieces: list[str]) -> None:
        put("t.jsonl", f"{first}\n{''.join(pieces)}")
        self.same("t.jsonl")

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.sampled_from(["mt\tref\n", "id\tmt\tref\tx\n", "mt\tref\tref2\r\n"]),
        st.text(alphabet="a\té\r\n\u2028 ", max_size=30),
    )
    def test_tsv(self, head: str, body: str) -> None:
        put("t.tsv", head + body)
        self.same("t.tsv")

    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.sampled_from([b"a", b"\xc3\xa9", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"]),
            max_size=6,
        )
    )
    def test_bytes_that_are_no_utf8(self, pieces: list[bytes]) -> None:
        put("t.tsv", b"mt\tref\n" + b"".join(pieces) + b"\tx\n")
        self.same("t.tsv")
        put("t.jsonl", b'{"mt": "a", "ref": "b"}\n{"mt": "' + b"".join(pieces) + b'", "ref": "b"}\n')
        self.same("t.jsonl")


class TestPipes:
    """stdin and `<(…)`: the format by the first bytes, packed or not."""

    @staticmethod
    def read(
        monkeypatch: pytest.MonkeyPatch, data: bytes, columns: list[str] | None = None
    ) -> tuple[list[str], list[str]]:
        said: list[str] = []
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        batch = batch_of_chunks(read_chunks("-", say=said.append, columns=columns))
        return list(batch.hypothesis), said

    @pytest.mark.parametrize(
        "plain", [b"mt\tref\na\tb\n", b"mt,ref\na,b\n", b'{"mt": "a", "ref": "b"}\n', b"\xef\xbb\xbfmt\tref\na\tb"]
    )
    def test_packed(self, plain: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        dropped = ["stdin: a byte-order mark was dropped"] if plain[:1] == b"\xef" else []
        assert self.read(monkeypatch, gzip.compress(plain)) == (["a"], dropped)
        assert self.read(monkeypatch, plain) == (["a"], dropped)

    def test_packed_without_a_header(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.read(monkeypatch, gzip.compress(b'{"a\tb\n'), columns=["mt", "ref"]) == (['{"a'], [])

    @pytest.mark.parametrize("packed", [False, True])
    def test_parquet_is_kept_while_it_is_read(
        self, packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "kept"))
        (tmp_path / "kept").mkdir()
        sink = io.BytesIO()
        pd.DataFrame({"mt": ["a", "é"], "ref": ["b", "c"]}).to_parquet(sink)
        data = gzip.compress(sink.getvalue()) if packed else sink.getvalue()
        place = f"kept in a temporary file in {tmp_path / 'kept'} while it is read"
        assert self.read(monkeypatch, data) == (["a", "é"], [f"stdin: Parquet is no stream: {place}"])
        cut = sink.getvalue()[:-9]
        with pytest.raises(Refusal, match="stdin: not a sound Parquet file; write it again"):
            self.read(monkeypatch, gzip.compress(cut) if packed else cut)
        with pytest.raises(Misuse, match="stdin: --columns is for tables without a header; Parquet names its columns"):
            self.read(monkeypatch, data, columns=["mt", "ref"])
        assert list((tmp_path / "kept").iterdir()) == []

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"\x1f\x8bno gzip at all", "not a sound .gz file; fetch it again"),
            (gzip.compress(b"mt\tref\na\tb\n" * 900, mtime=0)[:40], "the .gz file is cut off; fetch it again"),
            (
                gzip.compress(b"mt\tref\n" + bytes(range(33, 120)) * 90 + b"\t\n", mtime=0)[:-12],
                "the .gz file is cut off; fetch it again",
            ),
            (gzip.compress(b"", mtime=0), "nothing came; give at least one segment"),
        ],
    )
    def test_damaged(self, data: bytes, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(Refusal) as caught:
            self.read(monkeypatch, data)
        assert str(caught.value) == f"stdin: {said}"


class TestTexts:
    def test_only_line_feed_ends_a_line(self) -> None:
        put("t.txt", "\ufeffa\u2028b\x85c\x0bd\re\n\n f \n")
        said: list[str] = []
        assert read_lines("t.txt", say=said.append) == ("a\u2028b\x85c\x0bd\re", "", " f ")
        assert said == ["t.txt: a byte-order mark was dropped"]

    def test_crlf(self) -> None:
        said: list[str] = []
        put("t.txt", "a\r\nb\rc\r\n")
        assert read_lines("t.txt", say=said.append) == ("a", "b\rc")
        assert said == ["t.txt: its lines end in \\r\\n; the \\r was dropped"]

    def test_refusals(self) -> None:
        put("latin.txt", b"ok\nna\xefve\n")
        put("binary.txt", b"ok\n\0")
        put("empty.txt", b"")
        for name, refusal in [
            ("latin.txt", "latin.txt:2: invalid UTF-8: byte 3 of the line is 0xEF; save the file as UTF-8"),
            ("binary.txt", "binary.txt:2: a binary file: it holds NUL bytes; give text in UTF-8"),
            ("empty.txt", "empty.txt: the file is empty; give at least one segment"),
            (".", ".: a directory, a file is wanted"),
        ]:
            with pytest.raises(Refusal) as caught:
                read_lines(name)
            assert str(caught.value) == refusal

    def test_parallel(self) -> None:
        put("h", "a\nb\n")
        put("r", "x\ny")
        put("r2", "X\n\n")
        (chunk,) = read_parallel("h", ["r", "r2"], "h", chunk=10, on_error=stop)
        assert list(chunk.references) == [("x", "X"), ("y",)]
        assert list(chunk.source or ()) == ["a", "b"]

    def test_a_pipe_is_read_once(self) -> None:
        os.mkfifo("pipe")
        writing = threading.Thread(target=lambda: Path("pipe").write_text("mt\tref\na\tb\n"))
        writing.start()
        assert list(read_batch("pipe").hypothesis) == ["a"]
        writing.join()
        with pytest.raises(Refusal) as caught:
            next(read_parallel("pipe", ["pipe"], chunk=5, on_error=stop))
        assert str(caught.value) == (
            "pipe: a pipe cannot be read twice; parallel texts are files; "
            "paste them together: mtqa score - --columns src,mt,ref"
        )

    def test_parallel_of_different_lengths(self) -> None:
        put("hyp.txt", "a\n" * 24)
        put("ref.txt", "a\n" * 23)
        with pytest.raises(Refusal) as caught:
            next(read_parallel("hyp.txt", ["ref.txt"], chunk=5, on_error=stop))
        assert str(caught.value) == (
            "hyp.txt has 24 lines, ref.txt has 23; line n of each must be segment n; mtqa align pairs texts that differ"
        )


class TestOutput:
    def test_appears_whole(self) -> None:
        with writer("out.txt") as stream:
            stream.write(b"a")
            assert not Path("out.txt").exists()
        assert Path("out.txt").read_bytes() == b"a"

    def test_leaves_nothing_and_keeps_what_was(self) -> None:
        put("out.txt", "old")
        with pytest.raises(TypeError), writer("out.txt") as stream:
            stream.writelines([b"new", None])  # type: ignore[list-item]
        assert Path("out.txt").read_text() == "old"
        assert [path.name for path in Path().iterdir()] == ["out.txt"]

    @pytest.mark.parametrize(
        ("path", "refusal"),
        [
            (".", ".: cannot be written: it is a directory; name a file"),
            ("no/where.txt", "no/where.txt: cannot be written: there is no directory no"),
            ("file/out.txt", "file/out.txt: cannot be written: file is not a directory"),
            ("/dev/null/x", "/dev/null/x: cannot be written: /dev/null is not a directory"),
        ],
    )
    def test_refusals(self, path: str, refusal: str) -> None:
        put("file", "")
        with pytest.raises(Misuse) as caught:
            check_writable(path)
        assert str(caught.value) == refusal


def test_the_readers_of_cat_tools_are_imported_when_they_are_needed() -> None:
    code = "import sys, mtqa.formats as f; sys.exit(any('mtqa.formats.' + n in sys.modules for n in ('xliff', 'po')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
