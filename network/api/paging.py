"""Pages of rows, after the Relay connection specification."""

import graphene
from graphene import NonNull, ObjectType, String

from network.kernel.errors import ValidationFailed

MOST_ROWS = 100


class PageInfo(ObjectType):
    """Where a page stands, after the Relay connection specification."""

    has_next_page = NonNull(graphene.Boolean, description="Whether rows follow.")
    has_previous_page = NonNull(graphene.Boolean, description="Whether rows come before.")
    start_cursor = String(description="Cursor of the first row.")
    end_cursor = String(description="Cursor of the last row, for `after`.")


def check_first(first: int) -> None:
    """ValidationFailed unless the page has a size that is allowed."""
    if not 1 <= first <= MOST_ROWS:
        raise ValidationFailed({"first": [f"Ask for 1 to {MOST_ROWS} rows."]})
