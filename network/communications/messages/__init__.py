"""Planned messages in their languages, from draft to publication, and the templates they begin from."""
