import { describe, expect, it } from "vitest";
import { codeOfSymbol, knownCode, mostSevere, wordsOf } from "../../src/weather/words.ts";

/** What Open-Meteo documents (open-meteo.com/en/docs, "WMO Weather interpretation codes"), and what it is called here. */
const OPEN_METEO = {
  0: "clear sky",
  1: "mainly clear",
  2: "partly cloudy",
  3: "overcast",
  45: "fog",
  48: "rime fog",
  51: "light drizzle",
  53: "drizzle",
  55: "heavy drizzle",
  56: "light freezing drizzle",
  57: "heavy freezing drizzle",
  61: "light rain",
  63: "rain",
  65: "heavy rain",
  66: "light freezing rain",
  67: "heavy freezing rain",
  71: "light snow",
  73: "snow",
  75: "heavy snow",
  77: "snow grains",
  80: "light rain showers",
  81: "rain showers",
  82: "violent rain showers",
  85: "light snow showers",
  86: "heavy snow showers",
  95: "thunderstorm",
  96: "thunderstorm with light hail",
  99: "thunderstorm with heavy hail",
};

it.each(Object.entries(OPEN_METEO))("code %s is %s", (code, words) => {
  expect(wordsOf(knownCode(Number(code))!)).toBe(words);
});

it.each([
  ["heavy rain", 65, 80],
  ["heavy snow", 75, 80],
  ["heavy freezing rain", 67, 71],
  ["violent rain showers", 82, 83],
  ["rime fog", 48, 51],
  ["thunderstorm", 95, 67],
  ["light drizzle", 51, 3],
  ["heavy snow showers", 86, 73],
])("%s is the most severe of a day", (words, ...codes) => {
  expect(wordsOf(mostSevere(codes))).toBe(words);
  expect(wordsOf(mostSevere(codes.toReversed()))).toBe(words);
});

it.each([4, 50, 100, 105, -1, 61.5])("knows no code %d", (code) => {
  expect(knownCode(code)).toBeUndefined();
});

/** All that MET Norway documents (github.com/metno/weathericons, legend). */
const MET_NORWAY = {
  "clear sky": "clearsky",
  "mainly clear": "fair",
  "partly cloudy": "partlycloudy",
  overcast: "cloudy",
  fog: "fog",
  "light rain": "lightrain",
  rain: "rain",
  "heavy rain": "heavyrain",
  "light sleet": "lightsleet",
  sleet: "sleet",
  "heavy sleet": "heavysleet",
  "light snow": "lightsnow",
  snow: "snow",
  "heavy snow": "heavysnow",
  "light rain showers": "lightrainshowers",
  "rain showers": "rainshowers",
  "heavy rain showers": "heavyrainshowers",
  "light sleet showers": "lightsleetshowers",
  "sleet showers": "sleetshowers",
  "heavy sleet showers": "heavysleetshowers",
  "light snow showers": "lightsnowshowers",
  "snow showers": "snowshowers",
  "heavy snow showers": "heavysnowshowers",
  thunderstorm: `lightrainandthunder rainandthunder heavyrainandthunder
    lightrainshowersandthunder rainshowersandthunder heavyrainshowersandthunder`,
  "thunderstorm with sleet": `lightsleetandthunder sleetandthunder heavysleetandthunder
    lightssleetshowersandthunder sleetshowersandthunder heavysleetshowersandthunder`,
  "thunderstorm with snow": `lightsnowandthunder snowandthunder heavysnowandthunder
    lightssnowshowersandthunder snowshowersandthunder heavysnowshowersandthunder`,
};

describe.each(Object.entries(MET_NORWAY))("%s is what is called", (words, symbols) => {
  it.each(symbols.split(/\s+/))("%s, by day and by night", (symbol) => {
    for (const time of ["", "_day", "_night", "_polartwilight"]) {
      expect(wordsOf(codeOfSymbol(symbol + time)!)).toBe(words);
    }
  });
});

it.each(["", "hail", "constructor", "rain_noon", "lightfog", "drizzle_day"])(
  "knows no symbol %j",
  (symbol) => {
    expect(codeOfSymbol(symbol)).toBeUndefined();
  },
);
