"""On what an assessment rests: figures with the question kept, other sources, and what is not known."""
