#!/bin/sh
# Topics, rights, and a password for each service of the hub: as deploy/topics.toml and acls.toml say.
set -eu
for one in sharer correlator reporter web; do
    file="/secrets/$one/kafka.password"
    # An empty file was left by a machine that stopped before the password was on its disk.
    if [ ! -s "$file" ]; then
        rm -f "$file"
        ciog kafka password "$one" --out "$file"
    fi
done
# 1: something is left for a person to do. Agencies have no password until they are let in.
ciog kafka apply --one-broker || [ $? = 1 ]
