/**
 * How text becomes index words. Names and questions go through the same folding, so that "Café",
 * "CAFÉ" and "cafe" are one word. The words hold letters, digits and marks only: no text of a caller
 * can reach the full-text query as syntax.
 */

/** Combining marks that people leave out: Latin, Greek, Cyrillic accents; Hebrew and Arabic vowels. */
const OPTIONAL_MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;
/** Letters that decomposition leaves whole, as they are written without the letter. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
};
const SPECIAL_LETTERS = new RegExp(`[${Object.keys(PLAIN_LETTERS).join("")}]`, "gu");
/** "Joe's" is one word, the way people who leave the apostrophe out type it. */
const POSSESSIVE = /(?<=\p{L})['’](?=s(?!\p{L}))/gu;
const PLAIN = /^\p{ASCII}*$/u;
const TOKENS = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts that are written without spaces, or whose compounds are (Hangul). */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;

/** The text in lower case, without accents, with compatibility forms (full width, ligatures) resolved. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  // Most text is plain, and then there is nothing else to fold.
  if (PLAIN.test(lower)) return lower.replace(POSSESSIVE, "");
  return lower
    .normalize("NFKD")
    .replace(OPTIONAL_MARKS, "")
    .normalize("NFC")
    .replace(SPECIAL_LETTERS, (letter) => PLAIN_LETTERS[letter]!)
    .replace(POSSESSIVE, "");
}

/** Words that are written in full or short: the short one stands for both, in names and in questions. */
export const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ["saint", "st"],
  ["sainte", "ste"],
  ["sankt", "st"],
  ["mount", "mt"],
  ["fort", "ft"],
  ["hauptbahnhof", "hbf"],
  ["bahnhof", "bf"],
]);

/** Letters and digits without a gap; one word, unless its script puts no gaps between words. */
export interface Token {
  readonly text: string;
  readonly isSegmented: boolean;
}

/** The tokens of a text, folded, in their order. */
export function tokenize(text: string): Token[] {
  const folded = fold(text);
  if (PLAIN.test(folded)) return (folded.match(PLAIN_TOKENS) ?? []).map(segmentedToken);
  return [...folded.matchAll(TOKENS)].flatMap(([token]) => {
    const tokens: Token[] = [];
    let end = 0;
    for (const { 0: unspaced, index } of token.matchAll(UNSPACED)) {
      if (index > end) tokens.push(segmentedToken(token.slice(end, index)));
      tokens.push({ text: unspaced, isSegmented: false });
      end = index + unspaced.length;
    }
    if (end < token.length) tokens.push(segmentedToken(token.slice(end)));
    return tokens;
  });
}
const PLAIN_TOKENS = /[a-z0-9]+/g;

function segmentedToken(text: string): Token {
  return { text: SHORT_FORMS.get(text) ?? text, isSegmented: true };
}

/**
 * The words to index a text under, each once. A token of an unspaced script gives every character and
 * every pair of neighbours, so that any part of it can be found.
 */
export function indexTerms(texts: readonly string[]): Set<string> {
  const words = new Set<string>();
  for (const text of texts) {
    for (const token of tokenize(text)) {
      if (token.isSegmented) words.add(token.text);
      else for (const part of [...token.text, ...pairsOf(token.text)]) words.add(part);
    }
  }
  return words;
}

/** The words to look a token up by: what has them all has the token, or nearly always. */
export function lookupTerms({ text, isSegmented }: Token): string[] {
  const pairs = isSegmented ? [] : pairsOf(text);
  return pairs.length > 0 ? pairs : [text];
}

/** A phrase as the one word it has in the table of category words. */
export function phraseTerm(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join(PHRASE_JOINER);
}
/** No letter and no digit, so no caller's text can hold it; the ascii tokenizer takes it for one. */
export const PHRASE_JOINER = "·";

/** The word that stands in a place's text for a category. */
export function categoryTerm(categoryId: number): string {
  return `${PHRASE_JOINER}${categoryId}`;
}

/**
 * The word that stands for a whole name, so that "York" finds York and not New York; undefined for what
 * has no letter or digit. Only names of places that people say they are at have one.
 */
export function nameTerm(name: string): string | undefined {
  const phrase = phraseTerm(tokenize(name));
  return phrase ? `${NAME_MARKER}${phrase}` : undefined;
}
/** As little in a caller's text as the joiner, and nothing else begins with it. */
export const NAME_MARKER = "¶";

/**
 * The word that stands in a place's text for the value of an attribute. Values that differ in case, accents
 * or gaps only ("Fast food", "fast_food") are one; signs count, so that "A", "A+" and "€€" are not.
 */
export function facetTerm(attribute: string, value: string | boolean): string {
  return ATTRIBUTE_MARKER + wholeTerm(attribute) + ATTRIBUTE_MARKER + wholeTerm(String(value));
}
/** As the joiner: no letter and no digit, and not ASCII. */
const ATTRIBUTE_MARKER = "¤";

/** A text as a single index word, such as two texts share only if people take them for the same. */
export function wholeTerm(text: string): string {
  return fold(text)
    .trim()
    .replace(GAPS, PHRASE_JOINER)
    .replace(/\s+/gu, "")
    .replace(SIGNS, (sign) => ATTRIBUTE_MARKER + sign.codePointAt(0)!.toString(16));
}
const GAPS = /(?<=[\p{L}\p{N}\p{M}])[\s_-]+(?=[\p{L}\p{N}\p{M}])/gu;
const SIGNS = /[^\p{L}\p{N}\p{M}·]/gu;

function pairsOf(text: string): string[] {
  const characters = [...text];
  return characters.slice(1).map((character, k) => characters[k]! + character);
}
