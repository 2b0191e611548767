import { isRough } from "../../location/location.ts";
import type { NearbyOutput } from "./answer.ts";
import { formatPlace } from "./place-line.ts";

/** The whole answer as a few lines for a model. */
export function formatAnswer(answer: NearbyOutput): string {
  const { location, results, nearest_beyond: beyond, relaxed, first = 1 } = answer;
  const format = { unit: answer.distance_unit, roughly: isRough(location) };
  const lines = [
    headline(answer),
    ...results.map((place, index) => `${first + index}. ${formatPlace(place, format)}`),
  ];
  if (answer.hours) lines.push(...hoursLines(answer.hours));
  if (beyond) {
    const open = answer.hours ? " open" : "";
    const which =
      results.length === 0
        ? `The nearest${open} beyond`
        : `The nearest${open} with exactly these words`;
    lines.push(`${which}: ${formatPlace(beyond, format)}`);
  } else if (answer.total_within === 0 && !answer.searched_km) {
    lines.push(
      answer.hours?.looked_at
        ? "None is known to be open anywhere else in the data of this server."
        : `Nor is there one ${answer.narrowed_by ? `${answer.narrowed_by} ` : ""}anywhere else in the data of this server.`,
    );
  }
  lines.push(...[relaxed ?? [], answer.warnings].flat().map((note) => `Note: ${note}`));
  if (answer.next_cursor) lines.push(`More: call again with only cursor "${answer.next_cursor}"`);
  if (answer.attribution.length > 0) lines.push(`Data: ${answer.attribution.join(" · ")}`);
  return lines.join("\n");
}

/** How many places match, and which of them these are. */
function headline(answer: NearbyOutput): string {
  const { location, query, radius, results, first = 1, total_within: total } = answer;
  const point = `${location.latitude}, ${location.longitude}`;
  const here = location.label === point ? point : `${location.label} (${point})`;
  const isCut = answer.searched_km !== undefined && answer.searched_km < answer.radius_km;
  const reach = isCut ? `${answer.searched_km} km` : `${radius} ${answer.unit}`;
  const within = `within ${reach} of ${here}`;
  const what = (one: boolean) => {
    const are = one ? "is" : "are";
    const open = answer.hours && `${are} known to be open`;
    const match = query && `${one ? "matches" : "match"} "${query}"`;
    return [match, open].filter(Boolean).join(" and ") || are;
  };
  const narrowed = answer.narrowed_by ? ` ${answer.narrowed_by}` : "";
  const places = (count: number) => `${count} ${count === 1 ? "place" : "places"}${narrowed}`;

  const last = first + results.length - 1;
  if (results.length === 0)
    return `No ${first > 1 ? "more " : ""}places${narrowed} ${what(false)} ${within}.`;
  if (first > 1) {
    const all = total ?? (isCut ? last : undefined);
    const those = query ? `that match "${query}" ` : "";
    const which = first === last ? `Place ${first}` : `Places ${first} to ${last}`;
    return `${which} of ${all ?? `more than ${last}`} ${those}${within}, nearest first:`;
  }
  if (total !== undefined || isCut) {
    return `${places(last)} ${what(last === 1)} ${within}, nearest first:`;
  }
  return `More than ${places(last)} ${what(last === 1)} ${within}; the nearest ${last === 1 ? "one" : last}:`;
}

/** "Of 5 looked at, 2 have no known hours and may be open: Uno, Due." */
function hoursLines({
  looked_at,
  unknown,
  unknown_for_example: names = [],
}: NonNullable<NearbyOutput["hours"]>): string[] {
  if (unknown === 0) return [];
  const have = unknown === 1 ? "1 has" : `${unknown} have`;
  const named = `${names.join(", ")}${unknown > names.length ? ", …" : ""}`;
  return [`Of ${looked_at} looked at, ${have} no known hours and may be open: ${named}.`];
}
