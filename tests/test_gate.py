"""The gate's outcomes on deliveries made by hand: exit codes, bounds by review, advice, never a pass on nothing."""

import ast
import json
from pathlib import Path

import pytest
from gate_deliveries import delivery, finding
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.gate import (
    INTEGRITY,
    Outcome,
    Policy,
    Precision,
    Verdict,
    find_policy,
    gate,
    measured_precision,
    read_policy,
    trust,
)
from mtqa.mqm import CATEGORIES
from mtqa.refusal import Misuse
from mtqa.segment import ReferenceKind
from mtqa.summary import Status

CASES = Path(__file__).parent / "cases" / "gate"
TRUSTING = {"findings": {"trusted": ["*"]}}


def verdict(made: object, *, kept: float = 50.0, **policy: object) -> Verdict:
    """The verdict with an MQM limit, and whatever else the policy says."""
    options = {"baseline": policy.pop("against", None)}
    options |= {name: policy.pop(name) for name in ("decisions", "population", "language_pair")
               if name in policy}  # fmt: skip
    return gate(made, {"policy": "p", "mqm": {"max_per_1000_words": kept}, **policy}, **options)


def check(found: Verdict, name: str):
    return next(each for each in found.checks if each.name == name)


class TestPolicy:
    @pytest.mark.parametrize(
        ("text", "refusal"),
        [
            line.split("\t")
            for line in (CASES / "policies.tsv").read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")
        ],
    )
    def test_what_is_not_understood_is_refused_with_its_key(self, text: str, refusal: str) -> None:
        with pytest.raises(Misuse) as caught:
            read_policy(json.loads(text))
        said = str(caught.value)
        assert caught.value.exit_code == 2
        assert said.startswith(refusal) if refusal.endswith("known:") else said == refusal

    def test_from_a_file_with_its_hash(self, tmp_path: Path) -> None:
        path = tmp_path / "mtqa.toml"
        path.write_text('policy = "acme"\n[integrity]\nuntranslated = 2\n[critical]\nmax = 0\n')
        policy = read_policy(path)
        assert (policy.policy, policy.integrity["untranslated"].max, policy.critical.max) == ("acme", 2, 0)
        assert len(policy.digest) == 64 and find_policy(tmp_path) == path

    def test_from_pyproject(self, tmp_path: Path) -> None:
        path = tmp_path / "pyproject.toml"
        path.write_text('[project]\nname = "x"\n[tool.mtqa]\npolicy = "acme"\n[tool.mtqa.critical]\nmax = 0\n')
        assert read_policy(find_policy(tmp_path)).policy == "acme"

    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            (b"policy = ", "no TOML: Invalid value (at end of document)"),
            (b"\xff\xfe", "no UTF-8 text; save it as UTF-8"),
            (None, "cannot be read (No such file or directory); name a policy file"),
            (b"", "policy: field required"),
        ],
    )
    def test_unreadable_files(self, tmp_path: Path, content: bytes | None, refusal: str) -> None:
        path = tmp_path / "mtqa.toml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Misuse) as caught:
            read_policy(path)
        assert str(caught.value) == f"{path}: {refusal}"

    def test_no_policy_here(self, tmp_path: Path) -> None:
        with pytest.raises(Misuse) as caught:
            find_policy(tmp_path)
        assert str(caught.value) == "no policy; give --policy, or write an mtqa.toml ('mtqa calibrate' proposes limits)"

    def test_integrity_names_are_those_of_hygiene(self) -> None:
        """Read from the code: the first text that a notice, or the function which makes several of them, is given."""
        names = set()
        for path in (Path(__file__).parents[1] / "mtqa" / "hygiene").glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Notice", "_about"):
                    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                    names.update(texts[:1])
        assert names == set(INTEGRITY) - {"unaligned", "omitted", "doubtful-pairs"}

    def test_patterns_of_categories(self) -> None:
        policy = Policy.model_validate({"policy": "p", "critical": {"max": 0}, "findings": {"trusted": ["accuracy/*"]}})
        assert policy.findings.trusted == tuple(name for name in CATEGORIES if name.startswith("accuracy/"))


class TestTheWholeDelivery:
    """Every segment was inspected: no sampling error, only review."""

    def test_the_limit_itself_passes(self) -> None:
        found = verdict(delivery(100, [finding(n) for n in range(10)]), **TRUSTING)  # 50 points in 1,000 words
        assert (found.status, found.exit_code, check(found, "mqm").observed) == (Outcome.PASS, 0, 50.0)

    def test_one_point_more_fails(self) -> None:
        findings = [finding(n) for n in range(10)] + [finding(11, "minor")]
        found = verdict(delivery(100, findings), **TRUSTING)
        assert (found.status, found.exit_code) == (Outcome.FAIL, 1)
        assert check(found, "mqm").segments[0] == "0" and len(check(found, "mqm").segments) == 10

    def test_unreviewed_findings_are_bounds(self) -> None:
        found = verdict(delivery(100, [finding(n) for n in range(12)]))
        rate = check(found, "mqm")
        assert (found.status, found.exit_code) == (Outcome.INCONCLUSIVE, 3)
        assert (rate.low, rate.high) == (0.0, 60.0)
        assert rate.settle == "review the 12 unreviewed findings, dearest first: 2 can settle it"
        assert found.caveats[0] == "12 of 12 findings are automatic and unreviewed"
        assert [(doubt.category, doubt.findings) for doubt in found.doubts] == [("accuracy/mistranslation", 12)]

    def test_it_passes_only_with_all_of_them(self) -> None:
        assert verdict(delivery(100, [finding(n) for n in range(10)])).status == Outcome.PASS

    def test_reviews_settle_it(self) -> None:
        made = delivery(100, [finding(n) for n in range(12)])
        assert verdict(made, decisions={0: False, 1: False}).status == Outcome.PASS
        assert verdict(made, decisions=dict.fromkeys(range(11), True)).status == Outcome.FAIL
        assert verdict(made, decisions=dict.fromkeys(range(10), True)).status == Outcome.INCONCLUSIVE

    def test_only_trusted_categories_fail_it(self) -> None:
        numbers = [finding(n, "major", "accuracy/number") for n in range(20)]
        style = [finding(n, "major", "style/awkward") for n in range(20)]
        policy = {"findings": {"trusted": ["accuracy/number"]}}
        assert verdict(delivery(100, numbers), **policy).status == Outcome.FAIL
        assert verdict(delivery(100, style), **policy).status == Outcome.INCONCLUSIVE

    def test_a_decision_on_no_finding(self) -> None:
        with pytest.raises(Misuse, match="a decision on finding 3, but there are 1; count them from 0"):
            verdict(delivery(10, [finding(0)]), decisions={3: True})

    def test_no_average_buys_off_a_stop_error(self) -> None:
        found = verdict(delivery(1000, [finding(5, "critical")]), critical={"max": 0}, **TRUSTING)
        assert check(found, "mqm").outcome == Outcome.PASS
        assert check(found, "critical.max").segments == ("5",)
        assert (found.status, [each.name for each in found.deciding]) == (Outcome.FAIL, ["critical.max"])

    def test_roles(self) -> None:
        made = delivery(10, [finding(n) for n in range(10)])
        policy = {"policy": "p", "critical": {"max": 0}, "mqm": {"max_per_1000_words": 1, "role": "warn"}}
        found = gate(made, {**policy, **TRUSTING})
        assert (check(found, "mqm").outcome, found.status) == (Outcome.FAIL, Outcome.PASS)

    def test_documents_one_by_one(self) -> None:
        made = delivery(100, [finding(n) for n in range(10, 20)])  # all in news_1: 500 points per 1,000 words there
        rules = [{"match": "news_*", "max_per_1000_words": 100.0}]
        found = verdict(made, slice=rules, **TRUSTING)
        failed = [each.name for each in found.checks if each.outcome == Outcome.FAIL]
        assert failed == ["slice.document[news_1].mqm"] and found.status == Outcome.FAIL
        pooled = verdict(made, slice=[{**rules[0], "each": False}], **TRUSTING)
        assert pooled.status == Outcome.PASS

    @pytest.mark.parametrize(("by", "told"), [("domain", "domain"), ("language_pair", "language_pair")])
    def test_what_the_table_says_one_by_one(self, by: str, told: str) -> None:
        made = delivery(100, [finding(n) for n in range(0, 40, 4)], **{told: lambda n: ["pt-en", "de-en"][n % 4 > 0]})
        rules = {"by": by, "match": "??-en", "max_per_1000_words": 100.0}
        found = verdict(made, slice=[rules], **TRUSTING)
        assert [(each.name, str(each.outcome), each.observed) for each in found.checks if "slice" in each.name] == [
            (f"slice.{by}[pt-en].mqm", "fail", 200.0), (f"slice.{by}[de-en].mqm", "pass", 0.0),
        ]  # fmt: skip
        pooled = verdict(made, slice=[{**rules, "each": False}], **TRUSTING)
        assert check(pooled, f"slice.{by}[??-en].mqm").observed == 50.0

    def test_reviews_that_a_slice_waits_for_are_those_of_its_own(self) -> None:
        made = delivery(100, [finding(n) for n in (0, 1, 2, 3)], domain=lambda n: ["legal", "news"][n % 2])
        found = verdict(made, slice=[{"by": "domain", "match": "legal", "max_per_1000_words": 1.0}])
        assert check(found, "slice.domain[legal].mqm").settle.startswith("review the 2 unreviewed findings")

    def test_metric_mean_and_tail(self) -> None:
        made = delivery(100, scores={"chrF2++": [20.0] * 5 + [80.0] * 95})
        rules = {"name": "chrf++", "min_mean": 77.0, "max_share_below": {"score": 40.0, "share": 0.05}}
        found = verdict(made, metric=[rules])
        assert [each.outcome for each in found.checks[-2:]] == [Outcome.PASS] * 2
        tight = verdict(made, metric=[{**rules, "max_share_below": {"score": 40.0, "share": 0.04}}])
        assert check(tight, "metric.chrF2++.max_share_below").outcome == Outcome.FAIL


class TestASample:
    """Part of a delivery was inspected: bounds at 5 %."""

    def test_few_segments_are_inconclusive_and_say_how_many_more(self) -> None:
        found = verdict(delivery(24, [finding(0)]), population=5000, kept=50.0)
        rate = check(found, "mqm")
        assert (found.status, rate.population) == (Outcome.INCONCLUSIVE, 5000)
        assert rate.settle.startswith("inspect about ") and rate.settle.endswith(" more segments like these")

    def test_the_rest_of_the_delivery_always_settles_it(self) -> None:
        found = verdict(delivery(24, [finding(0)]), population=30, kept=25.0)
        assert check(found, "mqm").settle == "inspect the remaining 6 segments"

    def test_clean_segments_show_little_about_stop_errors(self) -> None:
        rules = {"policy": "p", "scope": {"estimand": "vendor"}, "critical": {"max_share": 0.01}}
        found = gate(delivery(24), rules)
        assert found.status == Outcome.INCONCLUSIVE
        exact = gate(delivery(24), {"policy": "p", "critical": {"max_share": 0.01}}, population=100_000)
        assert check(exact, "critical.max_share").high == pytest.approx(0.117, abs=1e-3)

    def test_repeated_looks(self) -> None:
        rules = {"policy": "p", "scope": {"looks": "repeated"}, "mqm": {"max_per_1000_words": 100, "segment_cap": 25}}
        clean = check(gate(delivery(400), rules, population=5000), "mqm")
        assert clean.outcome == Outcome.PASS and clean.method.startswith("e-process")
        early = check(gate(delivery(24), rules, population=5000), "mqm")
        assert early.outcome == Outcome.INCONCLUSIVE
        assert early.settle == "inspect more segments in random order, and look again whenever you like"
        bad = [finding(n) for n in range(400)]
        assert check(gate(delivery(400, bad), {**rules, **TRUSTING}, population=5000), "mqm").outcome == Outcome.FAIL

    def test_too_few_segments_or_documents(self) -> None:
        found = verdict(delivery(24), scope={"min_segments": 50})
        assert check(found, "scope.min_segments").settle == "inspect 26 more segments"
        assert found.status == Outcome.INCONCLUSIVE
        vendor = verdict(delivery(100), scope={"estimand": "vendor"})
        assert check(vendor, "scope.min_documents").settle == "inspect 2 more documents"

    def test_inconclusive_may_count_as_a_fail(self) -> None:
        found = verdict(delivery(24, [finding(0)]), population=5000, kept=50.0, scope={"on_inconclusive": "fail"})
        assert (found.status, found.exit_code) == (Outcome.FAIL, 1)

    def test_a_document_of_a_vendor_is_what_it_is(self) -> None:
        made = delivery(150, [finding(3, "critical")])
        rules = {"policy": "p", "scope": {"estimand": "vendor"}, "critical": {"max": 1}, **TRUSTING}
        found = gate(made, {**rules, "mqm": {"max_per_1000_words": 200.0},
                            "slice": [{"max_per_1000_words": 200.0}]})  # fmt: skip
        outcomes = {each.name: each.outcome for each in found.checks}
        assert outcomes["slice.document[news_0].mqm"] == Outcome.FAIL
        assert outcomes["slice.document[news_1].mqm"] == Outcome.PASS


class TestNeverAPassOnNothing:
    def test_nothing_was_judged(self) -> None:
        found = verdict(delivery(3, status=dict.fromkeys(range(3), Status.UNALIGNED)))
        assert (found.status, found.exit_code) == (Outcome.INVALID, 4)
        reason = "no segment of the assessment was judged; a gate never passes on nothing: assess it again"
        assert found.checks[0].reason == reason

    def test_an_empty_assessment(self) -> None:
        assert verdict(delivery(0)).exit_code == 4

    def test_no_words(self) -> None:
        found = verdict(delivery(5, text="", words=1))
        assert check(found, "mqm").reason == "no hypothesis words were inspected: 0 words have no rate"
        assert found.exit_code == 4

    def test_a_missing_metric(self) -> None:
        made = delivery(10, scores={"TER": [1.0] * 10})
        found = verdict(made, metric=[{"name": "chrf", "min_mean": 10.0}])
        assert check(found, "metric.chrF2.min_mean").reason == (
            "the assessment has no chrF2 (it has TER); assess it with -m chrf"
        )
        assert found.exit_code == 4

    def test_a_missing_score(self) -> None:
        made = delivery(10, scores={"chrF2": [50.0] * 9 + [None]})
        found = verdict(made, metric=[{"name": "chrf", "min_mean": 10.0}])
        assert check(found, "metric.chrF2.min_mean").reason == "1 of 10 judged segments have no chrF2"
        assert found.exit_code == 4

    def test_an_independent_reference_has_no_errors(self) -> None:
        found = verdict(delivery(10, kind=ReferenceKind.INDEPENDENT), critical={"max": 0})
        assert {each.outcome for each in found.checks} == {Outcome.INVALID} and found.exit_code == 4

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ("de-en", "the policy is for pt-en, the delivery is de-en"),
            (None, "the policy is for pt-en, and the texts are too short to tell; give --language-pair"),
        ],
    )
    def test_a_policy_for_another_language_pair(self, given: str | None, reason: str) -> None:
        found = verdict(delivery(10, words=2), scope={"language_pair": "pt-en"}, language_pair=given)
        assert check(found, "scope.language_pair").reason == reason
        assert found.exit_code == 4

    @pytest.mark.parametrize(
        ("stated", "code"), [("pt_BR-en", 0), ("de-en", 4), ("", 4), ("no pair at all", 4)]
    )  # fmt: skip
    def test_what_the_table_says_of_the_pair(self, stated: str, code: int) -> None:
        scope = {"language_pair": "pt-en"}
        found = verdict(delivery(10, words=2, language_pair=lambda n: stated), scope=scope)
        assert found.exit_code == code
        if stated == "de-en":
            assert check(found, "scope.language_pair").reason == "the policy is for pt-en, the table names de-en"
            asked = verdict(delivery(10, words=2, language_pair=lambda n: stated), scope=scope, language_pair="pt-en")
            assert asked.exit_code == 0

    def test_the_texts_are_read_where_nobody_says_the_pair(self) -> None:
        german = "Der Vertrag wurde gestern in Berlin von beiden Ministern unterzeichnet und tritt heute in Kraft."
        found = verdict(delivery(10, text=german, words=1), scope={"language_pair": "pt-en"})
        reason = "the policy is for pt-en, but the target reads as German"
        assert check(found, "scope.language_pair").reason == reason
        assert verdict(delivery(10, text=german, words=1), scope={"language_pair": "en-de"}).exit_code == 0

    @pytest.mark.parametrize(("status", "name"), [(Status.UNALIGNED, "unaligned"), (Status.OMITTED, "omitted")])
    def test_lines_that_nobody_judged(self, status: Status, name: str) -> None:
        made = delivery(50, status={7: status})
        found = verdict(made)
        assert found.exit_code == 3
        assert check(found, f"integrity.{name}").settle == f"pair them, or set integrity.{name} in the policy"
        assert verdict(made, integrity={name: 0}).exit_code == 1
        assert check(verdict(made, integrity={name: 1}), f"integrity.{name}").outcome == Outcome.PASS

    def test_a_slice_that_nothing_matches(self) -> None:
        found = verdict(delivery(10), slice=[{"match": "legal_*", "max_critical": 0}])
        assert check(found, "slice.document[legal_*]").reason == "no document matches 'legal_*': nothing was judged"
        assert found.exit_code == 4

    @pytest.mark.parametrize(
        ("by", "said", "reason"),
        [("domain", "", "the table names no domain"), ("domain", "news", "no domain matches 'legal'"),
         ("language_pair", "", "the table names no language pair")],
    )  # fmt: skip
    def test_a_label_that_the_table_has_not(self, by: str, said: str, reason: str) -> None:
        rules = {"by": by, "match": "*" if not said else "legal", "max_critical": 0}
        found = verdict(delivery(10, domain=lambda n: said), slice=[rules])
        assert check(found, f"slice.{by}[{rules['match']}]").reason == f"{reason}: nothing was judged"
        assert found.exit_code == 4

    def test_a_population_below_the_sample(self) -> None:
        found = verdict(delivery(10), population=5)
        assert found.checks[0].reason == "10 segments were assessed of a delivery of 5; give its real size"
        assert found.exit_code == 4

    def test_invalid_is_graver_than_failed(self) -> None:
        """A gate that could not be judged as a whole is never the vendor's fault."""
        made = delivery(10, [finding(n) for n in range(10)])
        found = verdict(made, metric=[{"name": "chrf", "min_mean": 10.0}], **TRUSTING)
        assert check(found, "mqm").outcome == Outcome.FAIL and found.exit_code == 4


class TestIntegrity:
    @pytest.mark.parametrize(("count", "exit_code"), [(0, 0), (2, 0), (3, 1)])
    def test_the_limit_itself_passes(self, count: int, exit_code: int) -> None:
        made = delivery(10, notices={"untranslated": count} if count else {})
        found = verdict(made, integrity={"untranslated": 2})
        assert found.exit_code == exit_code
        assert check(found, "integrity.untranslated").reason == f"{count} found, 2 allowed"

    def test_stands_before_all_statistics(self) -> None:
        found = verdict(delivery(10, notices={"mojibake": 1}), integrity={"mojibake": 0})
        assert [each.name for each in found.checks] == ["integrity.mojibake", "mqm"]


class TestBaseline:
    RULES = {"baseline": [{"metric": "chrf", "max_drop": 1.0}]}  # noqa: RUF012

    def made(self, scores: list[float], **more: object):
        return delivery(len(scores), scores={"chrF2": scores}, **more)

    def test_as_good_as_before(self) -> None:
        scores = [50.0 + n % 20 for n in range(100)]
        assert verdict(self.made(scores), against=self.made(scores), **self.RULES).status == Outcome.PASS

    def test_much_worse(self) -> None:
        scores = [50.0 + n % 20 for n in range(100)]
        worse = [score - 5 - n % 3 for n, score in enumerate(scores)]
        found = verdict(self.made(worse), against=self.made(scores), **self.RULES)
        assert check(found, "baseline.chrF2").outcome == Outcome.FAIL

    def test_one_changed_segment_never_fails(self) -> None:
        scores = [50.0 + n % 20 for n in range(100)]
        rules = {"baseline": [{"metric": "chrf", "max_drop": 0.0}]}
        found = verdict(self.made([0.0, *scores[1:]]), against=self.made(scores), **rules)
        assert check(found, "baseline.chrF2").outcome == Outcome.INCONCLUSIVE

    @pytest.mark.parametrize(
        ("other", "reason"),
        [
            (None, "no baseline was given; name one with --baseline"),
            (50, "50 of 100 segments are not in the baseline (first: 50); compare deliveries of the same source"),
        ],
    )
    def test_nothing_to_compare_with(self, other: int | None, reason: str) -> None:
        base = None if other is None else self.made([50.0] * other)
        found = verdict(self.made([50.0] * 100), against=base, **self.RULES)
        assert (check(found, "baseline.chrF2").reason, found.exit_code) == (reason, 4)

    def test_another_source(self) -> None:
        found = verdict(
            self.made([50.0] * 20, source="eins"), against=self.made([50.0] * 20, source="zwei"), **self.RULES
        )
        assert check(found, "baseline.chrF2").reason == (
            "20 of 20 segments have another source than the baseline's; "
            "compare deliveries of the same source and reference"
        )


@pytest.mark.parametrize("by", ["made", "people"])
def test_precision_is_a_share_of_judged_findings(by: str) -> None:
    assert len(measured_precision(by=by)) > 10
    for name, row in measured_precision(by=by).items():
        assert name in CATEGORIES and 0 <= row.right <= row.judged and row.judged > 0


def test_trust_needs_enough_judged_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 right of 20 show a precision of 0.86, 95 % sure: not the 0.9 that is wanted; 200 of 200 do."""
    made = delivery(100, [finding(n) for n in range(20)])
    policy = {"findings": {"trusted_precision": 0.9}}
    for count, outcome in ((20, Outcome.INCONCLUSIVE), (200, Outcome.FAIL)):
        table = {"accuracy/mistranslation": Precision("accuracy/mistranslation", count, count)}
        monkeypatch.setattr(trust, "measured_precision", lambda by="made", table=table: table)
        assert verdict(made, **policy).status == outcome


SOME = st.lists(
    st.tuples(
        st.integers(0, 39), st.sampled_from(["minor", "major", "critical"]), st.sampled_from([True, False, None])
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(SOME, st.integers(0, 39), st.sampled_from([None, 40, 400]))
def test_a_confirmed_error_more_never_helps(before: list[tuple[int, str, bool | None]], where: int, whole: int) -> None:
    """Whatever was found and decided, in a whole delivery or a sample: it passes no more, and fails no less."""
    findings = [finding(segment, severity) for segment, severity, _ in before]
    decisions = {n: decided for n, (_, _, decided) in enumerate(before) if decided is not None}
    rules = {"critical": {"max": 1, "max_share": 0.1}, "kept": 60.0, "population": whole}
    fewer = verdict(delivery(40, findings), decisions=decisions, **rules)
    more = verdict(
        delivery(40, [*findings, finding(where, "critical")]), decisions={**decisions, len(before): True}, **rules
    )
    assert fewer.status != Outcome.FAIL or more.status == Outcome.FAIL
    assert more.status != Outcome.PASS or fewer.status == Outcome.PASS
