"""The shell face as a whole: exit codes, one line a refusal, nothing of a delivery in what a bug prints."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from mtqa import cli
from mtqa.refusal import Refusal

ROOT = Path(__file__).parent.parent
NAME = "001_9c63570fe49a1101.txt"


def broken(fault: Exception) -> None:
    raise fault


def test_a_refusal_is_one_line_and_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_app", lambda given: lambda *_, **__: broken(Refusal("empty", where="a.txt")))
    with pytest.raises(SystemExit) as end:
        cli.main(["assess"])
    assert end.value.code == 4
    assert capsys.readouterr().err == "mtqa: a.txt: empty\n"


def test_a_bug_is_70_and_tells_no_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("MTQA_DEBUG", raising=False)
    monkeypatch.setattr(cli, "_app", lambda given: lambda *_, **__: broken(ValueError("a secret sentence")))
    with pytest.raises(SystemExit) as end:
        cli.main(["assess"])
    assert end.value.code == 70
    said = capsys.readouterr().err
    assert said.startswith("mtqa: bug: ValueError in ")
    assert "secret" not in said


def test_a_reader_that_goes_away_is_no_failure() -> None:
    align = f"{sys.executable} -m mtqa align seeds/{NAME} references/{NAME}"
    command = f"{align} | head -c 10 >/dev/null; exit ${{PIPESTATUS[0]}}"
    for _ in range(3):
        run = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (run.returncode, "Traceback" in run.stderr) == (0, False)


@pytest.mark.parametrize("name", [name for name, _ in cli.COMMANDS])
def test_every_command_has_its_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([name, "--help"])
    assert end.value.code == 0
    assert f"Usage: mtqa {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["align"], "align: missing argument 'HYP'; see 'mtqa align --help'"),
        (["nope"], "no such command 'nope'; see 'mtqa --help'"),
        (
            ["assess", "a", "b", "--kind", "x"],
            "assess: invalid value for '--kind': 'x' is not one of 'auto', 'correction', 'independent'; "
            "see 'mtqa assess --help'",
        ),
        (["history"], "history: missing command: one of add, list, chart, board; see 'mtqa history --help'"),
        (["review"], "review: missing command: one of merge, agreement; see 'mtqa review --help'"),
        (["history", "chart"], "history chart: missing option '--vendor'; see 'mtqa history chart --help'"),
    ],
)
def test_a_wrong_call_is_one_line_too(line: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(line)
    assert (end.value.code, capsys.readouterr().err) == (2, f"mtqa: {said}\n")


def test_every_group_of_commands_asks_for_one_of_them_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    groups = [name for name, _ in cli.COMMANDS if hasattr(import_module(f"mtqa.cli.{name}"), "app")]
    assert groups
    for name in groups:
        with pytest.raises(SystemExit) as end:
            cli.main([name])
        said = capsys.readouterr().err
        assert (end.value.code, said.count("\n"), said.startswith(f"mtqa: {name}: missing command: one of ")) == (
            2,
            1,
            True,
        )


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("mtqa 0.")


def run(line: list[str]) -> int:
    with pytest.raises(SystemExit) as end:
        cli.main(line)
    assert isinstance(end.value.code, int)
    return end.value.code


HEADER = "id\tdocument\thypothesis\treference\n"


def test_a_result_never_takes_the_place_of_its_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, link = tmp_path / "a.tsv", tmp_path / "b.tsv"
    table.write_text(HEADER + "1\td\tA cat sat.\tThe cat sat.\n", encoding="utf-8")
    link.symlink_to(table)
    kept = table.read_bytes()
    for output in (table, link):
        for command in (["errors", str(table)], ["align", str(table), str(table)], ["compare", str(table), str(table)]):
            assert run([*command, "-o", str(output)]) == 2
            assert capsys.readouterr().err == f"mtqa: {output}: cannot be written: it is the input; name another file\n"
    assert table.read_bytes() == kept


@pytest.mark.parametrize(
    "words",
    [
        "gate t.tsv --policy p.toml --junit t.tsv",
        "gate t.tsv --policy p.toml --sarif p.toml",
        "gate t.tsv --markdown mtqa.toml",
        "gate t.tsv --policy p.toml --dispute w.html --waivers w.html",
        "gate t.tsv --policy p.toml --baseline b.tsv --junit b.tsv",
        "gate t.tsv --policy p.toml --ledger l.sqlite --vendor v --junit l.sqlite",
        "gate a --policy p.toml --dispute a/report.html",
        "history chart --vendor v --language-pair pt-en --ledger l.sqlite -o l.sqlite",
        "sample t.tsv -n 1 -o t.tsv",
        "report a --policy p.toml -f html -o p.toml",
        "report a -f json -o a/errors.parquet",
    ],
)
def test_nor_of_anything_else_that_is_read(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").mkdir()
    policy = 'policy = "p"\n[critical]\nmax = 0\n'
    for name in ("t.tsv", "b.tsv", "w.html", "l.sqlite", "a/report.html", "a/errors.parquet", "p.toml", "mtqa.toml"):
        Path(name).write_text(policy if name.endswith("toml") else "mine", encoding="utf-8")
    kept = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert run(words.split()) == 2
    assert capsys.readouterr().err.endswith(": cannot be written: it is the input; name another file\n")
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == kept


def test_two_results_never_take_one_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.toml").write_text('policy = "p"\n[critical]\nmax = 0\n', encoding="utf-8")
    place = tmp_path / "x.xml"
    assert (
        run(["gate", "t.tsv", "--policy", str(tmp_path / "p.toml"), "--junit", str(place), "--sarif", str(place)]) == 2
    )
    assert capsys.readouterr().err == f"mtqa: {place}: two outputs go into one file; name another file\n"


@pytest.mark.parametrize("form", ["jsonl", "json", "tsv"])
@pytest.mark.parametrize(
    ("rows", "said"),
    [("1\td\tA cat\t\n", "no segment has a reference; add a column reference"), ("1\td\tA cat\n", "")],
)
def test_errors_of_nothing_is_a_refusal_and_nothing_on_stdout(
    form: str, rows: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "a.tsv"
    table.write_text(HEADER + rows, encoding="utf-8")
    assert run(["errors", str(table), "-f", form]) == 4
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"mtqa: {said or f'{table}:2: 4 columns wanted ({HEADER.strip()}), 3 found'}\n".replace(
        "\t", ", "
    )


def test_errors_takes_parallel_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {"h": "A cat.\nA dog.\n", "r": "A cat.\nA cow.\n", "r2": "A bat.\nA dog.\n", "short": "A cat.\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    h, r, r2, short = (str(tmp_path / name) for name in texts)
    assert run(["errors", "--hypothesis", h, "--reference", r, "--kind", "correction"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["id"], row["text"], row["correction"]) for row in found] == [("2", "dog", "cow")]
    assert run(["errors", "--hypothesis", h, "--reference", r, "--reference", r2, "--kind", "correction"]) == 0
    capsys.readouterr()
    for arguments, code, said in [
        ([], 2, "nothing to look at; name a table, or --hypothesis and --reference texts"),
        ([h, "--hypothesis", h], 2, "a table and parallel texts; give one or the other"),
        (["--reference", r], 2, "parallel texts are --hypothesis with --reference, --source or both"),
        (
            ["--hypothesis", h, "--reference", short],
            4,
            f"{h} has 2 lines, {short} has 1; line n of each must be segment n; mtqa align pairs texts that differ",
        ),
    ]:
        assert run(["errors", *arguments]) == code
        assert capsys.readouterr().err == f"mtqa: {said}\n"


def test_errors_says_what_it_passed_over_and_what_is_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "a.tsv"
    table.write_text(HEADER + "1\td\tA cat\tSome dog\n2\td\tA cow\t\n3\te\tHe ran home.\tHe ran home.\n", "utf-8")
    assert run(["errors", str(table), "--least", "0"]) == 0
    assert capsys.readouterr().err == (
        "mtqa: 1 of 3 segments have no reference: only the checks that need none looked at them\n"
        "mtqa: 1 of 3 segments have an independent reference: their spans are differences, not errors; "
        "--kind correction if it is the corrected text\n"
    )
    assert run(["errors", str(table), "--kind", "correction"]) == 0
    assert (
        capsys.readouterr().err
        == "mtqa: 1 of 3 segments have no reference: only the checks that need none looked at them\n"
    )


def test_errors_says_what_is_hardly_a_correction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "a.tsv"
    other = "The cat sat on the mat today.\tStock markets fell sharply in Asia yesterday."
    rows = [f"{n}\td\t{other}" for n in (1, 2, 3)] + ["4\te\tHe ran home.\tHe ran home."]
    table.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    assert run(["errors", str(table), "--kind", "correction"]) == 0
    assert capsys.readouterr().err == (
        "mtqa: 1 of 2 documents: what is called the correction reads like another translation; "
        "--kind independent if nobody edited this hypothesis\n"
        "mtqa: 3 of 4 segments have little in common with their correction: 1, 2, 3\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("line", [["metrics"], ["align", f"seeds/{NAME}", f"references/{NAME}"], ["--help"]])
def test_a_full_disk_is_no_bug(line: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        ended = subprocess.run([sys.executable, "-m", "mtqa", *line], cwd=ROOT, stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == 2
    said = b"mtqa: output: cannot be written: No space left on device; make room, or write elsewhere\n"
    assert ended.stderr == said


def test_closed_streams_are_no_bug() -> None:
    command = f"{sys.executable} -m mtqa metrics <&- >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], cwd=ROOT, check=False).returncode == 0
    command = f"{sys.executable} -m mtqa errors - <&-"
    ended = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (4, "mtqa: stdin: nothing came; give at least one segment\n")


def test_a_pipe_alone_is_a_table() -> None:
    table = (HEADER + "1\td\tA cat sat.\tThe cat sat.\n").encode()
    for line in (["assess", "-"], ["sample", "-", "-n", "1"]):
        ended = subprocess.run([sys.executable, "-m", "mtqa", *line], cwd=ROOT, input=table, capture_output=True)
        assert ended.returncode == 0, ended.stderr


def test_a_plain_call_needs_no_pydantic(tmp_path: Path) -> None:
    """typer imports it to check values; it takes a third of the start of a command."""
    table = tmp_path / "a.tsv"
    table.write_text(HEADER + "1\td\tA cat sat.\tThe cat sat.\n", encoding="utf-8")
    for line in (["score", str(table), "--on-error", "skip", "-f", "jsonl"], ["errors", str(table), "-f", "tsv"]):
        code = (
            "import sys; from mtqa.cli import main\n"
            f"try: main({line})\nexcept SystemExit as end: sys.exit(end.code or ('pydantic' in sys.modules and 99))"
        )
        assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--threads", "0"], "input should be greater than or equal to 1"),
        (["--threads", "1"], ""),
        (["--threads", "many"], "input should be a valid integer, unable to parse string as an integer"),
        (["--on-error", "go"], "'go' is not one of 'stop', 'skip'"),
        (["--on-error", "SKIP"], "'SKIP' is not one of 'stop', 'skip'"),
    ],
)
def test_what_is_not_plain_is_said_by_typer(words: list[str], said: str, tmp_path: Path) -> None:
    table = tmp_path / "a.tsv"
    table.write_text(HEADER + "1\td\tA cat sat.\tThe cat sat.\n", encoding="utf-8")
    ended = subprocess.run([sys.executable, "-m", "mtqa", "score", str(table), "-q", *words], capture_output=True)
    assert ended.returncode == (2 if said else 0)
    assert said in ended.stderr.decode().replace("Input", "input")
