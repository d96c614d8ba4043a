// Drives a sidecar with Dapr's own JavaScript client and server, unmodified, over HTTP.
// node check.mjs SIDECAR_PORT APP_PORT: the sidecar's app id is "worker", and APP_PORT is where it expects the app.
// Ends with 0 when everything was as it should be, else with 1 and the first thing that was not.

import assert from "node:assert/strict";
import dapr from "@dapr/dapr";

const { CommunicationProtocolEnum, DaprPubSubStatusEnum, DaprServer, HttpMethod } = dapr;
const [sidecarPort, appPort] = process.argv.slice(2);
const patienceMs = 15_000;

const server = new DaprServer({
  serverHost: "127.0.0.1",
  serverPort: appPort,
  communicationProtocol: CommunicationProtocolEnum.HTTP,
  clientOptions: { daprHost: "127.0.0.1", daprPort: sidecarPort, communicationProtocol: CommunicationProtocolEnum.HTTP },
});
const client = server.client;
const received = [];
const waiting = [];

// Resolves with the first event that answers yes, those that came before included.
function event(accept) {
  const found = received.find(accept);
  if (found !== undefined) return Promise.resolve(found);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no such event: ${accept}`)), patienceMs);
    waiting.push({ accept, resolve: (value) => { clearTimeout(timer); resolve(value); } });
  });
}

// The JavaScript client reports some failures as {error} in place of throwing.
function succeeded(result) {
  assert.equal(result?.error, undefined);
  return result;
}

async function check(name, run) {
  await run();
  console.log(`ok ${name}`);
}

async function keep(data) {
  received.push(data);
  for (const one of [...waiting]) {
    if (one.accept(data)) {
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve(data);
    }
  }
}

let refusals = 2;
await server.pubsub.subscribe("bus", "js-jobs", keep);
await server.pubsub.subscribe("bus", "js-retry", async (data) => {
  if (refusals-- > 0) return DaprPubSubStatusEnum.RETRY;
  await keep(data);
});
await server.pubsub.subscribeBulk("bus", "js-bulk", keep, { maxMessagesCount: 10, maxAwaitDurationMs: 50 });
await server.invoker.listen("greet", async (request) => ({ hello: JSON.parse(request.body).name }), { method: HttpMethod.POST });
await server.start();

// The sidecar reads subscriptions once it has found the app; what is published before goes nowhere.
async function subscribed() {
  for (const end = Date.now() + patienceMs; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const { subscriptions } = await client.metadata.get();
    if (subscriptions?.filter((subscription) => subscription.topic.startsWith("js-")).length === 3) return;
  }
  assert.fail("The subscriptions were not read.");
}

await check("subscriptions", subscribed);

await check("health", async () => assert.equal(await client.health.isHealthy(), true));

await check("metadata", async () => {
  await client.metadata.set("colour", "blue");
  const metadata = await client.metadata.get();
  assert.equal(metadata.id, "worker");
  assert.equal(metadata.extended.colour, "blue");
  assert.ok(metadata.components.some((component) => component.name === "jobs" && component.capabilities.includes("ETAG")));
});

await check("state: save and get", async () => {
  succeeded(await client.state.save("jobs", [{ key: "js-1", value: { n: 1, text: "é <&>" } }, { key: "js-2", value: "two" }]));
  assert.deepEqual(await client.state.get("jobs", "js-1"), { n: 1, text: "é <&>" });
  assert.equal(await client.state.get("jobs", "js-2"), "two");
  assert.equal(await client.state.get("jobs", "js-none"), "");
});

await check("state: bulk get", async () => {
  const items = await client.state.getBulk("jobs", ["js-1", "js-none", "js-2"]);
  assert.deepEqual(items.map((item) => [item.key, item.data]), [["js-1", { n: 1, text: "é <&>" }], ["js-none", undefined], ["js-2", "two"]]);
  assert.ok(items[0].etag);
});

await check("state: ETags", async () => {
  const [{ etag }] = await client.state.getBulk("jobs", ["js-1"]);
  succeeded(await client.state.save("jobs", [{ key: "js-1", value: 2, etag }]));
  const stale = await client.state.save("jobs", [{ key: "js-1", value: 3, etag }]);
  assert.match(String(stale.error), /etag mismatch/);
  assert.equal(await client.state.get("jobs", "js-1"), 2);
});

await check("state: transaction", async () => {
  await client.state.transaction("jobs", [
    { operation: "upsert", request: { key: "js-3", value: { three: true } } },
    { operation: "delete", request: { key: "js-2" } },
  ]);
  assert.deepEqual(await client.state.get("jobs", "js-3"), { three: true });
  assert.equal(await client.state.get("jobs", "js-2"), "");
  const [{ etag }] = await client.state.getBulk("jobs", ["js-3"]);
  await assert.rejects(
    client.state.transaction("jobs", [
      { operation: "upsert", request: { key: "js-4", value: 4 } },
      { operation: "upsert", request: { key: "js-3", value: 5, etag: `${etag}-stale` } },
    ]),
    /etag mismatch/);
  assert.equal(await client.state.get("jobs", "js-4"), "");
});

await check("state: delete", async () => {
  const [{ etag }] = await client.state.getBulk("jobs", ["js-1"]);
  const stale = await client.state.delete("jobs", "js-1", { etag: `${etag}-stale` });
  assert.match(String(stale.error), /etag mismatch/);
  succeeded(await client.state.delete("jobs", "js-1", { etag }));
  assert.equal(await client.state.get("jobs", "js-1"), "");
});

await check("publish and subscribe", async () => {
  succeeded(await client.pubsub.publish("bus", "js-jobs", { id: "one" }));
  assert.deepEqual(await event((data) => data.id === "one"), { id: "one" });
  succeeded(await client.pubsub.publish("bus", "js-jobs", "plain text"));
  assert.equal(await event((data) => data === "plain text"), "plain text");
});

await check("publish a cloud event", async () => {
  succeeded(await client.pubsub.publish("bus", "js-jobs", {
    specversion: "1.0", id: "mine", type: "job.created", source: "js", datacontenttype: "application/json", data: { id: "event" },
  }));
  assert.deepEqual(await event((data) => data.id === "event"), { id: "event" });
});

await check("bulk publish", async () => {
  const result = await client.pubsub.publishBulk("bus", "js-jobs", [{ id: "bulk-1" }, { id: "bulk-2" }]);
  assert.deepEqual(result.failedMessages, []);
  await event((data) => data.id === "bulk-1");
  await event((data) => data.id === "bulk-2");
});

await check("retry", async () => {
  succeeded(await client.pubsub.publish("bus", "js-retry", { id: "refused" }));
  await event((data) => data.id === "refused");
  assert.equal(refusals, -1);
});

await check("bulk subscribe", async () => {
  const result = await client.pubsub.publishBulk("bus", "js-bulk", [{ id: "batched-1" }, { id: "batched-2" }]);
  assert.deepEqual(result.failedMessages, []);
  await event((data) => data.id === "batched-1");
  await event((data) => data.id === "batched-2");
});

await check("invoke", async () => {
  assert.deepEqual(await client.invoker.invoke("worker", "greet", HttpMethod.POST, { name: "you" }), { hello: "you" });
  await assert.rejects(client.invoker.invoke("nobody", "greet", HttpMethod.POST, {}), /ERR_DIRECT_INVOKE/);
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
