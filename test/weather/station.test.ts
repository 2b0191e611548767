import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { configOf } from "../../src/config/config.ts";
import { POLICY } from "../../src/weather/ask-json.ts";
import { openMeteo } from "../../src/weather/providers/open-meteo.ts";
import { KEPT_MS, type Told } from "../../src/weather/station.ts";
import type { Told as Answer } from "../support/upstream-server.ts";
import { metNorwayAnswer, openMeteoAnswer } from "../support/weather/answers.ts";
import { WeatherProviders } from "../support/weather/providers.ts";

const POINT = { latitude: 45.75, longitude: 4.85 };
const MINUTE_MS = 60_000;
const BOTH_DOWN = { status: 400 };
const NAMES = ["open-meteo", "met-norway"] as const;
/** The nth of many points. */
const at = (nth: number) => ({ latitude: nth, longitude: 1 });

let providers: WeatherProviders;
beforeEach(async () => {
  providers = new WeatherProviders();
  providers.app();
  await providers.areWell();
});
const usual = { ...POLICY };
afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(POLICY, usual);
});

async function tell(point = POINT, holder = "somebody"): Promise<Told> {
  return (await providers.station.tell(point, holder)) as Told;
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
    ["is asked too often", "limited", () => ({ status: 429, headers: { "retry-after": "60" } })],
    [
      "hangs",
      "unreachable",
      () => {
        Object.assign(POLICY, { stallMs: 50 });
        return { isSilent: true };
      },
    ],
    ["breaks off", "unreachable", () => ({ ...set("latitude", 1), breaksOff: true })],
    ["finds fault with the question", "refused", () => ({ status: 400, body: '{"error":true}' })],
    ["wants somebody else", "refused", () => ({ status: 403 })],
    ["answers 30 MB", "refused", () => ({ ...set("latitude", 1), isLong: true })],
    ["redirects", "refused", () => ({ status: 302, headers: { location: "/elsewhere" } })],
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

  it.each<[string, Answer, string, number]>([
    ["says for how long", { status: 429, headers: { "retry-after": "90" } }, "limited", 90_000],
    ["says no time", { status: 429 }, "limited", MINUTE_MS],
    [
      "says for ever",
      { status: 503, headers: { "retry-after": "9999999" } },
      "resting",
      60 * MINUTE_MS,
    ],
    ["wants no more of us", { status: 403 }, "refused", 10 * MINUTE_MS],
    ["wants somebody else", { status: 401 }, "refused", 10 * MINUTE_MS],
  ])("wants to be left alone, and %s, is, by every isolate", async (_, answer, outcome, restMs) => {
    await providers.tells("open-meteo", answer);
    vi.spyOn(Date, "now").mockReturnValue(now());
    await tell();
    await providers.areWell();
    later(restMs - 2_000);
    await evictDurableObject(providers.station);
    expect(outcomes(await tell(at(1)))).toEqual([`open-meteo ${outcome}`, "met-norway ok"]);
    expect(await providers.asked("open-meteo")).toHaveLength(1);
    later(restMs + 5_000);
    expect(outcomes(await tell(at(2)))).toEqual(["open-meteo ok"]);
  });

  it("is asked too often again and again is left alone for longer and longer, an hour at most", async () => {
    await providers.tells("open-meteo", { status: 429 });
    let ms = 0;
    for (const [nth, minutes] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
      later(ms);
      const { failures } = await tell(at(nth));
      expect(failures[0]!.untilMs! - Date.now()).toBeGreaterThan(minutes * MINUTE_MS - 5_000);
      expect(failures[0]!.untilMs! - Date.now()).toBeLessThanOrEqual(minutes * MINUTE_MS);
      ms += minutes * MINUTE_MS + 1_000;
    }
    expect(await providers.asked("open-meteo")).toHaveLength(8);
  });

  it("has failed several times is left alone for half a minute, and not longer for who asks meanwhile", async () => {
    await providers.tells("open-meteo", { status: 500 });
    await tell(at(1));
    await tell(at(2));
    await tell(at(3));
    expect(await providers.asked("open-meteo")).toHaveLength(5);
    expect(outcomes(await tell(at(4)))).toEqual(["open-meteo resting", "met-norway ok"]);
    await providers.areWell();
    later(31_000);
    const both = await Promise.all([tell(at(5)), tell(at(6))]);
    expect(both.map(outcomes)).toEqual([["open-meteo ok"], ["open-meteo ok"]]);
  });

  it("fails as the other one does is not asked for that point again at once", async () => {
    for (const name of NAMES) await providers.tells(name, BOTH_DOWN);
    expect(outcomes(await tell())).toEqual(["open-meteo refused", "met-norway refused"]);
    const again = await tell();
    expect(again.asked).toEqual([]);
    expect(again.failures.map(({ why }) => why)).toEqual(["refused", "refused"]);
    await providers.areWell();
    later(61_000);
    expect(outcomes(await tell())).toEqual(["open-meteo ok"]);
  });

  it("hangs is asked a few things at a time, and what is kept is told meanwhile", async () => {
    providers.app({ WEATHER_PROVIDERS: "open-meteo" });
    await tell();
    await providers.tells("open-meteo", { isSilent: true });
    const asking = Array.from({ length: 12 }, (_, nth) => tell(at(nth)));
    expect((await tell()).known).toMatchObject({ isFresh: true });
    const all = await Promise.all(asking);
    for (const { known, failures } of all) {
      expect(known).toBeUndefined();
      expect(failures).toHaveLength(1);
    }
    // One was made before.
    expect(await providers.asked("open-meteo")).toHaveLength(1 + 4);
  });

  it("uses up a limit is not asked", async () => {
    providers.app({ WEATHER_PROVIDERS: "met-norway open-meteo" });
    const nowMs = now();
    vi.spyOn(Date, "now").mockReturnValue(nowMs);
    const all = await Promise.all(Array.from({ length: 21 }, (_, nth) => tell(at(nth))));
    const passed = all.map(outcomes).filter((one) => one[0] === "met-norway ok");
    expect(passed).toHaveLength(20);
    expect(await providers.asked("met-norway")).toHaveLength(20);
    const { failures, known } = all.find((one) => one.failures.length > 0)!;
    expect(known).toMatchObject({ provider: "open-meteo" });
    const [{ why, untilMs } = {} as never] = failures;
    expect(why).toBe("limited");
    expect(untilMs! - nowMs).toBeGreaterThan(1_000);
    expect(untilMs! - nowMs).toBeLessThanOrEqual(1_100);
    vi.spyOn(Date, "now").mockReturnValue(untilMs!);
    expect(outcomes(await tell(at(30)))).toEqual(["met-norway ok"]);
  });

  it("has a key gets it", async () => {
    const key = "s3cret";
    providers.app({ OPEN_METEO_KEY: key });
    await tell();
    const [request] = await providers.asked("open-meteo");
    expect(request!.url).toContain(`apikey=${key}`);
  });

  it.each([
    ["the free service", {}, [600, 5_000, 10_000]],
    ["the service for customers", { OPEN_METEO_KEY: "s3cret" }, []],
    ["a server of the operator's own", { OPEN_METEO_URL: "https://weather.example" }, []],
  ])("is %s has its limits", (_, settings, most) => {
    const { limits } = openMeteo(configOf(settings as Partial<Env> as Env));
    expect(limits.map((limit) => limit.most)).toEqual(most);
  });
});

describe("a caller", () => {
  it("who has asked for many new places is told what is kept, and others are told all", async () => {
    await tell(at(0), "greedy");
    const part = Math.floor(now() / 360_000);
    await runInDurableObject(providers.station, (_, { storage }) => {
      const share = { counts: [{ [part]: 60 }, {}], takenAtMs: now() };
      storage.kv.put("share:greedy", share);
    });
    const refused = await tell(at(1), "greedy");
    expect(refused).toMatchObject({ asked: [], failures: [] });
    expect(refused.known).toBeUndefined();
    expect(refused.shareUsedUntilMs).toBe((part + 11) * 360_000);
    expect((await tell(at(0), "greedy")).known).toMatchObject({ isFresh: true });
    expect(outcomes(await tell(at(1), "modest"))).toEqual(["open-meteo ok"]);
    expect((await tell(at(1), "greedy")).known).toMatchObject({ isFresh: true });
  });

  it("is counted where somebody is asked, and forgotten when it counts no more", async () => {
    const shares = () =>
      runInDurableObject(providers.station, (_, { storage }) => [
        ...storage.kv.list({ prefix: "share:" }),
      ]);
    await tell(at(0), "anna");
    await tell(at(0), "anna");
    await tell(at(0), "ben");
    const [[key, share] = [], ...others] = await shares();
    expect([key, others]).toEqual(["share:anna", []]);
    const { counts } = share as { counts: Record<number, number>[] };
    expect(counts.map((parts) => Object.values(parts))).toEqual([[1], [1]]);
    later(24 * 60 * MINUTE_MS);
    await runDurableObjectAlarm(providers.station);
    expect(await shares()).toHaveLength(1);
    later(27 * 60 * MINUTE_MS);
    await runDurableObjectAlarm(providers.station);
    expect(await shares()).toEqual([]);
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
    for (const name of NAMES) await providers.tells(name, BOTH_DOWN);
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
    providers.app({ WEATHER_CONTACT: "" });
    await providers.tells("open-meteo", BOTH_DOWN);
    const { known, failures } = await tell();
    expect(known).toBeUndefined();
    expect(failures[1]).toEqual({ provider: "met-norway", why: "not_set_up" });
    expect(await providers.asked("met-norway")).toEqual([]);
  });

  it("may begin with the next hour", async () => {
    await providers.tellsJson("met-norway", metNorwayAnswer(Date.now() + 60 * MINUTE_MS));
    expect(outcomes(await tell())).toEqual(["met-norway ok"]);
  });

  it.each(["symbol", "precipitation"])("may have an hour whose %s is odd", async (field) => {
    const answer = metNorwayAnswer(Date.now());
    const { next_1_hours: odd } = answer.properties.timeseries[30]!.data as unknown as {
      next_1_hours: { summary: { symbol_code?: string }; details: Record<string, number> };
    };
    if (field === "symbol") odd.summary.symbol_code = "frogs_day";
    else odd.details = {};
    await providers.tellsJson("met-norway", answer);
    const { steps } = (await tell()).known!.report;
    expect(steps).toHaveLength(answer.properties.timeseries.length - 2);
    expect(steps[30]!.fromMs - steps[29]!.toMs).toBe(60 * MINUTE_MS);
  });
});

it("reads nothing that was kept in another shape", async () => {
  await tell();
  await runInDurableObject(providers.station, (_, { storage }) => {
    storage.sql.exec("UPDATE reports SET spot = replace(spot, '1:', '0:'), report = '{}'");
  });
  const told = await tell();
  expect(outcomes(told)).toEqual(["open-meteo ok"]);
  expect(told.known!.report.steps).not.toEqual([]);
});

it("takes no hour of Open-Meteo's whose code is not known", async () => {
  const oddMs = (Math.floor(Date.now() / 3_600_000) + 30) * 3_600_000;
  const answer = openMeteoAnswer(Date.now(), {}, (atMs) => (atMs === oddMs ? { code: 7 } : {}));
  await providers.tellsJson("open-meteo", answer);
  const { steps } = (await tell()).known!.report;
  expect(steps.some(({ fromMs }) => fromMs === oddMs)).toBe(false);
  expect(steps.some(({ fromMs }) => fromMs === oddMs + 3_600_000)).toBe(true);
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
