"""Searches of the library that a person keeps and is told about by mail."""
