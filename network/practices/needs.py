"""What somebody needs from the library: slices above say it, the library answers with practices.

A provider is a function of the caller that gives needs. The application registers those of the
slices above, so that this one does not have to know them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from network.kernel.tenancy import Actor


@dataclass(frozen=True)
class Need:
    """One need: the reason in words, as it is shown, and what helps: any of these themes, steps or words."""

    reason: str
    themes: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


Provider = Callable[[Actor], list[Need]]
_PROVIDERS: dict[str, Provider] = {}


def register_needs(**providers: Provider) -> None:
    """Make providers known, once at start, by a name of each."""
    _PROVIDERS.update(providers)


def list_needs(actor: Actor, *, most: int = 12) -> list[Need]:
    """What every provider says about the caller, in the order of their registration."""
    return [need for provider in _PROVIDERS.values() for need in provider(actor)][:most]
