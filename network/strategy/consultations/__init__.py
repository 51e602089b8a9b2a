"""Who was heard for a strategy, from which communities, what they said and what followed from it."""
