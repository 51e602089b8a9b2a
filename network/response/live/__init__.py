"""What is done on the day: a plan is activated, its checklists are worked through, a log is kept."""
