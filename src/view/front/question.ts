import type { Point, Unit } from "../answer.ts";

/** What a person asks. Numbers are as they were typed. */
export interface Question {
  readonly query: string;
  /** A place name or coordinates; empty: wherever the server thinks that the person is. */
  readonly near: string;
  /** Where the device is, or near it: goes before `near`, and into no address. */
  readonly privatePoint?: Point | undefined;
  /** What the private point is: the device's, or the middle of a map that was moved from there. */
  readonly chosen?: "device" | "area" | undefined;
  readonly radius: string;
  readonly unit: Unit;
  readonly category: string;
  readonly openNow: boolean;
}

const UNITS: readonly Unit[] = ["km", "mi", "m", "ft"];
/** Where roads count in miles (CLDR, measurement systems US and UK). */
const MILES = ["US", "GB", "LR", "MM"];
const DEFAULT_RADIUS = "10";
const MOST_PLACES = 20;
/** Of other numbers that JavaScript knows, a field in a page shows nothing. */
const DECIMAL = /^\d*\.?\d+$/;

/** The question of somebody who has not asked anything yet. @param language of the person, as browsers tell it */
export function emptyQuestion(language: string): Question {
  const { region = "" } = new Intl.Locale(language).maximize();
  const unit = MILES.includes(region) ? "mi" : "km";
  return { query: "", near: "", radius: DEFAULT_RADIUS, unit, category: "", openNow: false };
}

/** The arguments of get_nearby_data. */
export function argumentsOf(question: Question): Readonly<Record<string, unknown>> {
  const { query, near, privatePoint, radius, unit, category, openNow } = question;
  return {
    ...(query && { query }),
    ...(privatePoint ?? (near && { near })),
    radius: Number(radius),
    unit,
    ...(category && { category }),
    ...(openNow && { open_now: true }),
    limit: MOST_PLACES,
  };
}

/**
 * The question of arguments that the map or the list has asked with.
 *
 * @param before the question before it
 * @param isPrivate whether its point is where the device is, or was found from there
 */
export function questionOf(
  args: Readonly<Record<string, unknown>>,
  before: Question,
  isPrivate: boolean,
): Question {
  const { query, near, latitude, longitude, radius, unit, category, open_now } = args;
  const point =
    typeof latitude === "number" && typeof longitude === "number"
      ? { latitude, longitude }
      : undefined;
  const isSame = JSON.stringify(point) === JSON.stringify(before.privatePoint);
  const pointText = point && `${point.latitude},${point.longitude}`;
  return {
    query: String(query ?? ""),
    near: isPrivate && point ? "" : String(near ?? pointText ?? ""),
    ...(isPrivate &&
      point && { privatePoint: point, chosen: isSame ? before.chosen : ("area" as const) }),
    radius: String(radius ?? before.radius),
    unit: unitOf(unit) ?? before.unit,
    category: String(category ?? ""),
    openNow: open_now === true,
  };
}

/** What stands in the page's address behind `#`, which browsers keep for themselves. */
export function fragmentOf({ query, near, privatePoint, ...rest }: Question): string {
  const { radius, unit, category, openNow } = rest;
  const told = {
    query,
    near: privatePoint ? "" : near,
    radius,
    unit,
    category,
    open: openNow ? "now" : "",
  };
  return new URLSearchParams(Object.entries(told).filter(([, value]) => value !== "")).toString();
}

/** The question in an address; undefined if there is none, but maybe the name of a part of the page. */
export function questionIn(fragment: string, byDefault: Question): Question | undefined {
  const told = new URLSearchParams(fragment.replace(/^#/, ""));
  const isQuestion = ["query", "near", "radius", "category", "open"].some((name) => told.get(name));
  if (!isQuestion) return undefined;
  const radius = told.get("radius") ?? "";
  return {
    query: told.get("query") ?? "",
    near: told.get("near") ?? "",
    radius: DECIMAL.test(radius) && Number(radius) > 0 ? radius : byDefault.radius,
    unit: unitOf(told.get("unit")) ?? byDefault.unit,
    category: told.get("category") ?? "",
    openNow: told.get("open") === "now",
  };
}

function unitOf(text: unknown): Unit | undefined {
  return UNITS.find((unit) => unit === text);
}
