import type { Answer, Place, Point, Unit } from "../answer.ts";
import { formatRadius, inUnit } from "../words/distance.ts";

/** What get_nearby_data is called with. */
export type Arguments = Readonly<Record<string, unknown>>;

const NARROWING = ["category", "collection", "filter"];
const TIMES = ["open_now", "open_at"];
/** Half the earth: the tool takes no larger radius. */
const MOST_KM = 20_003;
/** So exact that the middle of a map may be told: to a metre. */
const DECIMALS = 5;

/**
 * The words and filters of a question, without where it was asked: what to ask for elsewhere.
 *
 * @param args of the first question: a host may have told none, or only a cursor, which goes on with a question
 * @returns undefined if they are not known
 */
export function soughtBy(args: Arguments, answer?: Answer): Arguments | undefined {
  const { near, latitude, longitude, session, cursor, ...sought } = args;
  if (!answer) return cursor === undefined ? sought : undefined;
  const has = (name: string) => sought[name] !== undefined;
  if (answer.narrowed_by && !NARROWING.some(has)) return undefined;
  if (answer.hours && !TIMES.some(has)) return undefined;
  const { query, radius, unit } = answer;
  return {
    ...(query && { query }),
    radius,
    ...(unit !== "km" && { unit }),
    ...sought,
  };
}

/** The same question, open or not. */
export function atAnyTime(args: Arguments): Arguments {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !TIMES.includes(name)));
}

export function aroundPlace(sought: Arguments, near: string): Arguments {
  return { ...sought, near };
}

/** The digits of the point tell how exact it is. */
export function aroundPoint(sought: Arguments, { latitude, longitude }: Point): Arguments {
  return { ...sought, latitude, longitude };
}

/** The circle that fits into the map. */
export function inArea(sought: Arguments, center: Point, radiusKm: number, unit: Unit): Arguments {
  const radius = inUnit(Math.min(radiusKm, MOST_KM), unit);
  const point = {
    latitude: Number(center.latitude.toFixed(DECIMALS)),
    longitude: Number(center.longitude.toFixed(DECIMALS)),
  };
  return { ...aroundPoint(sought, point), radius: inFigures(radius) };
}

/** Rounded down: half the earth stays half the earth. */
function inFigures(amount: number): number {
  const step = 10 ** (Math.floor(Math.log10(amount)) - 2);
  return Number((Math.floor(amount / step) * step).toPrecision(3));
}

/** Two pages of one answer as one. */
export function joined(earlier: Answer, later: Answer): Answer {
  const { next_cursor, total_within, ...kept } = earlier;
  const known = new Set(earlier.results.map(({ id }) => id));
  return {
    ...kept,
    results: [...earlier.results, ...later.results.filter(({ id }) => !known.has(id))],
    ...(later.next_cursor !== undefined && { next_cursor: later.next_cursor }),
    ...(later.total_within !== undefined && { total_within: later.total_within }),
    ...(later.searched_km !== undefined && { searched_km: later.searched_km }),
    ...(later.hours && { hours: later.hours }),
    warnings: [...new Set([...earlier.warnings, ...later.warnings])],
    attribution: [...new Set([...earlier.attribution, ...later.attribution])],
  };
}

/** What a button says that looks as far as the nearest place beyond; undefined where there is one nearer, or none. */
export function fartherLabel(answer: Answer): string | undefined {
  const { results, nearest_beyond: beyond, unit } = answer;
  if (results.length > 0 || !beyond) return undefined;
  return `Look as far as ${formatRadius(radiusTo(beyond, unit), unit)}`;
}

/** The same question, as far as the nearest place beyond what was searched. */
export function reaching(
  { near, latitude, longitude, session }: Arguments,
  sought: Arguments,
  { nearest_beyond: beyond, unit }: Answer,
): Arguments {
  const where = Object.entries({ near, latitude, longitude, session });
  return {
    ...sought,
    ...Object.fromEntries(where.filter(([, value]) => value !== undefined)),
    radius: radiusTo(beyond!, unit),
  };
}

/** Rounded up to two figures, as people tell a radius. */
function radiusTo({ distance_km: km }: Place, unit: Unit): number {
  const amount = inUnit(km, unit);
  const step = 10 ** (Math.floor(Math.log10(amount)) - 1);
  const most = Math.floor(inUnit(MOST_KM, unit));
  return Math.min(most, Number((Math.ceil(amount / step + 0.01) * step).toPrecision(3)));
}
