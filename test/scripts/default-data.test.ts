import { expect, it } from "vitest";
import { categoriesFor, fingerprint, readDataset } from "../../scripts/dataset/dataset.ts";
import { regions } from "../../scripts/dataset/words/regions.ts";
import { ImportRequest, LexiconRequest } from "../../src/imports/contract.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { PlaceRecordSchema } from "../../src/records/schema.ts";

it("is taken by the server to the last place and word", () => {
  const all: PlaceRecord[] = [];
  for (const { collection, records } of readDataset()) {
    const { id, ...metadata } = collection;
    const request = { mode: "replace", fingerprint: fingerprint(), metadata };
    expect(ImportRequest.safeParse(request).error, id).toBeUndefined();
    for (const record of records) all.push(record);
  }
  expect(all.length).toBeGreaterThan(300_000);
  expect(all.filter((record) => !PlaceRecordSchema.safeParse(record).success)).toEqual([]);
  const words = { categories: categoriesFor(all), regions: regions(), fingerprint: fingerprint() };
  expect(LexiconRequest.safeParse(words).error).toBeUndefined();
});
