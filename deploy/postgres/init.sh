#!/bin/sh
# Roles and database of a new PostgreSQL server; run once, as its administrator. The compose file does it by itself.
# Needs YIMEN_DB_PASSWORD and YIMEN_BACKUP_PASSWORD. Nobody who logs in for Yimen is a superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$YIMEN_DB_PASSWORD" -v backup="$YIMEN_BACKUP_PASSWORD" \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
create role yimen login password :'password';
create role yimen_app nologin;
create role yimen_web login password :'password';
grant yimen_app to yimen, yimen_web;
create role yimen_backup login replication password :'backup';
create database yimen owner yimen template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8';
alter system set max_slot_wal_keep_size = '8GB';
select pg_reload_conf();
SQL
if [ -n "${PGDATA:-}" ] && [ -f "$PGDATA/pg_hba.conf" ]; then
    echo "host replication yimen_backup all scram-sha-256" >> "$PGDATA/pg_hba.conf"
fi
