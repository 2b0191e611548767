const THUNDERSTORM = 95;
const LAST_OF_TABLE = 99;
const SNOW_SHOWERS = 100;
const HEAVY_RAIN_SHOWERS = 101;
const HEAVY_SLEET = 102;
const HEAVY_SLEET_SHOWERS = 103;
const THUNDERSTORM_WITH_SLEET = 104;
const THUNDERSTORM_WITH_SNOW = 105;

/**
 * The weather in words, by codes of WMO table 4677 ("present weather reported from a manned station"): those that Open-Meteo
 * documents, and those of sleet, which MET Norway tells. Of sleet, of showers and of thunderstorms the table has one code for
 * several things that MET Norway tells apart: those have codes of ours, above 99, where the table ends. They stand here in the
 * order of severity, which is not that of the codes: what is dry, drizzle, light, usual and heavy weather, ice, and thunder.
 */
const WORDS: ReadonlyMap<number, string> = new Map([
  [0, "clear sky"],
  [1, "mainly clear"],
  [2, "partly cloudy"],
  [3, "overcast"],
  [45, "fog"],
  [51, "light drizzle"],
  // It makes roads icy.
  [48, "rime fog"],
  [53, "drizzle"],
  [77, "snow grains"],
  [55, "heavy drizzle"],
  [80, "light rain showers"],
  [61, "light rain"],
  [83, "light sleet showers"],
  [68, "light sleet"],
  [85, "light snow showers"],
  [71, "light snow"],
  [81, "rain showers"],
  [63, "rain"],
  [84, "sleet showers"],
  [69, "sleet"],
  [SNOW_SHOWERS, "snow showers"],
  [73, "snow"],
  [HEAVY_RAIN_SHOWERS, "heavy rain showers"],
  [65, "heavy rain"],
  [82, "violent rain showers"],
  [HEAVY_SLEET_SHOWERS, "heavy sleet showers"],
  [HEAVY_SLEET, "heavy sleet"],
  [86, "heavy snow showers"],
  [75, "heavy snow"],
  [56, "light freezing drizzle"],
  [66, "light freezing rain"],
  [57, "heavy freezing drizzle"],
  [67, "heavy freezing rain"],
  [THUNDERSTORM, "thunderstorm"],
  [THUNDERSTORM_WITH_SLEET, "thunderstorm with sleet"],
  [THUNDERSTORM_WITH_SNOW, "thunderstorm with snow"],
  [96, "thunderstorm with light hail"],
  [99, "thunderstorm with heavy hail"],
]);
const BY_SEVERITY = [...WORDS.keys()];

/** The most severe of some codes that are known. */
export function mostSevere(codes: readonly number[]): number {
  return BY_SEVERITY.findLast((code) => codes.includes(code))!;
}

/** The words of a code that is known. */
export function wordsOf(code: number): string {
  return WORDS.get(code)!;
}

/** The code of a provider that tells the table's, if it has words here. */
export function knownCode(code: number): number | undefined {
  return code <= LAST_OF_TABLE && WORDS.has(code) ? code : undefined;
}

/** The sky in MET Norway's symbol codes (github.com/metno/weathericons). */
const SKY: ReadonlyMap<string, number> = new Map([
  ["clearsky", 0],
  ["fair", 1],
  ["partlycloudy", 2],
  ["cloudy", 3],
  ["fog", 45],
]);

/** What falls in them, with the codes of little, usual and much of it. */
const FALLING: ReadonlyMap<string, readonly [number, number, number]> = new Map([
  ["rain", [61, 63, 65]],
  ["rainshowers", [80, 81, HEAVY_RAIN_SHOWERS]],
  ["sleet", [68, 69, HEAVY_SLEET]],
  ["sleetshowers", [83, 84, HEAVY_SLEET_SHOWERS]],
  ["snow", [71, 73, 75]],
  ["snowshowers", [85, SNOW_SHOWERS, 86]],
]);

/** What falls in a thunderstorm. */
const THUNDER: Readonly<Record<string, number>> = {
  rain: THUNDERSTORM,
  sleet: THUNDERSTORM_WITH_SLEET,
  snow: THUNDERSTORM_WITH_SNOW,
};

/** Two of them are documented with a letter too many: "lightssleetshowersandthunder". */
const SYMBOL = /^(light|heavy)?s?((rain|sleet|snow)(?:showers)?)(andthunder)?$/;

/** The code of a symbol of MET Norway ("lightrainshowers_day"); undefined for one that is not documented. */
export function codeOfSymbol(symbol: string): number | undefined {
  const weather = symbol.replace(/_(?:day|night|polartwilight)$/, "");
  const sky = SKY.get(weather);
  if (sky !== undefined) return sky;
  const [, amount, falling = "", kind = "", thunder] = SYMBOL.exec(weather) ?? [];
  const codes = FALLING.get(falling);
  if (!codes) return undefined;
  if (thunder) return THUNDER[kind];
  return codes[amount === "light" ? 0 : amount === "heavy" ? 2 : 1];
}
