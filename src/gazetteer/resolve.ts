import type { Point } from "../geo/point.ts";
import type { PlaceIndex } from "../index/place-index.ts";
import { plainText } from "../text/plain-text.ts";
import { parsePoint } from "./coordinates.ts";
import { lookUp } from "./look-up.ts";

/** How a text matched the place: by its name, by a name that is spelled differently, or by a part of the one or the other. */
export type Matched = "exact" | "spelling" | "part";

/** A place that a text names. */
export interface NamedPlace extends Point {
  /** Missing where the text gave coordinates. */
  readonly label?: string;
  readonly city?: string;
  readonly region?: string;
  readonly matched: Matched;
  /** How far off the place's point may be from what is meant: the place's extent, or more if the text was read loosely. */
  readonly accuracyMeters: number;
  /** How the text was read, unless as it stands, and what else it could have been. */
  readonly note?: string;
}

/** Why a text names no one place. */
export interface Doubt {
  /** In our words, for people and for models. */
  readonly problem: string;
  /** What it may mean, each a text that names one place. */
  readonly choices: readonly string[];
  /** The places that have that very name, if that is what is in doubt; the most prominent is the first. */
  readonly namesakes: readonly NamedPlace[];
  /** Whether only the user can settle it; otherwise whoever gave the text can give a better one. */
  readonly ask: boolean;
}

export type Resolution =
  | {
      readonly place: NamedPlace;
      /** Less prominent ones of that name. */
      readonly others: readonly NamedPlace[];
      readonly doubt?: undefined;
    }
  | { readonly place?: undefined; readonly others?: undefined; readonly doubt: Doubt };

/** Where the user seems to be: it settles what a name means where nothing else does. */
export interface NameHints {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  readonly point?: Point | undefined;
}

/** Finds what a text names: coordinates, or a name in the gazetteer. Hints settle ties. */
export type Resolve = (text: string, hints: NameHints) => Promise<Resolution>;

/** Nothing but two numbers, one with a decimal point, and letters for the hemispheres: no name and no postal code. */
const NO_POINT =
  /^(?=.*\d[.°]\d*)[^\p{L}]*\d[^\p{L}]*[NSEW]?[\s,;]+[NSEW]?[^\p{L}]*\d[^\p{L}]*[NSEW]?\s*$/iu;

/** @see Resolve */
export async function resolvePlace(
  store: PlaceIndex,
  text: string,
  hints: NameHints,
): Promise<Resolution> {
  const point = parsePoint(text);
  if (point) return { place: { ...point, matched: "exact" }, others: [] };
  const quoted = `"${plainText(text)}"`;
  const doubt = (problem: string, ask: boolean, choices: readonly string[] = []) => ({
    doubt: { problem, ask, choices, namesakes: [] },
  });
  if (NO_POINT.test(text)) {
    return doubt(
      `${quoted} is no point on earth: latitude comes first, from -90 to 90, then longitude, from -180 to 180.`,
      false,
    );
  }
  const found = await lookUp(store, text, hints);
  switch (found.kind) {
    case "found":
      return { place: found.place, others: found.others };
    case "ambiguous": {
      const problem = `There are several places called ${quoted}: ${found.labels.join("; ")}.`;
      const { labels: choices, places: namesakes } = found;
      return { doubt: { problem, ask: true, choices, namesakes } };
    }
    case "too large":
      return doubt(`${quoted} is too large to look around in: name a town or a place in it.`, true);
    case "foreign code":
      return doubt(
        `The postal code ${quoted} is known in another country only: ${found.labels.join("; ")}. Name the town, or the code with its country.`,
        true,
        found.labels,
      );
    case "unknown": {
      const isLoading = store.cachedSnapshot()?.isLoading;
      if (found.labels.length > 0 && !isLoading) {
        return doubt(
          `No place called ${quoted} is known. Similar names: ${found.labels.join("; ")}.`,
          true,
          found.labels,
        );
      }
      return doubt(
        isLoading
          ? `No place called ${quoted} is known yet: the data of this server is still being loaded, for some minutes more.`
          : `No place called ${quoted} is known.`,
        false,
      );
    }
  }
}
