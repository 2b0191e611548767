import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { upkeepStep } from "../../../src/index/write/upkeep.ts";
import worker from "../../../src/worker.ts";
import { Admin, required } from "../../support/admin.ts";
import { idsNear, place } from "../../support/engine.ts";
import { inD1, MeteredDatabase } from "../../support/metered-database.ts";
import { emptyStores, STORES } from "../../support/stores.ts";

const admin = new Admin();
const HERE = { latitude: 10, longitude: 10 };
/** More words than a prefix stands for, and all of them before "station" in the alphabet. */
const RARE = Array.from({ length: 400 }, (_, n) => {
  const letters = [...String(n).padStart(3, "0")].map((digit) => "abcdefghij"[Number(digit)]);
  return place(`rare${n}`, 20, 20, { name: `Sta${letters.join("")}` });
});
const STATIONS = ["a", "b", "c"].map((id) => place(id, 10, 10, { name: `Station ${id}` }));

const NOON = new Date("2026-12-01T12:00:00Z");
const MIDNIGHT = new Date("2026-12-01T00:00:05Z");

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [[...RARE, ...STATIONS]]));
});

const near = () => idsNear(HERE, { text: "sta", radiusMeters: 1_000 });

async function runCron(scheduledTime: Date): Promise<void> {
  const controller = createScheduledController({ scheduledTime });
  await worker.scheduled(controller as never, env as never, createExecutionContext());
}

async function keepUp(): Promise<void> {
  for (let isDone = false; !isDone; ) {
    isDone = required(await admin.keepUp()).body.done === true;
  }
}

it("counts which words a prefix stands for by cron", async () => {
  await runCron(NOON);
  expect(await near()).toEqual(["a", "b", "c"]);
});

it("and for whoever asks for it step by step", async () => {
  expect(await near()).toEqual([]);
  await keepUp();
  expect(await near()).toEqual(["a", "b", "c"]);
});

describe("after a few changes", () => {
  const all = ["a", "b", "c", "s1", "s2"];

  beforeEach(async () => {
    await keepUp();
    for (const id of ["s1", "s2"]) {
      required(await admin.putPlace("c", place(id, 10, 10, { name: "Stadium" })));
    }
  });

  it("waits until one place in a hundred has changed", async () => {
    for (const n of [1, 2]) {
      await keepUp();
      await runCron(NOON);
      expect(await near()).toEqual(["a", "b", "c"]);
      required(await admin.putPlace("c", place(`far${n}`, 30, 30)));
    }
    required(await admin.putPlace("c", place("far3", 30, 30)));
    await keepUp();
    expect(await near()).toEqual(all);
  });

  it("waits no longer than a day", async () => {
    await runCron(MIDNIGHT);
    expect(await near()).toEqual(all);
  });

  it("reads few rows until then, however many places an import has as they were", async () => {
    required(await admin.importParts("c", [[...RARE, ...STATIONS]]));
    const database = new MeteredDatabase(inD1(STORES.database));
    for (let isDone = false; !isDone; ) isDone = await upkeepStep({ database: database.d1 });
    const rowsRead = database.runs.reduce((sum, run) => sum + run.rowsRead, 0);
    expect(rowsRead).toBeLessThan(50);
  });
});
