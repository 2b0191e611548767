import { beforeEach, expect, it } from "vitest";
import { CallerError } from "../../src/errors.ts";
import { connect, type Fetch } from "../support/client.ts";
import { legacy, modern } from "../support/rpc.ts";
import { appWithTasks, as, holdChunks } from "../support/tasks/app.ts";
import { resetScript, SCRIPT } from "../support/tasks/kinds.ts";
import { ended, openTasks } from "../support/tasks/tasks.ts";

const fetch = appWithTasks();
const ada = as("ada", fetch);
const EXTENSION = "io.modelcontextprotocol/tasks";
const FOLLOWS = {
  meta: { "io.modelcontextprotocol/clientCapabilities": { extensions: { [EXTENSION]: {} } } },
};

beforeEach(() => resetScript());

let calls = 0;

/** A call that no other one joins. */
const submit = (by: Fetch, follows: object = FOLLOWS, data: object = { note: `${calls++}` }) => {
  const args = { task_type: "scripted", data };
  const params = { name: "distributed_compute", arguments: args };
  return modern("tools/call", params, { ...follows, fetch: by });
};
const ask = (method: string, taskId: unknown, by: Fetch = ada, follows: object = FOLLOWS) =>
  modern(method, { taskId }, { ...follows, fetch: by });

async function end(id: string): Promise<void> {
  const subject = "jwt:https://id.example.com ada";
  await ended(openTasks(), id, { subject, joinsAs: undefined, holder: "" });
}

it("is announced to clients of 2026, where somebody may use it", async () => {
  const announced = async (by: Fetch) =>
    (await modern("server/discover", {}, { fetch: by })).body.result!.capabilities;
  expect(await announced(fetch)).toMatchObject({ extensions: { [EXTENSION]: {} } });
  const closed = appWithTasks({ ANONYMOUS_SCOPES: "places:read", JWT_ISSUER: "", JWT_SECRET: "" });
  expect(await announced(closed)).not.toHaveProperty(["extensions", EXTENSION]);
  const client = await connect("legacy", fetch);
  expect(client.getServerCapabilities()).not.toHaveProperty(["extensions", EXTENSION]);
});

it("is what a client gets that follows tasks, with the result of the call in the end", async () => {
  const letGo = holdChunks();
  const data = { branches: [2], note: "followed" };
  const { body } = await submit(ada, FOLLOWS, data);
  const { taskId, ...created } = body.result as { taskId: string };
  expect(created).toMatchObject({
    resultType: "task",
    status: "working",
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    lastUpdatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    ttlMs: expect.any(Number),
    pollIntervalMs: 2_000,
  });
  const working = (await ask("tasks/get", taskId)).body.result;
  expect(working).toMatchObject({ resultType: "complete", taskId, status: "working" });
  expect(working).not.toHaveProperty("result");
  letGo();
  await end(taskId);
  const done = (await ask("tasks/get", taskId)).body.result;
  expect(done).toMatchObject({
    resultType: "complete",
    status: "completed",
    result: {
      resultType: "complete",
      content: [{ type: "text", text: expect.stringContaining("1 2") }],
      structuredContent: { status: "completed", task_id: taskId, result: { names: ["1", "2"] } },
    },
  });
  // What is done is no task any more: the same call is answered.
  const again = (await submit(ada, FOLLOWS, data)).body.result;
  expect(again).toMatchObject({ resultType: "complete", structuredContent: { task_id: taskId } });
});

it("ends as a tool that fails, where the work fails", async () => {
  SCRIPT.chunk = async () => {
    throw new CallerError("The file has no columns.");
  };
  const { taskId } = (await submit(ada)).body.result as { taskId: string };
  await end(taskId);
  const { body } = await ask("tasks/get", taskId);
  expect(body.result).toMatchObject({
    status: "completed",
    result: {
      resultType: "complete",
      isError: true,
      structuredContent: { reason: "The file has no columns." },
    },
  });
});

it("is cancelled, and takes answers to nothing", async () => {
  const letGo = holdChunks();
  const { taskId } = (await submit(ada)).body.result as { taskId: string };
  for (const method of ["tasks/update", "tasks/cancel", "tasks/cancel"]) {
    const { body } = await ask(method, taskId);
    expect(body.result).toEqual({ resultType: "complete", _meta: expect.anything() });
  }
  letGo();
  expect((await ask("tasks/get", taskId)).body.result).toMatchObject({ status: "cancelled" });
});

it("is nobody's who does not follow tasks, nor anybody else's", async () => {
  const { taskId } = (await submit(ada)).body.result as { taskId: string };
  const plain = await submit(ada, {});
  expect(plain.body.result).toMatchObject({ resultType: "complete", structuredContent: {} });
  expect(plain.body.result).not.toHaveProperty("taskId");
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    const refused = await ask(method, taskId, ada, {});
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { extensions: { [EXTENSION]: {} } } },
    });
    const words = new Set<string>();
    for (const id of [taskId, taskId.replace(/.$/, ""), "made up"]) {
      const { status, body } = await ask(method, id, as("bob", fetch));
      expect(status).toBe(200);
      expect(body.error).toMatchObject({ code: -32602 });
      words.add(body.error!.message);
    }
    expect(words.size).toBe(1);
    // By an earlier revision there are none.
    const earlier = await legacy(method, { taskId }, { fetch: ada });
    expect(earlier.body.error).toMatchObject({ code: -32601 });
  }
  expect((await ask("tasks/get", 5)).body.error!.code).toBe(-32602);
});

it("needs the scope, before anything of it is told", async () => {
  const closed = appWithTasks({ ANONYMOUS_SCOPES: "places:read" });
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    const { status, headers } = await ask(method, "made up", closed);
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain('scope="tasks"');
  }
  expect((await ask("tasks/list", "made up")).body.error).toMatchObject({ code: -32601 });
});
