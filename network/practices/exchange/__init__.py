"""Where practices travel: who adapted them, what became of it, questions to the authors, thanks."""
