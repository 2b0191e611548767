import * as z from "zod/v4";
import { compassOf } from "../geo/compass.ts";
import { LocationInput } from "../location/input.ts";
import { Location } from "../location/location.ts";
import { defineTool } from "../mcp/define.ts";
import { tenths } from "../text/numbers.ts";
import { localTime } from "../weather/local-time.ts";
import type { Current } from "../weather/weather.ts";

const UNITS = ["celsius", "fahrenheit"] as const;
type Units = (typeof UNITS)[number];

const what = z.strictObject({
  units: z
    .enum(UNITS)
    .optional()
    .meta({ default: "celsius" })
    .describe("fahrenheit: also wind in mph"),
});

const input = z.strictObject({
  city: z
    .string()
    .max(200)
    .optional()
    .describe("If not where the user is: as near of get_nearby_data"),
  latitude: z.number().min(-90).max(90).optional().describe("With longitude, instead of city"),
  longitude: z.number().min(-180).max(180).optional().describe("With latitude"),
  session: LocationInput.shape.session,
  ...what.shape,
});
type Asked = Partial<z.output<typeof input>>;

const output = z.object({
  location: Location.describe("As in get_nearby_data"),
  units: z.enum(UNITS),
  temperature: z.number(),
  feels_like: z.number(),
  humidity: z.number().describe("Per cent"),
  precipitation_mm: z.number().describe("In an hour"),
  wind: z.number(),
  wind_unit: z.enum(["km/h", "mph"]),
  wind_from: z.string(),
  weather: z.string().describe("In words"),
  is_day: z.boolean(),
  observed_at: z.string(),
  local_time: z.string().describe("There, now"),
  today: z
    .object({
      lowest: z.number(),
      highest: z.number(),
      from: z.string().optional().describe("If only the rest of it is known"),
    })
    .optional(),
  provider: z.string(),
  attribution: z.string().describe("Show it"),
  age_minutes: z.int().optional().describe("Of an older report: no provider answers"),
});
type Output = z.infer<typeof output>;

const DESCRIPTION =
  "Tells the weather now, and today's range. The answer's location is the point that was used and how it is known: tell the user.";

export default defineTool({
  name: "get_weather",
  title: "Get the weather",
  description: `${DESCRIPTION} The forecast is the resource weather://forecast/{city}.`,
  input,
  output,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  scope: "places:read",
  isOffered: ({ weatherProviders }) => weatherProviders.length > 0,
  variants: {
    hostLocated: { description: `${DESCRIPTION} The app tells where the user is.`, input: what },
  },

  async run({ city, units = "celsius", ...asked }: Asked, { here, weather, tasks }, caller) {
    const location = await here.locate({ ...asked, near: city }, caller, AS_CITY);
    const { timezone } = location;
    const current = await weather.current(location, timezone, tasks.askerOf(caller));
    return { location, ...present(current, units, timezone) };
  },

  summarize(answer) {
    const { location, today, units, age_minutes: age } = answer;
    const degrees = units === "celsius" ? "°C" : "°F";
    const point = `${location.latitude}, ${location.longitude}`;
    const where = location.label === point ? point : `${location.label} (${point})`;
    return [
      `${where}: ${answer.weather}, ${answer.temperature} ${degrees}, feels like ${answer.feels_like} ${degrees}. Humidity ${answer.humidity} %, precipitation ${answer.precipitation_mm} mm/h, wind ${answer.wind} ${answer.wind_unit} from the ${answer.wind_from}. It is ${answer.is_day ? "day" : "night"}, ${answer.local_time}; this is of ${answer.observed_at}.`,
      ...(today
        ? [
            `${today.from ? `From ${today.from} on` : "Today"}: ${today.lowest} to ${today.highest} ${degrees}.`,
          ]
        : []),
      ...(age === undefined
        ? []
        : [`Note: no provider answers; this is what was told ${age} minutes ago.`]),
      ...(location.note ? [`Note: ${location.note}`] : []),
      answer.attribution,
    ].join("\n");
  },
});

const AS_CITY = { argument: "city", mustFit: true };

function present(current: Current, units: Units, timeZone: string): Omit<Output, "location"> {
  const isMetric = units === "celsius";
  const degrees = (celsius: number) => tenths(isMetric ? celsius : celsius * 1.8 + 32);
  const { today, ageMinutes } = current;
  return {
    units,
    temperature: degrees(current.temperature),
    feels_like: degrees(current.feelsLike),
    humidity: Math.round(current.humidity),
    precipitation_mm: tenths(current.precipitation),
    wind: tenths(isMetric ? current.wind : current.wind / KMH_OF_MPH),
    wind_unit: isMetric ? "km/h" : "mph",
    wind_from: compassOf(current.windFrom),
    weather: current.words,
    is_day: current.isDay,
    observed_at: localTime(current.atMs, timeZone),
    local_time: localTime(Date.now(), timeZone),
    ...(today && {
      today: {
        lowest: degrees(today.lowest),
        highest: degrees(today.highest),
        ...(today.isRest && { from: localTime(today.fromMs, timeZone) }),
      },
    }),
    provider: current.provider,
    attribution: current.credit,
    ...(ageMinutes !== undefined && { age_minutes: ageMinutes }),
  };
}

const KMH_OF_MPH = 1.609344;
