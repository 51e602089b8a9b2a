"""``python -m tests.bench [--small] [--readme]``: measure, print a table, put it into README."""

import argparse
import csv
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from network.app import create_app
from network.identity.permissions import TOKEN_PERMISSIONS
from network.identity.service import issue_token
from network.incidents.imports.service import import_file
from network.kernel import migrate
from network.kernel.db import db
from network.kernel.postgres import EmbeddedServer
from network.kernel.provision import connect, provision, with_database
from network.kernel.settings import Settings
from network.kernel.tenancy import Actor, acting_as
from network.trends.service import GroupBy, Interval, TrendRequest, get_trend
from tests.bench.network import FULL, SMALL, Network, Size, build, copy_plainly
from tests.conftest import ROOT, Connection
from tests.test_main_path import PASSWORD, post

README = ROOT / "README.md"
DATABASE = "concord_bench"
TREND = TrendRequest(date(2020, 1, 1), date(2024, 12, 31), Interval.MONTH, GroupBy.BIAS)
RAW = """
select date_trunc('month', occurred_on)::date, split_part(b, '.', 1), count(distinct incident_id)
from incident cross join lateral unnest(bias_motivations) b
where occurred_on between '2020-01-01' and '2024-12-31' and is_counted {where}
group by 1, 2
"""


@dataclass(frozen=True)
class Measured:
    """One line of the table: seconds of a thing and of the plain thing beside it."""

    what: str
    seconds: float
    against: str
    plain: float
    statements: int | None = None

    @property
    def ratio(self) -> str:
        factor = self.seconds / self.plain
        word = "as long" if factor >= 1 else "as fast"
        factor = max(factor, 1 / factor)
        return f"{factor:.1f} × {word}" if factor < 9.95 else f"{factor:.0f} × {word}"


def median(runs: int, *calls: Callable[[], object]) -> list[float]:
    """The median of each call's seconds. They take turns, so that a busy moment meets all of them,
    and the first turn, which fills caches, does not count."""
    taken: list[list[float]] = [[] for _ in calls]
    for turn in range(runs + 1):
        for found, call in zip(taken, calls, strict=True):
            begun = time.perf_counter()
            call()
            if turn:
                found.append(time.perf_counter() - begun)
    return [statistics.median(found) for found in taken]


def shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def measure_import(app: Flask, url: str, network: Network, folder: Path) -> list[Measured]:
    """A file through check, staging and the incidents with their roll-up, against COPY of its values."""
    columns = ["external_reference", "kind", "bias_motivations", "severity", "occurred_on", "district", "summary"]
    rows: list[tuple[object, ...]] = [
        (f"i-{n}", ["hate_crime", "threat"][n % 2], ["antisemitism", "anti_muslim", "anti_roma"][n % 3], 1 + n % 5,
         date(2020 + n % 5, 1 + n % 12, 1 + n % 28).isoformat(), f"District {n % 20}", f"Row {n} of a file that is imported")
        for n in range(network.size.imported)
    ]  # fmt: skip
    taken, plain = [], []
    actor = network.city
    for run in range(3):
        file = folder / f"import-{run}.csv"
        with file.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(columns)
            # Other references each time, so that every row is new.
            writer.writerows((f"{run}-{row[0]}", *row[1:]) for row in rows)
        begun = time.perf_counter()
        with app.app_context():
            done = import_file(str(file), mapping="", actor=actor)
        taken.append(time.perf_counter() - begun)
        assert (done.status, done.rows_new) == ("done", len(rows)), (done.status, done.reason)
        begun = time.perf_counter()
        copy_plainly(url, rows)
        plain.append(time.perf_counter() - begun)
    name = f"Import of {len(rows):,} rows ({len(rows) / min(taken):,.0f} a second)"
    return [Measured(name, min(taken), "COPY of the same rows into a bare table", min(plain))]


def measure_trends(app: Flask, admin: Connection, network: Network) -> list[Measured]:
    """Sixty months by bias, for each kind of caller, against the aggregate over the incidents."""
    found = []
    for label, actor, where in (
        ("one city", network.city, "and city_id = %(org)s"),
        ("a nation", network.nation, "and city_id in (select city_id from city where country = %(country)s)"),
        ("the network", network.network, ""),
    ):

        def ask(actor: Actor = actor) -> None:
            with app.app_context(), acting_as(actor):
                assert len(get_trend(TREND, actor=actor).series) > (3 if network.size is FULL else 0)

        def recount(actor: Actor = actor, where: str = where) -> None:
            admin.execute(RAW.format(where=where), {"org": actor.organisation_id, "country": actor.country}).fetchall()

        answer, raw = median(network.size.runs, ask, recount)
        if actor is network.city:
            assert_equal(app, admin, actor)
        found.append(Measured(f"60 months by bias, {label}", answer, "the same from the incidents", raw))
    return found


def assert_equal(app: Flask, admin: Connection, actor: Actor) -> None:
    """What a city is told is exactly what its incidents say."""
    raw = admin.execute(RAW.format(where="and city_id = %(org)s"), {"org": actor.organisation_id}).fetchall()
    with app.app_context(), acting_as(actor):
        series = get_trend(TREND, actor=actor).series
    told = {(p.period, s.key): p.count for s in series for p in s.points if p.count}
    assert told == {(row[0], row[1]): row[2] for row in raw}


def measure_pages(app: Flask, admin: Connection, network: Network) -> list[Measured]:
    """Pages and API answers, against a page that reads nothing but who is asking."""
    officer, nation = signed_in(app, admin, "city-1"), app.test_client()
    counted = count_statements(app)
    with app.app_context():
        tokens = {}
        for actor in (network.nation, network.network):
            with acting_as(actor):
                tokens[actor.scope] = issue_token(
                    name="Bench", days=1, scopes=[p.value for p in TOKEN_PERMISSIONS], actor=actor
                )

    def page(path: str) -> Callable[[], None]:
        def call() -> None:
            answer = officer.get(path)
            assert answer.status_code == 200, path

        return call

    def ask(actor: Actor, name: str) -> Callable[[], None]:
        query = (ROOT / f"graphql/operations/{name}.graphql").read_text() if name else "{ __typename }"
        variables = {"from": "2020-01-01", "to": "2024-12-31"} if name else {}
        body = {"query": query, "variables": variables}

        def call() -> None:
            headers = {"Authorization": f"Bearer {tokens[actor.scope]}"}
            answer = nation.post("/graphql", json=body, headers=headers).get_json()
            assert "errors" not in answer, answer

        return call

    calls = {
        "Incident list, first page of 50": page("/incidents/"),
        "Incident list, filtered by bias and severity": page("/incidents/?bias=antisemitism&severity=3"),
        "Dashboard of a city": page("/"),
        "GraphQL, 60 months by country, a nation": ask(network.nation, "monthly_by_country"),
        "GraphQL, 60 months by country, the network": ask(network.network, "monthly_by_country"),
        "GraphQL, 5 years by bias, the network": ask(network.network, "yearly_by_bias"),
    }
    found = []
    for what, call in calls.items():
        nothing = ask(network.nation, "") if what.startswith("GraphQL") else page("/account")
        seconds, plain = median(network.size.runs, call, nothing)
        before = counted[0]
        call()
        against = "a question that reads nothing" if what.startswith("GraphQL") else "a page that shows one's account"
        found.append(Measured(what, seconds, against, plain, counted[0] - before))
    return found


def signed_in(app: Flask, admin: Connection, slug: str) -> FlaskClient:
    email = f"{slug}@bench.example"
    hashed = app.extensions["concord.passwords"].hash(PASSWORD)
    admin.execute("update person set password_hash = %s where email = %s", (hashed, email))
    client = app.test_client()
    assert post(client, "/sign-in", email=email, password=PASSWORD).status_code == 302
    return client


def count_statements(app: Flask) -> list[int]:
    """A running count of the statements that the application sends."""
    counted = [0]

    def note(*_arguments: object) -> None:
        counted[0] += 1

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    return counted


def is_busy() -> bool:
    """Whether more wants to run than the machine has cores."""
    return os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1)


def table(lines: list[Measured], machine: str, size: Size) -> str:
    """The results as Markdown."""
    rows = [
        f"{machine}; {size.incidents:,} incidents in {size.cities} cities.",
        f"Medians of {size.runs}, which take turns with what they are compared with; for the import the fastest of 3.",
        "Pages and answers are taken without a network between. The machine was shared and busy"
        f" (load {os.getloadavg()[0]:.0f}): read the ratios, not the times." if is_busy() else
        "Pages and answers are taken without a network between.",
        "", "| what | takes | against | takes | ratio | statements |", "| --- | ---: | --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    for line in lines:
        statements = "" if line.statements is None else str(line.statements)
        rows.append(
            f"| {line.what} | {shown(line.seconds)} | {line.against} | {shown(line.plain)} | {line.ratio} | {statements} |"
        )
    return "\n".join(rows)


def describe_machine(admin: Connection) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = admin.info.server_version // 10000
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, PostgreSQL {version} with its defaults, Python {platform.python_version()}"


def write_readme(found: str) -> None:
    """Put the table under the heading Benchmarks."""
    text = README.read_text()
    section = f"## Benchmarks\n\n`make bench` measures anew. {found}\n"
    if "\n## Benchmarks\n" in text:
        text = re.sub(r"## Benchmarks\n.*?(?=\n## )", lambda _match: section, text, flags=re.S)
    else:
        text = text.replace("\n## Layout\n", f"\n{section}\n## Layout\n")
    README.write_text(text)


def run(size: Size, data: Path) -> str:
    """Build, measure and return the table; a database of its own is made and dropped again."""
    settings = Settings(data_dir=data, password_time_cost=1, password_memory_kib=8)
    server = EmbeddedServer(settings)
    url = os.environ.get("DATABASE_URL") or server.start()
    try:
        with connect(url) as admin:
            admin.execute(f"drop database if exists {DATABASE}")
            admin.execute(f"create database {DATABASE}")
        admin_url = with_database(url, DATABASE)
        app_url = provision(admin_url, settings)
        migrate.upgrade(admin_url)
        app = create_app(Settings(**{**vars(settings), "database_app_url": app_url}))
        with connect(admin_url) as admin:
            begun = time.perf_counter()
            network = build(admin, size)
            sys.stderr.write(f"The network was made in {time.perf_counter() - begun:.0f} s.\n")
            lines = measure_import(app, admin_url, network, data)
            lines += measure_trends(app, admin, network) + measure_pages(app, admin, network)
            found = table(lines, describe_machine(admin), size)
        with app.app_context():
            db.engine.dispose()
        with connect(url) as admin:
            admin.execute(f"drop database {DATABASE} with (force)")
        return found
    finally:
        server.stop()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--small", action="store_true", help="a small network, to see whether it works")
    parser.add_argument("--readme", action="store_true", help="put the table into README")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(SMALL if arguments.small else FULL, Path(folder))
    sys.stdout.write(found + "\n")
    if arguments.readme:
        write_readme(found)


if __name__ == "__main__":
    main()
