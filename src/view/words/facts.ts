import type { FullPlace, Opening } from "../answer.ts";

/** What is known of a place, for a list of terms and what they are. */
export interface Fact {
  readonly term: string;
  readonly value: string;
  /** Where the value leads, if it is an address. */
  readonly href?: string;
}

const MOST_NAMES = 6;

export function factsOf(place: FullPlace): Fact[] {
  const { website, other_names: names = [], attributes = {}, left_out } = place;
  const told: readonly (readonly [string, string | undefined])[] = [
    ["Address", place.address],
    ["Phone", place.phone],
    ["Hours that day", hoursOf(place.opening)],
    ["Where", whereOf(place)],
    ["People", place.population?.toLocaleString("en")],
    ["Time zone", place.timezone?.replaceAll("_", " ")],
    ["Also called", names.slice(0, MOST_NAMES).join(", ")],
    ...Object.entries(attributes).map(([name, value]) => [termOf(name), toldValue(value)] as const),
    ["Left out", left_out],
    ["Data", dataOf(place)],
  ];
  const facts: Fact[] = told.flatMap(([term, value]) => (value ? { term, value } : []));
  if (website) facts.unshift({ term: "Website", value: website, href: website });
  return facts;
}

/** "Vaulx-en-Velin, Rhône, France"; of a country alone nothing, since a place is somewhere near. */
function whereOf({ city, region, country }: Partial<FullPlace>): string {
  if (!city && !region) return "";
  const names = [city, city?.includes(region ?? "") ? "" : region, country && countryName(country)];
  return names.filter(Boolean).join(", ");
}

const COUNTRIES = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

function countryName(code: string): string {
  // What is no code throws.
  return /^[A-Z]{2}$/.test(code) ? COUNTRIES.of(code)! : code;
}

function hoursOf(opening: Opening | undefined): string | undefined {
  return opening?.day?.includes(":") ? opening.day : undefined;
}

/** `longest_runway_ft` → "Longest runway (ft)" */
function termOf(name: string): string {
  const words = name.replace(/_(ft|m|km)$/, " ($1)").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function toldValue(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

function dataOf({ attribution = "", license = "", as_of: asOf, record_missing }: FullPlace) {
  const parts = [
    attribution.replace(/\.$/, ""),
    attribution.includes(license) ? "" : license,
    asOf && `of ${asOf}`,
    record_missing && "could not be read in full",
  ];
  return parts.filter(Boolean).join(" · ");
}
