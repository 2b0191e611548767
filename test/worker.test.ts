import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import workerEntry from "../src/worker.ts";
import { drop, event, watchImports } from "./support/inbox.ts";
import { KEY, rows } from "./support/inbox-stops.ts";
import { failingStores } from "./support/interposed.ts";
import { emptyStores } from "./support/stores.ts";

const logged: string[] = [];

beforeEach(async () => {
  logged.length = 0;
  await emptyStores();
  vi.spyOn(console, "error").mockImplementation((line) => logged.push(String(line)) > 0);
});
afterEach(() => vi.restoreAllMocks());

/** Has the Worker's queue take messages. */
async function deliver(bodies: readonly unknown[], bindings: object = {}) {
  const messages = bodies.map((body, k) => ({
    ...{ id: String(k), timestamp: new Date(), attempts: 1, body },
  }));
  const batch = createMessageBatch("hereabouts-inbox", messages);
  const context = createExecutionContext();
  await workerEntry.queue(batch as never, { ...env, ...bindings } as never, context);
  return getQueueResult(batch, context);
}

it("is not kept from good messages of a queue by others", async () => {
  const good = await drop(KEY, rows(2));
  const imports = await watchImports();
  const { explicitAcks } = await deliver([null, "text", {}, { action: 7, object: {} }, good]);
  expect(explicitAcks).toEqual(["0", "1", "2", "3", "4"]);
  expect(await imports.ends()).toEqual(["finished"]);
  expect(logged).toEqual([]);
});

it("takes a message again that has failed, and logs the failure without its words", async () => {
  const { bucket } = failingStores([/^head /], "before");
  const { explicitAcks, retryMessages } = await deliver([event(KEY), event("elsewhere/x")], {
    PLACES_BUCKET: bucket,
  });
  expect(explicitAcks).toEqual(["1"]);
  expect(retryMessages).toMatchObject([{ msgId: "0" }]);
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0]!)).toMatchObject({ event: "failure", where: "queue" });
  expect(logged[0]).not.toMatch(/stops|gone for a moment/);
});

it("logs the failure of a scheduled run without its words", async () => {
  const { database } = failingStores([/SELECT collection FROM open_imports/], "before");
  const bindings = { ...env, PLACES_DB: database };
  await workerEntry.scheduled(
    createScheduledController() as never,
    bindings as never,
    createExecutionContext(),
  );
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0]!)).toMatchObject({ event: "failure", where: "scheduled" });
  expect(logged[0]).not.toContain("gone for a moment");
});
