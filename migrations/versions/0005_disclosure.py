"""The secret of the installation that turns the keys of cells into noise."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("""
    create table disclosure_secret (
      is_only boolean primary key default true check (is_only),
      secret bytea not null check (length(secret) >= 32)
    );
    alter table disclosure_secret enable row level security;
    alter table disclosure_secret force row level security;
    create policy maintain_definer on disclosure_secret for all to concord_definer using (true) with check (true);
    grant select, insert, update, delete on disclosure_secret to concord_definer;

    -- Made on first use and then kept for ever: another one would draw all noise anew, and two
    -- draws of the same noise average out.
    create function cell_key_secret() returns bytea language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      found_secret bytea;
    begin
      select secret into found_secret from disclosure_secret;
      if found_secret is null then
        insert into disclosure_secret (secret) values (sha256(decode(replace(
          gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')))
          on conflict do nothing;
        select secret into found_secret from disclosure_secret;
      end if;
      return found_secret;
    end $$;
    alter function cell_key_secret() owner to concord_definer;
    revoke execute on function cell_key_secret() from public;
    grant execute on function cell_key_secret() to concord_nation, concord_network;
    """)


def downgrade() -> None:
    op.execute("drop function cell_key_secret(); drop table disclosure_secret")
