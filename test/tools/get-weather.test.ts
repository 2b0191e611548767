import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type * as z from "zod/v4";
import { chatgptCatalog } from "../../src/mcp/catalog.ts";
import type getWeather from "../../src/tools/get-weather.ts";
import { POLICY } from "../../src/weather/ask-json.ts";
import { connect, type Era, type Fetch } from "../support/client.ts";
import { openMeteoAnswer } from "../support/weather/answers.ts";
import { WeatherProviders } from "../support/weather/providers.ts";
import { CITIES, loadWorld } from "../support/world.ts";

beforeAll(() => loadWorld());
const usual = { ...POLICY };
afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(POLICY, usual);
});

let providers: WeatherProviders;
let app: Fetch;
beforeEach(async () => {
  providers = new WeatherProviders();
  await providers.areWell();
  app = providers.app();
});

type Answer = z.infer<typeof getWeather.output> & { readonly text: string };

async function ask(
  args: Readonly<Record<string, unknown>> = {},
  { era = "auto", fetch = app }: { era?: Era; fetch?: Fetch } = {},
): Promise<Answer> {
  const client = await connect(era, fetch);
  const result = await client.callTool({ name: "get_weather", arguments: args });
  await client.close();
  const text = (result.content as { text: string }[])[0]!.text;
  if (result.isError) throw new Error(text);
  return { ...(result.structuredContent as Answer), text };
}

describe.each(["auto", "legacy"] as const)("a client of the era %s", (era) => {
  it("gets the weather of a city", async () => {
    const { text, ...answer } = await ask({ city: "Lyon" }, { era });
    expect(answer).toEqual({
      location: expect.objectContaining({ city: "Lyon", country: "FR", source: "near" }),
      units: "celsius",
      temperature: 12.3,
      feels_like: 10.1,
      humidity: 81,
      precipitation_mm: 0,
      wind: 16.1,
      wind_unit: "km/h",
      wind_from: "southwest",
      weather: "light rain",
      is_day: expect.any(Boolean),
      observed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:(?:00|15|30|45)\+0[12]:00$/),
      local_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d\+0[12]:00$/),
      today: { lowest: 12.3, highest: 12.3 },
      provider: "Open-Meteo",
      attribution:
        "Weather data by Open-Meteo.com, https://open-meteo.com/ (CC BY 4.0, https://creativecommons.org/licenses/by/4.0/; summed up here)",
    });
    expect(text).toMatch(
      /^Lyon, Auvergne-Rhône-Alpes, FR \(.*\): light rain, 12.3 °C, feels like 10.1 °C\./,
    );
    expect(text).toContain("https://open-meteo.com/");
  });
});

it.each([
  ["open-meteo", "latitude", "longitude"],
  ["met-norway", "lat", "lon"],
] as const)(
  "tells a provider no more than a kilometre, and no caller: %s",
  async (name, ...names) => {
    app = providers.app({ WEATHER_PROVIDERS: name, WEATHER_CONTACT: "ops@example.com" });
    const secret = "hbk_not-to-be-told";
    const secrets = { cookie: `a=${secret}`, "x-forwarded-for": secret, "user-agent": secret };
    const fetch: Fetch = (request) => {
      for (const [header, value] of Object.entries(secrets)) request.headers.set(header, value);
      request.headers.set("cf-connecting-ip", "203.0.113.77");
      request.headers.set("traceparent", `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`);
      return app(request);
    };
    const { latitude, longitude } = CITIES.lyon;
    await ask({ latitude, longitude }, { fetch });
    const requests = await providers.asked(name);
    expect(requests).toHaveLength(1);
    const { url, headers } = requests[0]!;
    const query = new URL(url, "http://localhost").searchParams;
    expect(names.map((one) => query.get(one))).toEqual(["45.75", "4.85"]);
    for (const header of ["authorization", "cookie", "cf-connecting-ip", "x-forwarded-for"]) {
      expect(headers).not.toHaveProperty(header);
    }
    expect(JSON.stringify(headers)).not.toMatch(/hbk_|203\.0\.113|abab/);
  },
);

it("tells the same in Fahrenheit and miles, of the same report", async () => {
  await ask({ city: "Lyon" });
  expect(await ask({ city: "Lyon", units: "fahrenheit" })).toMatchObject({
    units: "fahrenheit",
    temperature: 54.1,
    feels_like: 50.2,
    wind: 10,
    wind_unit: "mph",
    today: { lowest: 54.1, highest: 54.1 },
  });
  expect(await providers.asked("open-meteo")).toHaveLength(1);
});

it("tells the range of the day by the clocks there", async () => {
  const answer = openMeteoAnswer(Date.now(), {}, (atMs) => ({
    temperature: new Date(atMs + 9 * 3_600_000).getUTCHours(),
  }));
  await providers.tellsJson("open-meteo", answer);
  expect((await ask({ city: "Tokyo" })).today).toEqual({ lowest: 0, highest: 23 });
});

it("tells no range of the day that what is now lies beyond", async () => {
  await providers.tellsJson("open-meteo", openMeteoAnswer(Date.now(), { temperature_2m: 40 }));
  expect((await ask({ city: "Lyon" })).today).toEqual({ lowest: 12.3, highest: 40 });
});

describe("where", () => {
  it("is where the caller is, as everywhere else", async () => {
    const client = await connect("auto", app);
    const _meta = { "openai/userLocation": { city: "Tokyo", country: "JP" } };
    const { structuredContent } = await client.callTool({ name: "get_weather", _meta });
    const set = await client.callTool({ name: "set_location", arguments: { place: "London" } });
    await client.close();
    expect(structuredContent).toMatchObject({ location: { city: "Tokyo", source: "host" } });
    const { session } = set.structuredContent as { session: string };
    expect((await ask({ session })).location).toMatchObject({
      city: "London",
      source: "remembered",
    });
  });

  it("is asked where nothing tells it, in words that name the argument", async () => {
    await expect(ask()).rejects.toThrow(/not known where the user is\..*call again with "city"/);
    const asked: string[] = [];
    const client = await connect("auto", app, (message) => {
      asked.push(message);
      return "Lyon";
    });
    const { structuredContent } = await client.callTool({ name: "get_weather" });
    await client.close();
    expect(asked).toEqual(["I do not know where you are. Where should I look?"]);
    expect(structuredContent).toMatchObject({ location: { city: "Lyon", source: "asked" } });
  });

  it("is asked where several cities have that name", async () => {
    await expect(ask({ city: "Springfield" })).rejects.toThrow(
      /several places called "Springfield": Springfield, Missouri, US.*call again with "city"/,
    );
    const client = await connect("auto", app, (_, choices) => {
      return choices!.find((choice) => choice.includes("Illinois"))!;
    });
    const args = { name: "get_weather", arguments: { city: "Springfield" } };
    const { structuredContent } = await client.callTool(args);
    await client.close();
    expect(structuredContent).toMatchObject({ location: { region: "Illinois", source: "asked" } });
  });

  it.each([
    [{ city: "Lyonn" }, "Similar names: Lyon"],
    [{ city: "Atlantis" }, 'No place called "Atlantis" is known.'],
    [{ city: "France" }, "too large"],
    [{ latitude: 91, longitude: 0 }, /latitude.*90/],
    [{ latitude: 45 }, '"longitude" is missing'],
    [{ city: "Lyon", units: "kelvin" }, /units.*celsius/],
    [
      { city: "Lyon", latitude: 51.5, longitude: -0.1 },
      /"Lyon" stands for Lyon.* 73\d km from the coordinates/,
    ],
    [
      { city: "Springfield", latitude: 51.5, longitude: -0.1 },
      /"Springfield" stands for several places, of which none is near the coordinates/,
    ],
  ])("is an error, and nobody is asked for the weather: %j", async (args, words) => {
    await expect(ask(args)).rejects.toThrow(words);
    expect(await providers.asked("open-meteo")).toEqual([]);
  });

  it("is the coordinates, where a city fits them, or means nothing", async () => {
    const { latitude, longitude } = CITIES.parisTexas;
    const near = { latitude: latitude + 0.1, longitude };
    const location = { ...near, country: "US", source: "arguments" };
    expect((await ask({ city: "Paris, Texas", ...near })).location).toMatchObject(location);
    const { latitude: illinois, longitude: west } = CITIES.springfieldIllinois;
    const one = await ask({ city: "Springfield", latitude: illinois, longitude: west });
    expect(one.location).toMatchObject({ latitude: illinois, longitude: west });
    expect(one.location).not.toHaveProperty("note");
    expect((await ask({ city: "here", ...near })).location).not.toHaveProperty("note");
    expect((await ask({ city: "Qwzxvb", ...near })).location.note).toContain(
      "the coordinates were taken",
    );
  });

  it.each([
    ["at sea", 0, -30, "0", "-30", "Etc/GMT+2"],
    ["at the North Pole", 90, 135.5, "90", "0", expect.any(String)],
    ["at the South Pole", -90, -77, "-90", "0", expect.any(String)],
    ["east of the date line", 0, -180, "0", "-180", expect.stringMatching(/^Etc\/GMT[+-]12$/)],
    ["west of it", 0, 180, "0", "-180", expect.any(String)],
    ["just west of it", -0.001, 179.9999, "0", "-180", expect.any(String)],
  ])("may be %s", async (_, latitude, longitude, askedLatitude, askedLongitude, timezone) => {
    const { location } = await ask({ latitude, longitude });
    expect(location).toMatchObject({ latitude, longitude, timezone });
    const [request] = await providers.asked("open-meteo");
    const { searchParams } = new URL(request!.url, "http://localhost");
    expect(searchParams.get("latitude")).toBe(askedLatitude);
    expect(searchParams.get("longitude")).toBe(askedLongitude);
  });
});

describe("when a provider does not answer", () => {
  const down = { status: 403 };

  it("tells what the other one says, and whose it is", async () => {
    const noonMs = Date.UTC(2026, 10, 30, 12, 34);
    vi.spyOn(Date, "now").mockReturnValue(noonMs);
    await providers.areWell();
    await providers.tells("open-meteo", down);
    const { text, ...answer } = await ask({ city: "Lyon" });
    expect(answer).toMatchObject({
      temperature: 7.5,
      wind: 18,
      wind_from: "west",
      weather: "partly cloudy",
      provider: "MET Norway",
      attribution:
        "Weather data from MET Norway, https://api.met.no/ (CC BY 4.0, https://creativecommons.org/licenses/by/4.0/; summed up here)",
      observed_at: "2026-11-30T13:00+01:00",
      local_time: "2026-11-30T13:34+01:00",
      is_day: true,
      today: { lowest: 7.5, highest: 7.5, from: "2026-11-30T13:00+01:00" },
    });
    expect(answer).not.toHaveProperty("age_minutes");
    expect(text).toContain("From 2026-11-30T13:00+01:00 on: 7.5 to 7.5 °C.");
  });

  it("tells what was known, and how old that is", async () => {
    const startMs = Date.now();
    const answer = openMeteoAnswer(startMs, {}, (atMs) => ({
      precipitation: atMs > startMs + 60 * 60_000 ? 3 : 0.5,
    }));
    await providers.tellsJson("open-meteo", answer);
    await ask({ city: "Lyon" });
    await providers.tells("open-meteo", down);
    await providers.tells("met-norway", down);
    const now = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => now() + 90 * 60_000);
    const { age_minutes, text, weather, precipitation_mm } = await ask({ city: "Lyon" });
    expect([age_minutes, weather, precipitation_mm]).toEqual([90, "light rain", 0.5]);
    expect(text).toContain("no provider answers; this is what was told 90 minutes ago");
  });

  it("says when it may be asked again, if that is hours away", async () => {
    const again = { status: 429, headers: { "retry-after": "3000" } };
    await providers.tells("open-meteo", again);
    await providers.tells("met-norway", again);
    await expect(ask({ city: "Lyon" })).rejects.toThrow(
      /Open-Meteo may not be asked so often; MET Norway may not be asked so often\. Try again in \d\d minutes/,
    );
  });

  it("says so where both hang", async () => {
    Object.assign(POLICY, { stallMs: 50 });
    for (const name of ["open-meteo", "met-norway"] as const) {
      await providers.tells(name, { isSilent: true });
    }
    await expect(ask({ city: "Lyon" })).rejects.toThrow(
      "The weather is not known at the moment: Open-Meteo does not answer; MET Norway does not answer. Try again in a few minutes; all that needs no weather works as ever.",
    );
  });

  it("says in words what failed, and the rest works", async () => {
    providers.app({ WEATHER_CONTACT: "" });
    await providers.tells("open-meteo", { status: 200, body: "{}" });
    const error = await ask({ city: "Lyon" }).catch((failed) => failed.message);
    expect(error).toMatch(
      /^The weather is not known at the moment: Open-Meteo answers in another form than it used to; MET Norway is not asked, .*WEATHER_CONTACT/,
    );
    const client = await connect("auto", app);
    const near = { name: "get_nearby_data", arguments: { near: "Lyon", query: "cafe" } };
    expect((await client.callTool(near)).isError).toBeFalsy();
    await client.close();
  });
});

it("logs nothing of where that is", async () => {
  const lines: string[] = [];
  for (const method of ["log", "error", "warn"] as const) {
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)));
  }
  const { latitude, longitude } = CITIES.lyon;
  await providers.tells("open-meteo", { status: 500 });
  await ask({ latitude, longitude });
  expect(lines.join()).toContain('"event":"weather"');
  expect(lines.join()).not.toMatch(/45[.,]7|4[.,]8[45]|Lyon/);
});

it("takes no place from hosts that tell the location themselves", async () => {
  const fetch = providers.app({}, chatgptCatalog);
  await expect(ask({ city: "Lyon" }, { fetch })).rejects.toThrow("city");
  const client = await connect("auto", fetch);
  const _meta = { "openai/userLocation": { city: "Tokyo", country: "JP" } };
  const { structuredContent } = await client.callTool({ name: "get_weather", _meta });
  await client.close();
  expect(structuredContent).toMatchObject({ location: { city: "Tokyo" } });
});
