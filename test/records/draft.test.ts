import { expect, it } from "vitest";
import { toRecord } from "../../src/records/draft.ts";

const place = {
  sourceId: "1",
  name: "Köln",
  latitude: 50.93,
  longitude: 6.95,
  category: "place/city",
};

it("cleans the texts and leaves the empty fields out", () => {
  const record = toRecord({
    ...place,
    name: " Ko\u0308ln\u200e \u0007 am  Rhein",
    otherNames: ["köln am rhein", "Cologne", " cologne ", "", null],
    latitude: 50.938361234567,
    country: "Germany",
    city: null,
    population: 0,
    timezone: "Europe/Cologne",
    attributes: { uic: undefined, note: " ", main: true, height_m: 0 },
  });
  expect(record).toEqual({
    sourceId: "1",
    name: "Köln am Rhein",
    otherNames: ["Cologne"],
    latitude: 50.938361,
    longitude: 6.95,
    category: "place/city",
    attributes: { main: true, height_m: 0 },
  });
});

it("keeps the joiners that Persian and Indian scripts need", () => {
  expect(toRecord({ ...place, name: "نجف\u200cآباد" }).name).toBe("نجف\u200cآباد");
});

it.each([
  { latitude: Number.NaN },
  { latitude: 90.1 },
  { longitude: -181 },
  { name: " \u200b " },
  { sourceId: "" },
])("refuses what is no place: %o", (flaw) => {
  expect(() => toRecord({ ...place, ...flaw })).toThrow();
});
