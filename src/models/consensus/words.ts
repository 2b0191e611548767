import { fold } from "../../text/tokens.ts";
import { decimalKey } from "./decimal.ts";

/**
 * An answer as answers are compared: folded (case, accents, forms of letters and digits), with one sign for all dashes and
 * with contractions written out. What folding would lose, and what counts, is said by signs.
 */
export function plainAnswer(text: string): string {
  const kept = text
    .replace(SUPERSCRIPTS, "^$&")
    .replace(FRACTIONS, " $&")
    .replace(BARE_POINT, "0.")
    .replace(SHORT_UNIT, (unit) => unit + caseOf(unit))
    .replace(DASHES, "-")
    .replace(APOSTROPHE_OF_THOUSANDS, " ")
    .normalize("NFD")
    .replaceAll(STRUCK_OUT, "¬");
  return fold(CONTRACTIONS.reduce((text, [short, long]) => text.replace(short, long), kept))
    .replace(ABBREVIATION, (letters) => letters.replaceAll(".", ""))
    .trim();
}

/** "10²" is not 102, and "1½" not 11/2. */
const SUPERSCRIPTS = /[²³¹⁰⁴-⁹]+/g;
const FRACTIONS = /[¼-¾⅐-⅞]/g;
/** ".5" */
const BARE_POINT = /(?<![\p{L}\d])\.(?=\d)/gu;
/** "≠" is an "=" that is struck out. */
const STRUCK_OUT = "\u0338";
const DASHES = /[‐‑‒–—―−﹣－]/g;
const APOSTROPHE_OF_THOUSANDS = /(?<=\d)['’](?=\d{3}(?!\d))/g;
/** "U.S.", "p.m." */
const ABBREVIATION = /(?<![\p{L}\p{N}])(?:\p{L}\.){2,}/gu;
const CONTRACTIONS = [
  [/\bcan(?:['’]t|not)\b/gi, "can not"],
  [/\bwon['’]t\b/gi, "will not"],
  [/n['’]t\b/gi, " not"],
  [/\b(it|that|there|he|she|what)['’]s\b/gi, "$1 is"],
] as const;

/** In units the case counts: "5 mW" is not 5 MW. */
const SHORT_UNIT =
  /(?<=(?<![\p{L}\d])\d[\d.,]{0,20} ?)(?!(?:am|pm|l|ml|mm|cm|km|kg|uhr|eur|usd)\b)(?![A-Z][a-z]{2}\b)[a-z]{1,3}(?![\p{L}\p{N}])/giu;

function caseOf(unit: string): string {
  if (unit === unit.toLowerCase()) return "";
  return [...unit].map((letter) => (letter === letter.toLowerCase() ? "↓" : "↑")).join("");
}

/**
 * The words, numbers and signs of a plain answer, in their order, without punctuation. What can be read as one number only
 * is in one spelling (`decimalKey`).
 */
export function wordsOf(plain: string): string[] {
  return Array.from(plain.replace(HYPHENS, " ").matchAll(TOKENS), ([token, number]) =>
    number === undefined ? token : (numberKey(number) ?? number),
  );
}

/** What joins words: "well-known", "COVID-19". Any other may be a minus: "A-", "x - y", "x-1". */
const HYPHENS = /(?<=[\p{L}\p{M}]{2})-(?=[\p{L}\p{N}])|(?<=[\p{L}\p{M}])-(?=\p{L}[\p{L}\p{M}])/gu;

const NUMBER = /((?:(?<![^\s(])-)?(?:\d{1,3}(?: \d{3})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,٬٫]\d+)*))/u;
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Hangul}]+|\p{L}[\p{L}\p{N}\p{M}]*/u;
/** What is no punctuation wherever it stands; brackets are that of a list or a set. */
const SIGN = /[\p{S}#%&@*/\\\-[\]{}]/u;
/** "3.1" is not "3:1", nor "5!" 5, nor "5'" 5, nor "5''" the same. */
const BEHIND_NUMBER = /(?<=\d)(?::(?=\d)|!|['"“”]+)|(?<=\d )['"“”]+(?!\S)/u;
/** "f'(x)", "y'", "foo.bar()", "(3, 5)", "!a", "x != y". */
const OF_A_TERM =
  /(?<!')'+(?=\()|(?<=(?<![\p{L}\p{M}])\p{L})'+|(?<=\p{L})\.(?=\p{L})|(?<=[\p{L}\p{N}'])\(|\((?=[^()]*,)|!(?==)|(?<![\p{L}\p{N}])!(?=[\p{L}(])/u;
const TOKENS = new RegExp(
  [NUMBER, WORD, SIGN, BEHIND_NUMBER, OF_A_TERM].map(({ source }) => source).join("|"),
  "gu",
);

/**
 * A number in one spelling; undefined for what may be several numbers ("1.000"), or is one by its looks only ("007", "1.2.3").
 * "1,000" is taken for a thousand: hardly anybody writes just three decimals after a comma.
 */
export function numberKey(text: string): string | undefined {
  const isNegative = text.startsWith("-");
  const digits = text.slice(isNegative ? 1 : 0);
  const [, integer, mark, decimals] = ONE_MARK.exec(digits) ?? [];
  if (integer !== undefined && isDecimal(integer, mark, decimals)) {
    return keyOf(isNegative, integer, decimals);
  }
  const { groups, fraction } = (GROUPED.exec(digits) ?? INDIAN.exec(digits))?.groups ?? {};
  if (groups === undefined || (fraction === undefined && AMBIGUOUS.test(groups))) return undefined;
  return keyOf(isNegative, groups.replace(/\D/g, ""), fraction);
}

const ONE_MARK = /^(\d+)(?:([.,٫])(\d+))?$/;
const GROUPED =
  /^(?<groups>\d{1,3}(?<mark>[ .,٬])\d{3}(?:\k<mark>\d{3})*)(?:(?!\k<mark>)[.,٫](?<fraction>\d+))?$/;
const INDIAN = /^(?<groups>\d{1,2}(?:,\d{2})+,\d{3})(?:\.(?<fraction>\d+))?$/;
const AMBIGUOUS = /^\d+\.\d+$/;

function isDecimal(integer: string, mark: string | undefined, decimals = ""): boolean {
  return decimals.length !== 3 || integer.length > 3 || integer === "0" || mark === "٫";
}

function keyOf(isNegative: boolean, integer: string, fraction = ""): string | undefined {
  return /^0\d/.test(integer) ? undefined : decimalKey(isNegative, integer, fraction);
}
