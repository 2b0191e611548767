import {
  evictDurableObject,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { sha256Hex } from "../../src/digest.ts";
import { StoreDown } from "../../src/errors.ts";
import type { Location } from "../../src/location/location.ts";
import type { MemoryOwner } from "../../src/location/owner.ts";
import { Memory } from "../../src/memory/memory.ts";
import { connect } from "../support/client.ts";

const memory = new Memory(env.SESSION, 3_600, { count() {} });
const handle = (): MemoryOwner => ({ kind: "handle", id: memory.newHandle() });

const LYON: Location = {
  latitude: 45.74846,
  longitude: 4.84671,
  label: "Lyon, FR",
  timezone: "Europe/Paris",
  source: "near",
  accuracy_meters: 7_000,
};

async function objectOf({ kind, id }: MemoryOwner) {
  return env.SESSION.getByName(`${kind}:${await sha256Hex(id)}`);
}

const stored = async (key: MemoryOwner) =>
  runInDurableObject(await objectOf(key), async (_, state) => ({
    keys: [...(await state.storage.list()).keys()],
    alarm: await state.storage.getAlarm(),
  }));

async function setDue(key: MemoryOwner, dueAtMs: number): Promise<void> {
  await runInDurableObject(await objectOf(key), (_, state) => {
    state.storage.kv.put("dueAtMs", dueAtMs);
  });
}

it("remembers over evictions, and forgets", async () => {
  const key = handle();
  await memory.remember(key, LYON);
  await evictDurableObject(await objectOf(key));
  expect(await memory.recall(key)).toEqual(LYON);
  expect(await memory.forget(key)).toBe(true);
  expect(await memory.recall(key)).toBeUndefined();
  expect(await memory.forget(key)).toBe(false);
  expect(await stored(key)).toEqual({ keys: [], alarm: null });
});

it("says so where the object fails, and counts that", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const count = vi.fn();
  const recall = () => Promise.reject(new Error("broken"));
  const objects = { getByName: () => ({ recall }) } as unknown as typeof env.SESSION;
  const broken = new Memory(objects, 3_600, { count });
  await expect(broken.recall({ kind: "subject", id: "a" })).rejects.toThrow(StoreDown);
  const labels = { store: "durable_object", kind: "failed" };
  expect(count.mock.calls).toEqual([["hereabouts_store_failures_total", labels]]);
  log.mockRestore();
});

it("keeps callers apart, also those whose ids are the same text", async () => {
  const id = memory.newHandle();
  const kinds = ["subject", "openai", "session", "handle"] as const;
  for (const kind of kinds) await memory.remember({ kind, id }, { ...LYON, label: kind });
  for (const kind of kinds)
    expect(await memory.recall({ kind, id })).toMatchObject({ label: kind });
  expect(await memory.recall(handle())).toBeUndefined();
});

it("makes handles that nobody guesses", () => {
  const handles = new Set(Array.from({ length: 1_000 }, () => memory.newHandle()));
  expect(handles.size).toBe(1_000);
  for (const one of handles) expect(one).toMatch(/^[\w-]{24}$/);
});

it("forgets by itself some time after the last use", async () => {
  const key = handle();
  await memory.remember(key, LYON);
  const hour = 3_600_000;
  const { alarm } = await stored(key);
  expect(Math.abs(alarm! - Date.now() - hour)).toBeLessThan(10_000);

  // A use half an hour before the end moves the end.
  await setDue(key, Date.now() + hour / 2);
  expect(await memory.recall(key)).toEqual(LYON);
  await runDurableObjectAlarm(await objectOf(key));
  expect(await memory.recall(key)).toEqual(LYON);

  // Even if the alarm is late, nothing is told that is over.
  await setDue(key, Date.now() - 1);
  expect(await memory.recall(key)).toBeUndefined();
  await runDurableObjectAlarm(await objectOf(key));
  expect(await stored(key)).toEqual({ keys: [], alarm: null });
});

it("writes nothing for a use that moves the end but little", async () => {
  const key = handle();
  await memory.remember(key, LYON);
  const due = Date.now() + 3_600_000 - 60_000;
  await setDue(key, due);
  await memory.recall(key);
  await runInDurableObject(await objectOf(key), (_, state) => {
    expect(state.storage.kv.get("dueAtMs")).toBe(due);
  });
});

it("stores nothing for callers who never asked for it", async () => {
  const before = await listDurableObjectIds(env.SESSION);
  for (const era of ["auto", "legacy"] as const) {
    const client = await connect(era);
    const meta = { "openai/subject": "v1/somebody" };
    await client.callTool({ name: "get_nearby_data", arguments: { near: "1,2" }, _meta: meta });
    await client.callTool({ name: "get_nearby_data", arguments: {}, _meta: meta });
    await client.close();
  }
  expect(await listDurableObjectIds(env.SESSION)).toEqual(before);
});

it("wakes nothing for those who make up a handle, and stores nothing where nothing is forgotten", async () => {
  const before = await listDurableObjectIds(env.SESSION);
  const client = await connect();
  const known = memory.newHandle();
  const changed = (known.startsWith("A") ? "B" : "A") + known.slice(1);
  for (const session of [changed, "A".repeat(24), "x"]) {
    await client.callTool({ name: "get_nearby_data", arguments: { session } });
    const call = { name: "forget_location", arguments: { session } };
    expect((await client.callTool(call)).structuredContent).toEqual({ forgotten: false });
  }
  await client.close();
  expect(await listDurableObjectIds(env.SESSION)).toEqual(before);

  const owner: MemoryOwner = { kind: "handle", id: known };
  expect(await memory.forget(owner)).toBe(false);
  expect(await stored(owner)).toEqual({ keys: [], alarm: null });
});
