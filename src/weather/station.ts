import { DurableObject } from "cloudflare:workers";
import { setTimeout as wait } from "node:timers/promises";
import { configOf } from "../config/config.ts";
import type { WeatherProviderName } from "../config/weather.ts";
import { UpstreamDown, UpstreamRefused } from "../errors.ts";
import type { Point } from "../geo/point.ts";
import {
  ChangedShape,
  type Fetched,
  type Outcome,
  type Provider,
  type Report,
} from "./contract.ts";
import { openProviders } from "./providers.ts";
import { type Counts, countOneMore } from "./rate.ts";

/** So long a report is told where nobody answers, with its age. */
export const KEPT_MS = 6 * 3_600_000;
const SWEEP_MS = 3_600_000;
/** A report has some 20 KiB. */
const MOST_KEPT = 4_000;
const WRITES_TO_TRIM = 400;
/** What fails so quickly is tried once more. */
const QUICK_MS = 1_000;
const LONGEST_PAUSE_MS = 200;
/** No provider is left alone for longer, whatever it says. */
const LONGEST_REST_MS = 3_600_000;

/** A report, and how it was come by. */
export interface Known {
  readonly provider: WeatherProviderName;
  readonly report: Report;
  readonly fetchedAtMs: number;
  /** Whether it still holds, as the provider has said. */
  readonly isFresh: boolean;
}

/** A request to a provider that has ended. */
export interface Asked {
  readonly provider: WeatherProviderName;
  readonly outcome: Outcome;
}

/** Why a provider has told nothing. */
export type Failure = Exclude<Outcome, "ok" | "not_modified" | "deprecated"> | "not_set_up";

/** What the station says of a point. */
export interface Told {
  /** Undefined where nobody has answered, and nothing is kept. */
  readonly known: Known | undefined;
  /** The requests that were made for this call and no other. */
  readonly asked: readonly Asked[];
  /** In the order of asking. */
  readonly failures: readonly { readonly provider: WeatherProviderName; readonly why: Failure }[];
}

interface Row extends Record<string, SqlStorageValue> {
  provider: WeatherProviderName;
  report: string;
  fetched_at_ms: number;
  fresh_until_ms: number;
  last_modified: string | null;
}

/**
 * Asks the providers of the weather, for the whole deployment. Because there is one of it, equal questions are asked once,
 * what is known is known to all, and no provider is asked more often than it allows.
 */
export class WeatherStation extends DurableObject<Env> {
  readonly #providers: readonly Provider[];
  readonly #underWay = new Map<string, Promise<Told>>();
  /** Until when a provider is left alone. */
  readonly #restsUntilMs = new Map<WeatherProviderName, number>();
  #writes = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#providers = openProviders(configOf(env));
    state.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS reports (
        spot TEXT NOT NULL,
        provider TEXT NOT NULL,
        report TEXT NOT NULL, -- JSON
        fetched_at_ms INTEGER NOT NULL,
        fresh_until_ms INTEGER NOT NULL,
        last_modified TEXT,
        PRIMARY KEY (spot, provider)
      );
      CREATE INDEX IF NOT EXISTS reports_by_age ON reports (fetched_at_ms);
    `);
  }

  /** @param point rounded, as it may leave */
  async tell(point: Point): Promise<Told> {
    const spot = `${point.latitude},${point.longitude}`;
    const kept = this.#keptOf(spot);
    const fresh = kept.find(({ fresh_until_ms }) => fresh_until_ms > Date.now());
    if (fresh) return { known: knownFrom(fresh, true), asked: [], failures: [] };
    const underWay = this.#underWay.get(spot);
    if (underWay) return { ...(await underWay), asked: [] };
    const asking = this.#askAll(point, spot, kept).finally(() => this.#underWay.delete(spot));
    this.#underWay.set(spot, asking);
    return asking;
  }

  /** Removes what is too old to be told, and the oldest of what is too much. */
  override async alarm(): Promise<void> {
    this.#trim();
    const [left] = this.#sql.exec("SELECT 1 FROM reports LIMIT 1");
    if (left) await this.#keepAlarm();
  }

  get #sql(): SqlStorage {
    return this.ctx.storage.sql;
  }

  /** What may be told of what is kept, in the order of the providers. */
  #keptOf(spot: string): Row[] {
    const query = "SELECT * FROM reports WHERE spot = ? AND fetched_at_ms >= ?";
    const rows = [...this.#sql.exec<Row>(query, spot, Date.now() - KEPT_MS)];
    return this.#providers.flatMap(({ name }) => rows.find((row) => row.provider === name) ?? []);
  }

  async #askAll(point: Point, spot: string, kept: readonly Row[]): Promise<Told> {
    const asked: Asked[] = [];
    const failures: { provider: WeatherProviderName; why: Failure }[] = [];
    for (const provider of this.#providers) {
      const { name } = provider;
      const before = kept.find((row) => row.provider === name);
      const answer = await this.#ask(provider, point, before, asked);
      if (typeof answer !== "string") {
        await this.#keep(spot, answer);
        return { known: knownFrom(answer, true), asked, failures };
      }
      failures.push({ provider: name, why: answer });
    }
    const newest = kept.toSorted((a, b) => b.fetched_at_ms - a.fetched_at_ms).at(0);
    return { known: newest && knownFrom(newest, false), asked, failures };
  }

  /** What a provider tells, or why it does not. */
  async #ask(
    provider: Provider,
    point: Point,
    before: Row | undefined,
    asked: Asked[],
  ): Promise<Row | Failure> {
    const { name } = provider;
    if (!provider.isSetUp) return "not_set_up";
    const ended = (outcome: Outcome) => void asked.push({ provider: name, outcome });
    const startedAtMs = Date.now();
    for (let isAgain = false; ; isAgain = true) {
      if (!this.#mayAsk(provider)) {
        ended("limited");
        return "limited";
      }
      try {
        const fetched = await provider.ask(point, before?.last_modified ?? undefined);
        const row = rowOf(name, fetched, before);
        ended("report" in fetched ? (fetched.isDeprecated ? "deprecated" : "ok") : "not_modified");
        return row;
      } catch (error) {
        const why = whyOf(error);
        ended(why);
        const restMs = error instanceof UpstreamDown ? error.retryAfterMs : undefined;
        if (restMs !== undefined) this.#leaveAlone(name, restMs);
        const mayTryAgain = !isAgain && restMs === undefined && Date.now() - startedAtMs < QUICK_MS;
        if (why !== "unreachable" || !mayTryAgain) return why;
      }
      await wait(Math.random() * LONGEST_PAUSE_MS);
    }
  }

  /** Whether a request to a provider may be made now; if so, it is counted. */
  #mayAsk({ name, limits }: Provider): boolean {
    if ((this.#restsUntilMs.get(name) ?? 0) > Date.now()) return false;
    if (limits.length === 0) return true;
    const { kv } = this.ctx.storage;
    const counts = countOneMore(kv.get<Counts>(`counts:${name}`) ?? [], limits, Date.now());
    if (counts) kv.put(`counts:${name}`, counts);
    return counts !== undefined;
  }

  #leaveAlone(name: WeatherProviderName, ms: number): void {
    this.#restsUntilMs.set(name, Date.now() + Math.min(ms, LONGEST_REST_MS));
  }

  async #keep(spot: string, row: Row): Promise<void> {
    const { provider, report, fetched_at_ms, fresh_until_ms, last_modified } = row;
    this.#sql.exec(
      "INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?, ?, ?)",
      ...[spot, provider, report, fetched_at_ms, fresh_until_ms, last_modified],
    );
    this.#writes += 1;
    if (this.#writes % WRITES_TO_TRIM === 0) this.#trim();
    await this.#keepAlarm();
  }

  #trim(): void {
    this.#sql.exec("DELETE FROM reports WHERE fetched_at_ms < ?", Date.now() - KEPT_MS);
    this.#sql.exec(
      `DELETE FROM reports WHERE fetched_at_ms <=
        (SELECT fetched_at_ms FROM reports ORDER BY fetched_at_ms DESC LIMIT 1 OFFSET ?)`,
      MOST_KEPT,
    );
  }

  async #keepAlarm(): Promise<void> {
    const { storage } = this.ctx;
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + SWEEP_MS);
  }
}

function knownFrom({ provider, report, fetched_at_ms }: Row, isFresh: boolean): Known {
  return { provider, report: JSON.parse(report), fetchedAtMs: fetched_at_ms, isFresh };
}

/** @throws ChangedShape if a report says nothing of now */
function rowOf(
  provider: WeatherProviderName,
  fetched: Awaited<ReturnType<Provider["ask"]>>,
  before: Row | undefined,
): Row {
  const fetched_at_ms = Date.now();
  const fresh_until_ms = fetched.freshUntilMs;
  if (!("report" in fetched)) return { ...before!, fetched_at_ms, fresh_until_ms };
  const { report, lastModified = null } = fetched as Fetched;
  const isOfNow = report.steps.some(({ fromMs, toMs }) => {
    return fromMs <= fetched_at_ms && fetched_at_ms < toMs;
  });
  if (!isOfNow || report.conditions.length === 0) {
    throw new ChangedShape("It says nothing of now");
  }
  const text = JSON.stringify(report);
  return { provider, report: text, fetched_at_ms, fresh_until_ms, last_modified: lastModified };
}

/** @throws whatever is no failure of a provider */
function whyOf(error: unknown): Exclude<Failure, "not_set_up" | "limited"> {
  if (error instanceof UpstreamDown) return "unreachable";
  if (error instanceof UpstreamRefused) return "refused";
  if (error instanceof ChangedShape) return "changed";
  throw error;
}
