"""What the database's own catalogue says: a table without its policies fails here."""

from tests.conftest import Connection

GLOBAL_TABLES = {"alembic_version": "the revision of the schema; no word about anybody"}


def test_every_table_is_global_for_a_reason_or_has_forced_row_security(admin: Connection) -> None:
    rows = admin.execute(
        "select relname, relrowsecurity, relforcerowsecurity from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    ).fetchall()
    assert len(rows) > 10
    open_tables = {name for name, enabled, forced in rows if not (enabled and forced)}
    assert open_tables == set(GLOBAL_TABLES)


def test_every_granted_command_has_a_policy_for_the_role_and_no_role_more(admin: Connection) -> None:
    # Rights on single columns count too; a right on a table is listed for each of its columns.
    grants = admin.execute(
        "select table_name, grantee, privilege_type from information_schema.role_table_grants"
        " where table_schema = 'public' and grantee <> 'concord_owner'"
        " union select table_name, grantee, privilege_type from information_schema.role_column_grants"
        " where table_schema = 'public' and grantee <> 'concord_owner'"
    ).fetchall()
    policies = admin.execute(
        "select tablename, unnest(roles)::text, cmd from pg_policies where schemaname = 'public'"
    ).fetchall()
    covered = {(t, r, c) for t, r, cmd in policies
               for c in (["SELECT", "INSERT", "UPDATE", "DELETE"] if cmd == "ALL" else [cmd])}  # fmt: skip
    assert {tuple(grant) for grant in grants} == covered


def test_no_policy_speaks_to_everybody(admin: Connection) -> None:
    rows = admin.execute(
        "select tablename, policyname from pg_policies where 'public' = any(roles)"
    ).fetchall()
    assert rows == []


def test_policies_hold_no_subselect_on_tenant_tables(admin: Connection) -> None:
    """Distributed tables refuse them; people are not distributed."""
    rows = admin.execute(
        "select tablename, policyname from pg_policies where schemaname = 'public'"
        " and (qual ilike '%select %' or with_check ilike '%select %') and tablename <> 'person'"
    ).fetchall()
    assert rows == []


def test_the_application_owns_nothing_and_bypasses_nothing(
    admin: Connection, app_connection: Connection
) -> None:
    login = app_connection.info.user
    roles = admin.execute(
        "select rolname from pg_roles r where (rolsuper or rolbypassrls or rolcreaterole"
        " or rolcreatedb) and (rolname = %s or rolname like 'concord\\_%%' and not rolcanlogin)",
        (login,),
    ).fetchall()
    assert roles == []
    owned = admin.execute(
        "select c.relname from pg_class c join pg_roles r on r.oid = c.relowner"
        " where r.rolname = %s or pg_has_role(%s, r.oid, 'member')"
        " and c.relnamespace = 'public'::regnamespace and r.rolname <> 'concord_owner' and not r.rolsuper",
        (login, login),
    ).fetchall()
    assert owned == []
    member = admin.execute("select pg_has_role(%s, 'concord_owner', 'member')", (login,)).fetchone()
    assert member == (False,)


def test_definer_functions_are_the_listed_ones_with_a_pinned_path(admin: Connection) -> None:
    rows = admin.execute(
        "select p.proname, r.rolname, p.proconfig::text from pg_proc p join pg_roles r"
        " on r.oid = p.proowner where p.prosecdef and p.pronamespace = 'public'::regnamespace"
    ).fetchall()
    assert {row[0] for row in rows} == {
        "cell_key_secret",
        "count_practice_read",
        "defer_job",
        "end_agreements",
        "find_need_query",
        "find_practice_query",
        "fold_trend_cells",
        "follow_practice",
        "gather_translations",
        "guard_published_practice",
        "incident_part_text",
        "inherit_incident_readers",
        "inherit_readers",
        "mark_due_practices",
        "match_practices",
        "match_public_practices",
        "my_partner_ids",
        "note_event",
        "place_practice_contact",
        "queue_action_reminders",
        "queue_digests",
        "queue_search_digests",
        "queue_snapshots",
        "rank_practices",
        "rank_public_practices",
        "record_readers",
        "refuse_closed_party",
        "remove_due_tenants",
        "remove_expired_exports",
        "remove_tenant",
        "roll_up_delete",
        "roll_up_insert",
        "roll_up_update",
        "settle_agreements",
        "settle_changed_agreement",
        "share_practice_parts",
        "share_reviewed_files",
        "spread_incident_readers",
        "spread_readers",
        "tell_authors",
        "tell_of_report",
        "track_assessment_part",
        "track_handling",
        "track_incident",
        "track_incident_part",
        "track_record",
    }
    of_whole_tenants = {"remove_tenant", "remove_due_tenants", "remove_expired_exports"}
    assert {(row[0] in of_whole_tenants, row[1]) for row in rows} == {(False, "concord_definer"), (True, "concord_custodian")}
    assert all("search_path" in (row[2] or "") for row in rows)


def test_keys_and_references_of_tenant_tables_begin_with_the_tenant(admin: Connection) -> None:
    """Every table with city_id has it first in its primary key and in each unique key, and a
    reference to another tenant's table carries it too."""
    tenant = {
        row[0] for row in admin.execute(
            "select table_name from information_schema.columns"
            " where table_schema = 'public' and column_name = 'city_id'"
        )
    }  # fmt: skip
    assert "incident" in tenant
    for table, definition in admin.execute(
        "select i.indrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i"
        " join pg_class c on c.oid = i.indrelid"
        " where indisunique and c.relnamespace = 'public'::regnamespace"
    ).fetchall():
        if table in tenant and table != "city":
            assert "(city_id" in definition, definition
    for table, target, definition in admin.execute(
        "select conrelid::regclass::text, confrelid::regclass::text, pg_get_constraintdef(oid)"
        " from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace"
    ).fetchall():
        if table in tenant and target in tenant:
            assert definition.startswith("FOREIGN KEY (city_id"), (table, definition)
