import { completeTown } from "../gazetteer/complete.ts";
import type { Location } from "../location/location.ts";
import { defineResource } from "../mcp/define.ts";
import { tenths } from "../text/numbers.ts";
import type { Day } from "../weather/days.ts";
import { dateOf, localTime } from "../weather/local-time.ts";
import { sunOf } from "../weather/sun.ts";
import { wordsOf } from "../weather/words.ts";

export default defineResource({
  name: "forecast",
  uri: "weather://forecast/{city}",
  title: "Weather forecast",
  description:
    "The weather of seven days, with sunrise and sunset, by the clocks there. Of a city, for example weather://forecast/Lyon, or of a point: weather://forecast/45.76,4.84.",
  mimeType: "application/json",
  scope: "places:read",
  isOffered: ({ weatherProviders }) => weatherProviders.length > 0,
  // Whoever reads it cannot be asked which city is meant, and it says the same to everybody, wherever they are.
  async read({ city = "" }, { here, weather, tasks }, caller) {
    const { location, others } = await here.named(city);
    const { days, provider, credit, ageMinutes } = await weather.forecast(
      location,
      location.timezone,
      tasks.askerOf(caller),
    );
    return JSON.stringify({
      location,
      ...(others.length > 0 && { other_places_of_that_name: others }),
      units: { temperature: "°C", precipitation: "mm", wind: "km/h" },
      days: days.map((day) => viewDay(day, location)),
      provider,
      attribution: credit,
      ...(ageMinutes !== undefined && { age_minutes: ageMinutes }),
    });
  },
  complete: { city: (typed, { places }) => completeTown(places, typed) },
});

function viewDay({ day, ...weather }: Day, location: Location) {
  return {
    date: dateOf(day),
    weather: wordsOf(weather.code),
    lowest: tenths(weather.lowest),
    highest: tenths(weather.highest),
    precipitation: tenths(weather.precipitation),
    wind: tenths(weather.wind),
    ...(weather.isRest && { from: localTime(weather.fromMs, location.timezone) }),
    ...viewSun(day, location),
  };
}

function viewSun(day: number, location: Location) {
  const sun = sunOf(day, location, location.timezone);
  if (sun.all) return { sunrise: null, sunset: null, sun: `${sun.all} all day` };
  return {
    sunrise: localTime(sun.sunriseMs, location.timezone),
    sunset: localTime(sun.sunsetMs, location.timezone),
  };
}
