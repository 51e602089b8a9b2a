"""The main menu: slices register what they offer, the layout shows what the caller may open."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from network.kernel.locale import lazy_text as _l
from network.kernel.tenancy import Actor

SECTIONS: dict[str, Any] = {
    "overview": "",
    "understand": _l("Understand"),
    "act": _l("Plan and act"),
    "respond": _l("Respond"),
    "learn": _l("Learn and share"),
    "organisation": _l("Organisation"),
}
"""The groups of the menu in their order; the first one has no heading."""


@dataclass(frozen=True)
class NavigationItem:
    """One entry; ``permission`` None means that it is open to everybody."""

    endpoint: str
    label: Any
    permission: str | None = None
    section: str = "overview"


def add_navigation(app: Flask, *items: NavigationItem) -> None:
    """Append entries to the menu, in the order in which the slices register."""
    app.extensions.setdefault("concord.navigation", []).extend(items)


def list_navigation(actor: Actor) -> list[tuple[Any, list[NavigationItem]]]:
    """The entries that the caller may open, by section; sections without an entry are left out."""
    items: list[NavigationItem] = current_app.extensions.get("concord.navigation", [])
    open_items = [item for item in items if item.permission is None or actor.may(item.permission)]
    grouped = [(title, [i for i in open_items if i.section == key]) for key, title in SECTIONS.items()]
    return [(title, entries) for title, entries in grouped if entries]
