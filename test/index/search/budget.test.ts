import { beforeAll, expect, it } from "vitest";
import { PlaceIndex } from "../../../src/index/place-index.ts";
import { checkFilter } from "../../../src/index/search/filter.ts";
import { findNearby } from "../../../src/nearby/find.ts";
import { costSince, Meter } from "../../../src/observe/meter.ts";
import type { Answer } from "../../../src/view/answer.ts";
import { notesOf } from "../../../src/view/words/notes.ts";
import { importAll, place } from "../../support/engine.ts";
import { type PlainQuestion, questionOf } from "../../support/question.ts";
import { modern } from "../../support/rpc.ts";
import { STORES } from "../../support/stores.ts";

const HERE = { latitude: 48.8566, longitude: 2.3522 };
const PLACES = 1_500;
/** What a statement with tests may read: 6,000 rows, and 60 for each place that it is to give. */
const MOST_ROWS = 6_000 + 60 * 11;

const ATTRIBUTES = { stars: { type: "number" }, hours: { type: "opening_hours" } } as const;

/** On a spiral: the farthest one, some 33 km away, is the only one with five stars and the only one that is open. */
const places = Array.from({ length: PLACES }, (_, n) => {
  const [angle, reach] = [n * 2.4, 0.3 * Math.sqrt(n / PLACES)];
  const isLast = n === PLACES - 1;
  return place(
    `p${n}`,
    HERE.latitude + reach * Math.sin(angle),
    HERE.longitude + reach * Math.cos(angle),
    { name: `Harbour ${n}`, attributes: { stars: isLast ? 5 : 3, hours: isLast ? "24/7" : "off" } },
  );
});

beforeAll(async () => {
  await importAll("c", places, { attributes: ATTRIBUTES, partSize: PLACES });
}, 240_000);

async function ask(args: Readonly<Record<string, unknown>>): Promise<Answer & { text: string }> {
  const { body } = await modern("tools/call", {
    name: "get_nearby_data",
    arguments: { ...HERE, ...args },
  });
  const [content] = body.result!.content as { text: string }[];
  return { ...(body.result!.structuredContent as unknown as Answer), text: content!.text };
}

const FIVE_STARS = [{ attribute: "stars", at_least: 5 }];

it.each<[string, Partial<PlainQuestion>]>([
  ["anything with five stars", {}],
  ["a word and five stars", { text: "harbour" }],
  ["anything with five stars, anywhere", { radiusMeters: 20_000_000 }],
])("reads no more rows than its budget for %s", async (_, change) => {
  const filter = checkFilter(FIVE_STARS, Object.entries(ATTRIBUTES));
  const meter = new Meter();
  const index = new PlaceIndex(meter.database(STORES.database), STORES.bucket);
  await index.snapshot();
  const before = meter.cost;
  const question = { center: HERE, radiusMeters: 50_000, limit: 10, text: "", filter, ...change };
  const answer = await findNearby(index, questionOf(question));
  expect(answer.places).toEqual([]);
  expect(answer.more).toBe(true);
  expect(answer.searchedMeters).toBeGreaterThan(2_000);
  expect(costSince(before, meter.cost).rowsRead).toBeLessThanOrEqual(MOST_ROWS);
});

it.each([
  ["a filter", { filter: FIVE_STARS }],
  ["a filter and a word", { filter: FIVE_STARS, query: "harbour" }],
  ["opening hours", { open_at: "2026-11-27T12:00" }],
])(
  "says how far it has looked where %s passes nothing near, and goes on from there",
  async (_, args) => {
    const question = { radius: 50, ...args };
    const first = await ask(question);
    expect(first.results).toEqual([]);
    expect(first.total_within).toBeUndefined();
    expect(first.searched_km).toBeGreaterThan(0);
    expect(first.text).toContain(`within ${first.searched_km} km`);
    expect(first.text).not.toContain("Nor is there one anywhere");
    expect(first.warnings.join()).toContain("Only places up to");
    // The view says it in its own words, once.
    expect(notesOf(first)).toEqual([
      expect.stringMatching(/^Only places up to .+ there may be more\.$/),
    ]);

    const ids: string[] = [];
    let reach = 0;
    for (let answer: Answer = first; ; ) {
      ids.push(...answer.results.map(({ id }) => id));
      if (answer.next_cursor === undefined) break;
      expect(answer.searched_km).toBeGreaterThan(reach);
      reach = answer.searched_km!;
      answer = await ask({ ...question, cursor: answer.next_cursor });
    }
    expect(ids).toEqual([`c.p${PLACES - 1}`]);
  },
);

it("says that it does not know what is beyond the radius where it could not look", async () => {
  const answer = await ask({ latitude: 40, longitude: 10, radius: 5, filter: FIVE_STARS });
  expect(answer.total_within).toBe(0);
  expect(answer.nearest_beyond).toBeUndefined();
  expect(answer.searched_km).toBeGreaterThan(500);
  expect(answer.text).not.toContain("Nor is there one anywhere");
  expect(answer.warnings.join()).toContain("Beyond the radius, only places up to");
  expect(notesOf(answer).at(-1)).toMatch(/^Only places up to .+ is not known\.$/);
  expect(notesOf(answer).join()).not.toContain("Beyond the radius");
});
