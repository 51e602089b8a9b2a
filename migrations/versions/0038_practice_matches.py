"""Whether anything fits a search, without ranking it; the functions of the first search go."""

from alembic import op

revision = "0038"
down_revision = "0037"

READERS = {"practices": "concord_city, concord_nation, concord_network",
           "public_practices": "concord_public, concord_platform"}  # fmt: skip


def upgrade() -> None:
    op.execute("drop function find_public_practices(tsquery, text[]), practice_query(jsonb, boolean)")
    for name, readers in READERS.items():
        seen = " and visibility = 'public'" if name == "public_practices" else ""
        op.execute(f"""
        -- For figures and for the question whether there is anything; the rows are joined under the policy.
        create function match_{name}(wanted tsquery, most integer)
        returns table (practice_id uuid) language sql stable security definer
        set search_path = pg_catalog, public, pg_temp
        set enable_seqscan = off as $$
          select p.practice_id from published_practice p where p.search_vector @@ wanted{seen} limit most $$;
        alter function match_{name}(tsquery, integer) owner to concord_definer;
        revoke execute on function match_{name}(tsquery, integer) from public;
        grant execute on function match_{name}(tsquery, integer) to {readers};
        """)


def downgrade() -> None:
    op.execute("drop function match_public_practices(tsquery, integer), match_practices(tsquery, integer)")
    op.execute("""
    -- groups: [["hate crime", "crime de haine"], ["school"]]: one of each group, in any of the
    -- languages; is_all false asks for one group alone. The last word may be half typed.
    create function practice_query(groups jsonb, is_all boolean default true)
    returns tsquery language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
    declare
      configurations constant regconfig[] := array['public.concord_en', 'public.concord_fr', 'public.concord_es']::regconfig[];
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
