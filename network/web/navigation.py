"""The main menu: slices register what they offer, the layout shows what the caller may open."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from network.kernel.tenancy import Actor


@dataclass(frozen=True)
class NavigationItem:
    """One entry; ``permission`` None means that it is open to everybody."""

    endpoint: str
    label: Any
    permission: str | None = None


def add_navigation(app: Flask, *items: NavigationItem) -> None:
    """Append entries to the menu, in the order in which the slices register."""
    app.extensions.setdefault("concord.navigation", []).extend(items)


def list_navigation(actor: Actor) -> list[NavigationItem]:
    """The entries that the caller may open."""
    items: list[NavigationItem] = current_app.extensions.get("concord.navigation", [])
    return [item for item in items if item.permission is None or actor.may(item.permission)]
