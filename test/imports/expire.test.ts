import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import workerEntry from "../../src/worker.ts";
import { importAll, place, store } from "../support/engine.ts";
import { emptyStores } from "../support/stores.ts";

beforeEach(() => emptyStores());

it("takes places out of the index whose time is over, every hour", async () => {
  const now = Date.now();
  await importAll("events", [
    place("past", 5, 5, { validTo: now - 1 }),
    place("future", 5, 5, { validTo: now + 600_000 }),
  ]);
  const rows = () =>
    env.PLACES_DB.prepare("SELECT source_id FROM places").all<{ source_id: string }>();
  expect((await rows()).results).toHaveLength(2);
  await workerEntry.scheduled(
    createScheduledController() as never,
    env as never,
    createExecutionContext(),
  );
  expect((await rows()).results).toEqual([{ source_id: "future" }]);
  expect((await store.collections())[0]!.places).toBe(1);
});
