/**
 * Whether a row of `places` counts: not one that an import is still bringing, and not one that a committed
 * import has ended; and in its time, if it has one. Costs nothing to speak of while no import is under way.
 *
 * @param now an SQL expression: milliseconds since 1970
 */
export function visible(row: string, now: string): string {
  const uncommitted = "(SELECT id FROM imports WHERE committed = 0)";
  // Older rows need no look into that list, which would count as a row read.
  const first = "(SELECT coalesce(min(id), 9e15) FROM imports WHERE committed = 0)";
  return `((${row}.import < ${first} OR ${row}.import NOT IN ${uncommitted})
      AND (${row}.ended IS NULL OR ${row}.ended IN ${uncommitted})
      AND (${row}.valid_from IS NULL OR ${row}.valid_from <= ${now})
      AND (${row}.valid_to IS NULL OR ${row}.valid_to > ${now}))`;
}
