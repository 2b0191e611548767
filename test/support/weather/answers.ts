const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** What Open-Meteo says of an hour, and of now. */
export interface OpenMeteoHour {
  readonly temperature: number | null;
  /** Of the hour before. */
  readonly precipitation: number | null;
  readonly code: number | null;
  readonly wind: number | null;
}

const MILD: OpenMeteoHour = { temperature: 12.3, precipitation: 0, code: 2, wind: 10 };

/**
 * An answer of Open-Meteo's as it documents them, to the query that is asked of it: `timeformat=unixtime`, from the
 * beginning of yesterday in UTC on for nine days.
 *
 * @param hourOf what is so at an hour; of all that it leaves out it is mild
 */
export function openMeteoAnswer(
  nowMs: number,
  current: Readonly<Record<string, unknown>> = {},
  hourOf: (atMs: number) => Partial<OpenMeteoHour> = () => ({}),
) {
  const now = Math.floor(nowMs / 1_000);
  const first = (Math.floor(now / DAY_SECONDS) - 1) * DAY_SECONDS;
  const time = Array.from({ length: 9 * 24 }, (_, hour) => first + hour * HOUR_SECONDS);
  const hours = time.map((at) => ({ ...MILD, ...hourOf(at * 1_000) }));
  return {
    latitude: 48.86,
    longitude: 2.35,
    generationtime_ms: 0.21,
    utc_offset_seconds: 0,
    timezone: "GMT",
    timezone_abbreviation: "GMT",
    elevation: 38,
    current_units: {
      time: "unixtime",
      interval: "seconds",
      temperature_2m: "°C",
      apparent_temperature: "°C",
      relative_humidity_2m: "%",
      weather_code: "wmo code",
      wind_speed_10m: "km/h",
      wind_direction_10m: "°",
    },
    current: {
      time: Math.floor(now / 900) * 900,
      interval: 900,
      temperature_2m: 12.3,
      apparent_temperature: 10.1,
      relative_humidity_2m: 81,
      weather_code: 61,
      wind_speed_10m: 16.1,
      wind_direction_10m: 226,
      ...current,
    },
    hourly_units: {
      time: "unixtime",
      temperature_2m: "°C",
      precipitation: "mm",
      weather_code: "wmo code",
      wind_speed_10m: "km/h",
    },
    hourly: {
      time,
      temperature_2m: hours.map(({ temperature }) => temperature),
      precipitation: hours.map(({ precipitation }) => precipitation),
      weather_code: hours.map(({ code }) => code),
      wind_speed_10m: hours.map(({ wind }) => wind),
    },
  };
}

/** How many hours MET Norway tells singly; six at a time follow them. */
const SINGLE_HOURS = 60;
const SIX_HOURS = 30;

export interface MetNorwayStep {
  readonly temperature: number;
  readonly symbol: string;
  readonly precipitation: number;
}

/** An answer of MET Norway's Locationforecast 2.0, complete, as it documents them. */
export function metNorwayAnswer(
  nowMs: number,
  stepOf: (atMs: number) => Partial<MetNorwayStep> = () => ({}),
) {
  const hourMs = HOUR_SECONDS * 1_000;
  const first = Math.floor(nowMs / hourMs) * hourMs;
  const boundary = Math.ceil((first + SINGLE_HOURS * hourMs) / (6 * hourMs)) * 6 * hourMs;
  const singles = Array.from({ length: (boundary - first) / hourMs }, (_, n) => first + n * hourMs);
  const sixes = Array.from({ length: SIX_HOURS }, (_, n) => boundary + n * 6 * hourMs);
  const entryOf = (atMs: number, next: "next_1_hours" | "next_6_hours") => {
    const { temperature, symbol, precipitation } = {
      ...{ temperature: 7.5, symbol: "partlycloudy_day", precipitation: 0 },
      ...stepOf(atMs),
    };
    const range = { air_temperature_max: temperature + 2, air_temperature_min: temperature - 2 };
    return {
      time: new Date(atMs).toISOString().replace(".000", ""),
      data: {
        instant: {
          details: {
            air_pressure_at_sea_level: 1010.8,
            air_temperature: temperature,
            cloud_area_fraction: 50,
            relative_humidity: 75.3,
            wind_from_direction: 251,
            wind_speed: 5,
          },
        },
        [next]: {
          summary: { symbol_code: symbol },
          details: {
            precipitation_amount: precipitation,
            ...(next === "next_6_hours" && range),
          },
        },
      },
    };
  };
  const last = entryOf(sixes.at(-1)! + 6 * hourMs, "next_6_hours");
  return {
    type: "Feature",
    geometry: { type: "Point", coordinates: [2.35, 48.86, 38] },
    properties: {
      meta: {
        updated_at: new Date(nowMs).toISOString(),
        units: {
          air_pressure_at_sea_level: "hPa",
          air_temperature: "celsius",
          cloud_area_fraction: "%",
          precipitation_amount: "mm",
          relative_humidity: "%",
          wind_from_direction: "degrees",
          wind_speed: "m/s",
        },
      },
      timeseries: [
        ...singles.map((atMs) => entryOf(atMs, "next_1_hours")),
        ...sixes.map((atMs) => entryOf(atMs, "next_6_hours")),
        // Of the end of the last time only how it is then is told.
        { time: last.time, data: { instant: last.data.instant } },
      ],
    },
  };
}
