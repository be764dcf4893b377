"""Nothing leaves this machine unless asked, and nothing of a delivery stays where it should not."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from mtqa.cli import COMMANDS

ROOT = Path(__file__).parent.parent
SEED = (str(ROOT / "seeds/001_9c63570fe49a1101.txt"), str(ROOT / "references/001_9c63570fe49a1101.txt"))
MARK = "Geheimnis-7c1d"
# One process, so that everything is imported once; connect, lookup and sendto of every socket refuse, and say so.
CLOSED = """
import json, socket, sys
asked = []
def refuse(*given, **more):
    asked.append(repr(given)[:200])
    raise OSError("the network is closed")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse
from mtqa.cli import main
codes = []
for words in json.loads(sys.stdin.read()):
    try:
        main(words)
    except SystemExit as end:
        codes.append(int(end.code or 0))
print(json.dumps({"codes": codes, "asked": asked}), file=open(sys.argv[1], "w"))
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = zip(*(Path(path).read_text(encoding="utf-8").splitlines() for path in SEED), strict=False)
    path = tmp_path / "t.tsv"
    lines = [f"{n}\td\ts{n % 2}\t{ours}\t{theirs}" for n, (ours, theirs) in enumerate(rows)]
    path.write_text("\n".join(["id\tdoc\tsystem\tmt\tpe", *lines]) + "\n", encoding="utf-8")
    return path


def test_every_command_with_the_network_closed(tmp_path: Path, table: Path) -> None:
    """Each command on the seed does its work without asking for a connection, or a name."""
    import json

    folder, ledger = str(tmp_path / "a"), str(tmp_path / "l.sqlite")
    policy = tmp_path / "p.toml"
    policy.write_text('policy = "p"\n[mqm]\nmax_per_1000_words = 1000.0\n')
    xliff = tmp_path / "t.xlf"
    xliff.write_text(
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="a" source-language="pt" '
        'target-language="en" datatype="plaintext"><body><trans-unit id="1"><source>a</source><target>b</target>'
        "</trans-unit></body></file></xliff>"
    )
    (tmp_path / "none.jsonl").write_text("")
    (tmp_path / "labels.tsv").write_text(f"{folder}\taccepted\n")
    runs: list[tuple[list[str], set[int]]] = [
        (["assess", *SEED, "-o", folder], {0}),
        (["align", *SEED], {0}),
        (["score", str(table)], {0}),
        (["score", str(table), "--system-level", "-m", "bleu"], {0}),
        (["errors", str(table)], {0}),
        (["compare", str(table), "--samples", "100", "-m", "ter"], {0, 4}),
        (["gate", folder, "--policy", str(policy)], {0, 1, 3}),
        (["sample", folder, "-n", "3"], {0}),
        (["calibrate", str(tmp_path / "labels.tsv")], {0, 2, 4}),
        (["history", "add", folder, "--vendor", "v", "--language-pair", "pt-en", "--ledger", ledger], {0}),
        (["history", "list", "--ledger", ledger], {0}),
        (["report", folder, "-o", str(tmp_path / "r.html")], {0}),
        (["review", "agreement", str(tmp_path / "none.jsonl"), str(tmp_path / "none.jsonl")], {2, 4}),
        (["serve", str(tmp_path / "nowhere")], {4}),
        (["inspect", *SEED], {0}),
        (["convert", str(table), "-f", "jsonl"], {0}),
        (["annotate", str(xliff), "--findings", str(tmp_path / "none.jsonl")], {0}),
        (["verify", folder], {0}),
        (["metrics"], {0}),
        (["doctor"], {0}),
        (["score", str(table), "-m", "comet", "--model", "nobody/nothing"], {2, 4}),
    ]
    assert {words[0] for words, _ in runs} == {name for name, _ in COMMANDS}
    told = tmp_path / "told.json"
    ran = subprocess.run(
        [sys.executable, "-c", CLOSED, str(told)],
        input=json.dumps([words for words, _ in runs]),
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    found = json.loads(told.read_text())
    assert found["asked"] == [], ran.stderr
    for (words, wanted), code in zip(runs, found["codes"], strict=True):
        assert code in wanted, (words, code, ran.stderr[-1000:])


def test_no_library_reports_home() -> None:
    """The one library that counts its users is told not to, before it is imported, whatever the machine says."""
    text = (ROOT / "mtqa/cluster/ray.py").read_text(encoding="utf-8")
    set_at = text.index('os.environ["RAY_USAGE_STATS_ENABLED"] = "0"')
    assert "ray.init(" not in text[:set_at]
    for path in (ROOT / "mtqa").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"sentry|posthog|segment\.io|google-analytics|mixpanel", source), path


class TestNothingStays:
    """A forced bug in the middle of a run: its message holds the text, and nobody gets to read it."""

    CODE = """
import sys
import {module} as module
def broken(*given, **more):
    raise RuntimeError("it stands here: {mark}")
module.{name} = broken
from mtqa.cli import main
main(sys.argv[1:])
"""

    @pytest.mark.parametrize(
        ("module", "name", "words"),
        [
            ("mtqa.engines", "statistics", ["score", "t.tsv", "-m", "ter", "-o", "o.tsv"]),
            ("mtqa.formats.chunk", "batch_of_chunks", ["score", "t.tsv", "--system-level", "-o", "o.json"]),
            ("mtqa.rules", "diagnose", ["assess", "h.txt", "r.txt", "-o", "a"]),
            ("mtqa.hygiene", "inspect", ["inspect", "t.tsv"]),
            ("mtqa.hygiene.spoken", "as_text", ["inspect", "t.tsv"]),
            ("mtqa.align", "align", ["assess", "h.txt", "r.txt", "-o", "a"]),
            ("mtqa.formats.rows_out", "write_records", ["convert", "t.tsv", "-o", "o.jsonl"]),
            ("mtqa.reports", "render", ["assess", "h.txt", "r.txt", "-o", "a"]),
        ],
    )
    def test_after_a_bug(self, module: str, name: str, words: list[str], tmp_path: Path) -> None:
        work, scratch = tmp_path / "work", tmp_path / "scratch"
        work.mkdir()
        scratch.mkdir()
        (work / "t.tsv").write_text(f"id\tmt\tref\n1\t{MARK} um\t{MARK} dois\n")
        (work / "h.txt").write_text(f"{MARK} um.\n")
        (work / "r.txt").write_text(f"{MARK} dois.\n")
        before = set(work.rglob("*"))
        code = self.CODE.format(module=module, name=name, mark=MARK)
        environment = {key: value for key, value in os.environ.items() if key != "MTQA_DEBUG"}
        ran = subprocess.run(
            [sys.executable, "-c", code, *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=work,
            env=environment | {"TMPDIR": str(scratch), "HOME": str(scratch)},
        )
        assert MARK not in ran.stderr and "Traceback" not in ran.stderr
        if ran.returncode == 70:
            assert ran.stderr.splitlines()[-1].startswith("mtqa: bug: RuntimeError in ")
            assert not any(MARK in place.read_text(errors="replace") for place in self.files(work, before))
        else:
            assert ran.returncode == 0, ran.stderr  # this name is not what the command calls
        for place in scratch.rglob("*"):
            assert not place.is_file() or MARK.encode() not in place.read_bytes(), place

    def files(self, folder: Path, before: set[Path]) -> list[Path]:
        return [place for place in folder.rglob("*") if place.is_file() and place not in before]

    def test_the_bugs_are_reached(self, tmp_path: Path) -> None:
        """At least the scoring one: a test of nothing would pass above."""
        (tmp_path / "t.tsv").write_text(f"id\tmt\tref\n1\t{MARK} um\t{MARK} dois\n")
        code = self.CODE.format(module="mtqa.hygiene.spoken", name="as_text", mark=MARK)
        ran = subprocess.run(
            [sys.executable, "-c", code, "inspect", "t.tsv"], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert ran.returncode == 70


def test_without_a_connection_a_socket_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the closing closes: the check of this file's own tool."""

    def refuse(*given: object) -> NoReturn:
        raise OSError("the network is closed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(OSError, match="closed"):
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    assert tempfile.gettempdir()


def test_the_threat_model_names_tests_that_are_there() -> None:
    """Every `tests/….py::name` and file of SECURITY.md exists."""
    named = re.findall(r"((?:tests|bench)/[a-z_]+\.py)(?:::(test_[a-z_]+))?", (ROOT / "SECURITY.md").read_text())
    assert len(named) > 15
    for path, name in named:
        assert name is None or f"def {name}" in (ROOT / path).read_text(encoding="utf-8"), (path, name)
