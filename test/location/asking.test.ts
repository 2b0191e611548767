import { beforeAll, describe, expect, it } from "vitest";
import type { Location } from "../../src/location/location.ts";
import { type AnswerForm, connect, type Fetch, worker } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { ADDRESSES, AGENTS, NETWORKS } from "../support/hosts.ts";
import { loadWorld } from "../support/world.ts";

beforeAll(() => loadWorld());

/** From a relay: nothing but asking helps. */
const relayed: Fetch = (request) => {
  const headers = new Headers(request.headers);
  headers.set("user-agent", AGENTS.claude);
  headers.set("cf-connecting-ip", ADDRESSES.anthropic);
  return worker(new Request(request, { headers, cf: NETWORKS.anthropic as never }));
};

const CLIENTS = [
  ["2026-07-28", (answer?: AnswerForm) => connect("auto", relayed, answer)],
  [
    "2025-11-25, with the SDK of today",
    (answer?: AnswerForm) => connect("legacy", relayed, answer),
  ],
  ["2025-11-25, with version 1 of the SDK", (answer?: AnswerForm) => connectV1(relayed, answer)],
] as const;

interface Answer {
  readonly location?: Location;
  readonly cafes: readonly string[];
  readonly error?: string;
}

type Client = Awaited<ReturnType<(typeof CLIENTS)[number][1]>>;

async function askForCafes(client: Client, args: Record<string, unknown> = {}): Promise<Answer> {
  const { isError, content, structuredContent } = await client.callTool({
    name: "get_nearby_data",
    arguments: { query: "cafe", radius: 60, ...args },
  });
  if (isError) return { cafes: [], error: (content as { text: string }[])[0]!.text };
  const { location, results } = structuredContent as {
    location: Location;
    results: { id: string }[];
  };
  return { location, cafes: results.map(({ id }) => id) };
}

describe.each(CLIENTS)("a client of %s", (_, open) => {
  it("shows the question to its user, and gets the cafes of the answer", async () => {
    const asked: string[] = [];
    const client = await open((message) => {
      asked.push(message);
      return "Lyon";
    });
    const { location, cafes } = await askForCafes(client);
    await client.close();
    expect(asked).toEqual(["I do not know where you are. Where should I look?"]);
    expect(location).toMatchObject({ source: "asked", city: "Lyon", country: "FR" });
    expect(cafes).toEqual(["cafes.lyon"]);
  });

  it("takes coordinates for an answer", async () => {
    const client = await open(() => "35.69, 139.69");
    const { location, cafes } = await askForCafes(client);
    await client.close();
    expect(location).toMatchObject({ source: "asked", latitude: 35.69, country: "JP" });
    expect(cafes).toEqual(["cafes.tokyo"]);
  });

  it("chooses one, where there are several", async () => {
    const offered: (readonly string[] | undefined)[] = [];
    const client = await open((_message, choices) => {
      offered.push(choices);
      return choices!.find((choice) => choice.includes("Missouri"))!;
    });
    const { location } = await askForCafes(client, { near: "Springfield" });
    await client.close();
    expect(offered).toEqual([
      [
        "Springfield, Missouri, US",
        "Springfield, Massachusetts, US",
        "Springfield, Illinois, US",
        "Somewhere else",
      ],
    ]);
    expect(location).toMatchObject({ source: "asked", region: "Missouri", matched: "exact" });
  });

  it("has a choice remembered", async () => {
    let times = 0;
    const client = await open((_message, choices) => {
      times += 1;
      return choices?.find((choice) => choice.includes("Illinois")) ?? "Springfield";
    });
    const { structuredContent } = await client.callTool({
      name: "set_location",
      arguments: { place: "home" },
    });
    await client.close();
    expect(times).toBe(2);
    expect(structuredContent).toMatchObject({ location: { region: "Illinois", source: "asked" } });
  });

  it("may mean none of them, and is asked for any text then", async () => {
    const offered: (readonly string[] | undefined)[] = [];
    const client = await open((_message, choices) => {
      offered.push(choices);
      return choices ? choices.at(-1)! : "Lyon";
    });
    const { location } = await askForCafes(client, { near: "Springfield" });
    await client.close();
    expect(offered.map((choices) => choices?.length)).toEqual([4, undefined]);
    expect(location).toMatchObject({ source: "asked", city: "Lyon" });
  });

  it("is asked twice at most, in words for a person", async () => {
    const asked: string[] = [];
    const client = await open((message) => {
      asked.push(message);
      return asked.length === 1 ? "10 Downing Street" : "at home";
    });
    const { error } = await askForCafes(client, { near: "my hotel" });
    await client.close();
    expect(asked).toEqual([
      "I do not know where you are. Where should I look?",
      'No place called "10 Downing Street" is known. Where should I look?',
    ]);
    expect(error).toMatch(/asked twice.*Do not ask again.*city, station, airport or postal code/);
  });

  it("asks again where nobody knows the place", async () => {
    const answers = ["Qwzxvb", "", "Paris"];
    const client = await open(() => answers.shift()!);
    const { location } = await askForCafes(client);
    await client.close();
    // An empty answer is none: the user would not say.
    expect(location).toBeUndefined();
    expect(answers).toEqual(["Paris"]);
  });

  it.each(["decline", "cancel"] as const)(
    "does not insist when the user answers: %s",
    async (action) => {
      let times = 0;
      const client = await open(() => {
        times += 1;
        return action;
      });
      const { error } = await askForCafes(client);
      await client.close();
      expect(times).toBe(1);
      expect(error).toContain("did not tell it");
    },
  );

  it("is told what to ask, if it shows no forms", async () => {
    const client = await open();
    const { error } = await askForCafes(client);
    await client.close();
    expect(error).toMatch(/came through Claude.*Ask the user where to look.*"near"/);
  });
});
