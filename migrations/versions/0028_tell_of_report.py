"""Whoever answers for an action is told when a partner reports on it."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("""
    -- A partner may write to nobody's notices; this does it for them, to one person of the team.
    create function tell_of_report() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      reader uuid;
      notice uuid := new_id();
    begin
      select coalesce(lead_person_id, created_by) into reader from action
        where city_id = new.city_id and action_id = new.action_id;
      if reader is not null then
        insert into notification (city_id, notification_id, person_id, kind, record_type, record_id, actor_name)
        values (new.city_id, notice, reader, 'action_reported', 'action', new.action_id, new.author_name);
        perform defer_job('records.mail_notice', jsonb_build_object('as_organisation', new.city_id,
          'as_person', new.created_by, 'city_id', new.city_id, 'person_id', reader, 'notification_id', notice), null);
      end if;
      return null;
    end $$;
    alter function tell_of_report() owner to concord_definer;
    revoke execute on function tell_of_report() from public;
    create trigger tell_of_report after insert on action_report for each row when (new.partner_id is not null)
      execute function tell_of_report();
    """)


def downgrade() -> None:
    op.execute("""
    drop trigger tell_of_report on action_report;
    drop function tell_of_report();
    """)
