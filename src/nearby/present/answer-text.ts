import { isRough } from "../../location/location.ts";
import type { NearbyOutput } from "./answer.ts";
import { formatPlace } from "./place-line.ts";

/** The whole answer as a few lines for a model. */
export function formatAnswer(answer: NearbyOutput): string {
  const { location, query, radius, results, nearest_beyond: beyond, relaxed } = answer;
  const format = { unit: answer.distance_unit, roughly: isRough(location) };
  const point = `${location.latitude}, ${location.longitude}`;
  const here = location.label === point ? point : `${location.label} (${point})`;
  const isCut = answer.searched_km !== undefined && answer.searched_km < answer.radius_km;
  const reach = isCut ? `${answer.searched_km} km` : `${radius} ${answer.unit}`;
  const within = `within ${reach} of ${here}`;
  const isOne = results.length === 1;
  const [match, are] = isOne ? ["matches", "is"] : ["match", "are"];
  const known = answer.hours && `${are} known to be open`;
  const what = query ? `${match} "${query}"${known ? ` and ${known}` : ""}` : (known ?? are);
  const lines = [
    results.length === 0
      ? `No places ${what} ${within}.`
      : `${results.length} ${isOne ? "place" : "places"} ${what} ${within}, nearest first${answer.next_cursor ? "; there are more" : ""}:`,
    ...results.map((place, index) => `${index + 1}. ${formatPlace(place, format)}`),
  ];
  if (answer.hours) lines.push(...hoursLines(answer.hours));
  if (beyond) {
    const open = answer.hours ? " open" : "";
    const which =
      results.length === 0
        ? `The nearest${open} beyond`
        : `The nearest${open} with exactly these words`;
    lines.push(`${which}: ${formatPlace(beyond, format)}`);
  } else if (results.length === 0 && answer.total_within !== undefined && !answer.searched_km) {
    lines.push(
      answer.hours?.looked_at
        ? "None is known to be open anywhere else in the data of this server."
        : "Nor is there one anywhere else in the data of this server.",
    );
  }
  lines.push(...[relaxed ?? [], answer.warnings].flat().map((note) => `Note: ${note}`));
  if (answer.next_cursor) lines.push(`More: call again with cursor ${answer.next_cursor}`);
  if (answer.attribution.length > 0) lines.push(`Data: ${answer.attribution.join(" · ")}`);
  return lines.join("\n");
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
