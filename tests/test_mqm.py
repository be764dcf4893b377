"""The typology: every category is whole; profiles cost what their sources say; a record is the same in and out."""

from pathlib import Path

import pytest

from mtqa import mqm
from mtqa.assess import assess
from mtqa.assessment import Assessment
from mtqa.gate import gate
from mtqa.mqm import (
    CATEGORIES,
    ERROR_COLUMNS,
    PROFILES,
    ErrorSpan,
    Profile,
    Severity,
    find_profile,
    penalty_rate,
)
from mtqa.refusal import Misuse
from mtqa.segment import ReferenceKind, Span

DIMENSIONS = {"Accuracy", "Fluency", "Terminology", "Style", "Locale", "Other"}
# W3C ITS 2.0, section 8.18.2
ITS_TYPES = {
    "terminology", "mistranslation", "omission", "untranslated", "addition", "duplication", "inconsistency", "grammar",
    "legal", "register", "locale-specific-content", "locale-violation", "style", "characters", "misspelling",
    "typographical", "formatting", "inconsistent-entities", "numbers", "markup", "pattern-problem", "whitespace",
    "internationalization", "length", "non-conformance", "uncategorized", "other",
}  # fmt: skip


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda category: category.name)
def test_every_category_is_whole(category) -> None:  # type: ignore[no-untyped-def]
    assert category.dimension in DIMENSIONS
    assert category.its_type in ITS_TYPES
    assert category.name.split("/")[0] == category.dimension.lower()
    assert category.about and not category.about.endswith(".")


def span(**changes: object) -> ErrorSpan:
    fields = {
        "id": "20", "hypothesis": Span(42, 49), "reference": Span(46, 53), "text": "Whitkov", "correction": "Witkoff",
        "category": "accuracy/named-entity", "severity": Severity.MAJOR, "severity_basis": "name", "rule": "names",
        "evidence": ("form similarity .83",), "explanation": "The name is spelt otherwise.", "confidence": 0.9,
        "reference_kind": ReferenceKind.CORRECTION,
    }  # fmt: skip
    return ErrorSpan(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_record_has_the_contracts_columns_in_order() -> None:
    assert tuple(span().record()) == ERROR_COLUMNS
    assert span().record()["mqm_id"] == "entity"
    assert span().record()["dimension"] == "Accuracy"


def test_a_record_is_read_back_as_it_was() -> None:
    assert ErrorSpan.of_record(span().record()) == span()
    with pytest.raises(ValueError, match="not an error record"):
        ErrorSpan.of_record({"id": "1"})


def test_profiles_cost_what_their_sources_say() -> None:
    core, wmt = PROFILES["mqm-core"], PROFILES["wmt"]
    assert [core.penalty("accuracy/number", severity) for severity in Severity] == [0, 1, 5, 25]
    assert [wmt.penalty("accuracy/number", severity) for severity in Severity] == [0, 1, 5, 5]
    assert wmt.penalty("fluency/punctuation", Severity.MINOR) == 0.1
    assert [wmt.penalty("fluency/unintelligible", severity) for severity in Severity] == [0, 1, 25, 25]
    with pytest.raises(Misuse) as caught:
        find_profile("mqm")
    known = "known: mqm-core, wmt, iso-5060-like; or name a .toml file"
    assert str(caught.value) == f"unknown severity profile 'mqm'; {known}"


def test_what_is_no_error_span_is_refused() -> None:
    with pytest.raises(ValueError, match="no category"):
        span(category="accuracy/nonsense")
    with pytest.raises(ValueError, match=r"confidence is 0\.\.1"):
        span(confidence=1.5)


OWN = """
profile = "acme"
source = "handbook"
repeated = "once"
[severities]
neutral = 0
minor = 1
major = 5
critical = 25
[categories]
"accuracy/*" = 2.0
"*" = 1.5
"accuracy/number" = { minor = 3 }
"""


KEYS = "profile, source, repeated, severities, categories, quality"
LEVELS = "neutral, minor, major, critical"


class TestOwnProfile:
    def read(self, tmp_path: Path, text: str) -> Profile:
        (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
        return find_profile("acme.toml", folder=tmp_path)

    def test_costs_what_the_file_says(self, tmp_path: Path) -> None:
        """A longer pattern goes before a shorter one, an exact name before both."""
        own = self.read(tmp_path, OWN)
        assert [own.penalty("accuracy/date-time", severity) for severity in Severity] == [0, 2, 10, 50]
        assert [own.penalty("fluency/spelling", severity) for severity in Severity] == [0, 1.5, 7.5, 37.5]
        assert [own.penalty("accuracy/number", severity) for severity in Severity] == [0, 3, 5, 25]
        assert own.dearest == 50.0

    def test_its_label_has_a_digest_that_changes_with_every_point(self, tmp_path: Path) -> None:
        own = self.read(tmp_path, OWN)
        assert own.label == f"acme@{own.digest}" and len(own.digest) == 12
        assert self.read(tmp_path, OWN.replace("handbook", "another")).label == own.label
        for changed in (OWN.replace("1.5", "1.6"), OWN.replace("once", "each"), OWN.replace("minor = 1", "minor = 2")):
            assert self.read(tmp_path, changed).digest != own.digest
        assert [profile.label for profile in PROFILES.values()] == list(PROFILES)
        copied = OWN.replace("acme", "mqm-core")
        assert self.read(tmp_path, copied).label != "mqm-core", "a file does not pass for a built-in profile"

    def test_a_repeated_error_costs_once_in_a_document(self, tmp_path: Path) -> None:
        own = self.read(tmp_path, OWN)
        errors = [
            span(), span(id="21"), span(id="22", document="b"), span(id="23", correction="Whitkoff"),
            span(id="24", severity=Severity.CRITICAL), span(id="25", severity=Severity.MINOR),
        ]  # fmt: skip
        assert own.costs(errors) == [10, 0, 10, 10, 40, 0]
        assert PROFILES["mqm-core"].costs(errors) == [5, 5, 5, 5, 25, 1]
        assert penalty_rate(errors, 1000, profile=own) == 70
        assert [PROFILES["iso-5060-like"].costs(errors[:2])] == [[5, 0]]

    @pytest.mark.parametrize(
        ("old", "new", "refusal"),
        [
            ("repeated", "repeats", "unknown key 'repeats'; did you mean repeated? known: " + KEYS),
            ("minor = 1", "minr = 1", "unknown severity in severities 'minr'; did you mean minor? known: " + LEVELS),
            ("minor = 1\n", "", "severities.minor is missing; give points for neutral, minor, major, critical"),
            ("minor = 1", 'minor = "1"', "severities.minor is '1'; give a number, 0 or more"),
            ("minor = 1", "minor = nan", "severities.minor is nan; give a number, 0 or more"),
            ("minor = 1", "minor = 6", "a worse severity costs less than a better one; give points that do not fall"),
            ('"*" = 1.5', '"*" = true', "categories.* is True; give a number, 0 or more"),
            ('"once"', '"twice"', "repeated is 'twice'; write \"each\" or \"once\""),
            ('"acme"', '""', 'the profile has no name; write profile = "acme", without @'),
            ('"*" = 1.5', "5", "no TOML: Expected '=' after a key in a key/value pair (at line 12, column 2)"),
        ],
    )  # fmt: skip
    def test_refuses_what_it_does_not_understand(self, tmp_path: Path, old: str, new: str, refusal: str) -> None:
        with pytest.raises(Misuse) as caught:
            self.read(tmp_path, OWN.replace(old, new, 1))
        assert str(caught.value) == f"{tmp_path / 'acme.toml'}: {refusal}"

    def test_refuses_an_unknown_category_with_the_known_ones(self, tmp_path: Path) -> None:
        with pytest.raises(Misuse, match="unknown category 'acuracy/number'; did you mean accuracy/number"):
            self.read(tmp_path, OWN.replace('"accuracy/number" =', '"acuracy/number" ='))

    def test_refuses_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(
            Misuse, match=r"no\.toml: cannot be read .No such file or directory.; name a severity profile"
        ):
            find_profile("no.toml", folder=tmp_path)

    def test_survives_in_a_saved_assessment_and_is_what_a_gate_and_a_report_use(self, tmp_path: Path) -> None:
        table = tmp_path / "t.tsv"
        table.write_text(
            "id\tmt\tpe\n1\tIt fell by 5 per cent.\tIt fell by 7 per cent.\n2\tA good day .\tA good day.\n"
        )
        own = self.read(tmp_path, f"{OWN}\n[quality]\nthreshold = 85\ntolerances = [[500, 20], [5000, 80]]\n")
        made = assess(table, profile=own)
        made.save(tmp_path / "out")
        found = Assessment.load(tmp_path / "out")
        assert found.summary == made.summary
        assert found.summary.profile == own.label and found.summary.weights == own
        assert len(found.summary.quality) == 2
        assert "of 100 (logarithmic, 85 at 20 points" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert found.summary.penalty_points == sum(own.costs(found.error_spans)) == 26.5
        assert found.weighed(PROFILES["mqm-core"]).summary == assess(table).summary
        (tmp_path / "policy.toml").write_text(
            'policy = "p"\n[mqm]\nprofile = "acme.toml"\nmax_per_1000_words = 3.0\n[findings]\ntrusted = ["*"]\n'
        )
        check = gate(found, tmp_path / "policy.toml").checks[0]
        assert own.label in check.unit and check.observed == pytest.approx(1000 * 26.5 / found.summary.words)


TOLERATED = ((500, 20.0), (5000, 80.0))


class TestQualityScores:
    def test_of_the_worked_example(self) -> None:
        """Seed 001: 311 points at 463.5 per 1,000 words are 53.7 (notes on error categories)."""
        assert mqm.raw_quality(311, 671) == pytest.approx(53.65, abs=0.01)

    def test_meet_the_threshold_where_the_penalty_is_just_acceptable(self) -> None:
        assert mqm.calibrated_quality(0, 500, acceptable=30, threshold=85) == 100
        assert mqm.calibrated_quality(15, 500, acceptable=30, threshold=85) == pytest.approx(85)
        assert mqm.logarithmic_quality(20, 500, tolerances=TOLERATED, threshold=85) == pytest.approx(85)
        assert mqm.logarithmic_quality(80, 5000, tolerances=TOLERATED, threshold=85) == pytest.approx(85)

    def test_the_logarithm_tolerates_more_a_word_in_a_short_sample(self) -> None:
        short, long = (
            mqm.logarithmic_quality(0.03 * words, words, tolerances=TOLERATED, threshold=85) for words in (200, 5000)
        )
        assert short > long

    @pytest.mark.parametrize(
        "tolerances", [((500, 20.0), (500, 30.0)), ((500, 20.0), (5000, 200.0)), ((0, 1.0), (5, 2.0))]
    )
    def test_refuse_tolerances_without_a_curve(self, tolerances: tuple[tuple[int, float], tuple[int, float]]) -> None:
        with pytest.raises(Misuse):
            mqm.logarithmic_quality(1, 100, tolerances=tolerances, threshold=85)

    def test_refuse_no_words(self) -> None:
        with pytest.raises(Misuse, match="no words"):
            mqm.raw_quality(0, 0)


class TestTheScaleOfAProfile:
    """[quality] of a team's own profile: what is acceptable, for a calibrated score beside the raw one."""

    def read(self, folder: Path, table: str) -> mqm.Profile:
        path = folder / "acme.toml"
        path.write_text(f"{OWN}\n[quality]\n{table}", encoding="utf-8")
        return mqm.read_profile(path)

    def test_is_a_line_or_a_logarithm(self, tmp_path: Path) -> None:
        linear = self.read(tmp_path, "threshold = 85\nacceptable = 30\n")
        assert linear.quality(15, 500) == (("raw", 97.0), ("linear, 85 at 30 points per 1,000 words", 85.0))
        logarithmic = self.read(tmp_path, "threshold = 85\ntolerances = [[5000, 80], [500, 20]]\n")
        (_, raw), (how, score) = logarithmic.quality(20, 500)
        assert (raw, how) == (96.0, "logarithmic, 85 at 20 points in 500 words and 80 in 5,000")
        assert score == pytest.approx(85)

    def test_changes_no_penalty(self, tmp_path: Path) -> None:
        with_scale, without = (
            self.read(tmp_path, f"threshold = 85\nacceptable = {points}\n") for points in ("30", "10")
        )
        assert with_scale.label == without.label

    @pytest.mark.parametrize(
        ("table", "said"),
        [
            ("threshold = 85\n", "quality has threshold; give threshold, and one of acceptable and tolerances"),
            (
                "threshold = 85\nacceptable = 1\ntolerances = [[500, 20], [5000, 80]]\n",
                "quality has threshold and acceptable and tolerances; "
                "give threshold, and one of acceptable and tolerances",
            ),
            (
                "threshold = 85\nacceptable = 0\n",
                "quality: acceptable is 0; give a number from 0.001 to 1,000,000,000",
            ),
            (
                f"threshold = 85\nacceptable = 1{'0' * 400}\n",
                f"quality: acceptable is 1{'0' * 400}; give a number from 0.001 to 1,000,000,000",
            ),
            (
                "threshold = 85\ntolerances = [[5, 2], [10000000000, 5]]\n",
                "quality: tolerances is [[5, 2], [10000000000, 5]]; "
                "give words and points of two samples: [[500, 20], [5000, 80]]",
            ),
            ("threshold = 100\nacceptable = 3\n", "quality: a threshold below 100 is wanted, 100 found"),
            (
                "threshold = 85\nacceptable = true\n",
                "quality: acceptable is True; give a number from 0.001 to 1,000,000,000",
            ),
            (
                "threshold = 85\ntolerances = [500, 20]\n",
                "quality: tolerances is [500, 20]; give words and points of two samples: [[500, 20], [5000, 80]]",
            ),
            (
                "threshold = 85\ntolerances = [[500, 20], [5000, 200]]\n",
                "quality: the longer of two tolerated samples has more points, and fewer a word",
            ),
            (
                "treshold = 85\nacceptable = 3\n",
                "unknown key in quality 'treshold'; did you mean threshold? known: threshold, acceptable, tolerances",
            ),
        ],
    )
    def test_refuses(self, tmp_path: Path, table: str, said: str) -> None:
        with pytest.raises(Misuse) as refused:
            self.read(tmp_path, table)
        assert str(refused.value) == f"{tmp_path / 'acme.toml'}: {said}"
