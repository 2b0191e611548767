import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprint, readDataset } from "../../scripts/dataset/dataset.ts";
import type { Point } from "../../src/geo/point.ts";
import { inverseGeodesic } from "../../src/geodesic.ts";
import { ImportRequest, LexiconRequest } from "../../src/imports/contract.ts";
import { PlaceRecordSchema } from "../../src/records/schema.ts";
import type { PlainQuestion } from "../support/question.ts";
import { argumentsOf, DECLARED_COSTS, expectWithin } from "./costs.ts";
import { testDefaultPlaces } from "./default-places.ts";
import { openEngine } from "./engine.ts";
import {
  FIRST_QUESTIONS,
  type GazetteerQuestion,
  RIGHT_WITHIN_KM,
  SECOND_QUESTIONS,
} from "./gazetteer-questions.ts";
import { Judge } from "./judge.ts";
import { NEAR_QUESTIONS } from "./near-questions.ts";
import { KINDS, questioner } from "./questions.ts";
import { type RealSet, setOf } from "./set.ts";
import { faultsOf } from "./verdict.ts";
import type { Located } from "./worker.ts";

const QUESTIONS_A_KIND = 20;
const MINUTES = 60_000;

let set: RealSet;
let engine: Awaited<ReturnType<typeof openEngine>>;

beforeAll(async () => {
  set = setOf(readDataset());
  // Continuous integration asks the stores that `npm start` has loaded.
  engine = await openEngine("default", set, process.env.STORED_DEFAULT_DATA);
}, 10 * MINUTES);

afterAll(() => engine?.close());

it("is taken by the server to the last place and word", () => {
  for (const { collection, records } of set.collections) {
    const { id, ...metadata } = collection;
    const request = { mode: "replace", fingerprint: fingerprint(), metadata };
    expect(ImportRequest.safeParse(request).error, id).toBeUndefined();
    const refused = records.filter((record) => !PlaceRecordSchema.safeParse(record).success);
    expect(refused).toEqual([]);
  }
  expect(set.collections.flatMap(({ records }) => records).length).toBeGreaterThan(300_000);
  const { categories, regions } = set;
  const words = { categories, regions, fingerprint: fingerprint() };
  expect(LexiconRequest.safeParse(words).error).toBeUndefined();
});

describe("says of each place what is so", () => testDefaultPlaces(() => set));

describe(`agrees with a search of every place, on ${QUESTIONS_A_KIND} questions`, () => {
  let judge: Judge;
  let ask: ReturnType<typeof questioner>;

  beforeAll(() => {
    judge = new Judge(set);
    ask = questioner(set, 313_204);
  }, 10 * MINUTES);

  it.each(KINDS)("%s", { timeout: 5 * MINUTES }, async (kind) => {
    const faults: string[] = [];
    for (let k = 0; k < QUESTIONS_A_KIND; k++) {
      faults.push(...(await faultsOf(engine, judge, ask(kind), k % 4 === 0 ? 3 : 1)));
    }
    expect(faults).toEqual([]);
  });
});

const at = (latitude: number, longitude: number): Point => ({ latitude, longitude });
const PARIS = at(48.8566, 2.3522);
const BERLIN = at(52.52, 13.405);
const TOKYO = at(35.6812, 139.7671);

/** The places found, with all that their names are, and how the text was read. */
async function find(text: string, center: Point, change: Partial<PlainQuestion> = {}) {
  const question = { center, radiusMeters: 30_000, limit: 10, text, ...change };
  const { places, mode, beyond } = await engine.nearby(question);
  const names = await engine.names(question);
  const found = places.map((place, at) => ({ ...place, names: names[at]!.join(" | ") }));
  return { found, ids: found.map(({ id }) => id), mode, beyond: beyond?.id };
}

/** By hand: from the coordinates of the cities' centres and of OurAirports, on a sphere. */
describe("knows the nearest large airport of", () => {
  it.each([
    ["Tokyo", TOKYO, "RJTT", 14.73],
    ["Sydney", at(-33.8688, 151.2093), "YSSY", 9.1],
    ["Auckland", at(-36.8485, 174.7633), "NZAA", 18.29],
    ["Cape Town", at(-33.9249, 18.4241), "FACT", 17.5],
    ["Honolulu", at(21.3069, -157.8583), "PHNL", 7.09],
    ["Reykjavík", at(64.1466, -21.9426), "BIKF", 36.91],
    ["Mexico City", at(19.4326, -99.1332), "MMMX", 6.49],
    ["Denver", at(39.7392, -104.9903), "KDEN", 30.19],
    ["Suva", at(-18.1416, 178.4415), "NFNA", 16.68],
    ["Apia, beyond the date line", at(-13.8333, -171.7667), "NSFA", 26.06],
    ["Longyearbyen, in Tromsø", at(78.2232, 15.6267), "ENTC", 954.6],
  ])("%s", async (_, center, id, kilometers) => {
    const category = "aeroway/aerodrome/large";
    const { found } = await find("", center, { category, limit: 1, radiusMeters: 2e6 });
    expect(found[0]!.id).toBe(`airports:${id}`);
    expect(found[0]!.category).toBe(category);
    expect(Math.abs(found[0]!.distanceMeters / 1_000 / kilometers - 1)).toBeLessThan(0.006);
  });
});

describe("understands the words for kinds of places in other languages", () => {
  it.each([
    ["aéroport", PARIS, "aeroway/aerodrome", "airports:LFPO"],
    ["Flughafen", BERLIN, "aeroway/aerodrome", "airports:EDDB"],
    ["空港", TOKYO, "aeroway/aerodrome", "airports:RJTT"],
    ["аэропорт", at(60.1699, 24.9384), "aeroway/aerodrome", "airports:EFHK"],
    ["Bahnhof", BERLIN, "railway/station", "Berlin Hbf"],
    ["駅", BERLIN, "railway/station", "Berlin Hbf"],
    ["gare", PARIS, "railway/station", "Gare de Lyon"],
    ["stazione", PARIS, "railway/station", "Gare du Nord"],
  ])("%s", async (word, center, category, known) => {
    const { found, mode } = await find(word, center, { limit: 50 });
    expect(mode).toBe("exact");
    for (const place of found) {
      const hasIt = place.names.toLowerCase().includes(word.toLowerCase());
      expect(place.category.startsWith(category) || hasIt, place.names).toBe(true);
    }
    const ofKind = found.filter((place) => place.category.startsWith(category));
    expect(ofKind.some(({ id, names }) => id === known || names.includes(known))).toBe(true);
  });
});

describe("reads what is typed", () => {
  it("as the beginning of a word", async () => {
    const { found, ids, mode } = await find("charl", PARIS);
    expect(mode).toBe("prefix");
    expect(ids).toContain("airports:LFPG");
    for (const { names } of found) expect(names).toMatch(/\bcharl/i);
  });

  it("with a slip of the finger", async () => {
    const { ids, mode } = await find("Charels de Gaulle", PARIS);
    expect(mode).toBe("typo");
    expect(ids).toContain("airports:LFPG");
  });

  it("as all the words, if there is a place that has them", async () => {
    const { found, ids, mode } = await find("orly paris", PARIS);
    expect(mode).toBe("exact");
    expect(ids).toContain("airports:LFPO");
    for (const { names } of found) {
      expect(names).toMatch(/orly/i);
      expect(names).toMatch(/par[iy]s/i);
    }
  });

  it("as any of them, if there is none", async () => {
    const { found, ids, mode } = await find("orly xylophon", PARIS);
    expect(mode).toBe("most");
    expect(ids).toContain("airports:LFPO");
    for (const { names } of found) expect(names).toMatch(/orly/i);
  });

  it("without its little words, if they are in no name", async () => {
    const { ids, mode } = await find("where is the nearest orly", PARIS);
    expect(mode).toBe("bare");
    expect(ids).toContain("airports:LFPO");
  });
});

describe("knows what lies beyond", () => {
  it("the next airport, if none is near", async () => {
    const { ids, beyond } = await find("Tromsø", at(78.2232, 15.6267), { category: "aeroway" });
    expect({ ids, beyond }).toEqual({ ids: [], beyond: "airports:ENTC" });
  });

  it("the South Pole, seen from the North Pole", async () => {
    const { beyond } = await find("Amundsen Scott South Pole", at(90, 0));
    expect(beyond).toBe("airports:NZSP");
  });
});

/** A word, and a sentence that asks the same. */
const SENTENCES: readonly (readonly [word: string, sentence: string])[] = [
  ["train station", "where is the closest train station please"],
  ["airport", "can you find me the nearest airport"],
  ["Bahnhof", "wo ist der nächste Bahnhof bitte"],
  ["gare", "où est la gare la plus proche s'il vous plaît"],
  ["駅", "一番近い駅はどこですか"],
  ["вокзал", "где находится ближайший вокзал"],
  ["port", "which harbours are there around here"],
  ["village", "please show me some villages in my area"],
  ["Orly", "where is Orly"],
  ["airport", "a good cheap airport open now"],
  ["Versailles", "I am looking for Versailles, is it near me?"],
];

it("takes at most twice as much for a sentence as for a word, as a rule", async () => {
  const rows: { words: number[]; sentences: number[] } = { words: [], sentences: [] };
  for (const [word, sentence] of SENTENCES) {
    const cost = async (query: string) => (await engine.cost({ query, ...PARIS })).rowsRead;
    rows.words.push(await cost(word));
    rows.sentences.push(await cost(sentence));
  }
  const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
  expect(median(rows.sentences)).toBeLessThanOrEqual(2 * median(rows.words));
});

it.each(DECLARED_COSTS)("costs no more than is declared: %s", async (_, args, most) => {
  expectWithin(await engine.cost(argumentsOf(args)), most);
});

const LEAST_SHARE_RIGHT = 0.97;
/** The index answers a name with so little reading. */
const MOST_ROWS_READ_P99 = 3_000;
const MOST_ROWS_READ_P50 = 300;
/** Also of a text that names nothing. Each look-up in the vocabulary has a row of its own that is counted. */
const MOST_ROWS_READ = 8_000;

async function lookUp({ text, expected }: GazetteerQuestion) {
  const { kind, rowsRead, place } = await engine.lookUp(text);
  if (!place) return { rowsRead, fault: kind === expected ? undefined : `${text}: ${kind}` };
  const km =
    typeof expected === "string"
      ? Infinity
      : inverseGeodesic(expected, place).distanceMeters / 1_000;
  return {
    rowsRead,
    fault: km <= RIGHT_WITHIN_KM ? undefined : `${text}: ${place.label} (${place.category})`,
  };
}

it.each([
  ["first", FIRST_QUESTIONS, 220],
  ["second", SECOND_QUESTIONS, 60],
] as const)(
  "knows what people mean: the %s set",
  async (name, questions, least) => {
    expect(questions.length).toBeGreaterThanOrEqual(least);
    const answers: Awaited<ReturnType<typeof lookUp>>[] = [];
    for (const question of questions) answers.push(await lookUp(question));
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

const LEAST_SHARE_UNDERSTOOD = 0.97;
const MOST_BYTES_BOUND = 8_192;

describe(`${NEAR_QUESTIONS.length} texts as near, as people and models write them`, () => {
  const faults: string[] = [];
  const silent: string[] = [];
  const tally = { right: 0, asked: 0, told: 0, silent: 0 };
  let located: readonly Located[] = [];

  beforeAll(async () => {
    const asked = NEAR_QUESTIONS.map(({ text, expected, hostCountry }) => ({
      near: text,
      host: expected === "here" ? BERLIN : hostCountry ? { country: hostCountry } : undefined,
    }));
    located = await engine.locate(asked);
    for (const [at, { location, problem }] of located.entries()) {
      const { text, expected, mayBeUnknown, withinKm } = NEAR_QUESTIONS[at]!;
      const right = expected === "here" ? BERLIN : expected === "ask" ? undefined : expected;
      const isRight = !location
        ? right === undefined || mayBeUnknown
        : right && inverseGeodesic(right, location).distanceMeters <= 1_000 * withinKm;
      // A note tells how it was read, or what else it could be.
      const isTold = location?.matched !== "exact" || location.note !== undefined;
      const outcome = isRight ? "right" : !location ? "asked" : isTold ? "told" : "silent";
      tally[outcome] += 1;
      const line = `${text}: ${location ? `${location.label} (${location.matched})` : problem}`;
      if (outcome === "silent") silent.push(line);
      if (!isRight) faults.push(line);
    }
  }, 5 * MINUTES);

  it("are understood", () => {
    const share = tally.right / NEAR_QUESTIONS.length;
    console.log(`near: ${(100 * share).toFixed(1)} % right, ${JSON.stringify(tally)}`);
    expect(share, faults.join("\n")).toBeGreaterThanOrEqual(LEAST_SHARE_UNDERSTOOD);
  });

  it("are never silently taken for another place", () => {
    expect(silent).toEqual([]);
  });

  it("are as if left out where they say here, and ask where nothing else is known", async () => {
    const words = NEAR_QUESTIONS.filter(({ expected }) => expected === "here");
    const answers = await engine.locate(words.map(({ text }) => ({ near: text })));
    for (const { problem } of answers)
      expect(problem).toMatch(/^It is not known where the user is/);
  });

  it("cost one statement, few bytes and few rows", () => {
    const rows = located.map(({ rowsRead }) => rowsRead).sort((a, b) => a - b);
    const bytes = Math.max(...located.map(({ bytesBound }) => bytesBound));
    const [p50, p99] = [0.5, 0.99].map((part) => rows[Math.floor(part * rows.length)]!);
    console.log(
      `near: rows read p50 ${p50}, p99 ${p99}, most ${rows.at(-1)}; bytes at most ${bytes}`,
    );
    expect(Math.max(...located.map(({ roundTrips }) => roundTrips))).toBe(1);
    expect(p50).toBeLessThanOrEqual(MOST_ROWS_READ_P50);
    expect(p99).toBeLessThanOrEqual(MOST_ROWS_READ);
    expect(rows.at(-1)).toBeLessThanOrEqual(MOST_ROWS_READ);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES_BOUND);
  });
});

it("takes the country of the user for a hint where a name leaves a choice", async () => {
  const labels = await Promise.all(
    ["GB", "US"].map(async (country) => {
      const found = await engine.lookUp("Cambridge", { country });
      return found.place?.label;
    }),
  );
  expect(labels).toEqual(["Cambridge, England, GB", "Cambridge, Massachusetts, US"]);
});

it.each([
  ["GB", "London Waterloo, GB"],
  ["BE", "Waterloo, Wallonia, BE"],
  ["FR", "ambiguous"],
])("takes Waterloo, asked from %s, for %s", async (country, label) => {
  const found = await engine.lookUp("Waterloo", { country });
  expect(found.place?.label ?? found.kind).toBe(label);
});

it("says of a village whose people nobody has counted how it was read", async () => {
  const found = await engine.lookUp("Soho");
  expect(found.place?.note).toBe("Read as Soho, East Java, ID.");
});

it.each([
  ["Bandung, Jawa Barat", "Bandung, West Java, ID"],
  ["Казань, Татарстан", "Kazan, Tatarstan Republic, RU"],
  ["Poznań, wielkopolskie", "Poznań, Greater Poland, PL"],
  ["Vitória - ES", "Vitória, Espírito Santo, BR"],
  ["Cambridge, MA 02139", "02139, Massachusetts, US"],
  ["京都府京都市", "Kyoto, JP"],
  // Their towns have two large airports near by.
  ["成田国際空港", "Narita International Airport, JP"],
  ["인천국제공항", "Incheon International Airport, KR"],
  // "Walmart" is a letter away from another name of a town in Iraq, "Narnia" from Sarnia; "BAY" is an airport's code.
  ["Walmart", "unknown"],
  ["Narnia", "unknown"],
  ["Bay Area", "ambiguous"],
  ["Union Station", "ambiguous"],
])("reads %s as %s", async (text, label) => {
  const found = await engine.lookUp(text);
  expect(found.place?.label ?? found.kind).toBe(label);
});

it("mentions what else it could have been", async () => {
  const found = await engine.lookUp("Portland");
  expect(found.place?.note).toContain("Portland, Maine, US");
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
  const found = await engine.lookUp(text);
  expect(found.place?.label ?? found.kind).toBe(label);
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
  ["an airport of any of many towns", "aeropuerto de San José, Santa Cruz"],
  ["an address without commas", "12 Rua São João da Boa Vista San Antonio 12345 Santa Maria"],
  ["a station of common words", "San Juan de la Santa Cruz estacion central international"],
])("reads a bounded number of rows for %s", async (_, text) => {
  expect((await engine.lookUp(text)).rowsRead).toBeLessThanOrEqual(MOST_ROWS_READ);
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
      const { kind } = await engine.lookUp(anything);
      expect(["found", "ambiguous", "too large", "foreign code", "unknown"]).toContain(kind);
    }),
    { numRuns: 150, seed: 7 },
  );
});
