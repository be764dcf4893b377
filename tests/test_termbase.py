"""Termbases: what is read, what is refused with its line, and where a term stands whatever its inflection."""

from pathlib import Path

import pytest

from mtqa.cli import main
from mtqa.language import find_language
from mtqa.mqm import ErrorSpan, Severity
from mtqa.refusal import Refusal
from mtqa.rules import diagnose
from mtqa.segment import Batch, ReferenceKind, Segment
from mtqa.termbase import Glossary, Status, Termbase, read_termbase

CSV = (
    "source,target,status\nVertrag,contract,preferred\nVertrag,agreement,forbidden\nKündigung,termination,\n"
    ",utilize,forbidden\n"
)
TBX = """<?xml version="1.0" encoding="UTF-8"?>
<tbx style="dca" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"><text><body>
<conceptEntry id="c1">
 <langSec xml:lang="de"><termSec><term>Vertrag</term></termSec></langSec>
 <langSec xml:lang="en-US"><termSec><term>contract</term>
  <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termSec>
  <termSec><term>agreement</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
 </langSec></conceptEntry></body></text></tbx>
"""
DCT = (
    TBX.replace('style="dca"', 'style="dct" xmlns:min="http://www.tbxinfo.net/ns/min"')
    .replace('<termNote type="administrativeStatus">', "<min:administrativeStatus>")
    .replace("</termNote>", "</min:administrativeStatus>")
)
OLD = (
    TBX.replace("<tbx ", "<martif ").replace("</tbx>", "</martif>").replace("conceptEntry", "termEntry")
    .replace("langSec", "langSet").replace("termSec", "tig").replace('xmlns="urn:iso:std:iso:30042:ed-2"', "")
)  # fmt: skip


def written(tmp_path: Path, text: str, name: str = "terms.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def found(termbase: Termbase, hypothesis: str, source: str | None, language: str = "en") -> list[ErrorSpan]:
    segment = Segment("1", hypothesis, source=source)
    errors = diagnose(Batch.of([segment]), language=language, termbase=termbase).errors
    return [error for error in errors if error.rule == "term"]


SOURCE = "Die Verträge wurden unterschrieben und sind nicht da."


def test_a_forbidden_term_is_marked_and_the_wanted_one_named(tmp_path: Path) -> None:
    (error,) = found(read_termbase(written(tmp_path, CSV)), "The agreements were signed.", SOURCE)
    assert (error.text, error.correction, error.category) == ("agreements", "contract", "terminology/wrong-term")
    assert (error.severity, error.severity_basis) == (Severity.MAJOR, "forbidden-term")
    assert error.evidence == ("term Vertrag → contract", "found agreements")
    assert error.explanation == "“agreements” is a forbidden term (terms.csv:2); “Vertrag” is to be “contract”."


def test_a_term_that_was_not_found(tmp_path: Path) -> None:
    (error,) = found(read_termbase(written(tmp_path, CSV)), "The deals were signed.", SOURCE)
    assert (error.text, error.correction, error.hypothesis.start) == ("", "contract", 22)
    assert error.evidence == ("term Vertrag → contract", "not found in the hypothesis")


@pytest.mark.parametrize("text", ["The contracts were signed.", "Contract signed.", "a contract's end"])
def test_a_term_stands_in_every_form(text: str, tmp_path: Path) -> None:
    assert found(read_termbase(written(tmp_path, CSV)), text, SOURCE) == []


@pytest.mark.parametrize(
    ("term", "target", "hypothesis", "language"),
    [
        ("agreement", "Vertrag", "Die Vertragsdauer ist lang und nicht kurz.", "de"),
        ("agreement", "Vertrag", "Wegen des Vertrages und der Zeit.", "de"),
        ("agreement", "договор", "Он подписал договора и ушёл.", "ru"),
        ("agreement", "umowa", "Podpisał umowę i nie wrócił.", "pl"),
        ("agreement", "合同", "他签了合同。", "zh"),
        ("agreement", "contrato de obra", "los contratos de obra son de hoy", "es"),
    ],
)
def test_inflection_and_compounds(term: str, target: str, hypothesis: str, language: str, tmp_path: Path) -> None:
    termbase = read_termbase(written(tmp_path, f"source,target\n{term},{target}\n"))
    source = "He signed the agreements and it is the end of the day."
    assert found(termbase, hypothesis, source, language) == []
    assert found(termbase, "xyz", source, language)


def test_a_compound_of_the_source_calls_for_no_term(tmp_path: Path) -> None:
    termbase = read_termbase(written(tmp_path, CSV))
    assert found(termbase, "The law was old.", "Das Vertragsrecht war alt und ist nicht neu.") == []


def test_the_longest_source_term_counts(tmp_path: Path) -> None:
    text = "source,target\nmaschinelles Lernen,machine learning\nLernen,studying\n"
    termbase = read_termbase(written(tmp_path, text))
    assert found(termbase, "It is machine learning.", "Es ist maschinelles Lernen und nicht mehr.") == []


def test_a_word_that_is_never_wanted_needs_no_source(tmp_path: Path) -> None:
    termbase = read_termbase(written(tmp_path, CSV))
    assert [error.text for error in found(termbase, "They utilized it.", None)] == ["utilized"]
    assert [error.text for error in found(termbase, "The agreement ended.", None)] == ["agreement"]
    assert found(termbase, "The agreement ended.", "Das Abkommen endete und ist nicht da.") == []


def test_case_counts_where_it_is_asked_for(tmp_path: Path) -> None:
    termbase = read_termbase(written(tmp_path, "source;target;case\nWolke;Cloud;yes\n"))
    source = "Die Wolke ist da und nicht fort."
    assert found(termbase, "The Cloud is there.", source) == []
    assert found(termbase, "The cloud is there.", source)


def test_a_forbidden_word_inside_a_wanted_one_is_none(tmp_path: Path) -> None:
    text = "source,target,status\nVertrag,service contract,preferred\nVertrag,contract,forbidden\n"
    termbase = read_termbase(written(tmp_path, text))
    assert found(termbase, "The service contract ended.", SOURCE) == []
    assert found(termbase, "The contract ended.", SOURCE)


@pytest.mark.parametrize("text", [TBX, DCT, OLD], ids=["dca", "dct", "2008"])
def test_tbx(text: str, tmp_path: Path) -> None:
    termbase = read_termbase(written(tmp_path, text, "terms.tbx"))
    assert termbase.languages == ("de", "en") and len(termbase) == 1
    (term,) = termbase.between("de", "en")
    assert (term.source, term.wanted, term.forbidden) == (("Vertrag",), ("contract",), ("agreement",))
    (error,) = found(termbase, "The agreement was signed.", SOURCE)
    assert error.text == "agreement"
    with pytest.raises(Refusal) as refusal:
        termbase.between("de", "fr")
    said = (
        "terms.tbx: no term in the language fr, only in de, en; name the language with --language, or give its termbase"
    )
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source,target\na\n", "terms.csv:2: 2 columns wanted, 1 found; quote cells with marks"),
        ("a,b\nx,y\n", "terms.csv:1: no column source; name the columns source, target and status"),
        ("source,target\n", "terms.csv: no terms; give at least one"),
        ("", "terms.csv: no terms; give at least one"),
        ("source,target\nx,\n", "terms.csv:2: no target term; write it, or drop the line"),
        ("source,target\n,y\n", "terms.csv:2: no source term; only a forbidden target needs none"),
        ("source,target,status\nx,y,forbiden\n",
         "terms.csv:2: unknown status 'forbiden'; did you mean forbidden? known: preferred, admitted, forbidden"),
        ("source,target,status\nx,y,preferred\nx,y,forbidden\n",
         "terms.csv:3: 'y' is forbidden and wanted for the same source"),
        ('source,target\n"x,y\n', "terms.csv:2: no CSV: unexpected end of data; close the quotation marks"),
        ("source,target,case\nx,y,perhaps\n", "terms.csv:2: case is yes or no, not 'perhaps'"),
    ],
)  # fmt: skip
def test_a_broken_line_is_named(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        read_termbase(written(tmp_path, text))
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html></html>", "terms.tbx:1: no TBX: it opens with <html>; give a TBX file"),
        (TBX.replace("<term>contract</term>", "<term> </term>"),
         "terms.tbx:5: <termSec> holds no term; write it, or drop it"),
        (TBX.replace(' xml:lang="de"', ""), "terms.tbx:4: <langSec> names no language; add xml:lang"),
        (TBX.replace("deprecatedTerm-admn-sts", "bad"),
         "terms.tbx:7: unknown status 'bad'; known: preferred, admitted, forbidden"),
    ],
)  # fmt: skip
def test_a_broken_tbx_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        read_termbase(written(tmp_path, text, "terms.tbx"))
    assert str(refusal.value) == said


def test_no_entity_is_expanded(tmp_path: Path) -> None:
    bomb = TBX.replace("<tbx ", '<!DOCTYPE tbx [<!ENTITY a "aaaa">]><tbx ', 1)
    with pytest.raises(Refusal, match="it declares the entity a"):
        read_termbase(written(tmp_path, bomb, "terms.tbx"))


def test_what_is_no_file_or_no_termbase(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        read_termbase(tmp_path / "none.csv")
    assert str(refusal.value) == "none.csv: cannot be read (No such file or directory); name a termbase"
    with pytest.raises(Refusal) as refusal:
        read_termbase(written(tmp_path, CSV, "terms.docx"))
    assert str(refusal.value).startswith("terms.docx: no termbase: the suffix .docx is not known")
    latin = tmp_path / "terms.csv"
    latin.write_bytes("source,target\nx,y\nKündigung,end\n".encode("latin-1"))
    with pytest.raises(Refusal) as refusal:
        read_termbase(latin)
    assert str(refusal.value) == "terms.csv:3: no UTF-8 text; save it as UTF-8"


def test_a_byte_order_mark_and_tabs(tmp_path: Path) -> None:
    termbase = read_termbase(written(tmp_path, "\ufeffsource\ttarget\tnote\nVertrag\tcontract\told\n", "terms.tsv"))
    assert termbase.concepts[0].words[1].status is Status.PREFERRED


def test_the_termbase_holds_whatever_the_correction_says(tmp_path: Path) -> None:
    termbase = read_termbase(written(tmp_path, CSV))
    segment = Segment("1", "The agreement ended.", ("An agreement ended.",), SOURCE,
                      reference_kind=ReferenceKind.CORRECTION)  # fmt: skip
    rules = [error.rule for error in diagnose(Batch.of([segment]), language="en", termbase=termbase).errors]
    assert "term" in rules


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = written(tmp_path, f"id\tsource\thypothesis\n1\t{SOURCE}\tThe agreement was signed.\n", "t.tsv")
    with pytest.raises(SystemExit) as end:
        main(["errors", str(table), "--termbase", str(written(tmp_path, CSV)), "-f", "tsv"])
    assert end.value.code == 0
    assert "terminology/wrong-term" in capsys.readouterr().out
    with pytest.raises(SystemExit) as end:
        main(["errors", str(table), "--termbase", str(tmp_path / "none.csv")])
    assert end.value.code == 4


def test_ten_thousand_terms_are_quick(tmp_path: Path) -> None:
    rows = "".join(f"wort{n},word{n}\n" for n in range(10_000))
    terms = read_termbase(written(tmp_path, "source,target\n" + rows)).between("de", "en")
    glossary = Glossary(terms, source=find_language("de"), target=find_language("en"))
    (missing,) = glossary.missing("nothing of it", "Das wort77 ist da")
    assert missing.term.wanted == ("word77",)


def test_beside_a_correction_a_term_that_it_mends_is_a_wrong_term_and_one_it_leaves_changes_nothing(
    tmp_path: Path,
) -> None:
    import pandas as pd

    import mtqa

    path = written(tmp_path, "source,target,status\ncasa,house,preferred\ncasa,home,forbidden\n")
    corrections = ["This is my house.", "This is my home."]
    frame = pd.DataFrame({"id": ["1", "2"], "hypothesis": ["This is my home."] * 2, "reference": corrections})
    rows = mtqa.errors(frame.assign(source="Aceasta este casa mea."), kind="correction", termbase=path)
    found = rows[["id", "text", "correction", "category"]].values.tolist()
    assert found == [
        ["1", "home", "house", "terminology/wrong-term"],
        ["2", "home", "home", "terminology/wrong-term"],
    ]
