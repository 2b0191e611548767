import type { Answer } from "../answer.ts";
import { formatDistance, formatReach } from "./distance.ts";
import { forPeople, sentencesOf } from "./for-people.ts";

/** What the tool says of what is told here in other words, or beside the point, or not at all. */
const TOLD_OTHERWISE = [
  /^The location is guessed from the network/,
  /this is the default location of this server/,
  /^The coordinates have so few digits/,
  /^Distances are from the centre of/,
  /^query has no letter/,
  /^radius is in /,
  /^For metres pass/,
  /^Only places up to .+ away were looked at/,
  /^Go on with next_cursor/,
  /^Ask for something narrower/,
  /^Beyond the radius, only places up to/,
  /^limit is at most/,
  / shown in full: more would be too long/,
  /^Ask with a lower limit/,
];

/** What to know of an answer besides its places: how it was read, what is doubtful, what is missing. */
export function notesOf(answer: Answer): string[] {
  const { relaxed, warnings } = answer;
  const said = [...(relaxed ? [relaxed] : []), ...warnings].map((text) => {
    const sentences = sentencesOf(text).filter(
      (sentence) => !TOLD_OTHERWISE.some((otherwise) => otherwise.test(sentence)),
    );
    return forPeople(sentences.join(" "));
  });
  const own = [
    unreadable(answer),
    rough(answer),
    cut(answer),
    perhapsOpen(answer),
    nowhere(answer),
  ];
  return [...new Set([...said, ...own].filter((note) => note !== undefined))].filter(Boolean);
}

function unreadable({ query }: Answer): string | undefined {
  if (!query.trim() || /[\p{L}\p{N}]/u.test(query)) return undefined;
  return `“${query.trim()}” has no letter and no digit in it: these are any places.`;
}

function rough({ location, radius_km, distance_unit: unit }: Answer): string | undefined {
  const { accuracy_meters: meters, source } = location;
  if (meters <= radius_km * 1_000 || source === "network") return undefined;
  const far = formatDistance(meters, { unit, roughly: true });
  return `The point may be ${far} off, which is farther than was searched.`;
}

function cut({
  searched_km: km,
  distance_unit: unit,
  next_cursor,
  results,
}: Answer): string | undefined {
  if (km === undefined) return undefined;
  const known = `Only places up to ${formatReach(km, unit)} away were looked at`;
  return next_cursor || results.length > 0
    ? `${known}: there may be more.`
    : `${known}: whether there is one farther away is not known.`;
}

function perhapsOpen({ hours }: Answer): string | undefined {
  if (!hours || hours.unknown === 0) return undefined;
  const { unknown, unknown_for_example: names = [] } = hours;
  const named = names.join(", ") + (unknown > names.length ? ", …" : "");
  const which = names.length > 0 ? `: ${named}` : ".";
  return unknown === 1
    ? `One more may be open, but its hours are not known${which}`
    : `${unknown} more may be open, but their hours are not known${which}`;
}

function nowhere(answer: Answer): string | undefined {
  const { total_within: total, nearest_beyond, searched_km, first } = answer;
  if (total !== 0 || nearest_beyond || searched_km !== undefined || first) return undefined;
  return answer.hours?.looked_at
    ? "None is known to be open anywhere else in the data that is here."
    : "There is none anywhere else in the data that is here.";
}
