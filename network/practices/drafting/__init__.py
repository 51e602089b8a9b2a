"""A city's own practices: drafted by several authors, checked, submitted, approved, withdrawn."""
