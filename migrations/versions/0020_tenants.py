"""Archives of a whole city, and its deletion after a time in which it can be undone."""

from alembic import op

revision = "0020"
down_revision = "0019"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
TENANT = "nullif(current_setting('concord.tenant_id', true), '')::uuid"
LEAVING = "nullif(current_setting('concord.leaving_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
LEADERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'mayor')"
COORDINATOR = f"city_id = {CITY} and {ROLE} = 'coordinator' and requested_by = {PERSON}"
TABLES = ("tenant_export", "tenant_export_chunk", "tenant_deletion")
# Table, command, rule: what leaving and coming in may do to tables of people and organisations.
REMOVALS = (
    ("organisation", "select", "true"),
    ("organisation", "insert", "true"),
    ("organisation", "delete", f"organisation_id = {TENANT}"),
    ("membership", "select", f"organisation_id = {TENANT} or person_id = {LEAVING}"),
    ("membership", "insert", f"organisation_id = {TENANT}"),
    ("membership", "delete", f"organisation_id = {TENANT}"),
    ("invitation", "select", f"organisation_id = {TENANT}"),
    ("invitation", "delete", f"organisation_id = {TENANT}"),
    ("person_session", "select", f"organisation_id = {TENANT} or person_id = {LEAVING}"),
    ("person_session", "delete", f"organisation_id = {TENANT} or person_id = {LEAVING}"),
    ("password_reset", "select", f"person_id = {LEAVING}"),
    ("password_reset", "delete", f"person_id = {LEAVING}"),
    ("person", "select", "true"),
    ("person", "insert", "true"),
    ("person", "delete", f"person_id = {LEAVING}"),
    ("published_practice", "select", f"author_id = {TENANT}"),
    ("published_practice", "delete", f"author_id = {TENANT}"),
    ("sharing_agreement", "update", f"city_id = {TENANT}"),
)


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None, role: str = "city") -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_{role} on {table} for {command} to concord_{role}{rule}")
    op.execute(f"grant {command} on {table} to concord_{role}")


def upgrade() -> None:
    op.execute("""
    create table tenant_export (
      city_id uuid not null references city,
      export_id uuid not null default new_id(),
      requested_by uuid not null references person,
      status text not null check (status in ('queued', 'running', 'done', 'failed')),
      tables_done integer not null default 0,
      tables_total integer not null default 0,
      row_count bigint not null default 0,
      byte_count bigint not null default 0,
      sha256 bytea,
      requested_at timestamptz not null default now(),
      finished_at timestamptz,
      expires_at timestamptz not null default now() + interval '7 days',
      primary key (city_id, export_id)
    );
    create table tenant_export_chunk (
      city_id uuid not null,
      export_id uuid not null,
      position integer not null,
      requested_by uuid not null references person,
      content bytea not null,
      primary key (city_id, export_id, position),
      foreign key (city_id, export_id) references tenant_export on delete cascade
    );
    create table tenant_deletion (
      city_id uuid primary key references city,
      requested_by uuid not null references person,
      requested_by_name text not null,
      requested_at timestamptz not null default now(),
      due_at timestamptz not null
    );
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in TABLES[:2]:
        allow(table, "select_own", "select", COORDINATOR)
        allow(table, "write_own", "insert", None, COORDINATOR)
        allow(table, "remove_own", "delete", COORDINATOR)
    allow("tenant_export", "change_own", "update", COORDINATOR, COORDINATOR)
    allow("tenant_deletion", "select_own", "select", LEADERS)
    # Nobody can shorten the time in which it can be undone.
    allow("tenant_deletion", "request", "insert", None, f"{COORDINATOR} and due_at >= now() + interval '13 days'")
    allow("tenant_deletion", "undo", "delete", LEADERS)
    allow("tenant_export", "expired", "select", "expires_at < now()", role="custodian")
    allow("tenant_export", "expired_remove", "delete", "expires_at < now()", role="custodian")
    allow("tenant_deletion", "due", "select", "due_at <= now()", role="custodian")
    for table, command, rule in REMOVALS:
        using, check = (None if command == "insert" else rule), (rule if command in ("insert", "update") else None)
        allow(table, f"leave_{command}", command, using, check, "custodian")
    functions()


def functions() -> None:
    op.execute("""
    -- Deletes all that a city keeps, itself, and its people who belong to nobody else; says how many
    -- rows of its tables that were. Every table with a city_id is meant, whatever it is called.
    create function remove_tenant(tenant uuid) returns bigint language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      name text;
      blocked text[];
      gone bigint;
      removed bigint := 0;
      is_moving boolean;
      people uuid[];
      someone uuid;
    begin
      perform set_config('concord.tenant_id', tenant::text, true);
      -- Agreements end first, so that the counts of those who received them lose the city.
      update sharing_agreement set revoked_at = now() where city_id = tenant and revoked_at is null;
      delete from published_practice where author_id = tenant;
      select array_agg(person_id) into people from membership where organisation_id = tenant;
      delete from person_session where organisation_id = tenant;
      delete from membership where organisation_id = tenant;
      delete from invitation where organisation_id = tenant;
      -- Again and again, since what others refer to waits for them, and triggers write history meanwhile.
      loop
        is_moving := false;
        blocked := '{}';
        for name in
          select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'city_id'
            and not a.attisdropped
          where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname <> 'city'
          order by 1
        loop
          begin
            execute format('delete from public.%I where city_id = $1', name) using tenant;
            get diagnostics gone = row_count;
            removed := removed + gone;
            is_moving := is_moving or gone > 0;
          exception when foreign_key_violation then
            blocked := blocked || name;
          end;
        end loop;
        exit when not is_moving;
      end loop;
      if blocked <> '{}' then
        raise exception 'rows of % are still referred to', blocked;
      end if;
      delete from public.city where city_id = tenant;
      delete from organisation where organisation_id = tenant;
      foreach someone in array coalesce(people, '{}') loop
        perform set_config('concord.leaving_id', someone::text, true);
        if not exists (select from membership where person_id = someone) then
          begin
            delete from password_reset where person_id = someone;
            delete from person_session where person_id = someone;
            delete from person where person_id = someone;
          exception when foreign_key_violation then
            null; -- somebody else's record names them
          end;
        end if;
      end loop;
      perform set_config('concord.tenant_id', '', true), set_config('concord.leaving_id', '', true);
      return removed + 1;
    end $$;
    alter function remove_tenant(uuid) owner to concord_custodian;

    create function remove_due_tenants() returns integer language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      due uuid;
      done integer := 0;
    begin
      for due in select city_id from tenant_deletion where due_at <= now() order by due_at loop
        begin
          perform remove_tenant(due);
          done := done + 1;
        exception when others then
          raise warning 'the city % could not be deleted: %', due, sqlerrm;
        end;
      end loop;
      return done;
    end $$;
    alter function remove_due_tenants() owner to concord_custodian;

    create function remove_expired_exports() returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
      with gone as (delete from tenant_export where expires_at < now() returning 1) select count(*) from gone
    $$;
    alter function remove_expired_exports() owner to concord_custodian;
    revoke execute on function remove_tenant(uuid), remove_due_tenants(), remove_expired_exports() from public;
    grant execute on function remove_due_tenants(), remove_expired_exports() to concord_worker;
    """)


def downgrade() -> None:
    op.execute("drop function remove_expired_exports(), remove_due_tenants(), remove_tenant(uuid)")
    for table, command, _rule in REMOVALS:
        op.execute(f"drop policy leave_{command}_custodian on {table}")
        op.execute(f"revoke {command} on {table} from concord_custodian")
    op.execute(f"drop table {', '.join(reversed(TABLES))}")
