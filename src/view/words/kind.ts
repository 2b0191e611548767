/** What people call otherwise. */
const WORDS: ReadonlyMap<string, string> = new Map([["aerodrome", "airport"]]);

/** A category as people say it: `aeroway/aerodrome/large` is a "large airport". */
export function kindOf(category: string | undefined): string {
  const [first = "", second, ...finer] = (category ?? "").split("/");
  const kind = second ?? first;
  return [...finer.slice(0, 1), WORDS.get(kind) ?? kind].join(" ").replaceAll("_", " ").trim();
}
