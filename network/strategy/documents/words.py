"""The sentences that every form of the document has in common."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from network.kernel.locale import reader_locale
from network.kernel.locale import text as _
from network.strategy import codes
from network.strategy.models import StrategyVersion
from network.strategy.versions.document import (
    Document,
    DocumentAction,
    DocumentIndicator,
    DocumentObjective,
)


def day(value: date | None) -> str:
    """A day in the reader's language; empty for none."""
    return format_date(value, "medium", locale=reader_locale()) if value else ""


def amount(value: str | Decimal, currency: str) -> str:
    """An amount of money in the reader's language; empty for none."""
    if value == "":
        return ""
    if not Decimal(value):
        return str(_("No extra cost"))
    return str(format_currency(Decimal(value), currency, locale=reader_locale())) if currency else str(value)


def heading_lines(document: Document, version: StrategyVersion | None) -> list[str]:
    """What stands under the title: kind, period, version, adoption, review."""
    kind = str(codes.KINDS[document.kind])
    lines = [f"{kind}: {document.integrated_into}" if document.integrated_into else kind]
    if document.period_from or document.period_until:
        lines.append(f"{_('Period')}: {day(document.period_from)} – {day(document.period_until)}")
    if version is None:
        lines.append(_("Working text"))
    else:
        state = f"{_('Version %(number)s', number=version.number)}, {codes.STATES[version.state]}"
        lines.append(f"{state}: {version.decided_by}, {day(version.adopted_on)}" if version.adopted_on else state)
    review = version.review_due if version is not None and version.review_due else document.review_due
    if review:
        lines.append(f"{_('Next review')}: {day(review)}")
    return lines


def person_line(item: DocumentObjective | DocumentAction) -> str:
    """Who leads, supports and is consulted, as sentences."""
    parts = [_("Lead: %(name)s", name=item.lead) if item.lead else _("Nobody leads")]
    if item.support:
        parts.append(f"{_('Supported by')}: {', '.join(item.support)}")
    if item.consulted:
        parts.append(f"{_('Consulted')}: {', '.join(item.consulted)}")
    return ". ".join(parts) + "."


def action_row(action: DocumentAction) -> list[str]:
    """An action for a table: what, who, when, money, status."""
    what = [action.title, action.description]
    if action.adapted_from_practice:
        what.append(f"{_('We took this from')}: {action.adapted_from_practice}")
    if action.changed_from_practice:
        what.append(f"{_('What we changed')}: {action.changed_from_practice}")
    when = " – ".join(text for text in (day(action.starts_on), day(action.due_on)) if text)
    money = amount(action.budget, action.currency)
    if action.funding_source:
        money = f"{money} ({action.funding_source})".strip()
    status = str(codes.STATUSES[action.status])
    if action.status == "active" and action.percent:
        status += ", " + _("%(percent)s %%", percent=action.percent)
    return ["\n".join(text for text in what if text), person_line(action), when, money, status]


def indicator_line(one: DocumentIndicator) -> str:
    """An indicator with baseline, target and latest value, as one line."""

    def dated(label: str, value: str, on: date | None) -> str:
        return f"{label} {value} ({day(on)})" if on else f"{label} {value}"

    name = f"{one.name} ({one.unit})" if one.unit else one.name
    parts = []
    if one.baseline:
        parts.append(dated(_("Baseline"), one.baseline, one.baseline_on))
    if one.target:
        parts.append(dated(_("Target"), one.target, one.target_on))
    parts.append(dated(_("latest value"), one.latest, one.latest_on) if one.latest else _("not measured yet"))
    text = f"{name}: {'; '.join(parts)}"
    return f"{text}. {_('Source')}: {one.source}" if one.source else text
