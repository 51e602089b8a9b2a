"""How often a practice is read: one number for each day, of nobody in particular, for its authors."""

from alembic import op

revision = "0039"
down_revision = "0038"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
READERS = ("city", "nation", "network", "public", "platform")


def upgrade() -> None:
    op.execute("""
    create table practice_read (
      practice_id uuid not null references published_practice on delete cascade,
      day date not null,
      author_id uuid references organisation on delete cascade,
      reads integer not null check (reads > 0),
      primary key (practice_id, day)
    );
    alter table practice_read enable row level security;
    alter table practice_read force row level security;
    create policy maintain_definer on practice_read for all to concord_definer using (true) with check (true);
    grant select, insert, update, delete on practice_read to concord_definer;
    """)
    team = f"author_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
    for role, rule in (("city", team), ("network", f"author_id is null and {ROLE} = 'curator'")):
        op.execute(f"create policy select_own_{role} on practice_read for select to concord_{role} using ({rule})")
        op.execute(f"grant select on practice_read to concord_{role}")
    readers = ", ".join(f"concord_{role}" for role in READERS)
    op.execute(f"""
    -- Whoever reads a practice is counted, unless they are of the city that wrote it; nothing else is kept.
    create function count_practice_read(read_id uuid) returns void language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
      insert into practice_read (practice_id, day, author_id, reads)
        select p.practice_id, (now() at time zone 'utc')::date, p.author_id, 1 from published_practice p
        where p.practice_id = read_id
          and p.author_id is distinct from {CITY}
      on conflict (practice_id, day) do update set reads = practice_read.reads + 1 $$;
    alter function count_practice_read(uuid) owner to concord_definer;
    revoke execute on function count_practice_read(uuid) from public;
    grant execute on function count_practice_read(uuid) to {readers};
    """)


def downgrade() -> None:
    op.execute("drop function count_practice_read(uuid); drop table practice_read")
