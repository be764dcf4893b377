"""The traps of the formats, one case each (ours, after what the tools write): what is read, or why it is refused.

Others have cases of their own: tests/cases/formats/cat, test_formats.py, test_cli_convert.py.
"""

import json
from pathlib import Path

import pytest

from mtqa.formats import read_batch, read_lines, read_records
from mtqa.refusal import Refusal

ONE = '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="f">{}</file></xliff>'
TWO = (
    '<xliff version="2.1" srcLang="pt" trgLang="en" xmlns="urn:oasis:names:tc:xliff:document:2.0">'
    '<file id="f">{}</file></xliff>'
)
SDL = (
    '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0">'
    '<file original="f"><body>{}</body></file></xliff>'
)
MXLIFF = (
    '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:m="http://www.memsource.com/mxlf/2.0">'
    '<file original="f"><body><trans-unit id="1"><source>Sim</source><target>{}</target>{}</trans-unit>'
    "</body></file></xliff>"
)
TMX = (
    '<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">'
    '<tmx version="1.4"><header srclang="{}"/><body>{}</body></tmx>'
)

READ = [
    (
        "a proposal of alt-trans is no target",
        "t.xlf",
        ONE.format(
            '<body><trans-unit id="1"><source>Sim</source><alt-trans origin="tm"><target>WRONG</target></alt-trans>'
            '</trans-unit><trans-unit id="2"><source>Sim</source><target>Yes</target><alt-trans><target>WRONG</target>'
            "</alt-trans></trans-unit></body>"
        ),
        [("1", "Sim", ""), ("2", "Sim", "Yes")],
    ),
    (
        "segments go by mid, not by place",
        "t.xlf",
        ONE.format(
            '<body><trans-unit id="u"><source>A. B.</source><seg-source><mrk mtype="seg" mid="1">A.</mrk> '
            '<mrk mtype="seg" mid="2">B.</mrk></seg-source><target><mrk mtype="seg" mid="2">Bee.</mrk> '
            '<mrk mtype="seg" mid="1">Ay.</mrk></target></trans-unit></body>'
        ),
        [("u/1", "A.", "Ay."), ("u/2", "B.", "Bee.")],
    ),
    (
        "the same mid in every unit",
        "t.sdlxliff",
        SDL.format(
            "".join(
                f'<trans-unit id="{u}"><source>{u}</source><seg-source><mrk mtype="seg" mid="0">{u}</mrk></seg-source>'
                f'<target><mrk mtype="seg" mid="0">{u.upper()}</mrk></target></trans-unit>'
                for u in "ab"
            )
        ),
        [("a/0", "a", "A"), ("b/0", "b", "B")],
    ),
    (
        "text in g and mrk is text, in ph, bpt, ept and it code; x, bx and ex are empty",
        "t.xlf",
        ONE.format(
            '<body><trans-unit id="1"><source>s</source><target>a <g id="1">b</g> <mrk mtype="term">c</mrk> '
            '<ph id="2">X</ph><bpt id="3">X</bpt>d<ept id="3">X</ept><it id="4" pos="open">X</it><x id="5"/>'
            '<bx id="6"/>e<ex id="6"/></target></trans-unit></body>'
        ),
        [("1", "s", "a b c de")],
    ),
    (
        "a tag in the middle of a word",
        "t.xlf",
        ONE.format(
            '<body><trans-unit id="1"><source>s</source><target>un<g id="1">do</g>ne</target></trans-unit></body>'
        ),
        [("1", "s", "undone")],
    ),
    (
        "white space of a text is its own",
        "t.xlf",
        ONE.format(
            '<body><trans-unit id="1"><source> s </source><target xml:space="preserve">  a\tb </target></trans-unit>'
            "</body>"
        ),
        [("1", " s ", "  a\tb ")],
    ),
    (
        "units in groups in groups",
        "t.xlf",
        ONE.format(
            '<body><group><group><trans-unit id="1"><source>s</source><target>t</target></trans-unit></group></group>'
            "</body>"
        ),
        [("1", "s", "t")],
    ),
    (
        "XLIFF 2: what stands between segments is no segment",
        "t.xlf",
        TWO.format(
            '<unit id="u"><segment id="1"><source>A.</source><target>B.</target></segment><ignorable><source> </source>'
            '</ignorable><segment id="2"><source>C.</source><target>D.</target></segment></unit>'
        ),
        [("u/1", "A.", "B."), ("u/2", "C.", "D.")],
    ),
    (
        "XLIFF 2: quality issues of ITS are not of the text",
        "t.xlf",
        TWO.replace("<xliff ", '<xliff xmlns:its="http://www.w3.org/2005/11/its" ').format(
            '<unit id="u" its:locQualityIssuesRef="#q"><its:locQualityIssues xml:id="q"><its:locQualityIssue '
            'locQualityIssueComment="WRONG"/></its:locQualityIssues><segment><source>A.</source><target>B '
            '<mrk id="m" type="its:any" its:locQualityIssueComment="WRONG">c</mrk>.</target></segment></unit>'
        ),
        [("u", "A.", "B c.")],
    ),
    (
        "a byte-order mark and CRLF",
        "t.sdlxliff",
        "\ufeff" + SDL.format('\r\n<trans-unit id="1"><source>a</source><target>b</target></trans-unit>\r\n'),
        [("1", "a", "b")],
    ),
    (
        "TMX: EN-US and en, hi is text, ut and the others are code, the DOCTYPE is read over",
        "t.tmx",
        TMX.format(
            "pt-BR",
            '<tu tuid="1"><tuv xml:lang="PT-br"><seg>Sim</seg></tuv><tuv xml:lang="EN-US"><seg>Y<hi>e</hi>s<ut>X</ut>'
            '<ph>X</ph><bpt i="1">X</bpt>!<ept i="1">X</ept></seg></tuv></tu>',
        ),
        [("1", "Sim", "Yes!")],
    ),
    (
        "PO: obsolete messages are none",
        "t.po",
        'msgid "Sim"\nmsgstr "Yes"\n\n#~ msgid "Nunca"\n#~ msgstr "Never"\n',
        [("1", "Sim", "Yes")],
    ),
    (
        "TSV: NA and null are text, quotes too, and lines end at \\n only",
        "t.tsv",
        'id\tsrc\tmt\n1\tNA\tnull\n2\t"a\t"b"\n3\tx\u2028y\x85z\tu\x0bv\x1cw\n',
        [("1", "NA", "null"), ("2", '"a', '"b"'), ("3", "x\u2028y\x85z", "u\x0bv\x1cw")],
    ),
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str) -> str:
    Path(name).write_bytes(text.encode())
    return name


@pytest.mark.parametrize(("name", "text", "rows"), [case[1:] for case in READ], ids=[case[0] for case in READ])
def test_read(name: str, text: str, rows: list[tuple[str, str, str]]) -> None:
    assert [(each.id, each.source, each.hypothesis) for each in read_records(put(name, text))] == rows


@pytest.mark.parametrize(
    ("target", "slots", "texts"),
    [
        ("Yes", '<alt-trans origin="machine-trans"><target>Sure</target></alt-trans>', ("Sure", ("Yes",))),
        ("Yes", '<alt-trans origin="machine-trans"><target/></alt-trans>', ("Yes", ())),
        ("Yes", '<alt-trans origin="machine-trans"/>', ("Yes", ())),
        ("Yes", '<alt-trans origin="memsource-tm"><target>WRONG</target></alt-trans>', ("Yes", ())),
        ("", '<alt-trans origin="machine-trans"><target/></alt-trans>', ("", ())),
    ],
)
def test_an_empty_place_for_machine_translation_is_none(
    target: str, slots: str, texts: tuple[str, tuple[str, ...]]
) -> None:
    """Phrase writes the place of every kind of proposal, and leaves it empty where it has none."""
    (record,) = read_records(put("t.mxliff", MXLIFF.format(target, slots)))
    assert (record.hypothesis, record.references) == texts


@pytest.mark.parametrize("place", ["segment", "target"])
def test_the_state_of_xliff_2_also_where_some_tools_misplace_it(place: str) -> None:
    parts = {"segment": "", "target": "", place: ' state="final"'}
    segment = f"<segment{parts['segment']}><source>A</source><target{parts['target']}>B</target></segment>"
    (record,) = read_records(put("t.xlf", TWO.format(f'<unit id="u">{segment}</unit>')))
    assert record.extras["state"] == "final"


@pytest.mark.parametrize(
    ("qualifier", "origin"), [("mt-suggestion", "mt"), ("leveraged-tm", "tm"), ("exact-match", "tm"), ("", "")]
)
def test_where_a_target_of_xliff_1_comes_from(qualifier: str, origin: str) -> None:
    said = f' state-qualifier="{qualifier}"' if qualifier else ""
    unit = f'<body><trans-unit id="1"><source>A</source><target{said}>B</target></trans-unit></body>'
    (record,) = read_records(put("t.xlf", ONE.format(unit)))
    assert record.extras["origin"] == origin


def test_a_line_of_text_ends_at_its_line_end_only_and_keeps_its_spaces() -> None:
    text = " a\u2028b\x85c \x0bd\x1c\ne\x0c\n"
    assert list(read_lines(put("t.txt", text))) == [" a\u2028b\x85c \x0bd\x1c", "e\x0c"]


def test_rows_of_documents_are_no_segments() -> None:
    """The score files of WMT25: a line a document, its segments in arrays."""
    put("t.jsonl", json.dumps({"doc_id": "d", "hypothesis": ["A.", "B."], "reference": ["A.", "C."]}) + "\n")
    with pytest.raises(Refusal) as caught:
        read_batch("t.jsonl")
    assert str(caught.value).startswith("t.jsonl:1: hypothesis: ")


@pytest.mark.parametrize("form", ["tsv", "jsonl", "parquet"])
def test_names_of_columns_that_are_no_text_are_refused_or_read(form: str) -> None:
    """Half a surrogate pair in a name, which only JSON can say, and a name of bytes that are no UTF-8."""
    if form == "jsonl":
        put("t.jsonl", '{"id": "1", "mt": "a", "ref": "b", "\\ud800": "c"}\n')
        assert len(read_batch("t.jsonl")) == 1
    elif form == "tsv":
        Path("t.tsv").write_bytes(b"id\tmt\tref\tn\xefve\n1\ta\tb\tc\n")
        with pytest.raises(Refusal, match=r"^t\.tsv:1: "):
            read_batch("t.tsv")
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"id": ["1"], "mt": ["a"], "ref": ["b"], "naXve": ["c"]}), "t.parquet")
        whole = Path("t.parquet").read_bytes().replace(b"naXve", b"na\xefve")
        Path("t.parquet").write_bytes(whole)
        with pytest.raises(Refusal) as caught:
            list(read_records("t.parquet"))
        assert str(caught.value) == "t.parquet: not a sound Parquet file; write it again"
