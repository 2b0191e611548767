import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallerError } from "../../src/errors.ts";
import { RELAXED_MODES } from "../../src/index/search/query.ts";
import type { Snapshot } from "../../src/index/snapshot.ts";
import { checkCursor, writeCursor as cursorOf, readCursor } from "../../src/nearby/cursor.ts";
import type { Position } from "../../src/nearby/question.ts";
import { type PlainQuestion, questionOf } from "../support/question.ts";

const snapshot: Snapshot = {
  version: "v1",
  generation: 1,
  catalog: 1,
  isLoading: false,
  collections: new Map(),
  attributes: [],
};

const position: fc.Arbitrary<Position> = fc.record({
  distanceMeters: fc.oneof(
    fc.constantFrom(0, 1e-9, 5e-324, 0.1 + 0.2, 20_003_931.458_625_447),
    fc.double({ min: 0, max: 2.1e7, noNaN: true }),
  ),
  key: fc.oneof(fc.constantFrom(0, 6 * 2 ** 50 - 1), fc.maxSafeNat()),
  mode: fc.constantFrom("exact" as const, ...RELAXED_MODES),
});
const question: fc.Arbitrary<PlainQuestion> = fc.record({
  center: fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  }),
  radiusMeters: fc.double({ min: 0.001, max: 2.1e7, noNaN: true }),
  limit: fc.integer({ min: 1, max: 50 }),
  text: fc.string({ unit: "binary", maxLength: 50 }),
  category: fc.option(fc.string({ unit: "binary", maxLength: 50 }), { nil: undefined }),
});

const END: Position = { distanceMeters: 1234.567, key: 987_654_321, mode: "exact" };
const QUESTION: PlainQuestion = {
  center: { latitude: 48.8584, longitude: 2.2945 },
  radiusMeters: 10_000,
  limit: 10,
  text: "café",
};

const writeCursor = (end: Position, asked: PlainQuestion, data: Snapshot) =>
  cursorOf(end, questionOf(asked), data);

/** What became of a cursor: the place it goes on from, or our words. */
async function use(cursor: string, asked = QUESTION, data = snapshot): Promise<Position | string> {
  try {
    const end = readCursor(cursor);
    await checkCursor(cursor, questionOf(asked), data);
    return end;
  } catch (error) {
    expect(error).toBeInstanceOf(CallerError);
    return (error as CallerError).message;
  }
}

const REFUSAL = expect.stringMatching(
  /^"cursor" does not belong to this question\. Pass the next_cursor/,
);

it("comes back as it was written", async () => {
  await fc.assert(
    fc.asyncProperty(position, question, async (end, asked) => {
      const cursor = await writeCursor(end, asked, snapshot);
      expect(cursor).toMatch(/^[\w-]{1,400}$/);
      expect(await use(cursor, asked)).toEqual(end);
    }),
    { numRuns: 500, seed: 7 },
  );
});

it("may go on with another limit", async () => {
  const cursor = await writeCursor(END, QUESTION, snapshot);
  expect(await use(cursor, { ...QUESTION, limit: 50 })).toEqual(END);
});

describe("is refused", () => {
  it.each<[string, Partial<PlainQuestion>]>([
    ["another latitude", { center: { ...QUESTION.center, latitude: 48.858_400_000_1 } }],
    ["another longitude", { center: { ...QUESTION.center, longitude: -2.2945 } }],
    ["another radius", { radiusMeters: 10_001 }],
    ["another text", { text: "cafe" }],
    ["no text", { text: "" }],
    ["a category", { category: "café" }],
    ["an empty category", { category: "" }],
  ])("for %s", async (_, change) => {
    const cursor = await writeCursor(END, QUESTION, snapshot);
    expect(await use(cursor, { ...QUESTION, ...change })).toEqual(REFUSAL);
  });

  it("for any other question", async () => {
    await fc.assert(
      fc.asyncProperty(position, question, question, async (end, asked, other) => {
        const same = { ...other, limit: 0 };
        fc.pre(JSON.stringify({ ...asked, limit: 0 }) !== JSON.stringify(same));
        const cursor = await writeCursor(end, asked, snapshot);
        expect(await use(cursor, other)).toEqual(REFUSAL);
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  it("when the data is no more what it was", async () => {
    const cursor = await writeCursor(END, QUESTION, snapshot);
    expect(await use(cursor, QUESTION, { ...snapshot, version: "v2" })).toEqual(REFUSAL);
  });

  it("with any character changed, left out or put in", async () => {
    const cursor = await writeCursor(END, QUESTION, snapshot);
    for (let k = 0; k < cursor.length; k++) {
      const [before, after] = [cursor.slice(0, k), cursor.slice(k + 1)];
      const changed = [
        "",
        "A",
        "B",
        "g",
        "w",
        "0",
        "-",
        "_",
        "+",
        "/",
        "=",
        ".",
        " ",
        "\n",
        "é",
        "\ud800",
      ]
        .flatMap((character) => [
          before + character + after,
          before + character + cursor[k] + after,
        ])
        .filter((text) => text !== cursor);
      for (const text of changed) expect(await use(text), text).toEqual(REFUSAL);
    }
    expect(await use(`${cursor}=`)).toEqual(REFUSAL);
    expect(await use(`${cursor}A`)).toEqual(REFUSAL);
  });

  it("when it was written by somebody who does not know the data's version", async () => {
    const forged = await writeCursor({ ...END, key: 0 }, QUESTION, { ...snapshot, version: "" });
    expect(await use(forged)).toEqual(REFUSAL);
  });

  const of = (text: string) => btoa(text).replaceAll("=", "");
  it.each([
    ["nothing", ""],
    ["no Base64", "!!"],
    ["an emoji", "🧭"],
    ["a lone surrogate", "\udfff"],
    ["a NUL", "\u0000"],
    ["empty fields", of("___")],
    ["a distance below zero", of("-1_1_exact_00")],
    ["no number for a distance", of("NaN_1_exact_00")],
    ["an endless distance", of("Infinity_1_exact_00")],
    ["a key too large for a number", of("1_9007199254740993_exact_00")],
    ["a broken key", of("1_1.5_exact_00")],
    ["a mode that there is not", of("1_1_toString_00")],
    ["no mode", of("1_1")],
    ["no check", of("1_1_exact")],
    ["an empty check", of("1_1_exact_")],
    ["a wrong check", of(`1_1_exact_${"0".repeat(18)}`)],
    ["hexadecimal numbers", of("0x1_0x1_exact_00")],
    ["a megabyte", "A".repeat(1_000_000)],
    ["a megabyte of digits", of(`${"9".repeat(1_000_000)}_1_exact_00`)],
    ["a megabyte of fields", of("1_".repeat(500_000))],
  ])("when it is %s", async (_, cursor) => {
    expect(await use(cursor)).toEqual(REFUSAL);
  });

  it("when it is anything else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.base64String(),
          fc.string({ unit: "binary-ascii" }).map((text) => of(text)),
        ),
        async (cursor) => {
          expect(await use(cursor)).toEqual(REFUSAL);
        },
      ),
      { numRuns: 500, seed: 9 },
    );
  });
});
