import * as z from "zod/v4";
import type { TaskType } from "../../src/tasks/contract.ts";

const BREATH_MS = 1_000;

const input = z.strictObject({
  seconds: z.number().min(0).max(300),
  number: z.int().optional().describe("Calls with the same one join"),
});

/** Work that takes a time and tells nothing until it is done, for clients that wait: `npm run waits`. */
export const pause: TaskType<typeof input, object, undefined, object> = {
  name: "pause",
  title: "Pause",
  description: "Does nothing for a time.",
  input,
  unit: "pauses",
  plan: async () => ({ chunks: [{}], total: 1, cost: 1 }),
  async run(_, { seconds }, work) {
    for (let left = seconds * 1_000; left > 0; left -= BREATH_MS) {
      await scheduler.wait(Math.min(left, BREATH_MS));
      await work.report(0);
    }
    return { done: 1, cost: 1 };
  },
  join: async () => ({ result: {} }),
  summarize: () => "Nothing was done.",
};
