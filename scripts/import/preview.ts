import { isCategoryPath } from "../../src/formats/mapping/category.ts";
import { TARGETS } from "../../src/formats/mapping/column-names.ts";
import type { CategorySource, Mapping } from "../../src/formats/mapping/mapping.ts";
import { grouped } from "../command/progress.ts";
import type { OpenedPath } from "./open-file.ts";

const MOST_SHOWN = 400;

/**
 * How the rows of a file will become places, in lines for the person who has it.
 *
 * @param falseIds how often the ids of a column come again that looked like one of ids
 */
export function previewOf(
  { name, format, mapping, first, sampleKinds }: OpenedPath,
  falseIds?: { readonly repeated: number; readonly rows: number },
): string {
  const noIds = falseIds
    ? ` (in ${grouped(falseIds.repeated)} of ${grouped(falseIds.rows)} rows what looked like one comes again)`
    : "";
  const lines = [`${name}: ${format}`];
  const { columns, category, hasGeometry } = mapping;
  if (hasGeometry) lines.push("  point        from the geometry");
  for (const target of TARGETS) {
    if (target === "category")
      lines.push(`  category     ${sourceText(category, columns.category)}`);
    else if (target === "name" && !columns.name && category.by !== "tags")
      lines.push("  name         none: what each is and where, or the title");
    else if (columns[target]?.length)
      lines.push(`  ${target.padEnd(12)} ${columnsText(columns[target])}`);
    else if (target === "id")
      lines.push(`  id           none${noIds}: the name and the point serve`);
  }
  if (mapping.hours) lines.push(`  hours        ${hoursText(mapping.hours)}`);
  lines.push(...sampleKinds.lines(), "  The other columns become attributes.", "The first rows:");
  for (const row of first) {
    const text = "problem" in row ? `skipped: it ${row.problem}` : JSON.stringify(row.record);
    lines.push(
      `  ${row.line}: ${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text}`,
    );
  }
  return lines.join("\n");
}

function hoursText(hours: NonNullable<Mapping["hours"]>): string {
  return hours.by === "field" ? hours.path : columnsText(hours.columns.map(({ column }) => column));
}

function columnsText(columns: readonly string[]): string {
  const shown = columns.slice(0, 6).join(", ");
  return columns.length > 6 ? `${shown} and ${columns.length - 6} more` : shown;
}

function sourceText(source: CategorySource, columns: readonly string[] | undefined): string {
  switch (source.by) {
    case "fixed":
      return `${source.category} for all${isCategoryPath(source.category) ? "" : " (?)"}`;
    case "column":
      return columnsText(columns ?? []);
    case "tags":
      return "from the OpenStreetMap tags";
    case "geonames":
      return "from the feature codes";
    case "codes":
      return `from the codes in ${source.column}`;
    default:
      return "none: give all places one with --category, or a column with --map category=…";
  }
}
