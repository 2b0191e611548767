import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { PlaceIndex } from "../../../src/index/place-index.ts";
import {
  compileQuery,
  type MatchMode,
  matchFor,
  RELAXED_MODES,
  relaxationsOf,
} from "../../../src/index/search/query.ts";
import { findNearby } from "../../../src/nearby/find.ts";
import { loadPlaces } from "../../support/load-places.ts";
import { questionOf } from "../../support/question.ts";
import { STORES } from "../../support/stores.ts";

const HERE = { latitude: 10, longitude: 20 };
const COLLECTION = { id: "c", title: "", license: "", attribution: "", url: "", asOf: "2026" };

const CATEGORIES = [
  // The first, so that its word in the index is "·1".
  { path: "amenity", label: "Amenities", words: [] },
  { path: "amenity/cafe", label: "Cafe", words: ["cafe", "coffee", "coffee shop", "喫茶店"] },
  { path: "amenity/pharmacy", label: "Pharmacy", words: ["pharmacy", "drug store"] },
  { path: "place", label: "Places", words: [] },
  { path: "railway", label: "Railways", words: ["railway"] },
  {
    path: "railway/station",
    label: "Station",
    words: ["station", "gare", "駅", "역", "train stop"],
  },
];

/** Id, category, name, other names. */
const PLACES: readonly (readonly [string, string, string, ...string[]])[] = [
  ["tokyo", "railway/station", "東京駅", "Tōkyō"],
  ["kyoto", "place", "京都", "Kyoto"],
  ["tower", "place", "東京タワー"],
  ["seoul", "railway/station", "서울역", "Seoul"],
  ["bangkok", "place", "กรุงเทพมหานคร"],
  ["joes", "place", "Joe's Diner"],
  ["street", "place", "Große Straße"],
  ["lodz", "place", "Łódź Fabryczna"],
  ["oslo", "place", "Oslo Æbleskiver Øst"],
  ["shalom", "place", "בית שָׁלוֹם"],
  ["medina", "place", "مَدِينَة"],
  ["wide", "place", "ＮＥＷ　ＷＯＲＬＤ"],
  ["paz", "place", "La Paz"],
  ["hague", "place", "The Hague"],
  ["homme", "amenity/cafe", "Café de l’Homme"],
  ["mall", "place", "Coffee Shop Street"],
  ["plain", "amenity/cafe", "Coffee"],
  ["gate", "place", "Gate 12"],
  ["lyon", "railway/station", "Paris Gare de Lyon"],
  ["gaulle", "place", "Charles de Gaulle"],
];

const store = new PlaceIndex(env.PLACES_DB, env.PLACES_BUCKET);

beforeAll(async () => {
  const records = PLACES.map(([sourceId, category, name, ...otherNames], k) => ({
    sourceId,
    category,
    name,
    otherNames,
    latitude: HERE.latitude + k / 1_000,
    longitude: HERE.longitude,
  }));
  await loadPlaces(STORES, {
    collections: [{ collection: COLLECTION, records }],
    categories: CATEGORIES,
    fingerprint: "text-query",
  });
});

async function ask(text: string, category?: string) {
  const question = questionOf({ center: HERE, radiusMeters: 100_000, limit: 50, text, category });
  const { places, mode } = await findNearby(store, question);
  return { ids: places.map(({ row }) => row.source_id).sort(), mode };
}

async function expectFound(text: string, ids: string, mode: MatchMode = "exact", kind?: string) {
  const found = await ask(text, kind);
  expect(found).toEqual({ ids: ids.split(" ").filter(Boolean).sort(), mode });
}

describe("finds places whatever way their names are written", () => {
  it.each([
    ["tokyo", "tokyo"],
    ["TŌKYŌ", "tokyo"],
    ["東京", "tokyo tower"],
    ["東京駅", "tokyo"],
    ["京駅", "tokyo"],
    ["東", "tokyo tower"],
    ["京", "tokyo kyoto tower"],
    ["タワー", "tower"],
    ["ﾀﾜｰ", "tower"],
    ["서울", "seoul"],
    ["กรุงเทพ", "bangkok"],
    ["joes", "joes"],
    ["joe's", "joes"],
    ["JOE’S DINER", "joes"],
    ["grosse strasse", "street"],
    ["GROẞE STRASSE", "street"],
    ["Lodz", "lodz"],
    ["Łódź", "lodz"],
    ["aebleskiver ost", "oslo"],
    ["שלום", "shalom"],
    ["مدينة", "medina"],
    ["new world", "wide"],
    ["ｎｅｗ　ｗｏｒｌｄ", "wide"],
    ["la paz", "paz"],
    ["the hague", "hague"],
    ["cafe homme", "homme"],
    ["gate 12", "gate"],
    ["gate １２", "gate"],
    ["diner, joe's!", "joes"],
  ])("%s", (text, ids) => expectFound(text, ids));
});

describe("takes words for kinds of places", () => {
  it.each([
    ["駅", "tokyo seoul lyon"],
    ["gare", "tokyo seoul lyon"],
    ["station", "tokyo seoul lyon"],
    ["train stop", "tokyo seoul lyon"],
    ["paris station", "lyon"],
    ["東京 station", "tokyo"],
    ["東京 駅", "tokyo"],
    ["coffee", "homme plain"],
    ["coffee shop", "homme plain"],
    ["coffee or station", "homme plain tokyo seoul lyon"],
    ["喫茶店", "homme plain"],
    ["coffee shop street", "mall"],
    ["railway", "tokyo seoul lyon"],
  ])("%s", (text, ids) => expectFound(text, ids));

  it.each([
    ["", "railway/station", "tokyo seoul lyon"],
    ["", " Railway/Station ", "tokyo seoul lyon"],
    ["", "railway", "tokyo seoul lyon"],
    ["", "Gare", "tokyo seoul lyon"],
    ["", "the station", "tokyo seoul lyon"],
    ["", "coffee shop", "homme plain"],
    ["", "place/none", ""],
    ["paris", "駅", "lyon"],
    ["homme", "station", ""],
  ])("%o of the kind %o", (text, kind, ids) => expectFound(text, ids, "exact", kind));
});

describe("relaxes the match only where it must, and says how", () => {
  it.each<[string, string, MatchMode]>([
    ["where is the gate in oslo", "gate oslo", "most"],
    ["diner near me", "joes", "bare"],
    ["good diner open now", "joes", "bare"],
    ["good coffee open now", "homme plain", "bare"],
    ["Charles of Gaulle", "gaulle", "bare"],
    ["newworld", "wide", "joined"],
    ["fab ryczna", "lodz", "joined"],
    ["gate twelve", "gate", "joined"],
    ["char", "gaulle", "prefix"],
    ["gaulle charl", "gaulle", "prefix"],
    ["Charels de Gaulle", "gaulle", "typo"],
    ["Fabrcyzna", "lodz", "typo"],
    ["stetion", "tokyo seoul lyon", "typo"],
    ["best drug stroe", "", "typo"],
    ["hague bicycle", "hague", "most"],
    ["xyzzy station qqq", "tokyo seoul lyon", "kind"],
    ["xyzzy oslo aebleskiver qqq", "oslo", "half"],
    ["pharmacy", "", "exact"],
    ["a cheap pharmacy please", "", "bare"],
    ["xyzzyx", "", "exact"],
    ["ch", "", "exact"],
  ])("%s", (text, ids, mode) => expectFound(text, ids, mode));

  it("and tries another mode only if that can match something else", () => {
    const modes = (text: string) => relaxationsOf(compileQuery(text));
    expect(modes("")).toEqual([]);
    expect(modes("駅")).toEqual([]);
    expect(modes("ab")).toEqual([]);
    expect(modes("abc")).toEqual(["joined", "prefix"]);
    expect(modes("word")).toEqual(["joined", "typo", "prefix"]);
    expect(modes("ab cd")).toEqual(["joined", "most", "kind"]);
    expect(modes("the word")).toEqual(["bare", "joined", "typo", "prefix"]);
    expect(modes("東京駅")).toEqual(["kind"]);
    expect(modes("the")).toEqual(["joined", "prefix"]);
    expect(modes("near me")).toEqual([]);
    expect(modes("open now")).toEqual(["bare"]);
  });
});

describe("lets no text become a part of the query", () => {
  it.each([
    ['paz" OR "hague', []],
    ["paz OR hague", []],
    ["paz NOT hague", []],
    ["NEAR(la paz)", []],
    ["hag*", []],
    ["^paz", ["paz"]],
    ["words:paz", []],
    ["{words}: paz", []],
    ["- paz", ["paz"]],
    ["+paz", ["paz"]],
    ["(paz)", ["paz"]],
    ["paz\u0000hague", []],
    ["·1", []],
    ["·2 ·3", []],
    ['" OR "·1', []],
    ["none", []],
    ["·none", []],
    ["$.words", []],
    ["paz'); DROP TABLE places; --", []],
  ])("%j", async (text, ids) => {
    // What a relaxed mode finds with single words is allowed.
    const found = await ask(text);
    expect(found.mode === "exact" ? found.ids : []).toEqual(ids);
  });

  it.each(['"', "·", "* ^ -", "\u0000", " "])(
    "and takes %j, which has no word, for none",
    async (text) => {
      expect((await ask(text)).ids).toHaveLength(PLACES.length);
    },
  );

  /** Anything, and often what means something to FTS5, to SQL or to JSON. */
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 30 }),
    fc
      .array(
        fc.constantFrom(
          ..."\" ' * ^ · ( ) { } : - + , NEAR( AND OR NOT \u0000 \ud800 \udc00 \\ $. % _ ; --".split(
            " ",
          ),
          ...[
            "·12",
            '" OR 1',
            "'; DROP TABLE places; --",
            "words:",
            "東京駅",
            "서울",
            "cafe",
            "coffee shop",
            "the",
          ],
        ),
        { maxLength: 12 },
      )
      .chain((parts) => fc.constantFrom("", " ").map((joiner) => parts.join(joiner))),
  );
  const MODES: readonly MatchMode[] = ["exact", "named", ...RELAXED_MODES];

  it("asks for words of letters, digits and marks only, and for phrases of such words", () => {
    const word = /^[\p{L}\p{N}\p{M}]+$/u;
    const phrase = /^[\p{L}\p{N}\p{M}]+(?:·[\p{L}\p{N}\p{M}]+)*$/u;
    fc.assert(
      fc.property(text, fc.option(text), fc.constantFrom(...MODES), (given, kind, mode) => {
        const query = compileQuery(given, kind ?? undefined);
        const match = matchFor(query, mode);
        const words = [
          ...(match?.words ?? []),
          ...(match?.typed ?? []).map(([typed]) => typed),
          ...(match?.rewritten ?? []).flatMap(([, , parts]) => parts),
        ];
        if (match?.prefix !== undefined) words.push(match.prefix);
        for (const one of words) expect(one).toMatch(word);
        const phrases = [
          ...(match?.phrases ?? []).map(([one]) => one),
          ...(match?.wholes ?? []).map(([one]) => one),
          ...(match?.typedWholes ?? []).map(([one, before, behind]) => before + one + behind),
          ...(match?.names ?? []).map((name) => name.slice(1)),
          ...(match?.category?.phrases ?? []),
        ];
        for (const one of phrases) expect(one).toMatch(phrase);
      }),
      { numRuns: 1_000, seed: 5 },
    );
  });

  it("answers any text and any category without an error", async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.option(text), async (given, kind) => {
        const { mode } = await ask(given, kind ?? undefined);
        expect(MODES).toContain(mode);
      }),
      { numRuns: 150, seed: 6 },
    );
  });

  const LONGEST = 200;
  it.each([
    ["one word", "a".repeat(LONGEST)],
    ["words of one letter", "a ".repeat(LONGEST / 2)],
    ["words with similar ones", "abcd efgh ".repeat(LONGEST / 10)],
    ["an unspaced run", "東西南北京都駅前".repeat(LONGEST / 8)],
    ["quotes", '"'.repeat(LONGEST)],
  ])("answers the longest text that get_nearby_data takes: %s", async (_, given) => {
    expect(given).toHaveLength(LONGEST);
    expect((await ask(given)).ids.length).toBeGreaterThanOrEqual(0);
    expect((await ask("", given)).ids.length).toBeGreaterThanOrEqual(0);
  });

  it("answers ten thousand letters, which no tool lets through", async () => {
    await ask("abcd efgh ".repeat(1_000));
  });
});
