import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { lookUp } from "../../src/location/gazetteer.ts";
import { geodesic } from "../../src/places/geodesic.ts";
import { PlaceStore } from "../../src/places/place-store.ts";
import {
  FIRST_QUESTIONS,
  type GazetteerQuestion,
  RIGHT_WITHIN_KM,
  SECOND_QUESTIONS,
} from "../support/gazetteer-questions.ts";
import { loadRealSet } from "../support/real-data.ts";

const MINUTES = 60_000;
const LEAST_SHARE_RIGHT = 0.97;
/** The index answers a name with so little reading. */
const MOST_ROWS_READ_P99 = 3_000;
const MOST_ROWS_READ_P50 = 300;

const store = new PlaceStore(env.PLACES_DB, env.PLACES_BUCKET);

beforeAll(async () => {
  await loadRealSet("/default");
}, 10 * MINUTES);

async function ask({ text, expected }: GazetteerQuestion) {
  const found = await lookUp(store, text);
  const { rowsRead } = found;
  if (found.kind !== "found") {
    return { rowsRead, fault: found.kind === expected ? undefined : `${text}: ${found.kind}` };
  }
  const { row, place } = found;
  const km =
    typeof expected === "string" ? Infinity : geodesic(expected, row).distanceMeters / 1_000;
  return {
    rowsRead,
    fault: km <= RIGHT_WITHIN_KM ? undefined : `${text}: ${place.label} (${row.category_path})`,
  };
}

it.each([
  ["first", FIRST_QUESTIONS, 220],
  ["second", SECOND_QUESTIONS, 60],
] as const)(
  "knows what people mean: the %s set",
  async (name, questions, least) => {
    expect(questions.length).toBeGreaterThanOrEqual(least);
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    for (const question of questions) answers.push(await ask(question));
    const faults = answers.flatMap(({ fault }) => fault ?? []);
    const share = 1 - faults.length / questions.length;
    const rows = answers.map(({ rowsRead }) => rowsRead).sort((a, b) => a - b);
    const [p50, p99] = [0.5, 0.99].map((part) => rows[Math.floor(part * rows.length)]!);
    console.log(
      `${name} set: ${(100 * share).toFixed(1)} % of ${questions.length} right, rows read p50 ${p50}, p99 ${p99}, most ${rows.at(-1)}\n${faults.join("\n")}`,
    );
    expect(share, faults.join("; ")).toBeGreaterThanOrEqual(LEAST_SHARE_RIGHT);
    expect(p50).toBeLessThanOrEqual(MOST_ROWS_READ_P50);
    expect(p99).toBeLessThanOrEqual(MOST_ROWS_READ_P99);
  },
  5 * MINUTES,
);

it("takes the country of the user for a hint where a name leaves a choice", async () => {
  const labels = await Promise.all(
    ["GB", "US"].map(async (country) => {
      const found = await lookUp(store, "Cambridge", { country });
      return found.kind === "found" && found.place.label;
    }),
  );
  expect(labels).toEqual(["Cambridge, England, GB", "Cambridge, Massachusetts, US"]);
});

it("mentions what else it could have been", async () => {
  const found = await lookUp(store, "Portland");
  expect(found.kind === "found" && found.place.note).toContain("Portland, Maine, US");
});

it("answers any text without an error", { timeout: 5 * MINUTES }, async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: "grapheme", maxLength: 200 }),
    fc.constantFrom(
      '"',
      "''",
      "¶paris",
      "· OR ·",
      "NEAR(a b)",
      "*",
      "(((",
      "a,b,c,d,e,f",
      "\u0000",
    ),
    fc
      .array(fc.constantFrom("Paris", "OR", "NOT", '"', "st", "東京", ",", "-"), { maxLength: 40 })
      .map((words) => words.join(" ")),
  );
  await fc.assert(
    fc.asyncProperty(text, async (anything) => {
      const { kind } = await lookUp(store, anything);
      expect(["found", "ambiguous", "too large", "unknown"]).toContain(kind);
    }),
    { numRuns: 150 },
  );
});
