"""What changes in the parts of an assessment stands in the history of the assessment."""

from alembic import op

revision = "0023"
down_revision = "0022"

PARTS = {
    "assessment_threat": ("threats", "name"),
    "assessment_community": ("communities", "name"),
    "assessment_evidence": ("evidence", "title"),
    "assessment_gap": ("questions", "question"),
}


def upgrade() -> None:
    op.execute("""
    create policy maintain_definer on assessment for select to concord_definer using (true);
    grant select on assessment to concord_definer;
    -- Arguments: what the parts are called, the column with the title.
    create function track_assessment_part() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      before jsonb := case when TG_OP = 'INSERT' then '{}' else to_jsonb(old) end;
      after jsonb := case when TG_OP = 'DELETE' then '{}' else to_jsonb(new) end;
      one jsonb := case when TG_OP = 'DELETE' then before else after end;
      fields jsonb;
      changed jsonb;
    begin
      -- What a version begins with is no change of it, and what goes with it needs no line of its own.
      if not exists (select 1 from assessment where city_id = (one ->> 'city_id')::uuid
          and assessment_id = (one ->> 'assessment_id')::uuid and created_at <> now()) then
        return null;
      end if;
      if TG_OP = 'UPDATE' then
        fields := changed_fields(before, after, array['assessment_id', 'counted_at', 'previous_counted_at',
          'previous_count']);
        if fields = '{}' then
          return null;
        end if;
        changed := jsonb_build_object(after ->> TG_ARGV[1], jsonb_build_array(
          (select jsonb_object_agg(key, value -> 0) from jsonb_each(fields)),
          (select jsonb_object_agg(key, value -> 1) from jsonb_each(fields))));
      else
        changed := jsonb_build_object(TG_ARGV[0], jsonb_build_array(before -> TG_ARGV[1], after -> TG_ARGV[1]));
      end if;
      perform note_event((one ->> 'city_id')::uuid, 'assessment', (one ->> 'assessment_id')::uuid, 'changed', changed, null);
      return null;
    end $$;
    alter function track_assessment_part() owner to concord_definer;
    revoke execute on function track_assessment_part() from public;
    """)
    for table, (name, title) in PARTS.items():
        op.execute(f"""create trigger track_assessment_part after insert or update or delete on {table} for each row
          execute function track_assessment_part('{name}', '{title}')""")


def downgrade() -> None:
    for table in PARTS:
        op.execute(f"drop trigger track_assessment_part on {table}")
    op.execute("""
    drop function track_assessment_part();
    drop policy maintain_definer on assessment;
    revoke select on assessment from concord_definer;
    """)
