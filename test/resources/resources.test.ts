import { beforeAll, expect, it } from "vitest";
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
