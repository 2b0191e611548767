/**
 * How text becomes index words. Names and questions go through the same folding, so that "Café",
 * "CAFÉ" and "cafe" are one word. The words hold letters, digits and marks only: no text of a caller
 * can reach the full-text query as syntax.
 */

/** Combining marks that people leave out: Latin, Greek, Cyrillic accents; Hebrew and Arabic vowels; the nukta. */
const OPTIONAL_MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u093c]/gu;
/**
 * Letters that decomposition leaves whole, as they are written without the letter; and the forms of one letter that
 * Arabic, Persian and Urdu keyboards have, which the Unicode standard keeps apart (Arabic, "Alef, Yeh, Kaf").
 */
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
  ə: "e",
  ς: "σ",
  ґ: "г",
  ى: "ي",
  ی: "ي",
  ې: "ي",
  ے: "ي",
  ک: "ك",
  ڪ: "ك",
  ة: "ه",
  ہ: "ه",
  ھ: "ه",
  ە: "ه",
  ۃ: "ه",
  ٱ: "ا",
  ء: "",
  ـ: "",
  ヶ: "ケ",
  ヵ: "カ",
};
const SPECIAL_LETTERS = new RegExp(`[${Object.keys(PLAIN_LETTERS).join("")}]`, "gu");
/** What people type for an apostrophe, and the letters that look like one: okina, modifier apostrophe, saltillo, geresh. */
const APOSTROPHES = /['’‘‛ʻʼʽʹʾʿˈ`′＇ꞌ׳՚]/gu;
/** Apostrophes that decomposition would turn into a space and an accent. */
const SPACED_APOSTROPHES = /[´΄᾽᾿῾]/gu;
/** What is written before the apostrophe of an elision is a word of its own: "L'Étoile", "Dell'Orso". Else it joins: "O'Hare". */
const ELISION =
  /(?<![\p{L}\p{N}\p{M}])(l|d|c|j|s|qu|un|jusqu|lorsqu|quelqu|dell|all|nell|sull|dall|coll)'(?=\p{L})/gu;
const INNER_APOSTROPHE = /(?<=[\p{L}\p{N}\p{M}])'(?=\p{L})/gu;
/** Within words: soft hyphens, joiners (of which Persian uses one to part words), the marks of Hebrew abbreviations. */
const WITHIN_WORDS =
  /\u00ad|\u200d|\u2060|\ufeff|(?<!\p{Script=Arabic})\u200c|(?<=\p{Script=Hebrew})["״](?=\p{Script=Hebrew})/gu;
/** Between kanji が, ケ and ヶ are one: 関ヶ原, 関ケ原, 関が原. */
const COUNTING_KE = /(?<=\p{Script=Han})[がケ](?=\p{Script=Han})/gu;
const KATAKANA = /[ァ-ヴ]/gu;
const KATAKANA_OFFSET = 0x60;
const DIGITS = /(?!\p{ASCII})\p{Nd}/gu;
const PLAIN = /^\p{ASCII}*$/u;
const TOKENS = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts that are written without spaces, or whose compounds are (Hangul). */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;

/**
 * The text in lower case, without accents, with compatibility forms (full width, ligatures) resolved, in one of the forms
 * that a script has for the same letters, syllables and digits.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  // Most text is plain, and then there is little else to fold.
  if (PLAIN.test(lower)) return /['`]/.test(lower) ? withoutApostrophes(lower) : lower;
  const bare = lower
    .replace(SPACED_APOSTROPHES, "'")
    .replace(WITHIN_WORDS, "")
    .normalize("NFKD")
    .toLowerCase()
    .replace(OPTIONAL_MARKS, "")
    .normalize("NFC")
    .replace(SPECIAL_LETTERS, (letter) => PLAIN_LETTERS[letter]!);
  return withoutApostrophes(bare)
    .replace(COUNTING_KE, "ケ")
    .replace(KATAKANA, (sign) => String.fromCharCode(sign.charCodeAt(0) - KATAKANA_OFFSET))
    .replace(DIGITS, asciiDigit);
}

function withoutApostrophes(text: string): string {
  return text.replace(APOSTROPHES, "'").replace(ELISION, "$1 ").replace(INNER_APOSTROPHE, "");
}

/** The digits of a script stand in a row, from a code point that ends in 0 or 6 on. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  const place = code & 0xf;
  const isFromNought = /\p{Nd}/u.test(String.fromCodePoint(code - place));
  return String(isFromNought ? place : place - 6);
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

/** The tokens of a text, folded, in their order. Words for "and" count only where there are no others. */
export function tokenize(text: string): Token[] {
  const tokens = allTokens(fold(text));
  const others = tokens.filter(({ text }) => !CONJUNCTIONS.has(text));
  return others.length > 0 ? others : tokens;
}

/** Whether a word of a name or a question counts for nothing: "and". */
export function isConjunction(word: string): boolean {
  return CONJUNCTIONS.has(word);
}

/** "Marks & Spencer" is "Marks and Spencer", and "Marks Spencer". */
const CONJUNCTIONS = new Set(["and", "und", "et", "y", "og", "och", "та", "және"]);

function allTokens(folded: string): Token[] {
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
    for (const token of allTokens(fold(text))) {
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
 * The word that stands for the main name or the brand of a place that has a name of its own, so that "Subway" is told from
 * the stations of a subway; undefined for what has no letter or digit, and for names of more words than kinds have.
 */
export function ownNameTerm(tokens: readonly Token[]): string | undefined {
  const isShort = tokens.length > 0 && tokens.length <= MOST_WORDS_OF_KINDS;
  return isShort ? `${OWN_NAME_MARKER}${phraseTerm(tokens)}` : undefined;
}
const OWN_NAME_MARKER = "§";
const MOST_WORDS_OF_KINDS = 3;

/** The word that stands in a place's text for its collection. */
export function collectionTerm(collection: number): string {
  return `${COLLECTION_MARKER}${collection}`;
}
export const COLLECTION_MARKER = "‡";

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
