import type { Location, Point, Remembered, ToolResult } from "../answer.ts";
import { rememberedOf, textOf } from "../answer.ts";
import { type Failure, failureOf } from "../words/failure.ts";

/** Calls a tool of the server that this page came from. */
export type CallTool = (name: string, args: object) => Promise<ToolResult>;

/** A location that the server remembers. */
export interface Shared extends Remembered {
  readonly location: Location;
}

/** The server does not know which place is meant. */
export class NotShared extends Error {
  override readonly name = "NotShared";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.why);
    this.failure = failure;
  }
}

/** The server has failed to forget. The message is for the person. */
export class NotForgotten extends Error {
  override readonly name = "NotForgotten";

  constructor() {
    super("The server could not forget it: the sentence still holds. Try again in a few seconds.");
  }
}

/** How the server says that a session has expired. */
const NOTHING_REMEMBERED = /^Nothing is remembered under this "session"/;

function sharedIn(result: ToolResult): Shared | undefined {
  const remembered = rememberedOf(result) as Partial<Shared> | undefined;
  return remembered?.location ? (remembered as Shared) : undefined;
}

/** What this page has shared, of which there is one at a time. */
export class Sharing {
  readonly #call: CallTool;
  #session: string | undefined;

  constructor(call: CallTool) {
    this.#call = call;
  }

  /**
   * Shares a place. The session stays the same, so that a sentence that was pasted before holds for the new place, too.
   *
   * @throws NotShared; whatever the call throws
   */
  async share(place: Point | string): Promise<Shared> {
    const where = typeof place === "string" ? { place } : place;
    const session = this.#session;
    let result = await this.#call("set_location", { ...where, ...(session && { session }) });
    // A session that was not used for long is forgotten, with what it held.
    if (result.isError && NOTHING_REMEMBERED.test(textOf(result))) {
      result = await this.#call("set_location", where);
    }
    const shared = sharedIn(result);
    if (!shared) throw new NotShared(failureOf(textOf(result), true));
    this.#session = shared.session;
    return shared;
  }

  /** Has the server forget it. Where that fails, it can be tried again. @throws NotForgotten; whatever the call throws */
  async forget(): Promise<void> {
    const session = this.#session;
    const result = await this.#call("forget_location", { ...(session && { session }) });
    if (result.isError) throw new NotForgotten();
    this.#session = undefined;
  }
}
