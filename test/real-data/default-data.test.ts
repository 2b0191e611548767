import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Point } from "../../src/geo/point.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { findNearby } from "../../src/nearby/find.ts";
import { type PlainQuestion, questionOf } from "../support/question.ts";
import { loadRealSet, type RealSet } from "../suppor./set.ts";
import { Judge } from "../suppor./judge.ts";
import { KINDS, questioner } from "../suppor./questions.ts";
import { faultsOf, idOf } from "../suppor./verdict.ts";

const QUESTIONS_A_KIND = 40;
const MINUTES = 60_000;

const store = new PlaceIndex(env.PLACES_DB, env.PLACES_BUCKET);
let set: RealSet;

beforeAll(async () => {
  set = await loadRealSet("/default");
}, 10 * MINUTES);

describe(`agrees with a search of every place, on ${QUESTIONS_A_KIND} questions`, () => {
  let judge: Judge;
  let ask: ReturnType<typeof questioner>;

  beforeAll(() => {
    judge = new Judge(set);
    ask = questioner(set, 313_204);
  }, MINUTES);

  it.each(KINDS)("%s", { timeout: 5 * MINUTES }, async (kind) => {
    const faults: string[] = [];
    for (let k = 0; k < QUESTIONS_A_KIND; k++) {
      faults.push(...(await faultsOf(store, judge, ask(kind), k % 4 === 0 ? 3 : 1)));
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
  const question = questionOf({ center, radiusMeters: 30_000, limit: 10, text, ...change });
  const { places, snapshot, ...answer } = await findNearby(store, question);
  const found = await Promise.all(
    places.map(async (place) => {
      const [record] = await store.records([place.row], snapshot);
      if (!record) throw new Error(`No record of ${place.row.source_id}`);
      const { name, otherNames = [], category } = record;
      const id = idOf(place, snapshot);
      return {
        id,
        category,
        names: [name, ...otherNames].join(" | "),
        meters: place.distanceMeters,
      };
    }),
  );
  const beyond = answer.nearestBeyond && idOf(answer.nearestBeyond, snapshot);
  return { found, ids: found.map(({ id }) => id), mode: answer.mode, beyond };
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
    expect(Math.abs(found[0]!.meters / 1_000 / kilometers - 1)).toBeLessThan(0.006);
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
    expect(mode).toBe("fuzzy");
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
    expect(mode).toBe("some");
    expect(ids).toContain("airports:LFPO");
    for (const { names } of found) expect(names).toMatch(/orly/i);
  });

  it("without its little words, if they are in no name", async () => {
    const { ids, mode } = await find("where is the nearest orly", PARIS);
    expect(mode).toBe("content");
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
