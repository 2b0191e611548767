import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CallTool, NotForgotten, NotShared, Sharing } from "../../../src/view/here/sharing.ts";
import { McpClient, McpError } from "../../../src/view/mcp/client.ts";
import { connect, type Fetch, ORIGIN, worker } from "../../support/client.ts";
import { appWithTokens, sharedToken } from "../../support/tokens.ts";
import { loadWorld } from "../../support/world.ts";

function serveBy(fetch: Fetch): void {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) =>
    fetch(new Request(new URL(path, ORIGIN), init)),
  );
}

beforeEach(async () => {
  serveBy(worker);
  await loadWorld();
});
afterEach(() => vi.unstubAllGlobals());

const client = new McpClient("here");
const newSharing = () => new Sharing((name, args) => client.callTool(name, args));
const LYON = { latitude: 45.75, longitude: 4.85 };

/** What an assistant finds with the session of the sentence. */
async function cafesOf(session: string | undefined, era: "auto" | "legacy") {
  const assistant = await connect(era);
  const args = { query: "cafe", radius: 60, session };
  const { content, structuredContent } = await assistant.callTool({
    name: "get_nearby_data",
    arguments: args,
  });
  await assistant.close();
  const { results } = (structuredContent ?? {}) as { results?: { id: string }[] };
  return results?.map(({ id }) => id) ?? (content as { text: string }[])[0]!.text;
}

describe.each(["auto", "legacy"] as const)("in the era of %s", (era) => {
  it("shares with an assistant until it is to be forgotten", async () => {
    const sharing = newSharing();
    const { session, location, expires_in_seconds } = await sharing.share(LYON);
    expect(session).toMatch(/^[\w-]{20,}$/);
    // Two decimals are about a kilometre.
    expect(location).toMatchObject({ ...LYON, accuracy_meters: 556 });
    expect(expires_in_seconds).toBe(3_600);
    expect(await cafesOf(session, era)).toEqual(["cafes.lyon"]);

    // The sentence that was pasted holds for another place, too.
    expect((await sharing.share("Tokyo")).session).toBe(session);
    expect(await cafesOf(session, era)).toEqual(["cafes.tokyo"]);

    await sharing.forget();
    expect(await cafesOf(session, era)).toContain("Nothing is remembered under this session");
    expect((await sharing.share(LYON)).session).not.toBe(session);
  });
});

it("shares anew what was forgotten elsewhere", async () => {
  const sharing = newSharing();
  const { session } = await sharing.share(LYON);
  await client.callTool("forget_location", { session });
  const again = await sharing.share("Lyon");
  expect(again.session).not.toBe(session);
  expect(await cafesOf(again.session, "auto")).toEqual(["cafes.lyon"]);
});

it("keeps what the server has failed to forget, to forget it later", async () => {
  const fails = vi.fn(async () => ({ isError: true }));
  let callTool: CallTool = (name, args) => client.callTool(name, args);
  const sharing = new Sharing((name, args) => callTool(name, args));
  const { session } = await sharing.share(LYON);
  callTool = fails;
  await expect(sharing.forget()).rejects.toThrow(NotForgotten);
  expect(fails).toHaveBeenCalledExactlyOnceWith("forget_location", { session });
  expect(await cafesOf(session, "auto")).toEqual(["cafes.lyon"]);

  callTool = (name, args) => client.callTool(name, args);
  await sharing.forget();
  expect(await cafesOf(session, "auto")).toContain("Nothing is remembered under this session");
});

it("has shared nothing where the answer does not say so", async () => {
  const sharing = new Sharing(async () => ({ content: [], structuredContent: { session: "s" } }));
  await expect(sharing.share(LYON)).rejects.toThrow(NotShared);
});

it.each([
  ["the server fails", async () => ({ isError: true, content: [] })],
  ["the place is not known", (args: object) => client.callTool("set_location", args)],
])("leaves one session only where %s", async (_, second) => {
  let isFirst = true;
  const asked = vi.fn<CallTool>((name, args) =>
    isFirst ? client.callTool(name, args) : second(args),
  );
  const sharing = new Sharing(asked);
  const { session } = await sharing.share(LYON);
  isFirst = false;
  await expect(sharing.share("Qwzxvb")).rejects.toThrow(NotShared);
  // Not asked again without the session: the older one would stay, and could not be forgotten from here.
  expect(asked).toHaveBeenCalledTimes(2);
  isFirst = true;
  expect((await sharing.share("Tokyo")).session).toBe(session);
});

it("offers the places that may be meant", async () => {
  const sharing = newSharing();
  const refused = (await sharing.share("Springfield").catch((error) => error)) as NotShared;
  expect(refused).toBeInstanceOf(NotShared);
  expect(refused.failure.choices).toContain("Springfield, Missouri, US");
  const { location } = await sharing.share("Springfield, Missouri, US");
  expect(location).toMatchObject({ label: "Springfield, Missouri, US" });
});

it.each(["Qwzxvb", "at home"])("says for people that it knows no %s", async (place) => {
  const refused = (await newSharing()
    .share(place)
    .catch((error) => error)) as Error;
  expect(refused).toBeInstanceOf(NotShared);
  expect(refused.message).toContain(place);
  expect(refused.message).not.toMatch(/session|call again|pass |latitude/i);
});

it("has what is shared with a key found under that key", async () => {
  const token = await sharedToken({ scope: "places:read location" });
  serveBy(appWithTokens({ ANONYMOUS_SCOPES: "" }));
  const closed = new McpClient("here");
  const sharing = new Sharing((name, args) => closed.callTool(name, args));
  const refusal = await sharing.share(LYON).catch((error) => error);
  expect(refusal).toBeInstanceOf(McpError);
  expect(refusal.needsKey).toBe(true);

  closed.key = token;
  const { session } = await sharing.share(LYON);
  expect(session).toBeUndefined();
  const { structuredContent } = await closed.callTool("get_nearby_data", { query: "cafe" });
  expect(structuredContent).toMatchObject({ location: { ...LYON, source: "remembered" } });
  await sharing.forget();
  expect(await closed.callTool("get_nearby_data", {})).toMatchObject({ isError: true });
});
