const CLOSED_BY: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);
const CLOSING: ReadonlySet<string> = new Set(CLOSED_BY.values());

/** Whether each bracket of a text is closed by one of its own kind. That of "[1, 2)" is not. */
export function areBracketsPaired(text: string): boolean {
  const open: string[] = [];
  for (const sign of text) {
    const closing = CLOSED_BY.get(sign);
    if (closing) open.push(closing);
    else if (CLOSING.has(sign) && open.pop() !== sign) return false;
  }
  return open.length === 0;
}

/** Whether a text has several things in round brackets: there the brackets count. "(3,5)" is not 3.5. */
export function hasTuple(text: string): boolean {
  return /\([^()]*,/.test(text);
}
