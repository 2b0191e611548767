import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import worker from "../../../src/worker.ts";
import { Admin, required } from "../../support/admin.ts";
import { idsNear, place } from "../../support/engine.ts";
import { emptyStores } from "../../support/stores.ts";

const admin = new Admin();
const HERE = { latitude: 10, longitude: 10 };
/** More words than a prefix stands for, and all of them before "station" in the alphabet. */
const RARE = Array.from({ length: 400 }, (_, n) => {
  const letters = [...String(n).padStart(3, "0")].map((digit) => "abcdefghij"[Number(digit)]);
  return place(`rare${n}`, 20, 20, { name: `Sta${letters.join("")}` });
});
const STATIONS = ["a", "b", "c"].map((id) => place(id, 10, 10, { name: `Station ${id}` }));

beforeEach(async () => {
  await emptyStores();
  required(await admin.importParts("c", [[...RARE, ...STATIONS]]));
});

const near = () => idsNear(HERE, { text: "sta", radiusMeters: 1_000 });

it("counts which words a prefix stands for by cron", async () => {
  await worker.scheduled(
    createScheduledController() as never,
    env as never,
    createExecutionContext(),
  );
  expect(await near()).toEqual(["a", "b", "c"]);
});

it("and for whoever asks for it step by step", async () => {
  expect(await near()).toEqual([]);
  for (let isDone = false; !isDone; ) {
    isDone = required(await admin.keepUp()).body.done === true;
  }
  expect(await near()).toEqual(["a", "b", "c"]);
});
