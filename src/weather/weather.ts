import { Busy } from "../errors.ts";
import type { Point } from "../geo/point.ts";
import { logLine } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import { objectCall, Patience } from "../stores/patience.ts";
import type { Conditions, Step } from "./contract.ts";
import { type Day, daysOf } from "./days.ts";
import { localDay } from "./local-time.ts";
import { PROVIDERS } from "./providers.ts";
import type { Failure, Known, Told, WeatherStation } from "./station.ts";
import { isDay } from "./sun.ts";
import { wordsOf } from "./words.ts";

const FORECAST_DAYS = 7;
/** Two providers may take 3 s each, and callers wait for 9. */
const STATION_PATIENCE_MS = 8_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const RETRY_MS = 2 * MINUTE_MS;
const THE_STATION = "all";

/** To be read after the provider's name. */
const WHY: Readonly<Record<Failure, string>> = {
  unreachable: "does not answer",
  refused: "refuses to answer",
  changed: "answers in another form than it used to",
  limited: "may not be asked so often",
  not_set_up:
    "is not asked, because whoever runs this server has not set WEATHER_CONTACT, where it wants to reach them",
};

/** Whose data an answer is. */
export interface Source {
  readonly provider: string;
  /** As the provider's licence wants it, with a link. */
  readonly credit: string;
  /** Of a report that no longer holds; undefined of any other. */
  readonly ageMinutes: number | undefined;
}

/** The weather at a point now. Units as in contract.ts. */
export interface Current extends Omit<Conditions, "code">, Source {
  readonly words: string;
  readonly isDay: boolean;
  /** What falls in an hour. */
  readonly precipitation: number;
  /** Undefined where the provider does not tell of today. */
  readonly today: Day | undefined;
}

export interface Forecast extends Source {
  /** From today on. */
  readonly days: readonly Day[];
}

/** The weather, as the providers tell it, for tools and resources. */
export class Weather {
  readonly #stations: DurableObjectNamespace<WeatherStation>;
  readonly #metrics: Pick<Metrics, "count">;
  readonly #patience: Patience;

  constructor(stations: DurableObjectNamespace<WeatherStation>, metrics: Pick<Metrics, "count">) {
    this.#stations = stations;
    this.#metrics = metrics;
    this.#patience = new Patience(metrics);
  }

  /**
   * @param timeZone of the point, which says when today begins and ends
   * @throws Busy with the reason of each provider, if none has answered and nothing is kept
   */
  async current(point: Point, timeZone: string): Promise<Current> {
    const { report, ...known } = await this.#tell(point);
    const nowMs = Date.now();
    const { code, ...conditions } =
      report.conditions.findLast(({ atMs }) => atMs <= nowMs) ?? report.conditions[0]!;
    const step = report.steps.find(({ toMs }) => nowMs < toMs);
    const [today] = daysOf(report.steps, localDay(nowMs, timeZone), 1, timeZone);
    // What is so now is known better than what the hour was forecast to be.
    const isOfToday = localDay(conditions.atMs, timeZone) === today?.day;
    const { temperature } = conditions;
    return {
      ...conditions,
      words: wordsOf(code),
      isDay: isDay(nowMs, point),
      precipitation: step ? inAnHour(step) : 0,
      today: today && isOfToday ? widened(today, temperature) : today,
      ...sourceOf(known, nowMs),
    };
  }

  /**
   * @param timeZone of the point, which says when days begin and end
   * @throws as current
   */
  async forecast(point: Point, timeZone: string): Promise<Forecast> {
    const { report, ...known } = await this.#tell(point);
    const nowMs = Date.now();
    const days = daysOf(report.steps, localDay(nowMs, timeZone), FORECAST_DAYS, timeZone);
    return { days, ...sourceOf(known, nowMs) };
  }

  async #tell(point: Point): Promise<Known> {
    const told: Told = await this.#patience.call(
      objectCall("weather", true, STATION_PATIENCE_MS),
      () => this.#stations.getByName(THE_STATION).tell(roundedPoint(point)),
    );
    this.#count(told);
    if (told.known) return told.known;
    const reasons = told.failures.map(({ provider, why }) => {
      return `${PROVIDERS[provider].title} ${WHY[why]}`;
    });
    throw new Busy(
      `The weather is not known at the moment: ${reasons.join("; ")}. Try again in a few minutes; all that needs no weather works as ever.`,
      RETRY_MS,
    );
  }

  #count({ known, asked }: Told): void {
    for (const { provider, outcome } of asked) {
      this.#metrics.count("hereabouts_weather_requests_total", { provider, outcome });
      if (outcome !== "ok" && outcome !== "not_modified") logLine("weather", { provider, outcome });
    }
    const fresh = asked.length > 0 ? "provider" : "kept";
    const from = known ? (known.isFresh ? fresh : "stale") : "nowhere";
    this.#metrics.count("hereabouts_weather_answers_total", { from });
  }
}

/** What may leave: 0.01° is a kilometre. Each point has one name, at the poles and on both sides of ±180°, too. */
function roundedPoint({ latitude, longitude }: Point): Point {
  const rounded = { latitude: hundredths(latitude), longitude: hundredths(longitude) };
  if (Math.abs(rounded.latitude) === 90) return { ...rounded, longitude: 0 };
  return rounded.longitude === 180 ? { ...rounded, longitude: -180 } : rounded;
}

/** Never minus zero. */
const hundredths = (degrees: number): number => Math.round(degrees * 100) / 100 + 0;

function widened(day: Day, temperature: number): Day {
  const lowest = Math.min(day.lowest, temperature);
  return { ...day, lowest, highest: Math.max(day.highest, temperature) };
}

function inAnHour({ precipitation, fromMs, toMs }: Step): number {
  return (precipitation * HOUR_MS) / (toMs - fromMs);
}

function sourceOf(
  { provider, fetchedAtMs, isFresh }: Omit<Known, "report">,
  nowMs: number,
): Source {
  const { title, credit } = PROVIDERS[provider];
  const ageMinutes = isFresh ? undefined : Math.round((nowMs - fetchedAtMs) / MINUTE_MS);
  return { provider: title, credit, ageMinutes };
}
