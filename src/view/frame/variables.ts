/** The colours are made for each other: without these two, none of the host's is taken. */
const PAIR = ["--color-background-primary", "--color-text-primary"] as const;

/** What a host gives as variables, as far as it is a value: one that loads something is none. */
export function variablesIn(given: unknown): readonly (readonly [name: string, value: string])[] {
  const all = Object.entries(given ?? {}).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === "string" &&
      /^--[a-z\d-]+$/.test(entry[0]) &&
      !/url\(|image/i.test(entry[1]),
  );
  const names = new Set(all.map(([name]) => name));
  const isWhole = PAIR.every((name) => names.has(name));
  return isWhole ? all : all.filter(([name]) => !name.startsWith("--color-"));
}
