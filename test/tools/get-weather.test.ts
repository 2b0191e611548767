import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type * as z from "zod";
import type getWeather from "../../src/tools/get-weather.ts";
import { connect, type Era, type Fetch } from "../support/client.ts";
import { openMeteoAnswer } from "../support/weather/answers.ts";
import { WeatherProviders } from "../support/weather/providers.ts";
import { CITIES, loadWorld } from "../support/world.ts";

beforeAll(() => loadWorld());

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
      attribution: "Weather data by Open-Meteo.com (CC BY 4.0): https://open-meteo.com/",
    });
    expect(text).toMatch(
      /^Lyon, Auvergne-Rhône-Alpes, FR \(.*\): light rain, 12.3 °C, feels like 10.1 °C\./,
    );
    expect(text).toContain("https://open-meteo.com/");
  });
});

it("tells a provider no more than a kilometre, and no caller", async () => {
  const { latitude, longitude } = CITIES.lyon;
  await ask({ latitude, longitude });
  const [{ url, headers }, ...more] = (await providers.asked("open-meteo")) as [
    { url: string; headers: object },
  ];
  expect(more).toEqual([]);
  const query = new URL(url, "http://localhost").searchParams;
  expect([query.get("latitude"), query.get("longitude")]).toEqual(["45.75", "4.85"]);
  expect(Object.keys(headers).toSorted()).toEqual(
    expect.not.arrayContaining(["cf-connecting-ip", "authorization", "cookie"]),
  );
});

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
