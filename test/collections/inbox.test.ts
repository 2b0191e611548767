import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
} from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { importFromInbox } from "../../src/collections/inbox.ts";
import workerEntry from "../../src/worker.ts";
import { idsNear, importAll, place, store } from "../support/engine.ts";
import { emptyStores, STORES } from "../support/stores.ts";

beforeEach(() => emptyStores());

const KEY = "inbox/stops/today.ndjson";
const HERE = { latitude: 5, longitude: 5 };
const event = (key = KEY, action = "PutObject") => ({ action, object: { key } });

async function put(count: number, key = KEY): Promise<void> {
  const records = Array.from({ length: count }, (_, k) => place(`p${k}`, 5, 5 + k / 10_000));
  await env.PLACES_BUCKET.put(key, records.map((one) => JSON.stringify(one)).join("\n"));
}

it("imports what is put into the inbox, by the queue's message", async () => {
  await put(3);
  const batch = createMessageBatch("hereabouts-inbox", [
    { id: "1", timestamp: new Date(), attempts: 1, body: event() },
  ]);
  const context = createExecutionContext();
  await workerEntry.queue(batch as never, env as never);
  expect((await getQueueResult(batch, context)).explicitAcks).toEqual(["1"]);
  expect(await idsNear(HERE)).toEqual(["p0", "p1", "p2"]);
  expect(await env.PLACES_BUCKET.head(KEY)).toBeNull();
  expect(exports.default).toBeDefined();
});

it("goes on where it broke off", { timeout: 60_000 }, async () => {
  // More than one part.
  await put(12_000);
  let parts = 0;
  const stores = {
    ...STORES,
    bucket: new Proxy(env.PLACES_BUCKET, {
      get(bucket, name) {
        const value = Reflect.get(bucket, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (name === "put" && ++parts === 2) return Promise.reject(new Error("gone"));
          return Reflect.apply(value, bucket, args);
        };
      },
    }),
  };
  await expect(importFromInbox(stores, event())).rejects.toThrow("gone");
  expect(await store.collections()).toEqual([]);
  await importFromInbox(STORES, event());
  expect((await store.collections()).map(({ places }) => places)).toEqual([12_000]);
});

it.each([
  ["another folder", event("records/stops/1.ndjson")],
  ["a name that is none", event("inbox/a.b/1.ndjson")],
  ["another format", event("inbox/stops/1.exe")],
  ["a deletion", event(KEY, "DeleteObject")],
  ["an object that is gone", event("inbox/stops/gone.ndjson")],
])("passes over %s", async (_, one) => {
  await importFromInbox(STORES, one);
  expect(await store.collections()).toEqual([]);
});

it("takes places out of the index whose time is over, every hour", async () => {
  const now = Date.now();
  await importAll("events", [
    place("past", 5, 5, { validTo: now - 1 }),
    place("future", 5, 5, { validTo: now + 600_000 }),
  ]);
  const rows = () =>
    env.PLACES_DB.prepare("SELECT source_id FROM places").all<{ source_id: string }>();
  expect((await rows()).results).toHaveLength(2);
  await workerEntry.scheduled(createScheduledController() as never, env as never);
  expect((await rows()).results).toEqual([{ source_id: "future" }]);
  expect((await store.collections())[0]!.places).toBe(1);
});
