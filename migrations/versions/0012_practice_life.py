"""A practice from its draft to the library: versions, remarks, reviews, decisions."""

from alembic import op

revision = "0012"
down_revision = "0011"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer', 'communications')"
KEEPERS = f"city_id = {CITY} and ({ROLE} in ('mayor', 'coordinator')" \
    f" or ({ROLE} in ('officer', 'communications') and {PERSON} = any(author_ids)))"
CURATOR = f"{ROLE} = 'curator'"
OPEN = f"{CURATOR} and status in ('submitted', 'in_review', 'changes_asked', 'accepted', 'declined', 'published', 'due')"
SCORES = ("relevance", "clarity", "evidence", "rights", "inclusion", "transferability")
TABLES = ("practice", "practice_version", "practice_remark", "practice_review", "practice_decision")
# What a curator may know of a practice beside the versions that were submitted.
PROCESS = "city_id, practice_id, status, visibility, version, version_no, shared_version, published_version, slug," \
    " submitted_at, review_due_on, renew_on, updated_at, updated_by"  # fmt: skip

STEPS = [
    ("draft", "submitted", "author,coordinator"), ("changes_asked", "submitted", "author,coordinator"),
    ("submitted", "draft", "author,coordinator"), ("in_review", "draft", "author,coordinator"),
    ("changes_asked", "draft", "author,coordinator"), ("accepted", "draft", "author,coordinator"),
    ("submitted", "in_review", "curator"), ("in_review", "changes_asked", "curator"),
    ("in_review", "accepted", "curator"), ("in_review", "declined", "curator"),
    ("accepted", "published", "coordinator,mayor"), ("published", "due", "system"),
    ("due", "published", "coordinator,mayor"),
    ("declined", "draft", "author,coordinator"), ("published", "draft", "author,coordinator"),
    ("due", "draft", "author,coordinator"),
    *((source, "withdrawn", "coordinator,mayor") for source in
      ("submitted", "in_review", "changes_asked", "accepted", "declined", "published", "due", "draft")),
    *((source, "archived", "coordinator") for source in ("draft", "declined", "published", "due")),
    ("archived", "draft", "author,coordinator"), ("withdrawn", "draft", "author,coordinator"),
]  # fmt: skip


def allow(
    table: str, name: str, command: str, role: str, using: str | None, check: str | None = None, columns: str = ""
) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_{role} on {table} for {command} to concord_{role}{rule}")
    op.execute(f"grant {command}{f' ({columns})' if columns else ''} on {table} to concord_{role}")


def upgrade() -> None:
    scores = ",\n".join(f"      {name} smallint check ({name} between 1 and 4)" for name in SCORES)
    op.execute(f"""
    create table practice (
      city_id uuid not null references city,
      practice_id uuid not null default new_id(),
      title text not null check (length(title) between 1 and 200),
      summary text not null default '' check (length(summary) <= 2000),
      content jsonb not null check (jsonb_typeof(content) = 'object' and pg_column_size(content) < 400000),
      status text not null default 'draft' check (status in ('draft', 'submitted', 'in_review', 'changes_asked',
        'accepted', 'declined', 'published', 'due', 'archived', 'withdrawn')),
      visibility text not null default 'network' check (visibility in ('public', 'network')),
      author_ids uuid[] not null check (cardinality(author_ids) between 1 and 20),
      version integer not null default 1,
      version_no integer not null default 1 check (version_no > 0),
      shared_version integer,
      published_version integer,
      slug text check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
      submitted_at timestamptz,
      review_due_on date,
      renew_on date,
      created_at timestamptz not null default now(),
      created_by uuid not null references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      primary key (city_id, practice_id)
    );
    create index practice_latest on practice (city_id, updated_at desc, practice_id);
    create index practice_open on practice (submitted_at, practice_id)
      where status in ('submitted', 'in_review', 'changes_asked', 'accepted');
    create index practice_renewal on practice (renew_on) where status = 'published';
    create table practice_version (
      city_id uuid not null,
      practice_id uuid not null,
      version_no integer not null check (version_no > 0),
      title text not null,
      content jsonb not null,
      is_shared boolean not null default false,
      created_by uuid not null references person,
      author_name text not null,
      created_at timestamptz not null default now(),
      primary key (city_id, practice_id, version_no),
      foreign key (city_id, practice_id) references practice on delete cascade
    );
    create table practice_remark (
      city_id uuid not null,
      remark_id uuid not null default new_id(),
      practice_id uuid not null,
      version_no integer not null,
      field text not null check (field ~ '^[a-z_]*$'),
      passage text not null default '' check (length(passage) <= 2000),
      body text not null check (length(body) between 1 and 5000),
      is_shared boolean not null,
      is_from_city boolean not null,
      created_by uuid not null references person,
      author_name text not null,
      created_at timestamptz not null default now(),
      settled_at timestamptz,
      primary key (city_id, remark_id),
      foreign key (city_id, practice_id) references practice on delete cascade
    );
    create index practice_remark_practice on practice_remark (city_id, practice_id, remark_id);
    create table practice_review (
      city_id uuid not null,
      practice_id uuid not null,
      version_no integer not null,
      reviewer_id uuid not null references person,
      reviewer_name text not null,
      due_on date,
      has_conflict boolean not null default false,
      conflict_note text not null default '' check (length(conflict_note) <= 1000),
{scores},
      note text not null default '' check (length(note) <= 5000),
      assigned_by uuid not null references person,
      assigned_at timestamptz not null default now(),
      scored_at timestamptz,
      primary key (city_id, practice_id, version_no, reviewer_id),
      foreign key (city_id, practice_id) references practice on delete cascade,
      constraint practice_review_whole check (scored_at is null or has_conflict
        or num_nulls({", ".join(SCORES)}) = 0)
    );
    create index practice_review_reviewer on practice_review (reviewer_id, due_on);
    create table practice_decision (
      city_id uuid not null,
      decision_id uuid not null default new_id(),
      practice_id uuid not null,
      version_no integer not null,
      outcome text not null check (outcome in ('changes_asked', 'accepted', 'declined')),
      reasons text not null check (length(reasons) between 1 and 5000),
      mean_score numeric(3, 2),
      reviewer_count integer not null default 0,
      is_shared boolean not null default true,
      decided_by uuid not null references person,
      decided_by_name text not null,
      decided_at timestamptz not null default now(),
      primary key (city_id, decision_id),
      foreign key (city_id, practice_id) references practice on delete cascade
    );
    create index practice_decision_practice on practice_decision (city_id, practice_id, decision_id);
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy maintain_definer on {table} for all to concord_definer using (true) with check (true)")
        op.execute(f"grant select, insert, update, delete on {table} to concord_definer")
    allow("practice", "select_own", "select", "city", TEAM)
    allow("practice", "write_own", "insert", "city", None,
          f"{WRITERS} and status = 'draft' and {PERSON} = any(author_ids) and created_by = {PERSON}")
    allow("practice", "change_own", "update", "city", KEEPERS, f"city_id = {CITY}")
    allow("practice", "select_open", "select", "network", OPEN, columns=PROCESS)
    allow("practice", "review", "update", "network", OPEN, OPEN,
          columns="status, version, review_due_on, updated_at, updated_by")
    allow("practice_version", "select_own", "select", "city", TEAM)
    allow("practice_version", "write_own", "insert", "city", None, f"{WRITERS} and created_by = {PERSON} and not is_shared")
    allow("practice_version", "select_shared", "select", "network", f"{CURATOR} and is_shared")
    allow("practice_remark", "select_own", "select", "city", TEAM)
    allow("practice_remark", "write_own", "insert", "city", None, f"{TEAM} and created_by = {PERSON} and is_from_city")
    allow("practice_remark", "settle_own", "update", "city", TEAM, TEAM, columns="settled_at")
    allow("practice_remark", "select_shared", "select", "network", f"{CURATOR} and is_shared")
    allow("practice_remark", "write", "insert", "network", None,
          f"{CURATOR} and created_by = {PERSON} and is_shared and not is_from_city")
    allow("practice_remark", "settle", "update", "network", f"{CURATOR} and is_shared", f"{CURATOR} and is_shared",
          columns="settled_at")
    allow("practice_review", "select_all", "select", "network", CURATOR)
    # Whoever assigns does not score for others, and nobody changes what another has scored.
    allow("practice_review", "assign", "insert", "network", None, f"{CURATOR} and assigned_by = {PERSON} and scored_at is null")
    own_or_open = f"{CURATOR} and (reviewer_id = {PERSON} or scored_at is null)"
    allow("practice_review", "score", "update", "network", own_or_open, own_or_open)
    allow("practice_review", "unassign", "delete", "network", f"{CURATOR} and scored_at is null")
    allow("practice_decision", "select_own", "select", "city", TEAM)
    allow("practice_decision", "select_shared", "select", "network", f"{CURATOR} and is_shared")
    allow("practice_decision", "decide", "insert", "network", None, f"{CURATOR} and decided_by = {PERSON} and is_shared")

    # A city's own published text; what the network tells itself stays with its curators.
    op.execute("""
    drop policy "publish_network" on published_practice;
    drop policy "change_network" on published_practice;
    drop policy "select_published_definer" on published_practice;
    """)
    op.execute(f"""
    create policy "publish_network" on published_practice for insert to concord_network
      with check ({CURATOR} and author_id is null);
    create policy "change_network" on published_practice for update to concord_network
      using ({CURATOR} and author_id is null) with check ({CURATOR} and author_id is null);
    create policy "maintain_definer" on published_practice for all to concord_definer using (true) with check (true);
    grant insert, update, delete on published_practice to concord_definer;
    """)
    own = f"author_id = {CITY} and {ROLE} in ('coordinator', 'mayor')"
    allow("published_practice", "approve_own", "insert", "city", None, own)
    allow("published_practice", "renew_own", "update", "city", own, own)
    functions()


def functions() -> None:
    rows = ",\n        ".join(f"('{a}', '{b}', '{{{roles}}}'::text[])" for a, b, roles in STEPS)
    op.execute(f"""
    create function practice_step_allowed(source text, target text, acting text, is_author boolean) returns boolean
    language sql immutable set search_path = pg_catalog as $$
      select exists (select 1 from (values {rows}) s(a, b, roles)
        where a = source and b = target and (acting = any(roles) or (is_author and 'author' = any(roles)))) $$;
    """)
    op.execute("""
    create function guard_practice() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
    declare
      acting text := coalesce(nullif(current_setting('concord.role', true), ''),
        case when current_user = 'concord_definer' then 'system' end);
      is_author boolean := coalesce(nullif(current_setting('concord.person_id', true), '')::uuid = any(old.author_ids), false)
        and acting in ('coordinator', 'officer', 'communications');
    begin
      if new.status <> old.status then
        if not coalesce(practice_step_allowed(old.status, new.status, acting, is_author), false) then
          raise insufficient_privilege using message = 'row-level security: this step is not open to the caller';
        end if;
        -- Apart, because the roles of a city may not read reviews.
        if new.status = 'accepted' then
          if (select count(*) from practice_review where city_id = new.city_id
              and practice_id = new.practice_id and version_no = new.shared_version and scored_at is not null
              and not has_conflict) < 2 then
            raise check_violation using message = 'two reviewers have not scored this version',
              constraint = 'practice_two_reviewers';
          end if;
        end if;
      end if;
      if (new.content, new.title, new.summary) is distinct from (old.content, old.title, old.summary) then
        if old.status not in ('draft', 'changes_asked') or acting = 'mayor' then
          raise insufficient_privilege using message = 'row-level security: this text is not open for changes';
        end if;
      end if;
      return new;
    end $$;
    create trigger guard_practice before update on practice for each row execute function guard_practice();

    -- What a city publishes is the text that was accepted, word for word.
    create function guard_published_practice() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      accepted jsonb;
      here jsonb := to_jsonb(new);
    begin
      if new.author_id is null then
        return new;
      end if;
      select v.content into accepted from practice p join practice_version v
        on (v.city_id, v.practice_id, v.version_no) = (p.city_id, p.practice_id, p.shared_version)
        where p.city_id = new.author_id and p.practice_id = new.practice_id and p.status in ('published', 'due')
          and p.visibility = new.visibility;
      if accepted is null or exists (select 1 from jsonb_each(accepted) e where here -> e.key is distinct from e.value) then
        raise insufficient_privilege using message = 'row-level security: only the accepted text can be published';
      end if;
      return new;
    end $$;
    alter function guard_published_practice() owner to concord_definer;
    create trigger guard_published_practice before insert or update on published_practice
      for each row execute function guard_published_practice();

    -- What follows from a step, in its own transaction: a withdrawal reaches everything at once.
    create function follow_practice() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      person uuid;
      notice uuid;
    begin
      if new.status in ('withdrawn', 'archived') then
        delete from published_practice where practice_id = new.practice_id and author_id = new.city_id;
      end if;
      if new.status = 'submitted' then
        update practice_version set is_shared = true where city_id = new.city_id
          and practice_id = new.practice_id and version_no = new.shared_version;
        update practice_remark set is_shared = true where city_id = new.city_id
          and practice_id = new.practice_id and not is_from_city;
        update practice_decision set is_shared = true where city_id = new.city_id and practice_id = new.practice_id;
      elsif new.status in ('withdrawn', 'draft', 'archived') then
        update practice_version set is_shared = false where city_id = new.city_id and practice_id = new.practice_id;
        update practice_remark set is_shared = false where city_id = new.city_id and practice_id = new.practice_id;
        update practice_decision set is_shared = false where city_id = new.city_id and practice_id = new.practice_id;
      end if;
      if nullif(current_setting('concord.city_id', true), '')::uuid is distinct from new.city_id then
        foreach person in array new.author_ids loop
          if exists (select 1 from membership where organisation_id = new.city_id and person_id = person) then
            insert into notification (city_id, person_id, kind, record_type, record_id, actor_name)
              values (new.city_id, person, 'practice_' || new.status, 'practice', new.practice_id, '')
              returning notification_id into notice;
            perform defer_job('records.mail_notice', jsonb_build_object('city_id', new.city_id, 'person_id', person,
              'notification_id', notice, 'as_organisation', new.city_id, 'as_person', person), null);
          end if;
        end loop;
      end if;
      return null;
    end $$;
    alter function follow_practice() owner to concord_definer;
    create trigger follow_practice after update of status on practice for each row
      when (old.status <> new.status) execute function follow_practice();
    create policy follow_definer on membership for select to concord_definer using (true);
    grant select on membership to concord_definer;

    create function mark_due_practices() returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
      with due as (update practice set status = 'due', version = version + 1, updated_at = now()
        where status = 'published' and renew_on <= current_date returning 1)
      select count(*) from due $$;
    alter function mark_due_practices() owner to concord_definer;
    revoke execute on function mark_due_practices(), follow_practice(), guard_published_practice() from public;
    grant execute on function mark_due_practices() to concord_worker;
    create trigger track_record after insert or update or delete on practice for each row
      execute function track_record('practice', 'practice_id', 'title', 'summary',
        'content,version_no,shared_version,published_version,submitted_at,slug,author_ids,review_due_on,renew_on');
    """)


def downgrade() -> None:
    op.execute("""
    drop trigger guard_published_practice on published_practice;
    drop policy "approve_own_city" on published_practice;
    drop policy "renew_own_city" on published_practice;
    drop policy "maintain_definer" on published_practice;
    drop policy "publish_network" on published_practice;
    drop policy "change_network" on published_practice;
    revoke insert, update on published_practice from concord_city;
    revoke insert, update, delete on published_practice from concord_definer;
    drop policy follow_definer on membership;
    revoke select on membership from concord_definer;
    alter table published_practice no force row level security;
    delete from published_practice where author_id is not null;
    alter table published_practice force row level security;
    """)
    op.execute(f"""
    create policy "publish_network" on published_practice for insert to concord_network with check ({CURATOR});
    create policy "change_network" on published_practice for update to concord_network
      using ({CURATOR}) with check ({CURATOR});
    create policy "select_published_definer" on published_practice for select to concord_definer using (true);
    drop table {", ".join(reversed(TABLES))};
    drop function mark_due_practices(), follow_practice(), guard_published_practice(), guard_practice(),
      practice_step_allowed(text, text, text, boolean);
    """)
