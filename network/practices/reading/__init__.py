"""How often a practice is read, for those who wrote it: a number for each day and nothing about anybody."""
