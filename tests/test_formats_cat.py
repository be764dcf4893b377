"""The files of CAT tools: no tag reaches a text, nothing is lost or fetched, what is unsound is refused."""

import codecs
import contextlib
import gzip
import json
import socket
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.cli import main
from mtqa.formats import NEEDS_HYPOTHESIS, is_bilingual, read_batch, read_records
from mtqa.formats.record import FACTS, Record, Unique, standing_of
from mtqa.formats.xliff import read_xliff
from mtqa.pairing import pair
from mtqa.refusal import Misuse, Refusal
from mtqa.segment import ReferenceKind
from mtqa.summary import Status

CASES = Path(__file__).parent / "cases/formats/cat"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def records(name: str) -> list[Record]:
    return list(read_records(CASES / name))


def put(name: str, data: bytes | str) -> str:
    Path(name).write_bytes(data.encode() if isinstance(data, str) else data)
    return name


def refusal_of(name: str) -> str:
    with pytest.raises(Refusal) as caught:
        list(read_records(name))
    return str(caught.value)


def unit(text: str, id_: str = "1") -> str:
    return f'<trans-unit id="{id_}"><source>s</source><target>{text}</target></trans-unit>'


def xliff(units: str, *, head: str = "") -> str:
    opening = '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="f"><body>'
    return f"{head}{opening}\n{units}</body></file></xliff>"


class TestSegments:
    """Fixtures of every dialect, written by us after the notes on what the tools write; id, source, hypothesis."""

    @pytest.mark.parametrize(
        ("file", "rows"),
        [
            (
                "plain.xlf",
                [
                    ("1", "O gato dorme.", "The cat sleeps."),
                    ("3", "ACME", "ACME"),
                    ("4", "Fim & adeus 😀", "End & goodbye 😀"),
                    ("5", "Diga olá e siga", "Say hello and go on"),
                    ("6", "Ainda não", ""),
                    ("1", "Outra", "Another <one>"),
                ],
            ),
            ("segmented.xlf", [("p1/0", "Eins.", "One."), ("p1/1", "Zwei.", "Two."), ("p2/0", "Drei.", "")]),
            (
                "trados.sdlxliff",
                [
                    ("aa/1", "Olá.", "Hello."),
                    ("aa/2", "O gato dorme.", "The cat sleeps."),
                    ("aa/3", "Fim.", "End."),
                    ("bb/1", "Sim.", "Yes."),
                ],
            ),
            (
                "phrase.mxliff",
                [
                    ("job:0", "O gato dorme.", "The dog sleeps."),
                    ("job:1", "Use {0} e {nome}", "Use {0} and {name}"),
                    ("job:2", "Fim.", "End."),
                    ("job:0", "Novo.", "New."),
                ],
            ),
            (
                "memoq.mqxliff",
                [
                    ("guid-1", "O gato dorme .", "The cat sleeps ."),
                    ("guid-2", "Fim.", "End."),
                    ("guid-3", "Sim.", "Yes."),
                ],
            ),
            (
                "two.xlf",
                [
                    ("u1/s1", "O gato dorme.", "The cat sleeps."),
                    ("u1/s2", "Ele ronca alto.", ""),
                    ("u3", "Fim.", "End."),
                ],
            ),
        ],
    )
    def test_texts_without_tags(self, file: str, rows: list[tuple[str, str, str]]) -> None:
        assert [(record.id, record.source, record.hypothesis) for record in records(file)] == rows

    @pytest.mark.parametrize(
        ("file", "standing"),
        [
            (
                "plain.xlf",
                ["translated/mt//no", "///yes", "needs-review-translation/tm//no", "///no", "///no", "///no"],
            ),
            ("segmented.xlf", ["///no"] * 3),
            (
                "trados.sdlxliff",
                ["ApprovedSignOff/tm/100/yes", "Translated/mt//no", "Draft/mt//no", "RejectedTranslation/human//no"],
            ),
            (
                "phrase.mxliff",
                ["confirmed/mt/0/no", "confirmed/tm/101/yes", "unconfirmed/mt/0/no", "unconfirmed/mt//no"],
            ),
            ("memoq.mqxliff", ["MachineTranslated/mt/0/no", "ManuallyConfirmed//101/yes", "PreTranslated/tm/95/no"]),
            ("two.xlf", ["final///no", "initial///no", "translated///no"]),
        ],
    )
    def test_state_origin_match_lock(self, file: str, standing: list[str]) -> None:
        found = ["/".join(record.extras[name] for name in FACTS[:4]) for record in records(file)]
        assert found == standing

    def test_documents_that_come_again_are_told_apart(self) -> None:
        assert {record.document for record in records("plain.xlf")} == {"news.html", "news.html#2"}
        assert [record.document for record in records("memoq.mqxliff")] == ["a.docx", "a.docx", "b.docx"]

    def test_candidates_of_xliff_2_that_are_machine_translation(self) -> None:
        """A candidate for the whole segment is the hypothesis, its target the correction; others are looked over."""
        found = [(record.id, record.hypothesis, record.references) for record in records("matches.xlf")]
        assert found == [
            ("u1/s1", "The dog sleeps.", ("The cat sleeps.",)),
            ("u1/s2", "He snores.", ()),
            ("u2", "Finish.", ()),
        ]
        first = records("matches.xlf")[0]
        assert [first.extras[name] for name in ("state", "origin", "match")] == ["final", "mt", "70.5"]
        assert {record.kind for record in records("matches.xlf")} == {ReferenceKind.CORRECTION}

    def test_languages(self) -> None:
        extras = records("trados.sdlxliff")[0].extras
        assert (extras["source_language"], extras["target_language"]) == ("pt-PT", "en-GB")

    def test_raw_machine_translation_is_corrected_by_the_target(self) -> None:
        found = records("phrase.mxliff")
        assert [record.references for record in found] == [("The cat sleeps.",), (), ("End.",), ()]
        batch = read_batch(CASES / "phrase.mxliff")
        assert batch.reference_kind == ReferenceKind.CORRECTION
        assert batch.paired == (0, 2)

    def test_what_is_not_for_translation_is_said(self) -> None:
        said: list[str] = []
        list(read_records(CASES / "plain.xlf", say=said.append))
        assert said == [f"{CASES / 'plain.xlf'}: 1 unit not for translation left out"]

    def test_line_of_each_segment(self) -> None:
        assert [record.number for record in records("plain.xlf")] == [7, 13, 14, 17, 20, 24]


class TestCodes:
    def test_every_tag_has_its_place(self) -> None:
        record = records("plain.xlf")[3]
        codes = json.loads(record.extras["hypothesis_codes"])
        assert [(record.hypothesis[:at], role, name) for at, role, name, _, _ in codes] == [
            ("Say ", "alone", "ph"),
            ("Say ", "open", "bpt"),
            ("Say hello", "close", "ept"),
            ("Say hello", "alone", "it"),
            ("Say hello and ", "alone", "ph"),
        ]
        assert [native for *_, native in codes] == ["<br/>", "<b>", "</b>", "<i>", '<img alt="photo"/>']

    def test_tags_of_phrase_can_be_put_back(self) -> None:
        record = records("phrase.mxliff")[0]
        text = record.hypothesis
        for at, _, _, _, native in reversed(json.loads(record.extras["hypothesis_codes"])):
            text = text[:at] + native + text[at:]
        assert text == "The {1>dog<1} sleeps{2}."

    def test_deleted_text_is_gone_and_kept_in_the_map(self) -> None:
        codes = json.loads(records("trados.sdlxliff")[1].extras["hypothesis_codes"])
        assert [8, "alone", "mrk", "", "sleep"] in codes

    def test_an_unknown_element_is_refused(self) -> None:
        put("d.xlf", xliff(unit("a <b>bold</b>")))
        assert refusal_of("d.xlf") == (
            "d.xlf:2: <b> in the text of a segment is not known; export the file with standard inline codes"
        )


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
DEEP = "<g id='1'>" * 300 + "x" + "</g>" * 300
REFUSED = [
    (BOMB, "&b;", "d.xlf:1: it declares the entity a; entities are not expanded; write the text itself"),
    (
        '<!DOCTYPE x [\n<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        "&f;",
        "d.xlf:2: it declares the entity f; entities are not expanded; write the text itself",
    ),
    (
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd">%p;]>',
        "",
        "d.xlf:1: it declares the entity p; entities are not expanded; write the text itself",
    ),
    (
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "hello &co; world",
        "d.xlf:2: the entity &co; is not declared; write the character itself",
    ),
    ("", "&nbsp;", "d.xlf:2: not well-formed XML: undefined entity; write the file again"),
    ("", DEEP, "d.xlf:2: elements nested more than 200 deep; this is no document of segments"),
    ("", "a</source>", "d.xlf:2: not well-formed XML: mismatched tag; write the file again"),
    ("", "a\x01", "d.xlf:2: not well-formed XML: not well-formed (invalid token); write the file again"),
    (
        '<?xml version="1.0" encoding="utf-16"?>',
        "é",
        "d.xlf:1: not well-formed XML: encoding specified in XML declaration is incorrect; write the file again",
    ),
    (
        '<?xml version="1.0" encoding="iso-8859-1"?>',
        "é",
        "d.xlf:2: declared as iso-8859-1, but its bytes are UTF-8; "
        "mend the declaration, or save the file in that encoding",
    ),
    (
        '\ufeff<?xml version="1.0" encoding="windows-1252"?>',
        "e",
        "d.xlf:1: declared as windows-1252, but it opens with the mark of UTF-8; "
        "mend the declaration, or save the file in that encoding",
    ),
    (
        '<?xml version="1.0" encoding="klingon"?>',
        "e",
        "d.xlf:1: its encoding cannot be read: unknown encoding: klingon; save the file as UTF-8",
    ),
]


class TestRefusals:
    @pytest.mark.parametrize(("head", "text", "refusal"), REFUSED, ids=[case[2][:60] for case in REFUSED])
    def test_unsound(self, head: str, text: str, refusal: str) -> None:
        put("d.xlf", xliff(unit(text), head=head))
        assert refusal_of("d.xlf") == refusal

    def test_bytes_of_another_encoding(self) -> None:
        put("d.xlf", xliff(unit("x\né")).encode("latin-1"))
        assert refusal_of("d.xlf") == (
            "d.xlf:3: bytes that are not of the declared encoding (UTF-8 unless declared); save it as UTF-8"
        )

    def test_cut_off(self) -> None:
        put("d.xlf", xliff(unit("x"))[:150])
        assert refusal_of("d.xlf") == "d.xlf:2: the file is cut off inside <trans-unit>; fetch it again"
        whole = gzip.compress(xliff("".join(unit("x", str(n)) for n in range(5000))).encode())
        put("d.xlf.gz", whole[: len(whole) // 2])
        assert refusal_of("d.xlf.gz") == "d.xlf.gz: the .gz file is cut off; fetch it again"

    @pytest.mark.parametrize("length", range(0, 400, 7))
    def test_no_prefix_is_taken_for_a_whole(self, length: int) -> None:
        whole = xliff(unit("x") + unit("y", "2"))
        put("d.xlf", whole[: min(length, len(whole) - 1)] or " ")
        assert refusal_of("d.xlf").startswith("d.xlf:")

    def test_not_xliff(self) -> None:
        assert (
            refusal_of(put("d.xlf", "plain words"))
            == "d.xlf:1: not well-formed XML: syntax error; write the file again"
        )
        assert refusal_of(put("d.xlf", "<html><body/></html>")) == "d.xlf:1: not XLIFF: its root is <html>"
        assert refusal_of(put("d.xlf", "")) == "d.xlf: the file is empty; give at least one segment"
        assert refusal_of(put("d.xlf", b"PK\x03\x04\x00\x00")).startswith("d.xlf:1: not well-formed XML")

    def test_ids_that_stand_twice(self) -> None:
        put("d.xlf", xliff(unit("x") + "\n" + unit("y")))
        assert refusal_of("d.xlf") == (
            "d.xlf:3: the segment id 1 stands twice; segments are told apart by their ids; export the file again"
        )
        assert (
            refusal_of(put("d.xlf", xliff("<trans-unit><source/></trans-unit>")))
            == "d.xlf:2: a <trans-unit> without an id"
        )

    def test_segments_that_do_not_match(self) -> None:
        source = '<trans-unit id="p"><source/><seg-source><mrk mtype="seg" mid="1">a</mrk></seg-source>'
        one, two = '<mrk mtype="seg" mid="1">a</mrk>', '<mrk mtype="seg" mid="2">b</mrk>'
        for target, what in [
            (two, "d.xlf:2: segment 2 of the target is not in the source"),
            (one + one, "d.xlf:2: segment 1 of the target stands twice"),
            ("words", "d.xlf:2: the target is in one piece, its source in 1; segment the target, or neither"),
        ]:
            put("d.xlf", xliff(f"{source}<target>{target}</target></trans-unit>"))
            assert refusal_of("d.xlf") == what

    def test_endless_tag_and_endless_unit(self) -> None:
        put("d.xlf", xliff(f'<trans-unit id="{"x" * (11 << 20)}">'))
        assert refusal_of("d.xlf") == "d.xlf:2: one tag or unit of more than 10 MiB; this is no document of segments"
        put("d.xlf", xliff(unit("word " * (3 << 20))))
        assert refusal_of("d.xlf") == "d.xlf:2: one tag or unit of more than 10 MiB; this is no document of segments"

    def test_no_references(self) -> None:
        name = put("d.xlf", xliff(unit("x")))
        with pytest.raises(Refusal) as refusal:
            read_batch(name)
        assert str(refusal.value) == (
            "d.xlf: no references in it; hold it against its reviewed delivery: mtqa assess DELIVERY REVIEWED"
        )
        with pytest.raises(Misuse, match="--columns is for tables without a header"):
            read_batch(name, columns=["mt"])

    @pytest.mark.parametrize("file", sorted(path.name for path in CASES.iterdir()))
    @settings(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_damage_is_refused_or_read_but_never_a_crash(self, file: str, data: st.DataObject) -> None:
        whole = (CASES / file).read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        junk = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from([b"<", b"</", b'"', b"&x;", b"\t", b"\n"])))
        damaged = whole[:at] + junk + whole[at + data.draw(st.integers(0, 40)) :]
        put(f"fuzz-{file}", damaged or b" ")
        with contextlib.suppress(Refusal):
            list(read_records(f"fuzz-{file}"))

    def test_nothing_is_fetched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def no_network(*_: object, **__: object) -> None:
            raise AssertionError("a socket was opened")

        monkeypatch.setattr(socket, "socket", no_network)
        assert len(records("memory.tmx")) == 3  # its DOCTYPE names a DTD
        put(
            "d.tmx", (CASES / "memory.tmx").read_text(encoding="utf-8").replace("tmx14.dtd", "http://127.0.0.1:9/x.dtd")
        )
        assert len(list(read_records("d.tmx"))) == 3


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "mark"),
        [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16", b""), ("iso-8859-1", b""), ("windows-1252", b"")],
    )
    def test_the_declared_encoding_is_believed(self, encoding: str, mark: bytes) -> None:
        head = f'<?xml version="1.0" encoding="{encoding}"?>\r\n'
        put("d.xlf", mark + xliff(unit("olá"), head=head).encode(encoding))
        assert [record.hypothesis for record in read_records("d.xlf")] == ["olá"]

    def test_gz_and_any_case_of_the_suffix(self) -> None:
        Path("D.XLIFF.GZ").write_bytes(gzip.compress(xliff(unit("a")).encode()))
        assert is_bilingual("D.XLIFF.GZ")
        assert read_batch("D.XLIFF.GZ", needs=NEEDS_HYPOTHESIS).hypothesis == ("a",)


class _Endless:
    """A stream of a great XLIFF file that is nowhere in memory."""

    def __init__(self, units: int) -> None:
        self._pieces = self._written(units)

    def read(self, size: int) -> bytes:
        return next(self._pieces, b"")

    def readline(self) -> bytes:
        return b""

    def _written(self, units: int) -> Iterator[bytes]:
        start, end = xliff("|").split("|")
        yield start.encode()
        for n in range(units):
            yield unit(f'word <g id="1">{n}</g> ' * 20, str(n)).encode()
        yield end.encode()


def test_memory_does_not_grow_with_the_file() -> None:
    """1,200 units of 600 characters: what is kept are their ids (about 120 bytes each) and some units."""
    tracemalloc.start()
    count = sum(1 for _ in read_xliff(_Endless(1_200), "big.xlf", say=print))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1_200
    assert peak < 3 << 20  # a tree of them would take 15 MiB


class TestOtherFormats:
    def test_tmx(self) -> None:
        found = [(record.id, record.source, record.hypothesis) for record in records("memory.tmx")]
        assert found == [("a", "O gato dorme.", "The cat sleeps."), ("2/en", "Fim.", "End."), ("2/de", "Fim.", "Ende.")]
        assert [record.extras["target_language"] for record in records("memory.tmx")] == ["en-GB", "en", "de"]

    @pytest.mark.parametrize(
        ("body", "refusal"),
        [
            ('<tu><tuv xml:lang="de"><seg>a</seg></tuv></tu>', "d.tmx:2: no text in pt"),
            ('<tu><tuv xml:lang="pt"><seg>a</seg></tuv></tu>', "d.tmx:2: text in pt only"),
            ('<tu>\n<tuv xml:lang="pt"/></tu>', "d.tmx:3: <tuv> without <seg>"),
            ("<tu><tuv><seg>a</seg></tuv></tu>", "d.tmx:2: no xml:lang"),
            (
                '<tu><tuv xml:lang="pt"><seg>a</seg></tuv><tuv xml:lang="pt"><seg>b</seg></tuv></tu>',
                "d.tmx:2: two texts in pt",
            ),
        ],
    )
    def test_tmx_refusals(self, body: str, refusal: str) -> None:
        put("d.tmx", f'<tmx version="1.4"><header srclang="pt"/><body>\n{body}</body></tmx>')
        assert refusal_of("d.tmx").startswith(refusal)
        assert refusal_of(put("d.tmx", "<xliff/>")) == "d.tmx:1: not TMX: its root is <xliff>"

    def test_po(self) -> None:
        found = [(record.id, record.source, record.hypothesis, record.extras["state"]) for record in records("app.po")]
        assert found == [
            ("1", 'Save "%s"\tnow\n', 'Guardar "%s"\tagora\n', "translated"),
            ("2", "Open", "Abrir", "fuzzy"),
            ("3/0", "%d file", "%d ficheiro", "translated"),
            ("3/1", "%d files", "%d ficheiros", "translated"),
            ("4", "Open", "", "untranslated"),
        ]
        assert [record.extras["context"] for record in records("app.po")] == ["", "menu", "", "", "button"]
        assert {record.extras["target_language"] for record in records("app.po")} == {"pt"}

    @pytest.mark.parametrize(
        ("text", "refusal"),
        [
            ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "d.po:4: the segment id a stands twice"),
            ('msgid "a"\nmsgstr "b\n', "d.po:2: no line of a PO file"),
            ('msgid "a"\nmsgstr "b" c"\n', "d.po:2: a string that is not closed"),
            ('msgid "a"\n', "d.po:1: a message without msgid or msgstr"),
            ("hello\n", "d.po:1: no line of a PO file"),
            (
                'msgid ""\nmsgstr "Content-Type: text/plain; charset=ISO-8859-1\\n"\n',
                "d.po:1: the charset is iso-8859-1, UTF-8 is wanted",
            ),
        ],
    )
    def test_po_refusals(self, text: str, refusal: str) -> None:
        assert refusal_of(put("d.po", text)).startswith(refusal)

    def test_wmt_xml(self) -> None:
        batch = read_batch(CASES / "wmt.xml")
        assert batch.system == ("X", "X", "Y", "Y")
        assert batch.hypothesis == ("The dog sleeps.", "He snores.", "Cat sleeps.", "")
        assert batch.references[2] == ("The cat sleeps.", "The cat is asleep.")
        assert batch.source[1] == "Ele ronca."
        assert batch.reference_kind == ReferenceKind.INDEPENDENT

    def test_wmt_xml_refusals(self) -> None:
        side = '<{0}><p><seg id="1">a</seg><seg id="{1}">b</seg></p></{0}>'
        for body, refusal in [
            (
                side.format("src", 2) + "\n" + side.format("hyp", 3),
                "d.xml:3: <hyp> has other segments than <src> (first: 2)",
            ),
            (
                side.format("src", 2) + side.format("ref", 2),
                "d.xml: no hypotheses in it; give the set with <hyp> of a system",
            ),
            (side.format("hyp", 1), "d.xml:2: a segment id stands twice; number the segments of a document"),
        ]:
            put("d.xml", f'<dataset>\n<doc id="d">{body}</doc></dataset>')
            assert refusal_of("d.xml") == refusal
        assert refusal_of(put("d.xml", "<html/>")) == "d.xml:1: not the XML of WMT: its root is <html>"

    def test_ratings_are_folded_and_their_marks_taken_out(self) -> None:
        first, second = records("ratings.tsv")
        assert (first.id, first.system, first.hypothesis) == ("1", "X", "The 😀 dog sleeps.")
        assert first.source == "O gato 😀 dorme."
        ratings = json.loads(first.extras["ratings"])
        assert [(each["rater"], each["severity"], each["start"]) for each in ratings] == [
            ("r1", "Major", 6),
            ("r1", "Minor", None),
            ("r2", "no-error", None),
        ]
        assert first.hypothesis[ratings[0]["start"] : ratings[0]["end"]] == "dog"
        (mark,) = json.loads(second.extras["ratings"])
        assert (second.hypothesis, mark["start"], mark["end"]) == ('He "snores.', 10, 11)

    def test_ratings_refusals(self) -> None:
        head = "system\tdoc\tseg_id\trater\tsource\ttarget\tcategory\tseverity\n"
        row = "X\td\t{}\tr\ta\t{}\tc\ts\n"
        for rows, refusal in [
            (row.format(1, "b") + row.format(1, "c"), "d.tsv:3: another target than in the rows before"),
            (row.format(1, "b") + row.format(2, "b") + row.format(1, "b"), "d.tsv:4: the segment id 1 stands twice"),
            ("X\td\n", "d.tsv:2: 8 columns wanted, 2 found"),
        ]:
            assert refusal_of(put("d.tsv", head + rows)).startswith(refusal)


class TestTwoDeliveries:
    def test_the_reviewed_file_corrects_the_delivery(self) -> None:
        text = (CASES / "trados.sdlxliff").read_text(encoding="utf-8")
        put("b.sdlxliff", text.replace("sleeps", "is sleeping").replace(">End.<", "><"))
        paired = pair(CASES / "trados.sdlxliff", "b.sdlxliff")
        assert paired.batch.hypothesis == ("Hello.", "The cat sleeps.", "End.", "Yes.")
        assert paired.batch.references == (("Hello.",), ("The cat is sleeping.",), (), ("Yes.",))
        assert paired.batch.reference_kind == ReferenceKind.CORRECTION
        assert paired.status[2] == Status.UNALIGNED

    def test_targets_are_paired_where_files_keep_the_raw_machine_translation_too(self) -> None:
        text = (CASES / "phrase.mxliff").read_text(encoding="utf-8")
        put("b.mxliff", text.replace("cat&lt;1} sleeps", "cat&lt;1} is sleeping"))
        batch = pair(CASES / "phrase.mxliff", "b.mxliff").batch
        assert (batch.hypothesis[0], batch.references[0]) == ("The cat sleeps.", ("The cat is sleeping.",))

    def test_two_files_that_are_not_one(self) -> None:
        with pytest.raises(Refusal) as refusal:
            pair(CASES / "trados.sdlxliff", CASES / "two.xlf")
        assert str(refusal.value) == (
            f"{CASES / 'two.xlf'}: not two states of one file: 7 segments are in one only (first: aa/1); "
            "give the file before and after review"
        )
        put("b.sdlxliff", (CASES / "trados.sdlxliff").read_text(encoding="utf-8").replace(">Fim.<", ">Adeus.<"))
        with pytest.raises(Refusal, match="the source of segment aa/3 differs"):
            pair(CASES / "trados.sdlxliff", "b.sdlxliff")


class TestInspected:
    def said(self, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as end:
            main(["inspect", *arguments])
        assert (end.value.code or 0) == code
        captured = capsys.readouterr()
        return captured.out + captured.err

    def test_origins_states_locks_and_tags(self, capsys: pytest.CaptureFixture[str]) -> None:
        said = self.said(capsys, str(CASES / "memoq.mqxliff"))
        for line in (
            "origin: 1 mt, 1 not said, 1 tm",
            "state: 1 MachineTranslated, 1 ManuallyConfirmed, 1 PreTranslated",
            "declared: 3 pt-pt to en-gb",
            "locked: 1 segment",
            "inline tags that differ from the source: 1 (segment guid-1)",
        ):
            assert f"  remark       {line}\n" in said

    def test_tags_in_another_order_and_comments_are_no_fault(self) -> None:
        for file in ("plain.xlf", "segmented.xlf", "trados.sdlxliff", "two.xlf", "phrase.mxliff"):
            assert not standing_of(records(file)).astray, file

    def test_programs_read_the_same(self, capsys: pytest.CaptureFixture[str]) -> None:
        (file,) = json.loads(self.said(capsys, str(CASES / "memoq.mqxliff"), "-f", "json"))["files"]
        assert (file["locked"], file["tag_errors"], file["empty"], file["untranslated"]) == (1, ["guid-1"], 0, 0)
        assert file["declared_languages"] == {"pt-pt to en-gb": 3}
        assert file["origins"] == {"mt": 1, "": 1, "tm": 1}
        assert file["states"] == {"MachineTranslated": 1, "ManuallyConfirmed": 1, "PreTranslated": 1}

    def test_filters(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "xliff, 2 segments" in self.said(capsys, str(CASES / "trados.sdlxliff"), "--origin", "mt", "--no-locked")
        said = self.said(capsys, str(CASES / "two.xlf"), "--origin", "mt", code=4)
        assert said.endswith("two.xlf: no segments; give at least one, or keep more origins and states\n")


def test_a_file_says_its_language_pair() -> None:
    assert set(read_batch(CASES / "plain.xlf", needs=NEEDS_HYPOTHESIS).language_pair) == {"pt-en"}


def test_ids_are_told_apart_as_they_are_written() -> None:
    """Numbers are kept as numbers; what only reads as one is another id."""
    unique = Unique("f.xlf")
    for line, id_ in enumerate(["7", "007", "0", "00", "7.0", " 7", "٧", "", "9" * 18, "9" * 30], start=1):
        assert unique.add(id_, "", line) == id_
    assert unique.add("7", "another document", 11) == "7"
    for id_ in ("7", "007", "9" * 30):
        with pytest.raises(Refusal, match=f"f.xlf:12: the segment id {id_} stands twice"):
            unique.add(id_, "", 12)
