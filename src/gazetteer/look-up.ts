import { inverseGeodesic } from "../geodesic.ts";
import type { PlaceIndex } from "../index/place-index.ts";
import { type Area, type Named, type NamedRow, WHOLE_TEXT } from "../index/search/names.ts";
import { isEditNeighbour } from "../text/edit-distance.ts";
import { plainText } from "../text/plain-text.ts";
import { PHRASE_JOINER, tokenize } from "../text/tokens.ts";

import { WORLD } from "./kinds.ts";
import {
  accuracyOfPlace,
  importanceOf,
  isAirport,
  isMinorAirfield,
  isPostalCode,
  isStation,
  isTown,
} from "./prominence.ts";
import { HOW, type NameReadings, readNames } from "./readings.ts";
import type { Matched, NamedPlace, NameHints } from "./resolve.ts";

/** What a name stands for in the deployment's own data. */
export type NameMatch =
  | {
      readonly kind: "found";
      readonly row: NamedRow;
      readonly place: NamedPlace;
      /** Less likely ones, the likeliest first. */
      readonly others: readonly NamedPlace[];
    }
  /** Several places that are about as likely; and all that are worth mentioning, the likeliest first. */
  | {
      readonly kind: "ambiguous";
      readonly labels: readonly string[];
      readonly places: readonly NamedPlace[];
    }
  /** A country or a region: there is no one "here" in it. */
  | { readonly kind: "too large" }
  /** A postal code that is known in other countries than the user's only. */
  | { readonly kind: "foreign code"; readonly labels: readonly string[] }
  /** No name; the labels are of places with a similar one. */
  | { readonly kind: "unknown"; readonly labels: readonly string[] };

/**
 * A name means the place that has nearly twice as many people as any other place of the name. If none has, the user
 * chooses. Importance is a logarithm of people, to base 10, and so are all figures here; they are estimates, and the
 * judged questions of test/real-data hold them.
 */
const CLEARLY_MORE = Math.log10(1.9);
/** A place with a fortieth of the people is not mentioned. */
const WORTH_MENTIONING = Math.log10(40);
/** For the main name, rather than one of the other names. */
const MAIN_NAME_BONUS = 1;
/** For the country of the user. */
const COUNTRY_BONUS = 1.5;
/** For a place near the user. */
const NEAR_BONUS = 0.6;
const NEAR_METERS = 150_000;
/** For an airport, if the text begins with three capitals: "CDG". */
const CODE_BONUS = 2;
/** For another name that a large place has as its main one: Hong Kong is not what "Victoria" says. */
const USURPED_MALUS = 1;
/** For a part of a name, beside places that have it as their whole name. */
const PART_MALUS = 0.5;
/** Two places of a name that are nearer to each other are parts of one: a town, its station, its airport. */
const SAME_AREA_METERS = 75_000;
/** A name that a region and a town in it share means the town if that is at least so large. */
const LARGE = Math.log10(100_000);
/** A name that a region and a town anywhere share means the town if that is at least so large. */
const FAMOUS = Math.log10(200_000);
/** A place that a word for a kind of place may mean: "Bath", "Nice". */
const KNOWN = Math.log10(20_000);
/** A place that people misspell; if the text also says where it is, any with a thousand people, or a station. */
const WEIGHTY = Math.log10(50_000);
const WEIGHTY_IF_QUALIFIED = 3;
/** The same of a name in Latin letters that is not the main one: GeoNames has many, and "Walmart" is near one of Amarah. */
const WEIGHTY_BY_OTHER_NAME = Math.log10(500_000);
/** A shorter word with a typo may be any word: "Ginza" is not Giza. */
const SHORTEST_TYPO = 6;
/** A shorter one may also be a word: "Narnia" is not Sarnia. */
const LONG_TYPO = 8;
/** Nothing else is meant by so long a word: "Neuschwansteim". */
const CERTAIN_TYPO = 11;
/** The town behind a name that is not known, and at the end of an address without commas. */
const TOWN_BEHIND = Math.log10(100_000);
/** A place in another country than the user's that may be meant without saying so. */
const KNOWN_ABROAD = 4;
/** Of such a place nobody has counted the people. */
const NOBODY = 2;
/** So many words mean a station or an airport that has them all, in whatever order. */
const MANY_WORDS = 3;
const MOST_LABELS = 6;
const MOST_MENTIONED = 2;
const MOST_SPELLINGS = 3;

/** The stages of the index's search, from `first` on with typos. */
const PARTIAL = new Set([1, 3]);
const AIRPORT_OF_TOWN = 4;
const FUZZY = new Set([2, 3]);

/** Looks a name up in the index, in one round trip. Any text is fine. */
export async function lookUp(
  store: PlaceIndex,
  text: string,
  hints: NameHints = {},
): Promise<NameMatch & { readonly rowsRead: number }> {
  const readings = readNames(text);
  if (!readings) return { kind: "unknown", labels: [], rowsRead: 0 };
  const { named } = await store.byName({ ...readings.question, country: hints.country });
  return { ...new Judge(named, readings, text, hints).verdict(), rowsRead: named.rowsRead };
}

interface Candidate {
  readonly row: NamedRow;
  readonly score: number;
}

class Judge {
  readonly #named: Named;
  readonly #readings: NameReadings;
  readonly #hints: NameHints;
  readonly #isAirportCode: boolean;

  constructor(named: Named, readings: NameReadings, text: string, hints: NameHints) {
    this.#named = named;
    this.#readings = readings;
    this.#hints = hints;
    this.#isAirportCode = /^\s*[A-Z]{3,4}(?![A-Za-z])/.test(text);
  }

  verdict(): NameMatch {
    const fit = this.#named.rows.filter(({ met, wanted }) => met === wanted);
    const likely = fit.filter((row) => this.#isMeant(row));
    const surest = this.#surest(likely);
    const isUsurped = surest.some((row) => importanceOf(row) >= LARGE && this.#hasMainName(row));
    const candidates = surest
      .map((row): Candidate => {
        const malus = isUsurped && !this.#hasMainName(row) ? USURPED_MALUS : 0;
        return { row, score: this.#scoreOf(row) - malus };
      })
      .sort((a, b) => b.score - a.score);
    const [best] = candidates;
    if (WORLD.has(this.#readings.question.phrase.replaceAll(PHRASE_JOINER, " "))) {
      return { kind: "too large" };
    }
    const meant = this.#named.areas.filter(({ qualifier }) => qualifier === WHOLE_TEXT);
    if (meant.length > 0 && !(best && this.#outweighs(best.row, meant))) {
      return { kind: "too large" };
    }
    if (!best) return { kind: "unknown", labels: this.#similar(fit) };

    const close = candidates.filter(({ score }) => score > best.score - WORTH_MENTIONING);
    // A large town has airports on several sides.
    const isOfTown = best.row.stage === AIRPORT_OF_TOWN && !best.row.called_after;
    const rivals = isOfTown ? close : distinct(close);
    // A place with this main name has no rival in one that has it as another name.
    const isMain = ({ row }: Candidate) => this.#hasMainName(row);
    const equals = rivals.filter(
      (rival) => rival.score > best.score - CLEARLY_MORE && (isMain(rival) || !isMain(best)),
    );
    const labels = equals.slice(0, MOST_LABELS).map(({ row }) => labelOf(row));
    const { country } = this.#hints;
    if (this.#readings.isCode && isPostalCode(best.row) && country !== undefined) {
      if (best.row.country !== country) return { kind: "foreign code", labels };
    }
    if (equals.length > 1) {
      return { kind: "ambiguous", labels, places: rivals.map(({ row }) => this.#toPlace(row)) };
    }
    const others = rivals.slice(1).map(({ row }) => row);
    const mentioned = others.slice(0, MOST_MENTIONED).map(labelOf);
    return {
      kind: "found",
      row: best.row,
      place: this.#toPlace(best.row, mentioned),
      others: others.map((row) => this.#toPlace(row)),
    };
  }

  /** The rows that answer the surest reading that any of them answers; with parts of names where only small places have the whole. */
  #surest(rows: readonly NamedRow[]): readonly NamedRow[] {
    const rank = (row: NamedRow) => 10 * row.stage + this.#howOf(row) - row.called_after;
    const surest = Math.min(...rows.map(rank));
    const { kind } = this.#readings;
    const isSure = rows.some((row) => {
      const isOfKind = kind !== undefined && this.#howOf(row) === HOW.whole;
      const least = this.#hasMainName(row) ? KNOWN : LARGE;
      const isKnown = importanceOf(row) >= least && !this.#isAbroad(row);
      return rank(row) === surest && (row.wanted > 0 || isOfKind || isKnown);
    });
    return rows.filter((row) => {
      return rank(row) === surest || (surest < 10 && !isSure && row.stage === 1);
    });
  }

  #howOf({ stage, reading }: NamedRow): number {
    const isOfName = !PARTIAL.has(stage) && stage !== AIRPORT_OF_TOWN;
    return isOfName ? this.#readings.hows[reading]! : reading;
  }

  /** Whether a place can be what the text means, rather than one of a similar name. */
  #isMeant(row: NamedRow): boolean {
    const { kind, isAddress } = this.#readings;
    const isQualified = row.wanted > 0;
    const importance = importanceOf(row);
    if (this.#named.isKind && importance < KNOWN) return false;
    // Only large airports are known by less than their names.
    if (isAirport(row) && importance < WEIGHTY) {
      const isNamedSo = kind === "airport" || this.#isAirportCode || this.#hasMainName(row);
      if (!isNamedSo && !isQualified) return false;
      if (isMinorAirfield(row) && (PARTIAL.has(row.stage) || !isNamedSo)) return false;
    }
    if (this.#isAbroad(row) && (row.stage > 0 ? importance < KNOWN_ABROAD : importance <= NOBODY)) {
      return false;
    }
    if (FUZZY.has(row.stage)) {
      const longest = Math.max(...this.#readings.question.words.map(({ word }) => word.length));
      const weighty = longest < LONG_TYPO ? FAMOUS : WEIGHTY;
      const isKnownSo = importance >= (this.#hasOtherName(row) ? WEIGHTY_BY_OTHER_NAME : weighty);
      const isLikely = longest >= CERTAIN_TYPO || (longest >= SHORTEST_TYPO && isKnownSo);
      if (!isQualified && !isLikely && kind === undefined) return false;
      if (isQualified && importance < WEIGHTY_IF_QUALIFIED) return false;
    }
    if (PARTIAL.has(row.stage)) return this.#isPartMeant(row);
    if (row.stage === AIRPORT_OF_TOWN) return true;
    const how = this.#howOf(row);
    if (how === HOW.similar) return false;
    if (how === HOW.centre && !isQualified) return importance >= LARGE;
    if (how === HOW.behind) {
      return (isTown(row) || isPostalCode(row)) && (isAddress || importance >= TOWN_BEHIND);
    }
    return how !== HOW.end || importance >= TOWN_BEHIND;
  }

  /** Whether it lies in another country than the user does, and the text does not say so. */
  #isAbroad({ country, wanted }: NamedRow): boolean {
    return this.#hints.country !== undefined && country !== this.#hints.country && wanted === 0;
  }

  /** A part of a name stands for it if it stands there in one piece; a town's must be at its beginning, or qualified. */
  #isPartMeant(row: NamedRow): boolean {
    const { kind } = this.#readings;
    const [before, behind] = this.#restOf(row);
    if (before === undefined || behind === undefined) {
      const { words } = this.#readings.question;
      if (words.length >= MANY_WORDS && (isStation(row) || isAirport(row))) return true;
      return kind === "airport" && importanceOf(row) >= WEIGHTY;
    }
    if (isStation(row) || isAirport(row)) return true;
    if (before + behind === 0) return false;
    return row.wanted > 0 || !isTown(row) || before === 0;
  }

  /** How many words the row's main name has before and behind what the text says of it; nothing if not in one piece. */
  #restOf(row: NamedRow): readonly [before?: number, behind?: number] {
    const words = wordsOf(row.name);
    for (const name of this.#readings.names) {
      const typed = name.split(PHRASE_JOINER);
      for (let at = 0; at + typed.length <= words.length; at++) {
        if (isSpelledLike(typed, words.slice(at, at + typed.length))) {
          return [at, words.length - at - typed.length];
        }
      }
    }
    return [];
  }

  #scoreOf(row: NamedRow): number {
    const { country, point } = this.#hints;
    const isNear = point !== undefined && inverseGeodesic(point, row).distanceMeters < NEAR_METERS;
    const isMain = this.#hasMainName(row);
    return (
      importanceOf(row) +
      (isMain ? MAIN_NAME_BONUS : 0) +
      (country !== undefined && row.country === country ? COUNTRY_BONUS : 0) +
      (isNear ? NEAR_BONUS : 0) +
      (this.#isAirportCode && isAirport(row) ? CODE_BONUS : 0) -
      (row.stage === 1 && !isMain ? PART_MALUS : 0)
    );
  }

  /** "Singapore" and "New York" are cities, "Texas" and "France" are not, though towns have these names. */
  #outweighs(row: NamedRow, areas: readonly Area[]): boolean {
    if (this.#readings.kind !== undefined) return true;
    if (!isTown(row)) return false;
    const isMain = this.#hasMainName(row);
    const isShort = this.#readings.question.phrase.length === 2;
    return areas.every(({ country, region }) => {
      const within = row.country === country && (region === null || row.region === region);
      if (isMain && (within || row.country === this.#hints.country)) return true;
      // "LA" is a city rather than Laos, and Granada is not Grenada.
      if (region === null && !isShort && !isMain) return false;
      return importanceOf(row) > (within ? LARGE : FAMOUS) && (within || isMain || isShort);
    });
  }

  /** Whether the row's main name is one that the text may be, give or take a typo in one word. */
  #hasMainName(row: NamedRow): boolean {
    const words = wordsOf(row.name);
    const link = words.findIndex((word) => NAME_LINKS.has(word));
    // "Newcastle" is the name of Newcastle upon Tyne.
    const short = link > 0 ? words.slice(0, link) : words;
    // The station of Waterloo in London is "London Waterloo", but that of Sarre-Union is no Union.
    const spaced = isStation(row) ? row.name.split(/\s+/) : [];
    const ends = spaced.map((_, at) => wordsOf(spaced.slice(at).join(" ")));
    return [...this.#readings.names].some((name) => {
      const typed = name.split(PHRASE_JOINER);
      return [words, short, ...ends].some((main) => isSpelledLike(typed, main));
    });
  }

  /** Whether the text, in Latin letters, is none of what the row's main name may be. */
  #hasOtherName(row: NamedRow): boolean {
    return this.#isLatin() && !this.#hasMainName(row);
  }

  #isLatin(): boolean {
    return [...this.#readings.names].some((name) => /^[a-z]/.test(name));
  }

  /** The best known places of a similar name, to ask about. */
  #similar(rows: readonly NamedRow[]): readonly string[] {
    const candidates = rows
      .filter((row) => !isMinorAirfield(row))
      .filter((row) => this.#howOf(row) !== HOW.similar || importanceOf(row) >= KNOWN)
      .map((row): Candidate => ({ row, score: this.#scoreOf(row) }))
      .sort((a, b) => b.score - a.score);
    return [...new Set(distinct(candidates).map(({ row }) => labelOf(row)))].slice(
      0,
      MOST_SPELLINGS,
    );
  }

  #toPlace(row: NamedRow, others: readonly string[] = []): NamedPlace {
    const isLoose = PARTIAL.has(row.stage) || row.stage === AIRPORT_OF_TOWN;
    const unread = isLoose ? undefined : this.#readings.unread[row.reading];
    const matched = this.#matched(row, unread);
    const label = labelOf(row);
    const note = [
      (matched !== "exact" || this.#isSurprising(row)) &&
        (unread ? `Read as ${label}: "${plainText(unread)}" is not known.` : `Read as ${label}.`),
      others.length > 0 && `There is also ${others.join(", and ")}.`,
    ]
      .filter(Boolean)
      .join(" ");
    return {
      latitude: row.latitude,
      longitude: row.longitude,
      label,
      ...(isTown(row) && { city: plainText(row.name) }),
      ...(row.region && { region: plainText(row.region) }),
      matched,
      accuracyMeters: Math.max(
        accuracyOfPlace(row),
        unread === undefined ? LEAST_ACCURACY_METERS[matched] : 0,
      ),
      ...(note && { note }),
    };
  }

  /** Whether it is a little place abroad, or meant by another name that does not tell which place: "Waterloo" is also Austin. */
  #isSurprising(row: NamedRow): boolean {
    if (this.#isAbroad(row) && importanceOf(row) < KNOWN_ABROAD) return true;
    // Nobody has counted its people, and it may be anywhere: "Soho" is also in East Java.
    const isWhereTheUserIs = row.country === this.#hints.country;
    if (isTown(row) && importanceOf(row) <= NOBODY && row.wanted === 0 && !isWhereTheUserIs) {
      return true;
    }
    if (this.#isAirportCode || this.#hasMainName(row)) return false;
    if (isAirport(row)) return this.#readings.kind !== "airport";
    const [word = ""] = wordsOf(row.name);
    const start = this.#readings.kind === "town" ? word.slice(0, 3) : word.slice(0, 1);
    const isAlike = [...this.#readings.names].some((name) => name.startsWith(start));
    return this.#isLatin() && !(isAlike && importanceOf(row) >= KNOWN);
  }

  #matched(row: NamedRow, unread: string | undefined): Matched {
    if (PARTIAL.has(row.stage) || row.stage === AIRPORT_OF_TOWN) return "part";
    if (unread !== undefined) return "part";
    return FUZZY.has(row.stage) ? "spelling" : "exact";
  }
}

/** What is read into a name may be another place than is meant. */
const LEAST_ACCURACY_METERS: Readonly<Record<Matched, number>> = {
  exact: 0,
  spelling: 5_000,
  part: 10_000,
};

/** What stands behind a town's name if it says where the town lies: "Frankfurt am Main". */
const NAME_LINKS = new Set(
  "upon on am an a im in bei ob vor de del da do des du sur sous les lez la le los las en y and e nad pod na van aan".split(
    " ",
  ),
);

function wordsOf(name: string): string[] {
  return tokenize(name).map(({ text }) => text);
}

/** Whether words are the same, give or take a typo in one of them. */
function isSpelledLike(typed: readonly string[], words: readonly string[]): boolean {
  if (typed.length !== words.length) return false;
  const differing = words.flatMap((word, at) => (word === typed[at] ? [] : [at]));
  return (
    differing.length === 0 ||
    (differing.length === 1 && isEditNeighbour(typed[differing[0]!]!, words[differing[0]!]!))
  );
}

/** The best of each neighbourhood, best first. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    const isPart = kept.some(({ row }) => {
      return inverseGeodesic(row, candidate.row).distanceMeters < SAME_AREA_METERS;
    });
    if (!isPart) kept.push(candidate);
  }
  return kept;
}

/** A text that names a place, and is shown: "Springfield, Illinois, US". */
export function labelOf({
  name,
  region,
  country,
}: Pick<NamedRow, "name" | "region" | "country">): string {
  return [...new Set([name, region ?? "", country ?? ""])]
    .filter(Boolean)
    .map(plainText)
    .join(", ");
}
