"""The daily profile of every city."""

from network.jobs.queue import job, periodic
from network.kernel.tenancy import Actor, acting_as
from network.readiness.service import keep_snapshot

periodic("readiness.queue_snapshots", "30 2 * * *", "select public.queue_snapshots()")


@job("readiness.keep_snapshot")
def keep_daily_snapshot(actor: Actor) -> None:
    """Keep today's profile of a city, in the name of one of its coordinators or its mayor."""
    with acting_as(actor):
        keep_snapshot(actor=actor)
