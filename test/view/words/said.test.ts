import { beforeAll, describe, expect, it } from "vitest";
import { StoreDown } from "../../../src/errors.ts";
import { catalog } from "../../../src/mcp/catalog.ts";
import { answerOf, textOf } from "../../../src/view/answer.ts";
import { failureOf } from "../../../src/view/words/failure.ts";
import { notesOf } from "../../../src/view/words/notes.ts";
import { appWith } from "../../support/app.ts";
import {
  type AnswerForm,
  connect,
  type Fetch,
  type OpenPage,
  worker,
} from "../../support/client.ts";
import { importAll, place } from "../../support/engine.ts";
import { ADDRESSES, AGENTS, NETWORKS } from "../../support/hosts.ts";
import { readPlaces } from "../../support/rows.ts";
import { post } from "../../support/rpc.ts";
import { loadWorld } from "../../support/world.ts";

/** What the Worker says to models in rarer cases, as it says it: whoever changes a sentence sees here what people read of it. */

/** Of GeoNames. */
const POSTAL_CODE =
  "US\t94103\tSan Francisco\tCalifornia\tCA\tSan Francisco\t075\t\t\t37.7725\t-122.4147\t4\n";

beforeAll(async () => {
  await loadWorld();
  await importAll("codes", (await readPlaces(POSTAL_CODE)).records);
});

interface Asked {
  readonly args?: Record<string, unknown>;
  readonly fetch?: Fetch;
  readonly answer?: AnswerForm;
  readonly openPage?: OpenPage;
  readonly country?: string;
}

async function ask({ args = {}, fetch, answer, openPage, country }: Asked) {
  const client = await connect("auto", fetch, answer, openPage);
  const _meta = country && { _meta: { "dev.hereabouts/userLocation": { country } } };
  const result = await client.callTool({ name: "get_nearby_data", arguments: args, ..._meta });
  await client.close();
  return result as Parameters<typeof textOf>[0];
}

/** From a relay: nothing but asking helps. */
const relayed =
  (fetch: Fetch = worker): Fetch =>
  (request) => {
    const headers = new Headers(request.headers);
    headers.set("user-agent", AGENTS.claude);
    headers.set("cf-connecting-ip", ADDRESSES.anthropic);
    return fetch(new Request(request, { headers, cf: NETWORKS.anthropic as never }));
  };
const atChatGpt: Fetch = (request) => {
  return worker(new Request(request.url.replace(/\/mcp$/, "/chatgpt/mcp"), request));
};
const NOWHERE = "It is not known where you are.";
const PARIS = { latitude: 48.85341, longitude: 2.3488 };

describe("people are told", () => {
  it.each<[string, Asked, RegExp, string]>([
    [
      "who would not say where they are",
      { fetch: relayed(), answer: () => "decline" },
      /did not tell it/,
      NOWHERE,
    ],
    [
      "who has named no place twice",
      { fetch: relayed(), answer: () => "here" },
      /asked twice/,
      NOWHERE,
    ],
    [
      "who has gone to the page",
      { fetch: relayed(), openPage: () => "accept" },
      /has gone to/,
      NOWHERE,
    ],
    [
      "who answers no place that is known",
      { fetch: relayed(), answer: () => "Qwzxvb" },
      /asked twice/,
      NOWHERE,
    ],
    [
      "who names a postal code of another country",
      { args: { near: "94103" }, country: "DE" },
      /^The postal code/,
      'The postal code "94103" is known in another country only: 94103, California, US. Name the town, or the code with its country.',
    ],
    [
      "who asks for what is open where nothing has hours",
      { args: { ...PARIS, open_now: true } },
      /no opening hours/,
      "It is not known here what is open.",
    ],
  ])("%s", async (_, asked, said, why) => {
    const result = await ask(asked);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(said);
    expect(failureOf(textOf(result), true).why).toBe(why);
  });

  it("whose app has to tell where they are", async () => {
    const text = textOf(await ask({ fetch: atChatGpt }));
    expect(text).toContain("takes no place");
    expect(failureOf(text, false).why).toBe(
      `${NOWHERE} Let this app know where you are, and ask again.`,
    );
  });

  it("who asks too much, or while a store is down", async () => {
    const none = { limit: async () => ({ success: false }) };
    const app = appWith(catalog, { REQUEST_LIMIT: none });
    const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
    const refused = await post(ping, { "cf-connecting-ip": ADDRESSES.home }, app);
    const { error } = (await refused.json()) as { error: { message: string } };
    for (const message of [error.message, new StoreDown("late").message]) {
      expect(failureOf(message, true).why).toBe("The server is busy. Try again in a few seconds.");
    }
  });
});

describe("of an answer people are not told twice", () => {
  it("that the point is the server's usual one", async () => {
    const app = appWith(catalog, { DEFAULT_LOCATION: "Lyon, FR" });
    const answer = answerOf(await ask({ args: { query: "cafe" }, fetch: relayed(app) }))!;
    expect(answer.warnings).toEqual([expect.stringContaining("default location")]);
    expect(notesOf(answer)).toEqual([
      "The request came through Claude: its network address does not tell where the user is and was ignored.",
    ]);
  });

  it("of how many the record is told", async () => {
    const facts = Array.from({ length: 45 }, (_, n) => [`fact${n}`, `${n}`.repeat(40)]);
    const attributes = Object.fromEntries(facts);
    const records = Array.from({ length: 20 }, (_, n) =>
      place(`long${n}`, -41 - n / 1_000, 174, { attributes }),
    );
    await importAll("long", records, { partSize: 20 });
    const point = { latitude: -41.0001, longitude: 174.0001 };
    const answer = answerOf(await ask({ args: { ...point, detail: "full", limit: 20 } }))!;
    expect(answer.warnings).toEqual([expect.stringContaining("shown in full")]);
    expect(notesOf(answer)).toEqual([]);
  });
});
