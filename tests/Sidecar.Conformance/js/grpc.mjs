// Drives a sidecar with Dapr's own JavaScript client, unmodified, over gRPC. The app stays one that is called over HTTP.
// node grpc.mjs SIDECAR_GRPC_PORT APP_PORT: the sidecar's app id is "worker", and APP_PORT is where it expects the app.
// Ends with 0 when everything was as it should be, else with 1 and the first thing that was not.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import dapr from "@dapr/dapr";

const { CommunicationProtocolEnum, DaprClient, HttpMethod } = dapr;
const [sidecarPort, appPort] = process.argv.slice(2);
const patienceMs = 15_000;

const client = new DaprClient({ daprHost: "127.0.0.1", daprPort: sidecarPort, communicationProtocol: CommunicationProtocolEnum.GRPC });
const received = [];
const waiting = [];
let asked;
const subscribed = new Promise((resolve) => { asked = resolve; });

// Resolves with the data of the first event that answers yes, those that came before included.
function event(accept) {
  const found = received.find(accept);
  if (found !== undefined) return Promise.resolve(found);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no such event: ${accept}`)), patienceMs);
    waiting.push({ accept, resolve: (value) => { clearTimeout(timer); resolve(value); } });
  });
}

function keep(data) {
  received.push(data);
  for (const one of [...waiting]) {
    if (one.accept(data)) {
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve(data);
    }
  }
}

function answer(url, body) {
  if (url === "/dapr/subscribe") {
    asked();
    return [200, [{ pubsubname: "bus", topic: "js-grpc", route: "/events" }]];
  }
  if (url === "/events") {
    keep(JSON.parse(body).data);
    return [200, { status: "SUCCESS" }];
  }
  return url === "/greet" ? [200, { hello: JSON.parse(body).name }] : [404, {}];
}

const app = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const [status, json] = answer(request.url, body);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
});

async function check(name, run) {
  await run();
  console.log(`ok ${name}`);
}

await new Promise((resolve) => app.listen(appPort, "127.0.0.1", resolve));
await client.start();
await subscribed;

await check("health", async () => assert.equal(await client.health.isHealthy(), true));

await check("metadata", async () => {
  assert.equal(await client.metadata.set("colour", "blue"), true);
  const metadata = await client.metadata.get();
  assert.equal(metadata.id, "worker");
  assert.equal(metadata.extended.colour, "blue");
  assert.ok(metadata.components.some((component) => component.name === "jobs" && component.capabilities.includes("ETAG")));
});

await check("state: save and get", async () => {
  await client.state.save("jobs", [{ key: "jsg-1", value: { n: 1, text: "é <&>" } }, { key: "jsg-2", value: "two" }]);
  assert.deepEqual(await client.state.get("jobs", "jsg-1"), { n: 1, text: "é <&>" });
  assert.equal(await client.state.get("jobs", "jsg-2"), "two");
  assert.equal(await client.state.get("jobs", "jsg-none"), "");
});

await check("state: bulk get", async () => {
  const items = await client.state.getBulk("jobs", ["jsg-1", "jsg-none", "jsg-2"]);
  assert.deepEqual(items.map((item) => [item.key, item.data]), [["jsg-1", { n: 1, text: "é <&>" }], ["jsg-none", ""], ["jsg-2", "two"]]);
  assert.ok(items[0].etag);
});

await check("state: ETags", async () => {
  const [{ etag }] = await client.state.getBulk("jobs", ["jsg-1"]);
  await client.state.save("jobs", [{ key: "jsg-1", value: 2, etag }]);
  await assert.rejects(client.state.save("jobs", [{ key: "jsg-1", value: 3, etag }]), /etag mismatch/);
  assert.equal(await client.state.get("jobs", "jsg-1"), 2);
});

// This client takes a transaction's values for text.
await check("state: transaction", async () => {
  await client.state.transaction("jobs", [
    { operation: "upsert", request: { key: "jsg-3", value: JSON.stringify({ three: true }) } },
    { operation: "delete", request: { key: "jsg-2" } },
  ]);
  assert.deepEqual(await client.state.get("jobs", "jsg-3"), { three: true });
  assert.equal(await client.state.get("jobs", "jsg-2"), "");
  const [{ etag }] = await client.state.getBulk("jobs", ["jsg-3"]);
  await assert.rejects(
    client.state.transaction("jobs", [
      { operation: "upsert", request: { key: "jsg-4", value: "4" } },
      { operation: "upsert", request: { key: "jsg-3", value: "5", etag: `${etag}-stale` } },
    ]),
    /etag mismatch/);
  assert.equal(await client.state.get("jobs", "jsg-4"), "");
});

await check("state: delete", async () => {
  const [{ etag }] = await client.state.getBulk("jobs", ["jsg-1"]);
  await assert.rejects(client.state.delete("jobs", "jsg-1", { etag: `${etag}-stale` }), /etag mismatch/);
  await client.state.delete("jobs", "jsg-1", { etag });
  assert.equal(await client.state.get("jobs", "jsg-1"), "");
});

await check("publish", async () => {
  await client.pubsub.publish("bus", "js-grpc", { id: "one" });
  assert.deepEqual(await event((data) => data.id === "one"), { id: "one" });
  await client.pubsub.publish("bus", "js-grpc", "plain text");
  assert.equal(await event((data) => data === "plain text"), "plain text");
});

await check("publish a cloud event", async () => {
  await client.pubsub.publish("bus", "js-grpc", {
    specversion: "1.0", id: "mine", type: "job.created", source: "js", datacontenttype: "application/json", data: { id: "event" },
  });
  assert.deepEqual(await event((data) => data.id === "event"), { id: "event" });
});

await check("publish to nobody", async () => {
  await assert.rejects(client.pubsub.publish("no-such-bus", "js-grpc", { id: "lost" }), ({ error }) => /no-such-bus is not found/.test(error));
});

await check("bulk publish", async () => {
  const result = await client.pubsub.publishBulk("bus", "js-grpc", [{ id: "bulk-1" }, { id: "bulk-2" }]);
  assert.deepEqual(result.failedMessages, []);
  await event((data) => data.id === "bulk-1");
  await event((data) => data.id === "bulk-2");
});

await check("invoke", async () => {
  assert.deepEqual(await client.invoker.invoke("worker", "greet", HttpMethod.POST, { name: "you" }), { hello: "you" });
  await assert.rejects(client.invoker.invoke("nobody", "greet", HttpMethod.POST, {}), /failed to invoke, id: nobody/);
});

await check("secrets", async () => {
  assert.deepEqual(await client.secret.get("local-secrets", "apiKey"), { apiKey: "k" });
  assert.deepEqual(await client.secret.getBulk("local-secrets"), {
    apiKey: { apiKey: "k" },
    "redis:password": { "redis:password": "s3cret" },
  });
});

await check("shutdown", async () => client.sidecar.shutdown());
process.exit(0);
