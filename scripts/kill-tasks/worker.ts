import * as z from "zod";
import { openDeployment, openWorld } from "../../src/services.ts";
import type { TaskType } from "../../src/tasks/contract.ts";
import { taskWorkClass } from "../../src/tasks/engine/work.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "../../src/tasks/types.ts";
import worker from "../../src/worker.ts";

/** The Worker, with a kind of work that only takes time, and a door by which `npm run kill:tasks` hands in any kind. */
export * from "../../src/worker.ts";

const StepsInput = z.strictObject({ steps: z.int(), milliseconds: z.int(), nonce: z.string() });

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
    const untilMs = Date.now() + milliseconds;
    while (Date.now() < untilMs) await work.pause();
    const file = await work.files.put("row", `${step}\n`);
    return { part: { step, file }, done: 1, cost: 1 };
  },
  async join(all) {
    const sum = all.reduce((sum, { step }) => sum + step, 0);
    return {
      result: { sum },
      files: [{ name: "steps.txt", mediaType: "text/plain", parts: all.map(({ file }) => file) }],
    };
  },
  summarize: ({ sum }) => String(sum),
};

export const TYPES = { callers: [...CALLERS_TYPES, steps as TaskType], own: SYSTEM_TYPES };
export const TaskWork = taskWorkClass([...TYPES.callers, ...TYPES.own], openWorld);

interface Submission {
  readonly type: string;
  readonly data: unknown;
  readonly isOwn: boolean;
}

export default {
  ...worker,
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    const [, door, id, file] = pathname.split("/");
    if (door !== "kill") return worker.fetch(request, env, context);
    const { tasks } = openDeployment(env, context, TYPES).services;
    const nobody = { subject: undefined, joinsAs: undefined, holder: crypto.randomUUID() };
    if (id !== undefined && file !== undefined) {
      const download = await tasks.file(id, file, searchParams.get("signature") ?? "");
      return new Response(download.body);
    }
    if (id !== undefined) {
      return Response.json(
        request.method === "DELETE" ? await tasks.cancel(id, nobody) : await tasks.get(id, nobody),
      );
    }
    const { isOwn, ...submission } = await request.json<Submission>();
    return Response.json(
      isOwn ? await tasks.submitOwn(submission, nobody) : await tasks.submit(submission, nobody),
    );
  },
} satisfies ExportedHandler<Env>;
