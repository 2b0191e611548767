import { readFileSync } from "node:fs";
import { packageFile } from "../package-file.ts";
import { LANGUAGES } from "./languages.ts";
import { parts } from "./phrases.ts";

/** What one language calls a preset. */
export interface PresetTexts {
  readonly path: string;
  /** Without the region: `en` for `en-GB`. */
  readonly language: string;
  readonly names: readonly string[];
  readonly terms: readonly string[];
}

interface Translation {
  readonly name?: string;
  readonly aliases?: readonly string[];
  readonly terms?: readonly string[];
}

interface Translations {
  readonly [locale: string]: {
    readonly presets?: { readonly presets?: Readonly<Record<string, Translation>> };
  };
}

/** The presets of the OpenStreetMap tagging schema in each language. */
export function* presetTexts(): Generator<PresetTexts> {
  for (const locale of LANGUAGES) {
    for (const [path, { name = "", aliases = [], terms = [] }] of translations(locale)) {
      yield {
        path,
        language: locale.replace(/-.*/, ""),
        names: [name, ...aliases],
        terms: terms.flatMap(parts),
      };
    }
  }
}

/** Whether people look for a kind by this language's name: a brand may be a word for a bog somewhere. */
export function isLookedFor(path: string, language: string): boolean {
  return (
    language === "en" || !/^(?:natural|building|barrier|landuse|waterway|highway)\//.test(path)
  );
}

/** The English names of the presets by their paths. */
export function englishNames(): Map<string, string> {
  const names = new Map<string, string>();
  for (const [path, { name }] of translations("en")) if (name) names.set(path, name);
  return names;
}

/** What an object must have to be of a preset. */
export interface PresetTags {
  /** `*` is any value. */
  readonly tags: Readonly<Record<string, string>>;
  readonly matchScore: number;
}

/** The tags of the presets by their paths, without those of one country, which are variants of others. */
export function presetTags(): Map<string, PresetTags> {
  const file = packageFile("@openstreetmap/id-tagging-schema/dist/presets.min.json");
  const all: Record<string, Partial<PresetTags> & { locationSet?: object }> = JSON.parse(
    readFileSync(file, "utf8"),
  );
  const found = new Map<string, PresetTags>();
  for (const [path, { tags = {}, matchScore = 1, locationSet }] of Object.entries(all)) {
    if (path.startsWith("@") || locationSet || Object.keys(tags).length === 0) continue;
    found.set(path, { tags, matchScore });
  }
  return found;
}

function translations(locale: string): [string, Translation][] {
  const file = `@openstreetmap/id-tagging-schema/dist/translations/${locale}.min.json`;
  const json: Translations = JSON.parse(readFileSync(packageFile(file), "utf8"));
  return Object.entries(json[locale]?.presets?.presets ?? {});
}
