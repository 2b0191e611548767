import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  boundedText,
  cleanText,
  cutText,
  isVisible,
  plainText,
} from "../../src/text/plain-text.ts";

const SIGNS = [
  ..."aB é1.-/[]\"'漢ア نجफ़क़",
  ...["\u0000", "\n", "\r", "\t", "\u0085", "\u007f", "\u00a0", "\u3000", "\u2028", "\u2029"],
  ...["\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u202a", "\u202e", "\u2060", "\u2066"],
  ...["\ufeff", "\u061c", "\u3164", "\u115f", "\ufe0f", "\ufff9", "\u0301", "\u034f"],
  ...[
    "\u{e0041}",
    "\u{e0100}",
    "\ue000",
    "\ufffe",
    "\u{10ffff}",
    "\ud800",
    "\udc00",
    "👩",
    "❤",
    "🏽",
  ],
];
const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom(...SIGNS), maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 30 }),
);

describe("a clean text", () => {
  it.each([
    ["a\nb\r\n\tc", "a b c"],
    ["a\u2028b\u2029c\u0085d", "a b c d"],
    ["\u202egnirts\u202c", "gnirts"],
    ["soft\u00adhyphen, zero\u200bwidth", "softhyphen, zerowidth"],
    ["Cafe\u0301", "Café"],
    ["\ud800x", "\ufffdx"],
    ["hidden\u{e0041}\u{e0042}\u{e0100}\ufe0f", "hidden"],
    ["\u3164\u115f", ""],
    ["\u0000\u001f\u007f", ""],
    ["نجف\u200cآباد", "نجف\u200cآباد"],
    ["👩\u200d👩", "👩\u200d👩"],
    ["👩🏽\u200d❤\ufe0f\u200d👩", "👩🏽\u200d❤\u200d👩"],
    ["a\u200d\u200c\u200db", "ab"],
    ["\u200da b\u200c", "a b"],
    ["a\u200d b", "a b"],
  ])("of %j is %j", (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it("is one line, of what can be seen and joiners within words, and clean", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const clean = cleanText(text);
        expect(cleanText(clean)).toBe(clean);
        expect(isVisible(clean.replace(/[\u200c\u200d]/g, ""))).toBe(true);
        expect(clean).not.toMatch(/(?:^|[\s\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?:$|\s)/);
        expect(clean).toBe(clean.trim().normalize());
        expect(clean).not.toMatch(/\s\s|[^\S ]/);
        expect(plainText(text)).toBe(clean);
      }),
      { seed: 16, numRuns: 2_000 },
    );
  });

  it("is cut between characters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 20 }),
        fc.integer({ min: 2, max: 9 }),
        (text, most) => {
          const cut = cutText(text, most);
          expect(cut.isWellFormed()).toBe(true);
          expect([...cut].length).toBeLessThanOrEqual(most);
          expect(cut === text || (cut.endsWith("…") && text.startsWith(cut.slice(0, -1)))).toBe(
            true,
          );
          expect([...boundedText(text, most)].length).toBeLessThanOrEqual(most);
        },
      ),
      { seed: 16, numRuns: 1_000 },
    );
  });
});
