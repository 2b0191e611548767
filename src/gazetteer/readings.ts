import type {
  NameQuestion,
  NameReading,
  PartialReading,
  Span,
  TypedWord,
} from "../index/search/names.ts";
import { alphabetOf, isEditNeighbour } from "../text/edit-distance.ts";
import {
  lookupTerms,
  PHRASE_JOINER,
  phraseTerm,
  SHORT_FORMS,
  type Token,
  tokenize,
} from "../text/tokens.ts";
import {
  ABBREVIATIONS,
  ARTICLES,
  INITIALS,
  isStreetWord,
  KIND_CATEGORIES,
  KIND_WORDS,
  LEADING_ONLY,
  LEADING_WORDS,
  LINKS,
  type NamedKind,
  UNSPACED_KINDS,
} from "./kinds.ts";
import { codesApart } from "./postal-codes.ts";

/** How a reading takes a text, the surest first. */
export const HOW = {
  /** Its first part, or all of it, is one name; perhaps with a word for a town. */
  whole: 0,
  /** It is a name behind "near", or with a word for another kind. */
  bare: 1,
  /** It is a town's name with its centre or its area. */
  centre: 2,
  /** Its first part is a name and what qualifies it. */
  divided: 3,
  /** All but the postal code. */
  withoutCode: 4,
  /** What stands behind an address, or behind a name that is not known. */
  behind: 5,
  /** The last words of an address without commas. */
  end: 6,
  /** Without the kind, or without what qualifies it: never taken, but worth a question. */
  similar: 7,
} as const;
export type How = (typeof HOW)[keyof typeof HOW];

/** A text that names a place, read in all ways that it may be meant. */
export interface NameReadings {
  /** What to ask the index. */
  readonly question: NameQuestion;
  readonly kind: NamedKind | undefined;
  /** The phrases (phraseTerm) that may be the place's whole name. */
  readonly names: ReadonlySet<string>;
  /** How each of the names' readings takes the text. */
  readonly hows: readonly How[];
  /** Some part of it looks like a street with a number. */
  readonly isAddress: boolean;
  /** The whole text is a postal code, or may be one. */
  readonly isCode: boolean;
  /** Parts of the text that are no place's name in the reading of this number: "10 Downing Street". */
  readonly unread: readonly (string | undefined)[];
}

const PARTS = /[,，、،؛;；()（）\n|]+|\s[-–—]\s/;
const MOST_PARTS = 5;
/** A longer part is no name; its first words may still be one. */
const MOST_RUNS = 8;
/** The tools take 200 characters. Folding makes some of them up to 18 times as long, and no name is. */
const LONGEST_PHRASE = 300;
const MOST_READINGS = 60;
/** A name that has so many words of a part, or pairs of characters, is checked for the others afterwards. */
const MOST_TERMS = 16;
/** "UK" and "Fla" are no towns behind a name that is not known. */
const SHORTEST_BEHIND = 4;
/** A part of a name may have a typo from so many words on. With two, "mi casa" and "chez moi" would name places. */
const FEWEST_FUZZY_WORDS = 3;
/** So many words at the end of an address may be a town. */
const MOST_WORDS_AT_END = 3;

/** Undefined for a text without a letter or digit, for one that names nothing but kinds, and for one that is longer than any name. */
export function readNames(text: string): NameReadings | undefined {
  const joined = text.replace(INITIALS, (initials) => `${initials.replace(/[.\s]/g, "")} `);
  const reader = new Reader();
  const written = partsOf(joined);
  const tokens = written.flatMap((part) => part.tokens);
  if (tokens.length === 0 || phraseTerm(tokens).length > LONGEST_PHRASE) return undefined;
  if (tokens.every(saysNoName) && tokens.some(({ text }) => KIND_WORDS.has(text))) return undefined;
  reader.read(written);
  let long = text;
  for (const [short, meant] of ABBREVIATIONS) long = long.replace(short, meant);
  if (long !== text) reader.read(partsOf(long));
  return reader.readings(tokens, written);
}

/** A part of a text between commas. */
interface Part {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Its words without postal codes. */
  readonly bare: readonly Token[];
  readonly codes: readonly string[];
  readonly isStreet: boolean;
}

function partsOf(text: string): Part[] {
  return withKindFirst(text.split(PARTS).flatMap(bigEndian))
    .map((part): Part => {
      const { rest, codes } = codesApart(part);
      const bare = tokenize(rest).slice(0, MOST_RUNS);
      return {
        text: part.trim(),
        tokens: tokenize(part).slice(0, MOST_RUNS),
        bare,
        codes,
        isStreet: bare.length > 0 && isStreet(bare),
      };
    })
    .filter(({ tokens }) => tokens.length > 0)
    .slice(0, MOST_PARTS);
}

/** "Lyon, train station" → "train station Lyon": a kind of its own is the kind of the place. */
function withKindFirst(parts: readonly string[]): string[] {
  const at = parts.findIndex((part) => {
    const tokens = tokenize(part);
    const kinds = tokens.map(({ text }) => KIND_WORDS.get(text));
    return tokens.every(saysNoName) && kinds.some(isBinding);
  });
  const [first, ...others] = parts.filter((_, other) => other !== at);
  return at < 0 || first === undefined ? [...parts] : [`${parts[at]} ${first}`, ...others];
}

/** "大阪府堺市" and "浙江省宁波市" say the larger place first. */
function bigEndian(part: string): string[] {
  const [, larger, smaller] =
    /^\s*(京都府|[\p{Script=Han}\p{Script=Katakana}]+?(?:都|道|府|県|省|自治区|特别行政区|市)(?!市|$))([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,}.*)$/u.exec(
      part,
    ) ?? [];
  return larger !== undefined && smaller !== undefined ? [smaller, larger] : [part];
}

function isStreet(tokens: readonly Token[]): boolean {
  // "St." at the beginning is a saint's.
  const isTold = ({ text }: Token, at: number) =>
    HOUSE_NUMBER.test(text) || (isStreetWord(text) && !(at === 0 && text.length <= 2));
  return tokens.length > 1 && tokens.some(isTold);
}
const HOUSE_NUMBER = /^\d{1,4}[a-z]?$/;

/** Makes the readings of one or more ways to write a text. */
class Reader {
  readonly #phrase = new Phrase();
  readonly #names: NameReading[] = [];
  readonly #partial: PartialReading[] = [];
  readonly #airportsOf: number[][] = [];
  readonly #hows: How[] = [];
  readonly #unread: (string | undefined)[] = [];
  readonly #known = new Set<string>();
  #kind: NamedKind | undefined;
  #isAddress = false;

  read(parts: readonly Part[]): void {
    this.#isAddress = parts.some(({ isStreet, codes }) => isStreet || codes.length > 0);
    const all = parts.flatMap(({ tokens }) => tokens);
    this.#phrase.qualifier(this.#phrase.span(all));
    const [first, ...others] = parts;
    const behind = others.map(({ tokens }) => tokens);
    const { bare, kind } = withoutKind(first!.tokens);
    this.#kind ??= kind ?? others.map((part) => withoutKind(part.tokens).kind).find(isBinding);

    // What the text says in one piece comes before what it says when taken apart.
    const binding = kind === "town" ? undefined : kind;
    this.#name(HOW.whole, first!.tokens, behind, binding);
    if (others.length > 0) this.#name(HOW.whole, all, [], binding);
    if (bare.length > 0 && bare !== first!.tokens) {
      const isCut = bare.at(-1) !== first!.tokens.at(-1);
      const how = kind !== "town" ? HOW.bare : isCut ? HOW.centre : HOW.whole;
      this.#name(how, bare, behind, kind);
    }
    for (const name of new Set([first!.tokens, bare])) {
      if (isJoinable(name)) this.#name(HOW.bare, joinedOf(name), behind, binding);
    }
    if (bare.length === 0 && others.length > 0) this.#behind(others, HOW.bare, undefined);
    this.#divide(HOW.divided, first!.tokens, behind, undefined, kind);

    if (kind === "airport" && bare.length > 0) {
      this.#airportsOf.push(this.#qualifiers([bare, ...behind]));
    }
    const codes = parts.flatMap((part) => part.codes);
    const named = parts.filter((part) => part.bare.length > 0);
    if (codes.length > 0) {
      const apart = named.filter(({ isStreet }) => !isStreet).map((part) => part.bare);
      const streets = named.filter(({ isStreet }) => isStreet).map((part) => part.text);
      const unread = streets.length > 0 ? streets.join(", ") : undefined;
      // Postal codes may have no region: their town is enough.
      for (const code of codes) {
        this.#name(HOW.whole, tokenize(code), apart, undefined, unread);
        this.#name(HOW.whole, tokenize(code), apart.slice(0, 1), undefined, unread);
      }
      if (named.length > 0 && !named[0]!.isStreet) {
        this.#behind(named, HOW.withoutCode, codes.join(", "));
      }
    }
    if (binding === undefined) {
      for (let from = 1; from < named.length; from++) {
        this.#behind(named.slice(from), HOW.behind, textOf(named.slice(0, from), parts));
      }
      // Some countries say the town first: "Москва, Тверская улица 1".
      const towns = named.filter(({ isStreet }) => !isStreet);
      if (towns.length > 0 && towns.length < named.length) {
        const streets = named.filter(({ isStreet }) => isStreet);
        this.#behind(towns, HOW.behind, textOf(streets, parts));
      }
      const words = named.at(-1)?.bare ?? [];
      const isUnspaced = words.length === 2 && words.every(({ isSegmented }) => !isSegmented);
      if (words.some(({ text }) => HOUSE_NUMBER.test(text)) || isUnspaced) {
        for (let count = Math.min(MOST_WORDS_AT_END, words.length - 1); count > 0; count--) {
          const end = words.slice(-count);
          if (end.some(({ text }) => HOUSE_NUMBER.test(text) || isStreetWord(text))) continue;
          const unread = words.slice(0, -count).map(({ text }) => text);
          this.#name(HOW.end, withoutKind(end).bare, [], "town", unread.join(" "));
        }
        if (isUnspaced) {
          this.#name(HOW.end, withoutKind(words.slice(0, 1)).bare, [], "town", words[1]!.text);
        }
      }
    }

    if (bare.length > 0 && isBinding(kind)) this.#name(HOW.similar, bare, behind);
    if (others.length > 0) this.#name(HOW.similar, bare.length > 0 ? bare : first!.tokens, []);

    if (others.length > 0) this.#part(all, [], this.#kind);
    this.#part(first!.tokens, behind, kind);
    if (bare.length > 0 && bare !== first!.tokens) this.#part(bare, behind, kind);
  }

  readings(tokens: readonly Token[], parts: readonly Part[]): NameReadings {
    const names = this.#names;
    const partial = this.#partial;
    const airportsOf = this.#airportsOf;
    const used = new Set([...names, ...partial].flatMap(({ kind }) => kind ?? []));
    const kinds = Object.fromEntries(
      Object.entries(KIND_CATEGORIES).filter(([kind]) => used.has(kind)),
    );
    const { text, qualifiers } = this.#phrase;
    const words = typedWords(tokens);
    return {
      question: { phrase: text, qualifiers, names, partial, airportsOf, words, kinds },
      kind: this.#kind,
      names: new Set(names.map(({ name }) => this.#phrase.textOf(name))),
      hows: this.#hows,
      unread: this.#unread,
      isAddress: this.#isAddress,
      isCode: parts.length === 1 && parts[0]!.bare.length === 0,
    };
  }

  /** The first of the parts without its codes, qualified by those behind it. */
  #behind(parts: readonly Part[], how: How, unread: string | undefined): void {
    const [first, ...others] = parts.map((part) => part.bare);
    const { bare, kind } = withoutKind(first!);
    this.#name(how, first!, others, undefined, unread);
    if (bare.length > 0 && bare !== first) this.#name(how, bare, others, kind, unread);
    this.#divide(how, first!, others, unread, kind);
  }

  /** A part as a name and what qualifies it, in either order; or as a name with a qualifier on both sides. */
  #divide(
    how: How,
    tokens: readonly Token[],
    behind: readonly (readonly Token[])[],
    unread: string | undefined,
    kind: NamedKind | undefined,
  ): void {
    const { length } = tokens;
    const read = (from: number, to: number, ...apart: (readonly Token[])[]) => {
      const whole = tokens.slice(from, to);
      if (whole.every(({ text }) => isStreetWord(text) || HOUSE_NUMBER.test(text))) return;
      if (apart.some((others) => others.every(({ text }) => KIND_WORDS.has(text)))) return;
      const { bare } = withoutKind(whole);
      const qualifiers = [...apart, ...behind];
      if (kind !== undefined && bare.length > 0) this.#name(how, bare, qualifiers, kind, unread);
      if (kind === undefined || kind === "town") {
        this.#name(how, whole, qualifiers, undefined, unread);
      }
    };
    for (let at = length - 1; at > 0; at--) read(0, at, tokens.slice(at));
    for (let at = 1; at < length - 1; at++) {
      for (let middle = at + 1; middle < length; middle++) {
        read(0, at, tokens.slice(at, middle), tokens.slice(middle));
      }
    }
    for (let at = 1; at < length; at++) read(at, length, tokens.slice(0, at));
  }

  #name(
    how: How,
    tokens: readonly Token[],
    apart: readonly (readonly Token[])[],
    kind?: NamedKind | undefined,
    unread?: string,
  ): void {
    if (how >= HOW.behind && phraseTerm(tokens).length < SHORTEST_BEHIND) {
      if (tokens.every(({ isSegmented }) => isSegmented)) return;
    }
    const name = this.#phrase.span(tokens);
    const qualifiers = this.#qualifiers(apart);
    const key = JSON.stringify([name, qualifiers, kind]);
    if (this.#known.has(key) || this.#names.length >= MOST_READINGS) return;
    this.#known.add(key);
    const isLast = how === HOW.similar || (how === HOW.behind && !this.#isAddress);
    this.#names.push({ name, qualifiers, ...(kind && { kind }), ...(isLast && { isLast }) });
    this.#hows.push(how);
    this.#unread.push(unread);
  }

  #part(
    tokens: readonly Token[],
    apart: readonly (readonly Token[])[],
    kind: NamedKind | undefined,
  ): void {
    const words = tokens.flatMap(lookupTerms).slice(0, MOST_TERMS);
    const match = words.map((word) => `"${word}"`).join(" AND ");
    const fuzzy = words.length >= FEWEST_FUZZY_WORDS;
    const qualifiers = this.#qualifiers(apart);
    const narrower = kind === "airport" ? "known airport" : (kind ?? "landmark");
    this.#partial.push({ match, fuzzy, qualifiers, kind: narrower });
  }

  /** What only says a kind qualifies nothing. */
  #qualifiers(apart: readonly (readonly Token[])[]): number[] {
    return apart
      .filter((tokens) => !tokens.every(({ text }) => KIND_WORDS.has(text)))
      .map((tokens) => this.#phrase.qualifier(this.#phrase.span(tokens)));
  }
}

/** What some of the parts say, with the codes of the others. */
function textOf(some: readonly Part[], parts: readonly Part[]): string {
  const codes = parts.filter((part) => !some.includes(part)).flatMap((part) => part.codes);
  return [...some.map(({ text }) => text), ...codes].join(", ");
}

function isBinding(kind: NamedKind | undefined): boolean {
  return kind === "airport" || kind === "station";
}

function saysNoName({ text }: Token): boolean {
  return KIND_WORDS.has(text) || LINKS.has(text) || LEADING_WORDS.has(text) || NO_NAMES.has(text);
}
const NO_NAMES = new Set("nearest closest next main local".split(" "));

/** "La Guardia airport" → "laguardia airport". */
function joinedOf([first, second, ...others]: readonly Token[]): Token[] {
  return [{ text: first!.text + second!.text, isSegmented: true }, ...others];
}

function isJoinable(tokens: readonly Token[]): boolean {
  const isShort = tokens.length === 2 || tokens.length === 3;
  return isShort && tokens.slice(0, 2).every(({ isSegmented }) => isSegmented);
}

/** "gare de Lyon" → "Lyon", a station; "near Lyon" → "Lyon". None of the tokens, if they say nothing but kinds. */
function withoutKind(tokens: readonly Token[]): {
  /** The same list if nothing is left out. */
  readonly bare: readonly Token[];
  readonly kind: NamedKind | undefined;
} {
  const named = new Set(
    tokens.flatMap(({ text }, at) =>
      LEADING_ONLY.has(text) && at > 0 ? [] : (KIND_WORDS.get(text) ?? []),
    ),
  );
  let kind = (["airport", "station", "town"] as const).find((one) => named.has(one));
  const isKind = ({ text }: Token) => KIND_WORDS.get(text) === kind && kind !== undefined;
  let start = tokens.findIndex(
    (token) => !isKind(token) && !LEADING_WORDS.has(token.text) && !(kind && LINKS.has(token.text)),
  );
  if (start < 0) {
    // "La de" may be a name, "the airport" is none.
    if (kind === undefined) return { bare: tokens, kind };
    start = tokens.length;
  }
  // Alone an article is a part of the name.
  if (!kind && tokens.slice(0, start).every(({ text }) => ARTICLES.has(text))) start = 0;
  let end = tokens.length;
  while (kind && end > start) {
    const last = tokens[end - 1]!;
    if (!(isKind(last) || LINKS.has(last.text)) || LEADING_ONLY.has(last.text)) break;
    end--;
  }
  let bare: readonly Token[] =
    start === 0 && end === tokens.length ? tokens : tokens.slice(start, end);
  const last = bare.at(-1);
  if (last && !last.isSegmented) {
    for (const [ending, meant] of UNSPACED_KINDS) {
      const text = last.text.replace(ending, "");
      if (!text || text === last.text) continue;
      kind ??= meant;
      bare = [...bare.slice(0, -1), { ...last, text }];
      break;
    }
  }
  return { bare, kind };
}

/** Phrases in one text, each once, and those that are qualifiers, each with a number. */
class Phrase {
  #text = "";
  readonly qualifiers: Span[] = [];

  get text(): string {
    return this.#text;
  }

  /** Where the tokens stand in the text; they are added if they do not yet. */
  span(tokens: readonly Token[]): Span {
    const phrase = phraseTerm(tokens);
    const at = `${PHRASE_JOINER}${this.#text}${PHRASE_JOINER}`.indexOf(
      `${PHRASE_JOINER}${phrase}${PHRASE_JOINER}`,
    );
    const length = [...phrase].length;
    if (at >= 0) return [[...this.#text.slice(0, at)].length + 1, length];
    if (this.#text) this.#text += PHRASE_JOINER;
    this.#text += phrase;
    return [[...this.#text].length - length + 1, length];
  }

  textOf([first, length]: Span): string {
    return [...this.#text].slice(first - 1, first - 1 + length).join("");
  }

  /** The number of a qualifier, a new one if it has none yet. */
  qualifier(span: Span): number {
    const known = this.qualifiers.findIndex((other) => other.join() === span.join());
    return known < 0 ? this.qualifiers.push(span) - 1 : known;
  }
}

/** The words that may have a typo, each once. */
function typedWords(tokens: readonly Token[]): TypedWord[] {
  const words = new Set(tokens.filter(({ isSegmented }) => isSegmented).map(({ text }) => text));
  return [...words].flatMap((word) => {
    const letters = alphabetOf(word);
    if (!letters) return [];
    const longForms = [...SHORT_FORMS.keys()].filter((long) => isEditNeighbour(word, long));
    const shortForms = longForms.map((long) => SHORT_FORMS.get(long)!);
    return [{ word, letters: [...letters], shortForms }];
  });
}
