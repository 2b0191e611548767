import { beforeAll, expect, it } from "vitest";
import type { Location } from "../../src/location/location.ts";
import { connect } from "../support/client.ts";
import { importAll } from "../support/engine.ts";
import { readPlaces } from "../support/rows.ts";
import { emptyStores } from "../support/stores.ts";

/** Lines of GeoNames' own files: towns, and postal codes of the same names. */
const TOWNS = [
  "5391959\tSan Francisco\tSan Francisco\t\t37.77493\t-122.41942\tP\tPPLA2\tUS\t\tCA\t075\t\t\t864816\t\t28\tAmerica/Los_Angeles\t2024-01-01",
  "3041204\tCanillo\tCanillo\t\t42.5676\t1.59756\tP\tPPLA\tAD\t\t02\t\t\t\t3292\t\t1561\tEurope/Andorra\t2024-01-01",
];
const CODES = [
  "US\t94103\tSan Francisco\tCalifornia\tCA\tSan Francisco\t075\t\t\t37.7725\t-122.4147\t4",
  "US\t94110\tSan Francisco\tCalifornia\tCA\tSan Francisco\t075\t\t\t37.7509\t-122.4153\t4",
  "US\t38001\tCanillo\tTennessee\tTN\tCrockett\t033\t\t\t35.7818\t-89.1156\t4",
  "AD\tAD100\tCanillo\t\t\t\t\t\t\t42.5833\t1.6667\t6",
];

beforeAll(async () => {
  await emptyStores();
  for (const [collection, lines] of Object.entries({ towns: TOWNS, codes: CODES })) {
    const { records, problems } = await readPlaces(`${lines.join("\n")}\n`);
    expect(problems).toEqual([]);
    await importAll(collection, records);
  }
});

it.each([
  ["San Francisco", 37.77493, "San Francisco"],
  ["Canillo", 42.5676, "Canillo"],
  ["94103", 37.7725, "94103"],
  ["94110 San Francisco", 37.7509, "94110"],
  ["AD100", 42.5833, "AD100"],
  ["AD100 Canillo", 42.5833, "AD100"],
])("%s is the town or its postal code", async (near, latitude, name) => {
  const client = await connect();
  const { structuredContent } = await client.callTool({
    name: "get_nearby_data",
    arguments: { query: "", near },
  });
  await client.close();
  const { location, results } = structuredContent as {
    location: { latitude: number; label: string };
    results: readonly { name: string }[];
  };
  expect(location.latitude).toBeCloseTo(latitude, 4);
  expect(location.label).toMatch(new RegExp(`^${name}\\b`));
  // Codes are looked for, not come across.
  for (const place of results) expect(place.name).not.toMatch(/\d/);
});

async function locate(near: string, country?: string) {
  const client = await connect();
  const { content, structuredContent } = await client.callTool({
    name: "get_nearby_data",
    arguments: { query: "", near },
    ...(country && { _meta: { "dev.hereabouts/userLocation": { country } } }),
  });
  await client.close();
  const { location } = (structuredContent ?? {}) as { location?: Location };
  return { location, text: (content as { text: string }[])[0]!.text };
}

it("asks about a code that is known in another country than the user's only", async () => {
  const { text } = await locate("94103", "DE");
  expect(text).toMatch(
    /postal code "94103" is known in another country only: 94103, California, US/,
  );
  expect((await locate("94103", "US")).location?.matched).toBe("exact");
  expect((await locate("94103 San Francisco", "DE")).location?.label).toMatch(/^94103/);
});

it.each([
  ["10 Fell Street, San Francisco, 94103", "94103, California, US", "part"],
  ["94103-1234", "94103, California, US", "exact"],
  ["99999 San Francisco", "San Francisco, US", "part"],
  ["10 Fell Street, San Francisco", "San Francisco, US", "part"],
  ["10 Fell Street San Francisco", "San Francisco, US", "part"],
])("%s is as near as the data knows", async (near, label, matched) => {
  const { location } = await locate(near);
  expect(location).toMatchObject({ label, matched });
  if (matched === "part")
    expect(location!.note).toMatch(/^Read as (?:San Francisco|94103).* is not known\.$/);
});
