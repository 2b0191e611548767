/** Where a request belongs in a trace: https://www.w3.org/TR/trace-context/#traceparent-header */
export interface Trace {
  readonly trace: string;
  /** Our part of it. */
  readonly span: string;
  /** The part that asked us; undefined if the trace begins here. */
  readonly parentSpan: string | undefined;
}

/** Later versions may say more after 55 characters. Version ff, and ids of nothing but zeros, are forbidden. */
const TRACEPARENT =
  /^(?!ff|00.{54})[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:-|$)/s;

/**
 * Goes on with the trace that the first valid `traceparent` tells, or begins one.
 *
 * @param told what callers say; anything may stand there
 */
export function traceOf(...told: readonly unknown[]): Trace {
  const span = randomHex(8);
  for (const text of told) {
    const [, trace, parentSpan] = TRACEPARENT.exec(typeof text === "string" ? text : "") ?? [];
    if (trace) return { trace, span, parentSpan };
  }
  return { trace: randomHex(16), span, parentSpan: undefined };
}

function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");
}
