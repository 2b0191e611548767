import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../support/client.ts";
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
