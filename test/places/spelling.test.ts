import fc from "fast-check";
import { expect, it } from "vitest";
import { similarWords } from "../../src/places/spelling.ts";

const ALPHABETS = {
  Latin: "abcdefghijklmnopqrstuvwxyz",
  Cyrillic: "абвгдежзиклмнопрстуфхцчшщъыьэюя",
  Greek: "αβγδεζηθικλμνξοπρσςτυφχψω",
  Hebrew: "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
  Arabic: "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإئؤ",
};

/** Damerau–Levenshtein by the book: the table of the distances of all beginnings. */
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

/** How many words there are at distance 0 and 1 of a word, over an alphabet of so many letters. */
function countSimilar(letters: readonly string[], alphabet: number): number {
  const length = letters.length;
  const stretches = letters.filter((letter, k) => letter !== letters[k - 1]).length;
  const inserted = (length + 1) * alphabet - length;
  const replaced = length * (alphabet - 1);
  const left = stretches;
  const swapped = stretches - 1;
  return 1 + inserted + replaced + left + swapped;
}

it.each(Object.entries(ALPHABETS))(
  "finds all words, and only those, that one slip may have been meant for: %s",
  (_, alphabet) => {
    // Few different letters, so that doubled and swapped ones come often.
    const unit = fc.oneof(fc.constantFrom(...alphabet), fc.constantFrom(...alphabet.slice(0, 3)));
    const word = fc.string({ unit, minLength: 4, maxLength: 16 });
    fc.assert(
      fc.property(word, (given) => {
        const letters = [...given];
        const similar = similarWords(given);
        expect(similar[0]).toBe(given);
        expect(new Set(similar).size).toBe(similar.length);
        for (const other of similar.slice(1)) {
          expect(distance(letters, [...other])).toBe(1);
          expect([...other].every((letter) => alphabet.includes(letter))).toBe(true);
        }
        expect(similar.length).toBe(countSimilar(letters, alphabet.length));
      }),
      { numRuns: 25, seed: 3 },
    );
  },
);

it("finds back what a slip has made of a word", () => {
  const slips = fc.tuple(
    fc.stringMatching(/^[a-z]{4,15}$/),
    fc.nat(),
    fc.constantFrom("leave", "put in", "replace", "swap"),
    fc.constantFrom(...ALPHABETS.Latin),
  );
  fc.assert(
    fc.property(slips, ([meant, at, slip, letter]) => {
      const letters = [...meant];
      const k = at % (letters.length - 1);
      if (slip === "leave") letters.splice(k, 1);
      if (slip === "put in") letters.splice(k, 0, letter);
      if (slip === "replace") letters.splice(k, 1, letter);
      if (slip === "swap") letters.splice(k, 2, letters[k + 1]!, letters[k]!);
      const typed = letters.join("");
      // A word of three letters is left alone.
      expect(similarWords(typed).includes(meant)).toBe(typed === meant || typed.length >= 4);
    }),
    { seed: 4 },
  );
});

it.each(["", "a", "abc", "abcdefghijklmnopq", "abcд", "b52s", "東京駅前", "cafés", "naïve"])(
  "leaves %o alone",
  (word) => {
    expect(similarWords(word)).toEqual([word]);
  },
);
