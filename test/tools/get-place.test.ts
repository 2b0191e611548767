import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../support/client.ts";
import { importAll, place } from "../support/engine.ts";
import { loadParis } from "../support/places.ts";

beforeAll(() => loadParis());

describe.each(["auto", "legacy"] as const)("get_place in the era of %s", (era) => {
  it("gives everything that is known of a place", async () => {
    const client = await connect(era);
    const result = await client.callTool({
      name: "get_place",
      arguments: { id: "cities.2988507" },
    });
    await client.close();
    expect(result.structuredContent).toEqual({
      place: {
        id: "cities.2988507",
        name: "Paris",
        category: "place/city/capital",
        latitude: 48.85341,
        longitude: 2.3488,
        country: "FR",
        population: 2_138_551,
        source: "cities",
        other_names: ["Parigi", "パリ", "巴黎"],
        timezone: "Europe/Paris",
        attributes: { elevation: 42 },
        attribution: "© cities, CC BY 4.0",
        license: "CC BY 4.0",
        as_of: "2026-11",
      },
    });
    expect((result.content as { text: string }[])[0]!.text).toContain(
      "also called: Parigi, パリ, 巴黎",
    );
  });

  it.each(["place://cities.2988507", "place://cities%2E2988507"])("takes %s, too", async (id) => {
    const client = await connect(era);
    const result = await client.callTool({ name: "get_place", arguments: { id } });
    await client.close();
    expect(result.structuredContent).toMatchObject({ place: { id: "cities.2988507" } });
  });

  it("tells no more of a place than an answer has room for, and how much there is besides", async () => {
    // Quotes take two characters of JSON each.
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`fact ${n}`, `${n} ${'"'.repeat(4_000)}`]),
    );
    const otherNames = Array.from({ length: 500 }, (_, n) => `${n} ${"名".repeat(400)}`);
    const big = place("big", -41, 174, { attributes, otherNames });
    await importAll(`long-${era}`, [big]);
    const id = `long-${era}.big`;

    const client = await connect(era);
    const result = await client.callTool({ name: "get_place", arguments: { id } });
    const { contents } = await client.readResource({ uri: `place://${id}` });
    const { structuredContent } = await client.callTool({
      name: "get_nearby_data",
      arguments: { latitude: -41, longitude: 174, collection: `long-${era}`, detail: "full" },
    });
    await client.close();

    const { place: told } = result.structuredContent as { place: Record<string, object> };
    const [names, facts] = [told.other_names, told.attributes].map((one) => Object.keys(one!));
    expect([names!.length, facts!.length].every((count) => count > 20)).toBe(true);
    expect(told.left_out).toBe(
      `${500 - names!.length} more other names, ${100 - facts!.length} more attributes`,
    );
    const [text, resource] = [result.content, contents].map(
      (parts) => (parts as { text: string }[])[0]!.text,
    );
    const objects = [result.structuredContent, structuredContent].map((one) => JSON.stringify(one));
    for (const answer of [text!, resource!, ...objects]) {
      expect(answer.length).toBeLessThan(25_000);
    }
    expect(text).toContain(`left out: ${told.left_out}`);
    expect(structuredContent).toMatchObject({ results: [{ left_out: told.left_out }] });
  });

  it.each([
    "place://cities.1",
    "place://%E0%A4%A",
    "cities.1",
    "nowhere.2988507",
    "2988507",
    ":",
    "cities.",
    "' OR 1=1 --",
  ])("knows no place %s", async (id) => {
    const client = await connect(era);
    const result = await client.callTool({ name: "get_place", arguments: { id } });
    await client.close();
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toContain("get_nearby_data");
  });
});
