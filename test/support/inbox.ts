import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  listDurableObjectIds,
  runDurableObjectAlarm,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { InboxReport } from "../../src/imports/contract.ts";
import { latestReports } from "../../src/imports/inbox/report.ts";
import { openDeployment } from "../../src/services.ts";
import { THE_SERVER } from "../../src/tasks/asker.ts";
import type { TaskView } from "../../src/tasks/contract.ts";
import inboxImport from "../../src/tasks/types/inbox-import.ts";
import workerEntry from "../../src/worker.ts";
import { objectOf } from "./tasks/tasks.ts";

/** No import waits longer for another one, or tries a step again later. */
const LONGEST_WAIT_MS = 25 * 60_000;

/** Puts an object, and tells what the queue would say of it. */
export async function drop(
  key: string,
  content: string | Uint8Array,
  customMetadata: Record<string, string> = {},
) {
  await env.PLACES_BUCKET.put(key, content, { customMetadata });
  return event(key);
}

export const event = (key: string, action = "PutObject") => ({ action, object: { key } });

/** Delivers events as the queue does. The ids of the messages that were acknowledged. */
export async function deliver(...events: unknown[]): Promise<readonly string[]> {
  const messages = events.map((body, k) => ({
    ...{ id: String(k), timestamp: new Date(), attempts: 1, body },
  }));
  const batch = createMessageBatch("hereabouts-inbox", messages);
  const context = createExecutionContext();
  await workerEntry.queue(batch as never, env as never, context);
  return (await getQueueResult(batch, context)).explicitAcks;
}

/** The imports that are started from now on. */
export async function watchImports() {
  const before = new Set(await tasksThereAre());
  const { tasks } = openDeployment(env, createExecutionContext()).services;
  const started = async (): Promise<TaskView[]> => {
    const ids = (await tasksThereAre()).filter((id) => !before.has(id));
    const views = await Promise.all(
      ids.map((id) => tasks.get(id, THE_SERVER).catch(() => undefined)),
    );
    return views
      .filter((view) => view?.type === inboxImport.name)
      .sort((a, b) => a!.createdAtMs - b!.createdAtMs) as TaskView[];
  };
  return {
    /** How each of them ends, in the order of their beginning. Their waits pass at once. */
    async ends(): Promise<unknown[]> {
      vi.useFakeTimers({ toFake: ["Date"] });
      try {
        for (;;) {
          const open = (await started()).filter(({ endedAtMs }) => endedAtMs === undefined);
          if (open.length === 0) break;
          for (const { id } of open) await runDurableObjectAlarm(objectOf(id));
          vi.setSystemTime(Date.now() + LONGEST_WAIT_MS);
        }
      } finally {
        vi.useRealTimers();
      }
      return (await started()).map(
        ({ result, reason }) => (result as { end: string })?.end ?? reason,
      );
    },
    /** Waits until one of them has read so many rows. */
    async hasRead(at: number, rows: number): Promise<void> {
      let { id, revision, progress } = (await started())[at]!;
      while (progress.done < rows) {
        const untilMs = Date.now() + 60_000;
        ({ revision, progress } = await tasks.change(id, THE_SERVER, { after: revision, untilMs }));
      }
    },
    started,
  };
}

async function tasksThereAre(): Promise<string[]> {
  return (await listDurableObjectIds(env.TASKS)).map(String);
}

/** Imports what is dropped, to the end. */
export async function importDropped(...events: unknown[]): Promise<unknown[]> {
  const watched = await watchImports();
  await deliver(...events);
  return await watched.ends();
}

/** The latest report of a collection. */
export async function reportOf(collection: string): Promise<InboxReport | undefined> {
  return (await latestReports(env.PLACES_BUCKET, collection))[0];
}
