import { within } from "../deadline.ts";
import { UpstreamDown } from "../errors.ts";

/** A sign-in asks the store a few times, one after the other, and clients wait ten seconds for all of it. */
const PATIENCE_MS = 2_000;

/** Longer keys are refused by the platform, and nothing is stored under them. */
const MOST_KEY_BYTES = 512;

export type ReportStoreFailure = (kind: "timed_out" | "failed") => void;

/**
 * The same store, but that each call of it ends in time.
 *
 * Its calls throw an UpstreamDown where it does not answer.
 */
export function boundedStore(
  store: KVNamespace,
  report: ReportStoreFailure = () => {},
): KVNamespace {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        // Keys are made of what callers send: an over-long token is an unknown one, not a failure.
        if (name === "get" && isTooLong(args[0])) return Promise.resolve(null);
        return answered(async () => method.apply(target, args), report);
      };
    },
  });
}

function isTooLong(key: unknown): boolean {
  return new TextEncoder().encode(String(key)).length > MOST_KEY_BYTES;
}

async function answered(ask: () => Promise<unknown>, report: ReportStoreFailure): Promise<unknown> {
  const late = new UpstreamDown("The store of sign-ins does not answer: try again in a moment.");
  try {
    return await within(PATIENCE_MS, () => late)(ask);
  } catch (error) {
    // Too many writes of one key: the library knows this answer by its text, and tells the client when to come again.
    if (error instanceof Error && error.message.includes("429 Too Many Requests")) throw error;
    report(error === late ? "timed_out" : "failed");
    throw late;
  }
}
