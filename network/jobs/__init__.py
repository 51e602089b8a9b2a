"""The queue: work that goes on after the answer, kept in the same database."""
