import { UpstreamDown } from "./errors.ts";
import { reportFailure } from "./observe/failures.ts";
import type { Metrics } from "./observe/metrics.ts";

const PATIENCE_MS = 3_000;

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
 * @throws UpstreamDown if it fails, or does not answer in time
 */
export async function answerOf<Answer>(
  { what, isRepeatable, metrics }: Ask,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const count = (kind: "retried" | "timed_out" | "failed") =>
    metrics?.count("hereabouts_store_failures_total", { store: "durable_object", kind });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), PATIENCE_MS);
  });
  const asked = ask()
    .catch((error) => {
      // The object was moved, or its code replaced: it is there again at once.
      if (!isRepeatable || !error.retryable || error.overloaded) throw error;
      count("retried");
      return ask();
    })
    .then((answer) => ({ answer }));
  try {
    const outcome = await Promise.race([asked, late]);
    if (outcome !== "late") return outcome.answer;
    count("timed_out");
    reportFailure(what, new Error("no answer in time"));
  } catch (error) {
    count("failed");
    reportFailure(what, error);
  } finally {
    clearTimeout(timer);
  }
  throw new UpstreamDown("Something that this server needs does not answer. Try again shortly.");
}
