"""What every record of a city has: an entry to find it by, its history, comments, files, links,
and the notices that people get about it."""
