import type { Location } from "../../location/location.ts";
import { lineOf, type Unit } from "./place-text.ts";
import type { NearbyPlaceView } from "./place-view.ts";

/** What an answer holds, as far as its text tells it. */
export interface ToldAnswer {
  readonly location: Location;
  readonly query: string;
  readonly radius: number;
  readonly unit: Unit;
  readonly results: readonly NearbyPlaceView[];
  readonly total_within?: number | undefined;
  readonly nearest_beyond?: NearbyPlaceView | undefined;
  readonly next_cursor?: string | undefined;
  readonly relaxed?: string | undefined;
  readonly warnings: readonly string[];
  readonly attribution: readonly string[];
}

export interface Manner {
  /** The unit of the distances. */
  readonly unit: Unit;
  /** Only whole kilometres or miles: the point that they are measured from is not exact. */
  readonly roughly: boolean;
}

/** The whole answer as a few lines for a model. */
export function tellNearby(answer: ToldAnswer, { unit, roughly }: Manner): string {
  const { location, query, radius, results, nearest_beyond: beyond, relaxed } = answer;
  const point = `${location.latitude}, ${location.longitude}`;
  const here = location.label === point ? point : `${location.label} (${point})`;
  const within = `within ${radius} ${answer.unit} of ${here}`;
  const one = results.length === 1;
  const [match, are] = one ? ["matches", "is"] : ["match", "are"];
  const what = query ? `${match} "${query}"` : are;
  const lines = [
    results.length === 0
      ? `No places ${what} ${within}.`
      : `${results.length} ${one ? "place" : "places"} ${what} ${within}, nearest first${answer.next_cursor ? "; there are more" : ""}:`,
    ...results.map((place, index) => `${index + 1}. ${lineOf(place, unit, roughly)}`),
  ];
  if (beyond) {
    const which =
      results.length === 0 ? "The nearest beyond" : "The nearest with exactly these words";
    lines.push(`${which}: ${lineOf(beyond, unit, roughly)}`);
  } else if (results.length === 0 && answer.total_within !== undefined) {
    lines.push("Nor is there one anywhere else in the data of this server.");
  }
  lines.push(...[relaxed ?? [], answer.warnings].flat().map((note) => `Note: ${note}`));
  if (answer.next_cursor) lines.push(`More: call again with cursor ${answer.next_cursor}`);
  if (answer.attribution.length > 0) lines.push(`Data: ${answer.attribution.join(" · ")}`);
  return lines.join("\n");
}
