"""Versions of a strategy: what was handed in, adopted and superseded, and what changed between two."""
