import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { TaskView } from "../src/tasks/contract.ts";
import { seeded } from "../test/support/random.ts";
import { KINDS, type Kind, placesCsv } from "./kill-tasks/kinds.ts";
import { KilledServer } from "./kill-tasks/server.ts";

/**
 * `npm run kill:tasks`: a task of each kind, the whole process group killed at a seeded moment, the server started again, and
 * no request. Then each task that was answered has ended as if nothing had been: completed, with the right answer and every
 * row once, or cancelled.
 */
const { values } = parseArgs({
  options: {
    moments: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    port: { type: "string", default: process.env.PORT ?? "8790" },
    kinds: { type: "string", default: "" },
  },
});
const RECOVERY_S = 8;
/** On a busy machine, and after a start. */
const SLACK_MS = 15_000;
const CANCELLED_EACH = 7;

const kinds = KINDS.filter(({ name }) => !values.kinds || values.kinds.split(",").includes(name));
const folder = await mkdtemp(join(tmpdir(), "hereabouts-kill-"));
const server = new KilledServer(Number(values.port), folder, {
  TASK_RECOVERY_SECONDS: String(RECOVERY_S),
  ANONYMOUS_SCOPES: "places:read location tasks",
});
const random = seeded(Number(values.seed));
let faults = 0;

try {
  await server.prepare();
  await server.start();
  const places = join(folder, "places.csv");
  await writeFile(places, placesCsv());
  await server.import(places, "kill");
  const rights = new Map<Kind, { readonly answer: unknown; readonly milliseconds: number }>();
  for (const kind of kinds) {
    // The first one takes longer.
    await ended(await submit(kind));
    const view = await ended(await submit(kind));
    const milliseconds = view.endedAtMs! - view.createdAtMs;
    rights.set(kind, { answer: await answerOf(kind, view), milliseconds });
    console.log(`${kind.name}: ${milliseconds} ms undisturbed`);
  }
  const longestMs = Math.max(...[...rights.values()].map(({ milliseconds }) => milliseconds));
  const moments = kinds.length * Number(values.moments);
  for (let moment = 1; moment <= moments; moment += 1) {
    // In the midst of each kind in turn.
    const { milliseconds } = rights.get(kinds[moment % kinds.length]!)!;
    const afterMs = Math.round(random() * milliseconds);
    const submitted = Promise.all(kinds.map((kind) => submit(kind).catch(() => undefined)));
    // Sometimes the kill comes before the answers.
    await Promise.race([submitted, wait(afterMs)]);
    const isCancelled = moment % CANCELLED_EACH === 0;
    const killed = wait(afterMs).then(() => server.kill());
    const views = await submitted;
    if (isCancelled) await Promise.all(views.map((view) => view && cancel(view)));
    await killed;
    const killedAtMs = Date.now();
    await server.start();
    const startedAtMs = Date.now();
    await wait(RECOVERY_S * 1_000 + longestMs + SLACK_MS);
    const lookedAtMs = Date.now();
    const told: string[] = [];
    for (const [at, kind] of kinds.entries()) {
      const before = views[at];
      if (!before) {
        told.push(`${kind.name} not answered`);
        continue;
      }
      const view = await server.ask<TaskView>(`/kill/${before.id}`);
      const fault = await faultOf(kind, view, rights.get(kind)!.answer, isCancelled, lookedAtMs);
      if (fault) faults += 1;
      const endedAtMs = view.endedAtMs ?? 0;
      const when =
        endedAtMs < killedAtMs
          ? "before"
          : `${((endedAtMs - startedAtMs) / 1_000).toFixed(1)} s after the start`;
      told.push(fault ? `${kind.name} WRONG: ${fault}` : `${kind.name} ${view.state} ${when}`);
    }
    console.log(`${moment}/${moments}, killed after ${afterMs} ms: ${told.join("; ")}`);
  }
  console.log(faults === 0 ? "Nothing was lost." : `${faults} tasks are wrong.`);
  process.exitCode = faults === 0 ? 0 : 1;
} finally {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
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
  if (view.state === "cancelled" && isCancelled) return undefined;
  if (view.state !== "completed") return `${view.state}: ${view.reason}`;
  const answer = await answerOf(kind, view);
  return isDeepStrictEqual(answer, right) ? undefined : `another answer: ${JSON.stringify(answer)}`;
}

async function submit(kind: Kind): Promise<TaskView> {
  const { type, isOwn = false } = kind;
  const data = await kind.data(server);
  return server.ask<TaskView>("/kill", {
    method: "POST",
    body: JSON.stringify({ type, data, isOwn }),
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
  const files = await Promise.all(
    (view.files ?? []).map(({ path }) =>
      server.text(path.replace(/^.*\/tasks\/(.*)\/files\//, "/kill/$1/")),
    ),
  );
  return kind.answer ? kind.answer(view.result, files) : { result: view.result, files };
}
