import type { NameQuestion, NameReading } from "../places/by-name.ts";
import { similarWords } from "../places/spelling.ts";
import { lookupWords, nameWord, phraseWord, type Run, runsOf } from "../places/words.ts";

/** The kinds that a text may name besides the place: they decide between places of one name. */
export type NamedKind = "airport" | "station" | "town";

/** The readings of a text that names a place, as the index is asked for them. */
export interface NameReadings {
  readonly question: NameQuestion;
  readonly kind: NamedKind | undefined;
  /** The whole names that were looked for, in any spelling: a place that has one as its first name is meant rather. */
  readonly heads: ReadonlySet<string>;
  /** The number of the qualifier that is the whole text. */
  readonly whole: number;
  /** How many readings of the first stage take the text's first part in one piece. */
  readonly pieces: number;
}

const PARTS = /[,，、;；()（）\n]+/;
const MOST_PARTS = 4;
/** A longer text is no name; its first words may still be one. */
const MOST_RUNS = 8;
/** A slip of the finger is looked for in so many spellings of a name at most. */
const MOST_SPELLINGS = 2_000;

const KIND_WORDS: Readonly<Record<string, NamedKind>> = {
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
};
/** Between or around a kind and a name: "gare de Lyon", "the city of London". */
const LINKS = new Set(
  "of the de du des d la le l del di da do von international intl code postal in near".split(" "),
);
const UNSPACED_KINDS: readonly (readonly [RegExp, NamedKind])[] = [
  [/(?:空港|공항|机场|機場)$/, "airport"],
  [/(?:駅|역|站|车站|火车站)$/, "station"],
  [/(?:市|区|區|시|都|府|県|省)$/, "town"],
];

function kinds(kind: NamedKind, words: string): Record<string, NamedKind> {
  return Object.fromEntries(words.split(" ").map((word) => [word, kind]));
}

/** Undefined for a text without a letter or digit. */
export function readNames(text: string): NameReadings | undefined {
  const parts = text
    .split(PARTS)
    .map((part) => runsOf(part).slice(0, MOST_RUNS))
    .filter((runs) => runs.length > 0)
    .slice(0, MOST_PARTS);
  const [first, ...rest] = parts;
  if (!first) return undefined;

  const qualifiers = new Qualifiers();
  const whole = qualifiers.number(parts.flat());
  const behind = rest.map((runs) => qualifiers.number(runs));
  const { bare, kind } = withoutKind(first);

  // What the text says in one piece comes before what it says when taken apart.
  const heads: { head: readonly Run[]; apart: number[] }[] = [{ head: first, apart: [] }];
  if (rest.length > 0) heads.push({ head: parts.flat(), apart: [] });
  if (bare.length < first.length || bare[0] !== first[0]) heads.push({ head: bare, apart: [] });
  const pieces = heads.length;
  for (let at = first.length - 1; at > 0; at--) {
    heads.push({ head: first.slice(0, at), apart: [qualifiers.number(first.slice(at))] });
  }
  for (let at = 1; at < first.length - 1; at++) {
    for (let middle = at + 1; middle < first.length; middle++) {
      const [region, country] = [first.slice(at, middle), first.slice(middle)];
      const apart = [qualifiers.number(region), qualifiers.number(country)];
      heads.push({ head: first.slice(0, at), apart });
    }
  }
  for (let at = 1; at < first.length; at++) {
    heads.push({ head: first.slice(at), apart: [qualifiers.number(first.slice(0, at))] });
  }
  const exact = heads.map(({ head, apart }) => ({
    match: quote(nameOf(head)),
    qualifiers: head.length > first.length ? [] : [...apart, ...behind],
  }));

  const partial: NameReading[] = [
    ...(rest.length > 0 ? [{ match: allWords(parts.flat()), qualifiers: [] }] : []),
    { match: allWords(first), qualifiers: behind },
    { match: allWords(bare), qualifiers: behind },
  ];
  const spellings = new Set(heads.map(({ head }) => nameOf(head)));
  const similar: NameReading[] = heads
    .filter(({ head, apart }) => head.length <= first.length && apart.length < 2)
    .map(({ head, apart }) => {
      const names = spellingsOf(head);
      for (const name of names) spellings.add(name);
      return { match: names.map(quote).join(" OR "), qualifiers: [...apart, ...behind] };
    });
  return {
    question: { qualifiers: qualifiers.list, stages: [exact, partial, similar] },
    kind,
    heads: spellings,
    whole,
    pieces,
  };
}

/** "gare de Lyon" → "Lyon", a station; the whole text again if nothing else is left. */
function withoutKind(runs: readonly Run[]): { bare: readonly Run[]; kind: NamedKind | undefined } {
  let kind: NamedKind | undefined;
  const isKind = ({ text }: Run) => KIND_WORDS[text] !== undefined;
  for (const run of runs) kind ??= KIND_WORDS[run.text];
  let [from, to] = [0, runs.length];
  const skips = (run: Run) => isKind(run) || LINKS.has(run.text);
  while (from < to && skips(runs[from]!)) from++;
  while (to > from && skips(runs[to - 1]!)) to--;
  let bare: readonly Run[] = kind && to > from ? runs.slice(from, to) : runs;
  const last = bare.at(-1)!;
  for (const [ending, named] of last.spaced ? [] : UNSPACED_KINDS) {
    const text = last.text.replace(ending, "");
    if (!text || text === last.text) continue;
    kind ??= named;
    bare = [...bare.slice(0, -1), { ...last, text }];
    break;
  }
  return { bare, kind };
}

/** The parts of a text that may qualify others, each once. */
class Qualifiers {
  readonly list: { phrase: string; name: string }[] = [];
  readonly #numbers = new Map<string, number>();

  number(runs: readonly Run[]): number {
    const phrase = phraseWord(runs);
    const known = this.#numbers.get(phrase);
    if (known !== undefined) return known;
    this.#numbers.set(phrase, this.list.length);
    return this.list.push({ phrase: quote(phrase), name: quote(nameOf(runs)) }) - 1;
  }
}

function nameOf(runs: readonly Run[]): string {
  return nameWord(runs.map(({ text }) => text).join(" "))!;
}

function allWords(runs: readonly Run[]): string {
  return runs.flatMap(lookupWords).map(quote).join(" AND ");
}

/** The names that are one slip of the finger away, in one of the words; the name itself first. */
function spellingsOf(runs: readonly Run[]): string[] {
  const names = new Set([nameOf(runs)]);
  for (const [at, run] of runs.entries()) {
    if (!run.spaced) continue;
    for (const text of similarWords(run.text)) {
      if (names.size >= MOST_SPELLINGS) break;
      names.add(nameOf(runs.with(at, { ...run, text })));
    }
  }
  return [...names];
}

const quote = (word: string): string => `"${word}"`;
