#!/bin/sh
# Make the passwords that compose.yaml hands out, in deploy/secrets/, each once and for its owner only.
# libpq reads a password file only if nobody else may: so they belong to the user in the images.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets/destinations
cd secrets
word() { od -An -tx1 -N24 /dev/urandom | tr -d ' \n'; }
given() { [ -e "$1" ] || word >"$1"; }

given postgres
printf '*:*:*:skyddsnat:%s\n' "$(cat postgres)" >pgpass-owner
[ -e pgpass-all ] || for part in citizen staff relay retain api backup; do
  printf '*:*:*:skyddsnat_%s:%s\n' "$part" "$(word)"
done >pgpass-all
for part in citizen staff relay retain api backup; do
  grep ":skyddsnat_$part:" pgpass-all >"pgpass-$part"
done
[ -e rabbitmq.conf ] || printf 'default_user = skyddsnat\ndefault_pass = %s\n' "$(word)" >rabbitmq.conf
if [ "$(id -u)" = 0 ]; then
  chown 10001:10001 pgpass-* destinations
  chown 70:70 postgres pgpass-all
  chown 100:101 rabbitmq.conf
  for file in tls.crt tls.key; do [ ! -e "$file" ] || chown 101:101 "$file"; done
fi
