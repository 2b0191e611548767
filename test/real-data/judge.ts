import geographiclib from "geographiclib-geodesic";
import type { Point } from "../../src/geo/point.ts";
import {
  compileQuery,
  type MatchMode,
  matchFor,
  type TextMatch,
} from "../../src/index/search/query.ts";
import { brandsOf } from "../../src/records/brand.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { indexTerms, nameTerm, ownNameTerm, phraseTerm, tokenize } from "../../src/text/tokens.ts";
import type { PlainQuestion } from "../support/question.ts";
import type { RealSet } from "./set.ts";

/** A place and how far it is, as found by looking at every place. */
export interface Judged {
  readonly id: string;
  readonly distanceMeters: number;
}

/**
 * The largest and the smallest radius of curvature of WGS84, a²/b and b²/a: one radian between two
 * directions of geodetic coordinates is at most, and at least, so many metres of geodesic.
 */
const [A, B] = [6_378_137, 6_356_752.314_245_179];
const WIDEST = A ** 2 / B;
const NARROWEST = B ** 2 / A;
/** Radians; a metre and a half. Near 180° the arcsine of a chord is not much better. */
const ROUNDING = 2.5e-7;

/** Which of the places. */
type Places = Int32Array | readonly number[];

/** A beginning stands for so many of the words that begin so: those that most places have. */
const MOST_COMPLETIONS = 64;

/** A phrase with a typo is a kind from so many letters on. */
const SHORTEST_TYPED_WHOLE = 6;
const NAMED_AFTER_OTHERS =
  /^(?:place|railway|aeroway|public_transport|highway|boundary|landuse|natural)(?:\/|$)/;

const LANDMARKS =
  /^(?:place|railway|aeroway|public_transport|boundary|landuse\/harbour|tourism|historic|natural|leisure\/park)(?:\/|$)/;

/** Knows the answers, by looking at every single place: the SQL of a match, its index and its geometry are not asked. */
export class Judge {
  readonly records: readonly PlaceRecord[];
  readonly ids: readonly string[];
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #z: Float64Array;
  readonly #paths: readonly string[];
  /** The paths of the categories that a phrase means. */
  readonly #meanings = new Map<string, Set<string>>();
  readonly #ofCategory = new Map<string, number[]>();
  /** The places that have a word, or a letter or two letters in a row of an unspaced run. */
  readonly #having = new Map<string, number[]>();
  /** The places by the terms of their own names. */
  readonly #called = new Map<string, number[]>();
  readonly #allWords: readonly string[];
  readonly #known = new Map<string, readonly string[]>();
  readonly #inThem = new Map<string, Int32Array>();
  readonly #meant = new Map<string, ReadonlySet<string>>();

  readonly #comeAcross: Int32Array | undefined;
  /** Two of what is as long as the set: new ones for each question would be half of the work. */
  readonly #chordsOfLast: Float64Array;
  readonly #toSelectFrom: Float64Array;

  constructor({ collections, categories }: RealSet) {
    this.records = collections.flatMap(({ records }) => records);
    this.ids = collections.flatMap(({ collection, records }) =>
      records.map(({ sourceId }) => `${collection.id}:${sourceId}`),
    );
    const directions = this.records.map(direction);
    this.#x = Float64Array.from(directions, ([x]) => x);
    this.#y = Float64Array.from(directions, ([, y]) => y);
    this.#z = Float64Array.from(directions, ([, , z]) => z);
    const add = (list: Map<string, number[]>, key: string, place: number) => {
      const places = list.get(key);
      if (places) places.push(place);
      else list.set(key, [place]);
    };
    for (const [place, record] of this.records.entries()) {
      const { name, otherNames = [], category } = record;
      const brands = brandsOf(record);
      add(this.#ofCategory, category, place);
      for (const word of indexTerms([name, ...otherNames, ...brands])) {
        add(this.#having, word, place);
      }
      if (LANDMARKS.test(category)) {
        const terms = new Set([name, ...otherNames].map(nameTerm));
        for (const term of terms) if (term !== undefined) add(this.#called, term, place);
      }
      if (NAMED_AFTER_OTHERS.test(category)) continue;
      const terms = new Set([name, ...brands].map((text) => ownNameTerm(tokenize(text))));
      for (const term of terms) if (term !== undefined) add(this.#called, term, place);
    }
    this.#chordsOfLast = new Float64Array(directions.length);
    this.#toSelectFrom = new Float64Array(directions.length);
    this.#allWords = [...this.#having.keys()];
    const codes = new Set(this.#ofCategory.get("boundary/postal_code"));
    if (codes.size > 0) {
      this.#comeAcross = Int32Array.from(
        [...this.records.keys()].filter((place) => !codes.has(place)),
      );
    }
    this.#paths = categories.map(({ path }) => path);
    for (const { path, words } of categories) {
      for (const phrase of words) {
        const key = phraseTerm(tokenize(phrase));
        this.#meanings.set(key, (this.#meanings.get(key) ?? new Set()).add(path));
      }
    }
  }

  /** All places in this mode, nearest first: so many within the radius, and those as far as the last of them. */
  nearest(
    question: Pick<PlainQuestion, "center" | "radiusMeters" | "text" | "category">,
    most: number,
    mode: MatchMode = "exact",
  ): Judged[] {
    const { center, radiusMeters } = question;
    const match = matchFor(compileQuery(question.text, question.category), mode);
    const matching = match ? this.#matching(match) : this.#comeAcross;
    const chords = this.#chords(center, matching);
    // The one that is the last of them by chord is no farther than this; so is the last by geodesic.
    const last = 2 * Math.asin(Math.min(2, smallest(chords, most, this.#toSelectFrom)) / 2);
    const reach = Math.min(radiusMeters, WIDEST * (last + ROUNDING));
    const widest = 2 * Math.sin(Math.min(Math.PI, reach / NARROWEST + ROUNDING) / 2);
    const judged: Judged[] = [];
    for (let k = 0; k < chords.length; k++) {
      if (chords[k]! > widest + 1e-12) continue;
      const place = matching ? matching[k]! : k;
      const { latitude, longitude } = this.records[place]!;
      const { s12 } = geographiclib.Geodesic.WGS84.Inverse(
        center.latitude,
        center.longitude,
        latitude,
        longitude,
      );
      if (s12! <= radiusMeters) judged.push({ id: this.ids[place]!, distanceMeters: s12! });
    }
    judged.sort((a, b) => a.distanceMeters - b.distanceMeters);
    const end = judged.findIndex(
      ({ distanceMeters }, k) =>
        k >= most && !areTied(distanceMeters, judged[most - 1]!.distanceMeters),
    );
    return end < 0 ? judged : judged.slice(0, end);
  }

  /** The kinds of places that the text as a whole means in this mode, as their paths; empty if it is read as words. */
  kinds(text: string, mode: MatchMode): ReadonlySet<string> {
    const match = matchFor(compileQuery(text), mode);
    return match ? this.#kindsOf(match) : new Set();
  }

  /** Whether there are no places of kinds, none of them and none of their parts. */
  isMissing(paths: ReadonlySet<string>): boolean {
    return paths.size > 0 && this.#inCategories(paths).length === 0;
  }

  /** Whether some place has the name that the text is. */
  isName(text: string): boolean {
    const match = matchFor(compileQuery(text), "exact");
    return match !== undefined && this.#namesIn(match, this.#kindsOf(match)).length > 0;
  }

  /** Whether a part of the text means a kind of which there is no place. */
  isPartMissing(text: string): boolean {
    const { phrases = [] } = matchFor(compileQuery(text), "exact") ?? {};
    const meaning = phrases.filter(([phrase]) => this.#meanings.has(phrase));
    return meaning
      .filter(([, first, last]) => !isWithin(first, last, meaning))
      .some(([phrase]) => this.isMissing(this.#meanings.get(phrase)!));
  }

  /** The terms of names that count: also those of towns and stations where there is no place of the kind. */
  #namesIn({ names, aliases }: TextMatch, kinds: ReadonlySet<string>): string[] {
    if (kinds.size === 0) return [];
    const all = this.isMissing(kinds) ? [...names, ...aliases] : names;
    return all.filter((name) => this.#called.has(name));
  }

  /** The places that fulfil a match, found by going through its parts. */
  #matching(match: TextMatch): Int32Array {
    const { words, wholes, areNamesApart, isNamed, category } = match;
    const lists: Places[] = [];
    const kinds = this.#kindsOf(match);
    const names = this.#namesIn(match, kinds);
    const called = this.#union(names.map((name) => this.#called.get(name)!));
    if (isNamed) lists.push(kinds.size > 0 ? called : []);
    else if (kinds.size > 0) {
      const ofKinds = this.#inCategories(kinds);
      lists.push(areNamesApart ? this.#without(ofKinds, called) : this.#union([ofKinds, called]));
    } else if (words.length > 0 || wholes.length > 0) {
      const fulfilling = words.map((_, at) => this.#fulfilling(match, at));
      lists.push(
        this.#union(
          match.combinations.map((numbers) =>
            this.#intersection(numbers.map((at) => fulfilling[at]!)),
          ),
        ),
      );
    }
    if (category) lists.push(this.#inCategories(this.#pathsOf(category)));
    return this.#intersection(lists);
  }

  #kindsOf({ wholes, typed = [], typedWholes = [] }: TextMatch): ReadonlySet<string> {
    // A question is read several times.
    const key = JSON.stringify([wholes, typed, typedWholes]);
    const kinds = this.#meant.get(key) ?? this.#kindsSaid({ wholes, typed, typedWholes });
    this.#meant.set(key, kinds);
    return kinds;
  }

  #kindsSaid({
    wholes,
    typed,
    typedWholes,
  }: Required<Pick<TextMatch, "wholes" | "typed" | "typedWholes">>): ReadonlySet<string> {
    const given = wholes.filter(([phrase]) => this.#meanings.has(phrase));
    const all = [...given];
    const slips = new Map(typed.map(([word, letters]) => [word, new Set(letters)]));
    for (const [word, before, behind] of typedWholes) {
      for (const phrase of this.#meanings.keys()) {
        if (phrase.length < SHORTEST_TYPED_WHOLE) continue;
        if (!phrase.startsWith(before) || !phrase.endsWith(behind)) continue;
        if (phrase.length < before.length + behind.length) continue;
        const inner = phrase.slice(before.length, phrase.length - behind.length);
        if (inner !== word && isSlip(word, inner, slips.get(word)!)) all.push([phrase, 0, 0, 1]);
      }
    }
    const said = new Set(all.map(([phrase]) => phrase));
    const isNameMeant = typed.some(([word]) =>
      this.#words(`~${word}`, (found) => isSlip(word, found, slips.get(word)!)).some(
        (found) => found !== word && !said.has(found),
      ),
    );
    const isMeant = (path: string) =>
      !isNameMeant || this.#inCategories(new Set([path])).length > 0;
    const means = (phrase: string) => [...this.#meanings.get(phrase)!].filter(isMeant);
    for (const reading of [...new Set(all.map(([, reading]) => reading))].sort((a, b) => a - b)) {
      const meaning = all.filter(([, of]) => of === reading);
      const parts = new Set(meaning.map(([, , part]) => part));
      if (parts.size === meaning[0]![3]) {
        return new Set(meaning.flatMap(([phrase]) => means(phrase)));
      }
    }
    return new Set();
  }

  #pathsOf({ path, phrases }: { path: string; phrases: readonly string[] }): ReadonlySet<string> {
    if (this.#paths.includes(path)) return new Set([path]);
    return new Set(phrases.flatMap((phrase) => [...(this.#meanings.get(phrase) ?? [])]));
  }

  /** The places that have a word of the match, or what may stand for it. */
  #fulfilling(
    { words, phrases, prefix, typed = [], rewritten = [] }: TextMatch,
    at: number,
  ): Places {
    const word = words[at]!;
    const lists: Places[] = [this.#placesWith(word)];
    const meaning = phrases.filter(([phrase]) => this.#meanings.has(phrase));
    for (const [phrase, first, last] of meaning) {
      if (first <= at && at <= last && !isWithin(first, last, meaning)) {
        lists.push(this.#inCategories(this.#meanings.get(phrase)!));
      }
    }
    if (prefix !== undefined && at === words.length - 1) {
      const completions = this.#mostFrequent(
        this.#words(`${prefix}…`, (found) => found.startsWith(prefix)),
      );
      lists.push(...completions.slice(0, MOST_COMPLETIONS).map((found) => this.#placesWith(found)));
    }
    const letters = typed.find(([one]) => one === word)?.[1];
    if (letters) {
      const script = new Set(letters);
      const paths = new Set<string>();
      for (const [phrase, meant] of this.#meanings) {
        if (isSlip(word, phrase, script)) for (const path of meant) paths.add(path);
      }
      lists.push(this.#inCategories(paths));
      const similar = this.#words(`~${word}`, (found) => isSlip(word, found, script));
      lists.push(...similar.map((found) => this.#placesWith(found)));
    }
    for (const [first, last, parts] of rewritten) {
      if (first > at || at > last || !parts.every((part) => this.#having.has(part))) continue;
      lists.push(this.#intersection(parts.map((part) => this.#placesWith(part))));
    }
    return lists.length === 1 ? lists[0]! : this.#union(lists);
  }

  #without(places: Int32Array, others: Int32Array): Int32Array {
    const left = new Set(others);
    return left.size === 0 ? places : places.filter((place) => !left.has(place));
  }

  #placesWith(word: string): Places {
    return this.#having.get(word) ?? [];
  }

  /** All words that are so, in alphabetical order. */
  #words(key: string, isSo: (word: string) => boolean): readonly string[] {
    const words = this.#known.get(key) ?? this.#allWords.filter(isSo).sort();
    this.#known.set(key, words);
    return words;
  }

  /** The words that most places have come first; of those that equally many have, the first in the alphabet. */
  #mostFrequent(words: readonly string[]): string[] {
    const places = (word: string) => this.#having.get(word)!.length;
    return [...words].sort((a, b) => places(b) - places(a));
  }

  #inCategories(paths: ReadonlySet<string>): Int32Array {
    const key = [...paths].sort().join();
    let places = this.#inThem.get(key);
    if (!places) {
      const categories = [...this.#ofCategory].filter(([category]) => isIn(category, paths));
      places = this.#union(categories.map(([, list]) => list));
      this.#inThem.set(key, places);
    }
    return places;
  }

  #union(lists: readonly Places[]): Int32Array {
    if (lists.length === 1) return Int32Array.from(lists[0]!);
    const marks = new Uint8Array(this.records.length);
    for (const list of lists) for (const place of list) marks[place] = 1;
    return marked(marks);
  }

  /** What is in all of the lists, each of which is ascending; every place, if there are none. */
  #intersection(lists: readonly Places[]): Int32Array {
    const [fewest, ...others] = lists.toSorted((a, b) => a.length - b.length);
    if (!fewest) return Int32Array.from(this.records.keys());
    return Int32Array.from(fewest.filter((place) => others.every((list) => isAmong(place, list))));
  }

  /** The straight lines between the directions of a point and of all places, or of some. */
  #chords(center: Point, places: Int32Array | undefined): Float64Array {
    const [x, y, z] = direction(center);
    const chords = this.#chordsOfLast.subarray(0, places?.length ?? this.records.length);
    for (let k = 0; k < chords.length; k++) {
      const place = places ? places[k]! : k;
      const dx = this.#x[place]! - x;
      const dy = this.#y[place]! - y;
      const dz = this.#z[place]! - z;
      chords[k] = Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
    return chords;
  }
}

/** In the same millimetre, or so near that GeographicLib cannot tell them apart: what is tied may come in any order. */
export function areTied(a: number, b: number): boolean {
  return Math.floor(1000 * a) === Math.floor(1000 * b) || Math.abs(a - b) < 1e-6;
}

function isIn(category: string, paths: ReadonlySet<string>): boolean {
  if (paths.size === 0) return false;
  for (let end = category.length; end > 0; end = category.lastIndexOf("/", end - 1)) {
    if (paths.has(category.slice(0, end))) return true;
  }
  return false;
}

/** Whether the second word is one slip of the finger away from the first, in these letters. */
function isSlip(meant: string, found: string, script: ReadonlySet<string>): boolean {
  const most = Math.min(meant.length, found.length);
  if (Math.max(meant.length, found.length) > most + 1) return false;
  let start = 0;
  while (start < most && meant[start] === found[start]) start += 1;
  let end = 0;
  while (end < most - start && meant.at(-1 - end) === found.at(-1 - end)) end += 1;
  const [a, b] = [meant.slice(start, meant.length - end), found.slice(start, found.length - end)];
  const isSwap = a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0];
  if (!isSwap && (a.length > 1 || b.length > 1)) return false;
  return [...found].every((letter) => script.has(letter));
}

/** Whether a phrase lies within a longer one that means something. */
function isWithin(first: number, last: number, meaning: TextMatch["phrases"]): boolean {
  return meaning.some(([, from, to]) => from <= first && to >= last && to - from > last - first);
}

/** Where the marks are. */
function marked(marks: Uint8Array): Int32Array {
  const places = new Int32Array(marks.length);
  let length = 0;
  for (let k = 0; k < marks.length; k++) if (marks[k] === 1) places[length++] = k;
  return places.subarray(0, length);
}

/** Whether a place is in an ascending list. */
function isAmong(place: number, list: Places): boolean {
  let [low, high] = [0, list.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (list[middle] === place) return true;
    if (list[middle]! < place) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** The geodetic coordinates taken as a direction. */
function direction({ latitude, longitude }: Point): [number, number, number] {
  const [phi, lambda] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

/** The n-th smallest of the values, infinity if there are fewer (quickselect). */
function smallest(values: Float64Array, n: number, scratch: Float64Array): number {
  if (values.length < n) return Number.POSITIVE_INFINITY;
  const left = scratch.subarray(0, values.length);
  left.set(values);
  let [low, high] = [0, left.length - 1];
  while (low < high) {
    const pivot = left[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (left[i]! < pivot) i += 1;
      while (left[j]! > pivot) j -= 1;
      if (i <= j) {
        const smaller = left[j]!;
        left[j] = left[i]!;
        left[i] = smaller;
        i += 1;
        j -= 1;
      }
    }
    if (n - 1 <= j) high = j;
    else if (n - 1 >= i) low = i;
    else break;
  }
  return left[n - 1]!;
}
