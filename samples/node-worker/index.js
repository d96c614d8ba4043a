// A push worker. Its only way in and out is its sidecar's pub/sub: work comes on job-work-{queue}, reports go to job-reports.
// Run as many instances as you like under one app id: the broker gives each work message to one of them.

import dapr from "@dapr/dapr";
import { textStats } from "./text-stats.js";

const { CommunicationProtocolEnum, DaprServer, LogLevel } = dapr;
const pubsub = process.env.PUBSUB ?? "jobs-pubsub";
const queue = process.env.QUEUE ?? "microservice-x";
const handlers = { "text-stats": textStats };

const server = new DaprServer({
  serverHost: "127.0.0.1",
  serverPort: process.env.APP_PORT ?? "5301",
  communicationProtocol: CommunicationProtocolEnum.HTTP,
  clientOptions: {
    daprHost: "127.0.0.1",
    daprPort: process.env.DAPR_HTTP_PORT ?? "3511",
    communicationProtocol: CommunicationProtocolEnum.HTTP,
  },
  logger: { level: LogLevel.Warn },
});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Publishes a report, again while the sidecar or the broker is away. Once the lease must have ended nobody waits for it any more.
async function report(work, action, more = {}) {
  const body = { jobId: work.jobId, leaseToken: work.leaseToken, action, ...more };
  for (const end = Date.now() + 2000 * work.leaseSeconds; Date.now() < end; await pause(500)) {
    const { error } = await server.client.pubsub.publish(pubsub, "job-reports", body, { contentType: "application/json" });
    if (!error) return;
  }
}

async function run(work) {
  console.log(`${work.jobId} attempt ${work.attempt}: started`);
  let progress;
  const beat = setInterval(() => report(work, "heartbeat", { progress }), (work.leaseSeconds * 1000) / 3);
  try {
    const handler = handlers[work.type];
    if (!handler) throw Object.assign(new Error(`This worker does not know the type ${work.type}.`), { retry: false });
    const result = await handler(work.input ?? {}, (percent, message) => (progress = { percent, message }));
    await report(work, "complete", { result });
    console.log(`${work.jobId} attempt ${work.attempt}: done`);
  } catch (error) {
    await report(work, "fail", { error: error.message, retry: error.retry ?? true });
    console.log(`${work.jobId} attempt ${work.attempt}: failed, ${error.message}`);
  } finally {
    clearInterval(beat);
  }
}

// A broker may deliver a message twice, the second one late: an attempt that was begun is not begun again.
const begun = new Set();

await server.pubsub.subscribe(pubsub, `job-work-${queue}`, async (work) => {
  const attempt = `${work.jobId}-${work.attempt}`;
  if (begun.has(attempt) || Date.parse(work.leaseExpiresAt) < Date.now()) return;

  begun.add(attempt);
  if (begun.size > 10_000) begun.delete(begun.values().next().value);
  // Not awaited: the broker hears "taken" at once. Should this process die, its silence brings the job to another.
  run(work);
});
await server.start();
console.log(`ready: working queue ${queue}`);
