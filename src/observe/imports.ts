import type { Metrics } from "./metrics.ts";
import type { LabelsOf } from "./vocabulary.ts";

const OUTCOMES = ["stored", "updated", "unchanged", "kept"] as const;

/** What has come of some rows of an import. */
export interface RowsTaken {
  readonly counts: Readonly<Record<(typeof OUTCOMES)[number], number>>;
  /** How many were no places. */
  readonly skipped: number;
}

/** Counts what has come of rows since `before`. */
export function countRows(metrics: Metrics, now: RowsTaken, before?: RowsTaken): void {
  const count = (
    outcome: LabelsOf<"hereabouts_imported_rows_total">["outcome"],
    rows: number,
  ): void => {
    if (rows > 0) metrics.count("hereabouts_imported_rows_total", { outcome }, rows);
  };
  for (const outcome of OUTCOMES) {
    count(outcome, now.counts[outcome] - (before?.counts[outcome] ?? 0));
  }
  count("refused", now.skipped - (before?.skipped ?? 0));
}
