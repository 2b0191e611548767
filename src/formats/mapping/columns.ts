import { parseLocation, parseNumber } from "../geometry/coordinates.ts";
import { isOtherName, rankOf, TARGETS, type Target } from "./column-names.ts";
import { type FlatFields, textOf, type Value } from "./flat-fields.ts";

/** Which columns are for what. Several are put together, in their order. */
export type Columns = { readonly [target in Target]?: readonly string[] };

/** Of several alternative columns each is a name; of other targets only one column is guessed. */
type Guessed = { [target in Target]?: string[] };

/** A column of categories that has more different values than this share of its rows tells no kinds. */
const MOST_KINDS = 0.5;
/** In a small sample anything may be all different. */
const LEAST_ROWS = 50;

/** Guesses from the columns' names and from what stands in them in some rows. */
export function guessColumns(sample: readonly FlatFields[], names: readonly string[]): Columns {
  const guessed: Guessed = {};
  const taken = new Set<string>();
  for (const target of TARGETS) {
    if (target === "other_names") continue;
    const best = names
      .map((name) => ({ name, rank: rankOf(name, target) }))
      .filter(({ name, rank }) => rank !== undefined && !taken.has(name))
      .sort((a, b) => a.rank! - b.rank!)
      .find(({ name }) => suits(target, filled(sample, name), sample.length));
    if (!best) continue;
    guessed[target] = [best.name];
    taken.add(best.name);
  }
  // Half a pair is none; a geometry is for where there is no pair.
  if (!guessed.latitude || !guessed.longitude) {
    delete guessed.latitude;
    delete guessed.longitude;
  } else {
    delete guessed.point;
  }
  const others = names.filter((name) => !taken.has(name) && isOtherName(name));
  if (others.length > 0) guessed.other_names = others;
  return guessed;
}

function filled(sample: readonly FlatFields[], name: string): Value[] {
  return sample.map((row) => row[name]).filter((value) => value !== undefined);
}

function suits(target: Target, values: readonly Value[], rows: number): boolean {
  const most = (test: (value: Value) => boolean) => values.filter(test).length > values.length / 2;
  switch (target) {
    case "latitude":
    case "longitude":
      return most((value) => !Number.isNaN(parseNumber(value)));
    case "point":
      return most((value) => parseLocation(value) !== undefined);
    case "name":
      return most((value) => typeof value === "string" && Number.isNaN(parseNumber(value)));
    case "id":
      // Where some rows have none, or two have the same, it is the id of something else.
      return values.length === rows && new Set(values.map(textOf)).size === rows;
    case "category":
      return rows < LEAST_ROWS || new Set(values.map(textOf)).size <= values.length * MOST_KINDS;
    default:
      return true;
  }
}
