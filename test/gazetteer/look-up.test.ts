import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { lookUp } from "../../src/gazetteer/look-up.ts";
import { inverseGeodesic } from "../../src/geodesic.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
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
/** Also of a text that names nothing. Each look-up in the vocabulary has a row of its own that is counted. */
const MOST_ROWS_READ = 8_000;

const store = new PlaceIndex(env.PLACES_DB, env.PLACES_BUCKET);

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
    typeof expected === "string" ? Infinity : inverseGeodesic(expected, row).distanceMeters / 1_000;
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

it.each([
  ["Gare de Lyno, Paris", "Paris Gare de Lyon, FR"],
  ["Gare du Nrod, Paris", "Paris Gare du Nord, FR"],
  ["London Knigs Cross", "King's Cross, England, GB"],
  ["Sprigfield, IL", "Springfield, Illinois, US"],
  ["Sprngfield Illinois USA", "Springfield, Illinois, US"],
  // All edit neighbours of these words are more than are looked up: those of the rarest word come first.
  ["Springfielf Massachusetts United States", "Springfield, Massachusetts, US"],
  ["San Farncisco, CA", "San Francisco, California, US"],
  ["San Fransisco, CA", "San Francisco, California, US"],
  ["Rio de Janiero", "Rio de Janeiro, BR"],
  ["Sanit Petersburg, Florida", "St. Petersburg, Florida, US"],
  ["Санкт-Петербрг", "Saint Petersburg, RU"],
  ["Нижний Новгоррд", "Nizhniy Novgorod, Nizhny Novgorod Oblast, RU"],
  ["Екатеринбурк", "Yekaterinburg, Sverdlovsk Oblast, RU"],
  ["Θεσαλονίκη", "Thessaloníki, Central Macedonia, GR"],
])("forgives a typo in one word: %s", async (text, label) => {
  const found = await lookUp(store, text);
  expect(found.kind === "found" ? found.place.label : found.kind).toBe(label);
});

const wordsOf = (letters: string, count: number, length: number) =>
  Array.from({ length: count }, (_, word) =>
    Array.from({ length }, (_, k) => letters[(5 * word + 7 * k + k * k) % letters.length]).join(""),
  ).join(" ");

it.each([
  ["8 Latin words of 16 letters", wordsOf("abcdefghijklmnopqrstuvwxyz", 8, 16)],
  ["8 Cyrillic words of 16 letters", wordsOf("абвгдежзиклмнопрстуфхцчшщъыьэюя", 8, 16)],
  ["8 Arabic words of 16 letters", wordsOf("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", 8, 16)],
  ["66 short words", wordsOf("abcdefghijklmnopqrstuvwxyz", 66, 2)],
  ["66 short words in parts", wordsOf("abcdefghijklmnopqrstuvwxyz", 66, 2).replaceAll("a ", ", ")],
  ["words with many neighbours", "lana mara bona sora tila nova para rina"],
  ["common words", "la de la de la de la de"],
  ["a common word again and again", "san san san san san san san san"],
  ["200 Chinese and Japanese characters", wordsOf("東京都大阪府市区町村駅前丁目", 1, 200)],
  ["an address", "Санкт-Петербург Московский вокзал Лиговский проспект Россия Центральный район"],
  ["a museum", "Museum of Modern Art New York United States"],
])("reads a bounded number of rows for %s", async (_, text) => {
  expect((await lookUp(store, text)).rowsRead).toBeLessThanOrEqual(MOST_ROWS_READ);
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
    { numRuns: 150, seed: 7 },
  );
});
