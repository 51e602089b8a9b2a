"""Searches of the library that people keep, with a weekly mail if they want one."""

from alembic import op

revision = "0030"
down_revision = "0029"

ORG = "nullif(current_setting('concord.organisation_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"


def upgrade() -> None:
    op.execute("""
    create table saved_search (
      organisation_id uuid not null references organisation on delete cascade,
      search_id uuid not null default new_id(),
      person_id uuid not null references person,
      name text not null check (length(name) between 1 and 200),
      arguments text not null check (length(arguments) <= 2000),
      is_mailed boolean not null default true,
      created_at timestamptz not null default now(),
      seen_until timestamptz not null default now(),
      primary key (organisation_id, search_id)
    );
    create index saved_search_person on saved_search (organisation_id, person_id, search_id);
    alter table saved_search enable row level security;
    alter table saved_search force row level security;
    create policy read_definer on saved_search for select to concord_definer using (true);
    grant select on saved_search to concord_definer;
    create function queue_search_digests() returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
      select count(defer_job('practices.mail_searches', jsonb_build_object('as_organisation', s.organisation_id,
          'as_person', s.person_id), null))
      from (select distinct organisation_id, person_id from saved_search where is_mailed) s $$;
    alter function queue_search_digests() owner to concord_definer;
    revoke execute on function queue_search_digests() from public;
    grant execute on function queue_search_digests() to concord_worker;
    """)
    own = f"organisation_id = {ORG} and person_id = {PERSON}"
    for role in ("city", "nation", "network"):
        op.execute(f"""
        create policy keep_own_{role} on saved_search for all to concord_{role} using ({own}) with check ({own});
        grant select, insert, update, delete on saved_search to concord_{role};
        """)


def downgrade() -> None:
    op.execute("drop table saved_search; drop function queue_search_digests()")
