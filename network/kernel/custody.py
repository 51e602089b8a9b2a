"""Rights over all rows of one tenant: to hand them out, to take them in, to remove them.

They belong to a role of their own, which nobody can sign in as, and hold only for the tenant that a
transaction names in ``concord.tenant_id``. Every table with a ``city_id`` gets them after each
change of the schema, so a new one can't be forgotten.
"""

from psycopg import sql

from network.kernel.provision import connect

_TENANT = "city_id = nullif(current_setting('concord.tenant_id', true), '')::uuid"
_RIGHTS = {
    "select": f"using ({_TENANT})",
    "insert": f"with check ({_TENANT})",
    "delete": f"using ({_TENANT})",
}
_WITHOUT = """
select c.relname from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'city_id' and not a.attisdropped
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
  and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'custody_delete_custodian')
order by 1
"""


def open_custody(admin_url: str) -> None:
    """Give the rights on the tables that lack them."""
    with connect(admin_url) as admin:
        if not admin.execute(_WITHOUT).fetchall():
            return
        admin.execute("select pg_advisory_lock(hashtext('concord migrate'))")
        admin.execute("set role concord_owner")
        admin.execute("set lock_timeout = '5s'")
        for (table,) in admin.execute(_WITHOUT).fetchall():
            name = sql.Identifier(str(table))
            with admin.transaction():
                for command, rule in _RIGHTS.items():
                    admin.execute(
                        sql.SQL("create policy {} on {} for {} to concord_custodian {}").format(
                            sql.Identifier(f"custody_{command}_custodian"), name, sql.SQL(command), sql.SQL(rule)
                        )
                    )
                admin.execute(sql.SQL("grant select, insert, delete on {} to concord_custodian").format(name))
