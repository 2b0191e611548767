import { readFileSync } from "node:fs";
import { PLACE_KEYS } from "../dataset/lexicon.ts";
import { packageFile } from "../dataset/package-file.ts";

type Tags = Readonly<Record<string, string>>;

interface Preset {
  readonly path: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly score: number;
}

const ANY = "*";
/** A tag with this value says that there is no such thing. */
const NO = "no";

let presets: Map<string, Preset[]> | undefined;

/** The most specific preset of the tagging schema whose tags these have, as its path; a kind of place if there is one. */
export function presetOfTags(tags: Tags): string | undefined {
  presets ??= readPresets();
  let best: Preset | undefined;
  let bestScore = 0;
  for (const [key, values] of Object.entries(tags)) {
    if (values === NO) continue;
    const candidates = [...(presets.get(key) ?? [])];
    for (const value of values.split(";")) {
      candidates.push(...(presets.get(`${key}=${value.trim()}`) ?? []));
    }
    for (const preset of candidates) {
      const score = scoreOf(preset, tags);
      if (score > bestScore) [best, bestScore] = [preset, score];
    }
  }
  return best && pathOf(best, tags);
}

/** Each preset under its first tag: `amenity=cafe`, or `shop` where any value will do. */
function readPresets(): Map<string, Preset[]> {
  const file = packageFile("@openstreetmap/id-tagging-schema/dist/presets.min.json");
  const all: Record<string, { tags: Tags; matchScore?: number; locationSet?: object }> = JSON.parse(
    readFileSync(file, "utf8"),
  );
  const byTag = new Map<string, Preset[]>();
  for (const [path, { tags, matchScore = 1, locationSet }] of Object.entries(all)) {
    const [first] = Object.entries(tags);
    // Those of one country are variants of others.
    if (!first || path.startsWith("@") || locationSet) continue;
    const isPlace = PLACE_KEYS.has(path.replace(/\/.*/, ""));
    const preset = {
      path,
      tags: Object.entries(tags),
      score: isPlace ? matchScore + 1 : matchScore / 4,
    };
    const index = first[1] === ANY ? first[0] : `${first[0]}=${first[1]}`;
    byTag.set(index, [...(byTag.get(index) ?? []), preset]);
  }
  return byTag;
}

/** More for each tag that is exactly so; nothing if one is missing. */
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

/** `shop=yes` is a shop; `shop=hifi_rental`, which no preset knows, a kind of its own. */
function pathOf({ path, tags }: Preset, has: Tags): string {
  const [only, another] = tags;
  if (another || only?.[1] !== ANY || path.includes("/")) return path;
  const value = has[only[0]]!.split(";")[0]!.trim();
  return /^[a-z][a-z0-9_]{1,39}$/.test(value) && value !== "yes" ? `${path}/${value}` : path;
}
