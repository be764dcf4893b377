"""Alignment across languages: anchors, embeddings, three sides at once, and a source of another document."""

import json
from pathlib import Path

import numpy as np
import pytest

from mtqa.align import Alignment, align
from mtqa.align.anchors import anchor_line, numbers_of
from mtqa.align.cross import align_cross
from mtqa.align.embedded import read_embeddings
from mtqa.align.threeway import with_source
from mtqa.cli import main
from mtqa.pairing import pair
from mtqa.refusal import Refusal
from mtqa.summary import Status

SOURCE = (
    "Die Stadt Hamburg baut bis 2027 eine neue Brücke über die Elbe.",
    "Bürgermeister Peter Tschentscher sprach von 340 Millionen Euro.",
    "Das Geld kommt zu 60 Prozent vom Bund. Den Rest zahlt die Stadt.",
    "Wer soll das bezahlen?, fragt die Opposition.",
    "Die alte Köhlbrandbrücke wurde 1974 eröffnet und ist 3.618 Meter lang.",
    "Täglich fahren dort 36.000 Fahrzeuge.",
    "Der Hafen ist der größte in Deutschland.",
    "Das Architekturbüro Schlaich Bergermann aus Stuttgart hat den Entwurf gezeichnet.",
    "Im Mai 2025 sollen die Arbeiten beginnen.",
)
HYPOTHESIS = (
    "The city of Hamburg is building a new bridge over the Elbe until 2027.",
    "Mayor Peter Tschentscher spoke of 340 million euros.",
    "60 percent of the money comes from the federal government.",
    "The city pays the rest.",
    "Who should pay for that?, asks the opposition.",
    "The old Köhlbrand bridge was opened in 1974 and is 3,618 meters long.",
    "Every day 36,000 vehicles drive there. The port is the largest in Germany.",
    "The architecture office Schlaich Bergermann from Stuttgart has drawn the draft.",
    "The work is to begin in May 2025.",
)
REFERENCE = (
    "Hamburg is to build a new bridge across the Elbe by 2027.",
    "Mayor Peter Tschentscher put the cost at 340 million euros.",
    "Some 60 percent of the money will come from the federal government.",
    "The city will pay the rest.",
    "Who is to pay for this, the opposition asks?",
    "The old Köhlbrand Bridge, which opened in 1974, is 3,618 meters long.",
    "Every day, 36,000 vehicles cross it.",
    "The port is the largest in Germany.",
    "The design was drawn by the architects Schlaich Bergermann of Stuttgart.",
    "Work is due to begin in May 2025.",
)
OTHER = (
    "Der Film erzählt von einer Lehrerin, die aufs Land zieht.",
    "Sie lernt Klavier und vergisst die Stadt.",
    "Die Kritik war in Cannes begeistert, 12 Minuten wurde geklatscht.",
    "Regie führte Maren Ade.",
    "Im Winter friert der See zu, und die Kinder laufen Schlittschuh.",
    "Warum bleibt sie?",
    "Der Film läuft ab Donnerstag in 80 Kinos.",
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, lines: tuple[str, ...]) -> str:
    Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return name


class TestAnchors:
    @pytest.mark.parametrize(
        ("text", "spelt"),
        [
            ("Путин в Москве", " putin v moskve "),
            ("Θεσσαλονίκη", " thessaloniki "),
            ("Straße, København", " strasse, kobenhavn "),
            ("1.234.567 oder 1 234", " 1234567 oder 1234 "),
            ("3,5 Prozent", " 3.5 prozent "),
            ("按照GB标准", " 按照 gb 标准 "),
            ("二〇二一年, 三十五人, 两万", " 2021 年, 35 人, 20000 "),
        ],
    )
    def test_lines_in_latin_letters(self, text: str, spelt: str) -> None:
        assert anchor_line(text) == spelt

    def test_numbers_in_figures_and_in_words(self) -> None:
        assert numbers_of(anchor_line("Fünf von 40 kamen, twelve blieben, 1 ging")) == ["40", "5", "12"]


class TestTwoSides:
    def test_joined_and_split_lines(self) -> None:
        made = align_cross(HYPOTHESIS, SOURCE)
        assert made.parallel
        assert [(bead.hypothesis, bead.reference) for bead in made] == [
            ((0,), (0,)), ((1,), (1,)), ((2, 3), (2,)), ((4,), (3,)), ((5,), (4,)), ((6,), (5, 6)), ((7,), (7,)),
            ((8,), (8,)),
        ]  # fmt: skip
        assert all(0.5 < bead.score <= 1 for bead in made)

    def test_a_line_that_nobody_translated_stays_alone(self) -> None:
        made = align_cross(HYPOTHESIS[:5] + HYPOTHESIS[6:], SOURCE)
        assert [bead.reference for bead in made if not bead.hypothesis] == [(4,)]

    @pytest.mark.parametrize("source", [OTHER, SOURCE[::-1]], ids=["another article", "the lines reversed"])
    def test_another_source_is_not_linked(self, source: tuple[str, ...]) -> None:
        made = align_cross(HYPOTHESIS, source)
        assert not made.parallel
        assert not any(bead.linked for bead in made)
        assert sorted(line for bead in made for line in bead.reference) == list(range(len(source)))

    def test_the_same_again(self) -> None:
        assert align_cross(HYPOTHESIS, SOURCE) == align_cross(HYPOTHESIS, SOURCE)

    def test_empty_lines_are_kept_and_left_alone(self) -> None:
        made = align_cross((*HYPOTHESIS[:4], " ", *HYPOTHESIS[4:]), ("", *SOURCE))
        assert {(bead.hypothesis, bead.reference) for bead in made if not bead.linked} == {((4,), ()), ((), (0,))}

    def test_a_side_without_text(self) -> None:
        with pytest.raises(Refusal, match="the source has no text"):
            align_cross(HYPOTHESIS, ("", " "))

    def test_embeddings_tell_what_letters_do_not(self) -> None:
        """Lines without a number, a name or a length of their own, in scripts that share nothing."""
        chance = np.random.default_rng(4)
        meaning = chance.normal(size=(12, 16)).astype(np.float32)
        target = tuple(f"{letter * 3} goes away now" for letter in "abcdefghijkl")
        source = tuple("天地玄黄宇宙洪荒日月盈昃"[k] * 8 for k in range(12))
        kept = [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]
        rows = meaning[kept] + 0.1 * chance.normal(size=(11, 16)).astype(np.float32)
        made = align_cross(target, tuple(source[k] for k in kept), embeddings=(rows, meaning))
        assert made.parallel
        assert [(bead.hypothesis[0], bead.reference[0]) for bead in made if bead.linked] == [
            (k, place) for place, k in enumerate(kept)
        ]


class TestThreeSides:
    def made(self, source: tuple[str, ...]) -> Alignment:
        return with_source(align(HYPOTHESIS, REFERENCE), HYPOTHESIS, REFERENCE, source).alignment

    def test_one_consistent_alignment(self) -> None:
        assert [(bead.source, bead.hypothesis, bead.reference) for bead in self.made(SOURCE)] == [
            ((0,), (0,), (0,)), ((1,), (1,), (1,)), ((2,), (2, 3), (2, 3)), ((3,), (4,), (4,)), ((4,), (5,), (5,)),
            ((5, 6), (6,), (6, 7)), ((7,), (7,), (8,)), ((8,), (8,), (9,)),
        ]  # fmt: skip

    def test_every_line_stands_in_one_bead(self) -> None:
        beads = self.made((*SOURCE[:3], "Niemand hat diesen Satz je in eine andere Sprache übersetzt.", *SOURCE[5:]))
        for side, size in (("source", 8), ("hypothesis", 9), ("reference", 10)):
            assert sorted(line for bead in beads for line in getattr(bead, side)) == list(range(size))

    def test_the_verb_takes_a_source_and_refuses_another(self) -> None:
        assert align(HYPOTHESIS, REFERENCE, source=SOURCE).beads == self.made(SOURCE).beads
        with pytest.raises(Refusal) as caught:
            align(HYPOTHESIS, REFERENCE, source=OTHER)
        assert str(caught.value).startswith("the source is not parallel: 0.")
        assert str(caught.value).endswith("a line over chance; check that it is the source of these documents")

    def test_a_source_of_another_article_is_in_no_bead(self) -> None:
        made = with_source(align(HYPOTHESIS, REFERENCE), HYPOTHESIS, REFERENCE, OTHER)
        assert not made.parallel
        assert made.alignment == align(HYPOTHESIS, REFERENCE)


class TestPaired:
    def test_a_source_of_other_lines_is_aligned(self) -> None:
        paired = pair(put("h", HYPOTHESIS), put("r", REFERENCE), source=put("s", SOURCE[:8]))
        assert paired.batch.source[2] == SOURCE[2]
        assert paired.batch.hypothesis[2] == f"{HYPOTHESIS[2]} {HYPOTHESIS[3]}"
        assert paired.batch.source[-1] is None
        assert paired.status == (Status.PAIRED,) * 8
        assert paired.remarks == ("source aligned: 0 of its lines have no partner, 1 segments have no source",)

    def test_a_source_of_as_many_lines_is_taken_line_by_line(self) -> None:
        paired = pair(put("h", HYPOTHESIS), put("r", REFERENCE), source=put("s", SOURCE))
        assert paired.batch.source[3] == SOURCE[3]

    def test_another_source_is_refused(self) -> None:
        with pytest.raises(Refusal) as caught:
            pair(put("h", HYPOTHESIS), put("r", REFERENCE), source=put("s", OTHER))
        found = str(caught.value)
        assert found.startswith("s: 7 source lines, 9 hypothesis lines, and they are not parallel: 0.")
        assert found.endswith(
            "check that it is the source of this document, or give one line for each line of the hypothesis"
        )


class TestShell:
    def shell(self, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[list[str], str]:
        with pytest.raises(SystemExit) as end:
            main(["align", *arguments])
        assert (end.value.code or 0) == code
        captured = capsys.readouterr()
        return captured.out.splitlines(), captured.err

    def test_three_documents(self, capsys: pytest.CaptureFixture[str]) -> None:
        out, err = self.shell(capsys, put("h", HYPOTHESIS), put("r", REFERENCE), "--source", put("s", SOURCE))
        third = json.loads(out[2])
        assert (third["source"], third["hypothesis"], third["reference"]) == ([2], [2, 3], [2, 3])
        assert third["source_text"] == SOURCE[2]
        assert 0.5 < third["source_score"] <= 1
        assert err.startswith("8 beads; alone: 0 hypothesis lines, 0 reference lines, 0 source lines; doubtful")
        table, _ = self.shell(capsys, "h", "r", "--source", "s", "-f", "tsv")
        assert table[0].split("\t")[5:] == ["source", "source_score", "source_text"]
        assert table[3].split("\t")[5] == "2"

    def test_a_source_that_is_not_theirs(self, capsys: pytest.CaptureFixture[str]) -> None:
        out, err = self.shell(capsys, put("h", HYPOTHESIS), put("r", REFERENCE), "--source", put("s", OTHER), code=4)
        rows = [json.loads(line) for line in out]
        assert [row["source"] for row in rows if row["source"]] == [[line] for line in range(7)]
        assert not any(row["source"] and (row["hypothesis"] or row["reference"]) for row in rows)
        assert "s: the source is not parallel: 0." in err

    def test_translation_and_source_alone(self, capsys: pytest.CaptureFixture[str]) -> None:
        out, err = self.shell(capsys, put("h", HYPOTHESIS), put("s", SOURCE), "--cross")
        assert (json.loads(out[2])["hypothesis"], json.loads(out[2])["reference"]) == ([2, 3], [2])
        assert "source" not in json.loads(out[0])
        assert err.startswith("8 beads; alone: 0 hypothesis lines, 0 source lines; doubtful")
        _, err = self.shell(capsys, "h", put("o", OTHER), "--cross", code=4)
        assert err.startswith("mtqa: h and o: not parallel: 0.")
        assert err.endswith("check that they are translation and source of each other\n")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["h", "r", "--source", "s", "--cross"], "--cross takes two documents, --source three; give one of them"),
            (["h", "r", "--embeddings", "a", "b"], "--embeddings are for two languages; add --cross or --source"),
        ],
    )
    def test_what_does_not_go_together(
        self, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
    ) -> None:
        assert self.shell(capsys, *arguments, code=2)[1] == f"mtqa: {said}\n"

    def test_embeddings_from_files(self, capsys: pytest.CaptureFixture[str]) -> None:
        chance = np.random.default_rng(1)
        meaning = chance.normal(size=(9, 8))
        np.save("h.npy", meaning)
        np.save("s.npy", meaning[:, :])
        files = ["--cross", "--embeddings", "s.npy", "h.npy"]
        out, _ = self.shell(capsys, put("h", HYPOTHESIS), put("s", SOURCE), *files)
        assert json.loads(out[0])["reference"] == [0]
        _, err = self.shell(capsys, "h", put("short", SOURCE[:8]), *files, code=4)
        assert err == "mtqa: s.npy: 9 rows, 8 lines; give one row for each line\n"


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros(3), "e.npy: no table of numbers; numpy.save an array with a row for each line"),
        (np.array([["a"], ["b"]]), "e.npy: no table of numbers; numpy.save an array with a row for each line"),
        (np.zeros((3, 2)), "e.npy: 3 rows, 2 lines; give one row for each line"),
        (np.full((2, 2), np.nan), "e.npy: numbers that are not finite; embed the lines again"),
    ],
)
def test_embeddings_that_are_none(array: np.ndarray, said: str) -> None:
    np.save("e.npy", array)
    with pytest.raises(Refusal) as caught:
        read_embeddings("e.npy", 2)
    assert str(caught.value) == said


def test_embeddings_that_run_code_are_not_read() -> None:
    np.save("e.npy", np.array([{"a": 1}, {"b": 2}], dtype=object), allow_pickle=True)
    with pytest.raises(Refusal, match="no table of numbers"):
        read_embeddings("e.npy", 2)
