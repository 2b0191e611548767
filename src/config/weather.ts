import { BadValue, itemsOf } from "./values.ts";

/** Who can be asked for the weather. */
export const WEATHER_PROVIDERS = ["open-meteo", "met-norway"] as const;
export type WeatherProviderName = (typeof WEATHER_PROVIDERS)[number];

/** Their names in the order in which they are asked, each once. */
export function weatherProviders(text: string): readonly WeatherProviderName[] {
  const names = itemsOf(text).map((item) => {
    const name = WEATHER_PROVIDERS.find((known) => known === item);
    if (name) return name;
    throw new BadValue(`has "${item}", which is none of ${WEATHER_PROVIDERS.join(", ")}`);
  });
  return [...new Set(names)];
}

const MAIL_ADDRESS = /^[!-~]+@[!-~]+\.[!-~]+$/;
const PAGE = /^https:\/\/[!-~]+$/;

/** Where a provider reaches the operator: it stands in a header. Undefined where there is none. */
export function contact(text: string): string | undefined {
  if (text === "") return undefined;
  if (text.length <= 200 && (MAIL_ADDRESS.test(text) || PAGE.test(text))) return text;
  throw new BadValue("must be like ops@example.com or https://example.com/contact");
}
