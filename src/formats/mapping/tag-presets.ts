import type { Kind } from "../../records/place.ts";

type Tags = Readonly<Record<string, string>>;

interface Preset {
  readonly path: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly score: number;
}

const ANY = "*";
/** The value of a tag that says that there is no such thing. */
const NO = "no";

/** Finds the category of OpenStreetMap tags. */
export class TagPresets {
  /** The presets by their first tag: `amenity=cafe`, or `shop` where any value will do. */
  readonly #byTag = new Map<string, Preset[]>();

  constructor(kinds: Iterable<Kind>) {
    for (const { path, tags, score = 1 } of kinds) {
      const pairs = Object.entries(tags ?? {});
      const [first] = pairs;
      if (!first) continue;
      const index = first[1] === ANY ? first[0] : `${first[0]}=${first[1]}`;
      const preset = { path, tags: pairs, score };
      this.#byTag.set(index, [...(this.#byTag.get(index) ?? []), preset]);
    }
  }

  /** The path of the most specific kind that has these tags. Kinds of places have the higher scores. */
  pathOf(tags: Tags): string | undefined {
    let best: Preset | undefined;
    let bestScore = 0;
    for (const [key, values] of Object.entries(tags)) {
      if (values === NO) continue;
      const candidates = [...(this.#byTag.get(key) ?? [])];
      for (const value of values.split(";")) {
        candidates.push(...(this.#byTag.get(`${key}=${value.trim()}`) ?? []));
      }
      for (const preset of candidates) {
        const score = scoreOf(preset, tags);
        if (score > bestScore) [best, bestScore] = [preset, score];
      }
    }
    return best && pathOf(best, tags);
  }
}

/** The sum over the preset's tags, of which one that takes any value counts half; 0 if one is missing. */
function scoreOf({ tags: wanted, score }: Preset, tags: Tags): number {
  let sum = 0;
  for (const [key, value] of wanted) {
    const has = tags[key];
    if (has === undefined || has === NO) return 0;
    if (value === ANY) sum += score / 2;
    else if (has === value || has.split(";").some((part) => part.trim() === value)) sum += score;
    else return 0;
  }
  return sum;
}

/** `shop=yes` is of `shop`; `shop=hifi_rental`, which no preset has, of `shop/hifi_rental`. */
function pathOf({ path, tags }: Preset, has: Tags): string {
  const [only, another] = tags;
  if (another || only?.[1] !== ANY || path.includes("/")) return path;
  const value = has[only[0]]!.split(";")[0]!.trim();
  return /^[a-z][a-z0-9_]{1,39}$/.test(value) && value !== "yes" ? `${path}/${value}` : path;
}
