import { describe, expect, it } from "vitest";
import { parseLocation } from "../../../src/formats/geometry/coordinates.ts";
import { parseDegrees } from "../../../src/formats/geometry/degrees.ts";
import { readPlaces } from "../../support/rows.ts";

describe("coordinates", () => {
  const rows = (pairs: readonly (readonly [unknown, unknown])[]) =>
    `name;lat;lon\n${pairs.map(([lat, lon]) => `A;${lat};${lon}`).join("\n")}\n`;

  it("that are metres are refused with what to do", async () => {
    await expect(
      readPlaces(
        rows([
          [6250000, 261000],
          [6250010, 261020],
        ]),
      ),
    ).rejects.toThrow("ogr2ogr -t_srs EPSG:4326");
  });

  it("that are swapped are refused with what to do", async () => {
    await expect(
      readPlaces(
        rows([
          [139.7, 35.6],
          [135.5, 34.7],
          [30, 31],
        ]),
      ),
    ).rejects.toThrow("swapped");
  });

  it("that are none cost their row only, and it is told why", async () => {
    const { records, problems } = await readPlaces(
      rows([
        [48.5, 2.5],
        ["NaN", 2],
        [2, "inf"],
        [91, 0],
        [0, 181],
        [0, 0],
        ["", ""],
        ["48,25°", "2,75"],
      ]),
    );
    expect(records.map(({ latitude, longitude }) => [latitude, longitude])).toEqual([
      [48.5, 2.5],
      [48.25, 2.75],
    ]);
    expect(problems).toEqual([
      { line: 3, problem: "has no number as latitude" },
      { line: 4, problem: "has no number as longitude" },
      { line: 5, problem: "has the latitude 91: at most 90 is possible" },
      { line: 6, problem: "has the longitude 181: at most 180 is possible" },
      { line: 7, problem: "is at 0,0, which stands for an unknown place" },
      { line: 8, problem: "has no number as latitude" },
    ]);
  });
});

describe("degrees", () => {
  it.each([
    ["40.7128N", 40.7128],
    ["33.8688 S", -33.8688],
    ["S33.8688", -33.8688],
    ["-33.8688 S", -33.8688],
    ["\u221233.8688", -33.8688],
    ["48,8566° N", 48.8566],
    ["52.520.008", 52.520008],
    ["48°51'24\"N", 48.856667],
    ["48° 51′ 24,5″", 48.856806],
    ["40º42´46´´ S", -40.712778],
    ["N 48° 51.400", 48.856667],
    ["40 42 46 N", 40.712778],
    ["40:42:46N", 40.712778],
    ["40d42m46sN", 40.712778],
    ["40.71° North", 40.71],
    ["12,5 Süd", -12.5],
    ["55°45′20″ с. ш.", 55.755556],
    ["北緯35度41分22.4秒", 35.689556],
  ])("of latitude may be written %s", (text, degrees) => {
    expect(parseDegrees(text, "latitude")).toBeCloseTo(degrees, 6);
  });

  it("are none with a direction of the other axis, or with nonsense", () => {
    const none = [
      "40.7 W",
      "-40 N",
      "40 61 0 N",
      "N 4 S",
      "12 Main St",
      "1,2,3",
      "south",
      "A12",
      "",
    ];
    expect(none.map((text) => parseDegrees(text, "latitude"))).toEqual(none.map(() => Number.NaN));
    expect(["74.006W", "13.4 Ost", "2 E"].map((text) => parseDegrees(text, "longitude"))).toEqual([
      -74.006, 13.4, 2,
    ]);
    // East in German, west in French.
    expect(parseDegrees("13.4 O", "longitude")).toBeNaN();
  });

  it.each([
    ["48°51'24\"N 2°21'03\"E", 48.856667, 2.350833],
    ["2.35 E, 48.85 N", 48.85, 2.35],
    ["N48.85 W2.35", 48.85, -2.35],
    ["1 Main St\nAlbany\n(42.65, -73.75)", 42.65, -73.75],
    ["Old Mill (42.65, -73.75)", 42.65, -73.75],
    ["0101000020E6100000CDCCCCCCCCCC0040CDCCCCCCCC0C4840", 48.1, 2.1],
  ])("of both may be written %s", (text, latitude, longitude) => {
    const point = parseLocation(text);
    expect(point?.latitude).toBeCloseTo(latitude, 6);
    expect(point?.longitude).toBeCloseTo(longitude, 6);
  });
});

describe("columns of coordinates", () => {
  const pointsOf = async (header: string, ...rows: readonly string[]) => {
    const { records } = await readPlaces(`${[header, ...rows].join("\n")}\n`);
    return records.map(({ latitude, longitude }) => [latitude, longitude]);
  };

  it.each([
    "stop_lat,stop_lon",
    "point_latitude,point_longitude",
    "xLat,xLng",
    "INTPTLAT,INTPTLON",
    "POINT_Y,POINT_X",
    "lat_centroid,long_centroid",
    "geo:lat,geo:long",
    "venue.location.lat,venue.location.lng",
    "Lat. (N),Long. (E)",
    "STORELAT,STORELON",
  ])("are a pair: %s", async (pair) => {
    expect(await pointsOf(`name,${pair}`, "A,48.1,2.1", "B,48.2,2.2")).toEqual([
      [48.1, 2.1],
      [48.2, 2.2],
    ]);
  });

  it("that tell different points are asked for", async () => {
    const header = "name,from_lat,from_lon,to_lat,to_lon";
    await expect(pointsOf(header, "A,48.1,2.1,50.1,8.6", "B,48.2,2.2,50.2,8.7")).rejects.toThrow(
      "from_lat/from_lon, to_lat/to_lon",
    );
    expect(await pointsOf(header, "A,48.1,2.1,48.1001,2.1001")).toEqual([[48.1, 2.1]]);
  });

  it.each([
    ["lat,ns,lon,ew", "33.5,S,70.25,W"],
    ["lat,lat_dir,lon,lon_dir", "33.5,South,70.25,West"],
    ["lat_deg,lat_min,lat_sec,ns,lon_deg,lon_min,lon_sec,ew", "33,30,0,S,70,15,0,W"],
    ["LatD,LatM,LatH,LonD,LonM,LonH", "33,30,S,70,15,W"],
    ["lat,N/S,lon,E/W", "33.5,S,70.25,W"],
    ["lat,Hemisphere,lon,Hemisphere 2", "33.5,S,70.25,W"],
    ["Latitude Degrees,Latitude Minutes,Longitude Degrees,Longitude Minutes", "-33,30,-70,15"],
    ["lat_h,lat,lon_h,lon", "s,33.5,w,70.25"],
  ])("have their minutes, seconds and directions in others: %s", async (header, row) => {
    expect(await pointsOf(`name,${header}`, `A,${row}`)).toEqual([[-33.5, -70.25]]);
  });

  it.each([
    ["lat,lon,size", "48.1,2.1,S"],
    ["lat,lon,accesible", "40.1,-3.1,S"],
    ["lat,lon,drive_thru", "-33.1,151.1,N"],
    ["lat,lon,status", "48.1,2.1,O"],
    ["stop_lat,stop_lon,location_type,parent_station", "48.1,-4.1,0,S"],
  ])("have no direction in flags, sizes and ids: %s", async (header, row) => {
    const [latitude, longitude] = row.split(",").map(Number);
    const found = await pointsOf(`name,${header}`, `A,${row}`, `B,${row}`);
    expect(found).toEqual(Array(2).fill([latitude, longitude]));
  });

  it("have no minutes in a box, and no direction in a name", async () => {
    expect(await pointsOf("name,lat,lon,lat_min,lat_max", "N,48.5,2.5,48,49")).toEqual([
      [48.5, 2.5],
    ]);
    const { records } = await readPlaces("name,lat,lon\nS,1.5,2.5\n");
    expect(records).toMatchObject([{ name: "S", latitude: 1.5 }]);
    await expect(pointsOf("name,lat,lon,ew", "A,1.5,2.5,O")).rejects.toThrow("east in German");
  });
});

describe("swapped coordinates", () => {
  const table = (...rows: readonly string[]) => `name,lat,lon,country\n${rows.join("\n")}\n`;

  it.each([
    ["of New York", table("A,-74.006,40.7128,", "B,-73.95,40.65,")],
    ["of Paris", table("A,2.35,48.85,", "B,2.29,48.86,", "C,2.4,48.9,")],
    [
      "of Kenya, by the country",
      table("A,36.8,-1.29,KE", "B,39.66,-4.04,Kenya", "C,34.75,-0.1,KE"),
    ],
    [
      "in GeoJSON",
      JSON.stringify({
        type: "FeatureCollection",
        features: [
          [48.85, 2.35],
          [48.86, 2.29],
        ].map((coordinates, index) => ({
          type: "Feature",
          properties: { name: `P${index}` },
          geometry: { type: "Point", coordinates },
        })),
      }),
    ],
  ])("%s are refused with what to do", async (_, text) => {
    await expect(readPlaces(text)).rejects.toThrow(/look swapped: .*--map/);
  });

  it("are taken as they are if that is said, or if some of them fit", async () => {
    const text = table("Buoy,2.35,48.85,", "Wreck,2.29,48.86,");
    const columns = { latitude: ["lat"], longitude: ["lon"] };
    expect((await readPlaces(text, { columns })).records[0]).toMatchObject({ latitude: 2.35 });
    const geometry =
      '{"type":"Feature","properties":{"name":"A"},"geometry":{"type":"Point","coordinates":[48.85,2.35]}}';
    const said = { columns: { point: ["geometry"] } };
    expect((await readPlaces(geometry, said)).records).toMatchObject([{ latitude: 2.35 }]);
    const mixed = table("Buoy,2.35,48.85,", "Cairo,30.05,31.25,", "Lagos,6.5,3.4,");
    expect((await readPlaces(mixed)).records).toHaveLength(3);
    expect((await readPlaces(table("North Sea,55,3,", "Atlantic,40,-30,"))).records).toHaveLength(
      2,
    );
  });
});
