import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { connect, type Era, type Fetch } from "../support/client.ts";
import { modern } from "../support/rpc.ts";
import { metNorwayAnswer, openMeteoAnswer } from "../support/weather/answers.ts";
import { WeatherProviders } from "../support/weather/providers.ts";
import { city, loadWorld } from "../support/world.ts";

const TEMPLATE = "weather://forecast/{city}";

/** Two of a name in one region, and one with many lesser namesakes. */
const NAMESAKES = [
  city("Mirando", "Texas", "US", 30, -98, 50_000),
  city("Mirando", "Texas", "US", 33, -101, 45_000),
  city("Newport", "England", "GB", 51.6, -2.9, 120_000),
  ...Array.from({ length: 8 }, (_, nth) => {
    return city("Newport", `County ${nth}`, "US", 32 + nth, -100 + 3 * nth, 40_000 - nth);
  }),
].map((one, nth) => ({ ...one, sourceId: `namesake-${nth}` }));

beforeAll(() => loadWorld(NAMESAKES));
afterEach(() => void vi.restoreAllMocks());

let providers: WeatherProviders;
let app: Fetch;
beforeEach(async () => {
  providers = new WeatherProviders();
  await providers.areWell();
  app = providers.app();
});

async function read(city: string, era: Era = "auto") {
  const client = await connect(era, app);
  try {
    const { contents } = await client.readResource({ uri: `weather://forecast/${city}` });
    return JSON.parse((contents[0] as { text: string }).text);
  } finally {
    await client.close();
  }
}

describe.each(["auto", "legacy"] as const)("in the era of %s", (era) => {
  it("tells seven days by the clocks there, with sunrise and sunset", async () => {
    const { location, days, ...rest } = await read("Tokyo", era);
    expect(location).toMatchObject({ city: "Tokyo", timezone: "Asia/Tokyo" });
    expect(rest).toEqual({
      units: { temperature: "°C", precipitation: "mm", wind: "km/h" },
      provider: "Open-Meteo",
      attribution: expect.stringContaining("https://open-meteo.com/"),
    });
    const today = Date.now() + 9 * 3_600_000;
    const dates = Array.from({ length: 7 }, (_, nth) =>
      new Date(today + nth * 86_400_000).toISOString().slice(0, 10),
    );
    expect(days.map(({ date }: { date: string }) => date)).toEqual(dates);
    expect(days[0]).toEqual({
      date: dates[0],
      weather: "partly cloudy",
      lowest: 12.3,
      highest: 12.3,
      precipitation: 0,
      wind: 10,
      sunrise: expect.stringMatching(`${dates[0]}T0[4-7]:\\d\\d\\+09:00`),
      sunset: expect.stringMatching(`${dates[0]}T1[6-9]:\\d\\d\\+09:00`),
    });
  });

  it("completes names, the most prominent first", async () => {
    const client = await connect(era, app);
    expect(client.getServerCapabilities()).toMatchObject({ completions: {} });
    const complete = async (value: string, name = "city") => {
      const ref = { type: "ref/resource", uri: TEMPLATE } as const;
      return (await client.complete({ ref, argument: { name, value } })).completion.values;
    };
    expect(await complete("Par")).toEqual(["Paris, Île-de-France, FR", "Paris, Texas, US"]);
    expect(await complete("spring")).toEqual([
      "Springfield, Missouri, US",
      "Springfield, Massachusetts, US",
      "Springfield, Illinois, US",
    ]);
    expect(await complete("Springfield, mi")).toEqual(["Springfield, Missouri, US"]);
    // By another name, in another script.
    expect(await complete("東")).toEqual(["Tokyo, JP"]);
    expect(await complete("caf")).toEqual([]);
    for (const typed of ["", " ,", "p", '"', "x* OR y", "q".repeat(5_000)]) {
      expect(await complete(typed)).toEqual([]);
    }
    expect(await complete("Par", "country")).toEqual([]);
    await client.close();
  });
});

it.each(["45.75,4.85", "45.75%2C4.85", "45.75, 4.85"])("takes a point: %s", async (city) => {
  const { location } = await read(city);
  expect(location).toMatchObject({ latitude: 45.75, longitude: 4.85, country: "FR" });
});

it("takes the most prominent of several, and says which others there are", async () => {
  const { location, other_places_of_that_name: others } = await read("Springfield");
  expect(location).toMatchObject({ region: "Missouri" });
  expect(others).toEqual(["Springfield, Massachusetts, US", "Springfield, Illinois, US"]);
  expect((await read("Springfield, Illinois, US")).location).toMatchObject({ region: "Illinois" });
});

it("takes the most prominent of two in one region, and names the other by its point", async () => {
  const { location, other_places_of_that_name: others } = await read("Mirando, Texas");
  expect(location).toMatchObject({ latitude: 30, longitude: -98, region: "Texas" });
  expect(others).toEqual(["33, -101"]);
  expect((await read(others[0])).location).toMatchObject({ latitude: 33, longitude: -101 });
});

it("says which others there are where one is much larger", async () => {
  const { location, other_places_of_that_name: others } = await read("Newport");
  expect(location).toMatchObject({ country: "GB" });
  expect(others).toEqual(Array.from({ length: 8 }, (_, nth) => `Newport, County ${nth}, US`));
});

describe("by MET Norway alone", () => {
  beforeEach(async () => {
    app = providers.app({ WEATHER_PROVIDERS: "met-norway", WEATHER_CONTACT: "ops@example.com" });
  });

  it.each(["Paris", "New York", "Tokyo", "0,180"])(
    "tells seven days of %s, whole but for the first",
    async (where) => {
      const nowMs = Date.UTC(2026, 10, 30, 13, 34);
      vi.spyOn(Date, "now").mockReturnValue(nowMs);
      const answer = metNorwayAnswer(nowMs, () => ({ precipitation: 0.5 }));
      await providers.tellsJson("met-norway", answer);
      const { days, provider } = await read(where);
      expect(provider).toBe("MET Norway");
      expect(days).toHaveLength(7);
      expect(days.map((day: object) => "from" in day)).toEqual([true, ...Array(6).fill(false)]);
      // Six hours at a time, a day has four times as much as one of them.
      expect(days[5].precipitation).toBe(2);
      expect(days[5]).toMatchObject({ lowest: 5.5, highest: 9.5, weather: "partly cloudy" });
    },
  );
});

it("tells what was known where nobody answers, and how old that is", async () => {
  const { days } = await read("Lyon");
  for (const name of ["open-meteo", "met-norway"] as const) {
    await providers.tells(name, { status: 403 });
  }
  const now = Date.now;
  vi.spyOn(Date, "now").mockImplementation(() => now() + 90 * 60_000);
  const stale = await read("Lyon");
  expect(stale).toMatchObject({ age_minutes: 90, provider: "Open-Meteo" });
  expect(stale.days.at(1)).toEqual(
    days.find(({ date }: { date: string }) => date === stale.days[1].date),
  );
});

it.each([
  ["78.22,15.65", "2026-12-21", "down all day"],
  ["-77.85,166.67", "2026-12-21", "up all day"],
  ["90.0,0.0", "2026-06-21", "up all day"],
])("says that the sun neither rises nor sets: %s", async (city, date, sun) => {
  const nowMs = Date.parse(`${date}T12:34Z`);
  vi.spyOn(Date, "now").mockReturnValue(nowMs);
  await providers.tellsJson("open-meteo", openMeteoAnswer(nowMs));
  const { days } = await read(city);
  expect(days).toHaveLength(7);
  expect(days[0]).toMatchObject({ sunrise: null, sunset: null, sun });
});

it("sums up the day of 25 hours", async () => {
  const nowMs = Date.UTC(2026, 9, 24, 12, 34);
  vi.spyOn(Date, "now").mockReturnValue(nowMs);
  await providers.tellsJson(
    "open-meteo",
    openMeteoAnswer(nowMs, {}, () => ({ precipitation: 1 })),
  );
  const { days } = await read("Paris");
  const sums = days.map(({ date, precipitation }: Record<string, unknown>) => [
    date,
    precipitation,
  ]);
  expect(sums.slice(0, 3)).toEqual([
    ["2026-10-24", 24],
    ["2026-10-25", 25],
    ["2026-10-26", 24],
  ]);
  expect(days[1].sunrise).toContain("+01:00");
});

it.each([
  ["Lyonn", "Similar names: Lyon"],
  ["Atlantis", 'No place called "Atlantis" is known.'],
  ["91.0,0.5", "no point on earth"],
  ["France", "too large"],
  ["here", 'No place called "here"'],
])("says why there is no weather of %s", async (city, words) => {
  await expect(read(city)).rejects.toThrow(words);
});

it.each(["%E0%A4%A", ""])("is no address: %j", async (city) => {
  const uri = `weather://forecast/${city}`;
  const { body } = await modern("resources/read", { uri }, { fetch: app });
  expect(body.error).toMatchObject({ code: -32602, data: { uri } });
});

it("says the same to everybody, wherever they are", async () => {
  const inParis = {
    fetch: app,
    meta: { "openai/userLocation": { city: "Springfield", region: "Illinois", country: "US" } },
  };
  const { body } = await modern(
    "resources/read",
    { uri: "weather://forecast/Springfield" },
    inParis,
  );
  const [{ text }] = body.result!.contents as [{ text: string }];
  expect(JSON.parse(text).location.region).toBe("Missouri");
});

it("is not offered, and neither is the tool, where no provider is set", async () => {
  const fetch = appWith(catalog, { WEATHER_PROVIDERS: "" });
  const client = await connect("auto", fetch);
  const { tools } = await client.listTools();
  const { resourceTemplates } = await client.listResourceTemplates();
  await client.close();
  expect(tools.map(({ name }) => name)).not.toContain("get_weather");
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).not.toContain(TEMPLATE);
  const { body } = await modern("tools/call", { name: "get_weather" }, { fetch });
  expect(body.error).toBeDefined();
});

it("refuses to complete what there is not", async () => {
  for (const ref of [
    { type: "ref/resource", uri: "weather://nowhere/{city}" },
    { type: "ref/prompt", name: "nobody" },
  ]) {
    const argument = { name: "city", value: "P" };
    const { body } = await modern("completion/complete", { ref, argument }, { fetch: app });
    expect(body.error).toMatchObject({ code: -32602 });
  }
  const ref = { type: "ref/prompt", name: "whats_nearby" };
  const argument = { name: "what", value: "c" };
  const { body } = await modern("completion/complete", { ref, argument }, { fetch: app });
  expect(body.result).toMatchObject({ completion: { values: [] } });
});
