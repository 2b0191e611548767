import { beforeAll, describe, expect, it } from "vitest";
import type { Location } from "../../src/location/location.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { connect, type Era, type Fetch, worker } from "../support/client.ts";
import { ADDRESSES, NETWORKS } from "../support/hosts.ts";
import { CITIES, loadWorld } from "../support/world.ts";

beforeAll(() => loadWorld());

interface Call {
  readonly tool: "set_location" | "get_nearby_data" | "forget_location";
  readonly args?: Record<string, unknown>;
  readonly meta?: Record<string, unknown>;
  readonly fetch?: Fetch;
  readonly era?: Era;
}

async function call({ tool, args = {}, meta = {}, fetch = worker, era = "auto" }: Call) {
  const client = await connect(era, fetch);
  const result = await client.callTool({ name: tool, arguments: args, _meta: meta });
  await client.close();
  const text = (result.content as { text: string }[])[0]!.text;
  if (result.isError) throw new Error(text);
  return {
    ...(result.structuredContent as {
      location?: Location;
      session?: string;
      forgotten?: boolean;
      expires_in_seconds?: number;
    }),
    text,
  };
}

const from =
  (cf: object, address: string, fetch: Fetch): Fetch =>
  (request) => {
    const headers = new Headers(request.headers);
    headers.set("cf-connecting-ip", address);
    return fetch(new Request(request, { headers, cf: cf as never }));
  };
const told = appWith(catalog, { OPENAI_RANGES: "23.102.140.112/28" });
const openai = from(NETWORKS.openai, ADDRESSES.openai, told);
const elsewhere = from(NETWORKS.homeInLyon, ADDRESSES.home, told);
const untold = from(NETWORKS.openai, ADDRESSES.openai, worker);

describe.each(["auto", "legacy"] as const)("in the era of %s", (era) => {
  it("says what it understood, and gives a session to pass back", async () => {
    const set = await call({ tool: "set_location", args: { place: "東京" }, era });
    expect(set).toMatchObject({
      location: { city: "Tokyo", country: "JP", timezone: "Asia/Tokyo", source: "near" },
      session: expect.stringMatching(/^[\w-]{20,}$/),
      expires_in_seconds: 3_600,
    });
    expect(set.text).toContain("Remembered: Tokyo");
    expect(set.text).toContain(set.session);

    const args = { session: set.session };
    const { location } = await call({ tool: "get_nearby_data", args, era });
    expect(location).toMatchObject({
      source: "remembered",
      city: "Tokyo",
      label: set.location!.label,
    });

    expect(await call({ tool: "forget_location", args, era })).toMatchObject({ forgotten: true });
    expect(await call({ tool: "forget_location", args, era })).toMatchObject({ forgotten: false });
    await expect(call({ tool: "get_nearby_data", args, era })).rejects.toThrow(
      "Nothing is remembered under this session",
    );
  });
});

it.each(["home", "here", "my hotel", "null", "附近"])(
  "asks where %s is, and remembers nothing",
  async (place) => {
    const { session } = await call({ tool: "set_location", args: { place: "Lyon" } });
    await expect(call({ tool: "set_location", args: { place, session } })).rejects.toThrow(
      /does not say where that is. Ask the user where to look, then call again with "place"/,
    );
    const { location } = await call({ tool: "get_nearby_data", args: { session, near: place } });
    expect(location).toMatchObject({ city: "Lyon", source: "remembered" });
  },
);

it("takes coordinates as they are given", async () => {
  const { latitude, longitude } = CITIES.lyon;
  const { location } = await call({ tool: "set_location", args: { latitude, longitude } });
  expect(location).toMatchObject({ latitude, longitude, country: "FR", source: "arguments" });
});

it("changes what a session remembers", async () => {
  const { session } = await call({ tool: "set_location", args: { place: "Lyon" } });
  const changed = await call({ tool: "set_location", args: { place: "London", session } });
  expect(changed.session).toBe(session);
  const { location } = await call({ tool: "get_nearby_data", args: { session } });
  expect(location).toMatchObject({ city: "London" });
});

it("is overruled by what a call names, and overrules what the host says", async () => {
  const { session } = await call({ tool: "set_location", args: { place: "Lyon" } });
  const meta = { "openai/userLocation": { city: "Tokyo" } };
  const args = { session };
  expect(await call({ tool: "get_nearby_data", args: { ...args, near: "London" } })).toMatchObject({
    location: { city: "London", source: "near" },
  });
  expect(await call({ tool: "get_nearby_data", args, meta })).toMatchObject({
    location: { city: "Lyon", source: "remembered" },
  });
});

it("remembers for ChatGPT's user on OpenAI's own connection only", async () => {
  const ada = { "openai/subject": "v1/ada" };
  const set = await call({
    tool: "set_location",
    args: { place: "Lyon" },
    meta: ada,
    fetch: openai,
  });
  expect(set.session).toBeUndefined();

  const here = await call({ tool: "get_nearby_data", meta: ada, fetch: openai });
  expect(here.location).toMatchObject({ city: "Lyon", source: "remembered" });

  // Another user, and anybody who only says the same text.
  const bob = { "openai/subject": "v1/bob" };
  await expect(call({ tool: "get_nearby_data", meta: bob, fetch: openai })).rejects.toThrow(
    "not known",
  );
  await expect(call({ tool: "get_nearby_data", meta: ada, fetch: elsewhere })).rejects.toThrow(
    "not known",
  );
  await expect(call({ tool: "forget_location", meta: ada, fetch: elsewhere })).rejects.toThrow(
    '"session"',
  );
});

it("takes a session that the user brings for what it stands for, also of somebody who is known by other means", async () => {
  const known = { meta: { "openai/subject": "v1/carol" }, fetch: openai };
  await call({ tool: "set_location", args: { place: "London" }, ...known });
  const cityOf = async (args: Record<string, unknown>) =>
    (await call({ tool: "get_nearby_data", args, ...known })).location?.city;

  const { session } = await call({ tool: "set_location", args: { place: "Lyon" } });
  expect(await cityOf({ session })).toBe("Lyon");
  expect(await cityOf({})).toBe("London");

  // The new place is theirs alone, and what they brought is over.
  const set = await call({ tool: "set_location", args: { place: "Tokyo", session }, ...known });
  expect(set.session).toBeUndefined();
  const { location } = await call({ tool: "get_nearby_data", args: { session }, ...known });
  expect(location).toMatchObject({
    city: "Tokyo",
    source: "remembered",
    note: "Nothing is remembered under this session any more. This is what the user had remembered.",
  });
  expect(await call({ tool: "get_nearby_data", ...known })).not.toHaveProperty("location.note");
  await expect(call({ tool: "get_nearby_data", args: { session } })).rejects.toThrow(
    "Nothing is remembered",
  );

  const { session: another } = await call({ tool: "set_location", args: { place: "Lyon" } });
  const forget = { tool: "forget_location", args: { session: another } } as const;
  expect(await call({ ...forget, ...known })).toMatchObject({ forgotten: true });
  expect(await call({ ...forget, ...known })).toMatchObject({ forgotten: false });
  await expect(cityOf({})).rejects.toThrow("not known");
});

it("ends what a session stood for when somebody who is known by other means answers where to look", async () => {
  const { session } = await call({ tool: "set_location", args: { place: "Lyon" } });
  const client = await connect("auto", openai, () => "Tokyo");
  const cityFor = async (args: Record<string, unknown>) => {
    const _meta = { "openai/subject": "v1/dora" };
    const found = await client.callTool({ name: "get_nearby_data", arguments: args, _meta });
    return (found.structuredContent as { location: Location }).location.city;
  };
  expect(await cityFor({ session })).toBe("Lyon");
  expect(await cityFor({ session, near: "Springfield" })).toBe("Tokyo");
  expect(await cityFor({ session })).toBe("Tokyo");
  await client.close();
});

it("believes nobody to be OpenAI where the deployment does not say which addresses are OpenAI's", async () => {
  const eve = { "openai/subject": "v1/eve" };
  const args = { place: "Lyon" };
  const { session } = await call({ tool: "set_location", args, meta: eve, fetch: untold });
  expect(session).toMatch(/^[\w-]{20,}$/);
  await expect(call({ tool: "get_nearby_data", meta: eve, fetch: untold })).rejects.toThrow(
    "came through ChatGPT",
  );
});

it.each(["x".repeat(22), "../../x", "openai:v1/ada", "' OR 1=1 --", "\u0000"])(
  "finds nothing under a made-up session: %j",
  async (session) => {
    await expect(call({ tool: "get_nearby_data", args: { session } })).rejects.toThrow();
    const { forgotten } = await call({ tool: "forget_location", args: { session } });
    expect(forgotten).toBe(false);
  },
);

it.each([
  [{}, 'Pass "place"'],
  [{ latitude: 1 }, '"longitude" is missing'],
  [{ place: "Qwzxvb" }, "No place"],
  [{ place: "Springfield" }, "Missouri"],
  [{ place: "France" }, "too large"],
  [{ place: "Lyon", session: "made up" }, '"session"'],
])("%j gets words that name the way out", async (args, words) => {
  await expect(call({ tool: "set_location", args })).rejects.toThrow(words);
});
