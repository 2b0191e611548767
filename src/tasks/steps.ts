import type { WorkflowStep } from "cloudflare:workers";
import { CallerError } from "../errors.ts";

/** A failure that passes, such as an overloaded database, has passed after some twenty minutes. */
const PATIENCE = {
  retries: { limit: 8, delay: "5 seconds", backoff: "exponential" },
  timeout: "30 minutes",
} as const;

type Outcome<Result> = { readonly result: Result } | { readonly refused: string };

/** The steps of a workflow. A step that breaks off is taken again; what it returns has to be plain data. */
export class Steps {
  readonly #step: WorkflowStep;

  constructor(step: WorkflowStep) {
    this.#step = step;
  }

  /**
   * Takes a step.
   *
   * @param name of its own in the workflow
   * @throws CallerError if `work` does, without trying again: a mistake of the caller's stays one
   */
  async do<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const attempt = async (): Promise<Outcome<Result>> => {
      try {
        return { result: await work() };
      } catch (error) {
        // As a value: what is thrown is tried again.
        if (error instanceof CallerError) return { refused: error.message };
        throw error;
      }
    };
    // The type of what a step may return is too deep for a Result that is not known.
    const taken: Promise<unknown> = this.#step.do(name, PATIENCE, attempt as () => Promise<never>);
    const outcome = (await taken) as Outcome<Result>;
    if ("refused" in outcome) throw new CallerError(outcome.refused);
    return outcome.result;
  }

  sleep(name: string, seconds: number): Promise<void> {
    return this.#step.sleep(name, `${seconds} seconds`);
  }
}
