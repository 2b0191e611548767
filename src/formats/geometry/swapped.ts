import { CallerError } from "../../errors.ts";
import type { Point } from "../../geo/point.ts";
import { countryOf } from "../../territory.ts";
import { pointProblem } from "./coordinates.ts";

/** A point, with the country that its row names. */
export interface PointInCountry extends Point {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
}

const MOST_TRIED = 300;
/** Shares of the points that fit as they are, and swapped, where they are swapped. */
const MOST_RIGHT = 0.2;
const LEAST_RIGHT_SWAPPED = 0.8;
/** Nobody has a list of places there, but what is swapped in America often lies there. */
const ANTARCTICA = "AQ";

/**
 * Refuses a sample of points of which most lie in the country that their row names, or on land, only if latitude and longitude
 * are swapped. Throws a CallerError that says what to do.
 */
export function refuseSwapped(points: readonly PointInCountry[], advice: string): void {
  const possible = points.filter((point) => !pointProblem(point) && !pointProblem(swapped(point)));
  const tried = possible.slice(0, MOST_TRIED);
  const named = tried.filter(({ country }) => country);
  const isEnough = named.length > tried.length / 2;
  const judged = isEnough ? named : tried;
  const right = judged.filter((point) => fits(point, isEnough ? point.country : undefined));
  if (judged.length === 0 || right.length > judged.length * MOST_RIGHT) return;
  const rightSwapped = judged.filter((point) =>
    fits(swapped(point), isEnough ? point.country : undefined),
  );
  if (rightSwapped.length < judged.length * LEAST_RIGHT_SWAPPED) return;
  const { latitude, longitude } = judged[0]!;
  const where = isEnough ? "in the country of their row" : "on land";
  throw new CallerError(
    `Latitude and longitude look swapped: most points lie ${where} only the other way round, for example latitude ` +
      `${latitude}, longitude ${longitude}. ${advice}`,
  );
}

function swapped({ latitude, longitude }: Point): Point {
  return { latitude: longitude, longitude: latitude };
}

function fits(point: Point, country: string | undefined): boolean {
  const found = countryOf(point);
  return country ? found === country : found !== undefined && found !== ANTARCTICA;
}
