import geographiclib from "geographiclib-geodesic";
import type { Point } from "../../src/geo/point.ts";
import type { MatchMode } from "../../src/index/search/query.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import type { PlainQuestion } from "../support/question.ts";
import type { RealSet } from "./set.ts";
import { barred, type Clause, clausesOf, isSlip, mistypable, split, telling } from "./text.ts";

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

/** Knows the answers, by looking at every single place. */
export class Judge {
  readonly records: readonly PlaceRecord[];
  readonly ids: readonly string[];
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #z: Float64Array;
  readonly #paths: readonly string[];
  /** The paths of the categories that a barred phrase means. */
  readonly #meanings = new Map<string, Set<string>>();
  readonly #ofCategory = new Map<string, number[]>();
  /** The places that have a word, or a letter or two letters in a row of an unspaced run. */
  readonly #having = new Map<string, number[]>();
  readonly #allWords: readonly string[];
  readonly #known = new Map<string, readonly string[]>();
  readonly #inThem = new Map<string, Int32Array>();

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
    for (const [place, { name, otherNames = [], category }] of this.records.entries()) {
      const alike = this.#ofCategory.get(category);
      if (alike) alike.push(place);
      else this.#ofCategory.set(category, [place]);
      for (const word of partsOf([name, ...otherNames])) {
        const places = this.#having.get(word);
        if (places) places.push(place);
        else this.#having.set(word, [place]);
      }
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
        const key = barred(split(phrase));
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
    const matching = this.#matching(question, mode);
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

  /** Whether the text can be read in this way with another meaning than as it is. */
  differs(text: string, mode: MatchMode): boolean {
    const clauses = clausesOf(telling(text));
    switch (mode) {
      case "exact":
        return true;
      case "content":
        return telling(text).length < split(text).length;
      case "prefix":
        return clauses.some(({ last, spaced, word }) => last && spaced && word.length >= 3);
      case "fuzzy":
        return mistypable(clauses).size > 0;
      case "some":
        return clauses.length > 1;
    }
  }

  /** Whether the text as a whole means a kind of place, or several, of which there is none. */
  isOfMissingKind(text: string): boolean {
    const paths = [split(text), telling(text)].flatMap((runs) => [
      ...(this.#meanings.get(barred(runs)) ?? []),
    ]);
    return paths.length > 0 && this.#inCategories(new Set(paths)).length === 0;
  }

  #matching({ text, category }: Pick<PlainQuestion, "text" | "category">, mode: MatchMode) {
    const clauses = clausesOf(mode === "exact" ? split(text) : telling(text));
    const kind = category === undefined ? undefined : this.#pathsOf(category);
    // Codes of areas are not come across: they have to be asked for.
    if (clauses.length === 0 && !kind) return this.#comeAcross;

    const slips = mode === "fuzzy" ? mistypable(clauses) : new Set<string>();
    const lists = clauses.map((clause) => this.#fulfilling(clause, mode, slips));
    if (mode === "some" && lists.length > 0) lists.splice(0, lists.length, this.#union(lists));
    if (kind) lists.push(this.#inCategories(kind));
    return this.#intersection(lists);
  }

  /** The categories that are asked for by a path or by a phrase; undefined if nothing is asked for. */
  #pathsOf(category: string): ReadonlySet<string> | undefined {
    const runs = split(category);
    if (runs.length === 0) return undefined;
    const path = category.trim().toLowerCase();
    if (this.#paths.includes(path)) return new Set([path]);
    return this.#meanings.get(barred(runs)) ?? new Set();
  }

  #fulfilling(
    { word, spaced, last, phrases }: Clause,
    mode: MatchMode,
    slips: ReadonlySet<string>,
  ): Places {
    const paths = new Set(phrases.flatMap((phrase) => [...(this.#meanings.get(phrase) ?? [])]));
    const lists: Places[] = [this.#placesWith(word)];
    if (mode === "prefix" && last && spaced) {
      const completions = this.#mostFrequent(
        this.#words(`${word}…`, (found) => found.startsWith(word)),
      );
      lists.push(...completions.slice(0, MOST_COMPLETIONS).map((found) => this.#placesWith(found)));
    }
    if (slips.has(word)) {
      for (const [phrase, meant] of this.#meanings) {
        if (isSlip(word, phrase.slice(1, -1))) for (const path of meant) paths.add(path);
      }
      const similar = this.#words(`~${word}`, (found) => isSlip(word, found));
      lists.push(...similar.map((found) => this.#placesWith(found)));
    }
    if (paths.size > 0) lists.push(this.#inCategories(paths));
    return lists.length === 1 ? lists[0]! : this.#union(lists);
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
    const marks = new Uint8Array(this.records.length);
    for (const list of lists) for (const place of list) marks[place] = 1;
    return marked(marks, 1);
  }

  #intersection(lists: readonly Places[]): Int32Array {
    const marks = new Uint16Array(this.records.length);
    for (const list of lists) for (const place of list) marks[place]! += 1;
    return marked(marks, lists.length);
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

/** The words of some names, and the parts of their unspaced runs that a question may look for. */
function partsOf(names: readonly string[]): Set<string> {
  const parts = new Set<string>();
  for (const { text, spaced } of names.flatMap(split)) {
    if (spaced) {
      parts.add(text);
      continue;
    }
    let before = "";
    for (const letter of text) {
      parts.add(letter);
      if (before) parts.add(before + letter);
      before = letter;
    }
  }
  return parts;
}

/** Where the marks are as wanted. */
function marked(marks: Uint8Array | Uint16Array, wanted: number): Int32Array {
  const places = new Int32Array(marks.length);
  let length = 0;
  for (let k = 0; k < marks.length; k++) if (marks[k] === wanted) places[length++] = k;
  return places.subarray(0, length);
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
