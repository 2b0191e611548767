import { vi } from "vitest";
import { PlaceIndex } from "../../src/index/place-index.ts";
import type { Stores } from "../../src/index/write/transaction.ts";
import { Nearby } from "../../src/nearby/nearby.ts";
import type { Metrics } from "../../src/observe/metrics.ts";
import type { Done, Joined, TaskFiles, TaskType, World } from "../../src/tasks/contract.ts";
import { TaskInputs } from "../../src/tasks/inputs.ts";
import type { Random } from "./random.ts";

/** Counts nothing, since nobody reads it; without a Durable Object, which tests on real data in Node do not have. */
const UNCOUNTED = { count: () => {}, observe: () => {} } as unknown as Metrics;

/** What work may read, without a runner. Nothing is cached. */
export function worldOf(stores: Stores): World {
  const places = new PlaceIndex(stores.database, stores.bucket);
  const nearby = new Nearby(places, () => {});
  return {
    places,
    nearby,
    stores,
    inputs: new TaskInputs(stores.bucket, undefined),
    metrics: UNCOUNTED,
  };
}

/** A task that has been carried out, with all that can be told of it. */
export interface Carried<Result> {
  readonly joined: Joined<Result>;
  readonly planned: { readonly total: number; readonly cost: number };
  readonly done: number;
  readonly total: number;
  readonly cost: number;
  readonly chunks: number;
  readonly pauses: number;
  /** The text of a result file. */
  file(name: string): Promise<string>;
}

/**
 * Carries a task out without a runner. The chunks are run in any order and some of them twice, if there is a random.
 *
 * @param data as `Tasks.submit` gets it
 * @param pause what comes of each pause and each report
 * @param beforeAgain what happens before a chunk is run a second time, which does not count
 */
export async function carryOut<Result>(
  type: TaskType<never, unknown, unknown, Result> | TaskType,
  data: unknown,
  {
    world,
    random,
    pause = async () => {},
    beforeAgain = async () => {},
  }: {
    world: World;
    random?: Random;
    pause?: () => Promise<void>;
    beforeAgain?: (chunk: unknown) => Promise<unknown>;
  },
): Promise<Carried<Result>> {
  const kind = type as unknown as TaskType;
  // What goes from one invocation to another is plain data.
  const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));
  const input = plain(kind.input.parse(data));
  const plan = await kind.plan(input, world);
  const kept = new Map<string, ArrayBuffer>();
  let [runs, pauses] = [0, 0];
  const pausing = async () => {
    pauses++;
    await pause();
  };
  const work = () => {
    let told = 0;
    return {
      ...world,
      attempt: 1,
      files: filesIn(kept, `${++runs}/`),
      report: (done: number) => {
        if (done < told) throw new Error(`Progress goes back from ${told} to ${done}`);
        told = done;
        return pausing();
      },
      pause: () => pausing(),
    };
  };
  const parts = new Map<string, unknown>();
  let bag = plan.chunks.map((chunk, n) => ({ path: [n], chunk }));
  let [done, cost, chunks, total] = [0, 0, 0, plan.total];
  while (bag.length > 0) {
    const at = random ? Math.floor(random() * bag.length) : 0;
    const { path, chunk } = bag[at]!;
    const first: Done<unknown, unknown> = plain(await kind.run(plain(chunk), input, work()));
    if (random && random() < 0.3) {
      await beforeAgain(chunk);
      await kind.run(plain(chunk), input, work());
    }
    bag = bag.toSpliced(at, 1);
    bag.push(...(first.next ?? []).map((chunk, n) => ({ path: [...path, n], chunk })));
    if (first.part !== undefined) parts.set(JSON.stringify(path), first.part);
    if (first.done < 0) throw new Error(`Progress goes back by ${-first.done}`);
    done += first.done;
    cost += first.cost;
    total = first.total ?? total;
    chunks++;
  }
  // As the engine counts them.
  for (const { byteLength } of kept.values()) cost += byteLength / 1_024;
  const inOrder = [...parts]
    .map(([path, part]) => ({ path: JSON.parse(path) as number[], part }))
    .sort((a, b) => compare(a.path, b.path))
    .map(({ part }) => part);
  const joined = plain(await kind.join(inOrder, input, work())) as Joined<Result>;
  return {
    ...{ joined, planned: plan, done, total, cost, chunks, pauses },
    async file(name) {
      const { parts } = joined.files!.find((one) => one.name === name)!;
      return parts.map((part) => new TextDecoder().decode(kept.get(part))).join("");
    },
  };
}

/**
 * Has something be committed behind some pages of walks, as imports and rebuilds do: 1 is the first.
 *
 * @returns tells how many walks have begun anew by it
 */
export function commitBehind({ places, stores }: World, pages: readonly number[]) {
  const walk = places.walk.bind(places);
  let [walked, restarts] = [0, 0];
  vi.spyOn(places, "walk").mockImplementation(async (...args) => {
    const page = await walk(...args);
    walked++;
    if (page.isAnew) restarts++;
    if (pages.includes(walked)) {
      await stores.database.prepare("UPDATE data_version SET catalog = catalog + 1").run();
    }
    return page;
  });
  return () => restarts;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, n) => number !== b[n]);
  return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? -1);
}

/** @param folder of the try */
function filesIn(kept: Map<string, ArrayBuffer>, folder: string): TaskFiles {
  return {
    async put(name, body) {
      kept.set(folder + name, await new Response(body as BodyInit).arrayBuffer());
      return folder + name;
    },
    async get(name) {
      const bytes = kept.get(name);
      if (!bytes) throw new Error(`There is no file ${name}`);
      return new Response(bytes) as unknown as R2ObjectBody;
    },
  };
}
