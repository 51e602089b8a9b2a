"""What is done about an incident: triage, who handles it, its timeline, duplicates, how it ended."""
