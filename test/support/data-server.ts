import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { categoriesFor, readDataset } from "../../scripts/dataset/dataset.ts";
import { regions } from "../../scripts/dataset/words/regions.ts";
import type { Category, Collection, PlaceRecord, Region } from "../../src/records/place.ts";

/**
 * Serves real data to the tests, as a process of its own: workerd cannot read files, and Vite cannot
 * run what finds packages' files. A set of places is NDJSON, a header first, then `[index of the
 * collection, record]` for each place. Everything is read when it is asked for.
 */
export interface SetHeader {
  readonly collections: readonly Collection[];
  readonly categories: readonly Category[];
  readonly regions: readonly Region[];
  readonly places: number;
}

/** What the server tells whoever started it. */
export interface Ready {
  readonly port: number;
  /** Which of the files beside the repository are there; a clone alone has none. */
  readonly shared: {
    readonly venues: boolean;
    readonly geodesics: boolean;
    readonly openingHours: boolean;
  };
}

const SHARED = join(import.meta.dirname, "../../../shared/data");
const VENUES = join(SHARED, "wof-venues");
const GEODESICS = join(SHARED, "GeodTest-short.dat.gz");
const POIS = join(SHARED, "osm-pois.ndjson.gz");

const BODIES: Readonly<Record<string, () => Iterable<string>>> = {
  "/default": () => toSet(readDataset()),
  "/venues": () => toSet(venues()),
  "/geodesics": () => [gunzipSync(readFileSync(GEODESICS)).toString()],
  "/opening-hours": () => [JSON.stringify(openingHours())],
};

const server = createServer(({ url }, response) => {
  try {
    const body = BODIES[url ?? ""]?.();
    if (body === undefined) response.writeHead(404).end();
    else Readable.from(body).pipe(response);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const ready: Ready = {
  port: (server.address() as AddressInfo).port,
  shared: {
    venues: existsSync(VENUES),
    geodesics: existsSync(GEODESICS),
    openingHours: existsSync(POIS),
  },
};
process.send?.(ready);
process.once("disconnect", () => process.exit());

interface CollectionRecords {
  readonly collection: Collection;
  readonly records: Iterable<PlaceRecord>;
}

function venues(): CollectionRecords[] {
  const files = readdirSync(VENUES).filter((file) => file.endsWith(".tsv.gz"));
  return files.sort().map((file) => {
    const id = `wof-${file.replace(".tsv.gz", "")}`;
    const collection = { id, title: id, license: "CC0", attribution: id, url: "", asOf: "2010" };
    return { collection, records: venuesOf(join(VENUES, file)) };
  });
}

function toSet(sets: readonly CollectionRecords[]): Iterable<string> {
  const places = sets.flatMap(({ records }, index) =>
    Array.from(records, (record) => [index, record] as const),
  );
  const header: SetHeader = {
    collections: sets.map(({ collection }) => collection),
    categories: categoriesFor(places.map(([, record]) => record)),
    regions: regions(),
    places: places.length,
  };
  return linesOf([header, ...places]);
}

const LINES_A_CHUNK = 1_000;

function* linesOf(values: readonly unknown[]): Generator<string> {
  for (let first = 0; first < values.length; first += LINES_A_CHUNK) {
    const lines = values.slice(first, first + LINES_A_CHUNK).map((value) => JSON.stringify(value));
    yield `${lines.join("\n")}\n`;
  }
}

/** Columns: wof_id name categories tags city province postcode country lat lon. */
function* venuesOf(file: string): Generator<PlaceRecord> {
  const lines = gunzipSync(readFileSync(file)).toString().split("\n");
  for (const line of lines.slice(1)) {
    if (!line) continue;
    const [id, name, paths, , city, region, , country, latitude, longitude] = line.split("\t");
    yield {
      sourceId: id!,
      name: name!,
      category: venueCategory(paths!),
      country: country!,
      region: region!,
      city: city!,
      latitude: Number(latitude),
      longitude: Number(longitude),
    };
  }
}

/** `Food & Drink/Restaurant/|…` → `food_and_drink/restaurant`. */
function venueCategory(paths: string): string {
  const [first] = paths.toLowerCase().split("|");
  return first!.replace(/\/+$/, "").replaceAll(" & ", "_and_").replaceAll(" ", "_") || "venue";
}

/** The different opening hours that OpenStreetMap has there, each with the number of places. */
function openingHours(): [string, number][] {
  const counts = new Map<string, number>();
  for (const line of gunzipSync(readFileSync(POIS)).toString().split("\n")) {
    if (!line) continue;
    const { tags } = JSON.parse(line) as { tags: { opening_hours?: string } };
    const hours = tags.opening_hours;
    if (hours) counts.set(hours, (counts.get(hours) ?? 0) + 1);
  }
  return [...counts];
}
