import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import type { NearbyQuestion } from "../../src/nearby/find.ts";
import { createServices } from "../../src/services.ts";
import { loadParis, PARIS } from "../support/places.ts";

beforeAll(() => loadParis());

const QUESTION: NearbyQuestion = {
  center: PARIS,
  radiusMeters: 50_000,
  limit: 10,
  text: "airport",
};

async function ask(question: NearbyQuestion) {
  const context = createExecutionContext();
  const answer = await createServices(env, context).nearby(question);
  await waitOnExecutionContext(context);
  return answer;
}
const outline = ({ places, more, nearestBeyond }: Awaited<ReturnType<typeof ask>>) => ({
  places: places.map(({ row, distanceMeters }) => [row.source_id, distanceMeters]),
  more,
  beyond: nearestBeyond && [nearestBeyond.row.source_id, nearestBeyond.distanceMeters],
});

it("answers the same question again from the cache, and says so", async () => {
  const first = await ask(QUESTION);
  const second = await ask(QUESTION);
  expect([first.cached, second.cached]).toEqual([false, true]);
  expect(outline(second)).toEqual(outline(first));
});

it("keeps what lies beyond, too", async () => {
  const question = { ...QUESTION, radiusMeters: 1_000 };
  const first = await ask(question);
  const second = await ask(question);
  expect(second.cached).toBe(true);
  expect(outline(second)).toEqual(outline(first));
  expect(outline(second).beyond).toEqual(["ory", expect.any(Number)]);
});

it.each<[string, Partial<NearbyQuestion>]>([
  ["a point some metres off", { center: { ...PARIS, latitude: PARIS.latitude + 0.0001 } }],
  ["another radius", { radiusMeters: 50_001 }],
  ["another limit", { limit: 1 }],
  ["another text", { text: "airport " }],
  ["a category", { category: "aeroway" }],
  ["a page", { after: { distanceMeters: 1, key: 1, reading: "exact" } }],
])("does not answer %s from it", async (_, change) => {
  await ask(QUESTION);
  expect((await ask({ ...QUESTION, ...change })).cached).toBe(false);
});

it("answers without the cache where that fails", async () => {
  await ask(QUESTION);
  const broken = vi.spyOn(caches.default, "match").mockRejectedValue(new Error("gone"));
  const answer = await ask(QUESTION);
  expect(answer.cached).toBe(false);
  expect(outline(answer).places).toHaveLength(2);
  broken.mockRestore();
});

it("forgets when the data changes", async () => {
  await ask(QUESTION);
  expect((await ask(QUESTION)).cached).toBe(true);
  await env.PLACES_DB.prepare("UPDATE data_version SET version = 'next'").run();
  await createServices(env, createExecutionContext()).places.find("cities", "2");
  expect((await ask(QUESTION)).cached).toBe(false);
});
