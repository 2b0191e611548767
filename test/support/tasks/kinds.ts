import * as z from "zod/v4";
import { CallerError } from "../../../src/errors.ts";
import type { Done, TaskType, Work } from "../../../src/tasks/contract.ts";

/** What a chunk of a scripted task does, besides what it always does. Tests and the Worker have one isolate. */
export const SCRIPT: { chunk: (name: string, work: Work) => Promise<void> } = {
  chunk: async () => {},
};

/** What has been run, by the names of chunks. */
export const RUNS = new Map<string, number>();

export function resetScript(): void {
  SCRIPT.chunk = async () => {};
  RUNS.clear();
}

interface Chunk {
  readonly name: string;
  /** How many chunks come of it, and how many of each of those. */
  readonly branches: readonly number[];
}

const input = z.strictObject({
  branches: z.array(z.int().min(1).max(50)).max(3).default([3]),
  cost: z.int().min(0).default(10),
  note: z.string().max(100).optional(),
  files: z.boolean().default(false),
});

interface Part {
  readonly name: string;
  /** With its name in it. */
  readonly file?: string | undefined;
}

/** Chunks that have names, and whose result is these names in order. Each is one unit. */
export const scripted: TaskType<typeof input, Chunk, Part, { names: string[] }> = {
  name: "scripted",
  title: "Scripted",
  description: "Does what a test says.",
  input,
  unit: "chunks",
  async plan({ branches, cost, note }) {
    if (note === "impossible") throw new CallerError("note: that is impossible.");
    const chunks = childrenOf({ name: "", branches });
    return { chunks, total: namesOf(branches).length, cost };
  },
  async run(chunk, { files }, work): Promise<Done<Chunk, Part>> {
    const { name } = chunk;
    RUNS.set(name, (RUNS.get(name) ?? 0) + 1);
    await SCRIPT.chunk(name, work);
    const file = files ? await work.files.put(name, `${name}\n`) : undefined;
    return { part: { name, file }, done: 1, cost: 1, next: childrenOf(chunk) };
  },
  async join(parts, _, work) {
    RUNS.set("join", (RUNS.get("join") ?? 0) + 1);
    await SCRIPT.chunk("join", { ...work, attempt: 1, report: async () => {} });
    const files = parts.flatMap(({ file }) => file ?? []);
    const all = { name: "names.txt", mediaType: "text/plain", parts: files };
    return {
      result: { names: parts.map(({ name }) => name) },
      files: files.length > 0 ? [all] : [],
    };
  },
  summarize: ({ names }) => names.join(" "),
};

function childrenOf({ name, branches: [count = 0, ...branches] }: Chunk): Chunk[] {
  const before = name && `${name}.`;
  return Array.from({ length: count }, (_, k) => ({ name: `${before}${k + 1}`, branches }));
}

/** What the names are of all chunks, in order. */
export function namesOf(branches: readonly number[], name = ""): string[] {
  return childrenOf({ name, branches }).flatMap((child) => [
    child.name,
    ...namesOf(child.branches, child.name),
  ]);
}

export const FIXTURE_TYPES = { callers: [scripted as TaskType], own: [scripted as TaskType] };
