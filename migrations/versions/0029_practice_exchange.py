"""Where a practice travels: adaptations with what became of them, questions to the authors, thanks."""

from alembic import op

revision = "0029"
down_revision = "0028"

ORG = "nullif(current_setting('concord.organisation_id', true), '')::uuid"
CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
IN_TEAM = f"{ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
ANSWERING = f"author_id = {CITY} and {ROLE} in ('coordinator', 'officer', 'communications')"
CURATOR = f"{ROLE} = 'curator' and author_id is null"
TABLES = ("practice_adaptation", "practice_question", "practice_thanks")


def allow(
    table: str, name: str, command: str, role: str, using: str | None, check: str | None = None, columns: str = ""
) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_{role} on {table} for {command} to concord_{role}{rule}")
    op.execute(f"grant {command}{f' ({columns})' if columns else ''} on {table} to concord_{role}")


def upgrade() -> None:
    op.execute("""
    create table practice_adaptation (
      city_id uuid not null references city,
      adaptation_id uuid not null default new_id(),
      practice_id uuid not null,
      author_id uuid references organisation on delete set null,
      title text not null check (length(title) between 1 and 200),
      status text not null check (status in ('planned', 'running', 'finished', 'stopped')),
      started_on date,
      changed text not null default '' check (length(changed) <= 5000),
      happened text not null default '' check (length(happened) <= 5000),
      recommends text not null default '' check (recommends in ('', 'yes', 'partly', 'no')),
      reported_on date,
      shared_with text not null default 'city' check (shared_with in ('city', 'author', 'network', 'public')),
      city_name text not null,
      country text not null,
      latitude double precision,
      longitude double precision,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid not null references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (city_id, adaptation_id)
    );
    create index practice_adaptation_practice on practice_adaptation (practice_id, shared_with);
    create index practice_adaptation_latest on practice_adaptation (city_id, updated_at desc, adaptation_id);
    create table practice_question (
      organisation_id uuid not null references organisation on delete cascade,
      question_id uuid not null default new_id(),
      practice_id uuid not null references published_practice on delete cascade,
      author_id uuid references organisation on delete set null,
      asker_name text not null,
      asked_by uuid not null references person,
      body text not null check (length(body) between 1 and 3000),
      is_private boolean not null,
      created_at timestamptz not null default now(),
      answer text not null default '' check (length(answer) <= 5000),
      answered_by_name text not null default '',
      answered_at timestamptz,
      primary key (organisation_id, question_id),
      check ((answer = '') = (answered_at is null))
    );
    create index practice_question_practice on practice_question (practice_id, question_id);
    create table practice_thanks (
      organisation_id uuid not null references organisation on delete cascade,
      practice_id uuid not null references published_practice on delete cascade,
      author_id uuid references organisation on delete set null,
      organisation_name text not null,
      note text not null default '' check (length(note) <= 1000),
      created_by uuid not null references person,
      created_at timestamptz not null default now(),
      primary key (organisation_id, practice_id)
    );
    create index practice_thanks_practice on practice_thanks (practice_id);
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy read_definer on {table} for select to concord_definer using (true)")
        op.execute(f"grant select on {table} to concord_definer")
    current = "archived_at is null and shared_with"
    allow("practice_adaptation", "select_own_or_shared", "select", "city",
          f"(city_id = {CITY} and {IN_TEAM}) or {current} in ('network', 'public')"
          f" or ({current} = 'author' and author_id = {CITY} and {IN_TEAM})")  # fmt: skip
    allow("practice_adaptation", "write_own", "insert", "city", None, f"{WRITERS} and created_by = {PERSON}")
    allow("practice_adaptation", "change_own", "update", "city", WRITERS, WRITERS)
    for role in ("nation", "network"):
        allow("practice_adaptation", "select_shared", "select", role, f"{current} in ('network', 'public')")
    for role in ("public", "platform"):
        allow("practice_adaptation", "select_public", "select", role, f"{current} = 'public'")
    answered = "not is_private and answered_at is not null"
    allow("practice_question", "select_own_or_answered", "select", "city",
          f"{answered} or ({IN_TEAM} and (organisation_id = {CITY} or author_id = {CITY}))")
    allow("practice_question", "select_own_or_answered", "select", "nation", f"{answered} or organisation_id = {ORG}")
    allow("practice_question", "select_own_or_answered", "select", "network",
          f"{answered} or organisation_id = {ORG} or ({CURATOR})")
    mine = f"organisation_id = {ORG} and asked_by = {PERSON} and answer = ''"
    allow("practice_question", "ask", "insert", "city", None, f"{mine} and {IN_TEAM}")
    for role in ("nation", "network"):
        allow("practice_question", "ask", "insert", role, None, mine)
    answer = "answer, answered_by_name, answered_at"
    allow("practice_question", "answer", "update", "city", ANSWERING, ANSWERING, columns=answer)
    allow("practice_question", "answer", "update", "network", CURATOR, CURATOR, columns=answer)
    for role in ("city", "nation", "network"):
        own = f"organisation_id = {ORG}" + (f" and {IN_TEAM}" if role == "city" else "")
        allow("practice_thanks", "select_all", "select", role, "true")
        allow("practice_thanks", "thank", "insert", role, None, f"{own} and created_by = {PERSON}")
        allow("practice_thanks", "take_back", "delete", role, own)
    op.execute("""
    -- The authors get a notice of what others say about their practice.
    create function tell_authors() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      person uuid;
      notice uuid;
    begin
      for person in select unnest(p.author_ids) from practice p
          where p.city_id = new.author_id and p.practice_id = new.practice_id loop
        if exists (select 1 from membership where organisation_id = new.author_id and person_id = person) then
          insert into notification (city_id, person_id, kind, record_type, record_id, actor_name)
            values (new.author_id, person, TG_ARGV[0], 'practice', new.practice_id, '')
            returning notification_id into notice;
          perform defer_job('records.mail_notice', jsonb_build_object('city_id', new.author_id, 'person_id', person,
            'notification_id', notice, 'as_organisation', new.author_id, 'as_person', person), null);
        end if;
      end loop;
      return null;
    end $$;
    alter function tell_authors() owner to concord_definer;
    revoke execute on function tell_authors() from public;
    create trigger tell_authors after insert on practice_question for each row
      execute function tell_authors('practice_question');
    create trigger tell_authors after insert on practice_thanks for each row
      execute function tell_authors('practice_thanks');
    create trigger tell_authors after update of reported_on on practice_adaptation for each row
      when (new.shared_with <> 'city' and old.reported_on is distinct from new.reported_on)
      execute function tell_authors('practice_report');
    create trigger track_record after insert or update or delete on practice_adaptation for each row
      execute function track_record('adaptation', 'adaptation_id', 'title', 'changed,happened',
        'city_name,country,latitude,longitude,author_id,practice_id');
    """)


def downgrade() -> None:
    op.execute(f"drop table {', '.join(reversed(TABLES))}; drop function tell_authors()")
