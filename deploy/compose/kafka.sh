#!/bin/sh
# One broker that lets in who has a password and a right, and nobody else.
set -eu
umask 077
password=$(cat /secrets/kafka/admin.password)
sed "s/@PASSWORD@/$password/" /compose/kafka.properties > /made/kafka.properties
export CLASSPATH='/opt/kafka/libs/*' JAVA_TOOL_OPTIONS=-Dlog4j2.level=WARN
if [ ! -e /var/lib/kafka/data/log/meta.properties ]; then
    id=$(head -c 16 /dev/urandom | base64 | tr '+/' 'pq' | head -c 22)
    java kafka.tools.StorageTool format --config /made/kafka.properties --cluster-id "$id" \
        --add-scram "SCRAM-SHA-512=[name=admin,password=$password]"
fi
exec java -Xmx512m -XX:+ExitOnOutOfMemoryError kafka.Kafka /made/kafka.properties
