import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KEPT_MS, type Told } from "../../src/weather/station.ts";
import type { Told as Answer } from "../support/upstream-server.ts";
import { metNorwayAnswer, openMeteoAnswer } from "../support/weather/answers.ts";
import { WeatherProviders } from "../support/weather/providers.ts";

const POINT = { latitude: 45.75, longitude: 4.85 };
const MINUTE_MS = 60_000;
const BOTH_DOWN = { status: 400 };

let providers: WeatherProviders;
beforeEach(async () => {
  providers = new WeatherProviders();
  providers.app();
  await providers.areWell();
});
afterEach(() => void vi.restoreAllMocks());

async function tell(point = POINT): Promise<Told> {
  return (await providers.station.tell(point)) as Told;
}

const now = Date.now;

/** Puts the clock on, by so much from what it really is. */
function later(ms: number): void {
  vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
}

const outcomes = ({ asked }: Told) =>
  asked.map(({ provider, outcome }) => `${provider} ${outcome}`);

describe("a provider that", () => {
  const changed = (change: (answer: Record<string, never>) => void): Answer => {
    const answer = structuredClone(openMeteoAnswer(Date.now()));
    change(answer as never);
    return { status: 200, body: JSON.stringify(answer) };
  };
  const set = (path: string, value: unknown) =>
    changed((answer) => {
      const names = path.split(".");
      const last = names.pop()!;
      const parent = names.reduce((one: Record<string, never>, name) => one[name]!, answer);
      (parent as Record<string, unknown>)[last] = value;
    });

  it.each<[string, string, () => Answer]>([
    ["fails", "unreachable", () => ({ status: 500 })],
    ["is overloaded", "unreachable", () => ({ status: 503 })],
    [
      "is asked too often",
      "unreachable",
      () => ({ status: 429, headers: { "retry-after": "60" } }),
    ],
    ["hangs", "unreachable", () => ({ isSilent: true })],
    ["breaks off", "unreachable", () => ({ ...set("latitude", 1), breaksOff: true })],
    ["finds fault with the question", "refused", () => ({ status: 400, body: '{"error":true}' })],
    ["wants somebody else", "refused", () => ({ status: 403 })],
    ["answers 30 MB", "refused", () => ({ ...set("latitude", 1), isLong: true })],
    [
      "redirects",
      "refused",
      () => ({ status: 302, headers: { location: "ftp://elsewhere.example/" } }),
    ],
    ["says that nothing has changed", "changed", () => ({ status: 304 })],
    ["answers no JSON", "changed", () => ({ status: 200, body: "<html>" })],
    ["answers half of its JSON", "changed", () => ({ status: 200, body: '{"current":{' })],
    ["answers nothing", "changed", () => ({ status: 200, body: "" })],
    ["leaves out a field", "changed", () => set("current.temperature_2m", undefined)],
    ["has texts for numbers", "changed", () => set("current.temperature_2m", "12.3")],
    ["has other units", "changed", () => set("current_units.temperature_2m", "°F")],
    ["has other units by the hour", "changed", () => set("hourly_units.precipitation", "inch")],
    ["has a code that is not known", "changed", () => set("current.weather_code", 7)],
    ["has times as texts", "changed", () => set("hourly.time", ["2026-11-30T00:00"])],
    [
      "says nothing of now",
      "changed",
      () => ({
        status: 200,
        body: JSON.stringify(openMeteoAnswer(Date.now() - 30 * 24 * 3_600_000)),
      }),
    ],
  ])("%s is %s, and the other one is asked", async (_, outcome, answer) => {
    await providers.tells("open-meteo", answer());
    const told = await tell();
    expect(outcomes(told).at(0)).toBe(`open-meteo ${outcome}`);
    expect(outcomes(told).at(-1)).toBe("met-norway ok");
    expect(told.known).toMatchObject({ provider: "met-norway", isFresh: true });
  });

  it("fails at once is asked once more, and no oftener", async () => {
    await providers.tells("open-meteo", { status: 500 });
    expect(outcomes(await tell())).toEqual([
      "open-meteo unreachable",
      "open-meteo unreachable",
      "met-norway ok",
    ]);
    expect(await providers.asked("open-meteo")).toHaveLength(2);
  });

  it("wants to be left alone is, for that long", async () => {
    await providers.tells("open-meteo", { status: 429, headers: { "retry-after": "60" } });
    await tell();
    await providers.areWell();
    const other = { latitude: 1, longitude: 1 };
    expect(outcomes(await tell(other))).toEqual(["open-meteo limited", "met-norway ok"]);
    expect(await providers.asked("open-meteo")).toHaveLength(1);
    later(61_000);
    expect(outcomes(await tell({ latitude: 2, longitude: 2 }))).toEqual(["open-meteo ok"]);
  });

  it("uses up a limit is not asked", async () => {
    await runInDurableObject(providers.station, (_, { storage }) => {
      const parts = Object.fromEntries([[Math.floor(Date.now() / 6_000), 600]]);
      storage.kv.put("counts:open-meteo", [parts, {}, {}]);
    });
    expect(outcomes(await tell())).toEqual(["open-meteo limited", "met-norway ok"]);
    expect(await providers.asked("open-meteo")).toEqual([]);
    later(67_000);
    expect(outcomes(await tell({ latitude: 2, longitude: 2 }))).toEqual(["open-meteo ok"]);
  });

  it("has a key has no limits of the free service", async () => {
    const key = "s3cret";
    providers.app({ OPEN_METEO_KEY: key });
    await tell();
    const [request] = await providers.asked("open-meteo");
    expect(request!.url).toContain(`apikey=${key}`);
    await runInDurableObject(providers.station, (_, { storage }) => {
      expect(storage.kv.get("counts:open-meteo")).toBeUndefined();
    });
  });
});

describe("what is known", () => {
  it("is told again while it holds, and asked for once by all who ask at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => tell()));
    expect(all.flatMap(outcomes)).toEqual(["open-meteo ok"]);
    expect(new Set(all.map(({ known }) => JSON.stringify(known))).size).toBe(1);
    expect(await providers.asked("open-meteo")).toHaveLength(1);
    later(16 * MINUTE_MS);
    await providers.tellsJson("open-meteo", openMeteoAnswer(Date.now(), { temperature_2m: 1 }));
    expect((await tell()).known!.report.conditions[0]!.temperature).toBe(1);
    expect(await providers.asked("open-meteo")).toHaveLength(2);
  });

  it("is asked for by its date, and holds longer where there is nothing newer", async () => {
    providers.app({ WEATHER_PROVIDERS: "met-norway" });
    const lastModified = "Mon, 30 Nov 2026 17:00:00 GMT";
    const expires = (ms: number) => new Date(Date.now() + ms).toUTCString();
    await providers.tellsJson("met-norway", metNorwayAnswer(Date.now()), {
      expires: expires(10 * MINUTE_MS),
      "last-modified": lastModified,
    });
    const first = await tell();
    later(11 * MINUTE_MS);
    await providers.tells("met-norway", {
      status: 304,
      headers: { expires: expires(20 * MINUTE_MS) },
    });
    const second = await tell();
    expect(outcomes(second)).toEqual(["met-norway not_modified"]);
    expect(second.known!.report).toEqual(first.known!.report);
    expect(outcomes(await tell())).toEqual([]);
    const [before, after] = await providers.asked("met-norway");
    expect(before!.headers).not.toHaveProperty("if-modified-since");
    expect(after!.headers).toMatchObject({
      "if-modified-since": lastModified,
      "user-agent": expect.stringMatching(/^hereabouts\/\d\S* ops@example\.com$/),
    });
  });

  it("is told for some hours where nobody answers, as what it is", async () => {
    await tell();
    for (const name of ["open-meteo", "met-norway"] as const)
      await providers.tells(name, BOTH_DOWN);
    later(60 * MINUTE_MS);
    const stale = await tell();
    expect(outcomes(stale)).toEqual(["open-meteo refused", "met-norway refused"]);
    expect(stale.known).toMatchObject({ provider: "open-meteo", isFresh: false });
    later(KEPT_MS + MINUTE_MS);
    expect((await tell()).known).toBeUndefined();
  });

  it("is removed when it may not be told any more", async () => {
    await tell();
    const rows = () =>
      runInDurableObject(providers.station, (_, { storage }) =>
        storage.sql.exec("SELECT count(*) AS n FROM reports").one(),
      );
    await runDurableObjectAlarm(providers.station);
    expect(await rows()).toEqual({ n: 1 });
    later(KEPT_MS + MINUTE_MS);
    await runDurableObjectAlarm(providers.station);
    expect(await rows()).toEqual({ n: 0 });
  });
});

describe("MET Norway's answer", () => {
  beforeEach(() => void providers.app({ WEATHER_PROVIDERS: "met-norway" }));

  it("comes to the same shape, with what it feels like by Steadman's formula", async () => {
    const { known } = await tell();
    const [now] = known!.report.conditions;
    expect(now).toMatchObject({
      temperature: 7.5,
      humidity: 75.3,
      wind: 18,
      windFrom: 251,
      code: 2,
    });
    // 7.5 + 0.33 × 7.78 hPa − 0.7 × 5 − 4
    expect(now!.feelsLike).toBeCloseTo(2.57, 1);
  });

  it("tells extremes of six hours, and days for a week", async () => {
    const { steps } = (await tell()).known!.report;
    const last = steps.at(-1)!;
    expect(last).toMatchObject({ lowest: 5.5, highest: 9.5 });
    expect(last.toMs - last.fromMs).toBe(6 * 3_600_000);
    expect(last.toMs - Date.now()).toBeGreaterThan(7 * 24 * 3_600_000);
    for (const [nth, { fromMs }] of steps.slice(1).entries()) expect(fromMs).toBe(steps[nth]!.toMs);
  });

  it("may say that this way of asking will end", async () => {
    const body = JSON.stringify(metNorwayAnswer(Date.now()));
    await providers.tells("met-norway", { status: 203, body });
    const told = await tell();
    expect(outcomes(told)).toEqual(["met-norway deprecated"]);
    expect(told.known).toBeDefined();
  });

  it.each([
    ["in another unit", { properties: { meta: { units: { wind_speed: "knots" } } } }],
    ["of another kind", { type: "FeatureCollection", features: [] }],
  ])("%s is none", async (_, answer) => {
    await providers.tellsJson("met-norway", answer);
    expect(outcomes(await tell())).toEqual(["met-norway changed"]);
  });

  it("with a symbol that is not known is none", async () => {
    await providers.tellsJson(
      "met-norway",
      metNorwayAnswer(Date.now(), () => ({ symbol: "frogs" })),
    );
    expect(outcomes(await tell())).toEqual(["met-norway changed"]);
  });

  it("is not asked for without a contact", async () => {
    providers.app({ WEATHER_PROVIDERS: "met-norway", WEATHER_CONTACT: "" });
    const { known, failures } = await tell();
    expect(known).toBeUndefined();
    expect(failures).toEqual([{ provider: "met-norway", why: "not_set_up" }]);
    expect(await providers.asked("met-norway")).toEqual([]);
  });
});

it("takes no hour of Open-Meteo's that has no values", async () => {
  const endMs = Date.now() + 48 * 3_600_000;
  const answer = openMeteoAnswer(Date.now(), {}, (atMs) =>
    atMs < endMs ? {} : { temperature: null, precipitation: null, code: null, wind: null },
  );
  await providers.tellsJson("open-meteo", answer);
  const { steps } = (await tell()).known!.report;
  expect(steps.at(-1)!.toMs).toBeLessThanOrEqual(endMs);
});
