import type * as z from "zod/v4";
import { UpstreamDown, UpstreamRefused } from "../errors.ts";
import { upstream } from "../upstream/upstream.ts";
import { ChangedShape } from "./contract.ts";

/** While a caller waits: see `STATION_PATIENCE_MS`. */
export const POLICY = {
  deadlineMs: 2_250,
  stallMs: 2_000,
  mostBytes: 512 * 1024,
  mostRedirects: 0,
  // A request that is made again counts again: whoever counts makes it.
  mostRetries: 0,
  // The operator has named the provider, wherever it is.
  allowPrivateHosts: true,
  // Whoever asks does (gate.ts).
  sparesOrigins: false,
};
const askProvider = upstream(POLICY);

export interface JsonAnswer<Value> {
  readonly status: number;
  readonly headers: Headers;
  readonly value: Value;
}

/**
 * Asks a provider for JSON of a known shape.
 *
 * @returns without a value for a 304
 * @throws UpstreamDown if it does not answer, or not now; UpstreamRefused if it refuses, or its answer cannot be taken
 * @throws ChangedShape if the answer has another shape
 */
export function askJson<Schema extends z.ZodType>(
  url: URL,
  headers: Readonly<Record<string, string>>,
  schema: Schema,
): Promise<JsonAnswer<z.output<Schema> | undefined>> {
  return askProvider(
    { url, headers: { accept: "application/json", ...headers } },
    async (answer) => {
      const { status, headers, ok } = answer;
      if (status === 304) return { status, headers, value: undefined };
      if (status >= 500)
        throw new UpstreamDown(`${url.host} answers ${status}.`, undefined, status);
      if (!ok) throw new UpstreamRefused(`${url.host} answers ${status}.`, status);
      return { status, headers, value: parse(await answer.text(), schema) };
    },
  );
}

function parse<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new ChangedShape("The answer has another shape than is documented");
  }
}

const LEAST_FRESH_MS = 60_000;
const MOST_FRESH_MS = 2 * 3_600_000;

/** A provider whose clock is wrong must not be asked all the time, nor never again. NaN: it has not said. */
export function freshUntil(ms: number): number {
  const nowMs = Date.now();
  const least = nowMs + LEAST_FRESH_MS;
  return Math.min(Math.max(ms || least, least), nowMs + MOST_FRESH_MS);
}
