import { expect, it } from "vitest";
import { PUBLIC_FORMATS } from "../support/public-formats.ts";
import { readPlaces } from "../support/rows.ts";

it.each(PUBLIC_FORMATS)("reads $format without being told how", async ({ content, places }) => {
  const { records, problems } = await readPlaces(content);
  expect(problems).toEqual([]);
  const found = records.map(({ name, latitude, longitude, category }, index) => {
    const wanted = places[index]?.[3];
    return [name, latitude, longitude, ...(wanted === undefined ? [] : [category])];
  });
  expect(found).toEqual(places);
  expect(new Set(records.map(({ sourceId }) => sourceId)).size).toBe(places.length);
});
