import type { Point } from "../geo/point.ts";
import type { PlaceIndex } from "../index/place-index.ts";
import { plainText } from "../text/plain-text.ts";
import { accuracyOf, parsePoint } from "./degrees.ts";
import { lookUp } from "./look-up.ts";

/** A place that a text names. */
export interface NamedPlace extends Point {
  /** Missing where the text gave coordinates. */
  readonly label?: string;
  readonly city?: string;
  readonly region?: string;
  /** How far off the place's point may be from what is meant: the place's extent. */
  readonly accuracyMeters: number;
  /** What else it could have been. */
  readonly note?: string;
}

/** The place; or what is wrong, in our words, and whether only the user can settle it. */
export type Resolution =
  | { readonly place: NamedPlace; readonly problem?: undefined; readonly ask?: undefined }
  | { readonly place?: undefined; readonly problem: string; readonly ask: boolean };

/** Finds what a text names: "48.85,2.35", or a name in the gazetteer. A country settles ties. */
export type Resolve = (
  text: string,
  hints: { readonly country?: string | undefined },
) => Promise<Resolution>;

/** @see Resolve */
export async function resolvePlace(
  store: PlaceIndex,
  text: string,
  hints: { readonly country?: string | undefined },
): Promise<Resolution> {
  const point = parsePoint(text);
  if (point) return { place: { ...point, accuracyMeters: accuracyOf(point) } };
  const found = await lookUp(store, text, hints);
  const quoted = `"${plainText(text)}"`;
  switch (found.kind) {
    case "found":
      return { place: found.place };
    case "ambiguous":
      return {
        problem: `There are several places called ${quoted}: ${found.labels.join("; ")}.`,
        ask: true,
      };
    case "too large":
      return {
        problem: `${quoted} is too large to look around in: name a town or a place in it.`,
        ask: true,
      };
    case "unknown":
      return {
        problem: store.cachedSnapshot()?.isLoading
          ? `No place called ${quoted} is known to this server yet: its data is still being loaded. Ask again in some minutes, or pass "latitude" and "longitude".`
          : `No place called ${quoted} is known to this server. Check the spelling, name a larger place nearby, or pass "latitude" and "longitude".`,
        ask: false,
      };
  }
}
