import { CallerError } from "../errors.ts";
import type { Point } from "../geo/point.ts";
import type { InverseGeodesic } from "../geodesic.ts";
import type { PlaceRow } from "../index/place-index.ts";
import { type Condition, checkFilter, type FilterPlan } from "../index/search/filter.ts";
import {
  type CompiledQuery,
  compileQuery,
  type MatchMode,
  type TextReading,
} from "../index/search/query.ts";
import type { Snapshot } from "../index/snapshot.ts";
import { plainText } from "../text/plain-text.ts";
import { phraseTerm, tokenize } from "../text/tokens.ts";
import { type OpenAt, parseOpenAt } from "./open-at.ts";

/** What a caller looks for, as it was sent. */
export interface Asked {
  /** Empty: anything. */
  readonly query: string;
  readonly category?: string | undefined;
  readonly filter?: readonly Condition[] | undefined;
  /** A collection's id or title. */
  readonly collection?: string | undefined;
  readonly open_now?: boolean | undefined;
  readonly open_at?: string | undefined;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: Position | undefined;
}

/** Where to look. */
export interface Where {
  readonly center: Point;
  readonly radiusMeters: number;
}

/** What to look for, compiled for the collections that there are. */
export interface What {
  readonly asked: Asked;
  readonly limit: number;
  readonly query: CompiledQuery;
  /** What the attributes of the places have to be. */
  readonly filter?: FilterPlan | undefined;
  /** Only places of this collection: its id. */
  readonly collection?: string | undefined;
  /** Only places that are open then. */
  readonly openAt?: OpenAt | undefined;
  /** Only places behind this position. */
  readonly after?: Position | undefined;
}

/** A question that can be searched for. */
export type Question = Where & Omit<What, "asked">;

/** Where a place stands in an answer: nearer places first, those equally far to the millimetre by key. */
export interface Position {
  readonly distanceMeters: number;
  readonly key: number;
  /** The mode that found the place: the answer goes on in the same mode. */
  readonly mode: MatchMode;
}

export interface FoundPlace extends InverseGeodesic {
  readonly row: PlaceRow;
}

/** What has come of a search for the nearest match. */
export interface Nearest {
  /** Undefined: there is none within the radius, or none was found. */
  readonly place: FoundPlace | undefined;
  /** Whether it was given up. */
  readonly isCut: boolean;
  /** What D1 counts, and bills. */
  readonly rowsRead: number;
}

/** The places that answer a question. */
export interface Found {
  /** The matches within the radius, nearest first. */
  readonly places: readonly FoundPlace[];
  /** Whether more matches follow within the radius, or may follow, as not all of it was searched. */
  readonly more: boolean;
  /**
   * How far was searched, if there was more to read than a question may: all matches that are nearer are here. Less than the
   * radius; or, where all of that was searched and has no match, less than the way to the nearest one beyond.
   */
  readonly searchedMeters?: number | undefined;
  /** The mode that found these places (the last of them), or the one beyond. */
  readonly mode: MatchMode;
  /** How the text was read in this mode; undefined without a text. */
  readonly reading: TextReading | undefined;
  /** How many of the places, the first ones, are here by a name that is a kind as well. */
  readonly named?: number | undefined;
  /** With no place within the radius that matches exactly: the nearest one anywhere. */
  readonly nearestBeyond?: FoundPlace | undefined;
}

/** What was seen of places while those that are open were looked for. */
export interface HoursSeen {
  /** How many matches within the radius were looked at. */
  readonly lookedAt: number;
  /** Those of which it is not known whether they are open, nearest first. */
  readonly unknown: readonly FoundPlace[];
}

export interface Answer extends Found {
  /** Of a question for what is open. */
  readonly hours?: HoursSeen | undefined;
  /** Where the next page begins, if that is not behind the last place. */
  readonly lookedUpTo?: Omit<Position, "mode"> | undefined;
  /** Whether the places were kept from an equal question. */
  readonly cached: boolean;
  readonly snapshot: Snapshot;
}

/** @throws CallerError that says what to change */
export function compile(
  asked: Asked,
  { attributes, collections }: Pick<Snapshot, "attributes" | "collections">,
): What {
  const openAt = openAtOf(asked);
  if (openAt && !attributes.some(([, { type }]) => type === "opening_hours")) {
    throw new CallerError(
      'The places of this server have no opening hours: call again without "open_now" and "open_at", and say that it is not known what is open.',
    );
  }
  return {
    asked,
    limit: asked.limit,
    query: compileQuery(plainText(asked.query), asked.category),
    filter: asked.filter && checkFilter(asked.filter, attributes),
    collection: asked.collection && collectionOf(asked.collection, collections),
    openAt,
    after: asked.after,
  };
}

/** A collection's id, by its id or its title. */
function collectionOf(asked: string, collections: Snapshot["collections"]): string {
  const known = [...collections.values()];
  const phraseOf = (text: string) => phraseTerm(tokenize(text));
  const meant =
    known.find(({ id }) => id === asked.trim()) ??
    known.find(({ title }) => phraseOf(title) === phraseOf(asked));
  if (meant) return meant.id;
  const named = known
    .slice(0, MOST_COLLECTIONS_NAMED)
    .map(({ id, title }) => `${id} (${plainText(title)})`);
  throw new CallerError(
    `"collection": there is none of this name. There are: ${named.join(", ")}${known.length > named.length ? ", …" : ""}. Or leave it out to search all.`,
  );
}

const MOST_COLLECTIONS_NAMED = 20;

function openAtOf({ open_now, open_at }: Asked): OpenAt | undefined {
  if (open_at !== undefined) return parseOpenAt(open_at);
  return open_now ? "now" : undefined;
}

/** Whether the answer to a question depends on what the collections declare. */
export function dependsOnDeclarations({ filter, openAt }: What): boolean {
  return filter !== undefined || openAt !== undefined;
}
