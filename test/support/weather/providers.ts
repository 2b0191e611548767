import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { WeatherProviderName } from "../../../src/config/weather.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import { appWith } from "../app.ts";
import type { Fetch } from "../client.ts";
import type { SeenRequest, Told } from "../upstream-server.ts";
import { metNorwayAnswer, openMeteoAnswer } from "./answers.ts";
import { setUp } from "./settings.ts";

const PATHS: Readonly<Record<WeatherProviderName, string>> = {
  "open-meteo": "/v1/forecast",
  "met-norway": "/weatherapi/locationforecast/2.0/complete",
};

/** Providers of the weather, on a server of their own, with a station that asks them. */
export class WeatherProviders {
  readonly #name = crypto.randomUUID();
  readonly #url = `${inject("upstreamServer")}/told/${this.#name}`;

  /** Has a provider answer so from now on. */
  async tells(provider: WeatherProviderName, told: Told): Promise<void> {
    const body = JSON.stringify(told);
    await (await fetch(this.#url + PATHS[provider], { method: "PUT", body })).text();
  }

  /** Has a provider answer so, whole. */
  tellsJson(provider: WeatherProviderName, answer: object, headers = {}): Promise<void> {
    return this.tells(provider, { status: 200, headers, body: JSON.stringify(answer) });
  }

  /** Both are well. */
  async areWell(): Promise<void> {
    await this.tellsJson("open-meteo", openMeteoAnswer(Date.now()));
    await this.tellsJson("met-norway", metNorwayAnswer(Date.now()), {
      expires: new Date(Date.now() + 30 * 60_000).toUTCString(),
      "last-modified": new Date(Date.now() - 60_000).toUTCString(),
    });
  }

  /** What a provider was asked. */
  async asked(provider: WeatherProviderName): Promise<readonly SeenRequest[]> {
    return (await fetch(this.#url + PATHS[provider], { method: "POST" })).json();
  }

  /** The production app, whose station asks them. */
  app(settings: Readonly<Record<string, string>> = {}, served = catalog): Fetch {
    setUp(this.#name, {
      OPEN_METEO_URL: this.#url,
      MET_NORWAY_URL: this.#url,
      WEATHER_CONTACT: "ops@example.com",
      ...settings,
    });
    return appWith(served, { ...settings, WEATHER_STATION: { getByName: () => this.station } });
  }

  get station() {
    return env.WEATHER_STATION.getByName(this.#name);
  }
}
