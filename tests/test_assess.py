"""The main job, in Python and in the shell: what it promises on the seed, and what it refuses."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import mtqa
from mtqa.assessment import Assessment
from mtqa.refusal import Misuse, Refusal
from mtqa.verify import verify

ROOT = Path(__file__).parent.parent
NAME = "001_9c63570fe49a1101.txt"
SEED, CORRECTION = ROOT / "seeds" / NAME, ROOT / "references" / NAME
INDEPENDENT, ANOTHER = ROOT / "references/independent" / NAME, ROOT / "seeds/000_8df44335bbcadca0.txt"


@pytest.fixture(scope="module")
def seed() -> Assessment:
    return mtqa.assess(SEED, CORRECTION)


def found(assessment: Assessment, segment: str, text: str) -> list[tuple[str, str, str]]:
    """(correction, category, severity) of the errors of a segment whose marked text contains `text`."""
    return [
        (error.correction, error.category, str(error.severity))
        for error in assessment.error_spans
        if error.id == segment and text in error.text
    ]


def test_what_the_table_says_of_segments_is_kept(tmp_path: Path) -> None:
    frame = pd.DataFrame({"mt": ["a cat"] * 2, "pe": ["the cat"] * 2, "domain": ["legal", "news"], "lp": ["pt-en"] * 2})
    made = mtqa.assess(frame, metrics=["chrf"])
    kept = Assessment.load(made.save(tmp_path / "a"))
    assert kept.batch == made.batch and list(kept.segments["domain"]) == ["legal", "news"]
    assert list(kept.segments["language_pair"]) == ["pt-en"] * 2
    plain = mtqa.assess(frame[["mt", "pe"]], metrics=["chrf"])
    assert "domain" not in plain.segments.columns and plain.fingerprint == made.fingerprint


class TestSeed:
    def test_it_is_taken_for_the_correction_it_is(self, seed: Assessment) -> None:
        assert seed.summary.reference_kind == "correction"
        assert (seed.summary.segments, seed.summary.assessed) == (24, 24)

    def test_the_name(self, seed: Assessment) -> None:
        assert ("Witkoff", "accuracy/named-entity", "major") in found(seed, "20", "Whitkov")

    def test_the_shooting_that_was_a_ceasefire(self, seed: Assessment) -> None:
        errors = found(seed, "9", "shooting")
        assert errors
        assert all(category == "accuracy/mistranslation" for _, category, _ in errors)
        assert {severity for _, _, severity in errors} <= {"major", "critical"}
        assert any("ceasefire" in correction for correction, _, _ in errors)

    def test_the_wrong_sunday(self, seed: Assessment) -> None:
        assert any(
            category == "accuracy/date-time" and severity == "critical" and "11" in correction
            for correction, category, severity in found(seed, "11", "4")
        )

    def test_the_split_compounds_are_one_systemic_finding(self, seed: Assessment) -> None:
        compounds = [error for error in seed.error_spans if error.category == "fluency/compounding"]
        assert {"2", "5", "13", "20"} <= {error.id for error in compounds}
        systemic = [finding for finding in seed.summary.systemic if finding.category == "fluency/compounding"]
        assert systemic
        assert len(systemic[0].segments) >= 4

    def test_every_error_is_explained(self, seed: Assessment) -> None:
        for error in seed.error_spans:
            assert error.explanation.endswith(".")
            assert error.evidence
            assert error.severity_basis

    def test_spans_index_the_raw_texts_and_never_overlap(self, seed: Assessment) -> None:
        texts = {segment.id: segment for segment in seed.batch}
        last: dict[str, int] = {}
        for error in seed.error_spans:
            assert error.hypothesis.of(texts[error.id].hypothesis) == error.text
            assert error.reference.of(texts[error.id].references[0]) == error.correction
            assert error.hypothesis.start >= last.get(error.id, 0)
            last[error.id] = error.hypothesis.end

    def test_replaying_the_corrections_rebuilds_the_reference(self, seed: Assessment) -> None:
        for segment in seed.batch:
            text = segment.hypothesis
            for error in reversed([e for e in seed.error_spans if e.id == segment.id]):
                text = text[: error.hypothesis.start] + error.correction + text[error.hypothesis.end :]
            assert text == segment.references[0], segment.id

    def test_the_worst_segments_have_the_dearest_errors(self, seed: Assessment) -> None:
        points = [worst.points for worst in seed.summary.worst]
        assert points == sorted(points, reverse=True)
        assert len(points) == 10


class TestOtherReferences:
    def test_against_an_independent_reference_it_speaks_of_differences(self) -> None:
        assessment = mtqa.assess(SEED, INDEPENDENT)
        assert assessment.summary.reference_kind == "independent"
        assert assessment.summary.penalty is None
        assert {error.reference_kind for error in assessment.error_spans} == {"independent"}
        assert not any("error" in error.explanation.lower() for error in assessment.error_spans)

    def test_called_a_correction_it_is_doubted(self) -> None:
        assessment = mtqa.assess(SEED, INDEPENDENT, kind="correction")
        assert assessment.summary.reference_kind == "correction"
        warnings = [notice.check for notice in assessment.summary.notices if notice.concern == "warning"]
        assert warnings[0] == "reference kind"

    def test_another_article_is_refused(self) -> None:
        with pytest.raises(Refusal, match="not parallel"):
            mtqa.assess(SEED, ANOTHER)

    @pytest.mark.parametrize("path", [SEED, CORRECTION, INDEPENDENT, ANOTHER], ids=["seed", "pe", "ref", "other"])
    def test_a_text_against_itself_has_no_error(self, path: Path) -> None:
        summary = mtqa.assess(path, path, kind="correction").summary
        assert (summary.errors, summary.penalty_points) == (0, 0)
        assert {score.metric.name: score.value for score in summary.scores}["TER"] == 0.0

    def test_a_lost_line_is_an_omission_and_an_invented_one_an_addition(self) -> None:
        hypothesis = SEED.read_text(encoding="utf-8").split("\n")
        del hypothesis[11]
        hypothesis.insert(4, "Football: Benfica beat Porto by three goals to one before a full stadium last night.")
        assessment = mtqa.assess(hypothesis, CORRECTION, kind="correction")
        whole = [(e.id, e.category, str(e.severity)) for e in assessment.error_spans if e.rule == "unpaired"]
        assert whole == [("5", "accuracy/addition", "major"), ("r12", "accuracy/omission", "major")]
        assert assessment.summary.assessed == 23


class TestSaved:
    def test_it_is_read_again_as_it_was(self, seed: Assessment, tmp_path: Path) -> None:
        folder = seed.save(tmp_path / "a")
        again = Assessment.load(folder)
        assert again.summary == seed.summary
        assert again.error_spans == seed.error_spans
        assert list(again.batch) == list(seed.batch)
        assert again.segment_scores == dict(seed.segment_scores)
        pd.testing.assert_frame_equal(again.errors, seed.errors)

    def test_the_same_input_gives_the_same_bytes(self, seed: Assessment, tmp_path: Path) -> None:
        one, two = seed.save(tmp_path / "a"), mtqa.assess(SEED, CORRECTION).save(tmp_path / "b")
        for path in one.iterdir():
            assert path.read_bytes() == (two / path.name).read_bytes(), path.name

    def test_the_contracts_files_and_schema(self, seed: Assessment, tmp_path: Path) -> None:
        folder = seed.save(tmp_path / "a")
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["assessment.json", "errors.parquet", "report.html", "segments.parquet"]
        record = json.loads((folder / "assessment.json").read_text(encoding="utf-8"))
        assert record["schema"] == "mtqa.assessment/1"
        assert set(record["signature"]) == {"BLEU", "chrF2", "chrF2++", "TER"}

    def test_it_takes_the_place_of_an_assessment_and_of_nothing_else(self, seed: Assessment, tmp_path: Path) -> None:
        seed.save(seed.save(tmp_path / "a"))
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "thesis.txt").write_text("years of work")
        with pytest.raises(Misuse) as refusal:
            seed.save(tmp_path / "mine")
        assert str(refusal.value) == f"{tmp_path}/mine: holds other files (thesis.txt); name an empty or new folder"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "mine"]

    def test_what_is_no_assessment_is_refused(self, seed: Assessment, tmp_path: Path) -> None:
        with pytest.raises(
            Refusal, match=r"not an assessment: assessment\.json, segments\.parquet, errors\.parquet not"
        ):
            Assessment.load(tmp_path)
        folder = seed.save(tmp_path / "a")
        (folder / "assessment.json").write_text('{"schema": "mtqa.assessment/2"}')
        with pytest.raises(Refusal, match=r"schema mtqa\.assessment/1 wanted, 'mtqa\.assessment/2' found"):
            Assessment.load(folder)
        (folder / "assessment.json").write_text("{")
        with pytest.raises(Refusal, match="a damaged assessment"):
            Assessment.load(folder)


def shell(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mtqa", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


class TestShell:
    def test_the_demo(self, tmp_path: Path) -> None:
        run = shell("assess", SEED, CORRECTION, "-o", tmp_path / "demo")
        assert run.returncode == 0, run.stderr
        for word in ("Whitkov", "Witkoff", "accuracy/date-time", "fluency/compounding", "1,000 words", "report.html"):
            assert word in run.stdout

    def test_what_was_saved_is_verified(self, tmp_path: Path) -> None:
        shell("assess", SEED, CORRECTION, "-o", tmp_path / "demo")
        run = shell("verify", tmp_path / "demo")
        assert (run.returncode, run.stdout) == (0, "verified: 96 segment scores\n")

    def test_a_score_that_was_changed_is_found(self, tmp_path: Path) -> None:
        shell("assess", SEED, CORRECTION, "-m", "ter", "-o", tmp_path / "demo")
        segments = tmp_path / "demo" / "segments.parquet"
        table = pq.read_table(segments)
        scores = [value + (number == 3) for number, value in enumerate(table["TER"].to_pylist())]
        pq.write_table(table.set_column(table.column_names.index("TER"), table.schema.field("TER"), [scores]), segments)
        run = shell("verify", tmp_path / "demo")
        assert (run.returncode, len(run.stdout.splitlines())) == (4, 1)
        assert run.stdout.startswith("TER: segment 4 was ")
        assert run.stderr == f"mtqa: {tmp_path / 'demo'}: 1 difference from what was saved; assess the texts again\n"

    def test_a_figure_of_the_whole_that_was_changed_is_found(self) -> None:
        made = mtqa.assess(SEED, CORRECTION, metrics=["bleu"])
        changed = {
            "corpus score": replace(made.summary, scores=(replace(made.summary.scores[0], value=1.0),)),
            "segment mean": replace(made.summary, segment_means=(replace(made.summary.segment_means[0], value=1.0),)),
            "normalised score": replace(made.summary, normalised=(replace(made.summary.normalised[0], value=1.0),)),
        }
        for figure, summary in changed.items():
            (said,) = verify(replace(made, summary=summary)).differences
            assert said.startswith(f"BLEU: {figure} was 1.0, is ")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (None, "no such file"),
            (b"", "empty"),
            (b"PK\x03\x04\x00\x00binary\x00", "binary"),
            (b"fine\nna\xefve caf\xe9\n", "UTF-8"),
        ],
        ids=["missing", "empty", "binary", "invalid UTF-8"],
    )
    def test_an_unreadable_delivery_is_one_line_and_exit_4(
        self, tmp_path: Path, content: bytes | None, message: str
    ) -> None:
        delivery = tmp_path / "delivery.txt"
        if content is not None:
            delivery.write_bytes(content)
        run = shell("assess", delivery, CORRECTION, "-o", tmp_path / "out")
        assert run.returncode == 4
        assert run.stdout == ""
        assert run.stderr.count("\n") == 1
        assert message in run.stderr
        assert "delivery.txt" in run.stderr
        assert "Traceback" not in run.stderr
        assert not (tmp_path / "out").exists()

    def test_a_directory_is_no_delivery_against_a_file(self, tmp_path: Path) -> None:
        run = shell("assess", tmp_path, CORRECTION)
        assert run.returncode == 2
        assert "a folder is held against a folder" in run.stderr

    @pytest.mark.parametrize("arguments", [("-m", "chfr"), ("--profile", "mqm"), ("--kind", "perfect")])
    def test_a_wrong_word_is_exit_2(self, arguments: tuple[str, str]) -> None:
        run = shell("assess", SEED, CORRECTION, *arguments)
        assert run.returncode == 2
        assert "Traceback" not in run.stderr

    @pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc").is_dir(), reason="no place that root cannot write to")
    def test_an_unwritable_output_is_exit_2_and_nothing_is_written(self) -> None:
        run = shell("assess", SEED, CORRECTION, "-o", "/proc/nowhere/out")
        assert run.returncode == 2
        assert run.stderr.startswith("mtqa: /proc/nowhere/out: cannot be written (")
        assert run.stdout == ""

    def test_an_unknown_command_is_exit_2(self) -> None:
        assert shell("asess").returncode == 2
        assert shell().returncode == 0
