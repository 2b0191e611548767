import { sha256Hex } from "../digest.ts";
import { Busy } from "../errors.ts";
import type { Point } from "../geo/point.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../hours/calendar.ts";
import { logLine } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import { objectCall, Patience } from "../stores/patience.ts";
import type { Conditions, Outcome, Step } from "./contract.ts";
import { type Day, daysOf } from "./days.ts";
import { localDay } from "./local-time.ts";
import { PROVIDERS } from "./providers.ts";
import type { Failure, Known, Told, WeatherStation } from "./station.ts";
import { isDay } from "./sun.ts";
import { wordsOf } from "./words.ts";

const FORECAST_DAYS = 7;
/**
 * Two providers are asked one after the other. Each may fail within 0.5 s, is asked again after 0.2 s, may let that wait for
 * 1 s until it is its turn, and then takes 2.25 s at most; callers wait for 9.
 */
const STATION_PATIENCE_MS = 8_000;
const RETRY_MS = 2 * MINUTE_MS;
const MOST_WAIT_MS = DAY_MS;
const THE_STATION = "all";

/** To be read after the provider's name. */
const WHY: Readonly<Record<Failure["why"], string>> = {
  unreachable: "does not answer",
  refused: "refuses to answer",
  changed: "answers in another form than it used to",
  limited: "may not be asked so often",
  resting: "has not answered several times, and is left alone for a moment",
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

/** Who wants to know. */
interface Asker {
  /** Who has a share of the new places. */
  readonly holder: string;
}

/** The weather at a point now. Units as in contract.ts. What falls is of the same instant as the conditions. */
export interface Current extends Omit<Conditions, "code">, Source {
  readonly words: string;
  /** Whether the sun is up now. */
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
  async current(point: Point, timeZone: string, asker: Asker): Promise<Current> {
    const { report, ...known } = await this.#tell(point, asker);
    const nowMs = Date.now();
    const { code, ...conditions } =
      report.conditions.findLast(({ atMs }) => atMs <= nowMs) ?? report.conditions[0]!;
    const step = report.steps.find(({ toMs }) => conditions.atMs < toMs);
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
  async forecast(point: Point, timeZone: string, asker: Asker): Promise<Forecast> {
    const { report, ...known } = await this.#tell(point, asker);
    const nowMs = Date.now();
    const days = daysOf(report.steps, localDay(nowMs, timeZone), FORECAST_DAYS, timeZone);
    return { days, ...sourceOf(known, nowMs) };
  }

  async #tell(point: Point, { holder }: Asker): Promise<Known> {
    // The station need not know addresses.
    const digest = await sha256Hex(holder, 16);
    const told: Told = await this.#patience.call(
      objectCall("weather", true, STATION_PATIENCE_MS),
      () => this.#stations.getByName(THE_STATION).tell(roundedPoint(point), digest),
    );
    this.#count(told);
    if (told.known) return told.known;
    throw whyNotKnown(told);
  }

  #count({ known, asked }: Told): void {
    for (const { provider, outcome } of asked) {
      this.#metrics.count("hereabouts_weather_requests_total", { provider, outcome });
      if (!SILENT.has(outcome)) logLine("weather", { provider, outcome });
    }
    const fresh = asked.length > 0 ? "provider" : "kept";
    const from = known ? (known.isFresh ? fresh : "stale") : "nowhere";
    this.#metrics.count("hereabouts_weather_answers_total", { from });
  }
}

/** What is as it should be, or follows from what has a line already. */
const SILENT: ReadonlySet<Outcome> = new Set(["ok", "not_modified", "limited", "resting"]);

function whyNotKnown({ failures, shareUsedUntilMs }: Told): Busy {
  const nowMs = Date.now();
  if (shareUsedUntilMs !== undefined) {
    const waitMs = shareUsedUntilMs - nowMs;
    return new Busy(
      `You have asked for the weather of many new places. Ask for others ${inWords(waitMs)}; places that were asked for a moment ago are still told.`,
      waitMs,
    );
  }
  const reasons = failures.map(({ provider, why }) => `${PROVIDERS[provider].title} ${WHY[why]}`);
  const waits = failures
    .filter(({ why }) => why !== "not_set_up")
    .map(({ untilMs }) => (untilMs ? Math.max(untilMs - nowMs, 1_000) : RETRY_MS));
  const waitMs = Math.min(...waits, MOST_WAIT_MS);
  return new Busy(
    `The weather is not known at the moment: ${reasons.join("; ")}. Try again ${inWords(waitMs)}; all that needs no weather works as ever.`,
    waitMs,
  );
}

function inWords(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS);
  if (minutes <= 5) return "in a few minutes";
  return minutes <= 120 ? `in ${minutes} minutes` : `in ${Math.ceil(minutes / 60)} hours`;
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
