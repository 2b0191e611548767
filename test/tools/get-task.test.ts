import { beforeEach, expect, it } from "vitest";
import { connect, type Era } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { appWithTasks, as, holdChunks } from "../support/tasks/app.ts";
import { resetScript } from "../support/tasks/kinds.ts";

const fetch = appWithTasks();

beforeEach(() => resetScript());

interface Answer {
  readonly isError?: boolean;
  readonly structuredContent?: Record<string, unknown>;
  readonly content?: { readonly text: string }[];
}

it.each<Era | "1.x">(["auto", "legacy", "1.x"])("tells how far a task is (%s)", async (era) => {
  const asker = as(`ada ${era}`, fetch);
  const client = era === "1.x" ? await connectV1(asker) : await connect(era, asker);
  const call = async (name: string, args: Record<string, unknown>) =>
    (await client.callTool({ name, arguments: args })) as Answer;
  const letGo = holdChunks();
  const work = { task_type: "scripted", data: { branches: [2] }, timeout: 0 };
  const begun = await call("distributed_compute", work);
  const { task_id: id } = begun.structuredContent!;
  const running = await call("get_task", { task_id: id });
  expect(running.structuredContent).toEqual({
    status: expect.stringMatching(/^(?:queued|running)$/),
    task_id: id,
    task_type: "scripted",
    poll_endpoint: `/mcp/tasks/${id}`,
    progress: { done: 0, total: 2, unit: "chunks" },
    expires_at: expect.any(String),
  });
  expect(running.content![0]!.text).toMatch(/0 of 2 chunks\.\nIt goes on: get_task/);

  // Two may run at once.
  await call("distributed_compute", { ...work, data: { branches: [3] } });
  const third = { ...work, data: { branches: [1] } };
  const queued = (await call("distributed_compute", third)).structuredContent!;
  expect(queued).toMatchObject({ status: "submitted", position: 1 });
  const waiting = await call("get_task", { task_id: queued.task_id });
  expect(waiting.structuredContent).toMatchObject({ status: "queued", position: 1 });
  expect(waiting.content![0]!.text).toContain("queued, 0 of 1 chunks, at position 1.");

  const contents = async () => {
    const read = await client.readResource({ uri: `task://status/${id}` });
    return JSON.parse((read.contents[0] as { text: string }).text) as unknown;
  };
  expect(await contents()).toMatchObject({ id, progress: { done: 0, total: 2 } });
  letGo();
  await call("distributed_compute", { ...third, timeout: 60 });
  expect(await contents()).toMatchObject({ id, state: "completed", result: { names: ["1", "2"] } });
  await client.close();

  const bob = await connect("auto", as(`bob ${era}`, fetch));
  const words = new Set<string>();
  for (const other of [id, `${id}0`, "made up", ""]) {
    const answer = (await bob.callTool({
      name: "get_task",
      arguments: { task_id: other },
    })) as Answer;
    expect(answer.isError).toBe(true);
    if (other) words.add(answer.content![0]!.text);
    const uri = `task://status/${other || "0"}`;
    await expect(bob.readResource({ uri })).rejects.toMatchObject({ code: -32602 });
  }
  expect(words.size).toBe(1);
  await bob.close();
});
