"""What is read of a verdict: every form, hostile names, the shell's exit codes, decisions, the pytest fixture."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from gate_deliveries import delivery, finding

from mtqa.assess import assess
from mtqa.cli import main
from mtqa.gate import Outcome, Verdict, gate, measured_precision
from mtqa.gate.evidence import FORMS, annotations, evidence
from mtqa.mqm import Severity
from mtqa.pytest_plugin import _assert_gate as assert_gate
from mtqa.refusal import Misuse
from mtqa.review import Mark

HOSTILE = 'acme | <script>alert("x")</script> & \x00\x1b[31m \u202e ::error::\r\n# head'
POLICY = {
    "policy": "acme",
    "critical": {"max": 0},
    "mqm": {"max_per_1000_words": 40.0},
    "findings": {"trusted": ["accuracy/*"]},
    "metric": [{"name": "chrf", "min_mean": 90.0, "role": "warn"}],
}


@pytest.fixture
def verdicts() -> dict[str, Verdict]:
    """One of each status, and one whose names hold everything that a form must escape."""
    scores = {"chrF2": [50.0] * 100}
    failed = gate(delivery(100, [finding(3, "critical"), *map(finding, range(20))], scores=scores), POLICY)
    return {
        "pass": gate(delivery(100, scores=scores), POLICY),
        "fail": failed,
        "inconclusive": gate(delivery(100, scores=scores), POLICY, population=10**6),
        "invalid": gate(delivery(0), POLICY),
        "hostile": replace(
            failed,
            policy=HOSTILE,
            caveats=(HOSTILE,),
            findings=tuple(replace(error, text=HOSTILE, correction=HOSTILE * 9) for error in failed.findings),
            checks=tuple(replace(c, name=HOSTILE, reason=HOSTILE, segments=(HOSTILE,)) for c in failed.checks),
        ),
    }


class TestForms:
    def test_the_status_and_the_exit_code_are_one(self, verdicts: dict[str, Verdict]) -> None:
        codes = {"pass": 0, "fail": 1, "inconclusive": 3, "invalid": 4}
        for status, code in codes.items():
            verdict = verdicts[status]
            record = json.loads(evidence(verdict, "json"))
            assert (record["schema"], record["status"], record["exit_code"]) == ("mtqa.verdict/1", status, code)
            assert evidence(verdict, "text").split()[0] == status.upper()
            assert evidence(verdict, "md").startswith(f"### {status.upper()}: acme\n")
            assert json.loads(evidence(verdict, "sarif"))["runs"][0]["properties"]["status"] == status
            assert verdict.exit_code == code

    def test_text_in_whole(self, verdicts: dict[str, Verdict]) -> None:
        lines = evidence(verdicts["fail"], "text").splitlines()
        made, people = (measured_precision(by=by)["accuracy/mistranslation"] for by in ("made", "people"))
        assert [" ".join(line.split()) for line in lines[1:]] == [
            "fail critical.max 1 exact limit <= 0 n = 100",
            "the delivery is beyond the limit",
            "segments: 3",
            "fail mqm 125 exact limit <= 40 n = 100",
            "the delivery is beyond the limit",
            "segments: 3, 0, 1, 2, 4, 5, 6, 7, 8, 9",
            "fail metric.chrF2.min_mean 50 exact limit >= 90 n = 100 (warn only)",
            "the delivery is beyond the limit",
            "segments: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9",
            "dearest findings:",
            "3 critical accuracy/mistranslation [word] → [text]",
            *(f"{n} major accuracy/mistranslation [word] → [text]" for n in range(9)),
            "precision of the detector, by category (unreviewed findings):",
            f"accuracy/mistranslation (21): {100 * made.share:.0f} % of {made.judged:,} made errors, "
            f"at least {100 * people.share:.0f} % of {people.judged:,} in real translations",
            "note: 21 of 21 findings are automatic and unreviewed; the policy trusts them",
            "note: errors that the detector misses are not counted: set limits with the same detector",
            "signature: chrF2|version:1",
        ]

    def test_junit_never_shows_anything_but_a_pass_as_good(self, verdicts: dict[str, Verdict]) -> None:
        for status, verdict in verdicts.items():
            suite = ElementTree.fromstring(evidence(verdict, "junit"))[0]
            bad = suite.findall(".//failure") + suite.findall(".//error")
            assert (len(bad) == 0) == (status == "pass")
            assert int(suite.get("failures", 0)) + int(suite.get("errors", 0)) == len(bad)
            assert int(suite.get("tests", 0)) == len(suite.findall("testcase")) == len(verdict.checks) + 1
            assert int(suite.get("skipped", 0)) == len(suite.findall(".//skipped"))

    def test_a_warning_is_no_failed_test(self, verdicts: dict[str, Verdict]) -> None:
        suite = ElementTree.fromstring(evidence(verdicts["pass"], "junit"))
        case = next(c for c in suite.iter("testcase") if c.get("name") == "metric.chrF2.min_mean")
        assert [child.tag for child in case] == ["system-out"]

    def test_sarif_has_what_readers_need(self, verdicts: dict[str, Verdict]) -> None:
        log = json.loads(evidence(verdicts["fail"], "sarif"))
        run = log["runs"][0]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert log["version"] == "2.1.0" and len(run["results"]) == 3
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"] and result["message"]["text"] and result["locations"]
        assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
        named = json.loads(evidence(replace(verdicts["fail"], subject="out/acme 12.tsv"), "sarif"))
        place = named["runs"][0]["results"][0]["locations"][0]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "out/acme%2012.tsv"
        assert place["logicalLocations"][0]["name"] == "3"

    def test_names_cannot_break_out(self, verdicts: dict[str, Verdict]) -> None:
        hostile = verdicts["hostile"]
        for form in FORMS:
            text = evidence(hostile, form.name)
            text.encode("utf-8")
            assert "\x00" not in text and "\x1b" not in text
        plain = replace(
            hostile,
            caveats=("",),
            findings=verdicts["fail"].findings,
            checks=tuple(replace(c, name="", reason="") for c in hostile.checks),
        )
        assert len(evidence(hostile, "text").splitlines()) == len(evidence(plain, "text").splitlines())
        markdown = evidence(hostile, "md")
        assert "<script>" not in markdown and "\n# head" not in markdown
        rows = [line for line in markdown.splitlines() if line.startswith("| ")]
        assert len(rows) == len(hostile.checks) + 1
        for line in annotations(hostile):
            assert "\n" not in line and "\r" not in line and line.count("::error") + line.count("::warning") <= 2

    def test_annotations(self, verdicts: dict[str, Verdict]) -> None:
        assert annotations(verdicts["fail"])[0] == (
            "::error title=mtqa gate%3A critical.max::fail: the delivery is beyond the limit"
        )
        assert annotations(verdicts["pass"]) == (
            "::warning title=mtqa gate%3A metric.chrF2.min_mean::fail: the delivery is beyond the limit",
        )

    def test_an_unknown_form(self, verdicts: dict[str, Verdict]) -> None:
        with pytest.raises(Misuse, match="unknown form of evidence 'pdf'; known: text, json, junit, sarif, md"):
            evidence(verdicts["pass"], "pdf")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gate") / "delivery.tsv"
    rows = [f"{n}\tThe ministers met on day {n} in the capital.\tThe ministers met on day {n} in the capital."
            for n in range(30)]  # fmt: skip
    rows[4] = "4\tThe ceasefire holds for 30 days in the city.\tThe ceasefire holds for 60 days in the city."
    path.write_text("\n".join(["id\thypothesis\treference", *rows]) + "\n", encoding="utf-8")
    return path


Run = Callable[..., tuple[int, str, str]]


class TestShell:
    @pytest.fixture
    def run(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
            monkeypatch.delenv(name, raising=False)

        def run(*arguments: object) -> tuple[int, str, str]:
            with pytest.raises(SystemExit) as left:
                main(["gate", *map(str, arguments)])
            said = capsys.readouterr()
            return int(left.value.code or 0), said.out, said.err

        return run

    @pytest.fixture
    def policy(self, tmp_path: Path) -> Callable[[str], Path]:
        def policy(text: str) -> Path:
            path = tmp_path / "mtqa.toml"
            path.write_text('policy = "acme"\n' + text)
            return path

        return policy

    @pytest.mark.parametrize(
        ("text", "code", "status"),
        [
            ("[mqm]\nmax_per_1000_words = 1000\n", 0, "PASS"),
            ("[critical]\nmax = 0\n[findings]\ntrusted = ['*']\n", 1, "FAIL"),
            ("[critical]\nmax = 0\n", 3, "INCONCLUSIVE"),
            ("[[metric]]\nname = 'comet'\nmin_mean = 0.8\n", 4, "INVALID"),
            ("[[metric]]\nname = 'bleu:tokenize=intl'\nmin_mean = 1.0\n", 0, "PASS"),
            ("[scope]\nlanguage_pair = 'en-de'\n[critical]\nmax = 9\n", 4, "INVALID"),
        ],
    )
    def test_every_exit_code(self, table: Path, run: Run, policy: Callable[[str], Path], text: str, code: int,
                             status: str) -> None:  # fmt: skip
        found = run(table, "--policy", policy(text))
        assert (found[0], found[1].split()[0], found[2]) == (code, status, "")

    def test_a_policy_that_is_not_understood(self, table: Path, run: Run, policy: Callable[[str], Path]) -> None:
        path = policy("[critical]\nmaks = 0\n")
        refusal = f"mtqa: {path}: critical: unknown key 'maks'; known: max, max_share, severities, "
        code, out, told = run(table, "--policy", path)
        assert (code, out) == (2, "") and told.startswith(refusal)

    def test_a_delivery_that_is_not_there(self, tmp_path: Path, run: Run, policy: Callable[[str], Path]) -> None:
        assert run(tmp_path / "no.tsv", "--policy", policy("[critical]\nmax = 0\n"))[:2] in ((4, ""), (2, ""))

    def test_files_and_the_policy_of_the_folder(self, table: Path, tmp_path: Path, run: Run,
                                                policy: Callable[[str], Path],
                                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
        policy("[mqm]\nmax_per_1000_words = 1000\n")
        monkeypatch.chdir(tmp_path)
        code, out, _ = run(table, "--json", "--junit", "j.xml", "--sarif", "s.json", "--markdown", "m.md")
        assert (code, json.loads(out)["status"]) == (0, "pass")
        ElementTree.parse("j.xml")
        assert json.loads(Path("s.json").read_text())["version"] == "2.1.0"
        assert Path("m.md").read_text().startswith("### PASS: acme\n")

    def test_an_output_that_cannot_be_written_is_said_before_any_judging(
        self, table: Path, run: Run, policy: Callable[[str], Path]
    ) -> None:
        code, out, told = run(table, "--policy", policy("[critical]\nmax = 9\n"), "--junit", "/nowhere/j.xml")
        assert (code, out) == (2, "") and told.startswith("mtqa: /nowhere/j.xml: cannot be written")

    @staticmethod
    def sheet(path: Path, table: Path, new: Callable[[Mark], Mark | None], **head: object) -> Path:
        """The decisions file that the report page exports: for each finding, what should stand there."""
        made = assess(table)
        lines: list[object] = [
            {
                "schema": "mtqa.decisions/1",
                "assessment": made.fingerprint,
                "reviewer": "Ana",
                "role": "reviewer",
                **head,
            }
        ]
        for key, error in zip(made.finding_keys, made.error_spans, strict=True):
            old, want = Mark.of(error), new(Mark.of(error))
            verb = "reject" if want is None else "accept" if want == old else "regrade"
            lines.append({"finding": key, "verb": verb, "old": old.record(), "new": want and want.record(),
                          "comment": "", "at": "2026-11-22T20:00:00Z"})  # fmt: skip
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return path

    def test_reviews_settle_it(self, table: Path, tmp_path: Path, run: Run, policy: Callable[[str], Path]) -> None:
        rules = policy("[critical]\nmax = 0\n")
        for name, new, code in (
            ("confirmed", lambda mark: mark, 1),
            ("rejected", lambda mark: None, 0),
            ("minor", lambda mark: replace(mark, severity=Severity.MINOR), 0),
        ):
            path = self.sheet(tmp_path / name, table, new)
            assert run(table, "--policy", rules, "--decisions", path)[0] == code, name

    def test_who_differs_and_a_vendor_s_reply_settle_nothing(
        self, table: Path, tmp_path: Path, run: Run, policy: Callable[[str], Path]
    ) -> None:
        rules = policy("[critical]\nmax = 0\n")
        ana = self.sheet(tmp_path / "ana", table, lambda mark: mark)
        bea = self.sheet(tmp_path / "bea", table, lambda mark: None, reviewer="Bea")
        reply = self.sheet(tmp_path / "reply", table, lambda mark: None, reviewer="acme", role="vendor")
        arbiter = self.sheet(tmp_path / "arbiter", table, lambda mark: mark, reviewer="Cem", role="arbiter")
        for sheets, code in (
            ((reply,), 3), ((ana, bea), 3), ((ana, reply), 1), ((bea, reply), 0), ((ana, bea, arbiter), 1),
        ):  # fmt: skip
            given = [option for path in sheets for option in ("--decisions", path)]
            assert run(table, "--policy", rules, *given)[0] == code

    def test_decisions_that_do_not_belong_here(
        self, table: Path, tmp_path: Path, run: Run, policy: Callable[[str], Path]
    ) -> None:
        rules, path = policy("[critical]\nmax = 0\n"), tmp_path / "d.jsonl"
        self.sheet(path, table, lambda mark: mark, assessment="0" * 16)
        code, out, told = run(table, "--policy", rules, "--decisions", path)
        assert (code, out) == (4, "") and told.startswith(
            f"mtqa: {path}: made for another assessment (0000000000000000"
        )
        path.write_text(json.dumps({**finding(0).record(), "decision": "confirmed"}) + "\n")
        assert run(table, "--policy", rules, "--decisions", path)[::2] == (
            4, f"mtqa: {path}: schema mtqa.decisions/1 wanted, none found; export it again from the report\n",
        )  # fmt: skip

    def test_a_saved_assessment_gives_the_same_verdict(self, table: Path, tmp_path: Path, run: Run,
                                                       policy: Callable[[str], Path]) -> None:  # fmt: skip
        assess(table).save(tmp_path / "saved")
        rules = policy("[critical]\nmax = 0\n[mqm]\nmax_per_1000_words = 12\n")
        assert run(tmp_path / "saved", "--policy", rules) == run(table, "--policy", rules)

    def test_in_a_job_of_github(self, table: Path, tmp_path: Path, run: Run, policy: Callable[[str], Path],
                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
        rules = policy("[critical]\nmax = 0\n[findings]\ntrusted = ['*']\n")
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", os.fspath(tmp_path / "summary.md"))
        code, out, told = run(table, "--policy", rules)
        assert code == 1 and out.startswith("FAIL") and told.startswith("::error title=mtqa gate%3A critical.max::")
        assert (tmp_path / "summary.md").read_text().startswith("### FAIL: acme\n")
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/nowhere/summary.md")
        assert run(table, "--policy", rules)[0] == 1


class TestAssertGate:
    def test_a_pass_returns_the_verdict(self) -> None:
        assert assert_gate(delivery(100), {"policy": "p", "critical": {"max": 0}}).status == Outcome.PASS

    def test_a_fail_fails_with_the_evidence(self) -> None:
        with pytest.raises(pytest.fail.Exception, match=r"FAIL  acme .*\n.*critical\.max"):
            assert_gate(delivery(100, [finding(1, "critical")], scores={"chrF2": [99.0] * 100}), POLICY)

    def test_inconclusive_is_no_pass(self) -> None:
        policy = {"policy": "p", "critical": {"max_share": 0.01}}
        with pytest.raises(pytest.fail.Exception, match="INCONCLUSIVE"):
            assert_gate(delivery(20), policy, population=1000)
        with pytest.raises(pytest.skip.Exception, match="INCONCLUSIVE"):
            assert_gate(delivery(20), policy, population=1000, inconclusive="skip")

    def test_invalid_is_an_error(self) -> None:
        with pytest.raises(RuntimeError, match="INVALID"):
            assert_gate(delivery(0), POLICY)

    def test_a_table(self, table: Path) -> None:
        assert assert_gate(table, {"policy": "p", "mqm": {"max_per_1000_words": 1000}}).exit_code == 0

    def test_in_a_run_of_pytest(self, table: Path, tmp_path: Path) -> None:
        """The fixture is found by its plugin, a failed gate is a failed test with its evidence, nothing is heavy."""
        (tmp_path / "test_delivery.py").write_text(
            "import sys\n"
            "def test_light():\n    assert not {'numpy', 'pandas', 'scipy', 'pyarrow', 'pydantic'} & set(sys.modules)\n"
            "def test_good(assert_gate):\n"
            f"    assert_gate({str(table)!r}, {{'policy': 'p', 'mqm': {{'max_per_1000_words': 1000.0}}}})\n"
            "def test_bad(assert_gate):\n"
            f"    assert_gate({str(table)!r}, {{'policy': 'p', 'critical': {{'max': 0}}}})\n"
        )
        line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "mtqa.pytest_plugin", tmp_path]
        environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        run = subprocess.run(line, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
        assert "1 failed, 2 passed" in run.stdout, run.stdout
        assert "INCONCLUSIVE  p" in run.stdout
