import { isTaskCancelledError, TimeoutStrategy, timeout } from "cockatiel";

/**
 * What comes of some work, if it comes in time. The work is not stopped, but nobody waits for it any more.
 *
 * @throws what `late` makes, where it takes longer; whatever the work throws
 */
export function within(
  ms: number,
  late: () => Error,
): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const policy = timeout(ms, TimeoutStrategy.Aggressive);
  return async (work) => {
    try {
      return await policy.execute(work);
    } catch (error) {
      throw isTaskCancelledError(error) ? late() : error;
    }
  };
}
