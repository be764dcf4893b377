"""Waivers, drift, and what is no assessment: what a verdict leaves out it shows, and what it cannot know it says."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from gate_deliveries import Delivery, delivery, finding

from mtqa.assess import assess
from mtqa.assessment import Assessment
from mtqa.cli import main
from mtqa.gate import Outcome, State, Verdict, gate, read_policy, read_waivers
from mtqa.gate.evidence import annotations, evidence
from mtqa.ledger import Entry, Ledger, entry_of
from mtqa.refusal import Misuse
from mtqa.segment import ReferenceKind
from mtqa.summary import Status

TODAY = date(2026, 6, 1)
WAIVER = {"reason": "the client's glossary has it so", "author": "Ana Lima", "expires": "2026-06-01"}
POLICY = {"policy": "p", "critical": {"max": 0}, "findings": {"trusted": ["*"]}}


def verdict(made: object, *waivers: dict[str, str], today: date = TODAY, **options: object) -> Verdict:
    return gate(made, {**POLICY, "waiver": [{**WAIVER, **each} for each in waivers]}, today=today, **options)


def stops(*segments: int, category: str = "accuracy/number") -> Delivery:
    return delivery(100, [finding(n, "critical", category) for n in segments])


class TestWaivers:
    def test_what_is_waived_does_not_count_and_is_shown(self) -> None:
        made = stops(3)
        assert verdict(made).status == Outcome.FAIL
        found = verdict(made, {"segment": "3"})
        assert found.status == Outcome.PASS
        assert [(each.state, each.findings) for each in found.waivers] == [(State.HOLDS, made.error_spans)]

    @pytest.mark.parametrize(
        ("said", "covered"),
        [
            ({"segment": "3"}, True),
            ({"segment": "4"}, False),
            ({"segment": "3", "document": "news_0"}, True),
            ({"segment": "3", "document": "news_1"}, False),
            ({"category": "accuracy/*", "system": "vendor"}, True),
            ({"category": "style/*"}, False),
            ({"text": "word", "correction": "text"}, True),
            ({"text": "wor"}, False),
            ({"text": "word", "correction": "other"}, False),
        ],
    )
    def test_all_that_is_said_must_be_true_of_it(self, said: dict[str, str], covered: bool) -> None:
        found = verdict(stops(3), said)
        assert (found.status == Outcome.PASS) == covered
        assert found.waivers[0].state == (State.HOLDS if covered else State.UNUSED)

    def test_the_last_day_counts_and_the_next_does_not(self) -> None:
        made = stops(3)
        assert verdict(made, {"segment": "3"}, today=date(2026, 6, 1)).status == Outcome.PASS
        found = verdict(made, {"segment": "3"}, today=date(2026, 6, 2))
        assert (found.status, found.waivers[0].state) == (Outcome.FAIL, State.EXPIRED)

    def test_one_expired_waiver_takes_nothing_from_another(self) -> None:
        found = verdict(stops(3), {"segment": "3", "expires": "2020-01-01"}, {"category": "accuracy/number"})
        assert found.status == Outcome.PASS
        assert [each.state for each in found.waivers] == [State.EXPIRED, State.HOLDS]

    def test_a_clock_that_goes_back_revives_none(self) -> None:
        """The ledger has seen a later day than the clock shows."""
        past = Entry("acme", "pt-en", "d", "2999-01-01T00:00:00+00:00", "h", 1, 1, 0, 0, 0.0, "mqm-core", number=1)
        policy = {**POLICY, "waiver": [{**WAIVER, "expires": "2998-12-31", "segment": "3"}]}
        assert gate(stops(3), policy).status == Outcome.PASS
        assert gate(stops(3), policy, history=[past]).status == Outcome.FAIL

    def test_a_waiver_stands_over_a_confirmation_and_a_rejection_over_a_waiver(self) -> None:
        made = stops(3, 4)
        found = verdict(made, {"segment": "3"}, {"segment": "4"}, decisions={0: True, 1: False})
        assert found.status == Outcome.PASS
        assert [each.state for each in found.waivers] == [State.HOLDS, State.UNUSED]
        assert not any("unreviewed" in caveat for caveat in found.caveats)

    def test_nothing_but_findings_is_waived(self) -> None:
        """The broadest waiver that can be written leaves integrity, metrics and what was not judged as they are."""
        every = {"category": "*"}
        untranslated = delivery(100, [finding(3, "critical")], notices={"untranslated": 1})
        policy = {**POLICY, "waiver": [{**WAIVER, **every}], "integrity": {"untranslated": 0}}
        found = gate(untranslated, policy, today=TODAY)
        assert [each.name for each in found.deciding] == ["integrity.untranslated"] and found.status == Outcome.FAIL
        assert verdict(delivery(100, status={7: Status.OMITTED}), every).status == Outcome.INCONCLUSIVE
        assert verdict(delivery(0), every).status == Outcome.INVALID
        assert verdict(delivery(9, kind=ReferenceKind.INDEPENDENT), every).status == Outcome.INVALID
        low = delivery(100, scores={"chrF2": [10.0] * 100})
        rules = {**policy, "integrity": {}, "metric": [{"name": "chrf", "min_mean": 50.0}]}
        assert gate(low, rules, today=TODAY).status == Outcome.FAIL

    def test_in_a_sample_it_says_what_that_means(self) -> None:
        found = verdict(stops(3), {"segment": "3"}, population=1000)
        assert (
            "findings were waived in what was inspected: the bounds take the rest to be waived alike" in found.caveats
        )

    def test_a_file_of_waivers(self, tmp_path: Path) -> None:
        path = tmp_path / "waivers.toml"
        path.write_text('[[waiver]]\nreason = "r"\nauthor = "a"\nexpires = 2026-06-01\nsegment = "3"\n')
        waivers = read_waivers(path)
        assert gate(stops(3), POLICY, waivers=waivers, today=TODAY).status == Outcome.PASS

    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            ("", "waiver: field required"),
            ("waiver = []", "waiver: tuple should have at least 1 item after validation, not 0"),
            ('policy = "p"\nwaiver = []', "unknown key 'policy'; known: waiver"),
            ('[[waiver]]\nreason = "r"\nauthor = "a"\nexpires = 2026-06-01T12:00:00\nsegment = "3"\n',
             "waiver[0].expires: a date wanted, as 2026-12-31"),
            ('[[waiver]]\nreason = "r"\nauthor = "a"\nexpiry = 2026-06-01\nsegment = "3"\n',
             "waiver[0]: unknown key 'expiry'; did you mean expires? known: reason, author, expires, segment, "
             "document, system, category, text, correction"),
        ],
    )  # fmt: skip
    def test_a_file_that_is_not_understood(self, tmp_path: Path, content: str, refusal: str) -> None:
        path = tmp_path / "waivers.toml"
        path.write_text(content)
        with pytest.raises(Misuse) as caught:
            read_waivers(path)
        assert str(caught.value) == f"{path}: {refusal}"

    def test_every_form_shows_them(self) -> None:
        found = verdict(stops(3, 4, 5), {"segment": "3"}, {"segment": "4", "expires": "2026-05-31"}, {"segment": "77"})
        said = [
            "1 finding waived until 2026-06-01 (segment 3; Ana Lima): the client's glossary has it so",
            "waiver expired on 2026-05-31, 1 finding counts again (segment 4; Ana Lima): "
            "the client's glossary has it so",
            "waiver until 2026-06-01 matches no finding (segment 77; Ana Lima): the client's glossary has it so",
        ]
        text = evidence(found, "text").splitlines()
        assert [line.removeprefix("  waiver: ") for line in text if line.startswith("  waiver: ")] == said
        assert all(f"- waiver: {line}" in evidence(found, "md") for line in said)
        suite = ElementTree.fromstring(evidence(found, "junit"))[0]
        assert (suite.findtext("system-out") or "").splitlines() == said
        rows = json.loads(evidence(found, "json"))["waivers"]
        assert [row["state"] for row in rows] == ["holds", "expired", "unused"]
        assert rows[0]["expires"] == "2026-06-01" and rows[0]["findings"][0]["id"] == "3"
        run = json.loads(evidence(found, "sarif"))["runs"][0]
        assert run["properties"]["waivers"] == said
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        suppressed = [result for result in run["results"] if "suppressions" in result]
        assert [rules[result["ruleIndex"]] for result in suppressed] == ["waiver"]
        assert suppressed[0]["suppressions"][0]["justification"] == said[0]
        levels = [line.split(" ")[0] for line in annotations(found) if "waiver" in line]
        assert levels == ["::notice", "::warning", "::warning"]


def past(count: int, *, seed: int = 1, **changes: object) -> list[Entry]:
    """Earlier deliveries of one vendor: about 20 points in 500 words each, as Poisson counts of major errors."""
    rng = np.random.default_rng(seed)
    return [
        Entry(**{  # type: ignore[arg-type]
            "vendor": "acme", "language_pair": "pt-en", "delivery": f"d{n}", "delivered": "2026-01-01T00:00:00+00:00",
            "data": f"h{n}", "segments": 50, "words": 500, "errors": 4, "critical": 0,
            "points": 5.0 * rng.poisson(4), "profile": "mqm-core",
            "means": {"chrF2++": 60.0 + 5 * rng.standard_normal()}, "number": n + 1, **changes,
        })
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Forty lines, of which one has a wrong number."""
    path = tmp_path_factory.mktemp("drift") / "now.tsv"
    rows = [f"{n}\tThe ministers met on day {n} in the capital.\tThe ministers met on day {n} in the capital."
            for n in range(40)]  # fmt: skip
    rows[4] = "4\tThe ceasefire holds for 30 days in the city.\tThe ceasefire holds for 60 days in the city."
    path.write_text("\n".join(["id\thypothesis\treference", *rows]) + "\n", encoding="utf-8")
    return assess(path, kind="correction")


def drift(made: Assessment, history: object, measure: str = "mqm"):
    found = gate(made, {"policy": "p", "drift": [{"measure": measure}]}, history=history)
    return found.checks[-1], found


def with_points(made: Assessment, points: float, chrf: float = 60.0) -> Assessment:
    """The same delivery with so many points in its summary: what the ledger would record."""
    means = tuple(replace(score, value=chrf) for score in made.summary.segment_means)
    return replace(made, summary=replace(made.summary, penalty_points=points, segment_means=means))


class TestDrift:
    def test_within_and_beyond(self, assessed: Assessment) -> None:
        words = assessed.summary.words
        usual, verdict = drift(with_points(assessed, 20.0 * words / 500), past(25))
        assert (usual.outcome, verdict.status) == (Outcome.PASS, Outcome.PASS)
        assert usual.reason.startswith("within what this vendor has always varied (centre ")
        bad, verdict = drift(with_points(assessed, 200.0 * words / 500), past(25))
        assert (bad.outcome, verdict.exit_code) == (Outcome.FAIL, 1)
        assert bad.reason.startswith("beyond the control limit (centre ")
        good, _ = drift(with_points(assessed, 0.0), past(25))
        assert good.outcome == Outcome.PASS

    def test_a_metric_counts_on_its_worse_side_only(self, assessed: Assessment) -> None:
        for chrf, outcome in ((60.0, Outcome.PASS), (99.0, Outcome.PASS), (20.0, Outcome.FAIL)):
            check, _ = drift(with_points(assessed, 0.0, chrf), past(25), "chrf++")
            assert (check.name, check.outcome, check.at_most) == ("drift.chrF2++", outcome, False)

    def test_nine_in_a_row_on_the_worse_side(self, assessed: Assessment) -> None:
        history = past(20) + [replace(each, data=f"later{n}", points=28.0) for n, each in enumerate(past(8))]
        check, _ = drift(with_points(assessed, 28.0 * assessed.summary.words / 500), history)
        assert check.outcome == Outcome.FAIL
        assert check.reason.startswith("the ninth in a row on the worse side of the centre (")

    @pytest.mark.parametrize(
        ("count", "settle"),
        [(0, "add 20 more deliveries with 'mtqa history add'"), (19, "add 1 more delivery with 'mtqa history add'")],
    )
    def test_too_little_history_is_inconclusive(self, assessed: Assessment, count: int, settle: str) -> None:
        check, verdict = drift(assessed, past(count))
        assert (verdict.exit_code, check.settle) == (3, settle)
        assert check.reason == f"{count} earlier deliveries in the ledger, at least 20 wanted to know what is usual"

    def test_the_delivery_itself_is_none_of_its_predecessors(self, assessed: Assessment) -> None:
        """Judged again after it was added: the line on its own texts does not count."""
        mine = with_points(assessed, 200.0 * assessed.summary.words / 500)
        line = entry_of(mine, vendor="acme", language_pair="pt-en", delivery="x", delivered=datetime.now(UTC))
        assert drift(mine, [*past(25), line])[0] == drift(mine, past(25))[0]
        assert drift(mine, [line, *past(19)])[1].exit_code == 3

    @pytest.mark.parametrize(
        ("history", "code", "reason"),
        [
            (None, 4, "no history was given; name it with --ledger and --vendor"),
            (past(25, profile="wmt"), 4,
             "severity profiles are never mixed: mqm-core, wmt; assess all with one profile"),
            (past(12) + past(13, vendor="other"), 4,
             "several vendors or language pairs in one chart; choose --vendor and --language-pair"),
            (past(25, points=0.0), 3, "no penalty points in the first deliveries: their spread is not known"),
            (past(25, points=20.0), 3, "the earlier deliveries never varied: what is unusual is not known"),
            (past(25, points=None), 3, "0 earlier deliveries in the ledger, at least 20 wanted to know what is usual"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_known(self, assessed: Assessment, history: object, code: int, reason: str) -> None:
        check, verdict = drift(assessed, history)
        assert (verdict.exit_code, check.reason) == (code, reason)

    def test_a_metric_that_the_delivery_lacks(self, assessed: Assessment) -> None:
        check, verdict = drift(assessed, past(25), "comet")
        assert (check.reason, verdict.exit_code) == ("the delivery has no COMET to chart", 4)

    def test_a_warning_does_not_decide(self, assessed: Assessment) -> None:
        policy = {"policy": "p", "critical": {"max": 99}, "drift": [{"role": "warn"}]}
        assert gate(assessed, policy, history=past(3)).status == Outcome.PASS


class TestWhatIsNoDelivery:
    @pytest.mark.parametrize(
        ("arguments", "refusal"),
        [
            ({"assessment": None}, "no assessment: None; give what 'assess' or 'Assessment.load' returned"),
            ({"assessment": "out/acme"}, "no assessment: a str; give what 'assess' or 'Assessment.load' returned"),
            ({"assessment": {}}, "no assessment: a dict; give what 'assess' or 'Assessment.load' returned"),
            ({"policy": None}, "no policy: NoneType; give a policy file or its content as a mapping"),
            ({"policy": 3}, "no policy: int; give a policy file or its content as a mapping"),
            ({"policy": "\x00"}, "\\x00: cannot be read (embedded null byte); name a policy file"),
            ({"baseline": "b"}, "no baseline: a str; give what 'assess' or 'Assessment.load' returned"),
            ({"decisions": [0]}, "no decisions: a list; give position → confirmed, as {0: True, 3: False}"),
            ({"decisions": {0: "yes"}}, "decision 'yes' on finding 0; give True, False or None"),
            ({"decisions": {"0": True}}, "a decision on finding '0', but there are 1; count them from 0"),
            ({"history": "h.sqlite"},
             "no history: a str; give what Ledger(…).entries(vendor=…, language_pair=…) returned"),
            ({"waivers": None}, "no waivers: None; give what read_waivers(path) returned"),
            ({"waivers": [{}]}, "no waivers: a list; give what read_waivers(path) returned"),
            ({"population": 0}, "no population: 0; give the number of segments of the delivery"),
            ({"population": True}, "no population: True; give the number of segments of the delivery"),
            ({"population": 10.5}, "no population: 10.5; give the number of segments of the delivery"),
            ({"language_pair": "english"}, "no language pair: 'english'; write it as pt-en or pt-BR-en"),
            ({"language_pair": 7}, "no language pair: 7; write it as pt-en or pt-BR-en"),
        ],
    )  # fmt: skip
    def test_is_refused(self, arguments: dict[str, object], refusal: str) -> None:
        call = {"assessment": stops(3), "policy": POLICY, **arguments}
        with pytest.raises(Misuse) as caught:
            gate(call.pop("assessment"), call.pop("policy"), **call)  # type: ignore[arg-type]
        assert str(caught.value) == refusal


Run = Callable[..., tuple[int, str, str]]


class TestShell:
    @pytest.fixture
    def run(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "MTQA_LEDGER"):
            monkeypatch.delenv(name, raising=False)

        def run(*arguments: object) -> tuple[int, str, str]:
            with pytest.raises(SystemExit) as left:
                main(["gate", *map(str, arguments)])
            said = capsys.readouterr()
            return int(left.value.code or 0), said.out, said.err

        return run

    def test_waivers_beside_the_policy(self, assessed: Assessment, tmp_path: Path, run: Run) -> None:
        folder, policy, waivers = assessed.save(tmp_path / "a"), tmp_path / "mtqa.toml", tmp_path / "w.toml"
        policy.write_text('policy = "p"\n[critical]\nmax = 0\n[findings]\ntrusted = ["*"]\n')
        waivers.write_text('[[waiver]]\nreason = "r"\nauthor = "a"\nexpires = 9999-01-01\nsegment = "4"\n')
        assert run(folder, "--policy", policy)[0] == 1
        code, out, _ = run(folder, "--policy", policy, "--waivers", waivers)
        assert code == 0 and "  waiver: 1 finding waived until 9999-01-01 (segment 4; a): r" in out
        code, out, told = run(folder, "--policy", policy, "--waivers", tmp_path / "no.toml")
        assert (code, out) == (2, "") and told.endswith(
            "no.toml: cannot be read (No such file or directory); name a file of waivers\n"
        )

    def test_drift_from_the_ledger(self, assessed: Assessment, tmp_path: Path, run: Run) -> None:
        folder, policy, ledger = assessed.save(tmp_path / "a"), tmp_path / "mtqa.toml", tmp_path / "h.sqlite"
        policy.write_text('policy = "p"\n[[drift]]\n')
        where = ("--policy", policy, "--ledger", ledger)
        known = (*where, "--vendor", "acme", "--language-pair", "pt-en")
        assert run(folder, "--policy", policy)[0] == 4
        assert run(folder, *known)[0] == 4
        assert run(folder, *where)[::2] == (
            2, "mtqa: a ledger without --vendor and --language-pair; say whose deliveries are looked at\n",
        )  # fmt: skip
        with Ledger(ledger, create=True) as book:
            [book.add(each) for each in past(19)]
        assert run(folder, *known)[0] == 3
        with Ledger(ledger) as book:
            book.add(past(20)[-1])
        assert run(folder, *known)[0] == 0
        assert run(folder, *where, "--vendor", "new", "--language-pair", "pt-en")[0] == 3
        ledger.write_bytes(b"no ledger at all " * 1000)
        code, out, told = run(folder, *known)
        assert (code, out) == (4, "") and "damaged or no ledger" in told


def test_the_policy_of_the_docs_is_understood() -> None:
    """The whole policy that docs/gate.md shows."""
    import tomllib

    text = (Path(__file__).parents[1] / "docs" / "gate.md").read_text(encoding="utf-8")
    shown = next(part for part in text.split("```toml\n")[1:] if part.startswith("policy"))
    assert read_policy(tomllib.loads(shown.split("```")[0])).waiver
