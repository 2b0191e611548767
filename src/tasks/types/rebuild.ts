import * as z from "zod/v4";
import { Busy, CallerError } from "../../errors.ts";
import { rebuildStep } from "../../imports/rebuild.ts";
import type { TaskType } from "../contract.ts";

const input = z.strictObject({
  /** When it began: by this, whoever asks for a rebuild that is under way joins its task. */
  since: z.iso.datetime(),
});

interface Chunk {
  /** Percent that are told already. */
  readonly told: number;
}

/** What could not be rebuilt. */
export interface Lost {
  /** The keys of objects in the bucket that are lost or broken: what they had is not in the index. */
  readonly lost: readonly string[];
  /** How many more there are. */
  readonly more: number;
}

/** Each step counts one. How many there will be is not known before, and nobody's budget pays for them. */
const MOST_STEPS = 1e6;
/** What remains is the upkeep. */
const REBUILT_PERCENT = 99;
const MOST_LOST_TOLD = 400;

/** The rebuild of the index that is under way, in its bounded steps, one after the other. */
const rebuild: TaskType<typeof input, Chunk, Lost, Lost> = {
  name: "rebuild",
  title: "Rebuild the index",
  description: "Makes the index of all places anew from the records in the bucket.",
  input,
  unit: "percent",

  async plan() {
    return { chunks: [{ told: 0 }], total: 100, cost: MOST_STEPS };
  },

  async run({ told }, _, { stores, pause }) {
    await pause();
    const { done: isDone, progress, lost } = await rebuildStep(stores, pause).catch(raced);
    if (!isDone) {
      // It goes back where a collection has come meanwhile.
      const percent = Math.max(told, Math.floor(REBUILT_PERCENT * progress));
      return { done: percent - told, cost: 1, next: [{ told: percent }] };
    }
    const part = {
      lost: lost.slice(0, MOST_LOST_TOLD),
      more: Math.max(0, lost.length - MOST_LOST_TOLD),
    };
    return { done: 100 - told, cost: 1, part };
  },

  async join(parts) {
    return { result: parts.at(-1)! };
  },

  summarize: ({ lost, more }) =>
    lost.length === 0
      ? "The index is rebuilt."
      : `The index is rebuilt, without ${lost.length + more} objects that are lost.`,
};

/** Nobody has made a mistake: another writer was quicker, and the next try sees what it has left. */
function raced(error: unknown): never {
  if (!(error instanceof CallerError) || error instanceof Busy) throw error;
  throw new Error(error.message, { cause: error });
}

export default rebuild;
