import { readFileSync } from "node:fs";
import { toRecord } from "../../../src/records/draft.ts";
import type { Collection, PlaceRecord } from "../../../src/records/place.ts";
import { packageFile } from "../package-file.ts";

/** Sea ports by UN/LOCODE: the sea-ports package. */
export const collection: Collection = {
  id: "ports",
  title: "Sea ports of the world",
  license: "MIT",
  attribution: "Ports: sea-ports by marchah (MIT).",
  url: "https://github.com/marchah/sea-ports",
  // Not stated; the package's own tools are of late 2019.
  asOf: "2019",
};

interface Port {
  readonly name: string;
  readonly alias: readonly string[];
  readonly province?: string;
  readonly coordinates?: readonly [longitude: number, latitude: number];
  readonly timezone?: string;
  readonly unlocs: readonly string[];
}

/** Latitude and longitude are the wrong way round. */
const SWAPPED = new Set("ARDDC CDBOA CDMAT CLJRL CLPGO CLPPD DZAAE ISESK REPDG VEGUB".split(" "));

/** Not where the coordinates say (each checked against GeoNames), or far from any sea. */
const MISPLACED = new Set(
  (
    "ANEUX ANGSB ANSXM AUGOV BMSOU CLCAP CNPUT FRHON FRJAV INHYD JPKNU JPKZU JPMAI JPSDU JPTHS " +
    "QAMES THPKN TNJAR USAR5 USPS6 UYCYR"
  ).split(" "),
);

/** The Netherlands Antilles ("AN") are no more; every other code begins with today's ISO country code. */
const COUNTRIES: Readonly<Record<string, string>> = {
  ANBON: "BQ",
  ANCUR: "CW",
  ANPHI: "SX",
  ANWIL: "CW",
  GPGUS: "BL",
};

export function* records(): Generator<PlaceRecord> {
  const file = packageFile("sea-ports", "lib/ports.json");
  const ports: Readonly<Record<string, Port>> = JSON.parse(readFileSync(file, "utf8"));
  for (const [code, port] of Object.entries(ports)) {
    // A port with two codes is listed under both.
    const isSecondCode = port.unlocs.includes(code) && port.unlocs[0] !== code;
    const isAirport = /\bApt$/.test(port.name);
    if (!port.coordinates || isSecondCode || isAirport || MISPLACED.has(code)) continue;

    const [x, y] = port.coordinates;
    const [longitude, latitude] = SWAPPED.has(code) ? [y, x] : [x, y];
    // "Alger (Algiers)", "Annaba (ex Bone)"
    const [, name = port.name, inBrackets] = /^(.+?)\s*\((?:ex )?(.+)\)$/.exec(port.name) ?? [];
    yield toRecord({
      sourceId: code,
      name,
      otherNames: [
        inBrackets,
        ...port.alias,
        ...port.unlocs,
        code,
        /port|harbo/i.test(name) ? undefined : `Port of ${name.replace(/,.*/, "")}`,
      ],
      latitude,
      longitude,
      category: "landuse/harbour",
      country: COUNTRIES[code] ?? code.slice(0, 2),
      region: port.province && region(port.province),
      timezone: port.timezone,
      attributes: { unlocode: code },
    });
  }
}

/** "Hyôgo [Hyogo]" → "Hyogo", "Cardiff [Caerdydd GB-CRD]" → "Cardiff". */
function region(province: string): string {
  const [, outside, inside] = /^([^[]+)\[([^\]]+)\]/.exec(province) ?? [];
  if (!outside || !inside) return province;
  return inside.includes("GB-") ? outside : inside;
}
