import * as z from "zod/v4";
import type { Config } from "../../config/config.ts";
import type { Point } from "../../geo/point.ts";
import { HOUR_MS } from "../../hours/calendar.ts";
import { version } from "../../version.ts";
import { askJson, freshUntil } from "../ask-json.ts";
import {
  ChangedShape,
  type Conditions,
  type Provider,
  type Report,
  type Step,
} from "../contract.ts";
import { codeOfSymbol } from "../words.ts";

const KMH_OF_MS = 3.6;

/** Who wants to ask more often is to talk to them before (api.met.no/doc/TermsOfService). */
const LIMITS = [{ most: 20, windowMs: 1_000 }];

const Next = z.object({
  summary: z.object({ symbol_code: z.string().transform(codeOfSymbol) }),
  details: z.object({
    precipitation_amount: z.number().optional(),
    air_temperature_min: z.number().optional(),
    air_temperature_max: z.number().optional(),
  }),
});

/** As documented at docs.api.met.no/doc/locationforecast/datamodel, in the units that it always has. */
const Answer = z.object({
  properties: z.object({
    meta: z.object({
      units: z.object({
        air_temperature: z.literal("celsius"),
        precipitation_amount: z.literal("mm"),
        wind_speed: z.literal("m/s"),
      }),
    }),
    timeseries: z.array(
      z.object({
        time: z.iso.datetime().transform((text) => Date.parse(text)),
        data: z.object({
          instant: z.object({
            details: z.object({
              air_temperature: z.number(),
              relative_humidity: z.number(),
              wind_speed: z.number(),
              wind_from_direction: z.number(),
            }),
          }),
          next_1_hours: Next.optional(),
          next_6_hours: Next.optional(),
        }),
      }),
    ),
  }),
});
type Entry = z.output<typeof Answer>["properties"]["timeseries"][number];

export function metNorway({
  metNorwayUrl,
  weatherContact,
}: Pick<Config, "metNorwayUrl" | "weatherContact">): Provider {
  return {
    name: "met-norway",
    limits: LIMITS,
    isSetUp: weatherContact !== undefined,
    async ask({ latitude, longitude }: Point, lastModified: string | undefined) {
      // The compact one has no extremes of six hours.
      const url = new URL(`${metNorwayUrl}/weatherapi/locationforecast/2.0/complete`);
      url.search = String(new URLSearchParams({ lat: String(latitude), lon: String(longitude) }));
      const { status, headers, value } = await askJson(
        url,
        {
          // Without a contact the answer is 403.
          "user-agent": `hereabouts/${version} ${weatherContact}`,
          ...(lastModified && { "if-modified-since": lastModified }),
        },
        Answer,
      );
      const freshUntilMs = freshUntil(Date.parse(headers.get("expires") ?? ""));
      if (!value && !lastModified) throw new ChangedShape("Nothing was known, and nothing is told");
      if (!value) return { freshUntilMs };
      return {
        report: reportOf(value.properties.timeseries),
        freshUntilMs,
        lastModified: headers.get("last-modified") ?? undefined,
        isDeprecated: status === 203,
      };
    },
  };
}

/** Each entry tells of the time until the next: hours at first, six hours later on. One that is odd is left out. */
function reportOf(entries: readonly Entry[]): Report {
  return {
    conditions: entries.flatMap((entry) => conditionsOf(entry) ?? []),
    steps: entries.flatMap((entry) => stepOf(entry) ?? []),
  };
}

function conditionsOf({ time, data }: Entry): Conditions | undefined {
  const code = data.next_1_hours?.summary.symbol_code;
  if (code === undefined) return undefined;
  const {
    air_temperature: temperature,
    relative_humidity: humidity,
    ...wind
  } = data.instant.details;
  return {
    atMs: time,
    temperature,
    feelsLike: feltTemperature(temperature, humidity, wind.wind_speed),
    humidity,
    wind: wind.wind_speed * KMH_OF_MS,
    windFrom: wind.wind_from_direction,
    code,
  };
}

function stepOf({ time, data }: Entry): Step | undefined {
  const next = data.next_1_hours ?? data.next_6_hours;
  if (!next) return undefined;
  const { air_temperature: temperature, wind_speed } = data.instant.details;
  const { precipitation_amount: precipitation, ...range } = next.details;
  const code = next.summary.symbol_code;
  if (precipitation === undefined || code === undefined) return undefined;
  return {
    fromMs: time,
    toMs: time + (data.next_1_hours ? 1 : 6) * HOUR_MS,
    lowest: range.air_temperature_min ?? temperature,
    highest: range.air_temperature_max ?? temperature,
    precipitation,
    wind: wind_speed * KMH_OF_MS,
    code,
  };
}

/**
 * The apparent temperature in the shade, which Open-Meteo tells, too, with the sun: R. G. Steadman, Norms of apparent
 * temperature in Australia, Australian Meteorological Magazine 43 (1994).
 *
 * @param temperature °C
 * @param humidity per cent
 * @param wind m/s, at 10 m
 */
function feltTemperature(temperature: number, humidity: number, wind: number): number {
  const vapourHpa =
    (humidity / 100) * 6.105 * Math.exp((17.27 * temperature) / (237.7 + temperature));
  return temperature + 0.33 * vapourHpa - 0.7 * wind - 4;
}
