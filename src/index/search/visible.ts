/**
 * Whether a row of `places` counts: not one that an import is still bringing, and not one that a committed
 * import has ended. Costs nothing to speak of while no import is under way.
 */
export function counting(row: string): string {
  const uncommitted = "(SELECT id FROM imports WHERE committed = 0)";
  // Older rows need no look into that list, which would count as a row read.
  const first = "(SELECT coalesce(min(id), 9e15) FROM imports WHERE committed = 0)";
  return `((${row}.import < ${first} OR ${row}.import NOT IN ${uncommitted})
      AND (${row}.ended IS NULL OR ${row}.ended IN ${uncommitted}))`;
}

/**
 * Whether a row of `places` is shown: it counts, and is in its time, if it has one.
 *
 * @param now an SQL expression: milliseconds since 1970
 */
export function visible(row: string, now: string): string {
  return `(${counting(row)}
      AND (${row}.valid_from IS NULL OR ${row}.valid_from <= ${now})
      AND (${row}.valid_to IS NULL OR ${row}.valid_to > ${now}))`;
}
