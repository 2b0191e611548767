import type {
  NameQuestion,
  NameReading,
  PartialReading,
  Span,
  TypedWord,
} from "../index/search/names.ts";
import { alphabetOf, isEditNeighbour } from "../text/edit-distance.ts";
import { lookupTerms, phraseTerm, SHORT_FORMS, type Token, tokenize } from "../text/tokens.ts";

/** The kinds that a text may name besides the place: they decide between places of one name. */
export type NamedKind = "airport" | "station" | "town";

/** A text that names a place, read in all ways that it may be meant. */
export interface NameReadings {
  /** What to ask the index. */
  readonly question: NameQuestion;
  readonly kind: NamedKind | undefined;
  /** The phrases (phraseTerm) that may be the place's whole name. */
  readonly names: ReadonlySet<string>;
  /** How many of the readings, the first ones, take the text's first part as one name. */
  readonly undividedCount: number;
}

const PARTS = /[,，、;；()（）\n]+/;
const MOST_PARTS = 4;
/** A longer part is no name; its first words may still be one. */
const MOST_RUNS = 8;
/** The tools take 200 characters. Folding makes some of them up to 18 times as long, and no name is. */
const LONGEST_PHRASE = 300;
/** A part of a name may have a typo from so many words on. With two, "mi casa" and "chez moi" would name places. */
const FEWEST_FUZZY_WORDS = 3;

const KIND_WORDS: ReadonlyMap<string, NamedKind> = new Map([
  ...kinds(
    "airport",
    "airport airfield aeroport aeropuerto aeroporto flughafen luchthaven lotnisko аэропорт airports",
  ),
  ...kinds(
    "station",
    "station railway train gare bf bahnhof estacion stazione estacao вокзал dworzec nadrazi",
  ),
  ...kinds(
    "town",
    "city town village zip postcode plz stadt ville ciudad citta cidade город central downtown",
  ),
]);
/** Words that stand between a kind and a name, or around them: "gare de Lyon", "the city of London". */
const LINKS = new Set(
  "of the de du des d la le l del di da do von international intl code postal in near".split(" "),
);
const UNSPACED_KINDS: readonly (readonly [RegExp, NamedKind])[] = [
  [/(?:空港|공항|机场|機場)$/, "airport"],
  [/(?:駅|역|站|车站|火车站)$/, "station"],
  [/(?:市|区|區|시|都|府|県|省)$/, "town"],
];

function kinds(kind: NamedKind, words: string): [string, NamedKind][] {
  return words.split(" ").map((word) => [word, kind]);
}

/** Undefined for a text without a letter or digit, and for one that is longer than any name. */
export function readNames(text: string): NameReadings | undefined {
  const parts = text
    .split(PARTS)
    .map((part) => tokenize(part).slice(0, MOST_RUNS))
    .filter((tokens) => tokens.length > 0)
    .slice(0, MOST_PARTS);
  const [first, ...others] = parts;
  const tokens = parts.flat();
  if (!first || phraseTerm(tokens).length > LONGEST_PHRASE) return undefined;
  const { length } = first;
  const { bare, skipped, kind } = withoutKind(first);
  const isBare = bare.length < length || bare.at(-1) !== first.at(-1);

  const phrase = new Phrase(tokens);
  const whole = phrase.span(0, tokens.length);
  phrase.qualifier(whole);
  const behind = others.map((part, before) => {
    const from = parts.slice(0, before + 1).flat().length;
    return phrase.qualifier(phrase.span(from, from + part.length));
  });

  const names: NameReading[] = [];
  const read = (name: Span, ...apart: Span[]) => {
    const qualifiers = [...apart.map((span) => phrase.qualifier(span)), ...behind];
    names.push({ name, qualifiers });
  };
  // What the text says in one piece comes before what it says when taken apart.
  read(phrase.span(0, length));
  if (others.length > 0) names.push({ name: whole, qualifiers: [] });
  if (isBare) read(phrase.spanOf(bare, skipped));
  const undividedCount = names.length;
  for (let at = length - 1; at > 0; at--) read(phrase.span(0, at), phrase.span(at, length));
  for (let at = 1; at < length - 1; at++) {
    for (let middle = at + 1; middle < length; middle++) {
      read(phrase.span(0, at), phrase.span(at, middle), phrase.span(middle, length));
    }
  }
  for (let at = 1; at < length; at++) read(phrase.span(at, length), phrase.span(0, at));

  const partial = [
    ...(others.length > 0 ? [partOfName(tokens, [])] : []),
    partOfName(first, behind),
    ...(isBare ? [partOfName(bare, behind)] : []),
  ];
  const words = typedWords(tokens);
  return {
    question: { phrase: phrase.text, qualifiers: phrase.qualifiers, names, partial, words },
    kind,
    names: new Set(names.map(({ name }) => phrase.textOf(name))),
    undividedCount,
  };
}

/** "gare de Lyon" → "Lyon", a station. All of the tokens, if they say nothing but kinds. */
function withoutKind(tokens: readonly Token[]): {
  bare: readonly Token[];
  /** How many tokens are left out before the bare ones. */
  skipped: number;
  kind: NamedKind | undefined;
} {
  let kind = tokens.map(({ text }) => KIND_WORDS.get(text)).find((named) => named !== undefined);
  const isBare = ({ text }: Token) => !KIND_WORDS.has(text) && !LINKS.has(text);
  const skipped = kind ? Math.max(0, tokens.findIndex(isBare)) : 0;
  const end = kind ? tokens.findLastIndex(isBare) + 1 || tokens.length : tokens.length;
  const bare = tokens.slice(skipped, end);
  const last = bare.at(-1)!;
  for (const [ending, named] of last.isSegmented ? [] : UNSPACED_KINDS) {
    const text = last.text.replace(ending, "");
    if (!text || text === last.text) continue;
    kind ??= named;
    bare[bare.length - 1] = { ...last, text };
    break;
  }
  return { bare, skipped, kind };
}

/** A text as one phrase, and the parts of it that are qualifiers, each with a number. */
class Phrase {
  readonly text: string;
  readonly qualifiers: Span[] = [];
  /** How many characters come before each token; and one more, as if another token followed. */
  readonly #starts = [0];

  constructor(tokens: readonly Token[]) {
    this.text = phraseTerm(tokens);
    for (const { text } of tokens) this.#starts.push(this.#starts.at(-1)! + [...text].length + 1);
  }

  /** The tokens from one number to before another. */
  span(from: number, to: number): Span {
    const start = this.#starts[from]!;
    return [start + 1, this.#starts[to]! - 1 - start];
  }

  /** Runs that begin where the token of this number does, and of which the last one may be shorter. */
  spanOf(tokens: readonly Token[], from: number): Span {
    return [this.#starts[from]! + 1, [...phraseTerm(tokens)].length];
  }

  textOf([first, length]: Span): string {
    return [...this.text].slice(first - 1, first - 1 + length).join("");
  }

  /** The number of a qualifier, a new one if it has none yet. */
  qualifier(span: Span): number {
    const known = this.qualifiers.findIndex((other) => other.join() === span.join());
    return known < 0 ? this.qualifiers.push(span) - 1 : known;
  }
}

function partOfName(tokens: readonly Token[], qualifiers: readonly number[]): PartialReading {
  const words = tokens.flatMap(lookupTerms);
  const match = words.map((word) => `"${word}"`).join(" AND ");
  return { match, fuzzy: words.length >= FEWEST_FUZZY_WORDS, qualifiers };
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
