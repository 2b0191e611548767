import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import type * as z from "zod/v4";
import { CallerError } from "../../src/errors.ts";
import { Failure } from "../../src/imports/contract.ts";

/** The server has refused, in words that can be shown. */
export class ServerError extends Error {
  readonly status: number;
  /** When asking again may help, if the server says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

class NoAnswer extends CallerError {
  constructor({ origin }: URL, cause: unknown) {
    super(`${origin} does not answer (${codeOf(cause)}): is the address right, and is it up?`);
  }
}

/** A server that has answered before does not any more. */
export class ServerGone extends CallerError {
  constructor({ origin }: URL, cause: unknown) {
    super(`${origin} does not answer any more (${codeOf(cause)}).`);
  }
}

function codeOf(failure: unknown): string {
  const { message, cause } = failure as { message: string; cause?: { code?: string } };
  return cause?.code ?? message;
}

/** What is to be had only later than that is not waited for. */
const LONGEST_WAIT_SECONDS = 60;

/** Whether asking again may help: the server is busy, or no answer came. */
function isTransient(error: unknown): boolean {
  if (error instanceof ServerError) {
    const { status, retryAfterSeconds = 0 } = error;
    return (status === 429 || status >= 500) && retryAfterSeconds <= LONGEST_WAIT_SECONDS;
  }
  return !(error instanceof Error && error.name === "AbortError");
}

/** For one answer. */
const PATIENCE_MS = 120_000;

export interface Retries {
  readonly maxAttempts: number;
  readonly initialDelay: number;
  readonly maxDelay: number;
}

const RETRIES: Retries = { maxAttempts: 6, initialDelay: 500, maxDelay: 20_000 };

interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly json?: unknown;
  /** NDJSON, which is sent gzipped. */
  readonly lines?: string;
  /** A file, which is sent as it is. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** Asks the admin API of a Worker. Transient failures are tried again, so requests have to be repeatable. */
export class AdminApi {
  readonly #base: URL;
  readonly #token: string;
  readonly #signal: AbortSignal;
  readonly #retry;
  #hasAnswered = false;

  constructor(base: URL, token: string, signal: AbortSignal, retries: Retries = RETRIES) {
    this.#base = base;
    this.#token = token;
    this.#signal = signal;
    const { maxAttempts, initialDelay, maxDelay } = retries;
    const backoff = new ExponentialBackoff({ initialDelay, maxDelay });
    this.#retry = retry(handleWhen(isTransient), { maxAttempts, backoff });
  }

  /** The address of the Worker, without a path. */
  get origin(): string {
    return this.#base.origin;
  }

  /** The answer, checked. Throws a ServerError if the server refuses. */
  async ask<Schema extends z.ZodType>(schema: Schema, request: Request): Promise<z.output<Schema>> {
    const answer = await this.#retry.execute(() => this.#once(request), this.#signal);
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new CallerError(
      `${this.#base.origin} answers ${request.method} ${request.path} in another way than this version expects: deploy this version there.`,
    );
  }

  /** What is there, or undefined. */
  async find<Schema extends z.ZodType>(schema: Schema, path: string) {
    try {
      return await this.ask(schema, { method: "GET", path });
    } catch (error) {
      if (error instanceof ServerError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #once({ method, path, json, lines, bytes }: Request): Promise<unknown> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#token}` };
    let body: BodyInit | null = null;
    if (lines !== undefined) {
      headers["Content-Type"] = "application/x-ndjson";
      headers["Content-Encoding"] = "gzip";
      body = new Uint8Array(await promisify(gzip)(lines, { level: 1 }));
    } else if (bytes !== undefined) {
      headers["Content-Type"] = "application/octet-stream";
      body = bytes;
    } else if (json !== undefined) {
      headers["Content-Type"] = "application/json";
      body = JSON.stringify(json);
    }
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(PATIENCE_MS)]);
    const { status, ok, retryAfter, text } = await fetch(new URL(`/admin${path}`, this.#base), {
      ...{ method, headers, body, signal },
    })
      .then(async (response) => ({
        status: response.status,
        ok: response.ok,
        retryAfter: Number(response.headers.get("retry-after") ?? undefined),
        text: await response.text(),
      }))
      .catch((error) => {
        this.#signal.throwIfAborted();
        throw this.#hasAnswered
          ? new ServerGone(this.#base, error)
          : new NoAnswer(this.#base, error);
      });
    this.#hasAnswered ||= ok;
    if (ok) return parsedJson(text);
    const strange = `${this.#base.origin} answers ${method} ${path} with HTTP ${status}: is it a Hereabouts of this version?`;
    // It may also be a date, which we never say.
    const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
    throw new ServerError(status, messageOf(text) ?? strange, retryAfterSeconds);
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(text: string): string | undefined {
  return Failure.safeParse(parsedJson(text)).data?.error;
}
