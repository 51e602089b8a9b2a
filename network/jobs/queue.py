"""Background work on Procrastinate, whose queue lives in the same database.

A job is a row that is written in the transaction of the change it belongs to, so it exists if and
only if the change does. Its arguments are ids, never secrets or content. The worker reads the
person's rights anew, so a job of somebody who has left the team is refused.
"""

import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta

import procrastinate
from flask import Flask
from procrastinate import BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job as QueuedJob
from psycopg.conninfo import make_conninfo
from sqlalchemy import text

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.tenancy import IDENTITY, Actor

Job = Callable[..., None]
_JOBS: dict[str, Job] = {}
_PERIODIC: dict[str, tuple[str, tuple[str, ...]]] = {}
STALLED_SECONDS = 60
PATIENCE = timedelta(days=3)
LONGEST_WAIT = timedelta(hours=1)


class OutsideTrouble(Exception):
    """A job raises it when something outside, such as a mail server, does not do its part."""


class Retry(BaseRetryStrategy):
    """Three attempts; for trouble outside, more and more seldom for three days."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        """When to try again, or None for never; such a job stays in the queue as failed."""
        if not isinstance(exception, OutsideTrouble):
            return RetryDecision(retry_in={"seconds": 5}) if job.attempts < 2 else None
        wait = min(timedelta(seconds=10) * 2 ** min(job.attempts, 20), LONGEST_WAIT)
        # 10 + 20 + 40 … seconds until the longest wait is reached, then that one over and over.
        if job.attempts > PATIENCE / LONGEST_WAIT + 8:
            return None
        return RetryDecision(retry_in={"seconds": int(wait.total_seconds())})


def job(name: str) -> Callable[[Job], Job]:
    """Register ``function(actor, **ids)`` under a name; it opens its own transactions."""

    def register(function: Job) -> Job:
        _JOBS[name] = function
        return function

    return register


def periodic(name: str, cron: str, *statements: str) -> None:
    """Let the worker run statements by the clock (UTC), as the worker's role, which may do no more
    than call the functions made for it."""
    _PERIODIC[name] = cron, statements


def defer(name: str, *, actor: Actor, lock: str | None = None, **ids: uuid.UUID | str) -> None:
    """Queue a job in the current transaction, to be done in the name of ``actor``.

    What nobody in particular asked for, such as a command, is done as the identity scope.
    """
    arguments = {key: str(value) for key, value in ids.items()}
    if actor.organisation_id and actor.person_id:
        arguments |= {"as_organisation": str(actor.organisation_id), "as_person": str(actor.person_id)}
    db.session.execute(
        text("select defer_job(:name, cast(:arguments as jsonb), :lock)"),
        {"name": name, "arguments": json.dumps(arguments), "lock": lock},
    )


def _run(app: Flask, name: str, arguments: dict[str, str]) -> None:
    with app.app_context():
        organisation, person = arguments.pop("as_organisation", None), arguments.pop("as_person", None)
        actor = IDENTITY
        if organisation and person:
            try:
                actor = app.extensions["concord.load_actor"](uuid.UUID(organisation), uuid.UUID(person))
            except NotFound:
                app.logger.warning("job %s refused: its person has left the organisation", name)
                return
        _JOBS[name](actor, **arguments)


def build_worker(app: Flask, app_url: str) -> procrastinate.App:
    """The Procrastinate application with every registered job; connects as the worker role."""
    conninfo = make_conninfo(
        app_url, options="-c search_path=procrastinate,public -c role=concord_worker"
    )
    connector = PsycopgConnector(conninfo=conninfo, kwargs={"prepare_threshold": None})
    worker = procrastinate.App(connector=connector)

    def task(name: str) -> Callable[..., None]:
        def run(**arguments: str) -> None:
            _run(app, name, arguments)

        return run

    for name in _JOBS:
        worker.task(name=name, retry=Retry())(task(name))

    @worker.periodic(cron="* * * * *")
    @worker.task(name="jobs.rescue", queueing_lock="jobs.rescue", pass_context=True)
    async def rescue(context: JobContext, timestamp: int) -> None:
        """Give jobs of a worker that was killed to another one."""
        manager = context.app.job_manager
        for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            await manager.retry_job(stalled)

    def clockwork(statements: tuple[str, ...]) -> Callable[[int], Awaitable[None]]:
        async def run(timestamp: int) -> None:
            for statement in statements:
                await connector.execute_query_async(statement)

        return run

    for name, (cron, statements) in _PERIODIC.items():
        task_of_name = worker.task(name=name, queueing_lock=name)(clockwork(statements))
        worker.periodic(cron=cron)(task_of_name)
    return worker


# Merge the deltas of the roll-up, and put agreements into effect whose day has come.
periodic("jobs.fold", "*/10 * * * *", "select public.settle_agreements()", "select public.fold_trend_cells()")


def run_worker(app: Flask, app_url: str, *, wait: bool = True) -> None:
    """Work until stopped, or with ``wait`` False until the queue is empty."""
    worker = build_worker(app, app_url)
    with worker.open():
        worker.run_worker(wait=wait, listen_notify=wait, concurrency=2 if wait else 1,
                          delete_jobs="successful")  # fmt: skip

