"""The shell face as a whole: exit codes, one line a refusal, nothing of a delivery in what a bug prints."""

import subprocess
import sys
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
        (["errors"], "errors: missing argument 'table'; see 'mtqa errors --help'"),
        (["nope"], "no such command 'nope'; see 'mtqa --help'"),
        (
            ["assess", "a", "b", "--kind", "x"],
            "assess: invalid value for '--kind': 'x' is not one of 'auto', 'correction', 'independent'; "
            "see 'mtqa assess --help'",
        ),
        (["history", "chart"], "history chart: missing option '--vendor'; see 'mtqa history chart --help'"),
    ],
)
def test_a_wrong_call_is_one_line_too(line: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(line)
    assert (end.value.code, capsys.readouterr().err) == (2, f"mtqa: {said}\n")


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("mtqa 0.")
