"""Who approved or published a text stays with it until it is a draft again."""

from alembic import op

revision = "0025"
down_revision = "0024"

PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"


def upgrade() -> None:
    op.execute(f"""
    create function keep_message_approval() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      if current_user <> 'concord_city' then
        return new;
      end if;
      if old.status in ('approved', 'published', 'withdrawn') and new.status <> 'draft'
          and (new.approved_by, new.approved_at) is distinct from (old.approved_by, old.approved_at) then
        raise insufficient_privilege using message = 'permission denied: who approved stays with the text';
      end if;
      if old.status in ('published', 'withdrawn') and new.status <> 'draft'
          and (new.published_by, new.published_at) is distinct from (old.published_by, old.published_at) then
        raise insufficient_privilege using message = 'permission denied: who published stays with the text';
      end if;
      if new.published_by is distinct from old.published_by and new.published_by is distinct from {PERSON}
          and new.published_by is not null then
        raise insufficient_privilege using message = 'permission denied: people publish for themselves';
      end if;
      return new;
    end $$;
    create trigger keep_message_approval before update on message_version for each row
      execute function keep_message_approval();
    """)


def downgrade() -> None:
    op.execute("drop trigger keep_message_approval on message_version; drop function keep_message_approval()")
