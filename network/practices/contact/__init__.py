"""Whom other cities may write to about a practice, as long as that person agrees."""
