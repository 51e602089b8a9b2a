"""Meetings of a city with its partners: series, invitations, attendance, minutes, decisions and what
follows from them, and the calendar that people take along."""
