"""What the database itself says about the tables of a tenant. No table is named here but those left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

LEFT_OUT = {
    "tenant_export": "archives that were made before",
    "tenant_export_chunk": "archives that were made before",
    "tenant_deletion": "a wish to be deleted concerns this installation alone",
}
"""Tables that no archive holds, with the reason that its manifest gives."""


@dataclass(frozen=True)
class TenantTable:
    """A table of rows that belong to a city.

    ``columns`` are those that are stored (nothing that the database computes), ``key`` its primary key,
    ``identities`` its columns that are numbered, ``person_columns`` those that refer to people.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    identities: tuple[str, ...]
    person_columns: tuple[str, ...]


_COLUMNS = text("""
select c.relname, a.attname, a.attidentity <> '', coalesce(k.place, 0),
  exists (select from pg_constraint f where f.contype = 'f' and f.conrelid = c.oid and f.confrelid = 'person'::regclass
    and f.conkey = array[a.attnum])
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
left join pg_index i on i.indrelid = c.oid and i.indisprimary
left join lateral unnest(i.indkey) with ordinality k(number, place) on k.number = a.attnum
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
  and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'city_id' and not t.attisdropped)
order by c.relname, a.attnum
""")
_REFERENCES = text("""
select distinct conrelid::regclass::text, confrelid::regclass::text from pg_constraint
where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid
""")


def list_tenant_tables(connection: Connection) -> list[TenantTable]:
    """Every table with a ``city_id``, those that others refer to first."""
    found: dict[str, list[Sequence[object]]] = {}
    for name, *column in connection.execute(_COLUMNS).all():
        found.setdefault(name, []).append(column)
    references = {(row[0], row[1]) for row in connection.execute(_REFERENCES)}
    waiting = {name: {to for of, to in references if of == name and to in found} for name in found}
    order: list[str] = []
    while waiting:
        ready = sorted(name for name, needs in waiting.items() if needs <= set(order))
        if not ready:
            raise RuntimeError(f"tables refer to each other in a circle: {', '.join(sorted(waiting))}")
        order += ready
        for name in ready:
            del waiting[name]
    return [_describe(name, found[name]) for name in order]


def _describe(name: str, columns: list[Sequence[object]]) -> TenantTable:
    key = sorted((place, column) for column, _identity, place, _person in columns if place)
    return TenantTable(
        name, tuple(str(column[0]) for column in columns), tuple(str(column) for _place, column in key),
        tuple(str(column) for column, is_identity, _p, _r in columns if is_identity),
        tuple(str(column) for column, _i, _p, is_person in columns if is_person),
    )  # fmt: skip


def readable_columns(connection: Connection, table: TenantTable) -> tuple[str, ...]:
    """The columns of a table that the current role may read."""
    query = text("select has_column_privilege(current_user, cast(:table as regclass), :column, 'select')")
    return tuple(
        column for column in table.columns
        if connection.execute(query, {"table": f"public.{table.name}", "column": column}).scalar_one()
    )  # fmt: skip
