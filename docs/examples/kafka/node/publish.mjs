// Publish events to the hub's Kafka with kafkajs: JSON lines on stdin.
//
//     npm ci && node publish.mjs incident.warwickshire-fire schemas/avro < events.jsonl
//
// It ends with an error if Kafka did not confirm every event: run it again then, since an event that
// lies on the topic twice counts once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import avro from "avsc";
import { Kafka, Partitioners, logLevel } from "kafkajs";

const [topic, schemas] = process.argv.slice(2);
const env = process.env;

// CRC-64-AVRO of a schema's canonical form, little end first, as the Avro specification gives it.
const EMPTY = 0xc15d213aa4d7a795n;
const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc & 1n ? EMPTY : 0n);
  return crc;
});
function fingerprint(canonical) {
  let crc = EMPTY;
  for (const byte of Buffer.from(canonical)) {
    crc = (crc >> 8n) ^ TABLE[Number((crc ^ BigInt(byte)) & 0xffn)];
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(crc);
  return bytes;
}

const known = new Map();
function schemaOf(type) {
  if (!known.has(type)) {
    const [kind, event, version] = type.split(".");
    const text = readFileSync(join(schemas, kind, `${event}.${version}.avsc`), "utf8");
    const schema = avro.Type.forSchema(JSON.parse(text), { wrapUnions: false });
    const begin = Buffer.concat([Buffer.from([0xc3, 0x01]), fingerprint(JSON.stringify(schema.schema()))]);
    known.set(type, { schema, begin });
  }
  return known.get(type);
}

function message(event) {
  const { schema, begin } = schemaOf(event.type);
  const touches = ["event.correction.v1", "event.withdrawal.v1"].includes(event.type);
  const headers = { "content-type": "avro/single-object" };
  for (const name of ["specversion", "id", "source", "type", "time"]) {
    headers[`ce_${name}`] = event[name];
  }
  const value = Buffer.concat([begin, schema.toBuffer(schema.clone(event.data))]);
  return { key: touches ? event.data.id : event.id, value, headers };
}

const kafka = new Kafka({
  brokers: env.CIOG_KAFKA.split(","),
  ssl: { ca: [readFileSync(env.CIOG_KAFKA_CA, "utf8")] },
  sasl: {
    mechanism: "scram-sha-512",
    username: env.CIOG_KAFKA_USER,
    password: readFileSync(env.CIOG_KAFKA_PASSWORD_FILE, "utf8").trim(),
  },
  logLevel: logLevel.ERROR,
});
const producer = kafka.producer({
  idempotent: true,
  createPartitioner: Partitioners.DefaultPartitioner, // as Java's clients choose it
});
await producer.connect();
let waiting = [];
async function send() {
  if (waiting.length) await producer.send({ topic, messages: waiting, acks: -1 });
  waiting = [];
}
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) waiting.push(message(JSON.parse(line)));
  if (waiting.length >= 500) await send();
}
await send();
await producer.disconnect();
