import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { appWith } from "../support/app.ts";
import { placeholder } from "../support/placeholder.ts";
import { legacy, modern } from "../support/rpc.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
const elsewhere = `00-${"1".repeat(32)}-00f067aa0ba902b7-01`;

const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines.length = 0;
  const write = (line: unknown) => lines.push(JSON.parse(String(line))) > 0;
  vi.spyOn(console, "log").mockImplementation(write);
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const points: AnalyticsEngineDataPoint[] = [];
const analytics = { writeDataPoint: (point: AnalyticsEngineDataPoint) => points.push(point) };
const fetch = appWith(placeholder, { ANALYTICS: analytics });

// With its first answer an isolate says once what is open to everybody: this file may be the first.
beforeAll(() => modern("tools/list", {}, { fetch }));

const calls = () => lines.filter(({ event }) => event === "call");

it("is told in one line of the log, with what it cost", async () => {
  await modern("tools/call", { name: "add_numbers", arguments: { a: 1 } }, { fetch });
  expect(lines).toEqual([
    {
      event: "call",
      request: expect.stringMatching(/^[\da-f-]{36}$/),
      trace: expect.stringMatching(/^[\da-f]{32}$/),
      span: expect.stringMatching(/^[\da-f]{16}$/),
      era: "modern",
      method: "tools/call",
      tool: "add_numbers",
      outcome: "ok",
      milliseconds: expect.any(Number),
      queries: 0,
      rowsRead: 0,
      rowsWritten: 0,
      r2Reads: 0,
    },
  ]);
});

it("belongs to the trace of its message, else of its request", async () => {
  const call = { name: "add_numbers", arguments: { a: 1 } };
  const inHeader = { headers: { traceparent }, fetch };
  await modern("tools/call", call, inHeader);
  await modern("tools/call", call, {
    meta: { traceparent },
    headers: { traceparent: elsewhere },
    fetch,
  });
  await modern("tools/call", call, { meta: { traceparent: "made up" }, ...inHeader });
  await legacy("tools/call", call, inHeader);
  await legacy("tools/call", { ...call, _meta: { traceparent } }, { fetch });
  expect(calls()).toHaveLength(5);
  for (const call of calls()) {
    expect(call).toMatchObject({ trace: TRACE, parentSpan: "00f067aa0ba902b7" });
  }
});

it("is a point of Analytics Engine where there is a dataset", async () => {
  points.length = 0;
  await modern("tools/call", { name: "fail_on_purpose", arguments: { way: "caller" } }, { fetch });
  await legacy("resources/read", { uri: "note://gone" }, { fetch });
  expect(points).toEqual([
    {
      indexes: ["fail_on_purpose"],
      blobs: ["tools/call", "modern", "fail_on_purpose", "caller_error", ""],
      doubles: [expect.any(Number), 0, 0, 0, 0],
    },
    {
      indexes: ["note"],
      blobs: ["resources/read", "legacy", "note", "caller_error", ""],
      doubles: [expect.any(Number), 0, 0, 0, 0],
    },
  ]);
});
