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
import { Gate, NotNow } from "./gate.ts";
import { openProviders } from "./providers.ts";
import { Shares } from "./shares.ts";

/** So long a report is told where nobody answers, with its age. */
export const KEPT_MS = 6 * 3_600_000;
const SWEEP_MS = 3_600_000;
/** A report has some 20 KiB. */
const MOST_KEPT = 4_000;
const WRITES_TO_TRIM = 400;
/** Of what is kept; raised when `Report` changes, so that nothing of another shape is read. */
const SHAPE = 1;
/** What fails so quickly is tried once more. */
const QUICK_MS = 500;
const LONGEST_PAUSE_MS = 200;
/** Where all providers have failed for a point, none is asked for it for so long. */
const FAILED_MS = 60_000;
/** The first thing that MET Norway tells may be of the next full hour. */
const AHEAD_MS = 3_600_000;

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
export interface Failure {
  readonly provider: WeatherProviderName;
  readonly why: Exclude<Outcome, "ok" | "not_modified" | "deprecated"> | "not_set_up";
  /** When it may be asked again, if that is known. */
  readonly untilMs?: number | undefined;
}

/** What the station says of a point. */
export interface Told {
  /** Undefined where nobody has answered, and nothing is kept. */
  readonly known: Known | undefined;
  /** The requests that were made for this call and no other. */
  readonly asked: readonly Asked[];
  /** In the order of asking. */
  readonly failures: readonly Failure[];
  /** Set where nobody was asked because whoever wants to know has had their share of new places: until when. */
  readonly shareUsedUntilMs?: number | undefined;
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
  readonly #gates: ReadonlyMap<WeatherProviderName, Gate>;
  readonly #shares: Shares;
  readonly #underWay = new Map<string, Promise<Told>>();
  /** By spot, the oldest first. */
  readonly #failedLately = new Map<string, { readonly told: Told; readonly untilMs: number }>();
  #writes = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const { kv, sql } = state.storage;
    this.#providers = openProviders(configOf(env));
    this.#gates = new Map(this.#providers.map((one) => [one.name, new Gate(one, kv)]));
    this.#shares = new Shares(kv);
    sql.exec(`
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

  /**
   * @param point rounded, as it may leave
   * @param holder who wants to know, as far as shares go by it
   */
  async tell(point: Point, holder: string): Promise<Told> {
    const spot = `${SHAPE}:${point.latitude},${point.longitude}`;
    const kept = this.#keptOf(spot);
    const fresh = kept.find(({ fresh_until_ms }) => fresh_until_ms > Date.now());
    if (fresh) return { known: knownFrom(fresh, true), asked: [], failures: [] };
    const underWay = this.#underWay.get(spot);
    if (underWay) return { ...(await underWay), asked: [] };
    const failed = this.#failedLately.get(spot);
    if (failed && failed.untilMs > Date.now()) return { ...failed.told, asked: [] };
    const shareUsedUntilMs = this.#canAsk ? this.#shares.take(holder) : undefined;
    if (shareUsedUntilMs !== undefined) {
      return { known: newestOf(kept), asked: [], failures: [], shareUsedUntilMs };
    }
    const asking = this.#askAll(point, spot, kept).finally(() => this.#underWay.delete(spot));
    this.#underWay.set(spot, asking);
    return asking;
  }

  /** Removes what is too old to be told, and the oldest of what is too much. */
  override async alarm(): Promise<void> {
    this.#trim();
    const [left] = this.#sql.exec("SELECT 1 FROM reports LIMIT 1");
    const isShareLeft = this.#shares.sweep();
    if (left || isShareLeft) await this.#keepAlarm();
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

  /** Whether there is anybody to ask now. */
  get #canAsk(): boolean {
    return this.#providers.some(({ name, isSetUp }) => isSetUp && !this.#gates.get(name)!.closed());
  }

  async #askAll(point: Point, spot: string, kept: readonly Row[]): Promise<Told> {
    const asked: Asked[] = [];
    const failures: Failure[] = [];
    for (const provider of this.#providers) {
      const before = kept.find((row) => row.provider === provider.name);
      const answer = await this.#ask(provider, point, before, asked);
      if ("report" in answer) {
        await this.#keep(spot, answer);
        return { known: knownFrom(answer, true), asked, failures };
      }
      failures.push(answer);
    }
    const told = { known: newestOf(kept), asked, failures };
    if (failures.some(({ why }) => HAS_TRIED.has(why))) this.#rememberFailed(spot, told);
    await this.#keepAlarm();
    return told;
  }

  #rememberFailed(spot: string, told: Told): void {
    const nowMs = Date.now();
    for (const [other, { untilMs }] of this.#failedLately) {
      if (untilMs > nowMs) break;
      this.#failedLately.delete(other);
    }
    this.#failedLately.set(spot, { told, untilMs: nowMs + FAILED_MS });
  }

  /** What a provider tells, or why it does not. */
  async #ask(
    provider: Provider,
    point: Point,
    before: Row | undefined,
    asked: Asked[],
  ): Promise<Row | Failure> {
    const { name } = provider;
    if (!provider.isSetUp) return { provider: name, why: "not_set_up" };
    const ended = (outcome: Outcome) => void asked.push({ provider: name, outcome });
    const gate = this.#gates.get(name)!;
    const startedAtMs = Date.now();
    for (let isAgain = false; ; isAgain = true) {
      try {
        const lastModified = before?.last_modified ?? undefined;
        const fetched = await gate.pass(() => provider.ask(point, lastModified));
        const row = rowOf(name, fetched, before);
        ended("report" in fetched ? (fetched.isDeprecated ? "deprecated" : "ok") : "not_modified");
        return row;
      } catch (error) {
        const why = whyOf(error);
        ended(why);
        const untilMs = error instanceof NotNow ? error.untilMs : gate.closed()?.untilMs;
        const mayTryAgain = !isAgain && !untilMs && Date.now() - startedAtMs < QUICK_MS;
        if (why !== "unreachable" || !mayTryAgain) return { provider: name, why, untilMs };
      }
      await wait(Math.random() * LONGEST_PAUSE_MS);
    }
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

/** Whoever has failed so has been asked. */
const HAS_TRIED: ReadonlySet<Failure["why"]> = new Set(["unreachable", "refused", "changed"]);

/** Of what no longer holds. */
function newestOf(kept: readonly Row[]): Known | undefined {
  const newest = kept.toSorted((a, b) => b.fetched_at_ms - a.fetched_at_ms).at(0);
  return newest && knownFrom(newest, false);
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
    return fromMs <= fetched_at_ms + AHEAD_MS && fetched_at_ms < toMs;
  });
  if (!isOfNow || report.conditions.length === 0) {
    throw new ChangedShape("It says nothing of now");
  }
  const text = JSON.stringify(report);
  return { provider, report: text, fetched_at_ms, fresh_until_ms, last_modified: lastModified };
}

/** @throws whatever is no failure of a provider */
function whyOf(error: unknown): Exclude<Failure["why"], "not_set_up"> {
  if (error instanceof NotNow) return error.why;
  if (error instanceof UpstreamDown) return error.status === 429 ? "limited" : "unreachable";
  if (error instanceof UpstreamRefused) return "refused";
  if (error instanceof ChangedShape) return "changed";
  throw error;
}
