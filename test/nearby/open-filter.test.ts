import { beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod/v4";
import { catalog } from "../../src/mcp/catalog.ts";
import type { NearbyOutput } from "../../src/nearby/present/answer.ts";
import tool from "../../src/tools/get-nearby-data.ts";
import { appWith } from "../support/app.ts";
import { connect } from "../support/client.ts";
import { importAll, place } from "../support/engine.ts";
import { interposed } from "../support/interposed.ts";
import { modern } from "../support/rpc.ts";
import { emptyStores, STORES } from "../support/stores.ts";

const ATTRIBUTES = { attributes: { opening_hours: { type: "opening_hours" } } } as const;

const at = (
  name: string,
  latitude: number,
  longitude: number,
  opening_hours?: string,
  category = "amenity/bar",
) =>
  place(name.toLowerCase().replaceAll(" ", "-"), latitude, longitude, {
    name,
    category,
    ...(opening_hours && { attributes: { opening_hours } }),
  });

/** A thousand shops on a line to the north, ten to the kilometre, all closed but the last. */
const SHOPS = 1_000;
const shop = (k: number) =>
  at(`Shop ${k}`, -50 + k / 1_113, -20, k < SHOPS - 1 ? "Mo 03:00-03:01" : "24/7", "shop/kiosk");

beforeAll(async () => {
  await emptyStores();
  await importAll(
    "bars",
    [
      at("Evening Bar", 10, -30, "Mo-Su 18:00-23:00"),
      at("Morning Bar", 10.2, -30, "Mo-Su 07:00-11:00"),
      at("Sun Bar", 12, -30, "Mo-Su 08:00-20:00"),
      at("Uno", 12.001, -30, "ask the owner"),
      at("Due", 12.002, -30),
      at("Night Club", 14, -30, "Fr,Sa 22:00-04:00"),
      at("Round Bar", 14.001, -30, "24/7"),
      at("Split Bar", 14.002, -30, "Mo-Fr 11:00-14:00,17:00-23:00"),
      at("Weekday Bar", 14.003, -30, "Mo-Fr 09:00-17:00"),
      at("Shut Bar", 14.004, -30, "off"),
    ],
    ATTRIBUTES,
  );
  await importAll(
    "shops",
    Array.from({ length: SHOPS }, (_, k) => shop(k)),
    {
      ...ATTRIBUTES,
      partSize: 500,
    },
  );
});

type Answer = z.infer<typeof NearbyOutput> & { readonly text: string };

async function ask(args: Record<string, unknown>): Promise<Answer> {
  const client = await connect();
  const { content, structuredContent, isError } = await client.callTool({
    name: tool.name,
    arguments: { longitude: -30, ...args },
  });
  await client.close();
  const { text } = (content as { text: string }[])[0]!;
  if (isError) throw new Error(text);
  return { ...(structuredContent as z.infer<typeof NearbyOutput>), text };
}

// A Wednesday.
const MORNING = { open_at: "2026-11-25T10:30", radius: 10 };

describe("where nothing within the radius is open", () => {
  it.each([
    ["a kind", { query: "bar" }, 22.12],
    ["anything", { query: "" }, 22.12],
    ["a name that is only beyond", { query: "Morning Bar" }, 22.12],
    ["from between", { query: "bar", latitude: 10.1, radius: 5 }, 11.06],
  ])("the nearest beyond that is open is told: %s", async (_, args, km) => {
    const answer = await ask({ latitude: 10, ...MORNING, ...args });
    expect(answer.results).toEqual([]);
    expect(answer.nearest_beyond?.id).toBe("bars.morning-bar");
    expect(answer.nearest_beyond?.distance_km).toBeCloseTo(km, 1);
    expect(answer.relaxed).toBeUndefined();
    expect(answer.text).toContain("known to be open within");
    expect(answer.text).toContain("The nearest open beyond: Morning Bar");
    expect(answer.text).toContain("open until 11:00; hours 07:00-11:00");
    expect(answer.text).not.toContain("anywhere else");
  });

  it("nor anywhere else, that is told", async () => {
    const answer = await ask({ latitude: 10, query: "kiosk", open_at: "2026-11-24T10:30" });
    expect(answer.nearest_beyond?.id).toBe(`shops.shop-${SHOPS - 1}`);
    const none = await ask({ latitude: 10, ...MORNING, query: "Shut Bar" });
    expect(none.results).toEqual([]);
    expect(none.nearest_beyond).toBeUndefined();
    expect(none.text).toContain("None is known to be open anywhere else");
    const nowhere = await ask({ latitude: 10, ...MORNING, query: "zxqvjkwz" });
    expect(nowhere.text).toContain("Nor is there one anywhere else");
  });
});

describe("hours that are not known", () => {
  it("are counted and told where something is open", async () => {
    const answer = await ask({ latitude: 12, ...MORNING, query: "bar" });
    expect(answer.results.map(({ name }) => name)).toEqual(["Sun Bar"]);
    expect(answer.hours).toEqual({
      ...{ looked_at: 3, unknown: 2, unknown_for_example: ["Uno", "Due"] },
    });
    expect(answer.total_within).toBeUndefined();
    expect(answer.text).toContain(
      "Of 3 looked at, 2 have no known hours and may be open: Uno, Due.",
    );
  });

  it("are never taken for closed", async () => {
    const answer = await ask({ latitude: 12, ...MORNING, open_at: "2026-11-25T21:00" });
    expect(answer.results).toEqual([]);
    expect(answer.hours).toMatchObject({ looked_at: 3, unknown: 2 });
    expect(answer.nearest_beyond?.name).toBe("Evening Bar");
  });

  it("count up to the end of a page only", async () => {
    const answer = await ask({ latitude: 14.004, ...MORNING, radius: 500, limit: 1 });
    expect(answer.results.map(({ name }) => name)).toEqual(["Weekday Bar"]);
    expect(answer.hours).toMatchObject({ unknown: 0 });
    expect(answer.next_cursor).toBeDefined();
  });
});

describe("more closed places than are looked at", () => {
  const QUESTION = { latitude: -50, longitude: -20, query: "kiosk", radius: 200 };

  it("are told as a search that ended, with a cursor to go on", async () => {
    const ids: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined; ; ) {
      const answer = await ask({
        ...QUESTION,
        open_at: "2026-11-25T10:30",
        ...(cursor && { cursor }),
      });
      ids.push(...answer.results.map(({ id }) => id));
      cursor = answer.next_cursor;
      if (!cursor) break;
      pages += 1;
      expect(answer.searched_km).toBeCloseTo((300 * pages) / 10, -1);
      expect(answer.total_within).toBeUndefined();
      expect(answer.text).not.toContain("anywhere else");
      expect(answer.warnings.join()).toContain("Only places up to");
    }
    expect(ids).toEqual([`shops.shop-${SHOPS - 1}`]);
    expect(pages).toBe(3);
  });

  it.each([
    ["within the radius", 200],
    ["beyond the radius", 2],
    ["within and beyond", 20],
  ])("cost as much as a filter may: %s", async (_, radius) => {
    let [trips, rowsRead] = [0, 0];
    const { database, bucket } = interposed(STORES, async (what, carryOut) => {
      const result = await carryOut();
      if (/^(?:get|head|list) /.test(what)) return result;
      trips += 1;
      for (const { meta } of [result].flat() as D1Result[]) rowsRead += meta.rows_read;
      return result;
    });
    const fetch = appWith(catalog, { PLACES_DB: database, PLACES_BUCKET: bucket });
    const args = { ...QUESTION, radius, open_at: "2026-11-25T10:30" };
    await modern("tools/call", { name: tool.name, arguments: args }, { fetch });
    expect(rowsRead).toBeGreaterThan(300);
    expect(rowsRead).toBeLessThanOrEqual(6_000);
    expect(trips).toBeLessThanOrEqual(4);
  });

  it("hide what is beyond the radius, and it is said that nobody knows", async () => {
    const answer = await ask({ ...QUESTION, open_at: "2026-11-25T10:30", radius: 2 });
    expect(answer.results).toEqual([]);
    expect(answer.total_within).toBe(0);
    expect(answer.searched_km).toBeGreaterThan(15);
    expect(answer.nearest_beyond).toBeUndefined();
    expect(answer.text).toContain("within 2 km");
    expect(answer.text).not.toContain("anywhere else");
    expect(answer.warnings.join()).toContain("Beyond the radius, only places up to");
  });
});

it("a page that goes on says nothing of what is elsewhere", async () => {
  const question = { latitude: 14, ...MORNING, limit: 1 };
  const first = await ask(question);
  expect(first.next_cursor).toBeDefined();
  expect(first.results).toHaveLength(1);
  const pages = [first];
  while (pages.at(-1)!.next_cursor) {
    pages.push(await ask({ ...question, cursor: pages.at(-1)!.next_cursor }));
  }
  for (const { text } of pages) expect(text).not.toContain("anywhere else");
});

describe("until when", () => {
  const HERE = { latitude: 14, radius: 1, open_at: undefined };
  it.each([
    ["2026-11-25T10:30", "Weekday Bar", "open", "open until 17:00", "09:00-17:00"],
    ["2026-11-25T12:00", "Split Bar", "open", "open until 14:00", "11:00-14:00, 17:00-23:00"],
    ["2026-11-25T12:00", "Round Bar", "open", "open 24 hours", "24 hours"],
    // In Friday's night, which is Saturday morning.
    ["2026-11-28T03:00", "Night Club", "open", "open until 04:00", "22:00-04:00"],
  ])("at %s %s is %s: %s", async (open_at, name, state, summary, day) => {
    const { results, text } = await ask({ ...HERE, open_at });
    expect(results.find((one) => one.name === name)?.opening).toMatchObject({
      state,
      summary,
      day,
    });
    expect(text).toContain(summary);
  });

  it("is told without being asked for, as of now", async () => {
    const { results, text } = await ask({ latitude: 14, radius: 1 });
    const openings = Object.fromEntries(results.map(({ name, opening }) => [name, opening]));
    expect(openings["Round Bar"]).toEqual({
      ...{ state: "open", summary: "open 24 hours", day: "24 hours" },
    });
    expect(openings["Shut Bar"]).toEqual({ state: "closed", summary: "closed", day: "closed" });
    expect(openings["Weekday Bar"]?.summary).toMatch(
      /^(?:open until 17:00|closed, opens (?:at|Mon|Tue|Wed|Thu|Fri) 09:00)$/,
    );
    expect(text).toContain("— open 24 hours");
    const unread = await ask({ latitude: 12, radius: 1 });
    expect(unread.text).toContain("hours as stated: ask the owner");
  });

  it("is told of a single place, too", async () => {
    const client = await connect();
    const args = { id: "bars.round-bar" };
    const call = { name: "get_place", arguments: args };
    const { structuredContent, content } = await client.callTool(call);
    await client.close();
    expect(structuredContent).toMatchObject({ place: { opening: { summary: "open 24 hours" } } });
    expect((content as { text: string }[])[0]!.text).toContain("now: open 24 hours");
  });
});
