"""How Alembic reaches the database: as the owner role, one runner at a time, never waiting long."""

import psycopg
from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

admin_url = context.config.attributes["admin_url"]
engine = create_engine(
    "postgresql+psycopg://", creator=lambda: psycopg.connect(admin_url), poolclass=NullPool
)

with engine.connect() as connection:
    connection.exec_driver_sql("select pg_advisory_lock(hashtext('concord migrate'))")
    connection.exec_driver_sql("set role concord_owner")
    connection.exec_driver_sql("set lock_timeout = '5s'")
    connection.exec_driver_sql("set statement_timeout = '15min'")
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
