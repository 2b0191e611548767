/**
 * What the text of a question means, thought out once more from the documentation and without any of
 * the engine's code: character by character instead of by regular expressions. It judges the engine; it is in no hurry.
 */
import { STOP_WORDS } from "../../src/text/stop-words.ts";

export interface Run {
  readonly text: string;
  readonly spaced: boolean;
}

const SPECIAL = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ł", "l"],
  ["ħ", "h"],
  ["ı", "i"],
]);

/** Latin, Greek and Cyrillic accents; Hebrew points; Arabic vowels. */
const MARKS = [
  [0x300, 0x36f],
  [0x591, 0x5c7],
  [0x64b, 0x65f],
  [0x670, 0x670],
] as const;

type Kind = "gap" | "spaced" | "unspaced";

const UNSPACED_SCRIPTS =
  /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Thai}|\p{Script=Lao}|\p{Script=Khmer}|\p{Script=Myanmar}|ー)$/u;
const kinds = new Map<string, Kind>();

function kindOf(character: string): Kind {
  let kind = kinds.get(character);
  if (!kind) {
    if (!/^[\p{L}\p{N}\p{M}]$/u.test(character)) kind = "gap";
    else kind = UNSPACED_SCRIPTS.test(character) ? "unspaced" : "spaced";
    kinds.set(character, kind);
  }
  return kind;
}

function plain(text: string): string {
  if (/^[\x20-\x26\x28-\x7e]*$/.test(text)) return text.toLowerCase();
  let bare = "";
  for (const character of text.normalize("NFKD").toLowerCase().normalize("NFKD")) {
    const code = character.codePointAt(0)!;
    if (!MARKS.some(([first, last]) => first <= code && code <= last)) bare += character;
  }
  const letters = Array.from(bare.normalize("NFC"), (letter) => SPECIAL.get(letter) ?? letter);
  // "joe's" is "joes": an apostrophe between a letter and an s that ends the word.
  const isLetter = (k: number) => /^\p{L}/u.test(letters[k] ?? "");
  return letters
    .filter(
      (letter, k) =>
        !(
          (letter === "'" || letter === "’") &&
          isLetter(k - 1) &&
          letters[k + 1] === "s" &&
          !isLetter(k + 2)
        ),
    )
    .join("");
}

const SHORT_FORMS = new Map([
  ["saint", "st"],
  ["sainte", "ste"],
  ["sankt", "st"],
  ["mount", "mt"],
  ["hauptbahnhof", "hbf"],
  ["bahnhof", "bf"],
]);

/** The runs of a text: letters, digits and marks in a row that are of one kind. */
export function split(text: string): Run[] {
  const runs: { text: string; spaced: boolean }[] = [];
  let last: Kind = "gap";
  for (const character of plain(text)) {
    const kind = kindOf(character);
    if (kind !== "gap" && kind === last) runs.at(-1)!.text += character;
    else if (kind !== "gap") runs.push({ text: character, spaced: kind === "spaced" });
    last = kind;
  }
  return runs.map(({ text, spaced }) => ({ text: SHORT_FORMS.get(text) ?? text, spaced }));
}

/** A phrase as its runs with bars around them. */
export function barred(runs: readonly Run[]): string {
  return `|${runs.map(({ text }) => text).join("|")}|`;
}

/** One thing that a place must have: a word in its names, or one of some categories. */
export interface Clause {
  readonly word: string;
  readonly spaced: boolean;
  /** Whether the word is in the last run of the question. */
  readonly last: boolean;
  /** The barred phrases of the question around this word which may mean a category. */
  readonly phrases: readonly string[];
}

/** The runs of a text without the little words; with them if there are no others. */
export function telling(text: string): Run[] {
  const all = split(text);
  const some = all.filter((run) => !STOP_WORDS.has(run.text));
  return some.length > 0 ? some : all;
}

/** What a question asks for, one clause for each word, or for each pair of letters of an unspaced run. */
export function clausesOf(runs: readonly Run[]): Clause[] {
  return runs.flatMap(({ text, spaced }, at): Clause[] => {
    const around: string[] = [];
    for (let length = 1; length <= 4; length++) {
      for (let first = at - length + 1; first <= at; first++) {
        if (first >= 0 && first + length <= runs.length) {
          around.push(barred(runs.slice(first, first + length)));
        }
      }
    }
    const last = at === runs.length - 1;
    if (spaced) return [{ word: text, spaced, last, phrases: around }];

    const letters = [...text];
    const parts = letters.flatMap((_, first) =>
      letters
        .slice(first, first + 8)
        .map((_, extra) => letters.slice(first, first + extra + 1).join("")),
    );
    const pairs = letters.length === 1 ? letters : letters.slice(1).map((b, k) => letters[k]! + b);
    return pairs.map((word) => {
      const within = parts.filter((part) => part.includes(word)).map((part) => `|${part}|`);
      return { word, spaced, last, phrases: [...around, ...within] };
    });
  });
}

const ALPHABETS = [
  "abcdefghijklmnopqrstuvwxyz",
  "абвгдежзиклмнопрстуфхцчшщъыьэюя",
  "αβγδεζηθικλμνξοπρσςτυφχψω",
  "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
  "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإئؤ",
].map((letters) => new Set(letters));

/** Whether the second word is one slip of the finger away from the first, in a script where that is looked at. */
export function isSlip(meant: string, found: string): boolean {
  const most = Math.min(meant.length, found.length);
  if (Math.max(meant.length, found.length) > most + 1) return false;
  let start = 0;
  while (start < most && meant[start] === found[start]) start += 1;
  let end = 0;
  while (end < most - start && meant.at(-1 - end) === found.at(-1 - end)) end += 1;
  const [a, b] = [meant.slice(start, meant.length - end), found.slice(start, found.length - end)];
  const isSwap = a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0];
  if (!isSwap && (a.length > 1 || b.length > 1)) return false;

  const letters = [...meant];
  if (letters.length < 4 || letters.length > 16) return false;
  const script = ALPHABETS.find((alphabet) => letters.every((letter) => alphabet.has(letter)));
  return script !== undefined && [...found].every((letter) => script.has(letter));
}

/** All slips that are tried for a question, of its longest words first. */
const MOST_SLIPS = 1_000;

/** The words of a question that are looked for with slips: each letter can go to, or be, any place of the word. */
export function mistypable(clauses: readonly Clause[]): ReadonlySet<string> {
  const words = new Set(clauses.flatMap(({ word, spaced }) => (spaced ? word : [])));
  const tried = new Set<string>();
  let slips = 0;
  for (const word of [...words].sort((a, b) => b.length - a.length)) {
    const script = ALPHABETS.find((alphabet) => [...word].every((letter) => alphabet.has(letter)));
    if (!script || !isSlip(word, word)) continue;
    const more = (word.length + 1) * (script.size + 1) * 2;
    if (slips + more > MOST_SLIPS) continue;
    slips += more;
    tried.add(word);
  }
  return tried;
}
