"""The few ways in which a rule says no. Services raise them; each door translates them once."""

from collections.abc import Mapping, Sequence


class ConcordError(Exception):
    """An expected failure with a stable ``code`` that every door shows in its own way."""

    code = "ERROR"


class NotFound(ConcordError):
    """The object does not exist, or the caller may not know that it does."""

    code = "NOT_FOUND"


class Conflict(ConcordError):
    """Somebody else changed the record since the caller read it.

    ``current_version`` is the version to continue from.
    """

    code = "CONFLICT"

    def __init__(self, current_version: int) -> None:
        super().__init__(f"record is now at version {current_version}")
        self.current_version = current_version


class ValidationFailed(ConcordError):
    """Input breaks the schema: field name to messages, ready to be shown beside the fields."""

    code = "VALIDATION_FAILED"

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors: dict[str, list[str]] = {k: [str(m) for m in v] for k, v in errors.items()}


class Refused(ConcordError):
    """A rule forbids what was asked; ``reason`` may be shown to the caller."""

    code = "REFUSED"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
