import { expect, it } from "vitest";
import { MODERN, post } from "../support/rpc.ts";

const pings = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ jsonrpc: "2.0", id, method: "ping" }));

it.each([{}, { "mcp-protocol-version": "2025-03-26" }])(
  "of 2025-03-26 have ten messages at most: %j",
  async (headers) => {
    const served = await post(pings(10), headers);
    expect(served.status).toBe(200);
    expect((await served.text()).match(/"result":\{\}/g)).toHaveLength(10);
    for (const count of [0, 11, 10_000]) {
      const refused = await post(pings(count), headers);
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ id: null, error: { code: -32_600 } });
    }
  },
);

it.each(["2025-06-18", "2025-11-25", MODERN])("there are none in %s", async (revision) => {
  for (const count of [1, 2, 11]) {
    const refused = await post(pings(count), { "mcp-protocol-version": revision });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      id: null,
      error: { code: -32_600, message: expect.stringContaining("no batches") },
    });
  }
});

it("are refused where one of their messages says that it is of today", async () => {
  const _meta = { "io.modelcontextprotocol/protocolVersion": MODERN };
  const refused = await post([...pings(1), { ...pings(2)[1], params: { _meta } }]);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { code: -32_600 } });
});
