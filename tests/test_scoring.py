"""Scores of segments and systems: sacrebleu's numbers, in order, the same bytes whatever the road."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sacrebleu.metrics import BLEU, CHRF, TER

from mtqa.cluster import Local
from mtqa.formats import Chunk, chunk_of_frame, read_chunks
from mtqa.metric import METRICS, find_metrics
from mtqa.refusal import Misuse, Refusal
from mtqa.scoring import (
    FORMS,
    Task,
    scorable,
    score,
    score_chunks,
    score_systems,
    segments_to_file,
    segments_to_stream,
    system_table,
)

ALL = find_metrics("bleu,chrf,chrf++,ter")
FRAME = pd.DataFrame(
    {
        "id": [f"s{n}" for n in range(12)],
        "system": ["A", "B"] * 6,
        "mt": ["the cat sat on the mat", "a dog", "", "Größe 3,5 km", "the cat sat on the mat", "x y z"] * 2,
        "ref": ["the cat sat on a mat", "a dog", "nothing", "Grösse 3.5 km", "the cat sat on a mat", "z y x"] * 2,
    }
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=["native", "sacrebleu"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    from mtqa.engines import serving

    if serving(METRICS["ter"], engine=request.param).engine is None:
        pytest.skip(f"the engine {request.param} is not here")
    monkeypatch.setenv("MTQA_ENGINE", request.param)
    return str(request.param)


def chunks(frame: pd.DataFrame = FRAME, size: int = 5) -> Iterator[Chunk]:
    return (chunk_of_frame(frame[start : start + size]) for start in range(0, len(frame), size))


class TestFrame:
    def test_sacrebleus_numbers(self, engine: str) -> None:
        found = score(FRAME, metrics=["bleu", "chrf", "chrf++", "ter"])
        assert list(found.columns) == ["id", "BLEU", "chrF2", "chrF2++", "TER"]
        assert list(found["id"]) == list(FRAME["id"])
        theirs = {"BLEU": BLEU(effective_order=True), "chrF2": CHRF(), "chrF2++": CHRF(word_order=2), "TER": TER()}
        for name, metric in theirs.items():
            wanted = [metric.sentence_score(h, [r]).score for h, r in zip(FRAME["mt"], FRAME["ref"], strict=True)]
            assert found[name].tolist() == pytest.approx(wanted, abs=1e-9)
        assert f"|engine:{engine}" in found.attrs["signature"]["BLEU"]
        assert found.attrs["signature"]["BLEU"].endswith("|n:12")

    def test_defaults_and_index(self) -> None:
        frame = FRAME.set_index(pd.Index(range(100, 112)))
        found = score(frame)
        assert list(found.columns) == ["id", "chrF2++", "TER"]
        assert list(found.index) == list(frame.index)

    def test_several_references(self) -> None:
        frame = pd.DataFrame({"hyp": ["a b c d"], "references": [["x y z w", "a b c d"]]})
        assert score(frame, "chrf,ter").iloc[0].tolist() == ["1", 100.0, 0.0]

    def test_no_reference_is_refused(self) -> None:
        with pytest.raises(Refusal) as caught:
            score(pd.DataFrame({"hyp": ["a", "b"], "references": [["a"], []]}))
        assert str(caught.value) == (
            "frame row 2: no reference, and without one there is no score; "
            "fill the cell, or leave such rows out with --on-error skip"
        )

    def test_no_metric_is_refused(self) -> None:
        with pytest.raises(Misuse, match="no metric asked for"):
            score(FRAME, metrics=[])


class TestStream:
    @pytest.mark.parametrize("form", ["tsv", "csv", "jsonl", "json", "parquet"])
    def test_neither_chunks_nor_threads_show(self, form: str, engine: str) -> None:
        for name, size, threads in [("a", 12, 1), ("b", 5, 1), ("c", 2, 3)]:
            segments_to_file(chunks(size=size), Task(ALL, FORMS[form], cluster=Local(threads)), name)
        if form == "parquet":  # row groups are chunks
            tables = [pq.read_table(name) for name in "abc"]
            assert tables[0].equals(tables[1]) and tables[0].equals(tables[2])
            assert b"|n:12" in tables[0].schema.metadata[b"mtqa.signature"]
            segments_to_file(chunks(size=5), Task(ALL, FORMS[form], cluster=Local(3)), "d")
            assert Path("b").read_bytes() == Path("d").read_bytes()
        else:
            assert Path("a").read_bytes() == Path("b").read_bytes() == Path("c").read_bytes()
        assert sorted(path.name for path in Path().iterdir()) == (
            ["a", "b", "c", "d"] if form == "parquet" else ["a", "b", "c"]
        )

    def test_what_is_written_reads_back_exactly(self) -> None:
        for form in FORMS:
            segments_to_file(chunks(), Task(ALL, FORMS[form]), f"out.{form}")
        wanted = score(FRAME, ["bleu", "chrf", "chrf++", "ter"])
        wanted.insert(1, "system", FRAME["system"])
        record = json.loads(Path("out.json").read_text())
        assert record["schema"] == "mtqa.scores/1"
        assert set(record["signature"]) == {"BLEU", "chrF2", "chrF2++", "TER"}
        read = [
            pd.DataFrame(record["segments"]),
            pd.DataFrame([json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]),
            pd.read_csv("out.csv", float_precision="round_trip"),
            pd.read_csv("out.tsv", sep="\t", float_precision="round_trip"),
            pq.read_table("out.parquet").to_pandas(),
        ]
        for frame in read:
            pd.testing.assert_frame_equal(frame, wanted, check_exact=True, check_dtype=False)

    def test_odd_ids(self) -> None:
        plain = FRAME.assign(id=["ä %s", *FRAME["id"][1:]])  # nothing to escape
        segments_to_file(chunks(plain), Task(ALL, FORMS["jsonl"]), "plain")
        assert [json.loads(line)["id"] for line in Path("plain").read_text().splitlines()] == list(plain["id"])
        frame = FRAME.assign(id=['a"b', "a,b", "a%sb", "ä\u2028", "\\", "", *"123456"])
        for form in ("jsonl", "csv", "json", "parquet"):
            segments_to_file(chunks(frame), Task(ALL, FORMS[form]), f"out.{form}")
        lines = Path("out.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        assert [json.loads(line)["id"] for line in lines] == list(frame["id"])
        assert [row["id"] for row in json.loads(Path("out.json").read_text())["segments"]] == list(frame["id"])
        assert pd.read_csv("out.csv", keep_default_na=False)["id"].tolist() == list(frame["id"])

    def test_an_id_that_tsv_cannot_hold(self) -> None:
        with pytest.raises(Misuse) as caught:
            segments_to_file(chunks(FRAME.assign(id="a\tb")), Task(ALL, FORMS["tsv"]), "out.tsv")
        assert str(caught.value) == "a tab or line end in id: TSV cannot hold it; use -f jsonl or -f csv"
        assert not list(Path().iterdir())

    def test_rows_without_reference_are_left_out_where_asked(self) -> None:
        Path("t.tsv").write_text("mt\tref\na\tb\nc\t\nd\te\n")
        said: list[Refusal] = []
        task = Task(ALL, FORMS["json"], on_error=said.append)
        segments_to_file(read_chunks("t.tsv", on_error=said.append), task, "out")
        assert [row["id"] for row in json.loads(Path("out").read_text())["segments"]] == ["1", "3"]
        assert [refusal.where for refusal in said] == ["t.tsv:3"]

    def test_the_first_row_may_be_the_one_left_out(self) -> None:
        Path("t.tsv").write_text("mt\tref\na\t\nc\td\n")
        segments_to_file(read_chunks("t.tsv"), Task(ALL, FORMS["json"], on_error=lambda refusal: None), "out")
        assert len(json.loads(Path("out").read_text())["segments"]) == 1

    def test_nothing_to_score_is_refused(self) -> None:
        Path("t.tsv").write_text("mt\tref\na\t\n")
        with pytest.raises(Refusal, match="no row could be scored"):
            segments_to_file(read_chunks("t.tsv"), Task(ALL, FORMS["tsv"], on_error=lambda refusal: None), "out")
        assert [path.name for path in Path().iterdir()] == ["t.tsv"]

    def test_identical_pairs_are_counted_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from mtqa.scoring import stream

        monkeypatch.setenv("MTQA_ENGINE", "sacrebleu")
        counted: list[int] = []
        real = stream.statistics_of

        def counting(metrics: object, hypotheses: list[str], *rest: object, **options: object) -> object:
            counted.append(len(hypotheses))
            return real(metrics, hypotheses, *rest, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(stream, "statistics_of", counting)
        (scored,) = score_chunks([chunk_of_frame(FRAME)], ALL)
        assert (counted, len(scored.scores[0])) == ([5], 12)

    def test_a_refused_run_leaves_what_was(self) -> None:
        Path("out").write_text("old")
        Path("t.tsv").write_text("mt\tref\n" + "a\tb\n" * 2000 + "bad\n")
        with pytest.raises(Refusal, match=r"t\.tsv:2002: 2 columns wanted"):
            segments_to_file(read_chunks("t.tsv", chunk=5), Task(ALL, FORMS["tsv"]), "out")
        assert Path("out").read_text() == "old"
        assert sorted(path.name for path in Path().iterdir()) == ["out", "t.tsv"]

    @pytest.mark.parametrize("threads", [1, 3])
    def test_what_stands_before_a_bad_row_is_written_whatever_the_threads(self, threads: int) -> None:
        Path("t.tsv").write_text("mt\tref\n" + "a\tb\n" * 2000 + "bad\n")
        read = list(read_chunks("t.tsv", chunk=50, on_error=lambda refusal: None))
        with open("out", "wb") as stream, pytest.raises(Refusal):
            segments_to_stream(
                read_chunks("t.tsv", chunk=50), Task(ALL, FORMS["jsonl"], cluster=Local(threads)), stream
            )
        assert len(Path("out").read_text().splitlines()) == sum(map(len, read[:-1]))

    def test_parquet_is_no_stream(self) -> None:
        with open("out", "wb") as stream, pytest.raises(Misuse, match="parquet is no stream; name a file with -o"):
            segments_to_stream(chunks(), Task(ALL, FORMS["parquet"]), stream)


KILLED = """
import os, signal, sys
from mtqa.cluster import Local
from mtqa.formats import read_chunks
from mtqa.metric import find_metrics
from mtqa.scoring import FORMS, Task, segments_to_file
ticks = []
def tick(rows):
    ticks.append(rows)
    if len(ticks) == 7:
        os.kill(os.getpid(), signal.SIGKILL)
task = Task(find_metrics("chrf,ter"), FORMS[sys.argv[1]], cluster=Local(int(sys.argv[2])), tick=tick)
segments_to_file(read_chunks("t.tsv", chunk=2), task, "out")
"""


class TestResume:
    @staticmethod
    def killed(form: str, threads: int = 1) -> None:
        rows = "".join(f"word {n % 50} and {n}\tword {n % 49} or {n}\n" for n in range(400))
        Path("t.tsv").write_text("mt\tref\n" + rows)
        run = subprocess.run([sys.executable, "-c", KILLED, form, str(threads)], check=False)
        assert run.returncode == -signal.SIGKILL

    @staticmethod
    def task(form: str, ticks: list[int] | None = None) -> Task:
        return Task(find_metrics("chrf,ter"), FORMS[form], tick=(ticks if ticks is not None else []).append)

    @pytest.mark.parametrize("form", ["tsv", "json", "parquet"])
    @pytest.mark.parametrize("harm", ["none", "torn journal", "rows cut", "more rows than said"])
    def test_a_killed_run_ends_with_the_same_bytes(self, form: str, harm: str) -> None:
        self.killed(form, threads=2)
        assert sorted(path.name for path in Path().iterdir()) == ["out.partial", "out.partial.journal", "t.tsv"]
        journal, partial = Path("out.partial.journal"), Path("out.partial")
        match harm:
            case "torn journal":
                journal.write_bytes(journal.read_bytes()[:-20])
            case "rows cut":
                os.truncate(partial, partial.stat().st_size - 3)
            case "more rows than said":
                partial.write_bytes(partial.read_bytes() + b"half a li")
        signatures = segments_to_file(read_chunks("t.tsv", chunk=2), self.task(form), "out", resume=True)
        assert segments_to_file(read_chunks("t.tsv", chunk=2), self.task(form), "whole") == signatures
        assert Path("out").read_bytes() == Path("whole").read_bytes()
        assert sorted(path.name for path in Path().iterdir()) == ["out", "t.tsv", "whole"]

    def test_what_was_finished_is_not_scored_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from mtqa.scoring import stream

        self.killed("tsv")
        finished = len(Path("out.partial.journal").read_text().splitlines()) - 1
        scored: list[int] = []
        real = stream.Scoring.__call__
        monkeypatch.setattr(
            stream.Scoring, "__call__", lambda work, chunk: scored.append(len(chunk)) or real(work, chunk)
        )
        segments_to_file(read_chunks("t.tsv", chunk=2), self.task("tsv"), "out", resume=True)
        whole = len(list(read_chunks("t.tsv", chunk=2)))
        assert finished >= 7 and len(scored) == whole - finished

    def test_another_input_is_refused(self) -> None:
        self.killed("tsv")
        text = Path("t.tsv").read_text()
        Path("t.tsv").write_text(text.replace("word 3 and", "word 5 and", 1))
        with pytest.raises(Misuse) as caught:
            segments_to_file(read_chunks("t.tsv", chunk=2), self.task("tsv"), "out", resume=True)
        assert str(caught.value).startswith("the input is not that of the run to be resumed: it differs before row ")
        Path("t.tsv").write_text(text)  # and nothing was lost by the refusal
        segments_to_file(read_chunks("t.tsv", chunk=2), self.task("tsv"), "out", resume=True)
        assert len(Path("out").read_text().splitlines()) == 401

    def test_other_options_are_refused(self) -> None:
        self.killed("tsv")
        task = Task(find_metrics("chrf"), FORMS["tsv"])
        with pytest.raises(Misuse) as caught:
            segments_to_file(read_chunks("t.tsv", chunk=2), task, "out", resume=True)
        assert str(caught.value) == (
            "out.partial: the run to be resumed had other options or another version of mtqa; "
            "give the same options, or run again without --resume"
        )

    def test_nothing_to_resume_is_a_fresh_run(self) -> None:
        segments_to_file(chunks(), Task(ALL, FORMS["tsv"]), "out", resume=True)
        segments_to_file(chunks(), Task(ALL, FORMS["tsv"]), "whole")
        assert Path("out").read_bytes() == Path("whole").read_bytes()


class TestSystems:
    def test_folded_not_averaged(self, engine: str) -> None:
        table = score_systems(scorable(chunks(), ALL), ALL, samples=200)
        assert [(each.system, each.segments) for each in table.systems] == [("A", 6), ("B", 6)]
        for each in table.systems:
            part = FRAME[FRAME["system"] == each.system]
            texts = part["mt"].tolist(), [part["ref"].tolist()]
            wanted = [m.corpus_score(*texts).score for m in (BLEU(), CHRF(), CHRF(word_order=2), TER())]
            assert [result.value for result in each.scores] == pytest.approx(wanted, abs=1e-9)
            for result in each.scores:
                low, high = result.interval or (0.0, 0.0)
                assert low <= result.value <= high
                assert str(result.signature).endswith("|n:6")
        assert str(table.signatures["TER"]).endswith("|n:12")

    def test_chunks_do_not_show(self) -> None:
        tables = [
            score_systems(scorable(chunks(size=size), ALL), ALL, cluster=Local(threads))
            for size, threads in [(12, 1), (5, 2), (1, 3)]
        ]
        assert tables[0] == tables[1] == tables[2]

    def test_one_segment_has_no_interval(self) -> None:
        table = score_systems(chunks(FRAME[:1]), ALL)
        assert all(result.interval is None for result in table.systems[0].scores)
        (row,) = json.loads(system_table(table, "json"))["systems"]
        assert row["BLEU"]["interval"] is None
        assert system_table(table, "tsv").decode().splitlines()[1].split("\t")[3:5] == ["", ""]

    def test_without_a_system_there_is_one(self) -> None:
        assert [each.system for each in score_systems(chunks(FRAME.drop(columns="system")), ALL).systems] == [""]

    def test_forms(self) -> None:
        table = score_systems(scorable(chunks(), ALL), find_metrics("bleu"))
        record = json.loads(system_table(table, "json"))
        assert record["schema"] == "mtqa.scores/1"
        assert list(record["systems"][0]) == ["system", "segments", "BLEU"]
        assert list(record["systems"][0]["BLEU"]) == ["score", "interval", "confidence", "signature"]
        assert set(record["signature"]) == {"BLEU"}
        Path("p").write_bytes(system_table(table, "parquet"))
        flat = pq.read_table("p").to_pylist()
        assert flat == [json.loads(line) for line in system_table(table, "jsonl").decode().splitlines()]
        assert list(flat[0]) == ["system", "segments", "BLEU", "BLEU_low", "BLEU_high"]
        for form, mark in (("tsv", "\t"), ("csv", ",")):
            header, *rows = system_table(table, form).decode().splitlines()
            assert header.split(mark) == list(flat[0])
            assert [float(row.split(mark)[2]) for row in rows] == [row["BLEU"] for row in flat]

    def test_nothing_is_refused(self) -> None:
        with pytest.raises(Refusal, match="no row could be scored"):
            score_systems([], ALL)

    def test_statistics_that_halves_cannot_hold_keep_their_precision(self) -> None:
        frame = pd.DataFrame({"mt": ["a b c", "a"], "references": [["a b", "a", "c d e f"], ["x", "y z", "w"]]})
        table = score_systems(chunks(frame), find_metrics("ter"))
        wanted = TER().corpus_score(["a b c", "a"], [["a b", "x"], ["a", "y z"], ["c d e f", "w"]]).score
        assert table.systems[0].scores[0].value == pytest.approx(wanted, abs=1e-12)
        assert np.isfinite(table.systems[0].scores[0].value)


class TestMeanOverReferences:
    """Segment scores as the mean over single references, which agrees better with people than the best."""

    ROWS = pd.DataFrame({"mt": ["a b c d", "x"], "references": [["a b c e", "f g", "a b c d"], ["x y"]]})

    def test_it_is_the_mean_of_scores_against_each(self) -> None:
        asked = ["bleu", "chrf", "chrf++", "ter"]
        made = score(self.ROWS, asked, mean=True)
        for column in made.columns[1:]:
            each = [
                score(pd.DataFrame({"mt": [row.mt] * len(row.references), "ref": row.references}), asked)[column].mean()
                for row in self.ROWS.itertuples()
            ]
            assert made[column].tolist() == pytest.approx(each, abs=1e-12)
        assert made["TER"].tolist() != score(self.ROWS, asked)["TER"].tolist()

    def test_it_is_in_the_signature(self) -> None:
        own, mean = (score(self.ROWS, "chrf", mean=mean).attrs["signature"]["chrF2"] for mean in (False, True))
        assert mean == own + "|over:mean"

    def test_the_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        from mtqa.cli import main

        Path("t.jsonl").write_text(self.ROWS.to_json(orient="records", lines=True))
        for more, code in (([], 0), (["--system-level"], 2)):
            with pytest.raises(SystemExit) as end:
                main(["score", "t.jsonl", "-m", "chrf", "--multi-reference", "mean", *more])
            assert end.value.code == code
        said = capsys.readouterr()
        wanted = score(self.ROWS, "chrf", mean=True)["chrF2"].tolist()
        assert [float(line.split("\t")[1]) for line in said.out.splitlines()[1:]] == wanted
        assert said.err.splitlines()[0].endswith("|over:mean")
        assert said.err.splitlines()[-1] == ("mtqa: the mean over references is of segments; leave --system-level out")
