"""The published contract: ``python -m network.api.snapshot`` writes it, ``--check`` compares."""

import sys
from pathlib import Path

from graphql import print_schema

from network.api.schema import schema

PATH = Path(__file__).resolve().parents[2] / "graphql" / "schema.graphql"


def main(arguments: list[str]) -> int:
    """Write or compare the SDL; 1 when it is out of date."""
    sdl = print_schema(schema.graphql_schema) + "\n"
    if "--check" in arguments:
        return 0 if PATH.exists() and PATH.read_text() == sdl else 1
    PATH.write_text(sdl)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
