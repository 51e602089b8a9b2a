"""What follows from a meeting is an action of the city's plan."""

from alembic import op

revision = "0015"
down_revision = "0014"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PARTNERS = "nullif(current_setting('concord.partner_ids', true), '')::uuid[]"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
STANDS = f"city_id = {CITY} and {ROLE} = 'partner'"
TABLES = ("meeting_follow_up", "action", "partner", "person", "record_link")


def force(how: str) -> None:
    # The owner's own policies are forced upon it too, so it sees no row while they are.
    for table in TABLES:
        op.execute(f"alter table {table} {how} row level security")


def upgrade() -> None:
    force("no force")
    op.execute(f"""
    alter table meeting_follow_up add column action_id uuid;
    update meeting_follow_up set action_id = new_id();
    insert into action (city_id, action_id, title, lead_partner_id, lead_person_id, lead_name, due_on, status, percent,
        created_by, updated_by)
      select f.city_id, f.action_id, f.title, f.owner_partner_id, f.owner_person_id, coalesce(p.name, h.name, ''),
        f.due_on, case when f.done_at is null then 'planned' else 'done' end,
        case when f.done_at is null then 0 else 100 end, f.created_by, coalesce(f.done_by, f.created_by)
      from meeting_follow_up f
      left join partner p on p.city_id = f.city_id and p.partner_id = f.owner_partner_id
      left join person h on h.person_id = f.owner_person_id;
    insert into record_link (city_id, from_type, from_id, to_type, to_id, created_by)
      select city_id, 'meeting', meeting_id, 'action', action_id, created_by from meeting_follow_up
      where created_by is not null;
    drop policy select_own_city on meeting_follow_up;
    alter table meeting_follow_up
      drop column title, drop column owner_person_id, drop column owner_partner_id, drop column due_on,
      drop column done_at, drop column done_by,
      alter column action_id set not null,
      add constraint meeting_follow_up_action_key unique (city_id, action_id),
      add constraint meeting_follow_up_action_fkey foreign key (city_id, action_id) references action on delete cascade;
    create policy select_own_city on meeting_follow_up for select to concord_city using ({TEAM});
    """)
    force("force")


def downgrade() -> None:
    force("no force")
    op.execute(f"""
    drop policy select_own_city on meeting_follow_up;
    alter table meeting_follow_up
      add column title text, add column owner_person_id uuid references person, add column owner_partner_id uuid,
      add column due_on date, add column done_at timestamptz, add column done_by uuid references person,
      add foreign key (city_id, owner_partner_id) references partner;
    update meeting_follow_up f set title = a.title, owner_partner_id = a.lead_partner_id, due_on = a.due_on,
        owner_person_id = case when a.lead_partner_id is null then coalesce(a.lead_person_id, f.created_by) end,
        done_at = case when a.status = 'done' then a.updated_at end,
        done_by = case when a.status = 'done' then a.updated_by end
      from action a where a.city_id = f.city_id and a.action_id = f.action_id;
    delete from record_link l using meeting_follow_up f where l.city_id = f.city_id and l.from_type = 'meeting'
      and l.from_id = f.meeting_id and l.to_type = 'action' and l.to_id = f.action_id;
    create temporary table gone on commit drop as select city_id, action_id from meeting_follow_up;
    alter table meeting_follow_up drop column action_id, alter column title set not null,
      add check (length(title) between 1 and 300),
      add constraint meeting_follow_up_owner_check check (num_nonnulls(owner_person_id, owner_partner_id) = 1);
    delete from action a using gone g where a.city_id = g.city_id and a.action_id = g.action_id;
    create policy select_own_city on meeting_follow_up for select to concord_city
      using (({TEAM}) or ({STANDS} and owner_partner_id = any({PARTNERS})));
    """)
    force("force")
