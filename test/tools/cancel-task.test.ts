import { beforeEach, expect, it } from "vitest";
import { connect, type Era } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { appWithTasks, as, holdChunks } from "../support/tasks/app.ts";
import { resetScript } from "../support/tasks/kinds.ts";

const fetch = appWithTasks();

beforeEach(() => resetScript());

it.each<Era | "1.x">(["auto", "legacy", "1.x"])(
  "ends a task, its owner's only (%s)",
  async (era) => {
    const asker = as(`ada ${era}`, fetch);
    const client = era === "1.x" ? await connectV1(asker) : await connect(era, asker);
    const call = async (name: string, args: Record<string, unknown>) =>
      (await client.callTool({ name, arguments: args })) as {
        structuredContent: Record<string, unknown>;
      };
    const letGo = holdChunks();
    const work = { task_type: "scripted", data: {}, timeout: 0 };
    const { task_id: id } = (await call("distributed_compute", work)).structuredContent;

    const bob = await connect("auto", as(`bob ${era}`, fetch));
    const refused = await bob.callTool({ name: "cancel_task", arguments: { task_id: id } });
    expect(refused).toMatchObject({ isError: true });
    await bob.close();

    for (let times = 0; times < 2; times++) {
      const { structuredContent } = await call("cancel_task", { task_id: id });
      expect(structuredContent).toEqual({
        status: "cancelled",
        task_id: id,
        task_type: "scripted",
        expires_at: expect.any(String),
        ...("duration_seconds" in structuredContent && { duration_seconds: expect.any(Number) }),
      });
    }
    letGo();
    // What is cancelled is joined no more.
    const again = (await call("distributed_compute", { ...work, timeout: 60 })).structuredContent;
    expect(again).toMatchObject({ status: "completed" });
    expect(again.task_id).not.toBe(id);
    await client.close();
  },
);
