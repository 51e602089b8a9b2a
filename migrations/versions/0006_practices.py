"""The practice library: published text alone, with its full-text search."""

from alembic import op

revision = "0006"
down_revision = "0005"

ROLE = "current_setting('concord.role', true)"
CURATOR = f"{ROLE} = 'curator'"

LANGUAGES = {"en": "english", "fr": "french", "es": "spanish", "de": "german", "it": "italian",
             "nl": "dutch", "pt": "portuguese", "da": "danish", "sv": "swedish"}  # fmt: skip
QUERY_CONFIGURATIONS = ("concord_en", "concord_fr", "concord_es")

THEME = """inclusive_identity youth schools digital_literacy community_policing interfaith
newcomers gender local_action_plan multi_agency exit_mentoring hate_crime_reporting
anti_rumour psychosocial remembrance public_space soft_targets
national_local officials_protection""".split()
LEVEL = "primary secondary tertiary".split()
COST = "unknown low medium high".split()


def listed(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def allow(name: str, command: str, role: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(
        f'create policy "{name}_{role}" on published_practice for {command} to concord_{role}{rule}'
    )
    op.execute(f"grant {command} on published_practice to concord_{role}")


def upgrade() -> None:
    # Both extensions are trusted: the owner role may create them, an administrator may have.
    op.execute("create extension if not exists pg_trgm; create extension if not exists unaccent")
    for code, stemmer in {**LANGUAGES, "simple": "simple"}.items():
        op.execute(f"""
        create text search configuration concord_{code} (copy = pg_catalog.{stemmer});
        alter text search configuration concord_{code} alter mapping
          for asciihword, asciiword, hword, hword_asciipart, hword_part, word
          with unaccent, {stemmer if stemmer == "simple" else stemmer + "_stem"};
        """)
    op.execute(f"""
    create table published_practice (
      practice_id uuid primary key default new_id(),
      slug text not null constraint published_practice_slug_key unique
        check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
      author_id uuid references organisation,
      version integer not null default 1 check (version > 0),
      visibility text not null check (visibility in ('public', 'network')),
      language text not null check (language ~ '^[a-z]{{2,3}}$'),
      title text not null check (length(title) between 1 and 200),
      city text not null check (length(city) between 1 and 200),
      country text not null check (country ~ '^[A-Z]{{2}}$'),
      latitude double precision check (latitude between -90 and 90),
      longitude double precision check (longitude between -180 and 180),
      population integer check (population > 0),
      setting text not null default '',
      summary text not null check (length(summary) between 1 and 2000),
      problem text not null default '',
      approach text not null default '',
      partners text[] not null default '{{}}',
      target_groups text[] not null default '{{}}',
      themes text[] not null check (themes <@ array[{listed(THEME)}]::text[]),
      prevention_levels text[] not null
        check (prevention_levels <@ array[{listed(LEVEL)}]::text[]),
      steps smallint[] not null
        check (steps <@ array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]::smallint[]),
      mandate text not null default '',
      cost_band text not null check (cost_band in ({listed(COST)})),
      cost_note text not null default '',
      started smallint check (started between 1900 and 2100),
      ended smallint check (ended between 1900 and 2100 and ended >= started),
      duration text not null default '',
      results text not null default '',
      evidence_rating smallint not null check (evidence_rating between 0 and 5),
      evidence_reason text not null default '',
      obstacles text not null default '',
      advice text not null default '',
      transfer text not null default '',
      languages text[] not null default '{{}}',
      sources jsonb not null default '[]' check (jsonb_typeof(sources) = 'array'),
      keywords text not null default '',
      published_by uuid references person,
      published_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      renew_on date not null default (current_date + interval '2 years'),
      title_key text not null default '',
      search_text text not null default '',
      search_vector tsvector not null default ''
    );
    create index published_practice_vector on published_practice using gin (search_vector);
    create index published_practice_words on published_practice using gin (search_text gin_trgm_ops);
    create index published_practice_newest on published_practice (published_at, practice_id);

    create function index_published_practice() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      -- A language without a stemmer here is searched by whole words.
      stem regconfig := coalesce(
        (select oid from pg_ts_config where cfgname = 'concord_' || new.language
          and cfgnamespace = 'public'::regnamespace), 'public.concord_simple'::regconfig);
      plain regconfig := 'public.concord_simple'::regconfig;
      named text := concat_ws(' ', new.city, array_to_string(new.partners, ' '),
                              array_to_string(new.target_groups, ' '));
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
        || setweight(to_tsvector(stem, told), 'D') || setweight(to_tsvector(plain, told), 'D');
      return new;
    end $$;
    create trigger index_published_practice before insert or update on published_practice
      for each row execute function index_published_practice();

    -- groups: [["hate crime", "crime de haine"], ["school"]]: one of each group, in any of the
    -- languages; is_all false asks for one group alone. The last word may be half typed.
    create function practice_query(groups jsonb, is_all boolean default true)
    returns tsquery language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
    declare
      configurations constant regconfig[] := array[{listed([f"public.{c}" for c in QUERY_CONFIGURATIONS])}]::regconfig[];
      answer tsquery := null;
      one tsquery;
      part tsquery;
      phrase text;
      found_group jsonb;
      is_stop boolean;
      configuration regconfig;
      last_group integer := jsonb_array_length(groups);
      position integer := 0;
    begin
      for found_group in select value from jsonb_array_elements(groups) loop
        position := position + 1;
        one := null;
        is_stop := false;
        for phrase in select value from jsonb_array_elements_text(found_group) loop
          foreach configuration in array configurations || 'public.concord_simple'::regconfig loop
            part := phraseto_tsquery(configuration, phrase);
            is_stop := is_stop or (numnode(part) = 0 and phrase !~ ' ');
            if position = last_group and numnode(part) = 1 and phrase !~ ' ' then
              part := (part::text || ':*')::tsquery;
            end if;
            if numnode(part) > 0 then
              one := case when one is null then part else one || part end;
            end if;
          end loop;
        end loop;
        -- Small words of any of the languages say nothing, unless nothing else was asked.
        if one is not null and (not is_stop or last_group = 1) then
          answer := case when answer is null then one
                         when is_all then answer && one else answer || one end;
        end if;
      end loop;
      return coalesce(answer, ''::tsquery);
    end $$;

    -- Text operators may not use an index behind a row policy that filters, because they could
    -- give away what it hides. This function reads the public rows alone, and its ids are joined
    -- under the policy again.
    create function find_public_practices(wanted tsquery, words text[])
    returns setof uuid language sql stable security definer
    set search_path = pg_catalog, public, pg_temp as $$
      select practice_id from published_practice
      where visibility = 'public' and search_vector @@ wanted
      union
      select practice_id from published_practice, unnest(words) w
      where visibility = 'public' and search_text %> w $$;
    alter function find_public_practices(tsquery, text[]) owner to concord_definer;
    revoke execute on function find_public_practices(tsquery, text[]) from public;
    grant execute on function find_public_practices(tsquery, text[])
      to concord_public, concord_platform;
    """)
    op.execute("alter table published_practice enable row level security")
    op.execute("alter table published_practice force row level security")
    for role in ("public", "platform"):
        allow("select_public", "select", role, "visibility = 'public'")
    for role in ("city", "nation", "network", "definer"):
        allow("select_published", "select", role, "true")
    allow("publish", "insert", "network", None, CURATOR)
    allow("change", "update", "network", CURATOR, CURATOR)
    allow("take_back", "delete", "network", CURATOR)


def downgrade() -> None:
    op.execute("""
    drop function find_public_practices(tsquery, text[]), practice_query(jsonb, boolean);
    drop table published_practice;
    drop function index_published_practice();
    """)
    for code in (*LANGUAGES, "simple"):
        op.execute(f"drop text search configuration concord_{code}")
    # What an administrator created stays his.
    op.execute("""
    do $$
    declare name text;
    begin
      for name in select extname from pg_extension
        where extname in ('pg_trgm', 'unaccent') and extowner = current_user::regrole
      loop
        execute format('drop extension %I', name);
      end loop;
    end $$
    """)
