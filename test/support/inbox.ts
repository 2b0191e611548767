import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  introspectWorkflow,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { InboxReport } from "../../src/imports/contract.ts";
import { latestReports } from "../../src/imports/inbox/report.ts";
import workerEntry from "../../src/worker.ts";

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

/** The imports that are started while this is in use; they wait for nothing. */
export async function watchImports() {
  const watched = await introspectWorkflow(env.INBOX_IMPORT);
  await watched.modifyAll(async (each) => {
    await each.disableSleeps();
    await each.disableRetryDelays();
  });
  return {
    /** How each of them ended, in the order of their beginning. */
    async ends(): Promise<unknown[]> {
      const ends: unknown[] = [];
      for (const instance of await watched.get()) {
        await instance.waitForStatus("complete");
        ends.push(await instance.getOutput());
      }
      return ends;
    },
    get: () => watched.get(),
    [Symbol.asyncDispose]: () => watched.dispose(),
  };
}

/** Imports what is dropped, to the end. */
export async function importDropped(...events: unknown[]): Promise<unknown[]> {
  await using watched = await watchImports();
  await deliver(...events);
  return await watched.ends();
}

/** The latest report of a collection. */
export async function reportOf(collection: string): Promise<InboxReport | undefined> {
  return (await latestReports(env.PLACES_BUCKET, collection))[0];
}
