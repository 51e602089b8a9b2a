-- Roles for an installation whose own role may create none. An administrator runs this once in
-- the new database, with :owner, :app and :database put in:
--   psql -v owner=concord_admin -v app=concord_web -v database=concord -f deploy/roles.sql
-- after: create role concord_admin login password '…';
--        create role concord_web login noinherit password '…';
-- DATABASE_URL then names the owner, DATABASE_APP_URL the application's role.
do $$
declare name text;
begin
  foreach name in array array['concord_owner', 'concord_definer', 'concord_custodian', 'concord_public', 'concord_identity',
    'concord_city', 'concord_nation', 'concord_network', 'concord_platform', 'concord_worker'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I nologin', name);
    end if;
  end loop;
end $$;
grant concord_owner, concord_definer, concord_custodian to :owner;
grant concord_definer, concord_custodian to concord_owner;
grant concord_public, concord_identity, concord_city, concord_nation, concord_network,
  concord_platform, concord_worker to :app;
grant create, connect on database :database to concord_owner;
grant connect on database :database to :app;
grant temporary on database :database to concord_city; -- imports are staged in a temporary table
revoke create on schema public from public;
grant usage, create on schema public to concord_owner, concord_definer, concord_custodian;
