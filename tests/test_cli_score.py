"""The command `mtqa score`, as a shell sees it: stdout, stderr, exit code, files."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from sacrebleu.metrics import BLEU

from mtqa.cli import main

TABLE = "id\tsrc\tmt\tref\tlp\n" + "".join(f"s{n}\tq\tthe cat {n}\tthe cats {n}\tde-en\n" for n in range(5))


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.tsv").write_text(TABLE)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Ran]:
    def ran(*words: str) -> Ran:
        with pytest.raises(SystemExit) as exit_:
            main(["score", *words])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ran(int(exit_.value.code or 0), out.decode(), err.decode())

    return ran


def shell(*words: str, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "mtqa", "score", *words], input=stdin, capture_output=True, check=False
    )


def test_segments(run: Callable[..., Ran]) -> None:
    code, out, err = run("t.tsv")
    assert code == 0
    assert out.splitlines()[0] == "id\tchrF2++\tTER"
    assert [line.split("\t")[0] for line in out.splitlines()[1:]] == [f"s{n}" for n in range(5)]
    assert [line.partition("|")[0] for line in err.splitlines()] == ["chrF2++", "TER"]
    assert run("t.tsv", "-q") == (0, out, "")


def test_a_metric_with_parameters_has_a_column_of_its_own(run: Callable[..., Ran]) -> None:
    hypothesis, reference = "我有一只猫。", "我有一只大猫。"
    Path("zh.tsv").write_text(f"mt\tref\n{hypothesis}\t{reference}\n", encoding="utf-8")
    wanted = BLEU(tokenize="zh", effective_order=True).sentence_score(hypothesis, [reference]).score
    code, out, err = run("zh.tsv", "-m", "bleu,bleu:tokenize=zh,ter:normalized:references_once", "-f", "jsonl")
    (row,) = map(json.loads, out.splitlines())
    assert (code, list(row)) == (0, ["id", "BLEU", "BLEU:tokenize=zh", "TER:normalized=yes:references_once=yes"])
    assert (row["BLEU"], row["BLEU:tokenize=zh"]) == (0.0, pytest.approx(wanted, abs=1e-9))
    plain, zh, ter = err.splitlines()
    assert plain.startswith("BLEU|") and "|tok:13a|" in plain
    assert zh.startswith("BLEU|") and "|tok:zh|" in zh
    assert ter.startswith("TER|") and "|norm:yes|" in ter and "|refs:once|" in ter
    assert run("zh.tsv", "-m", "bleu:tokenize=jp").code == 2


def test_the_form_comes_from_the_suffix(run: Callable[..., Ran]) -> None:
    for suffix in ("jsonl", "csv", "json", "tsv", "parquet"):
        assert run("t.tsv", "-q", "-m", "BLEU", "-o", f"out.{suffix}") == (0, "", "")
    assert list(json.loads(Path("out.jsonl").read_text().splitlines()[0])) == ["id", "BLEU"]
    assert json.loads(Path("out.json").read_text())["segments"][4]["id"] == "s4"
    assert Path("out.csv").read_text().replace(",", "\t") == Path("out.tsv").read_text()
    assert list(pd.read_parquet("out.parquet").columns) == ["id", "BLEU"]


def test_every_input_gives_the_same_scores(run: Callable[..., Ran]) -> None:
    frame = pd.read_csv("t.tsv", sep="\t")
    frame.to_csv("t.csv", index=False)
    frame.to_json("t.jsonl", orient="records", lines=True)
    frame.to_parquet("t.parquet")
    Path("t.tsv.gz").write_bytes(gzip.compress(TABLE.encode()))
    wanted = run("t.tsv", "-q").out
    for name in ("t.csv", "t.jsonl", "t.parquet", "t.tsv.gz"):
        assert run(name, "-q").out == wanted


def test_threads_do_not_show(run: Callable[..., Ran]) -> None:
    assert run("t.tsv", "-q", "--threads", "1").out == run("t.tsv", "-q", "--threads", "3").out


def test_stdin() -> None:
    rows = "\n".join(line.split("\t", 1)[1].rsplit("\t", 1)[0] for line in TABLE.splitlines()[1:]) + "\n"
    ran = shell("-", "--columns", "src,mt,ref", "-q", stdin=rows.encode())
    assert ran.returncode == 0
    assert [line.split("\t")[0] for line in ran.stdout.decode().splitlines()] == ["id", "1", "2", "3", "4", "5"]
    ran = shell("-", "-q", "-f", "jsonl", "-m", "ter", stdin=b'{"hyp": "a", "ref": "a"}\n')
    assert ran.stdout == b'{"id": "1", "TER": 0.0}\n'


def test_parallel_texts(run: Callable[..., Ran]) -> None:
    Path("h").write_text("a b\nc d\n")
    Path("r").write_text("a b\nc x\n")
    Path("r2").write_text("z\nc d\n")
    assert run("--hypothesis", "h", "--reference", "r", "-m", "ter", "-q").out == "id\tTER\n1\t0.0\n2\t50.0\n"
    both = run("--hypothesis", "h", "--reference", "r", "--reference", "r2", "--source", "h", "-m", "ter", "-q")
    assert both.out == "id\tTER\n1\t0.0\n2\t0.0\n"


def test_systems(run: Callable[..., Ran]) -> None:
    Path("t.tsv").write_text("system\tmt\tref\nA\ta b c d\ta b c d\nB\tx\ty\nA\tk l m n\tk l m n\n")
    code, out, err = run("t.tsv", "--system-level", "-m", "bleu,ter", "-f", "json")
    record = json.loads(out)
    assert code == 0
    assert record["schema"] == "mtqa.scores/1"
    assert [(row["system"], row["segments"], row["TER"]["score"]) for row in record["systems"]] == [
        ("A", 2, 0.0),
        ("B", 1, 100.0),
    ]
    assert err.splitlines() == list(record["signature"].values())
    assert run("t.tsv", "--system-level", "-m", "ter", "-o", "out.tsv", "-q") == (0, "", "")
    assert Path("out.tsv").read_text().startswith("system\tsegments\tTER\tTER_low\tTER_high\nA\t2\t0.0\t0.0\t0.0\n")


REFUSED = [
    (["no.tsv"], 4, "no.tsv: no such file"),
    ([], 2, "nothing to score; name a table, or --hypothesis and --reference texts"),
    (["t.tsv", "--hypothesis", "h"], 2, "a table and parallel texts; give one or the other"),
    (["--hypothesis", "t.tsv"], 2, "parallel texts are --hypothesis and at least one --reference"),
    (["t.tsv", "-o", "no/out.tsv"], 2, "no/out.tsv: cannot be written: there is no directory no"),
    (["t.tsv", "-o", "."], 2, ".: cannot be written: it is a directory; name a file"),
    (["t.tsv", "--resume"], 2, "--resume goes on with a file of segment scores; name the file with -o"),
    (["t.tsv", "-f", "parquet"], 2, "Parquet is no stream; name a file with -o"),
    (["t.tsv", "-o", "a.tsv.gz"], 2, "a.tsv.gz: scores are written uncompressed; -o - | gzip"),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSED, ids=lambda value: str(value)[:30])
def test_refusals(words: list[str], code: int, said: str, run: Callable[..., Ran]) -> None:
    assert run(*words) == (code, "", f"mtqa: {said}\n")


def test_an_unknown_metric(run: Callable[..., Ran]) -> None:
    ran = run("t.tsv", "-m", "blue")
    assert ran.code == 2
    assert ran.err.startswith("mtqa: unknown metric 'blue'; did you mean bleu? known: bleu, ")


def test_24_against_23_lines(run: Callable[..., Ran]) -> None:
    Path("h").write_text("a\n" * 24)
    Path("r").write_text("a\n" * 23)
    code, out, err = run("--hypothesis", "h", "--reference", "r")
    assert (code, out) == (4, "")
    assert err.startswith("mtqa: h has 24 lines, r has 23; ")


def test_bad_rows_stop_or_are_left_out(run: Callable[..., Ran]) -> None:
    Path("t.tsv").write_text("mt\tref\na\ta\nbad\nb\t\nc\tc\n")
    code, out, err = run("t.tsv", "-o", "out.tsv")
    assert (code, out, err) == (4, "", "mtqa: t.tsv:3: 2 columns wanted (mt, ref), 1 found\n")
    assert sorted(path.name for path in Path().iterdir()) == ["t.tsv"]
    code, out, err = run("t.tsv", "--on-error", "skip", "-m", "ter")
    assert (code, out) == (0, "id\tTER\n1\t0.0\n4\t0.0\n")
    assert err.splitlines()[:3] == [
        "mtqa: skipped: t.tsv:3: 2 columns wanted (mt, ref), 1 found",
        "mtqa: skipped: t.tsv:4: no reference, and without one there is no score; "
        "fill the cell, or leave such rows out with --on-error skip",
        "mtqa: 2 rows skipped",
    ]


def test_resume(run: Callable[..., Ran]) -> None:
    assert run("t.tsv", "-o", "out.tsv", "--resume", "-q").code == 0
    assert Path("out.tsv").read_text() == run("t.tsv", "-q").out


def test_a_reader_that_goes_away_is_no_fault() -> None:
    rows = "".join(f"the cat {n}\tthe cats {n}\n" for n in range(40_000))
    Path("big.tsv").write_text("mt\tref\n" + rows)
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "mtqa", "score", "big.tsv", "-m", "chrf", "-q"], stdout=writing, stderr=subprocess.PIPE
    ) as ran:
        os.close(writing)
        with os.fdopen(reading, "rb") as stdout:
            assert stdout.readline() == b"id\tchrF2\n"
        assert ran.stderr is not None
        assert ran.stderr.read() == b""
    assert ran.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_no_bug() -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "mtqa", "score", "t.tsv", "-q"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (ran.returncode, ran.stderr) == (2, b"mtqa: stdout: cannot be written: No space left on device\n")


def test_a_slow_engine_says_so_once(run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTQA_ENGINE", "sacrebleu")
    Path("t.tsv").write_text("mt\tref\n" + "a\tb\n" * 4_000)
    err = run("t.tsv", "-m", "chrf").err
    said = "sacrebleu counts, about 100 times slower than the native engine (chrF2: another engine was asked for)"
    assert err.count(said) == 1


SENTENCES = [
    ("Der Zug kommt um acht.", "The train comes at eight.", "The train arrives at eight."),
    ("Sie haben nichts gesagt.", "They said nothing.", "They said nothing."),
    ("Wir gehen nach Hause.", "We go home.", "We are going home."),
    ("Der Zug kommt um acht.", "The train arrives at 8.", "The train arrives at eight."),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Tiny real checkpoints of random weights, one a metric."""
    pytest.importorskip("torch", reason="the extra neural is not installed").set_num_threads(1)
    checkpoints = pytest.importorskip("checkpoints")
    folder = tmp_path_factory.mktemp("models")
    kinds = {"comet": "regression", "cometkiwi": "kiwi", "xcomet": "xcomet"}
    return {metric: checkpoints.build(folder / kind, kind).parents[1] for metric, kind in kinds.items()}


class TestNeural:
    @pytest.fixture(autouse=True)
    def _table(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MTQA_CACHE", str(tmp_path / "cache"))
        self.write(SENTENCES)

    @staticmethod
    def write(rows: list[tuple[str, str, str]]) -> None:
        """A table of these rows; an empty reference is none."""
        records = ({"src": s, "mt": h, "references": [r] if r else []} for s, h, r in rows)
        Path("n.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))

    @staticmethod
    def wanted(metric: str, model: Path) -> tuple[list[float], str]:
        """Scores and signature by the room that computes them, at one go."""
        from mtqa.metric import find_metric
        from mtqa.neural import neural_scores

        sources, hypotheses, references = zip(*SENTENCES, strict=True)
        rows = None if metric == "cometkiwi" else [(text,) for text in references]
        scores = neural_scores(find_metric(metric), sources, hypotheses, rows, model=model, cache=False)
        return scores.values.tolist(), str(scores.signature)

    @pytest.mark.parametrize("metric", ["comet", "cometkiwi", "xcomet"])
    def test_the_numbers_and_the_signature_of_the_model(
        self, metric: str, models: dict[str, Path], run: Callable[..., Ran]
    ) -> None:
        values, signature = self.wanted(metric, models[metric])
        code, out, err = run("n.jsonl", "-m", metric, "--model", str(models[metric]), "-f", "jsonl")
        name = signature.partition("|")[0]
        assert [json.loads(line)[name] for line in out.splitlines()] == pytest.approx(values, abs=1e-6)
        assert (code, err) == (0, signature + "\n")

    def test_beside_metrics_of_strings(self, models: dict[str, Path], run: Callable[..., Ran]) -> None:
        words = ("n.jsonl", "-q", "--model", str(models["comet"]), "-m")
        both = run(*words, "chrf++,comet,ter").out
        assert both.splitlines()[0] == "id\tchrF2++\tCOMET\tTER"
        columns = list(zip(*(line.split("\t") for line in both.splitlines()), strict=True))
        neural = zip(*(line.split("\t") for line in run(*words, "comet").out.splitlines()), strict=True)
        assert columns[2] == list(neural)[1]
        strings = zip(*(line.split("\t") for line in run("n.jsonl", "-q").out.splitlines()), strict=True)
        assert [columns[0], columns[1], columns[3]] == list(strings)
        assert run(*words, "chrf++,comet,ter", "--threads", "3").out == both

    def test_systems_have_the_mean(self, models: dict[str, Path], run: Callable[..., Ran]) -> None:
        values, _ = self.wanted("comet", models["comet"])
        words = ("--system-level", "-f", "json", "-m", "comet,chrf", "--model", str(models["comet"]))
        record = json.loads(run("n.jsonl", *words).out)
        score = record["systems"][0]["COMET"]
        assert score["score"] == pytest.approx(sum(values) / 4, abs=1e-6)
        assert min(values) <= score["interval"][0] < score["score"] < score["interval"][1] <= max(values) + 1e-6
        assert score["signature"] == record["signature"]["COMET"]

    def test_chunks_and_a_killed_run_do_not_show(
        self, models: dict[str, Path], run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import mtqa.scoring.stream as stream

        Path("n.tsv").write_text("src\tmt\tref\n" + "".join("\t".join(row) + "\n" for row in SENTENCES * 200))
        words = ("n.tsv", "-m", "comet", "--model", str(models["comet"]), "-q")
        whole = run(*words).out
        monkeypatch.setattr(stream, "_NEURAL_CHUNK", 16)
        assert run(*words, "-o", "out.tsv").code == 0
        assert Path("out.tsv").read_text() == whole

        real, calls = stream.Models.values, []

        def killed(self: stream.Models, *given: object) -> object:
            calls.append(given)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return real(self, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(stream.Models, "values", killed)
        Path("out.tsv").unlink()
        assert run(*words, "-o", "out.tsv").code == 130
        assert not Path("out.tsv").exists() and Path("out.tsv.partial").exists()
        monkeypatch.setattr(stream.Models, "values", real)
        changed = Path("n.tsv").read_text()
        Path("n.tsv").write_text(changed.replace("Der Zug", "Ein Zug", 1))  # a source is part of the input
        assert "the input is not that of the run" in run(*words, "-o", "out.tsv", "--resume").err
        Path("n.tsv").write_text(changed)
        assert run(*words, "-o", "out.tsv", "--resume") == (0, "", "")
        assert Path("out.tsv").read_text() == whole

    @pytest.mark.parametrize(
        ("metric", "row", "said"),
        [
            ("comet", ("", "b", "c"), "no source, and COMET reads it"),
            ("cometkiwi", (" ", "b", "c"), "no source, and COMETKiwi reads it"),
            ("comet", ("a", " ", "c"), "the hypothesis is empty: COMET of nothing is no number"),
            ("comet", ("a", "b", " "), "a reference is empty: COMET of nothing is no number"),
            ("comet", ("a", "b", ""), "no reference, and without one there is no score"),
            ("chrf,cometkiwi", ("a", "b", ""), "no reference, and without one there is no score"),
            (
                "xcomet",
                ("a", "b", ""),
                "no reference, and rows before have one: XCOMET with and without are different scales",
            ),
        ],
    )
    def test_a_row_that_cannot_be_scored(
        self, metric: str, row: tuple[str, str, str], said: str, models: dict[str, Path], run: Callable[..., Ran]
    ) -> None:
        self.write([SENTENCES[0], row, SENTENCES[1]])
        words = ("n.jsonl", "-m", metric, "--model", str(models[metric.split(",")[-1]]))
        mend = "; fill the cell, or leave such rows out with --on-error skip"
        assert run(*words, "-o", "out.tsv") == (4, "", f"mtqa: n.jsonl:2: {said}{mend}\n")
        ran = run(*words, "--on-error", "skip", "-q")
        assert ran.code == 0
        assert [line.split("\t")[0] for line in ran.out.splitlines()] == ["id", "1", "3"]
        assert ran.err == f"mtqa: skipped: n.jsonl:2: {said}{mend}\nmtqa: 1 row skipped\n"

    def test_a_missing_column(self, models: dict[str, Path], run: Callable[..., Ran]) -> None:
        Path("n.tsv").write_text("mt\tref\na\tb\n")
        ran = run("n.tsv", "-m", "comet", "--model", str(models["comet"]))
        assert ran.code == 4
        assert ran.err.startswith("mtqa: n.tsv:1: no column source (or src); found: mt, ref; ")

    def test_without_a_reference_column(self, models: dict[str, Path], run: Callable[..., Ran]) -> None:
        Path("s").write_text("".join(row[0] + "\n" for row in SENTENCES))
        Path("h").write_text("".join(row[1] + "\n" for row in SENTENCES))
        ran = run("--hypothesis", "h", "--source", "s", "-m", "cometkiwi", "--model", str(models["cometkiwi"]), "-q")
        values = [float(line.split("\t")[1]) for line in ran.out.splitlines()[1:]]
        assert values == pytest.approx(self.wanted("cometkiwi", models["cometkiwi"])[0], abs=1e-6)
        ran = run("--hypothesis", "h", "--reference", "h", "-m", "comet")
        assert ran == (2, "", "mtqa: a neural metric reads the source; name it with --source\n")

    def test_notices_are_said_once(
        self, models: dict[str, Path], run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import mtqa.scoring.stream as stream

        monkeypatch.setattr(stream, "_NEURAL_CHUNK", 1)
        copy = "Der Zug kommt heute um acht Uhr."
        self.write([(copy, copy, "The train."), *SENTENCES, ("Das ist lang.", "long word " * 600, "It is long.")])
        words = ("n.jsonl", "-m", "comet,chrf", "--model", str(models["comet"]), "-q")
        assert "of 3 segments are longer than the model reads, 512 tokens (6); " in run(*words).err
        said = run(*words, "--over-long", "cut").err.splitlines()
        assert said == [
            "mtqa: rows 1 to 3: 1 of 3 segments copy their source (1): a copy scores high",
            "mtqa: rows 4 to 6: 1 of 3 segments are longer than the model reads, 512 tokens (6): the rest is not read",
        ]

    def test_options_of_a_model_without_one(self, run: Callable[..., Ran]) -> None:
        said = "mtqa: a model is given, and no metric reads one; add -m comet, cometkiwi or xcomet\n"
        assert run("n.jsonl", "-m", "chrf", "--model", "x") == (2, "", said)
        assert run("n.jsonl", "-m", "comet", "--model", "no/where", "-q").code == 2

    def test_from_python(self, models: dict[str, Path]) -> None:
        import mtqa

        frame = pd.DataFrame(SENTENCES, columns=["src", "mt", "ref"])
        found = mtqa.score(frame, metrics=["comet", "chrf"], model=models["comet"])
        values, signature = self.wanted("comet", models["comet"])
        assert list(found.columns) == ["id", "COMET", "chrF2"]
        assert found["COMET"].tolist() == pytest.approx(values, abs=1e-6)
        assert (found.attrs["signature"]["COMET"], found.attrs["notices"]) == (signature, [])


def test_csv_on_a_pipe_is_known_by_its_header(tmp_path: Path) -> None:
    table = 'id,hypothesis,reference\n1,"A cat, black.","The cat, black."\n'
    run = subprocess.run(
        [sys.executable, "-m", "mtqa", "score", "-", "-m", "chrf", "-q"],
        input=table, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("id\tchrF2\n1\t")


def test_scores_never_take_the_place_of_their_input(tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    table.write_text("id\thyp\tref\n1\tA cat.\tThe cat.\n")
    before = table.read_bytes()
    run = subprocess.run(
        [sys.executable, "-m", "mtqa", "score", str(table), "-o", str(table)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr == f"mtqa: {table}: cannot be written: it is the input; name another file\n"
    assert table.read_bytes() == before
