"""Decisions of reviewers: read, refused, merged with a trail, settled, compared; and the server that saves them."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.assess import assess
from mtqa.assessment import Assessment
from mtqa.cli import main
from mtqa.gate import gate
from mtqa.mqm import Severity
from mtqa.refusal import Refusal
from mtqa.review import (
    Decision,
    Entry,
    Mark,
    Review,
    Role,
    Verb,
    agreements,
    merge,
    read_sheet,
    settle,
)
from mtqa.review.serving import Served, serve
from mtqa.segment import Span

HYPOTHESES = ("The 30 days of cease-fire 😀 began in in May.", "He sayd no.", "It stands.", "Nine men came on Monday.")
REFERENCES = ("The 60 days of ceasefire 😀 began in May.", "He said no.", "It stands.", "Ten men came on Tuesday.")
AT = "2026-11-22T20:00:00.000Z"


@pytest.fixture(scope="module")
def fresh() -> Assessment:
    return assess(list(HYPOTHESES), list(REFERENCES), kind="correction", metrics=("chrf++",))


@pytest.fixture
def folder(fresh: Assessment, tmp_path: Path) -> Path:
    return fresh.save(tmp_path / "a")


def decided(assessment: Assessment, finding: int, verb: str, comment: str = "", **changes: object) -> Decision:
    old = Mark.of((assessment.review.found if assessment.review else assessment.error_spans)[finding])
    new = None if verb == "reject" else Mark(**{name: changes.get(name, getattr(old, name)) for name in Mark.__slots__})
    return Decision(str(finding), Verb(verb), old, new, comment, AT)


def added(start: int, end: int, key: str = "+1", segment: int = 2) -> Decision:
    text = HYPOTHESES[segment][start:end]
    mark = Mark(str(segment + 1), "", "", Span(start, end), text, Span(end, end), "", "style/awkward", Severity.MINOR)
    return Decision(key, Verb.ADD, None, mark, "clumsy", AT)


def written(
    path: Path, made_for: Assessment, *decisions: Decision, who: str = "Ana", role: str = "reviewer", **head: str
) -> Path:
    first = {"schema": "mtqa.decisions/1", "assessment": made_for.fingerprint, "reviewer": who, "role": role, **head}
    lines = [first, *(decision.record() for decision in decisions)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def merged(assessment: Assessment, *paths: Path, replace: bool = False) -> Assessment:
    before = assessment.review or Review(assessment.error_spans, assessment.summary.systemic)
    return assessment.reviewed(merge(assessment.batch, before, [read_sheet(path) for path in paths], replace=replace))


class TestMerging:
    def test_what_was_decided_stands(self, fresh: Assessment, tmp_path: Path) -> None:
        sheet = written(
            tmp_path / "d.jsonl",
            fresh,
            decided(fresh, 0, "reject", "a style matter"),
            decided(fresh, 1, "regrade", severity=Severity.CRITICAL),
            decided(fresh, 2, "edit", "too many", category="other/other"),
            decided(fresh, 3, "accept"),
            decided(fresh, 4, "comment", "ask the client"),
            added(3, 9),
        )
        after = merged(fresh, sheet)
        errors = dict(zip(after.finding_keys, after.error_spans, strict=True))
        assert "0" not in errors
        assert errors["1"].severity is Severity.CRITICAL
        assert errors["1"].severity_basis == "review"
        assert errors["1"].evidence == fresh.error_spans[1].evidence
        assert (errors["2"].category, errors["2"].explanation, errors["2"].evidence) == ("other/other", "too many", ())
        assert errors["3"] == fresh.error_spans[3]
        assert errors["4"] == fresh.error_spans[4]
        new = errors["+1"]
        assert (new.id, new.text, new.rule, new.explanation, new.evidence) == (
            "3", "stands", "review", "clumsy", ("added by Ana",),
        )  # fmt: skip
        assert {after.finding_keys[n] for n in after.decided} == {"1", "2", "3", "+1"}
        places = [int(error.id) for error in after.error_spans]
        assert places == sorted(places)
        tally = after.summary.review
        assert tally is not None
        assert (tally.findings, tally.confirmed, tally.changed, tally.rejected, tally.added) == (
            len(fresh.error_spans), 3, 2, 1, 1,
        )  # fmt: skip
        assert tally.people == (("Ana", "reviewer"),)

    def test_the_summary_is_counted_anew_and_the_scores_stay(self, fresh: Assessment, tmp_path: Path) -> None:
        rejected = [decided(fresh, n, "reject") for n in range(len(fresh.error_spans))]
        after = merged(fresh, written(tmp_path / "d.jsonl", fresh, *rejected[1:]))
        kept = fresh.error_spans[0]
        assert after.summary.errors == 1
        assert after.summary.penalty_points == {"minor": 1, "major": 5, "critical": 25}[kept.severity]
        assert [row.category for row in after.summary.categories] == [kept.category]
        assert [(row.id, row.errors) for row in after.summary.worst] == [(kept.id, 1)]
        assert after.summary.scores == fresh.summary.scores
        assert after.summary.systemic == ()
        none = merged(fresh, written(tmp_path / "e.jsonl", fresh, *rejected))
        assert (none.summary.errors, none.summary.penalty_points, none.summary.worst) == (0, 0.0, ())

    def test_no_decision_changes_nothing_but_the_trail(self, fresh: Assessment, tmp_path: Path) -> None:
        accepted = [decided(fresh, n, "accept") for n in range(len(fresh.error_spans))]
        after = merged(fresh, written(tmp_path / "d.jsonl", fresh, *accepted))
        assert after.error_spans == fresh.error_spans
        before, now = fresh.summary, after.summary
        assert (now.errors, now.penalty, now.categories, now.groups, now.worst, now.systemic) == (
            before.errors, before.penalty, before.categories, before.groups, before.worst, before.systemic,
        )  # fmt: skip

    def test_the_same_file_twice_is_the_same_as_once(self, fresh: Assessment, tmp_path: Path) -> None:
        sheet = written(tmp_path / "d.jsonl", fresh, decided(fresh, 0, "reject"), added(0, 2))
        once = merged(fresh, sheet)
        assert merged(once, sheet) == once
        assert merged(fresh, sheet, sheet) == once

    def test_a_former_decision_is_taken_back_only_when_asked(self, fresh: Assessment, tmp_path: Path) -> None:
        once = merged(fresh, written(tmp_path / "a.jsonl", fresh, decided(fresh, 0, "reject")))
        newer = written(tmp_path / "b.jsonl", fresh, decided(fresh, 0, "accept"))
        with pytest.raises(Refusal) as refused:
            merged(once, newer)
        assert str(refused.value) == (
            f"{newer}:2: Ana decided otherwise on finding 0: reject, merged before ({AT}); "
            "give --replace if the new decisions are to stand"
        )
        again = merged(once, newer, replace=True)
        assert again.error_spans == fresh.error_spans
        assert again.review is not None
        assert [(entry.merge, str(entry.decision.verb)) for entry in again.review.trail] == [
            (1, "reject"),
            (2, "accept"),
        ]

    def test_who_decides(self, fresh: Assessment, tmp_path: Path) -> None:
        ana = written(tmp_path / "ana.jsonl", fresh, decided(fresh, 0, "reject"), decided(fresh, 1, "accept"))
        bo = written(tmp_path / "bo.jsonl", fresh, decided(fresh, 0, "accept"), decided(fresh, 1, "accept"), who="Bo")
        vendor = written(tmp_path / "v.jsonl", fresh, decided(fresh, 1, "reject"), added(0, 2), who="V", role="vendor")
        after = merged(fresh, ana, bo, vendor)
        assert after.error_spans == fresh.error_spans
        assert {after.finding_keys[n] for n in after.decided} == {"1"}
        assert after.summary.review is not None
        assert (after.summary.review.disputed, after.summary.review.contested) == (1, 1)
        arbiter = written(tmp_path / "c.jsonl", fresh, decided(fresh, 0, "reject"), who="Cy", role="arbiter")
        settled = merged(after, arbiter)
        assert "0" not in settled.finding_keys
        assert settled.summary.review is not None
        assert settled.summary.review.disputed == 0


class TestRefusals:
    def refused(self, assessment: Assessment, *paths: Path) -> str:
        with pytest.raises(Refusal) as refused:
            merged(assessment, *paths)
        return str(refused.value).replace(str(paths[0].parent) + "/", "")

    def test_of_files(self, fresh: Assessment, tmp_path: Path) -> None:
        path = tmp_path / "d.jsonl"
        one = decided(fresh, 0, "accept")
        assert self.refused(fresh, written(path, fresh, one, schema="mtqa.decisions/0")) == (
            "d.jsonl: schema mtqa.decisions/1 wanted, 'mtqa.decisions/0' found; export it again from the report"
        )
        assert self.refused(fresh, written(path, fresh, one, assessment="0123456789abcdef")) == (
            f"d.jsonl: made for another assessment (0123456789abcdef, this is {fresh.fingerprint}); "
            "merge it into the one whose report it was made in"
        )
        assert self.refused(fresh, written(path, fresh, one, who=" ")) == (
            "d.jsonl:1: the header names no reviewer; give the name in the report, export again"
        )
        assert self.refused(fresh, written(path, fresh, one, role="boss")) == (
            "d.jsonl:1: no role 'boss'; known: reviewer, arbiter, vendor"
        )
        path.write_text("", encoding="utf-8")
        assert self.refused(fresh, path) == (
            "d.jsonl: schema mtqa.decisions/1 wanted, none found; export it again from the report"
        )
        path.write_text("{\n", encoding="utf-8")
        assert self.refused(fresh, path) == "d.jsonl:1: no JSON object; export it again from the report"

    def test_of_lines(self, fresh: Assessment, tmp_path: Path) -> None:
        path = tmp_path / "d.jsonl"
        one = decided(fresh, 0, "accept")
        beyond = Decision("99", Verb.ACCEPT, one.old, one.new, "", AT)
        assert self.refused(fresh, written(path, fresh, beyond)) == (
            "d.jsonl:2: the assessment has no finding 99; export it again from the report"
        )
        other = Decision("1", Verb.ACCEPT, one.old, one.new, "", AT)
        assert self.refused(fresh, written(path, fresh, other)) == (
            "d.jsonl:2: finding 1 never stood as the line has it in old; "
            "leave exported lines as they are, or export again"
        )
        assert self.refused(fresh, written(path, fresh, one, decided(fresh, 1, "accept"), one)) == (
            "d.jsonl:4: finding 0 is decided twice (line 2 too); keep one line a finding"
        )
        moved = decided(fresh, 0, "edit", hypothesis=Span(0, 3))
        assert self.refused(fresh, written(path, fresh, moved)) == (
            "d.jsonl:2: segment '1': what is marked is not what stands at 0 to 3 of its hypothesis; "
            "offsets are Unicode code points of the raw texts, half open"
        )
        ana = written(path, fresh, one)
        contrary = written(tmp_path / "e.jsonl", fresh, decided(fresh, 0, "reject"))
        assert self.refused(fresh, ana, contrary) == (
            "e.jsonl:2: Ana decided otherwise on finding 0: accept (d.jsonl:2); merge only the newer of the two files"
        )

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"verb": "regrade"}, "regrade does not go with its old and new"),
            ({"verb": "bless"}, "'bless' is not a valid Verb"),
            ({"new": None}, "accept does not go with its old and new"),
            ({"at": 5}, "at is not text"),
            ({"old": "x"}, "old is neither a mark nor null"),
        ],
    )
    def test_of_misshapen_lines(self, fresh: Assessment, tmp_path: Path, change: dict[str, object], why: str) -> None:
        path = written(tmp_path / "d.jsonl", fresh)
        line = {**decided(fresh, 0, "accept").record(), **change}
        path.write_text(path.read_text(encoding="utf-8") + json.dumps(line) + "\n", encoding="utf-8")
        assert self.refused(fresh, path) == f"d.jsonl:2: not a decision: {why}; export it again from the report"


class TestFolder:
    def test_a_review_is_saved_and_read_again(self, fresh: Assessment, folder: Path, tmp_path: Path) -> None:
        sheet = written(tmp_path / "d.jsonl", fresh, decided(fresh, 0, "reject", "why"), added(0, 2))
        after = merged(Assessment.load(folder), sheet)
        after.save(folder)
        bytes_before = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert set(bytes_before) == {
            "assessment.json", "errors.parquet", "findings.parquet", "report.html", "review.jsonl", "segments.parquet",
        }  # fmt: skip
        again = Assessment.load(folder)
        assert again == after
        assert again.fingerprint == fresh.fingerprint
        again.save(folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == bytes_before
        trail = [json.loads(line) for line in (folder / "review.jsonl").read_text(encoding="utf-8").splitlines()]
        assert trail[0]["schema"] == "mtqa.review/1"
        assert [(line["reviewer"], line["verb"], line["comment"], line["at"]) for line in trail[1:]] == [
            ("Ana", "reject", "why", AT), ("Ana", "add", "clumsy", AT),
        ]  # fmt: skip
        assert (
            "of " in (folder / "report.html").read_text(encoding="utf-8").split("Reviewed by Ana (reviewer): ")[1][:5]
        )

    def test_an_assessment_without_review_is_what_it_was(self, fresh: Assessment, folder: Path) -> None:
        assert {path.name for path in folder.iterdir()} == {
            "assessment.json", "errors.parquet", "report.html", "segments.parquet",
        }  # fmt: skip
        assert Assessment.load(folder) == fresh

    def test_a_trail_that_was_tampered_with_is_refused(self, fresh: Assessment, folder: Path, tmp_path: Path) -> None:
        merged(fresh, written(tmp_path / "d.jsonl", fresh, decided(fresh, 0, "reject"))).save(folder)
        path = folder / "review.jsonl"
        head = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text(head + "\n", encoding="utf-8")
        with pytest.raises(Refusal) as refused:
            Assessment.load(folder)
        assert str(refused.value) == (
            f"{folder}: errors.parquet is not what review.jsonl decides; take both from a copy, or assess it again"
        )
        path.unlink()
        (folder / "findings.parquet").unlink()
        with pytest.raises(Refusal, match="reviewed, but without its review"):
            Assessment.load(folder)

    def test_merge_is_all_or_nothing(
        self, fresh: Assessment, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        good = written(tmp_path / "a.jsonl", fresh, decided(fresh, 0, "reject"))
        bad = written(tmp_path / "b.jsonl", fresh, decided(fresh, 0, "accept"), who="Bo", assessment="other")
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        for files, code in (((good, bad), 4), ((good,), 0), ((good,), 0)):
            with pytest.raises(SystemExit) as ended:
                main(["review", "merge", *map(str, files), "--into", str(folder)])
            assert (ended.value.code or 0) == code
            printed = capsys.readouterr()
            if code:
                assert printed.err.startswith(f"mtqa: {bad}: made for another assessment")
                assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
        assert printed.out.splitlines()[0] == "0 decisions merged, 1 stood there already"
        assert Assessment.load(folder).summary.errors == fresh.summary.errors - 1

    def test_the_gate_judges_what_stands(self, fresh: Assessment, tmp_path: Path) -> None:
        policy = {"policy": "p", "mqm": {"max_per_1000_words": 100.0}}
        rejected = [decided(fresh, n, "reject") for n in range(len(fresh.error_spans))]
        after = merged(fresh, written(tmp_path / "d.jsonl", fresh, *rejected))
        assert gate(fresh, policy).status != "pass"
        assert gate(after, policy).status == "pass"
        accepted = [decided(fresh, n, "accept") for n in range(len(fresh.error_spans))]
        confirmed = merged(fresh, written(tmp_path / "e.jsonl", fresh, *accepted))
        assert gate(confirmed, policy).status == "fail"
        assert not any("unreviewed" in caveat for caveat in gate(confirmed, policy).caveats)


class TestAgreement:
    def trail(self, fresh: Assessment, ana: list[Decision], bo: list[Decision]) -> list[Entry]:
        return [
            *(Entry("Ana", Role.REVIEWER, decision, 1) for decision in ana),
            *(Entry("Bo", Role.REVIEWER, decision, 1) for decision in bo),
        ]

    def test_by_hand(self, fresh: Assessment) -> None:
        # Verdicts: both yes on 0, 1; both no on 2; Ana yes and Bo no on 3: po = 3/4, pe = (3·2 + 1·2)/16 = 1/2
        ana = [decided(fresh, n, verb) for n, verb in enumerate(("accept", "accept", "reject", "accept"))]
        bo = [decided(fresh, n, verb) for n, verb in enumerate(("accept", "accept", "reject", "reject"))]
        (pair,) = agreements(self.trail(fresh, ana, bo))
        assert (pair.first, pair.second, pair.findings) == ("Ana", "Bo", 4)
        assert pair.verdict == pytest.approx(0.5)
        assert [each.finding for each in pair.disagreements] == ["3"]
        a = sum(max(1, len(fresh.error_spans[n].hypothesis)) for n in (0, 1, 3))
        b = sum(max(1, len(fresh.error_spans[n].hypothesis)) for n in (0, 1))
        assert pair.span_f1 == pytest.approx(2 * b / (a + b))

    def test_both_added_the_same(self, fresh: Assessment) -> None:
        (pair,) = agreements(self.trail(fresh, [added(3, 9, "+a")], [added(3, 10, "+b")]))
        assert (pair.findings, pair.verdict) == (1, None)
        assert pair.span_f1 == pytest.approx(12 / 13)
        (pair,) = agreements(self.trail(fresh, [added(0, 2, "+a")], [added(3, 10, "+b")]))
        assert (pair.findings, pair.span_f1) == (2, 0.0)

    @settings(deadline=None)  # a machine may be busy
    @given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=4))
    def test_kappa_is_symmetric_and_one_where_they_agree(self, verdicts: list[tuple[bool, bool]]) -> None:
        fresh = (
            assess(list(HYPOTHESES), list(REFERENCES), kind="correction", metrics=("ter",)) if not CACHE else CACHE[0]
        )
        CACHE[:] = [fresh]
        words = {True: "accept", False: "reject"}
        ana = [decided(fresh, n, words[a]) for n, (a, _) in enumerate(verdicts)]
        bo = [decided(fresh, n, words[b]) for n, (_, b) in enumerate(verdicts)]
        (one,) = agreements(self.trail(fresh, ana, bo))
        (other,) = agreements(self.trail(fresh, bo, ana))
        assert one.verdict == (pytest.approx(other.verdict) if other.verdict is not None else None)
        assert one.span_f1 == other.span_f1
        if all(a == b for a, b in verdicts) and len(set(verdicts)) > 1:
            assert one.verdict == 1

    def test_the_command(
        self, fresh: Assessment, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["review", "agreement", str(folder)])
        assert ended.value.code == 4
        assert "decisions of fewer than two reviewers" in capsys.readouterr().err
        ana = written(tmp_path / "a.jsonl", fresh, decided(fresh, 0, "reject"))
        bo = written(tmp_path / "b.jsonl", fresh, decided(fresh, 0, "accept"), who="Bo")
        merged(fresh, ana, bo).save(folder)
        with pytest.raises(SystemExit):
            main(["review", "agreement", str(folder)])
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "Ana and Bo\t1 findings both decided"
        assert lines[-1].startswith("differ\t0\tno error\t")
        with pytest.raises(SystemExit):
            main(["review", "agreement", str(folder), "-f", "json"])
        record = json.loads(capsys.readouterr().out)
        assert (record["schema"], record["pairs"][0]["findings"]) == ("mtqa.agreement/1", 1)


CACHE: list[Assessment] = []


def test_nothing_decided_settles_to_what_was_found(fresh: Assessment) -> None:
    settled = settle(fresh.batch, Review(fresh.error_spans))
    assert settled.errors == fresh.error_spans
    assert (settled.decided, settled.tally.people) == ({}, ())


class TestServer:
    @pytest.fixture
    def server(self, fresh: Assessment, tmp_path: Path) -> Iterator[Served]:
        with serve("<p>page</p>", tmp_path / "d.jsonl", assessment=fresh.fingerprint) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            yield server
            server.shutdown()
            thread.join()

    def asked(
        self, server: Served, method: str, place: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)
        connection.request(method, place, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), answer.getheader("ETag") or ""
        connection.close()
        return found

    def test_only_the_token_opens_it(self, server: Served) -> None:
        assert self.asked(server, "GET", f"/{server.token}/")[:2] == (200, "<p>page</p>")
        for place in ("/", f"/{server.token}", f"/{server.token}/x", "/wrong/", f"/{server.token}/../d.jsonl", "//"):
            assert self.asked(server, "GET", place)[:2] == (404, "not found\n")
        assert self.asked(server, "GET", f"/{server.token}/", Host="evil.example")[0] == 404

    def test_decisions_are_written_whole_and_only_onto_what_was_seen(
        self, server: Served, fresh: Assessment, tmp_path: Path
    ) -> None:
        place = f"/{server.token}/decisions"
        status, text, version = self.asked(server, "GET", place)
        assert (status, text) == (200, "")
        body = written(tmp_path / "x.jsonl", fresh, decided(fresh, 0, "accept")).read_bytes()
        status, _, newer = self.asked(server, "PUT", place, body, If_Match=version)
        assert status == 204
        assert (tmp_path / "d.jsonl").read_bytes() == body
        assert self.asked(server, "PUT", place, body, If_Match=version)[:2] == (
            409, "the file was changed since; reload the page to have both\n",
        )  # fmt: skip
        assert self.asked(server, "PUT", place, b"{}\n", If_Match=newer)[0] == 400
        assert self.asked(server, "PUT", place, body, If_Match=newer, Origin="https://evil.example")[0] == 403
        foreign = body.replace(fresh.fingerprint.encode(), b"0123456789abcdef")
        assert self.asked(server, "PUT", place, foreign, If_Match=newer)[0] == 400
        assert (tmp_path / "d.jsonl").read_bytes() == body

    def test_the_command_prints_where_and_ends_on_ctrl_c(self, folder: Path) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "mtqa", "serve", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as run:
            assert run.stdout is not None and run.stderr is not None
            address = run.stdout.readline().strip()
            with urlopen(address, timeout=60) as answer:
                page = answer.read().decode()
                assert answer.headers["Cache-Control"] == "no-store"
            run.stderr.readline()
            run.send_signal(signal.SIGINT)
            said = run.stderr.read()
            assert run.wait(timeout=60) == 0
        assert "; connect-src 'self'" in page
        assert "connect-src" not in (folder / "report.html").read_text(encoding="utf-8").split("</head>")[0]
        assert f"mtqa review merge {folder}.decisions.jsonl --into {folder}" in said

    def test_a_file_of_another_assessment_is_never_written_over(self, fresh: Assessment, tmp_path: Path) -> None:
        path = written(tmp_path / "d.jsonl", fresh)
        with pytest.raises(Refusal) as refused:
            serve("", path, assessment="another")
        assert str(refused.value) == f"{path}: made for another assessment; name another file with --decisions"
