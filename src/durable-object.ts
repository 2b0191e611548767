import { UpstreamDown } from "./errors.ts";
import { reportFailure } from "./observe/failures.ts";

const PATIENCE_MS = 3_000;

/**
 * The answer of a Durable Object, which is not waited for for ever.
 *
 * @param what what the object is, for the log
 * @param isRepeatable whether it does no harm if the object is asked twice
 * @throws UpstreamDown if it fails, or does not answer in time
 */
export async function answerOf<Answer>(
  what: string,
  ask: () => Promise<Answer>,
  { isRepeatable }: { readonly isRepeatable: boolean },
): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), PATIENCE_MS);
  });
  const asked = ask().catch((error) => {
    // The object was moved, or its code replaced: it is there again at once.
    if (isRepeatable && error.retryable && !error.overloaded) return ask();
    throw error;
  });
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    reportFailure(what, error);
    throw new UpstreamDown("Something that this server needs does not answer. Try again shortly.");
  } finally {
    clearTimeout(timer);
  }
}
