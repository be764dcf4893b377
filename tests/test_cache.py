"""Results that are computed once: found by what they were made from, bounded, checked, shared; no fault of a run."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mtqa.align import align
from mtqa.align.kept import aligned
from mtqa.cache import BOUND, Store, code_of, folder, key_of, open_results
from mtqa.mqm import ErrorSpan
from mtqa.rules import diagnose, kept
from mtqa.segment import Batch, ReferenceKind, Segment


def keys(count: int, start: int = 0) -> list[bytes]:
    return [key_of("test", str(number)) for number in range(start, start + count)]


def batch(rows: int = 6, *, document: str = "d", first: int = 0) -> Batch:
    return Batch.of(
        Segment(
            id=f"s{first + n}",
            hypothesis=f"He paid {n} euros on 3 May for the the house.",
            references=(f"She paid {n + 1} euros on 4 May for the house.",),
            document=document,
            reference_kind=ReferenceKind.CORRECTION,
        )
        for n in range(rows)
    )


class TestKeys:
    def test_parts_cannot_imitate_each_other(self) -> None:
        made = [
            key_of("ab", "c"),
            key_of("a", "bc"),
            key_of("abc"),
            key_of(["ab", "c"]),
            key_of(["abc"]),
            key_of("ab", ["c"]),
            key_of("", "abc"),
            key_of("2:ab1:c"),
        ]
        assert len(set(made)) == len(made)
        assert key_of("a", ["b"]) == key_of("a", ("b",))

    def test_half_a_surrogate_pair_has_a_key(self) -> None:
        assert key_of("\ud800") != key_of("?")

    def test_code_of_rooms_differs(self) -> None:
        assert code_of("rules") != code_of("align") != code_of("rules", "align")
        assert code_of("segment") == code_of("segment")


class TestStore:
    def test_what_is_put_is_found(self, tmp_path: Path) -> None:
        store = Store(tmp_path / "new" / "x.sqlite")
        one, other, absent = keys(3)
        store.put({one: b"1", other: b""})
        assert store.get([one, other, absent, one]) == {one: b"1", other: b""}
        assert (store.found, store.missed, store.trouble) == (2, 1, None)

    def test_no_place_keeps_nothing(self) -> None:
        store = Store(None)
        store.put(dict.fromkeys(keys(1), b"x"))
        assert store.get(keys(1)) == {} and store.size() == 0 and store.trouble is None

    @pytest.mark.parametrize("harm", ["value = x'00'", "check_sum = 0", "value = 'text'", "value = NULL"])
    def test_a_damaged_entry_is_missing_and_said(self, tmp_path: Path, harm: str) -> None:
        path = tmp_path / "x.sqlite"
        store = Store(path)
        one, other = keys(2)
        store.put({one: b"1", other: b"2"})
        with sqlite3.connect(path) as link:
            link.execute(f"UPDATE results SET {harm} WHERE key = ?", (one,))
        assert store.get([one, other]) == {other: b"2"}
        assert store.trouble == f"1 damaged in the cache {path}: computed again"
        store.put({one: b"1"})
        assert store.get([one]) == {one: b"1"}

    def test_a_value_under_another_key_is_damaged(self, tmp_path: Path) -> None:
        path = tmp_path / "x.sqlite"
        store = Store(path)
        one, other = keys(2)
        store.put({one: b"1"})
        with sqlite3.connect(path) as link:
            link.execute("UPDATE results SET key = ?", (other,))
        assert store.get([other]) == {}

    def test_of_two_who_find_it_damaged_one_begins_anew(self, tmp_path: Path) -> None:
        """What the first has kept since is not put aside by the second, who opened the old file."""
        path, (old, *new) = tmp_path / "x.sqlite", keys(3)
        stores = [Store(path), Store(path)]
        stores[0].put({old: b"old"})
        for store, one in zip(stores, new, strict=True):
            store._set_aside(sqlite3.DatabaseError("database disk image is malformed"))
            store.put({one: b"new"})
        assert Store(path).get([old, *new]) == dict.fromkeys(new, b"new")

    def test_a_damaged_file_is_put_aside(self, tmp_path: Path) -> None:
        path = tmp_path / "x.sqlite"
        path.write_bytes(b"no database " * 1000)
        store = Store(path)
        assert store.trouble == f"the cache {path} was damaged; a new one was begun"
        store.put(dict.fromkeys(keys(1), b"x"))
        assert store.get(keys(1)) and (tmp_path / "x.damaged").is_file()

    def test_a_full_disk_is_said_and_no_fault(self, tmp_path: Path) -> None:
        path = tmp_path / "x.sqlite"
        store = Store(path)
        assert store._link is not None
        store._link.execute("PRAGMA max_page_count = 10")
        store.put({key: bytes(5000) for key in keys(50)})
        assert store.trouble == f"nothing was cached in {path}: database or disk is full"
        assert store.get(keys(50)) == {}

    def test_no_folder_is_said_and_no_fault(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        store = Store(tmp_path / "file" / "x.sqlite")
        assert store.trouble is not None and store.trouble.startswith("nothing was cached in")
        assert store.get(keys(1)) == {}

    def test_what_was_used_last_stays(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = [time.time()]
        monkeypatch.setattr(time, "time", lambda: clock[0])
        store = Store(tmp_path / "x.sqlite", limit=400_000)
        favourite = keys(1)
        for start in range(0, 2000, 50):
            store.put({key: bytes(1000) for key in keys(50, start)})
            clock[0] += 3600
            assert store.get(favourite), start
        assert store.size() <= 400_000 and store.trouble is None
        assert not store.get(keys(1, 1)) and store.get(keys(1, 1999))

    def test_the_bound_is_asked_of_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MTQA_CACHE_BYTES", "200000")
        store = Store(tmp_path / "x.sqlite")
        for start in range(0, 1000, 50):
            store.put({key: bytes(1000) for key in keys(50, start)})
        assert 0 < store.size() <= 200_000 < BOUND

    def test_several_processes_share_it(self, tmp_path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from mtqa.cache import Store, key_of\n"
            "store = Store(Path(sys.argv[1])); who = int(sys.argv[2])\n"
            "for n in range(40):\n"
            "    store.put({key_of(str(who), str(n)): b'%d %d' % (who, n), key_of('all', str(n)): b'%d' % n})\n"
            "    assert store.get([key_of('all', str(n))]) == {key_of('all', str(n)): b'%d' % n}\n"
            "print(store.trouble)\n"
        )
        path = tmp_path / "x.sqlite"
        words = [sys.executable, "-c", code, str(path)]
        runs = [subprocess.Popen([*words, str(who)], stdout=subprocess.PIPE, text=True) for who in range(4)]
        assert [run.communicate(timeout=120)[0] for run in runs] == ["None\n"] * 4
        store = Store(path)
        for who in range(4):
            wanted = {key_of(str(who), str(n)): b"%d %d" % (who, n) for n in range(40)}
            assert store.get(wanted) == wanted


class TestAsking:
    def test_nobody_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("MTQA_CACHE", raising=False)
        assert folder() is None and open_results() is None

    def test_the_call_before_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MTQA_CACHE", str(tmp_path / "a"))
        assert folder() == tmp_path / "a" and folder(tmp_path / "b") == tmp_path / "b"
        assert open_results() is open_results(tmp_path / "a") is not None


class TestDiagnosis:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """How many segments were diagnosed in each call, from now on."""
        import mtqa.rules

        counts: list[int] = []
        real = mtqa.rules._by_segment
        monkeypatch.setattr(
            mtqa.rules, "_by_segment", lambda part, *rest: counts.append(len(part)) or real(part, *rest)
        )
        return counts

    def test_the_same_errors_from_the_cache(self, tmp_path: Path, asked: list[int]) -> None:
        wanted = diagnose(batch())
        for _ in range(2):
            assert diagnose(batch(), cached=str(tmp_path)) == wanted
        assert asked == [6, 6] and len(wanted.errors) > 12

    def test_only_what_is_new_is_diagnosed(self, tmp_path: Path, asked: list[int]) -> None:
        diagnose(batch(6), cached=str(tmp_path))
        amended = Batch.of([*batch(6, document="other", first=40), *batch(8, document="other", first=50)])
        wanted = diagnose(amended)
        assert diagnose(amended, cached=str(tmp_path)) == wanted
        assert asked == [6, 14, 2]  # two of fourteen are texts that were not seen
        assert {error.document for error in wanted.errors} == {"other"}

    @pytest.mark.parametrize("change", ["kind", "least", "language", "source", "code"])
    def test_nothing_is_found_under_other_conditions(
        self, tmp_path: Path, asked: list[int], change: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        options: dict[str, object] = {"language": "en", "least": 0.5, "cached": str(tmp_path)}
        rows = batch(3)
        diagnose(rows, **options)  # type: ignore[arg-type]
        match change:
            case "kind":
                rows = rows.of_kind(ReferenceKind.INDEPENDENT)
            case "least" | "language":
                options[change] = {"least": 0.25, "language": "de"}[change]
            case "source":
                rows = Batch(rows.id, rows.hypothesis, rows.references, ("Er",) * 3, rows.document, rows.system,
                             rows.reference_kind)  # fmt: skip
            case "code":
                monkeypatch.setattr(kept, "code_of", lambda *rooms: "another rule")
        diagnose(rows, **options)  # type: ignore[arg-type]
        assert asked == [3, 3]

    def test_a_damaged_diagnosis_is_made_again(self, tmp_path: Path, asked: list[int]) -> None:
        wanted = diagnose(batch(), cached=str(tmp_path))
        with sqlite3.connect(tmp_path / "results.sqlite") as link:
            link.execute("UPDATE results SET value = zeroblob(length(value))")
        assert diagnose(batch(), cached=str(tmp_path)) == wanted and asked == [6, 6]
        store = open_results(str(tmp_path))
        assert store is not None and store.trouble is not None and "6 damaged" in store.trouble

    def test_segments_without_a_partner_stand_in_their_place(self, tmp_path: Path) -> None:
        rows = Batch.of(
            [
                *batch(2),
                Segment("x", "An orphan.", document="d", reference_kind=ReferenceKind.CORRECTION),
                *batch(1, first=7),
            ]
        )
        wanted = diagnose(rows, alone={2})
        for _ in range(2):
            assert diagnose(rows, alone={2}, cached=str(tmp_path)) == wanted
        assert any(isinstance(error, ErrorSpan) and error.id == "x" for error in wanted.errors)


class TestAlignment:
    HYPOTHESIS = ("The cat sat on the mat.", "It rained in Berlin.", "", "He paid 30 euros in May.")
    REFERENCE = ("A cat was sitting on the mat.", "He paid 30 euros in May 2020.")

    def test_the_same_beads_from_the_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from mtqa.align import kept as kept_alignments

        wanted = align(self.HYPOTHESIS, self.REFERENCE)
        assert aligned(self.HYPOTHESIS, self.REFERENCE, cached=str(tmp_path)) == wanted
        monkeypatch.setattr(kept_alignments, "align", lambda *sides: pytest.fail("aligned again"))
        assert aligned(self.HYPOTHESIS, self.REFERENCE, cached=str(tmp_path)) == wanted
