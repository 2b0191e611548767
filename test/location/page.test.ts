import { beforeAll, describe, expect, it } from "vitest";
import type { Location } from "../../src/location/location.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { type AnswerForm, connect, type Fetch, type OpenPage, ORIGIN } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { ADDRESSES, AGENTS, NETWORKS } from "../support/hosts.ts";
import { modern } from "../support/rpc.ts";
import { loadWorld } from "../support/world.ts";

beforeAll(() => loadWorld());

/** From a relay: nothing but asking helps. */
const relayed = (vars: Readonly<Record<string, string>> = {}): Fetch => {
  const app = appWith(catalog, vars);
  return (request) => {
    const headers = new Headers(request.headers);
    headers.set("user-agent", AGENTS.claude);
    headers.set("cf-connecting-ip", ADDRESSES.anthropic);
    return app(new Request(request, { headers, cf: NETWORKS.anthropic as never }));
  };
};

interface User {
  readonly answer?: AnswerForm;
  readonly openPage?: OpenPage;
}

const CLIENTS = [
  ["2026-07-28", ({ answer, openPage }: User) => connect("auto", relayed(), answer, openPage)],
  [
    "2025-11-25, with the SDK of today",
    ({ answer, openPage }: User) => connect("legacy", relayed(), answer, openPage),
  ],
  [
    "2025-11-25, with version 1 of the SDK",
    ({ answer, openPage }: User) => connectV1(relayed(), answer, openPage),
  ],
] as const;

type Client = Awaited<ReturnType<(typeof CLIENTS)[number][1]>>;

async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
  const text = (content as { text: string }[])[0]!.text;
  if (isError) return { error: text };
  return structuredContent as { location: Location; session?: string; error?: undefined };
}

/** What the page does: share a place, and show the session. */
async function shareOnPage(place: string): Promise<string> {
  const client = await connect();
  const { session } = (await call(client, "set_location", { place })) as { session: string };
  await client.close();
  return session;
}

describe.each(CLIENTS)("a client of %s", (_, open) => {
  it("that shows pages alone sends its user to /here, and finds what they bring back", async () => {
    const pages: [string, string][] = [];
    const client = await open({
      openPage: (...page) => {
        pages.push(page);
        return "accept";
      },
    });
    const { error } = await call(client, "get_nearby_data", { query: "cafe" });
    // The address says nothing of who asked.
    expect(pages).toEqual([
      [`${ORIGIN}/here`, expect.stringMatching(/share your location.*paste/)],
    ]);
    expect(error).toMatch(/has gone to .*\/here .*Wait until they paste .*"session"/);

    const session = await shareOnPage("Lyon");
    const found = await call(client, "get_nearby_data", { query: "cafe", session });
    expect(found).toMatchObject({ location: { city: "Lyon", source: "remembered" } });
    expect(await call(client, "forget_location", { session })).toEqual({ forgotten: true });
    await client.close();
  });

  it.each(["decline", "cancel"] as const)(
    "does not insist when the user answers: %s",
    async (action) => {
      let times = 0;
      const client = await open({
        openPage: () => {
          times += 1;
          return action;
        },
      });
      const { error } = await call(client, "get_nearby_data");
      await client.close();
      expect(times).toBe(1);
      expect(error).toContain("did not tell it");
    },
  );

  it("that shows both sends its user to the page, without a form", async () => {
    const pages: string[] = [];
    const client = await open({
      answer: () => {
        throw new Error("asked");
      },
      openPage: (url) => {
        pages.push(url);
        return "accept";
      },
    });
    const { error } = await call(client, "get_nearby_data");
    await client.close();
    expect(pages).toEqual([`${ORIGIN}/here`]);
    expect(error).toContain("has gone to");
  });

  it.each(["decline", "cancel"] as const)(
    "that shows both asks by a form once the user answers to the page: %s",
    async (action) => {
      const asked: string[] = [];
      const client = await open({
        answer: (message) => {
          asked.push(message);
          return "Lyon";
        },
        openPage: (url) => {
          asked.push(url);
          return action;
        },
      });
      const { location } = (await call(client, "get_nearby_data")) as { location: Location };
      await client.close();
      expect(asked).toEqual([
        `${ORIGIN}/here`,
        "I do not know where you are. Where should I look?",
      ]);
      expect(location).toMatchObject({ city: "Lyon", source: "asked" });
    },
  );

  it("that shows both asks by a form which place is meant, and by the page after “here” alone", async () => {
    const asked: string[] = [];
    const answers = ["Somewhere else", "here"];
    const client = await open({
      answer: (message) => {
        asked.push(message);
        return answers.shift()!;
      },
      openPage: (url) => {
        asked.push(url);
        return "accept";
      },
    });
    const { error } = await call(client, "get_nearby_data", { near: "Springfield" });
    await client.close();
    expect(asked).toEqual([
      expect.stringContaining("Springfield"),
      "I do not know where you are. Where should I look?",
      `${ORIGIN}/here`,
    ]);
    expect(error).toContain("has gone to");
  });

  it("that shows pages alone is told in words to ask which of several places is meant", async () => {
    const client = await open({
      openPage: () => {
        throw new Error("asked");
      },
    });
    const { error } = await call(client, "get_nearby_data", { near: "Springfield" });
    await client.close();
    expect(error).toMatch(/several places called "Springfield".*Ask the user/);
    expect(error).not.toContain("/here");
  });

  it("that shows nothing is told the page in words", async () => {
    const client = await open({});
    const words = `ask the user to share their location on ${ORIGIN}/here`;
    expect((await call(client, "get_nearby_data")).error).toContain(words);
    expect((await call(client, "get_weather")).error).toContain(words);
    expect((await call(client, "set_location", { place: "home" })).error).toContain(words);
    expect((await call(client, "set_location")).error).toContain(`${ORIGIN}/here`);
    await client.close();
  });
});

it("sends nobody to a page that would ask them for a key", async () => {
  const openPage = () => {
    throw new Error("asked");
  };
  const fetch = relayed({ ANONYMOUS_SCOPES: "places:read" });
  const client = await connect("auto", fetch, undefined, openPage);
  const { error } = await call(client, "get_nearby_data");
  await client.close();
  expect(error).toMatch(/not known where the user is/);
  expect(error).not.toContain("/here");
});

it("has no address in a form", async () => {
  const params = { name: "get_nearby_data", arguments: { near: "Springfield" } };
  const elicitation = { form: {}, url: {} };
  const meta = { "io.modelcontextprotocol/clientCapabilities": { elicitation } };
  const { body } = await modern("tools/call", params, { meta, fetch: relayed() });
  const requests = JSON.stringify((body.result as { inputRequests: object }).inputRequests);
  expect(requests).toContain('"mode":"form"');
  expect(requests).not.toContain("/here");
});

it("takes no answer to a page that there is none of", async () => {
  const params = {
    name: "get_nearby_data",
    arguments: {},
    inputResponses: { location_page: { action: "accept" } },
  };
  const elicitation = { form: {}, url: {} };
  const meta = { "io.modelcontextprotocol/clientCapabilities": { elicitation } };
  const asked = async (vars: Readonly<Record<string, string>>) =>
    JSON.stringify(
      (await modern("tools/call", params, { meta, fetch: relayed(vars) })).body.result,
    );
  expect(await asked({})).toContain(`has gone to ${ORIGIN}/here`);
  expect(await asked({ ANONYMOUS_SCOPES: "places:read" })).toContain("Where should I look?");
});

it("names the origin that the deployment is known by", async () => {
  const client = await connect("auto", relayed({ PUBLIC_URL: "https://places.example.com" }));
  const { error } = await call(client, "get_nearby_data");
  await client.close();
  expect(error).toContain("https://places.example.com/here ");
});

it("names the page where the place is a guess", async () => {
  const app = appWith(catalog);
  const client = await connect("auto", (request) =>
    app(new Request(request, { cf: NETWORKS.homeInLyon as never })),
  );
  const { location } = (await call(client, "get_nearby_data")) as { location: Location };
  const { messages } = await client.getPrompt({ name: "whats_nearby", arguments: {} });
  await client.close();
  expect(location.source).toBe("network");
  expect(location.note).toContain(`the session that they get on ${ORIGIN}/here`);
  expect(JSON.stringify(messages)).toContain(`share mine on ${ORIGIN}/here`);
});
