"""A city's strategy: vision, objectives, the actions that carry it out and who is responsible, from
the first draft to the version that the council adopted."""
