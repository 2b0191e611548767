import { describe, expect, it } from "vitest";
import { readPlaces } from "../../support/rows.ts";

const place = (name: string, code: string, population = 0) =>
  `7${name.length}${code.length}\t${name}\t${name}\t\t48.5\t2.5\tP\t${code}\tFR\t\t11\t75\t751\t75056\t${population}\t\t42\tEurope/Paris\t2024-01-01\n`;

const postal = (country: string, code: string, name: string, point = "48.8592\t2.3417") =>
  `${country}\t${code}\t${name}\tRegion\t11\tCounty\t75\tTown\t751\t${point}\t\n`;

describe("of GeoNames' populated places", () => {
  it.each([
    ["PPL", 900, "place/village"],
    ["PPLA2", 20_000, "place/town"],
    ["PPLA", 200_000, "place/city"],
    ["PPLC", 900_000, "place/city/capital"],
    // A former capital is a town still.
    ["PPLCH", 6_499, "place/town"],
    ["PPLX", 30_000, "place/neighbourhood"],
    ["STLMT", 5_500, "place/town"],
    ["PPLQ", 297_601, "historic/settlement"],
    ["PPLW", 65_000, "historic/settlement"],
    ["PPLH", 0, "historic/settlement"],
  ])("%s of %i people is %s", async (code, population, category) => {
    const { records } = await readPlaces(place("Somewhere", code, population));
    expect(records).toMatchObject([{ name: "Somewhere", category }]);
  });
});

describe("GeoNames' postal codes are no towns", () => {
  it.each([
    ["with digits", postal("FR", "75001", "Paris 01"), "75001"],
    ["with blanks", postal("GB", "SW1A 1AA", "London"), "SW1A 1AA"],
    ["with letters only", postal("BS", "N", "Nassau"), "N"],
    ["with hyphens", postal("PL", "00-001", "Warszawa"), "00-001"],
    ["of a place with the name of another", postal("US", "94103", "San Francisco"), "94103"],
  ])("%s", async (_, text, name) => {
    const { records } = await readPlaces(text);
    expect(records).toMatchObject([{ name, category: "boundary/postal_code" }]);
  });

  it("where one has no point: it alone is left out", async () => {
    const text = postal("FR", "75001", "Paris 01") + postal("FR", "99999", "Nowhere", "\t");
    const { records, problems } = await readPlaces(text);
    expect(records).toMatchObject([{ name: "75001", category: "boundary/postal_code" }]);
    expect(problems).toHaveLength(1);
  });
});
