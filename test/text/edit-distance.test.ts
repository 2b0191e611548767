import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EDIT_NEIGHBOURS } from "../../src/index/search/edit-neighbours.ts";
import { alphabetOf, isEditNeighbour } from "../../src/text/edit-distance.ts";

const ALPHABETS = {
  Latin: "abcdefghijklmnopqrstuvwxyz",
  Cyrillic: "абвгдежзиклмнопрстуфхцчшщъыьэюяієј",
  Greek: "αβγδεζηθικλμνξοπρστυφχψω",
  Hebrew: "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
  Arabic: "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگ",
};

/** Words of 4 to 16 letters. Some have few different letters, so that doubled and swapped ones come often. */
const wordOf = (alphabet: string) =>
  fc.string({
    unit: fc.oneof(fc.constantFrom(...alphabet), fc.constantFrom(...alphabet.slice(0, 3))),
    minLength: 4,
    maxLength: 16,
  });

/** Damerau–Levenshtein by the book: the table of the distances of all prefixes. */
function distance(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      table[i]![j] = Math.min(
        table[i - 1]![j]! + 1,
        table[i]![j - 1]! + 1,
        table[i - 1]![j - 1]! + same,
        swapped ? table[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return table[a.length]![b.length]!;
}

/** The word, and all words at distance 1: a letter too many, too few or wrong, or two letters swapped. */
function editNeighbours(word: string): string[] {
  const alphabet = alphabetOf(word);
  if (!alphabet) return [word];
  const neighbours = new Set([word]);
  for (let k = 0; k <= word.length; k++) {
    const [before, after] = [word.slice(0, k), word.slice(k)];
    const [first = "", second = ""] = after;
    if (first) neighbours.add(before + after.slice(1));
    if (second) neighbours.add(before + second + first + after.slice(2));
    for (const letter of alphabet) {
      neighbours.add(before + letter + after);
      if (first) neighbours.add(before + letter + after.slice(1));
    }
  }
  return [...neighbours];
}

/** How many words there are at distance 0 and 1 of a word, over an alphabet of so many letters. */
function countNeighbours(letters: readonly string[], alphabet: number): number {
  const length = letters.length;
  const runs = letters.filter((letter, k) => letter !== letters[k - 1]).length;
  const inserted = (length + 1) * alphabet - length;
  const replaced = length * (alphabet - 1);
  const leftOut = runs;
  const swapped = runs - 1;
  return 1 + inserted + replaced + leftOut + swapped;
}

describe.each(Object.entries(ALPHABETS))("%s", (_, alphabet) => {
  const word = wordOf(alphabet);

  it("finds all words, and only those, that may have been meant by one with a typo", () => {
    fc.assert(
      fc.property(word, (given) => {
        const letters = [...given];
        const neighbours = editNeighbours(given);
        expect(neighbours[0]).toBe(given);
        expect(new Set(neighbours).size).toBe(neighbours.length);
        for (const other of neighbours.slice(1)) {
          expect(distance(letters, [...other])).toBe(1);
          expect([...other].every((letter) => alphabet.includes(letter))).toBe(true);
        }
        expect(neighbours.length).toBe(countNeighbours(letters, alphabet.length));
      }),
      { numRuns: 25, seed: 3 },
    );
  });

  it("finds the same words in SQL", async () => {
    const statement = env.PLACES_DB.prepare(
      `WITH typed (word, letters) AS (SELECT ?1, ?2) ${EDIT_NEIGHBOURS}`,
    );
    await fc.assert(
      fc.asyncProperty(word, async (given) => {
        const { results } = await statement
          .bind(given, JSON.stringify([...alphabetOf(given)!]))
          .all<{ word: string; neighbour: string }>();
        expect(new Set(results.map(({ neighbour }) => neighbour)).add(given)).toEqual(
          new Set(editNeighbours(given)),
        );
        expect(results.every(({ word }) => word === given)).toBe(true);
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  it("tells the neighbours of a word from other words", () => {
    const near = word.chain((given) =>
      fc.tuple(fc.constant(given), fc.constantFrom(...editNeighbours(given))),
    );
    const twoEdits = near.chain(([given, neighbour]) =>
      fc.tuple(fc.constant(given), fc.constantFrom(...editNeighbours(neighbour))),
    );
    fc.assert(
      fc.property(fc.oneof(near, twoEdits, fc.tuple(word, word)), ([given, other]) => {
        const isNear = distance([...given], [...other]) <= 1;
        expect(isEditNeighbour(given, other)).toBe(isNear);
      }),
      { numRuns: 400, seed: 6 },
    );
  });
});

it("finds what was meant by a word with a typo", () => {
  const typos = fc.tuple(
    fc.stringMatching(/^[a-z]{4,15}$/),
    fc.nat(),
    fc.constantFrom("leave out", "put in", "replace", "swap"),
    fc.constantFrom(...ALPHABETS.Latin),
  );
  fc.assert(
    fc.property(typos, ([meant, at, edit, letter]) => {
      const letters = [...meant];
      const k = at % (letters.length - 1);
      if (edit === "leave out") letters.splice(k, 1);
      if (edit === "put in") letters.splice(k, 0, letter);
      if (edit === "replace") letters.splice(k, 1, letter);
      if (edit === "swap") letters.splice(k, 2, letters[k + 1]!, letters[k]!);
      const typed = letters.join("");
      // A word of three letters is left alone.
      const isFound = typed === meant || typed.length >= 4;
      expect(editNeighbours(typed).includes(meant)).toBe(isFound);
      expect(isEditNeighbour(typed, meant)).toBe(isFound);
    }),
    { seed: 4 },
  );
});

it.each(["", "a", "abc", "abcdefghijklmnopq", "abcд", "b52s", "東京駅前", "cafés", "naïve"])(
  "leaves %o alone",
  (word) => {
    expect(editNeighbours(word)).toEqual([word]);
    expect(isEditNeighbour(word, word)).toBe(true);
    expect(isEditNeighbour(word, `${word}a`)).toBe(false);
  },
);
