#!/bin/sh
# Topics, rights, and a password for each service of the hub: as deploy/topics.toml and acls.toml say.
set -eu
for one in sharer correlator reporter web; do
    [ -e "/secrets/$one/kafka.password" ] ||
        ciog kafka password "$one" --out "/secrets/$one/kafka.password"
done
# 1: something is left for a person to do. Agencies have no password until they are let in.
ciog kafka apply --one-broker || [ $? = 1 ]
