// A job's round trip by the types that openapi-typescript generates with its default options.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { paths } from "./obj/api.js";

const client = createClient<paths>({ baseUrl: process.argv[2] });
const queue = `typescript-${randomUUID()}`;

const submitted = await client.POST("/jobs", {
  body: { queue, type: "greet", input: { name: "Ada" }, maxRetries: "unlimited", backoff: { kind: "fixed", seconds: 2 } },
});
assert(submitted.data);
assert.equal(submitted.response.status, 202);
assert.equal(submitted.data.status, "New");
assert.equal(submitted.data.maxRetries, "unlimited");
assert.equal(submitted.data.leaseSeconds, 30);
const id: string = submitted.data.id;

const leased = await client.POST("/queues/{queue}/lease", { params: { path: { queue } }, body: { worker: "typescript" } });
const job = leased.data?.[0];
assert(job);
assert.equal(job.id, id);
assert.deepEqual(job.input, { name: "Ada" });
const leaseToken: string = job.leaseToken;

const path = { id };
const extended = await client.POST("/jobs/{id}/heartbeat", { params: { path }, body: { leaseToken, progress: { percent: 50 } } });
assert.equal(extended.data?.cancelRequested, false);
const running = await client.GET("/jobs/{id}", { params: { path } });
assert.equal(running.data?.progress?.percent, 50);

const ended = await client.POST("/jobs/{id}/complete", { params: { path }, body: { leaseToken, result: { hello: "Ada" } } });
assert.equal(ended.data?.status, "Completed");
const result = await client.GET("/jobs/{id}/result", { params: { path } });
assert.deepEqual(result.data, { hello: "Ada" });

const listed = await client.GET("/jobs", { params: { query: { queue, status: "Completed", createdAfter: "2020-01-01T00:00:00Z", limit: 10 } } });
assert.equal(listed.data?.[0]?.attempts?.[0]?.outcome, "Completed");

const none = await client.POST("/queues/{queue}/lease", { params: { path: { queue } }, body: { worker: "typescript" } });
assert.equal(none.response.status, 204);

const refused = await client.POST("/jobs", { body: { queue, leaseSeconds: 0 } });
assert.equal(refused.response.status, 422);
assert.equal(refused.error?.type, "/problems/invalid-request");
assert(refused.error?.errors?.["/leaseSeconds"]);
console.log("round trip: ok");
