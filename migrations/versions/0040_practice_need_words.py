"""A practice is suggested for words that say something: two of them, or one that is rare."""

from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.execute("""
    -- Rare: in at most a twentieth of the library (and three practices at least); common: in more than a
    -- third. One rare word is enough; of two others one must not be common.
    create function find_need_query(groups jsonb) returns tsquery language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      parts tsquery[] := practice_query_parts(groups);
      counts integer[] := '{}';
      total integer := (select count(*) from (select 1 from published_practice limit 10000) x);
      rare integer := greatest(3, total / 20);
      common integer := greatest(6, total / 3);
      part tsquery;
      answer tsquery := null;
    begin
      foreach part in array parts loop
        counts := counts || (select count(*)::integer from
          (select 1 from published_practice where search_vector @@ part limit common + 1) x);
      end loop;
      for i in 1..cardinality(parts) loop
        if counts[i] between 1 and rare then
          answer := case when answer is null then parts[i] else answer || parts[i] end;
        end if;
        for j in i + 1..cardinality(parts) loop
          if least(counts[i], counts[j]) between 1 and common then
            answer := case when answer is null then parts[i] && parts[j] else answer || (parts[i] && parts[j]) end;
          end if;
        end loop;
      end loop;
      return coalesce(answer, ''::tsquery);
    end $$;
    alter function find_need_query(jsonb) owner to concord_definer;
    revoke execute on function find_need_query(jsonb) from public;
    grant execute on function find_need_query(jsonb) to concord_city, concord_nation, concord_network;
    """)


def downgrade() -> None:
    op.execute("drop function find_need_query(jsonb)")
