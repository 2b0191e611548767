import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { connect } from "../support/client.ts";
import { loadParis } from "../support/places.ts";
import { anyRequest, type FuzzRequest, type Offered } from "./request.ts";
import { type FuzzAnswer, faultsOf } from "./verdict.ts";

const ORIGIN = "https://hereabouts.example";
const TOKEN = "a secret of some length";
const RUNS = 400;
const app = appWith(catalog, { ADMIN_TOKEN: TOKEN });

async function send({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  const request = new Request(`${ORIGIN}${path}`, {
    method,
    body: body ?? null,
    headers: headers as [string, string][],
  });
  const response = await app(request);
  const text = await response.text();
  // How long it takes is for the long run to see: this machine may be busy.
  return { status: response.status, headers: response.headers, body: text, milliseconds: 0 };
}

describe("any request", () => {
  let offered: Offered;
  beforeAll(async () => {
    await loadParis();
    const client = await connect("legacy");
    const { tools } = await client.listTools();
    const { prompts } = await client.listPrompts();
    const { resources } = await client.listResources();
    offered = {
      tools,
      prompts: prompts.map(({ name }) => name),
      resources: resources.map(({ uri }) => uri),
      tokens: [TOKEN],
      sessions: [],
    };
  });

  it("is answered without a failure of ours, and without a word of what is inside", async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest(offered), async (request) => {
        expect(faultsOf(request, await send(request))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
