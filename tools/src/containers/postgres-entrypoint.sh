# An empty folder becomes a cluster with POSTGRES_USER, the password of POSTGRES_PASSWORD_FILE and
# POSTGRES_DB; then the command runs as the account postgres.
set -eu
mkdir -p "$PGDATA" /run/postgresql
chown postgres: "$PGDATA" /run/postgresql
chmod 0700 "$PGDATA"
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  install -m 0400 -o postgres "$POSTGRES_PASSWORD_FILE" /run/postgresql/password
  as_postgres initdb --username "$POSTGRES_USER" --pwfile /run/postgresql/password \
    --auth-local trust --auth-host scram-sha-256 --encoding UTF8
  rm /run/postgresql/password
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  as_postgres sh -c "echo 'CREATE DATABASE $POSTGRES_DB' | postgres --single -D '$PGDATA' postgres"
fi
exec setpriv --reuid postgres --regid postgres --init-groups "$@" -c listen_addresses='*'
