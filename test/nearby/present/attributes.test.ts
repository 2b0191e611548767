import { expect, it } from "vitest";
import { tellingAttributes } from "../../../src/nearby/present/attributes.ts";

const CAFE = { name: "Café Bär", category: "amenity/cafe" };
const TOLD = ["Ulm", "DE", "Hauptstraße 5, 89073 Ulm", "+49 731 1234"];

function shown(
  attributes: Readonly<Record<string, string | number | boolean>>,
  declared: readonly string[] = [],
) {
  const record = { ...CAFE, sourceId: "1", latitude: 0, longitude: 0, attributes };
  return Object.fromEntries(tellingAttributes(record, TOLD, new Set(declared)));
}

it.each<[what: string, attributes: Readonly<Record<string, string | number | boolean>>]>([
  ["a visitor's", { cuisine: "thai", wheelchair: "yes", stars: 4, wifi: true, iata: "CDG" }],
  ["a kind of its own", { type: "rooftop bar", shop: "books" }],
  ["what another field has, too, by chance", { operator: "Ulm", capacity: 5 }],
  ["other words of the address", { "addr:floor": "2", address: "Hinterhof" }],
])("shows %s", (_, attributes) => {
  expect(shown(attributes)).toEqual(attributes);
});

it.each<[what: string, attributes: Readonly<Record<string, string | number | boolean>>]>([
  ["the style of a map", { "marker-color": "#f00", "marker-symbol": "cafe", stroke: "#000" }],
  [
    "ids and versions",
    { slug: "cafe-baer", "@id": "node/1", OBJECTID: 7, GlobalID: "{1}", version: 3 },
  ],
  ["who wrote it, and when", { user: "ada", changeset: 1, timestamp: "2026", last_modified: "x" }],
  ["kinds of rows", { type: "node" }],
  ["the point", { lat: 1, Longitude: 2, geohash: "u0", x: 1 }],
  ["the name", { label: "CAFÉ BÄR", brand: "Cafe Bar" }],
  ["the kind", { amenity: "cafe" }],
  ["the town", { city: "ULM", "addr:city": "Ulm", country_code: "DE" }],
  ["the contact", { "addr:street": "Hauptstraße", "addr:housenumber": "5", phone: "+49 731 1234" }],
  ["nothing", { note: "", remark: " " }],
])("leaves out %s", (_, attributes) => {
  expect(shown(attributes)).toEqual({});
});

it("tells the same once", () => {
  expect(shown({ cuisine: "thai", "properties.cuisine": "Thai", "x:cuisine": "pho" })).toEqual({
    cuisine: "thai",
    "x:cuisine": "pho",
  });
});

it("shows what questions can filter by, whatever it is called", () => {
  expect(shown({ version: 3, slug: "x" }, ["version"])).toEqual({ version: 3 });
});
