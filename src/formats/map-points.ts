import { CallerError } from "../errors.ts";
import type { Point } from "../geo/point.ts";
import { pointProblem } from "./geometry/coordinates.ts";
import { takeSample } from "./map-rows.ts";
import { flatten, textOf } from "./mapping/flat-fields.ts";
import { guessMapping, type Mapping, rowPoint } from "./mapping/mapping.ts";
import type { OpenedRows } from "./open-rows.ts";
import type { Row } from "./readers/row.ts";

/** Of a file of points, as far as it matters: a point needs neither a name nor a kind. */
export type PointMapping = Pick<Mapping, "columns">;

/** Guessing takes some fifty microseconds of each, in which nobody else has a turn. */
const MOST_COLUMNS = 5_000;

/** What stands for the names and kinds that the points of a file need not have. */
const ANY = { title: "point", category: "point" };

/**
 * Guesses which columns of a file tell where its points are, and what they are called by whoever has it. Closes the rows.
 *
 * @throws CallerError where it cannot be known, or where there are too many columns
 */
export async function guessPoints({ rows, columns }: Pick<OpenedRows, "rows" | "columns">) {
  const source = rows[Symbol.asyncIterator]();
  try {
    // Its rows would take long, too.
    requireFew(columns?.length ?? 0);
    const sample = await takeSample(source);
    requireFew(new Set(sample.flatMap(({ fields }) => Object.keys(flatten(fields)))).size);
    const mapping: PointMapping = { columns: guessMapping(sample, ANY, columns).columns };
    return { mapping, isEmpty: sample.length === 0 };
  } finally {
    await source.return?.();
  }
}

function requireFew(columns: number): void {
  if (columns <= MOST_COLUMNS) return;
  throw new CallerError(`There are more than ${MOST_COLUMNS} columns: leave out what is no point.`);
}

/** A row as a point with the id that the file has for it, or why it is none: "has no coordinates". */
export function pointOfRow(
  row: Row,
  { columns }: PointMapping,
): { readonly point: Point; readonly id?: string } | { readonly problem: string } {
  if (row.problem !== undefined) return { problem: row.problem };
  const fields = flatten(row.fields);
  const point = rowPoint(row, fields, { columns });
  const problem = point ? pointProblem(point) : "has no coordinates";
  if (problem) return { problem };
  const id = (columns.id ?? []).map((column) => textOf(fields[column]).trim()).join(" ");
  return { point: point!, ...(id && { id }) };
}
