import { beforeAll, expect, it } from "vitest";
import type { Caller } from "../../src/caller.ts";
import collections from "../../src/resources/collections.ts";
import type { Services } from "../../src/services.ts";
import { connect } from "../support/client.ts";
import { loadParis } from "../support/places.ts";
import { modern } from "../support/rpc.ts";

beforeAll(() => loadParis());

async function read(uri: string): Promise<unknown> {
  const client = await connect();
  const { contents } = await client.readResource({ uri });
  await client.close();
  return JSON.parse((contents[0] as { text: string }).text);
}

it("place://{id} is the place's full record", async () => {
  expect(await read("place://sights.cdg")).toMatchObject({
    id: "sights.cdg",
    other_names: ["CDG"],
    license: "ODbL 1.0",
  });
});

it("place://{id} of nothing is not found", async () => {
  const { body } = await modern("resources/read", { uri: "place://sights.none" });
  expect(body.error).toMatchObject({ code: -32602, data: { uri: "place://sights.none" } });
});

it("places://collections says what is here", async () => {
  expect(await read("places://collections")).toEqual({
    collections: [
      {
        id: "cities",
        title: "Places of cities",
        license: "CC BY 4.0",
        attribution: "© cities, CC BY 4.0",
        url: "https://cities.example/",
        as_of: "2026-11",
        loaded_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        places: 2,
        categories: [{ path: "place/city/capital", label: "Capital", places: 2 }],
      },
      expect.objectContaining({ id: "sights", places: 5 }),
    ],
  });
});

it("places://collections names the largest categories, as far as there is room", async () => {
  const labels = { title: "", license: "", attribution: "", url: "", asOf: "", loadedAt: "" };
  const collection = (id: string, kinds: number) => ({
    ...labels,
    id,
    places: kinds,
    categories: Array.from({ length: kinds }, (_, n) => {
      return { path: `kind/${n}`, label: `A kind of place, number ${n}`, places: kinds - n };
    }),
  });
  const all = [collection("many", 5_000), collection("few", 3), collection("more", 9_000)];
  const services = { places: { collections: async () => all } } as unknown as Services;
  const text = await collections.read({}, services, {} as Caller);
  expect(text!.length).toBeLessThan(27_000);
  const [many, few, more] = JSON.parse(text!).collections;
  expect(few).toEqual({ ...few, id: "few", categories: all[1]!.categories });
  expect(few).not.toHaveProperty("more_categories");
  for (const [view, { id, categories }] of [
    [many, all[0]!],
    [more, all[2]!],
  ] as const) {
    expect(view.id).toBe(id);
    expect(view.categories.length).toBeGreaterThan(100);
    expect(view.categories).toEqual(categories.slice(0, view.categories.length));
    expect(view.more_categories).toBe(categories.length - view.categories.length);
  }
});
