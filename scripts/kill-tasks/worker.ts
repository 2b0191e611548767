import * as z from "zod/v4";
import { inboxObjectOf } from "../../src/imports/inbox/event.ts";
import { beginRebuild } from "../../src/imports/rebuild.ts";
import type { Stores } from "../../src/index/write/transaction.ts";
import { openDeployment, openWorld } from "../../src/services.ts";
import type { TaskType, Work } from "../../src/tasks/contract.ts";
import { taskWorkClass } from "../../src/tasks/engine/work.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "../../src/tasks/types.ts";
import worker from "../../src/worker.ts";

/** The Worker, with a kind of work that only takes time, and a door by which `npm run kill:tasks` hands in any kind. */
export * from "../../src/worker.ts";

const StepsInput = z.strictObject({
  steps: z.int(),
  milliseconds: z.int(),
  joinMilliseconds: z.int(),
  nonce: z.string(),
});

interface Step {
  readonly step: number;
  readonly file: string;
}

/** Each chunk writes a row into a file of its own; the result has all of them. */
const steps: TaskType<typeof StepsInput, number, Step, { sum: number }> = {
  name: "steps",
  title: "Steps",
  description: "Takes time.",
  input: StepsInput,
  unit: "steps",
  async plan({ steps: total }) {
    return { chunks: Array.from({ length: total }, (_, step) => step), total, cost: total };
  },
  async run(step, { milliseconds }, work) {
    await pass(milliseconds, work);
    const file = await work.files.put("row", `${step}\n`);
    return { part: { step, file }, done: 1, cost: 1 };
  },
  async join(all, { joinMilliseconds }, work) {
    await pass(joinMilliseconds, work);
    const sum = all.reduce((sum, { step }) => sum + step, 0);
    return {
      result: { sum },
      files: [{ name: "steps.txt", mediaType: "text/plain", parts: all.map(({ file }) => file) }],
    };
  },
  summarize: ({ sum }) => String(sum),
};

async function pass(milliseconds: number, { pause }: Pick<Work, "pause">): Promise<void> {
  const untilMs = Date.now() + milliseconds;
  while (Date.now() < untilMs) await pause();
}

export const TYPES = { callers: [...CALLERS_TYPES, steps as TaskType], own: SYSTEM_TYPES };
export const TaskWork = taskWorkClass([...TYPES.callers, ...TYPES.own], openWorld);

interface Submission {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
  readonly isOwn: boolean;
}

/** What happens before the server hands in work of its own, and what it hands in. */
const OWN: Readonly<
  Record<string, (data: Submission["data"], stores: Stores) => Promise<unknown>>
> = {
  async inbox_import({ key = "", file = "" }, stores) {
    await stores.bucket.put(key, file, { customMetadata: { mode: "replace", yes: "yes" } });
    return inboxObjectOf(stores.bucket, { action: "PutObject", object: { key } });
  },
  async rebuild(_, stores) {
    return { since: await beginRebuild(stores, true) };
  },
};

export default {
  ...worker,
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    const [, door, id, file] = pathname.split("/");
    if (door !== "kill") return worker.fetch(request, env, context);
    const { services, stores } = openDeployment(env, context, TYPES);
    const { tasks } = services;
    const nobody = { subject: undefined, joinsAs: undefined, holder: crypto.randomUUID() };
    if (id === "counts") return Response.json(await tasks.counts());
    if (id !== undefined && file === "files") {
      const { objects } = await stores.bucket.list({ prefix: `tasks/${id}/` });
      return Response.json(objects.map(({ key }) => key));
    }
    if (id !== undefined && file !== undefined) {
      const download = await tasks.file(id, file, searchParams.get("signature") ?? "");
      return new Response(download.body);
    }
    if (id !== undefined) {
      return Response.json(
        request.method === "DELETE" ? await tasks.cancel(id, nobody) : await tasks.get(id, nobody),
      );
    }
    const { type, data, isOwn } = await request.json<Submission>();
    if (!isOwn) return Response.json(await tasks.submit({ type, data }, nobody));
    const own = await OWN[type]!(data, stores);
    return Response.json(await tasks.submitOwn({ type, data: own }, nobody));
  },
} satisfies ExportedHandler<Env>;
