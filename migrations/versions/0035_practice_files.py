"""Pictures and documents of a practice, and a contact that is shown with consent."""

from alembic import op

revision = "0035"
down_revision = "0034"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer', 'communications')"
TABLES = ("practice_file", "practice_contact")


def allow(table: str, name: str, command: str, role: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_{role} on {table} for {command} to concord_{role}{rule}")
    op.execute(f"grant {command} on {table} to concord_{role}")


def upgrade() -> None:
    op.execute("""
    alter table published_practice add column files jsonb not null default '[]' check (jsonb_typeof(files) = 'array');
    -- Never changed: what is said about a file stands in the version of the text that shows it.
    create table practice_file (
      city_id uuid not null,
      file_id uuid not null default new_id(),
      practice_id uuid not null,
      kind text not null check (kind in ('picture', 'document')),
      media_type text not null check (media_type in ('image/png', 'image/jpeg', 'image/webp', 'application/pdf')),
      byte_count integer not null check (byte_count between 1 and 12000000),
      sha256 bytea not null,
      width integer,
      height integer,
      content bytea not null,
      is_shared boolean not null default false,
      published_as text not null default '' check (published_as in ('', 'network', 'public')),
      created_by uuid not null references person,
      created_at timestamptz not null default now(),
      primary key (city_id, file_id),
      foreign key (city_id, practice_id) references practice on delete cascade,
      check ((kind = 'document') = (media_type = 'application/pdf'))
    );
    alter table practice_file alter column content set storage external;
    create index practice_file_practice on practice_file (city_id, practice_id, file_id);
    create table practice_contact (
      city_id uuid not null,
      practice_id uuid not null,
      name text not null check (length(name) between 1 and 200),
      job text not null default '' check (length(job) <= 200),
      email text not null check (email like '%_@_%' and length(email) <= 254),
      shown_to text not null check (shown_to in ('network', 'public')),
      consented_on date not null,
      consent_note text not null check (length(consent_note) between 1 and 300),
      recorded_by uuid not null references person,
      recorded_by_name text not null,
      recorded_at timestamptz not null default now(),
      published_as text not null default '' check (published_as in ('', 'network', 'public')),
      primary key (city_id, practice_id),
      foreign key (city_id, practice_id) references practice on delete cascade
    );
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy maintain_definer on {table} for all to concord_definer using (true) with check (true)")
        op.execute(f"grant select, insert, update, delete on {table} to concord_definer")
        allow(table, "select_own_or_published", "select", "city", f"({TEAM}) or published_as <> ''")
        allow(table, "select_published", "select", "nation", "published_as <> ''")
        for role in ("public", "platform"):
            allow(table, "select_public", "select", role, "published_as = 'public'")
    allow("practice_file", "select_shared_or_published", "select", "network",
          f"published_as <> '' or (is_shared and {ROLE} = 'curator')")
    allow("practice_contact", "select_published", "select", "network", "published_as <> ''")
    allow("practice_file", "write_own", "insert", "city", None,
          f"{WRITERS} and created_by = {PERSON} and not is_shared and published_as = ''")
    allow("practice_contact", "write_own", "insert", "city", None, f"{WRITERS} and recorded_by = {PERSON}")
    allow("practice_contact", "revoke_own", "delete", "city",
          f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications')")
    op.execute("""
    -- Whoever may read the published text may see its files and its contact, from then on and no longer.
    create function share_practice_parts() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      one published_practice;
      shown text := '';
    begin
      if TG_OP = 'DELETE' then
        one := old;
      else
        one := new;
        shown := new.visibility;
      end if;
      if one.author_id is not null then
        update practice_file f set published_as = case
            when one.files @> jsonb_build_array(jsonb_build_object('file_id', f.file_id)) then shown else '' end
          where f.city_id = one.author_id and f.practice_id = one.practice_id;
        update practice_contact c set published_as = case
            when shown = 'public' then c.shown_to else shown end
          where c.city_id = one.author_id and c.practice_id = one.practice_id;
      end if;
      return null;
    end $$;
    alter function share_practice_parts() owner to concord_definer;
    create trigger share_practice_parts after insert or delete or update of files, visibility on published_practice
      for each row execute function share_practice_parts();

    create function place_practice_contact() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      new.published_as := coalesce((select case when p.visibility = 'public' then new.shown_to else p.visibility end
        from published_practice p where p.practice_id = new.practice_id and p.author_id = new.city_id), '');
      return new;
    end $$;
    alter function place_practice_contact() owner to concord_definer;
    create trigger place_practice_contact before insert on practice_contact
      for each row execute function place_practice_contact();

    -- Curators see the files of the versions that were submitted.
    create function share_reviewed_files() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      update practice_file f set is_shared = exists (select 1 from practice_version v
          where v.city_id = f.city_id and v.practice_id = f.practice_id and v.is_shared
            and v.content -> 'files' @> jsonb_build_array(jsonb_build_object('file_id', f.file_id)))
        where f.city_id = new.city_id and f.practice_id = new.practice_id;
      return null;
    end $$;
    alter function share_reviewed_files() owner to concord_definer;
    create trigger share_reviewed_files after update of is_shared on practice_version for each row
      when (old.is_shared <> new.is_shared) execute function share_reviewed_files();
    revoke execute on function share_practice_parts(), place_practice_contact(), share_reviewed_files() from public;
    create or replace function guard_published_practice() returns trigger language plpgsql security definer
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
      if accepted is null or here -> 'files' is distinct from coalesce(accepted -> 'files', '[]')
          or exists (select 1 from jsonb_each(accepted) e where here -> e.key is distinct from e.value) then
        raise insufficient_privilege using message = 'row-level security: only the accepted text can be published';
      end if;
      return new;
    end $$;
    """)


def downgrade() -> None:
    op.execute("""
    drop trigger share_reviewed_files on practice_version;
    drop trigger share_practice_parts on published_practice;
    drop table practice_contact, practice_file;
    drop function share_practice_parts(), place_practice_contact(), share_reviewed_files();
    alter table published_practice drop column files;
    create or replace function guard_published_practice() returns trigger language plpgsql security definer
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
    """)
