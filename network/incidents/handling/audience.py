"""Who is able to read an incident at each sharing level, by name; as the policies will have it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from network.incidents import codes
from network.incidents.handling.queries import list_team
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.sharing.service import list_agreements


@dataclass(frozen=True)
class Audience:
    """Who reads the city's incidents: its team by id, and who has an agreement on records in force."""

    team: dict[uuid.UUID, str]
    nations: list[str]
    networks: list[str]

    def list_names(self, tlp: str, named_ids: Iterable[uuid.UUID]) -> list[str]:
        """Everybody who would be able to read an incident of this level, people before organisations."""
        named = set(named_ids)
        if tlp == "RED":
            return [name for person, name in self.team.items() if person in named]
        names = list(self.team.values())
        if tlp in ("AMBER", "GREEN", "CLEAR"):
            names += self.nations
        if tlp in ("GREEN", "CLEAR"):
            names += self.networks
        return names

    def list_levels(self) -> list[tuple[str, str]]:
        """The sharing levels for a form, each with who will be able to read it."""
        return [(value, f"{code.label} – {self.describe(value)}") for value, code in codes.TLP.items()]

    def describe(self, tlp: str) -> str:
        """The readers of a level in one sentence."""
        team = _("your team of %(count)s people", count=len(self.team))
        nations = ", ".join(self.nations) or _("no national agency, since you share records with none")
        networks = ", ".join(self.networks) or _("no network, since you share records with none")
        words: dict[str, str] = {
            "RED": _("Only the people whom you name. Not counted."),
            "AMBER+STRICT": _("Only %(team)s. Counted in protected trends.", team=team),
            "AMBER": _("%(team)s; %(nations)s.", team=team.capitalize(), nations=nations),
            "GREEN": _("%(team)s; %(nations)s; %(networks)s. The network may pass it on to its member cities.",
                       team=team.capitalize(), nations=nations, networks=networks),
            "CLEAR": _("Everybody: it may be made public."),
        }  # fmt: skip
        return words[tlp]


@dataclass(frozen=True)
class Effect:
    """What a change of the sharing level does: who reads it then, who is new, who no longer does."""

    after: list[str]
    gained: list[str]
    lost: list[str]
    is_public: bool
    is_counted: bool
    was_counted: bool


def get_audience(*, actor: Actor) -> Audience:
    """Who reads incidents of the acting city now; two statements."""
    now = datetime.now(UTC)
    found = [
        (agreement.recipient_kind, name) for agreement, name in list_agreements(actor=actor)
        if agreement.revoked_at is None and agreement.valid_from <= now
        and (agreement.valid_until is None or agreement.valid_until > now) and "records" in agreement.grants
    ]  # fmt: skip
    return Audience(
        list_team(actor=actor), sorted(name for kind, name in found if kind == "nation"),
        sorted(name for kind, name in found if kind == "network"),
    )  # fmt: skip


def compare(
    audience: Audience, before: tuple[str, Iterable[uuid.UUID]], after: tuple[str, Iterable[uuid.UUID]], *, counts: bool
) -> Effect:
    """What going from one level and its named people to another does; ``counts`` says whether the
    incident is one that counts at all."""
    old, new = audience.list_names(*before), audience.list_names(*after)
    return Effect(
        new, [name for name in new if name not in old], [name for name in old if name not in new], after[0] == "CLEAR",
        counts and after[0] != "RED", counts and before[0] != "RED",
    )  # fmt: skip
