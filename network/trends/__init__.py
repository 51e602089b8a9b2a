"""Counts over time: exact for the city itself, protected for everybody else."""
