import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { CallerError } from "../../src/errors.ts";
import { Memory } from "../../src/memory/memory.ts";
import { openMetrics } from "../../src/observe/metrics.ts";
import type { Fetch } from "../support/client.ts";
import { modern } from "../support/rpc.ts";
import { appWithTasks, as, holdChunks } from "../support/tasks/app.ts";
import { namesOf, resetScript, SCRIPT } from "../support/tasks/kinds.ts";
import { type Answer, clientsOf, type Told, textOf } from "../support/tool-clients.ts";

const fetch = appWithTasks({ TASK_WAIT_SECONDS: "2" });

beforeEach(() => resetScript());

const NAME = "distributed_compute";

const CLIENTS = clientsOf(NAME);

const work = (data: object = {}) => ({ task_type: "scripted", data });
const idIn = ({ structuredContent }: Answer) => String(structuredContent!.task_id);

describe.each(Object.entries(CLIENTS))("%s", (name, open) => {
  it("waits for the result", async () => {
    const call = await open(as(`waits ${name}`, fetch));
    const answer = await call(work({ branches: [2, 2] }));
    expect(answer.isError ?? false).toBe(false);
    expect(answer.structuredContent).toEqual({
      status: "completed",
      task_id: expect.stringMatching(/^[0-9a-f]{64}$/),
      task_type: "scripted",
      result: { names: namesOf([2, 2]) },
      duration_seconds: expect.any(Number),
      expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(textOf(answer)).toContain("1 1.1 1.2 2 2.1 2.2");
  });

  it("hears how far it is, each time farther, and which task it is", async () => {
    const call = await open(as(`hears ${name}`, fetch));
    const told: Told[] = [];
    SCRIPT.chunk = async () => scheduler.wait(30);
    const answer = await call(work({ branches: [3, 4] }), (one) => told.push(one));
    expect(told.length).toBeGreaterThan(1);
    const amounts = told.map(({ progress }) => progress);
    expect(amounts).toEqual([...new Set(amounts)].sort((a, b) => a - b));
    expect(amounts.at(-1)).toBe(15);
    for (const { message } of told) expect(message).toContain(idIn(answer));
  });

  it("comes back to a task that took too long, and never begins it twice", async () => {
    const call = await open(as(`comes back ${name}`, fetch));
    const letGo = holdChunks();
    const first = await call({ ...work(), timeout: 0.2 });
    expect(first.structuredContent).toMatchObject({
      status: "timeout",
      poll_endpoint: `/mcp/tasks/${idIn(first)}`,
      progress: { done: 0, total: 3, unit: "chunks" },
    });
    const again = await call({ ...work(), timeout: 0 });
    expect(again.structuredContent).toEqual({
      status: "submitted",
      task_id: idIn(first),
      task_type: "scripted",
      poll_endpoint: `/mcp/tasks/${idIn(first)}`,
      expires_at: expect.any(String),
    });
    letGo();
    const joined = await call(work());
    expect(joined.structuredContent).toMatchObject({ status: "completed", task_id: idIn(first) });
    const seen = await call({ task_id: idIn(first) }, undefined, "get_task");
    expect(seen.structuredContent).toEqual(joined.structuredContent);
    expect((await call({ ...work(), timeout: 0 })).structuredContent).toEqual(
      joined.structuredContent,
    );
  });

  it("is told in words what is wrong", async () => {
    const call = await open(as(`errs ${name}`, fetch));
    const cases: readonly [object, RegExp][] = [
      [{ task_type: "no_such", data: {} }, /named "no_such".*\n- scripted: .*"branches"/s],
      [work({ branches: ["many"] }), /branches\.0: must be a number, not "many"/],
      [work({ branchs: [1] }), /no input named branchs; there are branches, cost, note, files/],
      [{ ...work(), timeout: -1 }, /timeout: must be at least 0, but is -1/],
      [{ ...work(), timeout: "soon" }, /timeout: must be a number, not "soon"/],
      [{ data: {} }, /task_type: is missing/],
      [work({ note: "impossible" }), /that is impossible/],
    ];
    for (const [args, words] of cases) {
      const answer = await call(args as Record<string, unknown>);
      expect(answer.isError).toBe(true);
      expect(textOf(answer)).toMatch(words);
    }
  });
});

it("waits as long as it may, and says so", async () => {
  const call = await CLIENTS["the SDK, 2026"]!(as("cut", fetch));
  const letGo = holdChunks();
  const cut = await call({ ...work(), timeout: 300 });
  expect(cut.structuredContent).toMatchObject({
    status: "timeout",
    note: "A call like this waits 2 seconds at most.",
  });
  expect(textOf(cut)).toContain("It goes on");
  letGo();
  const long = await call({ ...work({ branches: [1] }), timeout: 100_000 });
  expect(long.structuredContent).toMatchObject({ status: "completed", note: expect.any(String) });
  const short = await call({ ...work({ branches: [2] }), timeout: 100 });
  expect(short.structuredContent).not.toHaveProperty("note");
});

it("tells why a task has failed, as a failure", async () => {
  const call = await CLIENTS["the SDK, 2026"]!(as("fails", fetch));
  SCRIPT.chunk = async () => {
    throw new CallerError("The file has no columns.");
  };
  const answer = await call(work());
  expect(answer).toMatchObject({
    isError: true,
    structuredContent: { status: "failed", reason: "The file has no columns." },
  });
  expect(textOf(answer)).toContain("The file has no columns.");
});

it("links files", async () => {
  const call = await CLIENTS["the SDK, 2026"]!(as("files", fetch));
  const answer = await call(work({ files: true }));
  const [file] = answer.structuredContent!.files as { name: string; url: string }[];
  expect(file).toMatchObject({ name: "names.txt", media_type: "text/plain" });
  expect(textOf(answer)).toContain(file!.url);
  const response = await fetch(new Request(file!.url));
  expect(await response.text()).toBe("1\n2\n3\n");
});

it("joins whoever is the same, and nobody else", async () => {
  const id = async (asker: Fetch, session?: string) => {
    const args = { ...work(), timeout: 0, ...(session && { session }) };
    const { body } = await modern("tools/call", { name: NAME, arguments: args }, { fetch: asker });
    return (body.result!.structuredContent as { task_id: string }).task_id;
  };
  const letGo = holdChunks();
  const ada = await id(as("ada", fetch));
  expect(await id(as("ada", fetch))).toBe(ada);
  expect(await id(as("bob", fetch))).not.toBe(ada);
  const nobody = await id(fetch);
  expect(await id(fetch)).not.toBe(nobody);
  const memory = new Memory(
    env.SESSION,
    60,
    openMetrics(env.METRIC_SHARDS, createExecutionContext()),
  );
  const handle = memory.newHandle();
  const session = await id(fetch, handle);
  expect(await id(fetch, handle)).toBe(session);
  expect(await id(fetch, memory.newHandle())).not.toBe(session);
  expect(await id(as("ada", fetch), handle)).toBe(ada);
  // What models make up, others do, too.
  expect(await id(fetch, "default")).not.toBe(await id(fetch, "default"));
  letGo();
});
