"""The search of practices ranks behind the index, and what only comes close is bounded."""

from alembic import op

revision = "0032"
down_revision = "0031"

CONFIGURATIONS = ("concord_en", "concord_fr", "concord_es", "concord_simple")
READERS = {"practices": "concord_city, concord_nation, concord_network",
           "public_practices": "concord_public, concord_platform"}  # fmt: skip


def upgrade() -> None:
    listed = ", ".join(f"'public.{c}'" for c in CONFIGURATIONS)
    op.execute(f"""
    -- One tsquery for each group of words that mean the same; small words are left out, unless nothing
    -- else was asked. The last word may be half typed.
    create function practice_query_parts(groups jsonb) returns tsquery[] language plpgsql immutable
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      configurations constant regconfig[] := array[{listed}]::regconfig[];
      answer tsquery[] := '{{}}';
      small tsquery[] := '{{}}';
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
          foreach configuration in array configurations loop
            part := phraseto_tsquery(configuration, phrase);
            is_stop := is_stop or (numnode(part) = 0 and phrase !~ ' ');
            if position = last_group and numnode(part) = 1 and phrase !~ ' ' then
              part := (part::text || ':*')::tsquery;
            end if;
            if numnode(part) > 0 and (one is null or position(part::text in one::text) = 0) then
              one := case when one is null then part else one || part end;
            end if;
          end loop;
        end loop;
        if one is not null then
          if is_stop then small := small || one; else answer := answer || one; end if;
        end if;
      end loop;
      return case when cardinality(answer) > 0 or last_group > 1 then answer else small end;
    end $$;

    -- How much must be there: 'all' words, 'most' (all but one of at least three), or 'any', where
    -- words that stand nearly everywhere say nothing.
    create function find_practice_query(groups jsonb, need text) returns tsquery language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      parts tsquery[] := practice_query_parts(groups);
      rare tsquery[] := '{{}}';
      answer tsquery := null;
      others tsquery;
      part tsquery;
      n integer := cardinality(parts);
    begin
      if n = 0 then
        return ''::tsquery;
      end if;
      if need = 'all' then
        foreach part in array parts loop
          answer := case when answer is null then part else answer && part end;
        end loop;
      elsif need = 'most' then
        if n < 3 or n > 8 then
          return ''::tsquery;
        end if;
        for i in 1..n loop
          others := null;
          for j in 1..n loop
            if i <> j then
              others := case when others is null then parts[j] else others && parts[j] end;
            end if;
          end loop;
          answer := case when answer is null then others else answer || others end;
        end loop;
      else
        foreach part in array parts loop
          if (select count(*) from (select 1 from published_practice where search_vector @@ part limit 1001) x) <= 1000 then
            rare := rare || part;
          end if;
        end loop;
        foreach part in array case when cardinality(rare) > 0 then rare else parts end loop
          answer := case when answer is null then part else answer || part end;
        end loop;
      end if;
      return answer;
    end $$;
    alter function find_practice_query(jsonb, text) owner to concord_definer;
    revoke execute on function find_practice_query(jsonb, text) from public;
    grant execute on function find_practice_query(jsonb, text) to concord_city, concord_nation, concord_network,
      concord_public, concord_platform;
    """)
    for name, readers in READERS.items():
        seen = " and visibility = 'public'" if name == "public_practices" else ""
        op.execute(f"""
        -- Text operators may not use an index behind a row policy that filters, so the search runs
        -- here, over the rows that these readers may see anyway; its ids are joined under the policy.
        create function rank_{name}(wanted tsquery, words text[], most integer)
        returns table (practice_id uuid, rank integer) language sql stable security definer
        set search_path = pg_catalog, public, pg_temp
        -- Planned before the words are known, it would read every text for a long list of alternatives.
        set enable_seqscan = off as $$
          select x.id, least(sum(x.strength) * 1000000, 2000000000)::integer from (
            -- How near the words stand, and in which fields they stand at all.
            select p.practice_id as id, ts_rank_cd('{{0.05, 0.2, 0.5, 1}}', p.search_vector, wanted, 1)
                + 4 * ts_rank('{{0.05, 0.2, 0.5, 1}}', p.search_vector, replace(wanted::text, '&', '|')::tsquery, 1)
                as strength
              from published_practice p where p.search_vector @@ wanted{seen}
            union all
            select p.practice_id, word_similarity(w, p.search_text)
              from unnest(words) w join published_practice p on p.search_text %> w{seen}
          ) x group by x.id order by 2 desc, 1 desc limit most $$;
        alter function rank_{name}(tsquery, text[], integer) owner to concord_definer;
        revoke execute on function rank_{name}(tsquery, text[], integer) from public;
        grant execute on function rank_{name}(tsquery, text[], integer) to {readers};
        """)


def downgrade() -> None:
    op.execute("""
    drop function rank_public_practices(tsquery, text[], integer), rank_practices(tsquery, text[], integer),
      find_practice_query(jsonb, text), practice_query_parts(jsonb)
    """)
