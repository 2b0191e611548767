import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { TaskView } from "../src/tasks/contract.ts";
import { seeded } from "../test/support/random.ts";
import { COLLECTION, KINDS, type Kind, placesCsv } from "./kill-tasks/kinds.ts";
import { KilledServer } from "./kill-tasks/server.ts";
import { Tally } from "./kill-tasks/tally.ts";

/**
 * `npm run kill:tasks`: a task of each kind, the whole process group killed at a seeded moment, the server started again, and
 * no request. Then each task that was answered has ended as if nothing had been: completed, with the right answer and every
 * row once, or cancelled, with nothing left behind; and whatever was not answered holds no place any more.
 *
 * Of the server's own kinds one runs at a time: while a collection is rebuilt it takes no import.
 */
const { values } = parseArgs({
  options: {
    /** In the midst of each kind. The others run beside it. */
    moments: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    port: { type: "string", default: process.env.PORT ?? "8790" },
    kinds: { type: "string", default: "" },
  },
});
const RECOVERY_S = 8;
/** On a busy machine, and after a start. */
const SLACK_MS = 15_000;
const CANCELLED_EACH = 4;
/** In these the kill may come before the answers. */
const HASTY_EACH = 5;
/** Files are deleted and places given back soon after a cancel. */
const CLEANING_UP_MS = 400;

interface Right {
  readonly answer: unknown;
  readonly milliseconds: number;
}

const kinds = KINDS.filter(({ name }) => !values.kinds || values.kinds.split(",").includes(name));
const [own, callers] = [kinds.filter(({ isOwn }) => isOwn), kinds.filter(({ isOwn }) => !isOwn)];
const folder = await mkdtemp(join(tmpdir(), "hereabouts-kill-"));
const server = new KilledServer(Number(values.port), folder, {
  TASK_RECOVERY_SECONDS: String(RECOVERY_S),
  ANONYMOUS_SCOPES: "places:read location tasks",
});
const random = seeded(Number(values.seed));
const tally = new Tally(kinds.map(({ name }) => name));

try {
  await server.prepare();
  await server.start();
  const places = join(folder, "places.csv");
  await writeFile(places, placesCsv());
  await server.import(places, COLLECTION);
  const rights = new Map<Kind, Right>();
  for (const kind of kinds) {
    // The first one takes longer.
    await ended(await submit(kind));
    const view = await ended(await submit(kind));
    const milliseconds = view.endedAtMs! - view.createdAtMs;
    rights.set(kind, { answer: await answerOf(kind, view), milliseconds });
    console.log(`${kind.name}: ${milliseconds} ms undisturbed`);
  }
  const moments = kinds.length * Number(values.moments);
  for (let moment = 1; moment <= moments; moment += 1) {
    // In the midst of each kind in turn.
    const midst = kinds[moment % kinds.length]!;
    const beside = midst.isOwn ? midst : own[moment % own.length];
    const told = await killOnce([...callers, ...(beside ? [beside] : [])], {
      rights,
      afterMs: Math.round(random() * rights.get(midst)!.milliseconds),
      isCancelled: moment % CANCELLED_EACH === 0,
      isHasty: moment % HASTY_EACH === 0,
    });
    console.log(`${moment}/${moments}, ${told}`);
  }
  console.log(tally.table());
  console.log(tally.faults === 0 ? "Nothing was lost." : `${tally.faults} faults.`);
  process.exitCode = tally.faults === 0 ? 0 : 1;
} finally {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
}

interface Blow {
  readonly rights: ReadonlyMap<Kind, Right>;
  /** From the answers on; of a hasty one, from the calls on. */
  readonly afterMs: number;
  readonly isHasty: boolean;
  /** Callers cancel their tasks then, and the kill comes into the clean-up. */
  readonly isCancelled: boolean;
}

/** Hands the kinds in, kills, starts again, waits, looks. What came of it, in words. */
async function killOnce(
  kinds: readonly Kind[],
  { rights, afterMs, isCancelled, isHasty }: Blow,
): Promise<string> {
  const submitted = Promise.all(kinds.map((kind) => submit(kind).catch(() => undefined)));
  const killed = (async () => {
    if (!isHasty) await submitted;
    await wait(afterMs);
    if (isCancelled) {
      const views = await submitted;
      const cancels = views.map((view, at) => view && !kinds[at]!.isOwn && cancel(view));
      await Promise.race([Promise.all(cancels), wait(CLEANING_UP_MS)]);
      await wait(Math.round(random() * CLEANING_UP_MS));
    }
    await server.kill();
  })();
  const views = await submitted;
  await killed;
  const killedAtMs = Date.now();
  await server.start();
  const startedAtMs = Date.now();
  const longestMs = Math.max(...kinds.map((kind) => rights.get(kind)!.milliseconds));
  await wait(RECOVERY_S * 1_000 + longestMs + SLACK_MS);
  const lookedAtMs = Date.now();
  const told: string[] = [];
  for (const [at, kind] of kinds.entries()) {
    const { name } = kind;
    const before = views[at];
    if (!before) {
      tally.unanswered(name);
      told.push(`${name} not answered`);
      continue;
    }
    const view = await server.ask<TaskView>(`/kill/${before.id}`);
    const fault = await faultOf(kind, view, rights.get(kind)!.answer, isCancelled, lookedAtMs);
    const endedAtMs = view.endedAtMs ?? 0;
    const goneOnMs = endedAtMs < killedAtMs ? undefined : endedAtMs - startedAtMs;
    tally.ended(name, fault ? "wrong" : view.state, goneOnMs);
    const when =
      goneOnMs === undefined ? "before" : `${(goneOnMs / 1_000).toFixed(1)} s after the start`;
    told.push(fault ? `${name} WRONG: ${fault}` : `${name} ${view.state} ${when}`);
  }
  const counts = await server.ask<{ running: number; queued: number }>("/kill/counts");
  if (counts.running + counts.queued > 0) {
    tally.fault();
    told.push(`WRONG: places are held, ${JSON.stringify(counts)}`);
  }
  const how = `${isHasty ? "hastily " : ""}${isCancelled ? "cancelled and killed" : "killed"}`;
  return `${how} after ${afterMs} ms: ${told.join("; ")}`;
}

async function faultOf(
  kind: Kind,
  view: TaskView,
  right: unknown,
  isCancelled: boolean,
  lookedAtMs: number,
): Promise<string | undefined> {
  if (view.endedAtMs === undefined || view.endedAtMs > lookedAtMs) {
    return `${view.state} ${JSON.stringify(view.progress)}, only now`;
  }
  if (view.state === "cancelled" && isCancelled && !kind.isOwn) {
    const left = await server.ask<string[]>(`/kill/${view.id}/files`);
    return left.length > 0 ? `left ${left.join(", ")}` : undefined;
  }
  if (view.state !== "completed") return `${view.state}: ${view.reason}`;
  const answer = await answerOf(kind, view);
  if (isDeepStrictEqual(answer, right)) return undefined;
  return `another answer: ${JSON.stringify(answer).slice(0, 2_000)}`;
}

async function submit(kind: Kind): Promise<TaskView> {
  const { type, isOwn = false } = kind;
  return server.ask<TaskView>("/kill", {
    method: "POST",
    body: JSON.stringify({ type, data: kind.data(), isOwn }),
  });
}

/** A task that is as good as done may be done. */
async function cancel({ id }: TaskView): Promise<void> {
  await server.ask(`/kill/${id}`, { method: "DELETE" }).catch(() => {});
}

async function ended({ id }: TaskView): Promise<TaskView> {
  for (;;) {
    const view = await server.ask<TaskView>(`/kill/${id}`);
    if (view.endedAtMs !== undefined) return view;
    await wait(20);
  }
}

/** The result, and all files, as far as they are the same each time. */
async function answerOf(kind: Kind, view: TaskView): Promise<unknown> {
  if (kind.answer) return kind.answer(view.result, server);
  const files = await Promise.all(
    (view.files ?? []).map(({ path }) =>
      server.text(path.replace(/^.*\/tasks\/(.*)\/files\//, "/kill/$1/")),
    ),
  );
  return { result: view.result, files };
}
