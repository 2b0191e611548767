import { describe, expect, it } from "vitest";
import { contactOf, readContact, writeContact } from "../../src/records/contact.ts";
import type { PlaceRecord } from "../../src/records/place.ts";

type Given = Pick<PlaceRecord, "attributes" | "city" | "region" | "country">;

describe("an address in one line", () => {
  const osm = { "addr:street": "High Street", "addr:housenumber": "12", "addr:postcode": "1234" };

  it.each<[string | undefined, Given]>([
    [
      "12 High Street, Oxnard, CA 1234",
      { country: "US", region: "CA", city: "Oxnard", attributes: osm },
    ],
    [
      "12 High Street, Leeds 1234",
      { country: "GB", region: "England", city: "Leeds", attributes: osm },
    ],
    ["High Street 12, 1234 Wien", { country: "AT", city: "Wien", attributes: osm }],
    ["12 High Street, 1234 Lyon", { country: "FR", city: "Lyon", attributes: osm }],
    ["High Street 12, 1234 Nowhere", { city: "Nowhere", attributes: osm }],
    ["High Street 12, 1234 Ulm", { attributes: { ...osm, "addr:city": "Ulm" } }],
    [
      "12 High Street, Singapore 1234",
      { country: "SG", region: "Singapore", city: "Singapore", attributes: osm },
    ],
    ["Dorfplatz, Vals", { city: "Vals", attributes: { "addr:place": "Dorfplatz" } }],
    [
      "Via Roma 5, 00100 Roma",
      {
        country: "IT",
        city: "Roma",
        attributes: { street: "Via Roma", streetNumber: 5, zipCode: "00100" },
      },
    ],
    // Whole ones are left as they are.
    [
      "1 A St, Leeds LS1 1AA",
      {
        country: "GB",
        city: "Leeds",
        attributes: { address: "1 A St, Leeds LS1 1AA", postcode: "LS1 1AA" },
      },
    ],
    [
      "241 W 5th St Oxnard CA 93030",
      {
        country: "US",
        city: "Oxnard",
        attributes: { address: "241 W 5th St Oxnard CA 93030", zip: 93030 },
      },
    ],
    [
      "10 Main St, Springfield, IL 62701",
      {
        country: "US",
        region: "IL",
        city: "Springfield",
        attributes: { full_address: "10 Main St, Springfield, IL 62701" },
      },
    ],
    [
      "5 rue Foch 69006 LYON",
      { country: "FR", city: "Lyon", attributes: { adresse: "5 rue Foch 69006 LYON" } },
    ],
    // The town's name in the street is not the town.
    [
      "Reading Road 5, Reading RG1 1AA",
      {
        country: "GB",
        city: "Reading",
        attributes: { address: "Reading Road 5", postcode: "RG1 1AA" },
      },
    ],
    [
      "Berliner Straße 5, 10115 Berlin",
      { country: "DE", city: "Berlin", attributes: { address: "Berliner Straße 5", plz: "10115" } },
    ],
    [
      "2-chome 8-1, 163-8001 新宿区",
      {
        country: "JP",
        city: "新宿区",
        attributes: { "Street Address": "2-chome\n8-1", postalCode: "163-8001" },
      },
    ],
    // The surest name wins, in whatever order.
    ["Whole 1", { attributes: { street_address: "Street 1", address: "Whole 1" } }],
    [undefined, { city: "Ulm", country: "DE", attributes: { postcode: "89073", phone: "1" } }],
    [undefined, { city: "Ulm" }],
  ])("%s", (address, given) => {
    expect(contactOf(given).address).toBe(address);
  });
});

it.each<[string | undefined, unknown]>([
  ["+49 30 1234567", "+49 30 1234567"],
  ["4930123456", 4_930_123_456],
  ["112", "112"],
  [undefined, "yes"],
  [undefined, true],
  [undefined, "-"],
])("a phone number: %s", (phone, value) => {
  for (const name of [
    "phone",
    "contact:phone",
    "Telephone",
    "tel",
    "phone_number",
    "store_phone",
  ]) {
    expect(contactOf({ attributes: { [name]: value as string } }).phone).toBe(phone);
  }
});

it.each<[string | undefined, string]>([
  ["https://a.example/x?y=1", "https://a.example/x?y=1"],
  ["http://a.example", "http://a.example;http://b.example"],
  ["www.cafe.example", "www.cafe.example"],
  ["münchen.example", "münchen.example"],
  [undefined, "javascript:alert(1)"],
  [undefined, "data:text/html,x"],
  [undefined, "ftp://a.example"],
  [undefined, "https://user:pass@a.example"],
  [undefined, "store"],
  [undefined, "none"],
  [undefined, `https://a.example/${"x".repeat(200)}`],
])("a page: %s", (website, value) => {
  for (const name of ["website", "contact:website", "URL", "Web site", "homepage"]) {
    expect(contactOf({ attributes: { [name]: value } }).website).toBe(website);
  }
});

it("comes back from the index as it was", () => {
  for (const contact of [
    {},
    { address: "1 A St" },
    { phone: "112", website: "a.example" },
    { address: 'A "1"', phone: "112", website: "a.example" },
  ]) {
    expect(readContact(writeContact(contact))).toEqual(contact);
  }
  expect(writeContact({})).toBeNull();
});

it("is bounded", () => {
  const long = contactOf({ attributes: { address: "x".repeat(5_000), phone: "1".repeat(5_000) } });
  expect(long.address).toHaveLength(200);
  expect(long.phone).toHaveLength(60);
});
