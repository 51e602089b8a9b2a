"""Collections, tags, featured practices, and translations as linked versions."""

from alembic import op

revision = "0014"
down_revision = "0013"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
CURATOR = f"{ROLE} = 'curator'"
TRANSLATORS = f"author_id = {CITY} and {ROLE} in ('coordinator', 'officer', 'communications')"
TABLES = ("practice_collection", "practice_collection_item", "practice_translation")
MEMBERS = ("city", "nation")
VISITORS = ("public", "platform")
CONFIGURATIONS = ("concord_en", "concord_fr", "concord_es", "concord_simple")


def allow(table: str, name: str, command: str, role: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_{role} on {table} for {command} to concord_{role}{rule}")
    op.execute(f"grant {command} on {table} to concord_{role}")


def index_function(translated: bool) -> str:
    """The function that keeps the search columns, with the translations or without them."""
    more = tags = ""
    if translated:
        parts = " || ".join(f"setweight(to_tsvector('public.{c}', new.translated), 'C')" for c in CONFIGURATIONS)
        more = f"\n        || {parts}"
        tags = ", array_to_string(new.tags, ' ')"
    return f"""
    create or replace function index_published_practice() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      -- A language without a stemmer here is searched by whole words.
      stem regconfig := coalesce(
        (select oid from pg_ts_config where cfgname = 'concord_' || new.language
          and cfgnamespace = 'public'::regnamespace), 'public.concord_simple'::regconfig);
      plain regconfig := 'public.concord_simple'::regconfig;
      named text := concat_ws(' ', new.city, array_to_string(new.partners, ' '),
                              array_to_string(new.target_groups, ' '){tags});
      told text := concat_ws(' ', new.problem, new.approach, new.results, new.setting, new.mandate,
        new.evidence_reason, new.obstacles, new.advice, new.transfer);
    begin
      new.title_key := lower(unaccent(new.title));
      new.search_text := lower(unaccent(concat_ws(' ', new.title, named, new.keywords, new.summary)));
      new.search_vector :=
        setweight(to_tsvector(stem, new.title), 'A') || setweight(to_tsvector(plain, new.title), 'A')
        || setweight(to_tsvector(stem, named), 'B') || setweight(to_tsvector(plain, named), 'B')
        || setweight(to_tsvector(stem, new.summary), 'B')
        || setweight(to_tsvector(plain, new.summary), 'C')
        || setweight(to_tsvector(plain, new.keywords), 'C')
        || setweight(to_tsvector('public.concord_en', new.keywords), 'C')
        || setweight(to_tsvector(stem, told), 'D') || setweight(to_tsvector(plain, told), 'D'){more};
      return new;
    end $$"""


def upgrade() -> None:
    op.execute("""
    alter table published_practice
      add column tags text[] not null default '{}' check (cardinality(tags) <= 20),
      add column translated text not null default '',
      add column featured_at timestamptz,
      add column featured_note text not null default '' check (length(featured_note) <= 500),
      add constraint published_practice_seen unique (practice_id, visibility),
      add constraint published_practice_told unique (practice_id, author_id);
    create index published_practice_tags on published_practice using gin (tags);
    create table practice_collection (
      collection_id uuid primary key default new_id(),
      slug text not null constraint practice_collection_slug_key unique
        check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
      title text not null check (length(title) between 1 and 200),
      introduction text not null default '' check (length(introduction) <= 5000),
      position integer not null default 0,
      is_published boolean not null default false,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      constraint practice_collection_archived check (archived_at is null or not is_published),
      constraint practice_collection_shown unique (collection_id, is_published)
    );
    create table practice_collection_item (
      collection_id uuid not null,
      practice_id uuid not null,
      is_published boolean not null,
      visibility text not null,
      position integer not null,
      note text not null default '' check (length(note) <= 1000),
      primary key (collection_id, practice_id),
      foreign key (collection_id, is_published) references practice_collection (collection_id, is_published)
        on update cascade on delete cascade,
      foreign key (practice_id, visibility) references published_practice (practice_id, visibility)
        on update cascade on delete cascade
    );
    create index practice_collection_item_practice on practice_collection_item (practice_id);
    create table practice_translation (
      practice_id uuid not null,
      language text not null check (language ~ '^[a-z]{2,3}$'),
      visibility text not null,
      author_id uuid,
      title text not null check (length(title) between 1 and 200),
      content jsonb not null check (jsonb_typeof(content) = 'object'),
      state text not null check (state in ('draft', 'checked')),
      source_version integer not null,
      version integer not null default 1,
      translator_name text not null,
      created_by uuid not null references person,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      updated_by uuid not null references person,
      primary key (practice_id, language),
      foreign key (practice_id, visibility) references published_practice (practice_id, visibility)
        on update cascade on delete cascade,
      foreign key (practice_id, author_id) references published_practice (practice_id, author_id)
        on update cascade on delete cascade
    );
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for role in (*MEMBERS, *VISITORS):
        seen = "" if role in MEMBERS else " and visibility = 'public'"
        allow("practice_collection", "select_published", "select", role, "is_published")
        allow("practice_collection_item", "select_published", "select", role, f"is_published{seen}")
        allow("practice_translation", "select_checked", "select", role, f"state = 'checked'{seen}"
              + (f" or ({TRANSLATORS})" if role == "city" else ""))  # fmt: skip
    for table in TABLES:
        shown = "state = 'checked'" if table == "practice_translation" else "is_published"
        allow(table, "select_all", "select", "network", f"{CURATOR} or {shown}")
        allow(table, "write", "insert", "network", None, CURATOR)
        allow(table, "change", "update", "network", CURATOR, CURATOR)
        allow(table, "remove", "delete", "network", CURATOR)
    mine = f"{TRANSLATORS} and updated_by = {PERSON}"
    allow("practice_translation", "write_own", "insert", "city", None, mine)
    allow("practice_translation", "change_own", "update", "city", TRANSLATORS, mine)
    allow("practice_translation", "remove_own", "delete", "city", TRANSLATORS)
    op.execute("create policy read_definer on practice_translation for select to concord_definer using (true)")
    op.execute("grant select on practice_translation to concord_definer")
    # Tags and features are the curators'; the guard keeps them from a city's words.
    op.execute(f"""
    drop policy "change_network" on published_practice;
    create policy "change_network" on published_practice for update to concord_network
      using ({CURATOR}) with check ({CURATOR});
    """)
    op.execute(index_function(True))
    op.execute("""
    create function gather_translations() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      id uuid := case when TG_OP = 'DELETE' then old.practice_id else new.practice_id end;
    begin
      update published_practice set translated = coalesce((select string_agg(concat_ws(' ', title, content ->> 'summary',
          content ->> 'problem', content ->> 'approach', content ->> 'results'), ' ' order by language)
          from practice_translation t where t.practice_id = id and state = 'checked'), '')
        where practice_id = id;
      return null;
    end $$;
    alter function gather_translations() owner to concord_definer;
    revoke execute on function gather_translations() from public;
    create trigger gather_translations after insert or update of title, content, state or delete on practice_translation
      for each row execute function gather_translations();
    """)


def downgrade() -> None:
    op.execute(f"""
    drop table {", ".join(reversed(TABLES))};
    drop function gather_translations();
    drop policy "change_network" on published_practice;
    create policy "change_network" on published_practice for update to concord_network
      using ({CURATOR} and author_id is null) with check ({CURATOR} and author_id is null);
    """)
    op.execute(index_function(False))
    op.execute("""
    alter table published_practice drop constraint published_practice_told, drop constraint published_practice_seen,
      drop column tags, drop column translated, drop column featured_at, drop column featured_note;
    """)
