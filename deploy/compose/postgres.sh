#!/bin/sh
# One database for one role; nobody comes in without TLS and a password.
set -eu
umask 077
data=/var/lib/postgresql/data/hub
if [ ! -e "$data" ]; then
    rm -rf "$data.new"
    initdb -D "$data.new" -U postgres --auth=reject --encoding=UTF8 --locale=C --data-checksums
    echo 'hostssl hub hub all scram-sha-256' > "$data.new/pg_hba.conf"
    postgres --single -D "$data.new" postgres > /dev/null <<SQL
CREATE ROLE hub LOGIN PASSWORD '$(cat /secrets/postgres/hub.password)'
CREATE DATABASE hub OWNER hub
SQL
    mv "$data.new" "$data"
fi
# PostgreSQL takes a key from its owner alone.
cp /secrets/postgres/server.pem /made/server.pem
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories= \
    -c ssl=on -c ssl_cert_file=/made/server.pem -c ssl_key_file=/made/server.pem
