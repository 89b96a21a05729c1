// Publishes one event in both modes and a batch with the JavaScript SDK of CloudEvents; prints the
// status of each answer. Called with the address of a hub; the token and the event are in the environment.
import { CloudEvent, HTTP } from "cloudevents";

const [address] = process.argv.slice(2);
const event = new CloudEvent(JSON.parse(process.env.EVENT));

async function send(message) {
  const headers = { ...message.headers, authorization: `Bearer ${process.env.TOKEN}` };
  const answer = await fetch(`${address}/v1/events`, { method: "POST", headers, body: message.body });
  console.log(answer.status);
}

await send(HTTP.structured(event));
await send(HTTP.binary(event));
await send({
  headers: { "content-type": "application/cloudevents-batch+json" },
  body: JSON.stringify([event, event]),
});
await send(HTTP.structured(event.cloneWith({ time: "2026-03-01T22:30:00.000Z" })));
