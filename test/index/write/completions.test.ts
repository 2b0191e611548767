import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { MOST_COMPLETIONS } from "../../../src/index/search/match.ts";
import {
  type CountedWord,
  completionStep,
  completionsOf,
} from "../../../src/index/write/completions.ts";
import { Admin, required } from "../../support/admin.ts";
import { place } from "../../support/engine.ts";
import { emptyStores, STORES } from "../../support/stores.ts";

const admin = new Admin();
const session = STORES.database.withSession("first-primary");

beforeEach(emptyStores);

/** As the definition says it: of each prefix of 3 to 12 letters, all words that begin with it. */
function naive(words: readonly CountedWord[]): Map<string, readonly string[]> {
  const heads = new Set(
    words.flatMap(({ term }) => {
      const letters = [...term];
      return letters.slice(2, 12).map((_, more) => letters.slice(0, 3 + more).join(""));
    }),
  );
  const found = new Map<string, readonly string[]>();
  for (const head of heads) {
    const all = words.filter(({ term }) => term.startsWith(head));
    if (all.length <= MOST_COMPLETIONS) continue;
    const best = all.toSorted((a, b) => b.places - a.places || (a.term < b.term ? -1 : 1));
    found.set(
      head,
      best.slice(0, MOST_COMPLETIONS).map(({ term }) => term),
    );
  }
  return found;
}

/** So few that many words begin alike. */
const LETTERS = ["a", "𠮷"];

it("says the same as a look at all words for each prefix", () => {
  const term = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 14 });
  const some = fc.uniqueArray(fc.record({ term, places: fc.integer({ min: 1, max: 9 }) }), {
    selector: ({ term }) => term,
    size: "max",
    maxLength: 600,
  });
  let heads = 0;
  fc.assert(
    fc.property(some, (all) => {
      const words = all.toSorted((a, b) => (a.term < b.term ? -1 : 1));
      const right = naive(words);
      heads += right.size;
      expect(new Map(completionsOf(words))).toEqual(right);
    }),
    { numRuns: 60 },
  );
  expect(heads).toBeGreaterThan(40);
});

it.each([20_000, 300, 40, 1])("counts all words, %i in a step", async (wordsAStep) => {
  // Prefixes of more words than a step reads, words of one and two letters, of other scripts, and beyond the signs.
  const name = (n: number) =>
    [
      `Sta${n % 97} ${"ab"[n % 2]} ${n % 13}`,
      `Stationäre${n} 駅${n} 駅前大通りの${n % 80}`,
      `Жел${n % 70} 𠮷野家本店${n % 75} ﾊﾝﾊﾞｰｶﾞｰ${n % 66}`,
    ].join(" ");
  const places = Array.from({ length: 240 }, (_, n) => place(`p${n}`, 1, 1, { name: name(n) }));
  required(await admin.importParts("c", [places]));

  for (let from: string | undefined = ""; from !== undefined; ) {
    from = await completionStep(session, from, wordsAStep);
  }
  const words = await session
    .prepare("SELECT term, doc AS places FROM places_vocabulary ORDER BY term")
    .all<CountedWord>();
  // What begins with a sign stands for a phrase.
  const real = words.results.filter(({ term }) => !/^[\u00a4-\u00b7]/.test(term));
  const counted = await session
    .prepare("SELECT head, words FROM completions")
    .all<{ head: string; words: string }>();
  const right = naive(real);
  expect(right.size).toBeGreaterThanOrEqual(10);
  expect(new Map(counted.results.map(({ head, words }) => [head, JSON.parse(words)]))).toEqual(
    right,
  );
});
