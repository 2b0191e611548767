import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Behaviour, Fault } from "./behaviour.ts";
import { type Asked, event, type Said, tokensOf, type Wire } from "./wire.ts";

const HUGE_BYTES = 30 * 1024 * 1024;
const CHUNK = "x".repeat(64 * 1024);

/** What is sent, piece after piece: the events of a stream, or a whole answer. */
interface Answer {
  readonly type: string;
  readonly pieces: readonly string[];
}

/** Sends the answer to a request, with its fault. */
export async function send(
  response: ServerResponse,
  wire: Wire,
  asked: Asked,
  { says, gapMs, retryAfter }: Behaviour,
  fault: Fault,
): Promise<void> {
  const error = (status: number, kind?: Parameters<Wire["error"]>[1]) => {
    const after = retryAfter === undefined ? {} : { "retry-after": retryAfter };
    sendJson(response, status, wire.error(status, kind), after);
  };
  if (typeof fault === "number") return error(fault);
  const answer = answerTo(wire, asked, says, fault);
  const whole = answer.pieces.join("");
  const half = whole.slice(0, whole.length / 2);
  const begin = (headers = {}) =>
    response.writeHead(200, { "content-type": answer.type, ...headers });
  switch (fault) {
    case "hang":
      return;
    case "stall":
      begin().write(half);
      return;
    case "closed":
      return void response.destroy();
    case "breaks":
      return void begin({ "content-length": whole.length }).write(half, () => response.destroy());
    case "half":
      return void begin().end(half);
    case "not-json":
      return void begin().end(asked.isStream ? event("<html>") : "<html>");
    case "redirect":
      return void response.writeHead(307, { location: "http://127.0.0.1:1/stolen" }).end();
    case "context-exceeded":
    case "prompt-filtered":
      return error(400, fault);
    case "huge":
      begin();
      return sendHuge(response, asked.isStream ? "data: " : "");
    case "bomb":
      return void begin({ "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(HUGE_BYTES)));
    case "gzip":
      return void begin({ "content-encoding": "gzip" }).end(gzipSync(whole));
    default:
      begin();
      for (const piece of answer.pieces) {
        response.write(piece);
        await pause(gapMs);
      }
      response.end();
  }
}

/** It keeps no process alive. */
export async function pause(ms: number): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { ref: false });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

function answerTo(wire: Wire, asked: Asked, says: string | undefined, fault: Fault): Answer {
  const said = saidTo(asked, says, fault);
  const whole = (value: unknown) => (asked.isStream ? [event(value)] : [JSON.stringify(value)]);
  return { type: asked.isStream ? "text/event-stream" : "application/json", pieces: pieces() };

  function pieces(): string[] {
    switch (fault) {
      case "wrong-shape":
        return whole({ object: "something.else", choices: "none", content: 7 });
      case "no-choices":
        return whole(wire.noChoices(said));
      case "error-200":
        return whole(wire.error(500));
      case "error-event":
        if (!asked.isStream) return whole(wire.error(500));
        return [...wire.events(said).slice(0, -3), wire.errorEvent()];
      default:
        return asked.isStream ? wire.events(said) : whole(wire.whole(said));
    }
  }
}

/** What was used is counted in words; an answer ends where it may have no more of them. */
function saidTo(asked: Asked, says: string | undefined, fault: Fault): Said {
  const wanted = tokensOf(fault === "empty" ? "" : (says ?? `You said: ${asked.text}`));
  const isCut = fault === "cut-off" || fault === "refused";
  const most = Math.min(asked.mostTokens, isCut ? Math.ceil(wanted.length / 2) : wanted.length);
  const tokens = wanted.slice(0, most);
  const finish = fault === "cut-off" || tokens.length < wanted.length ? "length" : "stop";
  return {
    asked,
    text: tokens.join(""),
    finish: fault === "refused" ? "refused" : finish,
    usage:
      fault === "no-usage"
        ? undefined
        : { input: tokensOf(asked.text).length, output: tokens.length },
  };
}

function sendHuge(response: ServerResponse, beginning: string): void {
  response.write(beginning);
  let left = HUGE_BYTES;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= CHUNK.length;
      if (!response.write(CHUNK)) return;
    }
    response.end();
  };
  response.on("drain", more);
  more();
}
