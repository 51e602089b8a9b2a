"""``concord import``: a file of incidents from the command line, by the rules of the wizard."""

import csv
from collections.abc import Callable
from typing import Any

import click
from flask import Flask

from network.identity.permissions import Permission
from network.identity.service import find_actor
from network.incidents.imports import service
from network.incidents.imports.checking import MOST_PROBLEMS
from network.incidents.imports.mappings import DATE_ORDERS
from network.incidents.imports.reading import ENCODINGS, SEPARATORS
from network.kernel.tenancy import acting_as
from network.web.downloads import harmless

SHOWN_PROBLEMS = 20


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--city", required=True, help="Slug of the city; 'concord organisation list' shows it.")
@click.option("--as", "email", required=True, help="E-mail of the person who imports.")
@click.option("--mapping", default="", help="Name of a mapping; found by the columns when not given.")
@click.option("--encoding", default="", type=click.Choice(["", *ENCODINGS]), help="Encoding of a CSV file.")
@click.option("--separator", default="", type=click.Choice(["", *SEPARATORS, "tab"]), help="Separator of a CSV file.")
@click.option("--sheet", default="", help="Sheet of a workbook; the first when not given.")
@click.option("--date-order", default="", type=click.Choice(DATE_ORDERS), help="What comes first in 04/05/2024.")
@click.option("--only", "only_values", multiple=True, help="Place whose rows are meant, where the mapping asks for one.")
@click.option("--check", "only_check", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--problems", type=click.Path(dir_okay=False), help="Write every problem to this CSV file.")
@click.pass_obj
def import_(
    make_app: Callable[[], Flask], /, file: str, city: str, email: str, mapping: str, separator: str, only_check: bool,
    problems: str | None, **choice: Any,
) -> None:  # fmt: skip
    """Import incidents from a CSV or XLSX FILE, all or nothing. The same file again changes nothing.

    \b
    concord import hate_crimes.csv --city toronto --as analyst@toronto.example --check
    concord import hate_crimes.csv --city toronto --as analyst@toronto.example --problems problems.csv
    """
    with make_app().app_context():
        actor = find_actor(email, city)
        if not actor.may(Permission.INCIDENT_IMPORT):
            raise click.ClickException(f"{email} may not import incidents into {city}.")
        wanted = service.Choice(separator="\t" if separator == "tab" else separator, **choice)
        run = service.import_file(file, mapping=mapping, choice=wanted, actor=actor, only_check=only_check)
        with acting_as(actor):
            found = service.list_problems(run, limit=MOST_PROBLEMS)
    if problems:
        with open(problems, "w", newline="", encoding="utf-8-sig") as out:
            writer = csv.writer(out)
            writer.writerow(["line", "column", "value", "reason"])
            writer.writerows((p.line, harmless(p.column), harmless(p.value), p.reason) for p in found)
    if run.status not in ("done", "ready"):
        for p in found[:SHOWN_PROBLEMS]:
            click.echo(f"line {p.line}, {p.column}, {p.value!r}: {p.reason}", err=True)
        raise click.ClickException(
            f"{run.reason} ({run.problem_count} problems)" if run.problem_count else run.reason
        )
    counts = f"{run.rows_new} new, {run.rows_changed} changed, {run.rows_unchanged} unchanged"
    if run.rows_skipped:
        counts += f", {run.rows_skipped} left out"
    click.echo(f"{counts}; nothing was stored" if only_check else counts)
