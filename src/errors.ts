/** A failure the caller can act on: its message is written by us, names the next step and is safe to show. */
export class CallerError extends Error {
  override readonly name = "CallerError";
}
