import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, indexTerms, lookupTerms, tokenize } from "../../src/text/tokens.ts";

/** Any text, and much of what is special to folding: marks, ligatures, full width, lone surrogates. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
  fc.string({
    unit: fc.constantFrom(
      ..."aZßẞæøłıİſŉǅﬁ½²№℡㎐Ⅳ𝐀𝚨ϒΣςσᾳё́йі'’ʼ·-_*\"^:() \t\u0000\u200d\u0301\u0327\u3099",
      ..."東京駅々ーｱｶﾞﾟカﾞ서울역가กรุงเทพລາວភាសាမြန်שָׁלוֹםمُحَمَّدأآ१२९٣",
    ),
  }),
);
const RUNS = { numRuns: 3_000, seed: 2 };

describe("folding", () => {
  it.each([
    ["accents", "Café CRÈME Ångström naïve", "cafe creme angstrom naive"],
    ["sharp s", "Straße STRASSE GROẞ", "strasse strasse gross"],
    ["ligatures", "Æbelø Œuvre ﬁn", "aebelo oeuvre fin"],
    [
      "slashed letters",
      "Tromsø Łódź Đorđe Ħamrun Þingvellir Eðvarð",
      "tromso lodz dorde hamrun thingvellir edvard",
    ],
    ["Turkish i", "İstanbul Iğdır ISPARTA", "istanbul igdir isparta"],
    ["letters that are put together, and those that are not", "Cafe\u0301 Café", "cafe cafe"],
    ["full width", "ＴＯＫＹＯ　１２", "tokyo 12"],
    [
      "half width, and katakana as hiragana",
      "ﾄｳｷｮｳ ｶﾞ ラーメン らーめん",
      "とうきょう が らーめん らーめん",
    ],
    ["Hangul in parts", "서울역".normalize("NFD"), "서울역"],
    ["Greek", "Αθήναι ΠΕΙΡΑΙΆΣ", "αθηναι πειραιασ"],
    ["Cyrillic", "ЁЛКА Йод", "елка иод"],
    ["Hebrew points", "שָׁלוֹם", "שלום"],
    ["Arabic vowels and hamzas", "مُحَمَّد أَحْمَد", "محمد احمد"],
    ["Vietnamese", "Phở Đà Nẵng", "pho da nang"],
    ["the apostrophe of a possessive", "Joe's Joe’s JOE'S Joes", "joes joes joes joes"],
    [
      "any sign for an apostrophe",
      "O'Hare O’Hare O´Hare O`Hare OʼHare OHare",
      "ohare ohare ohare ohare ohare ohare",
    ],
    ["the okina", "Kāneʻohe Kaua'i Hawaiʻi", "kaneohe kauai hawaii"],
    ["the Ukrainian apostrophe", "Камʼянка Кам'янка Кам’янка", "камянка камянка камянка"],
    ["an elision apart", "L'Hôtel dell’Orso d'Azur 's", "l hotel dell orso d azur 's"],
    ["the letters of Persian and Arabic keyboards", "مکتبة علی كتابخانه", "مكتبه علي كتابخانه"],
    ["tatweel", "مـحـمـد", "محمد"],
    ["digits of any script", "١٢ ۳ ४ ５ ๖", "12 3 4 5 6"],
    ["the small ke of place names", "関ヶ原 関ケ原 関が原 龍ヶ崎", "関け原 関け原 関け原 龍け崎"],
    ["abbreviations in Hebrew", 'צה"ל צה״ל', "צהל צהל"],
    ["Thai, as it is", "สถานีรถไฟ", "สถานีรถไฟ".normalize("NFKD").normalize("NFC")],
  ])("takes %s for what people type", (_, given, folded) => {
    expect(fold(given)).toBe(folded);
  });

  it("is done when it is done once", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(fold(fold(given))).toBe(fold(given));
      }),
      RUNS,
    );
  });

  it("does not care how letters are put together", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(fold(given.normalize("NFD"))).toBe(fold(given.normalize("NFC")));
      }),
      RUNS,
    );
  });

  it("does not care for case", () => {
    const letters = "abcxyzäöüßçéèêñõøåæœłđżščřěůűőğıİабвгдежйюяёαβγδωάέήίόύώ";
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters) }), (given) => {
        expect(fold(given.toUpperCase())).toBe(fold(given));
      }),
      RUNS,
    );
  });
});

describe("words", () => {
  it.each<[string, string[], string[]]>([
    ["Joe's Diner", ["joes", "diner"], ["joes", "diner"]],
    ["Hôtel-de-Ville", ["hotel", "de", "ville"], ["hotel", "de", "ville"]],
    ["東京駅", ["東", "京", "駅", "東京", "京駅"], ["東京", "京駅"]],
    ["駅", ["駅"], ["駅"]],
    [
      "JR東京駅2番",
      ["jr", "東", "京", "駅", "東京", "京駅", "2", "番"],
      ["jr", "東京", "京駅", "2", "番"],
    ],
    ["서울역 1", ["서", "울", "역", "서울", "울역", "1"], ["서울", "울역", "1"]],
    ["𠮷野家", ["𠮷", "野", "家", "𠮷野", "野家"], ["𠮷野", "野家"]],
    ['a·b_c*d"e', ["a", "b", "c", "d", "e"], ["a", "b", "c", "d", "e"]],
    ["₂ ½", ["2", "1"], ["2", "1", "2"]],
    ["!? · *", [], []],
  ])("of %s", (given, indexed, looked) => {
    expect(indexTerms([given])).toEqual(new Set(indexed));
    expect(tokenize(given).flatMap(lookupTerms)).toEqual(looked);
  });

  it("of a text are found by any part of it", () => {
    fc.assert(
      fc.property(text, text, fc.nat(), fc.nat(8), (given, other, at, length) => {
        const indexed = indexTerms([other, given]);
        for (const token of tokenize(given)) {
          expect([...indexed]).toEqual(expect.arrayContaining(lookupTerms(token)));
          if (token.isSegmented) continue;
          const letters = [...token.text];
          const first = at % letters.length;
          const part = { ...token, text: letters.slice(first, first + 1 + length).join("") };
          expect([...indexed]).toEqual(expect.arrayContaining(lookupTerms(part)));
        }
      }),
      RUNS,
    );
  });

  it("hold letters, digits and marks, and there is never an empty one", () => {
    fc.assert(
      fc.property(text, (given) => {
        const looked = tokenize(given).flatMap(lookupTerms);
        for (const word of [...indexTerms([given]), ...looked]) {
          expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
        }
      }),
      RUNS,
    );
  });

  it("are none of the words that stand for categories", () => {
    expect(indexTerms(["·12 · 12 ·none"])).toEqual(new Set(["12", "none"]));
  });
});
