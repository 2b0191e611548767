import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallerError } from "../../src/errors.ts";
import type { Snapshot } from "../../src/index/snapshot.ts";
import { readCursor, writeCursor } from "../../src/nearby/cursor.ts";

const DATA: Snapshot = {
  version: "v1",
  generation: 1,
  catalog: 1,
  isLoading: false,
  collections: new Map(),
  attributes: [],
};

/** An index whose isolate has read `cached` last, and whose database is of the version `now`. */
const indexOf = (now: string, cached: string | undefined = now) => ({
  cachedSnapshot: () => (cached === undefined ? undefined : { ...DATA, version: cached }),
  snapshot: async () => ({ ...DATA, version: now }),
});

/** What became of a cursor: its value, or our words. */
async function use(cursor: string, index = indexOf("v1")): Promise<unknown> {
  try {
    return await readCursor(cursor, index);
  } catch (error) {
    expect(error).toBeInstanceOf(CallerError);
    return (error as CallerError).message;
  }
}

const REFUSAL = expect.stringMatching(/^"cursor" is none that this server gave .*leave cursor out/);
const VALUE = { given: { query: "café" }, at: [48.8584, 2.2945], after: 987_654_321 };

it("comes back as it was written, and is the same for the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ stringUnit: "binary" }), async (value) => {
      const json = JSON.parse(JSON.stringify(value));
      const cursor = await writeCursor(value, DATA);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(await use(cursor)).toEqual(json);
      expect(await writeCursor(value, DATA)).toBe(cursor);
    }),
    { numRuns: 300, seed: 7 },
  );
});

it("is read in an isolate that has read nothing yet, or that has read the database before", async () => {
  const cursor = await writeCursor(VALUE, DATA);
  expect(await use(cursor, indexOf("v1", undefined))).toEqual(VALUE);
  expect(await use(cursor, indexOf("v1", "v0"))).toEqual(VALUE);
});

it("tells nothing to those who do not know the secret", async () => {
  const bytes = Buffer.from(await writeCursor(VALUE, DATA), "base64url").toString("latin1");
  expect(bytes).not.toMatch(/48\.8|2\.29|caf|query|9876/);
  // Nor do two that differ a little look alike.
  const other = await writeCursor({ ...VALUE, after: 987_654_322 }, DATA);
  const same = [...bytes].filter(
    (byte, at) => byte === Buffer.from(other, "base64url").toString("latin1")[at],
  );
  expect(same.length).toBeLessThan(bytes.length / 10);
});

describe("is refused", () => {
  it("where the database is another one", async () => {
    const cursor = await writeCursor(VALUE, DATA);
    expect(await use(cursor, indexOf("v2"))).toEqual(REFUSAL);
    expect(await use(cursor, indexOf("v2", "v1"))).toEqual(VALUE);
    expect(await use(await writeCursor(VALUE, { version: "" }))).toEqual(REFUSAL);
  });

  it("with any character changed, left out or put in", async () => {
    const cursor = await writeCursor(VALUE, DATA);
    for (let k = 0; k < cursor.length; k++) {
      const [before, after] = [cursor.slice(0, k), cursor.slice(k + 1)];
      const changed = ["", "A", "w", "-", "_", "+", "=", ".", " ", "\n", "é", "\ud800"]
        .flatMap((sign) => [before + sign + after, before + sign + cursor[k] + after])
        .filter((text) => text !== cursor);
      for (const text of changed) expect(await use(text), text).toEqual(REFUSAL);
    }
    expect(await use(`${cursor}=`)).toEqual(REFUSAL);
    expect(await use(`${cursor}A`)).toEqual(REFUSAL);
  });

  it.each([
    ["nothing", ""],
    ["no Base64", "!!"],
    ["an emoji", "🧭"],
    ["a lone surrogate", "\udfff"],
    ["a NUL", "\u0000"],
    ["the word for nothing", "null"],
    ["of an older version", "MTIzNC41NjdfOTg3NjU0MzIxX2V4YWN0XzAwMDAwMDAwMDAwMDAwMDAwMA"],
    ["a megabyte", "A".repeat(1_000_000)],
  ])("when it is %s", async (_, cursor) => {
    expect(await use(cursor)).toEqual(REFUSAL);
  });

  it("when it is anything else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: "binary" }), fc.base64String()),
        async (cursor) => {
          expect(await use(cursor)).toEqual(REFUSAL);
        },
      ),
      { numRuns: 300, seed: 9 },
    );
  });
});
