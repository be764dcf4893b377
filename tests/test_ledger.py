"""The ledger: append-only, safe under several writers, honest about damage, in a file and on a real PostgreSQL server;
trends and the board."""

import json
import multiprocessing
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from postgres_server import Server, absent, running

from mtqa.cli import main
from mtqa.ledger import Entry, Ledger, board, control_chart_svg, latest, trend
from mtqa.refusal import Misuse, Refusal


def entry(nth: int = 1, **changes: object) -> Entry:
    values: dict[str, object] = {
        "vendor": "acme",
        "language_pair": "pt-en",
        "delivery": f"news-{nth}",
        "delivered": f"2026-05-{nth % 28 + 1:02d}T08:00:00+00:00",
        "data": f"hash-{nth}",
        "segments": 24,
        "words": 500 + 10 * (nth % 7),
        "errors": 9,
        "critical": 0,
        "points": 20.0 + nth % 5,
        "profile": "mqm-core",
        "means": {"chrF2++": 60.0 + nth % 4},
    }
    return Entry(**{**values, **changes})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if absent():
        pytest.skip(absent())
    with running() as server:
        yield server


DATABASES = iter(range(1000))


@pytest.fixture
def url(server: Server) -> str:
    """The address of an empty database."""
    name = f"quality_{next(DATABASES)}"
    server.run(f"CREATE DATABASE {name}")
    return server.url(name)


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest) -> str:
    """Where a new ledger may be made: a file, and a database on a server."""
    return str(request.getfixturevalue("path" if request.param == "sqlite" else "url"))


class TestAppending:
    def test_what_was_written_is_read_in_order(self, where: str) -> None:
        with Ledger(where, create=True) as book:
            numbers = [book.add(entry(n)).number for n in (3, 1, 2)]
        with Ledger(where) as book:
            found = book.entries()
        assert numbers == [1, 2, 3]
        assert [each.delivery for each in found] == ["news-3", "news-1", "news-2"]
        assert found[0].means == {"chrF2++": 63.0} and found[0].rate == pytest.approx(1000 * 23 / 530)

    def test_a_clock_that_goes_back_changes_no_order(self, where: str) -> None:
        with Ledger(where, create=True) as book:
            book.add(entry(1, delivered="2026-05-02T00:00:00+00:00"))
            book.add(entry(2, delivered="2019-01-01T00:00:00+00:00"))
            assert [each.data for each in book.entries()] == ["hash-1", "hash-2"]

    def test_a_job_that_runs_again_writes_nothing(self, where: str) -> None:
        with Ledger(where, create=True) as book:
            first = book.add(entry(1, delivered="2026-05-02T00:00:00+00:00"))
            again = book.add(entry(1, delivered="2026-05-03T00:00:00+00:00", delivery="renamed"))
            assert again == first and len(book.entries()) == 1

    def test_a_new_result_on_the_same_texts_is_a_new_line_and_the_last_counts(self, where: str) -> None:
        with Ledger(where, create=True) as book:
            for points in (40.0, 25.0, 40.0):
                book.add(entry(1, points=points))
            found = book.entries()
        assert [each.points for each in found] == [40.0, 25.0, 40.0]
        assert [each.number for each in latest(found)] == [3]

    def test_no_points_against_an_independent_reference(self, where: str) -> None:
        with Ledger(where, create=True) as book:
            book.add(entry(1, points=None))
            assert book.entries()[0].rate is None

    def test_one_vendor(self, where: str) -> None:
        with Ledger(where, create=True) as book:
            for n, vendor in enumerate(("acme", "other", "acme'; DROP TABLE deliveries; --")):
                book.add(entry(n, vendor=vendor))
            assert len(book.entries(vendor="acme")) == 1
            assert len(book.entries(vendor="acme'; DROP TABLE deliveries; --", language_pair="pt-en")) == 1
            assert book.entries(language_pair="de-en") == ()

    def test_nobody_changes_the_past(self, where: str) -> None:
        with Ledger(where, create=True) as book:
            book.add(entry(1))
            row = book.entries()
        columns = "number, vendor, language_pair, delivery, delivered, data, segments, words, errors, critical, points"
        same = f"SELECT {columns}, profile, means, status, policy, policy_digest FROM deliveries"
        rewriting = "INSERT OR REPLACE INTO deliveries" if where.endswith(".sqlite") else "INSERT INTO deliveries"
        for sql in ("UPDATE deliveries SET points = 0", "DELETE FROM deliveries", f"{rewriting} {same}"):
            with pytest.raises(Exception, match=r"append-only|duplicate key"):
                self.by_hand(where, sql)
        with Ledger(where) as book:
            assert book.entries() == row

    def test_a_server_does_not_forget_in_one_stroke_either(self, url: str) -> None:
        with Ledger(url, create=True) as book:
            book.add(entry(1))
        with pytest.raises(Exception, match="append-only"):
            self.by_hand(url, "TRUNCATE deliveries")

    @staticmethod
    def by_hand(where: str, sql: str) -> None:
        """As somebody would who opens the database without mtqa."""
        if where.endswith(".sqlite"):
            with sqlite3.connect(where) as file:
                file.execute(sql)
            return
        with Ledger(where) as book:
            book._data.rows(sql, {})


def write_many(where: str, writer: int) -> None:
    for n in range(10):
        with Ledger(where, create=True) as book:
            book.add(entry(n, vendor=f"vendor-{writer}", data=f"{writer}-{n}"))


def test_several_gates_write_at_once_and_nothing_is_lost(where: str) -> None:
    """Also the first of them, which all want to make the ledger."""
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_many, args=(where, n)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    with Ledger(where) as book:
        found = book.entries()
    assert len(found) == 40 and [each.number for each in found] == list(range(1, 41))


def killed_while_writing(book: Ledger) -> None:
    columns = "vendor, language_pair, delivery, delivered, data, segments, words, errors, critical, points"
    with book._data.writing():
        book._data.rows(
            f"INSERT INTO deliveries SELECT 7, {columns}, profile, means, status, policy, policy_digest "
            "FROM deliveries",
            {},
        )
        raise KeyboardInterrupt


def test_what_fails_half_way_leaves_nothing(where: str) -> None:
    with Ledger(where, create=True) as book:
        book.add(entry(1))
        with pytest.raises(KeyboardInterrupt):
            killed_while_writing(book)
        assert [book.add(entry(n)).number for n in (2, 3)] == [2, 3]


class TestBadFiles:
    def refusal(self, path: Path, **options: object) -> Refusal:
        with pytest.raises(Refusal) as caught, Ledger(path, **options) as book:
            book.entries()
        return caught.value

    def test_missing(self, path: Path) -> None:
        assert str(self.refusal(path)) == f"{path}: there is no ledger; add a delivery with 'mtqa history add'"
        assert not path.exists()

    def test_no_folder(self, tmp_path: Path) -> None:
        path = tmp_path / "no" / "history.sqlite"
        refusal = self.refusal(path, create=True)
        assert str(refusal) == f"{path}: cannot be written: its folder does not exist; make the folder"
        assert isinstance(refusal, Misuse)

    def test_no_database(self, path: Path) -> None:
        path.write_bytes(b"number\tvendor\n1\tacme\n" * 100)
        assert str(self.refusal(path)) == (
            f"{path}: damaged or no ledger (file is not a database); restore it from a copy"
        )

    def test_another_database(self, path: Path) -> None:
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE mine (x)")
        for create in (False, True):
            refusal = self.refusal(path, create=create)
            assert str(refusal) == f"{path}: not a ledger of mtqa; name the file of 'mtqa history add'"

    def test_damaged(self, path: Path) -> None:
        with Ledger(path, create=True) as book:
            for n in range(300):
                book.add(entry(n))
        with sqlite3.connect(path) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = bytearray(path.read_bytes())
        content[8192:] = bytes(len(content) - 8192)
        path.write_bytes(content)
        refusal = self.refusal(path)
        assert refusal.exit_code == 4 and "damaged or no ledger" in str(refusal)

    def test_an_index_that_lost_a_line(self, path: Path) -> None:
        """Asked by vendor, it would be left out without a word."""
        with Ledger(path, create=True) as book:
            book.add(entry(1))
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE empty (vendor, language_pair, number)")
            file.execute("CREATE INDEX none ON empty (vendor, language_pair, number)")
            page = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'none'").fetchone()[0]
            file.execute("PRAGMA writable_schema = ON")
            file.execute("DELETE FROM sqlite_master WHERE name = 'none'")
            file.execute(f"UPDATE sqlite_master SET rootpage = {page} WHERE name = 'by_vendor'")
        told = str(self.refusal(path))
        assert told.startswith(f"{path}: damaged or no ledger (") and told.endswith("; restore it from a copy")

    @pytest.mark.parametrize(
        "changed",
        ["means = 'x'", "means = '[1]'", "means = '{\"chrF2\": \"x\"}'", "means = '{\"chrF2\": NaN}'", "points = 'x'",
         "points = 9e999", "words = 'many'", "words = -4", "words = 2.5", "critical = x'ff'", "delivered = 'yesterday'",
         "vendor = CAST(x'61ff' AS TEXT)"],
    )  # fmt: skip
    def test_a_line_that_nobody_wrote(self, path: Path, changed: str) -> None:
        with Ledger(path, create=True) as book:
            book.add(entry(1))
        with sqlite3.connect(path) as file:
            file.execute("DROP TRIGGER no_change")
            file.execute(f"UPDATE deliveries SET {changed}")
        told = "damaged or no ledger (a text is no UTF-8)" if "CAST" in changed else (
            "damaged: line 1 is not what was written"
        )  # fmt: skip
        refusal = self.refusal(path)
        assert (refusal.exit_code, str(refusal)) == (4, f"{path}: {told}; restore it from a copy")
        if "vendor" not in changed:  # that line is not of the vendor who is looked for
            with Ledger(path) as book, pytest.raises(Refusal, match="restore it from a copy"):
                book.add(entry(1))

    def test_a_full_disk_loses_nothing(self, path: Path) -> None:
        """SQLite says the same when the file may not grow as when the disk is full."""
        with Ledger(path, create=True) as book:
            book.add(entry(1))
            pages = book._data.rows("PRAGMA page_count", {})[0][0]
            book._data.rows(f"PRAGMA max_page_count = {pages}", {})
            with pytest.raises(Misuse) as caught:
                [book.add(entry(n)) for n in range(2, 500)]
            assert str(caught.value) == (
                f"{path}: cannot be opened or written (database or disk is full); name another file"
            )
        with Ledger(path) as book:
            kept = book.entries()
            assert [each.number for each in kept] == list(range(1, len(kept) + 1))
            assert book.add(entry(999)).number == len(kept) + 1

    def test_locked(self, path: Path) -> None:
        with Ledger(path, create=True) as book:
            book.add(entry(1))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with Ledger(path, patience=0.1) as book:
            with pytest.raises(Refusal) as caught:
                book.add(entry(2))
            assert str(caught.value) == f"{path}: locked by another program; try again when it is done"
            assert len(book.entries()) == 1
        other.execute("ROLLBACK")
        with Ledger(path) as book:
            book.add(entry(2))
            assert len(book.entries()) == 2
        other.close()


class TestBadServers:
    def refusal(self, where: str, **options: object) -> Refusal:
        with pytest.raises(Refusal) as caught, Ledger(where, **options) as book:
            book.entries()
        return caught.value

    @pytest.mark.parametrize(
        ("where", "refusal"),
        [
            ("postgresql://host", "postgresql://@host:5432/: no URL of a PostgreSQL database; "),
            ("postgres://ana@host:port/x", "no URL of a PostgreSQL database; "),
            ("postgresql://ana:secret@host/x/y", "postgresql://ana@host:5432/x/y: no URL of a PostgreSQL database; "),
            ("postgresql://ana:secret@host/x?ssl=1",
             "postgresql://ana@host:5432/x: unknown option of a database URL 'ssl'; "
             "did you mean sslmode? known: sslmode"),
            ("postgresql://ana:secret@host/x?sslmode=on",
             "postgresql://ana@host:5432/x: unknown sslmode 'on'; known: disable, prefer, require, verify-full"),
        ],
    )  # fmt: skip
    def test_no_address(self, where: str, refusal: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("PGUSER", raising=False)
        told = self.refusal(where)
        mend = "write it as postgresql://user@host/database" if refusal.endswith("; ") else ""
        assert str(told) == refusal + mend and isinstance(told, Misuse)

    def test_nobody_there(self) -> None:
        told = str(self.refusal("postgresql://ana:secret@127.0.0.1:1/x"))
        assert told.startswith("postgresql://ana@127.0.0.1:1/x: cannot be reached (") and "secret" not in told

    def test_no_ledger(self, url: str, server: Server) -> None:
        shown = url.replace(f":{server.password}", "")
        assert str(self.refusal(url)) == f"{shown}: there is no ledger; add a delivery with 'mtqa history add'"

    def test_no_database_and_a_wrong_password(self, server: Server) -> None:
        shown = f"postgresql://owner@127.0.0.1:{server.port}"
        for where, said in (
            (server.url("nowhere"),
             f'{shown}/nowhere: cannot be opened or written (database "nowhere" does not exist)'),
            (server.url("postgres", password="wrong"),
             f'{shown}/postgres: cannot be opened or written (password authentication failed for user "owner")'),
        ):  # fmt: skip
            told = self.refusal(where)
            assert str(told) == f"{said}; see the server" and isinstance(told, Misuse)

    def test_the_password_of_the_environment(self, url: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PGPASSWORD", server.password)
        with Ledger(url.replace(f":{server.password}", ""), create=True) as book:
            assert book.add(entry(1)).number == 1

    def test_another_program_s_table(self, url: str, server: Server) -> None:
        name = url.rsplit("/", 1)[1]
        server.run("CREATE SCHEMA mtqa", name)
        server.run("CREATE TABLE mtqa.deliveries (x text)", name)
        shown = url.replace(f":{server.password}", "")
        for create in (False, True):
            told = str(self.refusal(url, create=create))
            assert told == f"{shown}: not a ledger of mtqa; name another database"
        server.run("COMMENT ON TABLE mtqa.deliveries IS 'mtqa ledger 2'", name)
        assert str(self.refusal(url)) == f"{shown}: ledger version 1 wanted, 2 found; upgrade mtqa"

    def test_who_may_only_read(self, url: str, server: Server) -> None:
        name = url.rsplit("/", 1)[1]
        with Ledger(url, create=True) as book:
            book.add(entry(1))
        server.run(f"CREATE USER reader_{name} PASSWORD 'x'")
        server.run(f"GRANT USAGE ON SCHEMA mtqa TO reader_{name}", name)
        server.run(f"GRANT SELECT ON mtqa.deliveries TO reader_{name}", name)
        with Ledger(server.url(name, user=f"reader_{name}", password="x")) as book:
            assert len(book.entries()) == 1
            with pytest.raises(Misuse, match=r"cannot be opened or written \(permission denied for table deliveries\)"):
                book.add(entry(2))

    def test_locked(self, url: str) -> None:
        with Ledger(url, create=True) as book, Ledger(url, patience=0.1) as other:
            with book._data.writing():
                with pytest.raises(Refusal) as caught:
                    other.add(entry(2))
                assert str(caught.value).endswith(": locked by another program; try again when it is done")
                assert other.entries() == ()
            assert other.add(entry(2)).number == 1

    def test_a_server_that_goes_away(self, url: str, server: Server) -> None:
        name = url.rsplit("/", 1)[1]
        with Ledger(url, create=True) as book:
            book.add(entry(1))
            server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            with pytest.raises(Refusal):
                book.add(entry(2))
        with Ledger(url) as book:
            assert len(book.entries()) == 1

    def test_without_the_driver(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pg8000.native", None)
        assert str(self.refusal("postgresql://ana@127.0.0.1:1/x")) == (
            "a ledger on PostgreSQL needs pg8000, which is not installed; pip install 'mtqa[postgres]'"
        )


class TestTrend:
    def test_a_drift_is_seen(self) -> None:
        steady = [entry(n) for n in range(25)]
        assert trend(steady).alarms == ()
        drifting = [*steady, entry(99, points=60.0, number=26)]
        found = trend(drifting)
        assert found.alarms == ("delivery 26 (news-99) is beyond the control limits",)
        assert not found.provisional and trend(steady[:5]).provisional

    def test_a_metric(self) -> None:
        found = trend([entry(n) for n in range(25)], metric="chrF2++")
        assert found.measure == "chrF2++" and found.chart.values[0] == 60.0

    @pytest.mark.parametrize(
        ("entries", "refusal"),
        [
            ([], "a chart needs two deliveries, 0 with penalty points per 1,000 words found; add more deliveries"),
            (
                [entry(1), entry(2, vendor="other")],
                "several vendors or language pairs in one chart; choose --vendor and --language-pair",
            ),
            (
                [entry(1), entry(2, profile="wmt")],
                "severity profiles are never mixed: mqm-core, wmt; assess all with one profile",
            ),
            (
                [entry(1, points=0.0), entry(2, points=0.0)],
                "no penalty points in the first deliveries: their spread is not known; add more",
            ),
        ],
    )
    def test_refusals(self, entries: list[Entry], refusal: str) -> None:
        with pytest.raises(Refusal) as caught:
            trend(entries)
        assert str(caught.value) == refusal

    def test_the_chart_is_one_valid_svg_and_escapes_names(self) -> None:
        entries = [entry(n, vendor="<acme> & sons", delivery='"<script>"') for n in range(25)]
        entries.append(entry(99, points=60.0, vendor="<acme> & sons", number=26))
        drawn = control_chart_svg(trend(entries))
        root = ElementTree.fromstring(drawn)
        circles = root.findall(".//{http://www.w3.org/2000/svg}circle")
        assert [each.get("class") for each in circles] == ["point"] * 25 + ["alarm"]
        assert "<script>" not in drawn and drawn == control_chart_svg(trend(entries))


class TestBoard:
    def test_little_knowledge_is_drawn_to_the_average(self) -> None:
        good = [entry(n, vendor="good", data=f"g{n}", points=10.0 + n % 3) for n in range(12)]
        poor = [entry(n, vendor="poor", data=f"p{n}", points=60.0 + n % 3) for n in range(12)]
        lucky = [entry(1, vendor="lucky", data="l", points=0.0)]
        rows = {row.vendor: row for row in board([*good, *poor, *lucky])}
        assert rows["good"].weight > 0.95 and rows["good"].shrunk < rows["poor"].shrunk
        assert rows["lucky"].weight == 0.0 and rows["lucky"].rate == 0.0
        assert rows["good"].shrunk < rows["lucky"].shrunk < rows["poor"].shrunk

    def test_two_deliveries_alike_are_no_proof(self) -> None:
        """Their own spread is nothing, so that by it alone their rate would be taken as it is."""
        others = [
            entry(n, vendor=f"v{n % 4}", data=str(n), points=5.0 + 6 * (n % 4) + 9 * (n * 7 % 5)) for n in range(24)
        ]
        alike = [entry(1, vendor="alike", data=f"a{n}", points=1.0) for n in range(2)]
        row = next(row for row in board([*others, *alike]) if row.vendor == "alike")
        assert 0.0 < row.weight < 0.8 and row.shrunk > 2 * row.rate

    def test_steadied_rates_are_nearer_to_the_truth(self) -> None:
        """On 150 boards of unequal deliveries: squared distance 96, by each vendor's own spread 119, unsteadied 231."""
        rng, distances = np.random.default_rng(1), []
        for _ in range(40):
            truth = {f"v{n}": max(5.0, rng.normal(40.0, 8.0)) for n in range(8)}
            rows = [
                entry(n, vendor=name, data=f"{name} {n}", words=500, points=float(rng.gamma(2.5, 0.5 * rate / 2.5)))
                for name, rate in truth.items()
                for n in range(rng.integers(2, 5))
            ]
            distances += [
                ((row.rate - truth[row.vendor]) ** 2, (row.shrunk - truth[row.vendor]) ** 2) for row in board(rows)
            ]
        seen, steadied = np.mean(distances, axis=0)
        assert steadied < 0.5 * seen

    def test_alike_vendors_cannot_be_told_apart(self) -> None:
        entries = [entry(n, vendor=f"v{n % 3}", data=str(n), points=20.0 + 10 * (n * 7 % 4)) for n in range(30)]
        assert {row.weight for row in board(entries)} == {0.0} or max(row.weight for row in board(entries)) < 0.5


class TestShell:
    @pytest.fixture
    def run(self, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
        def run(*arguments: object) -> tuple[int, str, str]:
            with pytest.raises(SystemExit) as left:
                main([str(argument) for argument in arguments])
            said = capsys.readouterr()
            return int(left.value.code or 0), said.out, said.err

        return run

    def test_add_list_chart_board(self, tmp_path: Path, path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
        table = tmp_path / "delivery.tsv"
        rows = ["id\thypothesis\treference", "1\tIt has 30 days.\tIt has 60 days.", "2\tAll is well.\tAll is well."]
        table.write_text("\n".join(rows) + "\n", encoding="utf-8")
        where = ("--vendor", "acme", "--language-pair", "pt-en", "--ledger", path)
        policy = tmp_path / "mtqa.toml"
        policy.write_text('policy = "p"\n[mqm]\nmax_per_1000_words = 100000.0\n')
        with Ledger(path, create=True) as book:
            for n in range(20):
                book.add(entry(n))
        added = run("history", "add", table, *where, "--policy", policy)
        assert added[:2] == (0, "21\tacme\tpt-en\tdelivery.tsv\tpass\n")
        assert run("history", "add", table, *where, "--policy", policy)[1] == added[1]
        policy.write_text('policy = "p"\n[[drift]]\n')  # the lines that stand there already are its history
        assert run("history", "add", table, *where, "--policy", policy)[:2] == (
            1, "22\tacme\tpt-en\tdelivery.tsv\tfail\n",
        )  # fmt: skip
        listed = json.loads(run("history", "list", "--ledger", path, "-f", "json")[1])
        assert listed["schema"] == "mtqa.history/1" and len(listed["deliveries"]) == 22
        assert datetime.fromisoformat(listed["deliveries"][-1]["delivered"]).tzinfo == UTC
        code, _, told = run("history", "chart", *where, "-o", tmp_path / "chart.svg")
        assert code == 0 and told.startswith("21 deliveries, centre ")
        ElementTree.parse(tmp_path / "chart.svg")
        assert run("history", "board", "--ledger", path)[1].splitlines()[1].startswith("pt-en\tacme\t21\t")

    def test_a_team_s_ledger(
        self, tmp_path: Path, url: str, run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        table, policy = tmp_path / "delivery.tsv", tmp_path / "mtqa.toml"
        rows = ["id\thypothesis\treference", "1\tIt has 30 days.\tIt has 60 days.", "2\tAll is well.\tAll is well."]
        table.write_text("\n".join(rows) + "\n", encoding="utf-8")
        policy.write_text('policy = "p"\n[[drift]]\n')
        monkeypatch.setenv("MTQA_LEDGER", url)
        where = ("--vendor", "acme", "--language-pair", "pt-en")
        assert run("history", "list")[0] == 4
        assert run("history", "add", table, *where)[:2] == (0, "1\tacme\tpt-en\tdelivery.tsv\t-\n")
        with Ledger(url) as book:
            [book.add(entry(n)) for n in range(20)]
        assert len(run("history", "list")[1].splitlines()) == 22
        code, out, _ = run("gate", table, "--policy", policy, *where)
        assert (code, out.split()[0]) == (1, "FAIL")
        assert run("history", "board")[1].splitlines()[1].startswith("pt-en\tacme\t21\t")

    def test_names_of_one_line(self, tmp_path: Path, path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
        table = tmp_path / "delivery.tsv"
        table.write_text("id\thypothesis\treference\n1\tIt is so.\tIt is so.\n", encoding="utf-8")
        where = ("--language-pair", "pt-en", "--ledger", path)
        assert run("history", "add", table, "--vendor", "a\tb", *where) == (
            2, "", "mtqa: a vendor needs a name, not 'a\\tb'; give --vendor\n",
        )  # fmt: skip
        assert run("history", "add", table, "--vendor", "a", "--name", "", *where)[0] == 0  # the name of the file

    def test_nothing_there(self, path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
        refusal = f"mtqa: {path}: there is no ledger; add a delivery with 'mtqa history add'\n"
        assert run("history", "list", "--ledger", path) == (4, "", refusal)


def test_a_server_of_another_kind_keeps_no_ledger() -> None:
    with pytest.raises(Misuse) as caught:
        Ledger("mysql://host/ledger", create=True)
    assert str(caught.value) == ("ledger: no ledger is kept at mysql://; a file, or postgresql:// or postgres://")
