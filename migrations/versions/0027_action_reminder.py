"""Reminders of actions that are due soon or overdue, for those who lead them."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute("""
    create table action_reminder (
      city_id uuid not null,
      action_id uuid not null,
      reminded_on date not null,
      primary key (city_id, action_id),
      foreign key (city_id, action_id) references action on delete cascade
    );
    alter table action_reminder enable row level security;
    alter table action_reminder force row level security;
    create policy maintain_definer on action_reminder for all to concord_definer using (true) with check (true);
    grant select, insert, update, delete on action_reminder to concord_definer;
    create policy maintain_definer on action for select to concord_definer using (true);
    grant select on action to concord_definer;

    -- Once in the week before the day, once after it, then every week. Whoever of the team leads finds
    -- it among the notices; they and the people of a partner that leads get a mail, if they want mail.
    create function queue_action_reminders() returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
      with due as (
        select a.city_id, a.action_id, a.lead_person_id, a.lead_partner_id, a.due_on
        from action a left join action_reminder r on r.city_id = a.city_id and r.action_id = a.action_id
        where a.archived_at is null and a.status in ('planned', 'active')
          and (a.lead_person_id is not null or a.lead_partner_id is not null)
          and ((a.due_on between current_date and current_date + 7
                and (r.reminded_on is null or r.reminded_on < a.due_on - 7))
            or (a.due_on < current_date
                and (r.reminded_on is null or r.reminded_on <= a.due_on or r.reminded_on <= current_date - 7)))
      ), noted as (
        insert into action_reminder (city_id, action_id, reminded_on)
        select city_id, action_id, current_date from due
        on conflict (city_id, action_id) do update set reminded_on = excluded.reminded_on
      ), told as (
        insert into notification (city_id, person_id, kind, record_type, record_id)
        select city_id, lead_person_id, case when due_on < current_date then 'action_overdue' else 'action_due' end,
          'action', action_id
        from due where lead_person_id is not null
      ), people as (
        select city_id, lead_person_id as person_id from due where lead_person_id is not null
        union
        select d.city_id, p.person_id from due d
        join partner_person x on x.city_id = d.city_id and x.partner_id = d.lead_partner_id
        join person p on p.email = x.email
      )
      select count(defer_job('strategy.remind',
        jsonb_build_object('as_organisation', city_id, 'as_person', person_id), null)) from people
    $$;
    alter function queue_action_reminders() owner to concord_definer;
    revoke execute on function queue_action_reminders() from public;
    grant execute on function queue_action_reminders() to concord_worker;
    """)


def downgrade() -> None:
    op.execute("""
    drop function queue_action_reminders();
    drop table action_reminder;
    drop policy maintain_definer on action;
    revoke select on action from concord_definer;
    """)
