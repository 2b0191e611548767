/** A failure the caller can act on: its message is written by us, names the next step and is safe to show. */
export class CallerError extends Error {
  override readonly name: string = "CallerError";
}

/** What the caller names is not there. */
export class NotFound extends CallerError {
  override readonly name = "NotFound";
}

/** What the caller wants does not go together with what is under way. */
export class Conflict extends CallerError {
  override readonly name = "Conflict";
}

/** What the caller wants can be had a moment later. */
export class Busy extends CallerError {
  override readonly name: string = "Busy";
  /** After how long asking again may help, if that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** What the caller may use up in a day is used up. */
export class OverBudget extends CallerError {
  override readonly name = "OverBudget";
  /** When the next day begins. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A store of this server does not answer, or not in time. */
export class StoreDown extends Busy {
  override readonly name = "StoreDown";
  /** `passing`: it says itself that it will be well in a moment. */
  readonly kind: "late" | "passing";

  constructor(kind: StoreDown["kind"]) {
    super("A store of this server does not answer at the moment. Try again in a few seconds.");
    this.kind = kind;
  }
}

/** Another server cannot be asked this: its address, its redirects or the size of its answer are not allowed. */
export class UpstreamRefused extends CallerError {
  override readonly name: string = "UpstreamRefused";
  /** Of its answer, where that is what is wrong. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** The answer of another server is longer than may be taken. */
export class AnswerTooLong extends UpstreamRefused {
  override readonly name = "AnswerTooLong";
}

/** Another server does not answer, or not in time. Asking again later may help. */
export class UpstreamDown extends Busy {
  override readonly name = "UpstreamDown";
  /** Of its answer, if it has answered. */
  readonly status: number | undefined;

  constructor(message: string, retryAfterMs?: number, status?: number) {
    super(message, retryAfterMs);
    this.status = status;
  }
}

const USUAL_WAIT_MS = 2_000;

/** What to put into `Retry-After`; undefined for what asking again does not mend. */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (!(error instanceof Busy || error instanceof OverBudget)) return undefined;
  return Math.max(1, Math.ceil((error.retryAfterMs ?? USUAL_WAIT_MS) / 1_000));
}

/** A form with one field, for one thing that only the user knows. */
export interface Form {
  /** Names the field, and the answer in `Caller.answers`. */
  readonly field: string;
  readonly title: string;
  /** What to fill in, for example "City or postal code". */
  readonly hint: string;
  readonly message: string;
  /** What to choose from; none: the field takes any text. */
  readonly choices: readonly string[];
}

/** A page on which the user tells it instead. What comes of it is shown to them alone, to bring back. */
export interface Page {
  /** Names the answer in `Caller.answers`, which says whether the user has gone there, not what they have done there. */
  readonly field: string;
  readonly url: string;
  readonly message: string;
}

/**
 * Something is missing that the user can tell. Clients that can show a form or a page get it, and the call is made again
 * with the answer; for all others the message tells the model what to ask and how to pass it.
 */
export class UserQuestion extends CallerError {
  override readonly name = "UserQuestion";
  /** Of these the first that the client can show. */
  readonly ways: readonly (Form | Page)[];

  constructor(message: string, ways: readonly (Form | Page)[]) {
    super(message);
    this.ways = ways;
  }
}

/** Another writer has changed what a write was prepared from: the write is prepared anew. Never leaves the server. */
export class Stale extends Error {
  override readonly name = "Stale";
}
