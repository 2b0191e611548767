import { CallerError } from "../../errors.ts";
import { columnKey, rankOf } from "../mapping/column-names.ts";
import { type FlatFields, textOf, type Value } from "../mapping/flat-fields.ts";
import { type Axis, directionOf, parseDegrees, parseNumber } from "./degrees.ts";

/** The columns of both coordinates. Several of one are degrees, minutes, seconds and the direction. */
export interface CoordinateColumns {
  readonly latitude: readonly string[];
  readonly longitude: readonly string[];
}

/** Whether columns of these names tell where things are, whatever is in them. */
export function looksLikePlaceColumns(names: readonly string[]): boolean {
  const hasKnown = (target: Axis) => names.some((name) => rankOf(name, target) !== undefined);
  if (hasKnown("latitude") && hasKnown("longitude")) return true;
  const longitudes = new Set(names.map((name) => stemOf(name, "longitude")));
  const isPaired = (stem: string | undefined) => stem !== undefined && longitudes.has(stem);
  return names.some((name) => isPaired(stemOf(name, "latitude")));
}

interface Pair {
  readonly latitude: string;
  readonly longitude: string;
}

const AXES: readonly Axis[] = ["latitude", "longitude"];

/** What columns of a coordinate have in their names: `stop_lat`, `point_longitude`, `INTPTLAT`; alone or in a word. */
const WORDS: Readonly<Record<Axis, RegExp>> = {
  latitude: /latitude|latitud|lat|breitengrad|breite/,
  longitude: /longitude|longitud|long|lng|lon|laengengrad|langengrad|laenge|lange/,
};
/** Short ones are words by themselves only: `POINT_X`. */
const LETTERS: Readonly<Record<Axis, RegExp>> = {
  latitude: /(?<=^|_)y(?=_|$)/,
  longitude: /(?<=^|_)x(?=_|$)/,
};

/**
 * The columns that hold latitude and longitude: by names that are known, else the pair whose names are the same but for
 * the word of the axis.
 *
 * @throws CallerError where several pairs tell different points
 */
export function coordinateColumns(
  sample: readonly FlatFields[],
  names: readonly string[],
): CoordinateColumns | undefined {
  const pair = knownPair(sample, names) ?? pairOfStem(sample, names);
  return (
    pair && withParts({ latitude: [pair.latitude], longitude: [pair.longitude] }, sample, names)
  );
}

/** The columns, with those of the minutes, seconds and directions of coordinates that are in one column each. */
export function withParts<Some extends Partial<CoordinateColumns>>(
  columns: Some,
  sample: readonly FlatFields[],
  names: readonly string[],
): Some {
  const whole = AXES.flatMap((axis) => {
    const [column, ...others] = columns[axis] ?? [];
    const isAlone = column !== undefined && others.length === 0;
    return isAlone ? [[axis, partsOf(axis, column, sample, names)]] : [];
  });
  return { ...columns, ...Object.fromEntries(whole) };
}

function valuesOf(sample: readonly FlatFields[], name: string): Value[] {
  return sample.map((row) => row[name]).filter((value) => value !== undefined);
}

function areMost(values: readonly Value[], test: (value: Value) => boolean): boolean {
  return values.filter(test).length > values.length / 2;
}

function isCoordinate(sample: readonly FlatFields[], name: string, axis: Axis): boolean {
  return areMost(valuesOf(sample, name), (value) => !Number.isNaN(parseDegrees(value, axis)));
}

function knownPair(sample: readonly FlatFields[], names: readonly string[]): Pair | undefined {
  const [latitude, longitude] = AXES.map((axis) => {
    const known = names
      .map((name) => ({ name, rank: rankOf(name, axis) }))
      .filter(({ rank }) => rank !== undefined)
      .sort((a, b) => a.rank! - b.rank!);
    return known.find(({ name }) => isCoordinate(sample, name, axis))?.name;
  });
  return latitude !== undefined && longitude !== undefined ? { latitude, longitude } : undefined;
}

/** "Lat. (N)" and "Long. (E)" say the same of degrees that count that way. */
const POSITIVE = /\*_[ne]$/;

/** What a column is called without the word of an axis: "stop_*"; undefined if it has none. */
function stemOf(name: string, axis: Axis): string | undefined {
  const key = columnKey(name);
  const word = WORDS[axis].test(key) ? WORDS[axis] : LETTERS[axis];
  return word.test(key) ? key.replace(word, "*").replace(POSITIVE, "*") : undefined;
}

/** Parts of a coordinate, which are none by themselves. */
const PART = /\*_?(?:m|min|mins|minutes?|s|secs?|seconds?)$/;
const WHOLE = /\*_?(?:d|deg|degrees?)?$/;
const MOST_APART_DEGREES = 0.1;

function pairOfStem(sample: readonly FlatFields[], names: readonly string[]): Pair | undefined {
  const longitudes = new Map(
    names.map((name) => [stemOf(name, "longitude"), name] as const).reverse(),
  );
  const pairs = names
    .map((latitude) => {
      const stem = stemOf(latitude, "latitude");
      return { stem: stem ?? "", latitude, longitude: stem && longitudes.get(stem) };
    })
    .filter(
      (pair): pair is Pair & { stem: string } =>
        pair.longitude !== undefined &&
        pair.longitude !== pair.latitude &&
        isCoordinate(sample, pair.latitude, "latitude") &&
        isCoordinate(sample, pair.longitude, "longitude"),
    );
  const hasWhole = pairs.some(({ stem }) => WHOLE.test(stem));
  const [first, ...others] = pairs.filter(({ stem }) => !hasWhole || !PART.test(stem));
  if (!first) return undefined;
  const isElsewhere = (other: Pair) =>
    !areMost(sample.map((row) => apart(row, first, other)).filter(isNumber), isNear);
  if (others.some(isElsewhere)) {
    const all = [first, ...others].map(({ latitude, longitude }) => `${latitude}/${longitude}`);
    throw new CallerError(
      `Several pairs of columns look like coordinates, and of other points: ${all.slice(0, 5).join(", ")}. ` +
        "Say which it is: --map latitude=…,longitude=…",
    );
  }
  return first;
}

const isNumber = (value: number): boolean => !Number.isNaN(value);
const isNear = (value: Value): boolean => Number(value) < MOST_APART_DEGREES;

/** How far two points of a row are apart, in degrees; NaN if one has none. */
function apart(row: FlatFields, one: Pair, other: Pair): number {
  const distances = AXES.map((axis) =>
    Math.abs(parseDegrees(row[one[axis]], axis) - parseDegrees(row[other[axis]], axis)),
  );
  return Math.max(...distances);
}

const MINUTES = /\*_?(?:m|min|mins|minutes?|minuten)$/;
const SECONDS = /\*_?(?:s|secs?|seconds?|sekunden)$/;
/** Columns that are no further away may belong together. */
const MOST_COLUMNS_APART = 3;

/** The column, with those of its minutes, seconds and direction. */
function partsOf(
  axis: Axis,
  column: string,
  sample: readonly FlatFields[],
  names: readonly string[],
): string[] {
  const values = valuesOf(sample, column);
  const ofAxis = names.filter((name) => name !== column && WORDS[axis].test(columnKey(name)));
  const ending = (end: RegExp) =>
    ofAxis.find(
      (name) =>
        end.test(columnKey(name).replace(WORDS[axis], "*")) &&
        valuesOf(sample, name).every((value) => isSixtieth(parseNumber(value))),
    );
  const isWhole =
    values.length > 0 && values.every((value) => Number.isInteger(parseNumber(value)));
  const minutes = isWhole ? ending(MINUTES) : undefined;
  const seconds = minutes && ending(SECONDS);
  const direction = directionColumn(axis, column, sample, names);
  return [column, minutes, seconds, direction].filter((name) => name !== undefined);
}

function isSixtieth(value: number): boolean {
  return value >= 0 && value <= 60;
}

/** What columns of directions are called. Any other one may have S for yes or small, N for no, O for open. */
const DIRECTION =
  /(?:^|_)(?:ns|n_s|sn|s_n|ew|e_w|we|w_e|ow|o_w|wo|w_o|eo|e_o|oe|o_e)(?:_|$)|hem|dire[ck]|richtung|cardinal/;

/** The column near another one that has nothing but directions along the axis. */
function directionColumn(
  axis: Axis,
  column: string,
  sample: readonly FlatFields[],
  names: readonly string[],
): string | undefined {
  const at = names.indexOf(column);
  const near = names.filter(
    (name, index) =>
      index !== at &&
      (WORDS[axis].test(columnKey(name)) ||
        (Math.abs(index - at) <= MOST_COLUMNS_APART && DIRECTION.test(columnKey(name)))),
  );
  return near.find((name) => {
    const texts = valuesOf(sample, name).map((value) => textOf(value).trim().toLowerCase());
    const isUnclear = (text: string) => axis === "longitude" && text === "o";
    const isDirection = (text: string) => directionOf(text, axis) !== undefined;
    if (texts.length === 0 || !texts.every((text) => isDirection(text) || isUnclear(text))) {
      return false;
    }
    if (!texts.some(isUnclear)) return true;
    throw new CallerError(
      `The column ${name} says O, which is east in German and west in French and Spanish: write E or W.`,
    );
  });
}
