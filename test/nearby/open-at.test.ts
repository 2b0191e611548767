import { beforeAll, describe, expect, it } from "vitest";
import tool from "../../src/tools/get-nearby-data.ts";
import { connect } from "../support/client.ts";
import { importAll, place } from "../support/engine.ts";
import { emptyStores } from "../support/stores.ts";

const CITIES = {
  "Los Angeles": { latitude: 34.05, longitude: -118.24 },
  "St. John's": { latitude: 47.56, longitude: -52.71 },
  Berlin: { latitude: 52.52, longitude: 13.4 },
  Sydney: { latitude: -33.87, longitude: 151.21 },
};
const HOURS = ["09:30-18:00", "Su 08:00-12:00", "Su 02:00-03:00", "Su 03:00-04:00"];

beforeAll(async () => {
  await emptyStores();
  const records = Object.values(CITIES).flatMap(({ latitude, longitude }) =>
    HOURS.map((hours) =>
      place(`${hours} ${latitude}`, latitude, longitude, { name: hours, attributes: { hours } }),
    ),
  );
  await importAll("shops", records, { attributes: { hours: { type: "opening_hours" } } });
});

/** The hours of the places that the tool tells to be open then; throws what comes back as an error. */
async function openAt(city: keyof typeof CITIES, open_at: string): Promise<string[]> {
  const client = await connect();
  const args = { ...CITIES[city], radius: 5, open_at };
  const { content, structuredContent, isError } = await client.callTool({
    name: tool.name,
    arguments: args,
  });
  await client.close();
  if (isError) throw new Error((content as { text: string }[])[0]!.text);
  return (structuredContent as { results: { name: string }[] }).results.map(({ name }) => name);
}

const [ALL_DAY, MORNING, FROM_TWO, FROM_THREE] = HOURS as [string, string, string, string];

/** Clocks go forward on 8 March 2026 in America, on 29 March in Europe, on 4 October in Australia. */
describe("on days when clocks are put forward or back", () => {
  it.each<[keyof typeof CITIES, string, string[]]>([
    ["Los Angeles", "2026-03-08T01:59", []],
    ["Los Angeles", "2026-03-08T02:30", [FROM_THREE]],
    ["Los Angeles", "2026-03-08T03:30", [FROM_THREE]],
    ["Los Angeles", "2026-03-08T09:00", [MORNING]],
    ["Los Angeles", "2026-03-08T09:30", [ALL_DAY, MORNING]],
    ["Los Angeles", "2026-03-08T17:59", [ALL_DAY]],
    ["Los Angeles", "2026-11-01T01:30", []],
    ["Los Angeles", "2026-11-01T02:30", [FROM_TWO]],
    ["Los Angeles", "2026-11-01T08:30", [MORNING]],
    ["Los Angeles", "2026-11-01T11:30", [ALL_DAY, MORNING]],
    ["St. John's", "2026-03-08T03:15", [FROM_THREE]],
    ["St. John's", "2026-11-01T08:00", [MORNING]],
    ["Berlin", "2026-03-29T03:15", [FROM_THREE]],
    ["Berlin", "2026-10-25T02:30", [FROM_TWO]],
    ["Sydney", "2026-10-04T09:00", [MORNING]],
    ["Sydney", "2026-04-05T11:59", [ALL_DAY, MORNING]],
  ])("in %s at %s", async (city, time, open) => {
    expect((await openAt(city, time)).sort()).toEqual(open.sort());
  });
});

describe("a time that does not exist", () => {
  it.each([
    ...["2026-02-30T10:00", "2027-02-29T10:00", "2026-04-31T10:00+02:00", "2026-13-01T10:00"],
    ...["2026-00-10T10:00", "2026-01-00T10:00", "2026-11-27T25:00", "2026-11-27T18:60", "tomorrow"],
  ])("is refused: %s", async (time) => {
    await expect(openAt("Berlin", time)).rejects.toThrow(
      '"open_at": must be a date and a time that exist',
    );
  });

  it("but 29 February is there in a leap year", async () => {
    expect(await openAt("Berlin", "2028-02-29 10:00")).toEqual([ALL_DAY]);
  });
});
