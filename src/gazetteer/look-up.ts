import { inverseGeodesic } from "../geodesic.ts";
import type { PlaceIndex } from "../index/place-index.ts";
import { type Area, type NamedRow, WHOLE_TEXT } from "../index/search/names.ts";
import { isEditNeighbour } from "../text/edit-distance.ts";
import { plainText } from "../text/plain-text.ts";
import { PHRASE_JOINER, tokenize } from "../text/tokens.ts";
import { accuracyOfPlace, importanceOf, isAirport, isStation, isTown } from "./prominence.ts";
import { type NamedKind, type NameReadings, readNames } from "./readings.ts";
import type { NamedPlace } from "./resolve.ts";

/** What a name stands for in the deployment's own data. */
export type NameMatch =
  | {
      readonly kind: "found";
      readonly row: NamedRow;
      readonly place: NamedPlace;
    }
  /** Several places that are about as likely. */
  | { readonly kind: "ambiguous"; readonly labels: readonly string[] }
  /** A country or a region: there is no one "here" in it. */
  | { readonly kind: "too large" }
  | { readonly kind: "unknown" };

/** How the name should be read where it leaves a choice. */
export interface NameHints {
  /** Where the user seems to be: ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
}

/**
 * A name means the place that has three times as many people as any other place of the name. If none has, the user
 * chooses. Importance is a logarithm of people, to base 10, and so are all figures here; they are estimates, and the
 * judged questions of test/gazetteer/look-up.test.ts hold them.
 */
const CLEARLY_MORE = Math.log10(3);
/** A place with a fortieth of the people is not mentioned. */
const WORTH_MENTIONING = Math.log10(40);
/** For the main name, rather than one of the other names. */
const MAIN_NAME_BONUS = 0.4;
/** For the country of the user. */
const COUNTRY_BONUS = 1;
/** For the kind that the text names: "airport". */
const KIND_BONUS = 3;
/** For an airport, if the text begins with three capitals: "CDG". */
const CODE_BONUS = 2;
/** Two places of a name that are nearer to each other are parts of one: a town, its station, its airport. */
const SAME_AREA_METERS = 75_000;
/** A name that a region and a town in it share means the town if that is at least so large. */
const LARGE = Math.log10(100_000);
/** A name that a region and a town anywhere share means the town if that is at least so large. */
const FAMOUS = Math.log10(250_000);
const MOST_LABELS = 6;
const MOST_MENTIONED = 2;

/** Looks a name up in the index, in one round trip. Any text is fine. */
export async function lookUp(
  store: PlaceIndex,
  text: string,
  hints: NameHints = {},
): Promise<NameMatch & { readonly rowsRead: number }> {
  const readings = readNames(text);
  if (!readings) return { kind: "unknown", rowsRead: 0 };
  const { named } = await store.byName(readings.question);
  return { ...judge(named.rows, named.areas, readings, text, hints), rowsRead: named.rowsRead };
}

interface Candidate {
  readonly row: NamedRow;
  readonly score: number;
}

function judge(
  rows: readonly NamedRow[],
  areas: readonly Area[],
  readings: NameReadings,
  text: string,
  hints: NameHints,
): NameMatch {
  const isCode = /^\s*[A-Z]{3}(?![A-Za-z])/.test(text);
  const fit = rows.filter(({ met, wanted }) => met === wanted);
  const candidates = fit
    .filter((row) => isReadAs(row, fit[0]!, readings))
    .map((row): Candidate => ({ row, score: scoreOf(row, readings, hints, isCode) }))
    .sort((a, b) => b.score - a.score);
  const [best] = candidates;
  const meant = areas.filter(({ qualifier }) => qualifier === WHOLE_TEXT);
  if (meant.length > 0 && !(best && outweighs(best.row, meant, readings))) {
    return { kind: "too large" };
  }
  if (!best) return { kind: "unknown" };

  const rivals = distinct(candidates.filter(({ score }) => score > best.score - WORTH_MENTIONING));
  // A place with this main name has no rival in one that has it as another name.
  const isMain = ({ row }: Candidate) => hasMainName(row, readings);
  const equals = rivals.filter(
    (rival) => rival.score > best.score - CLEARLY_MORE && (isMain(rival) || !isMain(best)),
  );
  if (equals.length > 1) {
    return {
      kind: "ambiguous",
      labels: equals.slice(0, MOST_LABELS).map(({ row }) => labelOf(row)),
    };
  }
  const others = rivals.slice(1, 1 + MOST_MENTIONED).map(({ row }) => labelOf(row));
  return { kind: "found", row: best.row, place: toPlace(best.row, others) };
}

/** Whether a row answers the same reading of the text as the best one: in one piece, or taken apart. */
function isReadAs(row: NamedRow, best: NamedRow, { undividedCount }: NameReadings): boolean {
  if (row.stage !== best.stage) return false;
  return row.stage > 0 || row.reading < undividedCount === best.reading < undividedCount;
}

function scoreOf(
  row: NamedRow,
  readings: NameReadings,
  { country }: NameHints,
  isCode: boolean,
): number {
  const { kind } = readings;
  return (
    importanceOf(row) +
    (hasMainName(row, readings) ? MAIN_NAME_BONUS : 0) +
    (country !== undefined && row.country === country ? COUNTRY_BONUS : 0) +
    (kind !== undefined && IS_OF_KIND[kind](row) ? KIND_BONUS : 0) +
    (isCode && isAirport(row) ? CODE_BONUS : 0)
  );
}

const IS_OF_KIND: Readonly<Record<NamedKind, (row: NamedRow) => boolean>> = {
  airport: isAirport,
  station: isStation,
  town: isTown,
};

/** "Singapore" and "New York" are cities, "Texas" and "France" are not, though towns have these names. */
function outweighs(row: NamedRow, areas: readonly Area[], readings: NameReadings): boolean {
  if (readings.kind !== undefined) return true;
  if (!isTown(row)) return false;
  const isMain = hasMainName(row, readings);
  return areas.every(({ country, region }) => {
    const within = row.country === country && (region === null || row.region === region);
    if (region === null) return within && isMain;
    return importanceOf(row) > (within ? LARGE : FAMOUS) || (within && isMain);
  });
}

/** Whether the row's main name is one that the text may be, give or take a typo in one word. */
function hasMainName(row: NamedRow, { names }: NameReadings): boolean {
  const words = tokenize(row.name).map(({ text }) => text);
  return [...names].some((name) => {
    const typed = name.split(PHRASE_JOINER);
    if (typed.length !== words.length) return false;
    const differing = words.flatMap((word, at) => (word === typed[at] ? [] : [at]));
    return (
      differing.length === 0 ||
      (differing.length === 1 && isEditNeighbour(typed[differing[0]!]!, words[differing[0]!]!))
    );
  });
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

function toPlace(row: NamedRow, others: readonly string[]): NamedPlace {
  return {
    latitude: row.latitude,
    longitude: row.longitude,
    label: labelOf(row),
    ...(isTown(row) && { city: plainText(row.name) }),
    ...(row.region && { region: plainText(row.region) }),
    accuracyMeters: accuracyOfPlace(row),
    ...(others.length > 0 && { note: `There is also ${others.join(", and ")}.` }),
  };
}

function labelOf({ name, region, country }: NamedRow): string {
  return [...new Set([name, region ?? "", country ?? ""])]
    .filter(Boolean)
    .map(plainText)
    .join(", ");
}
