#!/bin/sh
# Like the official entrypoint: creates the cluster once, with a server that only this script can reach, then serves.
set -eu
# initdb needs a user name, but the image has none for an arbitrary uid.
export LD_PRELOAD=
if ! whoami >/dev/null 2>&1; then
  printf 'postgres:x:%s:%s::/:/bin/sh\n' "$(id -u)" "$(id -g)" >/tmp/passwd
  for library in /usr/lib/*/libnss_wrapper.so; do
    [ -e "$library" ] && export LD_PRELOAD="$library" NSS_WRAPPER_PASSWD=/tmp/passwd NSS_WRAPPER_GROUP=/etc/group
  done
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  umask 077
  printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
  # shellcheck disable=SC2086
  initdb -D "$PGDATA" --username="$POSTGRES_USER" --pwfile=/tmp/password $POSTGRES_INITDB_ARGS
  rm /tmp/password
  printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=''" start
  createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec postgres -D "$PGDATA" -c listen_addresses='*'
