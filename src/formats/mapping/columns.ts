import { coordinateColumns } from "../geometry/coordinate-columns.ts";
import { parseLocation } from "../geometry/coordinates.ts";
import { parseNumber } from "../geometry/degrees.ts";
import { isOtherName, rankOf, TARGETS, type Target } from "./column-names.ts";
import { type FlatFields, textOf, type Value } from "./flat-fields.ts";

/** Which columns are for what. Several columns of other names are one name each; of any other target they are joined. */
export type Columns = { readonly [target in Target]?: readonly string[] };

/** A column has no categories if more than this share of its values are different. */
const MOST_DIFFERENT = 0.5;
/** In fewer rows than these, all may be different. */
const LEAST_ROWS = 50;

/**
 * Guesses from the names of the columns and from their values in some rows.
 *
 * @throws CallerError where several columns tell different points
 */
export function guessColumns(
  sample: readonly FlatFields[],
  names: readonly string[],
  needsPoint: boolean,
): Columns {
  const coordinates = needsPoint ? coordinateColumns(sample, names) : undefined;
  const guessed: { [target in Target]?: readonly string[] } = { ...coordinates };
  const taken = new Set(Object.values(guessed).flat());
  for (const target of TARGETS) {
    if (target === "latitude" || target === "longitude" || target === "other_names") continue;
    // A point's column only counts where there is no pair of coordinates.
    if (target === "point" && (coordinates || !needsPoint)) continue;
    const best = names
      .map((name) => ({ name, rank: rankOf(name, target) }))
      .filter(({ name, rank }) => rank !== undefined && !taken.has(name))
      .sort((a, b) => a.rank! - b.rank!)
      .find(({ name }) => suits(target, filled(sample, name), sample.length));
    if (!best) continue;
    guessed[target] = [best.name];
    taken.add(best.name);
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
    case "point":
      return most((value) => parseLocation(value) !== undefined);
    case "name":
      return most((value) => typeof value === "string" && Number.isNaN(parseNumber(value)));
    case "id":
      // If some rows have none, or two have the same, it is the id of something else.
      return values.length === rows && new Set(values.map(textOf)).size === rows;
    case "category":
      return (
        rows < LEAST_ROWS || new Set(values.map(textOf)).size <= values.length * MOST_DIFFERENT
      );
    default:
      return true;
  }
}
