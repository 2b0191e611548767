import { within } from "./deadline.ts";
import { StoreDown } from "./errors.ts";
import { reportFailure } from "./observe/failures.ts";
import type { Metrics } from "./observe/metrics.ts";

const PATIENCE_MS = 3_000;
const inTime = within(PATIENCE_MS, () => new StoreDown("late"));

interface Ask {
  /** What the object is, for the log. */
  readonly what: string;
  /** Whether it does no harm if the object is asked twice. */
  readonly isRepeatable: boolean;
  /** Where failures are counted; those of objects that ask each other are only logged. */
  readonly metrics?: Pick<Metrics, "count">;
}

/**
 * The answer of a Durable Object, which is not waited for for ever.
 *
 * @throws StoreDown if it fails, or does not answer in time
 */
export async function answerOf<Answer>(
  { what, isRepeatable, metrics }: Ask,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const count = (kind: "retried" | "timed_out" | "failed") =>
    metrics?.count("hereabouts_store_failures_total", { store: "durable_object", kind });
  const askTwice = () =>
    ask().catch((error) => {
      // The object was moved, or its code replaced: it is there again at once.
      if (!isRepeatable || !error.retryable || error.overloaded) throw error;
      count("retried");
      return ask();
    });
  try {
    return await inTime(askTwice);
  } catch (error) {
    const isLate = error instanceof StoreDown;
    count(isLate ? "timed_out" : "failed");
    reportFailure(what, error);
    throw isLate ? error : new StoreDown("passing");
  }
}
