import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { ORIGIN } from "../support/client.ts";
import { type Interpose, interposed } from "../support/interposed.ts";
import { loadParis, PARIS } from "../support/places.ts";
import { legacy, modern } from "../support/rpc.ts";
import { STORES } from "../support/stores.ts";

const ADMIN_TOKEN = "a secret of some length";
const PASSING = [
  "D1_ERROR: Network connection lost.",
  "D1_ERROR: D1 DB storage caused object to be reset.",
  "D1_ERROR: D1 DB reset because its code was updated.",
  "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
];
const NOT_NOW = "A store of this server does not answer at the moment";

beforeAll(() => loadParis());
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The app with stores of which each call goes by `interpose`. */
function appOn(interpose: Interpose) {
  const { database, bucket } = interposed(STORES, interpose);
  return appWith(catalog, { ADMIN_TOKEN, PLACES_DB: database, PLACES_BUCKET: bucket });
}

const never = () => new Promise<never>(() => {});
const isR2 = (what: string) => /^(?:get|head|list|put|delete) /.test(what);

/** Fails the first calls of a kind; tells how many were made. */
function failing(pattern: RegExp, message: string, times = Number.POSITIVE_INFINITY) {
  const calls: string[] = [];
  const interpose: Interpose = async (what, carryOut) => {
    if (!pattern.test(what)) return carryOut();
    calls.push(what);
    if (calls.length <= times) throw new Error(message);
    return carryOut();
  };
  return { calls, fetch: appOn(interpose) };
}

const call = (name: string, args: object) => ["tools/call", { name, arguments: args }] as const;
const NEARBY = call("get_nearby_data", { ...PARIS, radius: 1 });

function admin(path: string, fetch: ReturnType<typeof appOn>, method = "GET", body?: object) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  return fetch(new Request(`${ORIGIN}/admin${path}`, init));
}

/** What comes when so much time has passed, and not before. */
async function after<T>(ms: number, answer: Promise<T> | T): Promise<T> {
  let hasCome = false;
  void Promise.resolve(answer).then(() => {
    hasCome = true;
  });
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(hasCome).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  return answer;
}

describe("a store that does not answer", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));

  it.each([modern, legacy])("is waited for 8 s in a call of a tool", async (ask) => {
    const answer = await after(8_000, ask(...NEARBY, { fetch: appOn(never) } as never));
    expect(answer.status).toBe(200);
    const text = expect.stringContaining(NOT_NOW);
    expect(answer.body.result).toMatchObject({ isError: true, content: [{ text }] });
  });

  it("is waited for 8 s in the reading of a resource", async () => {
    const fetch = appOn(never);
    const answer = await after(
      8_000,
      modern("resources/read", { uri: "places://collections" }, { fetch }),
    );
    expect(answer.body.error).toMatchObject({
      code: -32_603,
      message: expect.stringContaining(NOT_NOW),
    });
  });

  it("is waited for 8 s in the admin API, which says when to try again", async () => {
    const answer = await after(8_000, admin("/collections", appOn(never)));
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toEqual({ error: expect.stringContaining(NOT_NOW) });
  });

  it.each(["answers", "goes on"])("R2, that never %s, is waited for 8 s", async (which) => {
    const interpose: Interpose = async (what, carryOut) => {
      if (!what.startsWith("get records/")) return carryOut();
      if (which === "answers") return never();
      return { arrayBuffer: never } as never;
    };
    const place = call("get_place", { id: "sights.cdg" });
    const answer = modern(...place, { fetch: appOn(interpose) });
    // D1's answer takes real time.
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    const text = expect.stringContaining(NOT_NOW);
    await vi.advanceTimersByTimeAsync(8_000);
    await vi.advanceTimersByTimeAsync(8_000);
    expect((await answer).body.result).toMatchObject({ isError: true, content: [{ text }] });
  });

  it("is waited for 9 s where it is slow again and again", async () => {
    const slow: Interpose = async (what, carryOut) => {
      if (!isR2(what)) await new Promise((resolve) => setTimeout(resolve, 7_000));
      return carryOut();
    };
    const fetch = appOn(slow);
    const nowhere = call("get_nearby_data", {
      latitude: 0,
      longitude: -30,
      radius: 1,
      query: "museum",
    });
    const answer = modern(...nowhere, { fetch });
    await vi.advanceTimersByTimeAsync(7_000);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(1));
    await vi.advanceTimersByTimeAsync(2_000);
    const text = expect.stringContaining("too slow");
    expect((await answer).body.result).toMatchObject({ isError: true, content: [{ text }] });
  });
});

describe("a store that fails", () => {
  it.each(PASSING)("for a moment is asked once more: %s", async (message) => {
    const { calls, fetch } = failing(/^batch /, message, 1);
    const { body } = await modern(...NEARBY, { fetch });
    expect(body.result).toMatchObject({ structuredContent: { results: expect.any(Array) } });
    expect(calls).toHaveLength(2);
  });

  it("again is not asked a third time, and the caller is told to try again", async () => {
    const { calls, fetch } = failing(/^batch /, PASSING[0]!);
    const { body } = await modern(...NEARBY, { fetch });
    const text = expect.stringContaining(NOT_NOW);
    expect(body.result).toMatchObject({ isError: true, content: [{ text }] });
    expect(calls).toHaveLength(2);
  });

  it("because too much is asked of it is not asked more", async () => {
    const { calls, fetch } = failing(
      /^batch /,
      "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
    );
    expect((await admin("/collections", fetch)).status).toBe(503);
    expect(calls).toHaveLength(1);
  });

  it("for another reason is not asked again, and it is our fault", async () => {
    const { calls, fetch } = failing(/^batch /, "D1_ERROR: no such column: x: SQLITE_ERROR");
    expect((await admin("/collections", fetch)).status).toBe(500);
    expect(calls).toHaveLength(1);
  });

  it("is read once more, if it is R2", async () => {
    const message = "get: We encountered an internal error. Please try again. (10001)";
    const { calls, fetch } = failing(/^get records\//, message, 1);
    const { body } = await modern(...call("get_place", { id: "sights.cdg" }), { fetch });
    expect(body.result).toHaveProperty("structuredContent");
    expect(calls).toHaveLength(2);
  });
});

describe("a change whose answer is lost", () => {
  const LOST = "D1_ERROR: Network connection lost.";
  const place = (name: string) => ({ name, category: "tourism/museum", ...PARIS });
  const putPlace = (id: string, fetch: ReturnType<typeof appOn>) =>
    admin(`/collections/edits/places/${id}`, fetch, "PUT", place(id));
  const isEdit = /^batch INSERT INTO write_conflicts/;
  const stored = async (id: string) => {
    const rows = await env.PLACES_DB.prepare("SELECT name FROM places WHERE source_id = ?1")
      .bind(id)
      .all();
    return rows.results.map(({ name }) => name);
  };

  it("is made once more where nothing was written", async () => {
    const well = failing(isEdit, LOST, 0);
    await putPlace("first", well.fetch);
    const usual = well.calls.length;
    await putPlace("second", well.fetch);
    const { calls, fetch } = failing(isEdit, LOST, 1);
    expect((await putPlace("before", fetch)).status).toBe(201);
    expect(calls).toHaveLength(well.calls.length - usual + 1);
    expect(await stored("before")).toEqual(["before"]);
  });

  it("is not made again where it was written", async () => {
    let times = 0;
    const fetch = appOn(async (what, carryOut) => {
      if (!isEdit.test(what) || ++times > 1) return carryOut();
      await carryOut();
      throw new Error(LOST);
    });
    expect((await putPlace("after", fetch)).status).toBe(503);
    expect(times).toBe(1);
    expect(await stored("after")).toEqual(["after"]);
  });
});
