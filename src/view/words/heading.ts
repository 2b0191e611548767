import type { Answer } from "../answer.ts";
import { formatRadius, formatReach } from "./distance.ts";
import { kindOf } from "./kind.ts";

/** Where the user has looked with the view itself, which knows better than the tool what the point is. */
export type Chosen = "device" | "area";

/** What an answer is, for its heading: "7 places for “cafe”" "within 5 km of" "Lyon, FR". */
export interface Heading {
  readonly what: string;
  readonly within: string;
  readonly where: string;
}

/** Of the place that is a point chosen in the view. */
const WHERE: Readonly<Record<Chosen, string>> = { device: "you", area: "the middle of the map" };

export function headingOf(answer: Answer, chosen?: Chosen): Heading {
  const { location, radius, unit, radius_km, searched_km, distance_unit } = answer;
  const isCut = searched_km !== undefined && searched_km < radius_km;
  const reach = isCut ? formatReach(searched_km, distance_unit) : formatRadius(radius, unit);
  return {
    what: [countOf(answer, isCut), sought(answer)].filter(Boolean).join(" "),
    within: `within ${reach} of`,
    where: chosen ? WHERE[chosen] : location.label,
  };
}

/** "7 places", "The nearest 10 places", "Places 11 to 20 of 34" */
function countOf({ results, first = 1, total_within: total, hours }: Answer, isCut: boolean) {
  const open = hours ? "open " : "";
  const count = results.length;
  const places = (number: number) => `${open}${number === 1 ? "place" : "places"}`;
  if (count === 0) return `No ${first > 1 ? "more " : ""}${places(0)}`;
  const last = first + count - 1;
  if (first > 1) {
    const which = count === 1 ? `Place ${first}` : `Places ${first} to ${last}`;
    return `${which} of ${total ?? (isCut ? last : `more than ${last}`)}`;
  }
  if (total !== undefined || isCut) return `${count} ${places(count)}`;
  return count === 1 ? `The nearest ${places(1)}` : `The nearest ${count} ${places(count)}`;
}

/** "for “cafe”, in the collection “shops”" */
function sought({ query, narrowed_by: narrowed = "" }: Answer): string {
  const by = narrowed
    .replace(/of the category "([^"]*)"/, (_, category) => `of the kind “${kindOf(category)}”`)
    .replace(/in the collection "([^"]*)"/, "in “$1”")
    .replace("that pass the filter", "that fit the filter");
  return [query.trim() && `for “${query.trim()}”`, by].filter(Boolean).join(" ");
}

/** What is being looked for, before it is found. */
export function searchingFor(args: Readonly<Record<string, unknown>>): string {
  const { query, near, category } = args;
  const what = textOf(query) || kindOf(textOf(category));
  const where = textOf(near);
  return `Looking for ${what ? `“${what}”` : "places"}${where && ` near ${where}`}\u00a0…`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
