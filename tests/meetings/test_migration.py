"""What followed from meetings became actions, and could become what it was."""

from typing import Any

from network.kernel import migrate
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings
from tests.migrations.test_migrations import revision_of


def test_follow_ups_become_actions_both_ways(new_database: Any, settings: Settings) -> None:
    url = new_database()
    provision(url, settings)
    here, before = revision_of("meeting_actions")
    migrate.upgrade(url, before)
    with connect(url) as admin:
        def one(statement: str, *values: Any) -> Any:
            row = admin.execute(statement, values).fetchone()
            assert row
            return row[0]

        city = one("insert into organisation (kind, name, slug, country) values ('city', 'T', 't', 'CA')"
                   " returning organisation_id")  # fmt: skip
        admin.execute("insert into city (city_id, country, population, latitude, longitude, time_zone)"
                      " values (%s, 'CA', 7, 0, 0, 'UTC')", (city,))  # fmt: skip
        person = one("insert into person (email, name) values ('a@b.example', 'Ana') returning person_id")
        partner = one("insert into partner (city_id, name, partner_type) values (%s, 'House', 'ngo') returning partner_id", city)
        meeting = one("insert into meeting (city_id, title, starts_at, ends_at) values (%s, 'M', now(), now() + '1 hour')"
                      " returning meeting_id", city)  # fmt: skip
        admin.execute(
            "insert into meeting_follow_up (city_id, meeting_id, title, owner_person_id, owner_partner_id, due_on, done_at,"
            " created_by) values (%s, %s, 'Ask', %s, null, '2030-01-01', null, %s), (%s, %s, 'Print', null, %s, null, now(), %s)",
            (city, meeting, person, person, city, meeting, partner, person),
        )  # fmt: skip
        look = ("select title, owner_person_id, owner_partner_id, due_on, done_at is null from meeting_follow_up"
                " order by title")  # fmt: skip
        rows = admin.execute(look).fetchall()
        migrate.upgrade(url, here)
        assert admin.execute(
            "select a.title, a.lead_name, a.lead_person_id, a.lead_partner_id, a.due_on::text, a.status from action a"
            " join meeting_follow_up f using (city_id, action_id)"
            " join record_link l on l.to_id = a.action_id and l.from_id = f.meeting_id order by a.title"
        ).fetchall() == [("Ask", "Ana", person, None, "2030-01-01", "planned"),
                         ("Print", "House", None, partner, None, "done")]  # fmt: skip
        forced = "select count(*) from pg_class where relrowsecurity and not relforcerowsecurity"
        assert one(forced) == 0
        migrate.downgrade(url, before)
        assert admin.execute(look).fetchall() == rows
        assert one("select count(*) from action") == 0 and one("select count(*) from record_link") == 0
        assert one(forced) == 0
        migrate.upgrade(url, here)
        assert one("select count(*) from action") == 2
