"""The command that gives the network the templates that come with Concord."""

from collections.abc import Callable

import click
from flask import Flask

from network.identity.service import find_actor
from network.kernel.tenancy import acting_as
from network.strategy.starters.service import load_supplied_templates


@click.command("strategy-templates")
@click.option("--organisation", "slug", required=True, help="Slug of the network.")
@click.option("--as", "email", required=True, help="E-mail of its curator or coordinator.")
@click.pass_obj
def strategy_templates(make_app: Callable[[], Flask], /, slug: str, email: str) -> None:
    """Give the network the templates of strategies that come with Concord, those it does not have.

    \b
    concord strategy-templates --organisation cities-network --as curator@network.example
    """
    with make_app().app_context():
        actor = find_actor(email, slug)
        with acting_as(actor):
            count = load_supplied_templates(actor=actor)
    click.echo(f"{count} templates added")
