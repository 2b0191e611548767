import type { Config } from "../config/config.ts";
import type { WeatherProviderName } from "../config/weather.ts";
import type { Provider } from "./contract.ts";
import { metNorway } from "./providers/met-norway.ts";
import { openMeteo } from "./providers/open-meteo.ts";

/** Both have it; it wants a link, and to be told that the data were changed. */
const LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/; summed up here";

/** Every provider there is, with what its licence wants told with each answer. */
export const PROVIDERS: Readonly<
  Record<
    WeatherProviderName,
    { readonly title: string; readonly credit: string; open(config: Config): Provider }
  >
> = {
  "open-meteo": {
    title: "Open-Meteo",
    credit: `Weather data by Open-Meteo.com, https://open-meteo.com/ (${LICENCE})`,
    open: openMeteo,
  },
  "met-norway": {
    title: "MET Norway",
    credit: `Weather data from MET Norway, https://api.met.no/ (${LICENCE})`,
    open: metNorway,
  },
};

/** Those that are asked, in this order. */
export function openProviders(config: Config): readonly Provider[] {
  return config.weatherProviders.map((name) => PROVIDERS[name].open(config));
}
