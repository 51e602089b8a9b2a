"""Indicators of a strategy: baseline, target and what was measured over time."""
