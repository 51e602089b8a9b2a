"""What the clock does with practices: those whose two years are over are due for renewal."""

from network.jobs.queue import periodic

periodic("practices.mark_due", "0 4 * * *", "select public.mark_due_practices()")
