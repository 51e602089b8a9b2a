"""Translations of published practices as linked versions, with their state."""
