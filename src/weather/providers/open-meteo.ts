import * as z from "zod/v4";
import type { Config } from "../../config/config.ts";
import type { Point } from "../../geo/point.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../hours/calendar.ts";
import { askJson, freshUntil } from "../ask-json.ts";
import {
  ChangedShape,
  type Conditions,
  type Fetched,
  type Provider,
  type Report,
  type Step,
} from "../contract.ts";
import { knownCode } from "../words.ts";

const OWN_URL = "https://api.open-meteo.com";
const CUSTOMERS_URL = "https://customer-api.open-meteo.com";
const SECOND_MS = 1_000;

/** Of the free service alone (open-meteo.com/en/pricing). A request of at most 10 variables and two weeks is one call. */
const FREE_LIMITS = [
  { most: 600, windowMs: MINUTE_MS },
  { most: 5_000, windowMs: HOUR_MS },
  { most: 10_000, windowMs: DAY_MS },
];

/**
 * Hours, and in UTC: sums by days would be by one difference to UTC for all of them, wrong around the day on which the
 * clocks are changed (open-meteo/open-meteo#488, #1545). From yesterday on, because somewhere it is yesterday still.
 */
const QUERY = {
  current:
    "temperature_2m,apparent_temperature,relative_humidity_2m,weather_code,wind_speed_10m,wind_direction_10m",
  hourly: "temperature_2m,precipitation,weather_code,wind_speed_10m",
  timeformat: "unixtime",
  past_days: "1",
  forecast_days: "8",
};

const seconds = z.int().transform((value) => value * SECOND_MS);
const perHour = z.array(z.number().nullable());
const code = z.number().transform(knownCode);

/** As documented at open-meteo.com/en/docs, in the units that it has by default. */
const Answer = z.object({
  current_units: z.object({
    temperature_2m: z.literal("°C"),
    wind_speed_10m: z.literal("km/h"),
  }),
  current: z.object({
    time: seconds,
    interval: seconds,
    temperature_2m: z.number(),
    apparent_temperature: z.number(),
    relative_humidity_2m: z.number(),
    weather_code: code,
    wind_speed_10m: z.number(),
    wind_direction_10m: z.number(),
  }),
  hourly_units: z.object({
    temperature_2m: z.literal("°C"),
    precipitation: z.literal("mm"),
    wind_speed_10m: z.literal("km/h"),
  }),
  hourly: z.object({
    time: z.array(seconds),
    temperature_2m: perHour,
    precipitation: perHour,
    weather_code: z.array(code.nullable()),
    wind_speed_10m: perHour,
  }),
});
type Answer = z.output<typeof Answer>;

export function openMeteo({
  openMeteoUrl,
  openMeteoKey,
}: Pick<Config, "openMeteoUrl" | "openMeteoKey">): Provider {
  const base = openMeteoKey && openMeteoUrl === OWN_URL ? CUSTOMERS_URL : openMeteoUrl;
  return {
    name: "open-meteo",
    limits: base === OWN_URL ? FREE_LIMITS : [],
    isSetUp: true,
    async ask({ latitude, longitude }: Point): Promise<Fetched> {
      const url = new URL(`${base}/v1/forecast`);
      const query = { latitude: String(latitude), longitude: String(longitude), ...QUERY };
      url.search = String(
        new URLSearchParams({ ...query, ...(openMeteoKey && { apikey: openMeteoKey }) }),
      );
      const { value } = await askJson(url, {}, Answer);
      if (!value) throw new ChangedShape("Nothing was known, and nothing is told");
      const { time, interval } = value.current;
      return {
        report: reportOf(value),
        freshUntilMs: freshUntil(time + interval),
        lastModified: undefined,
      };
    },
  };
}

function reportOf({ current, hourly }: Answer): Report {
  return {
    conditions: conditionsOf(current),
    steps: hourly.time.flatMap((_, nth) => stepOf(hourly, nth) ?? []),
  };
}

/** None, where a code is not known. */
function conditionsOf(current: Answer["current"]): Conditions[] {
  const code = current.weather_code;
  if (code === undefined) return [];
  return [
    {
      atMs: current.time,
      temperature: current.temperature_2m,
      feelsLike: current.apparent_temperature,
      humidity: current.relative_humidity_2m,
      wind: current.wind_speed_10m,
      windFrom: current.wind_direction_10m,
      code,
    },
  ];
}

/** Precipitation is that of the hour before. Where a model ends there are nulls; an hour that is odd is left out. */
function stepOf(hourly: Answer["hourly"], nth: number): Step | undefined {
  const [fromMs, toMs] = [hourly.time[nth], hourly.time[nth + 1]];
  const temperature = hourly.temperature_2m[nth];
  const precipitation = hourly.precipitation[nth + 1];
  const wind = hourly.wind_speed_10m[nth];
  const code = hourly.weather_code[nth];
  if (fromMs === undefined || toMs === undefined) return undefined;
  if (temperature == null || precipitation == null || wind == null || code == null)
    return undefined;
  return { fromMs, toMs, lowest: temperature, highest: temperature, precipitation, wind, code };
}
