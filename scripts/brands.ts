import { readFile, writeFile } from "node:fs/promises";
import { phraseTerm, tokenize } from "../src/text/tokens.ts";
import { isLookedFor, presetTexts } from "./dataset/words/tagging-schema.ts";

/**
 * `npm run brands [-- nsi.min.json]`: writes scripts/dataset/words/brands.ts anew, from the file of the
 * name-suggestion-index or, without one, from its address.
 */

const ADDRESS = "https://cdn.jsdelivr.net/npm/name-suggestion-index@8/dist/json/nsi.min.json";
const LIST = "scripts/dataset/words/brands.ts";

interface NameSuggestions {
  readonly _meta: { readonly version: string };
  readonly nsi: Readonly<Record<string, { readonly items?: readonly Item[] }>>;
}

interface Item {
  readonly displayName: string;
  readonly matchNames?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The brands that are words of the tagging schema, though none of the names of the kinds that people look for. */
function brandsAmongWords({ nsi }: NameSuggestions): string[] {
  const words = new Set<string>();
  for (const { path, language, names, terms } of presetTexts()) {
    const own = new Set(names.map(keyOf));
    for (const term of terms) if (!own.has(keyOf(term))) words.add(keyOf(term));
    if (!isLookedFor(path, language)) for (const name of own) words.add(name);
  }
  const brands = Object.entries(nsi)
    .filter(([category]) => category.startsWith("brands/"))
    .flatMap(([, { items = [] }]) => items.flatMap(namesOf));
  const keys = new Set(brands.map(keyOf));
  for (const word of GENERIC) keys.delete(keyOf(word));
  for (const variant of VARIANTS) keys.add(keyOf(variant));
  return [...keys].filter((key) => words.has(key)).sort();
}

/** Brands that are plain words for what they sell. By hand. */
const GENERIC =
  "bakery, baguette, bank, bar, bazaar, bingo, butcher, cafe, cappuccino, caravan, cash, change, chocolate, cricket, dialysis clinic, enchilada, exchange, food market, gas, gas natural, gratis, gendarmerie, hot pot, kiosk, lpg, medicine, mini mart, pizza, post, recharge, rent a car, satellite, scouts, sorbet, spa, subway, supermarket, tex mex, ticket, tortilla, truck stop, umbrella, vitamin, wash, вино, ремонт обуви, кулинария, маркет, міст, первая помощь, шоколад, سوپرمارکت, محطة, 消防队, 邮政".split(
    ", ",
  );

/** Other ways to write brands, as the schema has them. By hand. */
const VARIANTS =
  "mac donalds, macdonalds, mc donalds, laposte, bikbok, ginatricot, hennes, mauritz, halonen, mediaexpert, eurortvagd, pevec, cainiao, boxnow, inposts, hasbro, mattel, barbie, fisher price, casillero de amazon, taquilla de amazon, armario de amazon".split(
    ", ",
  );

function namesOf({ displayName, matchNames = [], tags }: Item): string[] {
  const tagged = ["brand", "operator", "name", "short_name"].flatMap((key) => tags[key] ?? []);
  return [displayName, ...matchNames, ...tagged];
}

const keyOf = (text: string) => phraseTerm(tokenize(text));

const [, , file] = process.argv;
const text = file ? await readFile(file, "utf8") : await (await fetch(ADDRESS)).text();
const suggestions: NameSuggestions = JSON.parse(text);
const list = brandsAmongWords(suggestions).map((key) => key.replaceAll("·", " "));
await writeFile(
  LIST,
  `/**
 * Brands that the tagging schema has as search terms for kinds of places, in one of its languages: "Lidl" is no word for
 * supermarkets. Made by \`npm run brands\` from the name-suggestion-index ${suggestions._meta.version} (BSD-3-Clause).
 */
export const BRANDS: ReadonlySet<string> = new Set(
  ${JSON.stringify(list.join(", "))}.split(", "),
);
`,
);
