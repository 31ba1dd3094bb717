#!/bin/sh
# The first time the database is made: a role for each part, with the password that the part is handed.
# What each of them may do is said afterwards, by `skyddsnat roles --apply`.
set -eu
while IFS=: read -r _ _ _ role password; do
  printf "CREATE ROLE %s LOGIN PASSWORD '%s';\n" "$role" "$password"
done </run/secrets/pgpass-all | psql --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"
