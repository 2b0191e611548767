/** A category as people say it: `aeroway/aerodrome/large` is a "large aerodrome". */
export function kindOf(category: string | undefined): string {
  const [first = "", second, ...finer] = (category ?? "").split("/");
  return [...finer.slice(0, 1), second ?? first].join(" ").replaceAll("_", " ").trim();
}
