import fc from "fast-check";
import { expect, it } from "vitest";
import { CallerError } from "../../../src/errors.ts";
import { openPlaces } from "../../support/open-places.ts";
import { zip } from "../../support/zip.ts";

const CSV = "id,name,lat,lon\na,A,48.1,2.1\nb,B,48.2,2.2\n";
const KML =
  "<kml><Placemark><name>K</name><Point><coordinates>2,48</coordinates></Point></Placemark></kml>";
const GEOJSON = JSON.stringify({
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      properties: { name: "G" },
      geometry: { type: "Point", coordinates: [2, 48] },
    },
  ],
});
const STOPS =
  "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\nS,Harbour,48.4,-4.4,1,\nP,Quay 1,48.41,-4.41,,S\nE,East,48.42,-4.42,2,S\n";

it("reads the stops of a timetable in GTFS", async () => {
  const feed = { "agency.txt": "agency_id\n1\n", "stops.txt": STOPS, "trips.txt": "trip_id\n1\n" };
  const { format, records, problems } = await openPlaces(zip(feed));
  expect(format).toBe("CSV, stops.txt in the zip");
  expect(problems).toEqual([]);
  expect(records.map(({ sourceId, name, category }) => [sourceId, name, category])).toEqual([
    ["S", "Harbour", "public_transport/station"],
    ["P", "Quay 1", "public_transport/platform"],
    ["E", "East", "entrance"],
  ]);
  expect(records[1]!.attributes).toMatchObject({ parent_station: "S" });
});

const MAC = { "__MACOSX/._a.csv": "\0\0", ".DS_Store": "\0" };

it.each<[what: string, files: Record<string, string>, first: string, inZip?: string]>([
  ["the only file, whatever it is called", { "export-2026": CSV }, "A"],
  ["the only one beside what is about it", { "FR.txt": CSV, "readme.txt": "Hello." }, "A"],
  ["the only one that we read", { "a/stores.geojson": GEOJSON, "a/map.pdf": "%PDF" }, "G"],
  ["the only one beside what a Mac adds", { ...MAC, "a.csv": CSV }, "A"],
  ["KMZ", { "images/a.png": "PNG", "doc.kml": KML, "linked/b.kml": KML.replace("K", "L") }, "K"],
  ["the one that is named", { "a.csv": CSV, "b.geojson": GEOJSON }, "G", "b.geojson"],
  ["the one that is named without its folder", { "x/A.csv": CSV, "x/b.csv": CSV }, "A", "a.csv"],
  ["another one than the stops", { "stops.txt": STOPS, "shops.csv": CSV }, "A", "shops.csv"],
])("reads %s of a zip", async (_, files, first, inZip) => {
  const { records } = await openPlaces(zip(files), { inZip });
  expect(records[0]!.name).toBe(first);
});

const several = zip({ "a.csv": CSV, "b/c.geojson": GEOJSON });

it.each<[reason: string, content: string | Uint8Array, inZip?: string]>([
  ["--in-zip <name>. It has a.csv (42 bytes), b/c.geojson (1", several],
  ['none or several of "d.csv". It has a.csv', several, "d.csv"],
  ['none or several of "c.csv"', zip({ "a/c.csv": CSV, "b/c.csv": CSV }), "c.csv"],
  ["--in-zip <name>", zip({ "conversions.csv": CSV, "stores_version2.csv": CSV })],
  ["no zip, so --in-zip", CSV, "a.csv"],
  ["--in-zip <name>", zip({ "a/stops.txt": STOPS, "b/stops.txt": STOPS })],
  ["--in-zip <name>", zip({ "a.kml": KML, "b.kml": KML })],
  ["save the sheet as CSV", zip({ "[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>" })],
  ["save its table as CSV", zip({ mimetype: "a", "content.xml": "<a/>" })],
  ["This is a shapefile", zip({ "a.shp": "\0", "a.dbf": "\0", "a.VERSION.txt": "1" })],
  ["This zip is empty", zip({ "a/": "" })],
  ["unzip it", zip({ "a.zip": zip({ "a.csv": CSV }) })],
])("says what to do: %s", async (reason, content, inZip) => {
  const error = await openPlaces(content, { inZip }).catch((error) => error);
  expect(error).toBeInstanceOf(CallerError);
  expect(error.message).toContain(reason);
});

it("refuses what is damaged in our own words", async () => {
  const good = zip({ "a.csv": CSV });
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 5), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const bytes = Uint8Array.from(good);
      bytes[at + 4]! ^= by;
      const read = await openPlaces(bytes).catch((error: unknown) => error);
      if (read instanceof Error) expect(read).toBeInstanceOf(CallerError);
      else expect(read).toMatchObject({ records: [{ name: "A" }, { name: "B" }], problems: [] });
    }),
    { seed: 13, numRuns: 200 },
  );
  await expect(openPlaces(good.subarray(0, -30))).rejects.toThrow("damaged");
});

it("unpacks no more of a file than it says to have", async () => {
  const bomb = zip({ "a.csv": CSV + "x".repeat(32 * 1024 * 1024) });
  const central = bomb.indexOf("PK\x01\x02");
  bomb.writeUInt32LE(1_000, central + 24);
  await expect(openPlaces(bomb)).rejects.toThrow("damaged");
});
