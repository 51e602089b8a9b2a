"""``concord import``: a file of incidents from the command line, by the rules of the wizard."""

import csv
from collections.abc import Callable

import click
from flask import Flask

from network.identity.permissions import Permission
from network.identity.service import find_actor
from network.incidents.imports import service
from network.incidents.imports.mappings import MAPPINGS
from network.kernel.tenancy import acting_as
from network.web.downloads import harmless

SHOWN_PROBLEMS = 20


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--city", required=True, help="Slug of the city; 'concord organisation list' shows it.")
@click.option("--as", "email", required=True, help="E-mail of the person who imports.")
@click.option("--mapping", default="", type=click.Choice(["", *MAPPINGS]), help="Kind of file; found by its columns when not given.")
@click.option("--check", "only_check", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--problems", type=click.Path(dir_okay=False), help="Write every problem to this CSV file.")
@click.pass_obj
def import_(
    make_app: Callable[[], Flask], /, file: str, city: str, email: str, mapping: str, only_check: bool, problems: str | None
) -> None:
    """Import incidents from a CSV or XLSX FILE, all or nothing. The same file again changes nothing.

    \b
    concord import hate_crimes.csv --city toronto --as analyst@toronto.example --check
    concord import hate_crimes.csv --city toronto --as analyst@toronto.example --problems problems.csv
    """
    with make_app().app_context():
        actor = find_actor(email, city)
        if not actor.may(Permission.INCIDENT_IMPORT):
            raise click.ClickException(f"{email} may not import incidents into {city}.")
        run = service.import_file(file, mapping=mapping, actor=actor, only_check=only_check)
        with acting_as(actor):
            found = service.get_preview(run, rows=0, problems=service.MOST_PROBLEMS).problems
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
    click.echo(f"{counts}; nothing was stored" if only_check else counts)
