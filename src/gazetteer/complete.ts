import type { PlaceIndex } from "../index/place-index.ts";
import { fold, phraseTerm, tokenize } from "../text/tokens.ts";
import { labelOf } from "./look-up.ts";
import { importanceOf, isTown } from "./prominence.ts";

const MOST_NAMES = 20;
/** For a town whose main name begins like that, rather than one of its other names. */
const MAIN_NAME_BONUS = 1;

/**
 * The towns whose names begin as somebody has typed, the most prominent first, each as a text that names it. Behind a comma
 * stands what is to be found in the rest: "Springfield, Mi".
 */
export async function completeTown(places: PlaceIndex, typed: string): Promise<string[]> {
  const [begun = "", ...rest] = typed.split(",");
  const tokens = tokenize(begun);
  const phrase = phraseTerm(tokens);
  // One letter of an alphabet begins names by the thousands.
  if (phrase.length < (tokens[0]?.isSegmented ? 2 : 1)) return [];
  const further = fold(rest.join(",")).trim();
  const towns = (await places.namesBeginning(phrase))
    .filter(isTown)
    .map((town) => {
      const isMain = phraseTerm(tokenize(town.name)).startsWith(phrase);
      return { label: labelOf(town), weight: importanceOf(town) + (isMain ? MAIN_NAME_BONUS : 0) };
    })
    .sort((a, b) => b.weight - a.weight);
  const labels = new Set(towns.map(({ label }) => label));
  return [...labels].filter((label) => fold(label).includes(further)).slice(0, MOST_NAMES);
}
