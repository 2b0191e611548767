import { describe, expect, it } from "vitest";
import { parseLocation } from "../../../src/formats/geometry/coordinates.ts";
import { parseNumber } from "../../../src/formats/geometry/degrees.ts";
import { columnKey, isOtherName } from "../../../src/formats/mapping/column-names.ts";
import { countryCode } from "../../../src/formats/mapping/country.ts";
import { parseInstant } from "../../../src/formats/mapping/instant.ts";
import type { MappingOptions } from "../../../src/formats/mapping/mapping.ts";
import {
  MOST_AREA_NAME,
  MOST_ATTRIBUTE_NAME,
  MOST_ATTRIBUTE_TEXT,
  MOST_ATTRIBUTES,
  PlaceRecordSchema,
} from "../../../src/records/schema.ts";
import { readPlaces } from "../../support/rows.ts";

describe("columns", () => {
  it.each([
    ["English", "Store Name,Latitude,Longitude,Type,Store ID,Country,State,City"],
    ["camelCase", "storeName,lat,lng,placeType,storeId,countryCode,stateProvince,cityName"],
    ["German", "Bezeichnung,Breite,Länge,Kategorie,Kennung,Land,Bundesland,Ort"],
    ["a German chain", "Filiale,Breitengrad,Längengrad,Art,Kennziffer,Land,Bundesland,Ort"],
    ["French", "Intitulé,Latitude,Longitude,Catégorie,Identifiant,Pays,Région,Commune"],
    [
      "Spanish",
      "Nombre,Latitud,Longitud,Categoría,Identificador,País,Comunidad autónoma,Municipio",
    ],
    [
      "Italian",
      "Denominazione,Latitudine,Longitudine,Tipologia,Identificativo,Nazione,Regione,Comune",
    ],
    [
      "Polish",
      "Nazwa,Szerokość geograficzna,Długość geograficzna,Rodzaj,Identyfikator,Kraj,Województwo,Miasto",
    ],
    ["Russian", "Название,Широта,Долгота,Категория,id,Страна,Область,Город"],
    ["Japanese", "名称,緯度,経度,カテゴリ,番号,国,都道府県,市区町村"],
    ["Chinese", "名称,纬度,经度,类别,编号,国家,省,城市"],
    ["plain", "name,y,x,kind,id,country,region,town"],
  ])("are guessed from their names: %s", async (_, header) => {
    const { records } = await readPlaces(
      `${header}\nA,48.5,2.5,bar,7,FR,R,C\nB,48.6,2.6,bar,8,FR,R,C\n`,
    );
    expect(records[0]).toEqual({
      sourceId: "7",
      name: "A",
      category: "amenity/bar",
      latitude: 48.5,
      longitude: 2.5,
      country: "FR",
      region: "R",
      city: "C",
    });
  });

  it("that nobody knows are asked for, and may be told", async () => {
    const text = "foo,bar,baz,Qux\n48.5,2.5,A,one\n";
    await expect(readPlaces(text)).rejects.toThrow("--map latitude=…,longitude=…");
    const columns = { latitude: ["foo"], longitude: ["bar"] };
    await expect(readPlaces(text, { columns })).rejects.toThrow("--map name=…");
    await expect(readPlaces(text, { columns: { name: ["none"] } })).rejects.toThrow(
      "foo, bar, baz, Qux",
    );
    const { records } = await readPlaces(text, { columns: { ...columns, name: ["BAZ", "qux"] } });
    expect(records[0]).toMatchObject({ name: "A one", latitude: 48.5 });
  });

  it("with the same value twice are no ids, and the category is in no column of its own", async () => {
    const { records } = await readPlaces("name,lat,lon,id\nA,1,2,5\nB,1,3,5\nA,1,2,6\n");
    const ids = records.map(({ sourceId }) => sourceId);
    expect(ids[0]).toMatch(/^c[0-9a-f]{24}$/);
    expect(ids[1]).not.toBe(ids[0]);
    expect(ids[2]).toBe(ids[0]);
    expect(records[0]).toMatchObject({ category: "uncategorized", attributes: { id: "5" } });
  });

  it.each([
    ["a point in WKT", 'name;geom\nA;"POINT (2.5 48.5)"\n'],
    ["with a reference system", "name,geom\nA,SRID=4326;POINT Z (2.5 48.5 30)\n"],
    ["with a measure", "name;geom\nA;PointM(2.5 48.5 7)\n"],
    ["the first of several points", 'name;geom\nA;"MULTIPOINT (2.5 48.5, 2.5 48.5)"\n'],
    ["a collection", 'name;geom\nA;"GEOMETRYCOLLECTION (POINT (2.5 48.5), POINT (9 9))"\n'],
    ["a polygon in WKT", 'name;geom\nA;"POLYGON ((2 48, 3 48, 3 49, 2 49, 2 48))"\n'],
    ["GeoJSON", 'name;geom\nA;"{""type"":""Point"",""coordinates"":[2.5,48.5]}"\n'],
    ["latitude and longitude in one", "name;location\nA;48.5, 2.5\n"],
    ["with decimal commas", "name\tlocation\nA\t48,5; 2,5\n"],
    ["in brackets", "name;location\nA;(48.5, 2.5)\n"],
  ])("may hold %s", async (_, text) => {
    const { records } = await readPlaces(text);
    expect(records).toMatchObject([{ name: "A", latitude: 48.5, longitude: 2.5 }]);
  });

  it("may be parts of objects", async () => {
    const { records } = await readPlaces(
      JSON.stringify({
        id: "x",
        names: { primary: "A" },
        categories: { primary: "coffee_shop" },
        location: { lat: 48.5, lon: 2.5 },
        addresses: [{ country: "FR", locality: "Paris" }],
        phones: ["1", "2"],
      }),
    );
    expect(records).toEqual([
      {
        sourceId: "x",
        name: "A",
        category: "amenity/cafe",
        latitude: 48.5,
        longitude: 2.5,
        country: "FR",
        city: "Paris",
        attributes: { phones: "1; 2" },
      },
    ]);
  });
});

describe("attributes", () => {
  it("are what is left, in the types that are declared", async () => {
    const text =
      "name;lat;lon;stars;wheelchair;hours;note\nA;1;2;4,5;yes;Mo-Fr 09:00-17:00;x\nB;1;2;many;no;24/7;\n";
    const attributes = { stars: "number", wheelchair: "boolean", hours: "opening_hours" } as const;
    const { records, notes } = await readPlaces(text, { attributes });
    expect(records.map((record) => record.attributes)).toEqual([
      { stars: 4.5, wheelchair: true, hours: "Mo-Fr 09:00-17:00", note: "x" },
      { wheelchair: false, hours: "24/7" },
    ]);
    expect(notes).toEqual(["stars is no number: left out"]);
  });

  it("are no more and no longer than fits", async () => {
    const many = Object.fromEntries(
      Array.from({ length: MOST_ATTRIBUTES + 9 }, (_, index) => [
        `${index}${"😀".repeat(MOST_ATTRIBUTE_NAME)}`,
        "😀".repeat(index === 0 ? MOST_ATTRIBUTE_TEXT + 1 : 1),
      ]),
    );
    const row = { name: "A", lat: 1, lon: 2, country: "Nowhere", city: "é".repeat(999), ...many };
    const { records } = await readPlaces(JSON.stringify(row));
    expect(PlaceRecordSchema.parse(records[0])).toEqual(records[0]);
    const [name, value] = Object.entries(records[0]!.attributes!)[0]!;
    expect(Object.keys(records[0]!.attributes!)).toHaveLength(MOST_ATTRIBUTES);
    expect([...name]).toHaveLength(MOST_ATTRIBUTE_NAME);
    expect([...String(value)]).toHaveLength(MOST_ATTRIBUTE_TEXT);
    expect(value).toMatch(/^(?:😀)+…$/u);
    expect(records[0]!.city).toHaveLength(MOST_AREA_NAME);
  });

  it("have names, of characters that can be seen", async () => {
    const row = {
      name: "A",
      lat: 1,
      lon: 2,
      "a\nb\u202e": 1,
      "\u0000": 2,
      "tags.": 3,
      "\u2028c": "d\u2029e",
    };
    const { records } = await readPlaces(JSON.stringify(row));
    expect(records[0]!.attributes).toEqual({ "a b": 1, c: "d e" });
  });
});

it("knows from when until when a place is there", async () => {
  const text =
    "name,lat,lon,valid_from,valid_to\nA,1,2,2026-05-01,2026-05-01\nB,1,2,2026-05-01T10:00:00+02:00,\nC,1,2,soon,\nD,1,2,2026-05-02,2026-05-01\n";
  const { records, problems } = await readPlaces(text);
  const may = Date.UTC(2026, 4, 1);
  expect(records.map(({ validFrom, validTo }) => [validFrom, validTo])).toEqual([
    [may, may + 86_400_000],
    [may + 8 * 3_600_000, undefined],
  ]);
  expect(problems.map(({ problem }) => problem)).toEqual([
    "has a valid_from that is no ISO 8601 date or time",
    "ends before it begins",
  ]);
});

it("rejects names and ids that are none", async () => {
  const rows = [
    { name: " " },
    { name: "x".repeat(501) },
    { name: "\ufffd" },
    { name: "A", id: "a\u0000b" },
    { name: "A", id: "x".repeat(201) },
    { name: "A", id: "\ud800" },
    { name: "\u0000\u202e" },
    { name: "A", id: ".." },
    { name: "A", id: "ok / ä" },
  ];
  const text = rows
    .map((row, index) => JSON.stringify({ id: String(index), lat: 1, lon: 2, ...row }))
    .join("\n");
  const { records, problems } = await readPlaces(text);
  expect(problems).toEqual([
    { line: 1, problem: "has no name" },
    { line: 2, problem: "has a name that is longer than 500 characters" },
    { line: 3, problem: "has a name that is no readable text (wrong encoding)" },
    { line: 4, problem: "has an id that has characters that cannot be seen" },
    { line: 5, problem: "has an id that is longer than 200 characters" },
    { line: 6, problem: "has an id that has characters that cannot be seen" },
    { line: 7, problem: "has no name" },
    { line: 8, problem: "has an id that is . or .." },
  ]);
  expect(records.map(({ sourceId }) => sourceId)).toEqual(["ok / ä"]);
});

it("takes what stands for nothing for no name, and NA for Namibia", async () => {
  const none = ["NULL", "N/A", "n.a.", "nan", "-", "none", "#N/A", "--"];
  const rows = none.map((name, index) => `${name},1,${index + 2},-,NA`).join("\n");
  const { records, problems } = await readPlaces(
    `name,lat,lon,city,country\n${rows}\nA,1,2,N/A,NA\n`,
  );
  expect(problems.map(({ problem }) => problem)).toEqual(none.map(() => "has no name"));
  expect(records).toMatchObject([{ name: "A", country: "NA" }]);
  expect(records[0]).not.toHaveProperty("city");
});

it("calls what has no names by its kind or by the title, and by where it is", async () => {
  const text = "id,lat,lon,street\n1,48.1,2.1,Rue A\n2,48.2,2.2,N/A\n";
  const names = async (options: MappingOptions) =>
    (await readPlaces(text, options)).records.map(({ name }) => name);
  expect(await names({ category: "amenity/cafe" })).toEqual([
    "A amenity/cafe, Rue A",
    "A amenity/cafe",
  ]);
  expect(await names({ title: "Fountains" })).toEqual(["Fountains, Rue A", "Fountains"]);
  await expect(names({})).rejects.toThrow("--title");
});

it("finds names in what nothing else is for, and a town last", async () => {
  const named = async (header: string, row: string) =>
    (await readPlaces(`lat,lon,${header}\n1.5,2.5,${row}\n`)).records[0]?.name;
  expect(await named("town,PARK_NAME", "T,A")).toBe("A");
  expect(await named("Street Name,suburb,nom_du_site", "S,T,A")).toBe("A");
  expect(await named("brand,town", "A,T")).toBe("A");
  expect(await named("village,street", "A,S")).toBe("A");
});

it("makes places of GeoNames's own files", async () => {
  const place =
    "2988507\tParis\tParis\tLutetia,Paname,https://en.wikipedia.org/wiki/Paris\t48.85341\t2.3488\tP\tPPLC\tFR\t\t11\t75\t751\t75056\t2138551\t\t42\tEurope/Paris\t2024-01-01\n";
  expect((await readPlaces(place)).records).toMatchObject([
    {
      sourceId: "2988507",
      name: "Paris",
      otherNames: ["Lutetia", "Paname"],
      category: "place/city/capital",
      country: "FR",
      population: 2138551,
      timezone: "Europe/Paris",
    },
  ]);
  const postal = "FR\t75001\tParis 01\tIDF\t11\tParis\t75\tParis\t751\t48.8592\t2.3417\t5\n";
  expect((await readPlaces(postal)).records).toMatchObject([
    {
      name: "75001",
      otherNames: ["75001 Paris 01"],
      category: "boundary/postal_code",
      country: "FR",
      city: "Paris 01",
      latitude: 48.8592,
    },
  ]);
});

it("reads single values as people write them", () => {
  const beginningOf = (value: string | boolean) => parseInstant(value, false, () => "UTC");
  expect(["1.5", "1,5", " -7 ", "+3e2", "1.5 °", ".5"].map(parseNumber)).toEqual([
    1.5, 1.5, -7, 300, 1.5, 0.5,
  ]);
  expect(["", "x", "NaN", "Infinity", "1,234.5", "12abc", "0x10"].map(parseNumber)).toEqual(
    Array(7).fill(Number.NaN),
  );
  expect(parseLocation([2.5, 48.5])).toEqual({ latitude: 48.5, longitude: 2.5 });
  expect(["POINT(x)", "POINT", "{", "1,2,3", "A, B", "POLYGON((1 1"].map(parseLocation)).toEqual(
    Array(6).fill(undefined),
  );
  expect(["FR", "de", "France", "Deutschland", "日本", "Atlantis", ""].map(countryCode)).toEqual([
    "FR",
    "DE",
    "FR",
    "DE",
    "JP",
    undefined,
    undefined,
  ]);
  const instants = ["2026-05-01", "2026-05-01t10:00z", "2026-05-01 10:00:30.5 +0200", "2026-02-30"];
  expect(instants.map((text) => parseInstant(text, true, () => "UTC"))).toEqual([
    Date.UTC(2026, 4, 2),
    Date.UTC(2026, 4, 1, 10),
    Date.UTC(2026, 4, 1, 8, 0, 30, 500),
    Number.NaN,
  ]);
  expect(["2026-05-01T25:00", "2026-05-01+02:00", "2026-5-1", "x", true].map(beginningOf)).toEqual(
    Array(5).fill(Number.NaN),
  );
  expect(columnKey("Geogr. Länge (°)")).toBe("geogr_lange");
  expect(["name:fr", "name_zh", "alt_name", "name_id", "surname"].map(isOtherName)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

it("knows columns that are empty in the first rows from the header", async () => {
  const text = "name,lat,lon,City,Note\nA,1,2,,\nB,1,3,,\n";
  const { records } = await readPlaces(text, { columns: { region: ["Note"] } });
  expect(records).toHaveLength(2);
  const late = `${text}${"C,1,4,Paris,here\n".repeat(3)}`;
  expect((await readPlaces(late)).records.at(-1)).toMatchObject({ city: "Paris" });
});

it("reads our own records as they are", async () => {
  const records = [
    {
      sourceId: "0",
      name: "A",
      otherNames: ["B; C", "Д"],
      category: "food/Tea_House",
      latitude: 1,
      longitude: 2,
      country: "FR",
      region: "R",
      city: "V",
      population: 5,
      timezone: "Europe/Paris",
      attributes: {
        alt_name: "X",
        city: "Y",
        valid_from: "Z",
        stars: 4.5,
        open: false,
        "a.b": "c",
      },
      validFrom: 1_700_000_000_000,
      validTo: 1_800_000_000_000,
    },
    { sourceId: "6", name: "A", category: "shop.s/T+C", latitude: 1, longitude: 3 },
    { sourceId: "7", name: "A", category: "Cafe", latitude: 1, longitude: 3 },
    // The last one of an id counts: that is for the import to see.
    { sourceId: "7", name: "A", category: "Cafe", latitude: 1, longitude: 4 },
  ];
  const read = await readPlaces(records.map((one) => JSON.stringify(one)).join("\n"));
  expect(read.records).toEqual(records);
});

it("takes no column without a name for the id", async () => {
  const { records } = await readPlaces(",name,lat,lon\n7,A,1,2\n8,B,1,3\n");
  expect(records.map(({ name }) => name)).toEqual(["A", "B"]);
  for (const { sourceId } of records) expect(sourceId).toMatch(/^c[0-9a-f]{24}$/);
});

it("puts ids together of names in any script", async () => {
  const text = "name,lat,lon,a,b\nA,1,2,نجف\u200cآباد,x\ny\n".replace("x\ny", '"x\ny"');
  const columns = { id: ["a", "b"] };
  const { records } = await readPlaces(text, { columns });
  expect(records.map(({ sourceId }) => sourceId)).toEqual(["نجفآباد-x y"]);
});
