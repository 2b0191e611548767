import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { lookUp } from "../../src/gazetteer/look-up.ts";
import { readNames } from "../../src/gazetteer/readings.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { loadPlaces } from "../support/load-places.ts";
import { STORES } from "../support/stores.ts";

/** So many places have one name. */
const TWINS = 3_000;
const MOST_BYTES = 8_192;
const MINUTE = 60_000;
/** As the tools have it. */
const LONGEST_TEXT = 200;
const ALPHABETS = {
  Latin: "abcdefghijklmnopqrstuvwxyz",
  Cyrillic: "абвгдежзиклмнопрстуфхцчшщъыьэюя",
  Greek: "αβγδεζηθικλμνξοπρστυφχψω",
  Arabic: "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
  Hebrew: "אבגדהוזחטיכלמנסעפצקרשת",
  Devanagari: "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
  Georgian: "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
  Japanese: "東京都大阪府市区町村駅前丁目かなカナ",
  "rare Han": "𠀀𠀁𠀂𠀃",
} as const;

/** A text of so many words of so many different letters. */
function words(script: keyof typeof ALPHABETS, count: number, length: number): string {
  const letters = [...ALPHABETS[script]];
  const word = (_: unknown, at: number) =>
    Array.from({ length }, (_, k) => letters[(5 * at + 7 * k + k * k) % letters.length]).join("");
  return Array.from({ length: count }, word).join(" ").slice(0, LONGEST_TEXT);
}

const city = (
  name: string,
  country: string,
  latitude: number,
  longitude: number,
  rest: Partial<PlaceRecord> = {},
): PlaceRecord => ({
  sourceId: `${name}, ${country}`,
  name,
  category: "place/city",
  country,
  latitude,
  longitude,
  population: 500_000,
  ...rest,
});

beforeAll(async () => {
  await loadPlaces(STORES, {
    collections: [
      {
        collection: { id: "c", title: "", license: "", attribution: "", url: "", asOf: "2026" },
        records: [
          city("Paris", "FR", 48.85, 2.35),
          city("Gare de Lyon", "FR", 48.84, 2.37, { category: "railway/station" }),
          city("Lyon", "FR", 45.75, 4.85),
          city("Lyon Gare de la Part-Dieu", "FR", 45.76, 4.86, { category: "railway/station" }),
          city("Springfield", "US", 39.8, -89.64, { region: "Illinois" }),
          city("Saint Petersburg", "RU", 59.94, 30.31, { otherNames: ["Санкт-Петербург"] }),
          city("Yekaterinburg", "RU", 56.85, 60.61, { otherNames: ["Екатеринбург"] }),
          city("Thessaloniki", "GR", 40.64, 22.94, { otherNames: ["Θεσσαλονίκη"] }),
          city("Jerusalem", "IL", 31.77, 35.22, { otherNames: ["ירושלים"] }),
          city("Alexandria", "EG", 31.2, 29.92, { otherNames: ["الإسكندرية"] }),
          city("Neuschwanstein", "DE", 47.56, 10.75, { category: "tourism/attraction" }),
          city("Ville de Québec", "CA", 46.81, -71.21),
          ...Array.from({ length: TWINS }, (_, k) =>
            city("Twin", "ZZ", (k % 100) - 50, k / 100 - 170, { sourceId: `twin ${k}` }),
          ),
          city("Me Casa", "PH", 10, 120, { otherNames: ["Casa Me Grande"] }),
        ],
      },
    ],
    categories: [],
    regions: [
      { country: "US", words: ["US", "USA"] },
      { country: "US", name: "Illinois", words: ["IL", "Illinois"] },
      { country: "FR", words: ["France"] },
    ],
    fingerprint: "names",
  });
});

/** Looks a text up in a database that keeps account of what is sent. */
async function account(text: string) {
  let trips = 0;
  const bytes: number[] = [];
  const counting = {
    withSession(constraint: string) {
      const session = env.PLACES_DB.withSession(constraint);
      return {
        prepare(sql: string) {
          const statement = session.prepare(sql);
          const bind = statement.bind.bind(statement);
          statement.bind = (...values) => {
            bytes.push(new TextEncoder().encode(values.join("")).length);
            return bind(...values);
          };
          return statement;
        },
        batch(statements: D1PreparedStatement[]) {
          trips += 1;
          return session.batch(statements);
        },
      };
    },
  } as unknown as D1Database;
  const store = new PlaceIndex(counting, env.PLACES_BUCKET);
  // Reads the directory, too, if this isolate has not.
  await store.snapshot();
  trips = 0;
  const found = await lookUp(store, text);
  return { trips, bytes, found };
}

describe("costs one round trip and few bytes", () => {
  const scripts = Object.keys(ALPHABETS) as (keyof typeof ALPHABETS)[];
  it.each<[string, string]>([
    ...scripts.map((script): [string, string] => [
      `words of 16 letters, ${script}`,
      words(script, 12, 16),
    ]),
    ...scripts.map((script): [string, string] => [
      `words of 24 letters, ${script}`,
      words(script, 8, 24),
    ]),
    ...scripts.map((script): [string, string] => [`short words, ${script}`, words(script, 66, 2)]),
    ...scripts.map((script): [string, string] => [
      `one word, ${script}`,
      words(script, 1, LONGEST_TEXT),
    ]),
    ["parts", words("Cyrillic", 12, 16).replaceAll(" ", ", ")],
    ["all scripts", scripts.map((script) => words(script, 1, 16)).join(" ")],
    ["all scripts without gaps", scripts.map((script) => words(script, 1, 20)).join("")],
    ["an address", "Санкт-Петербург Московский вокзал Лиговский проспект Россия Центральный район"],
    ["a museum", "Museum of Modern Art New York United States"],
    ["ligatures that are four words each", "ﷺ".repeat(LONGEST_TEXT)],
    ["signs that are six letters each", "㌖".repeat(30)],
    ["letters that are two", "ß".repeat(100)],
  ])("%s", async (_, text) => {
    const { trips, bytes } = await account(text);
    expect(trips).toBe(1);
    expect(bytes.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(MOST_BYTES);
  });

  it("any text", { timeout: MINUTE }, () => {
    const all = Object.values(ALPHABETS).join("");
    const gap = fc.constantFrom(" ", ", ", "-", "·", "(");
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: LONGEST_TEXT }),
      fc.string({ unit: "grapheme", maxLength: LONGEST_TEXT }),
      fc.string({ unit: fc.oneof(fc.constantFrom(...all), gap), minLength: 150 }),
      ...Object.values(ALPHABETS).map((letters) =>
        fc.string({
          unit: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...letters) }, gap),
          minLength: 150,
          maxLength: LONGEST_TEXT,
        }),
      ),
    );
    fc.assert(
      fc.property(text, (given) => {
        const readings = readNames(given.slice(0, LONGEST_TEXT));
        const bytes = new TextEncoder().encode(JSON.stringify(readings?.question ?? "")).length;
        expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  it("and not all places of a name that is everywhere", async () => {
    const { found } = await account("Paris, Twin");
    expect(found.kind).toBe("ambiguous");
    expect(found.rowsRead).toBeLessThan(2 * TWINS);
  });

  it("and nothing where folding makes a text longer than any name", async () => {
    const { trips, found } = await account("㌖".repeat(LONGEST_TEXT));
    expect({ trips, kind: found.kind }).toEqual({ trips: 0, kind: "unknown" });
  });
});

describe("finds a name with a typo in one word", () => {
  const label = async (text: string) => {
    const { found } = await account(text);
    return found.kind === "found" ? found.row.name : found.kind;
  };

  it.each([
    ["Sprigfield, IL", "Springfield"],
    ["Springfeild Illinois", "Springfield"],
    ["Springfeild Illinois USA", "Springfield"],
    ["Illinois Sprinfield", "Springfield"],
    ["Gare de Lyno, Paris", "Gare de Lyon"],
    ["Gaare de Lyon, Paris", "Gare de Lyon"],
    ["Lyon, Gare Part-Diue", "Lyon Gare de la Part-Dieu"],
    ["gare Lyon Part-Diue", "Lyon Gare de la Part-Dieu"],
    ["Part-Dieu Lyob gare", "Lyon Gare de la Part-Dieu"],
    ["Sanit Petersburg", "Saint Petersburg"],
    ["St. Petersbrug", "Saint Petersburg"],
    ["Санкт-Петербрг", "Saint Petersburg"],
    ["Сакнт-Петербург", "Saint Petersburg"],
    ["Екатеринбурк", "Yekaterinburg"],
    ["Екатеринбурга", "Yekaterinburg"],
    ["Θεσαλονίκη", "Thessaloniki"],
    ["ירושליים", "Jerusalem"],
    ["الإسكندريه", "Alexandria"],
    ["Neuschwansteim", "Neuschwanstein"],
    ["Vile de Quebec", "Ville de Québec"],
    ["Ville de Qeubec", "Ville de Québec"],
  ])("%s", async (text, name) => {
    expect(await label(text)).toBe(name);
  });

  it.each([
    ["two words with a typo", "Garre de Lyno"],
    ["a town, where a station is named", "Lyno station"],
    ["a short word", "Lyom"],
    ["two typos in one word", "Sprigfeild"],
    ["a word of three letters", "Lyo"],
    ["one of two words of a longer name", "Caza Grande"],
    ["a typo and a qualifier that the place does not meet", "Springfeild, France"],
  ])("but not %s: %s", async (_, text) => {
    expect(await label(text)).toBe("unknown");
  });

  it("only where nothing fits as it is written", async () => {
    const withTypo = await account("Yekaterinbrg");
    const asItIs = await account("Paris, France");
    const [many, few] = [withTypo, asItIs].map(({ found }) => found.rowsRead);
    expect(withTypo.found.kind).toBe("found");
    expect(many).toBeGreaterThan(200);
    expect(few).toBeLessThan(100);
  });

  it("not where the whole text means a region", async () => {
    const { found } = await account("Illinois");
    expect(found.kind).toBe("too large");
    expect(found.rowsRead).toBeLessThan(100);
  });
});

describe("takes the town of an address, and says so", () => {
  it.each([
    ["5 Rue Cler, Paris, France", "5 Rue Cler"],
    ["Paris, Rue Cler 5", "Rue Cler 5"],
    ["75007 Paris", "75007"],
    ["Neverheard Tower, Paris", "Neverheard Tower"],
  ])("%s", async (text, unread) => {
    const { found } = await account(text);
    expect(found).toMatchObject({
      row: { name: "Paris" },
      place: { matched: "part", note: `Read as Paris, FR: "${unread}" is not known.` },
    });
  });
});

it.each(["Airport, Lyon", "Lyon, airport", "Lyon airport", "the nearest station"])(
  "takes no town where another kind is named: %s",
  async (text) => {
    expect((await account(text)).found.kind).toBe("unknown");
  },
);

it("takes no word for a kind that only JavaScript knows", async () => {
  expect((await account("constructor Paris")).found.kind).toBe("unknown");
});
