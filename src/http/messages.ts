import { createMiddleware } from "hono/factory";
import type { Message } from "../access/facts.ts";
import type { McpEndpoint } from "../mcp/server.ts";
import { type EraLabel, methodLabel, type OutcomeLabel } from "../observe/vocabulary.ts";
import type { Deployment } from "../services.ts";

/** What a request to an MCP endpoint asks for, as far as it can be read. */
export interface Asked {
  readonly messages: readonly Message[];
  readonly era: EraLabel;
  /** Whether its messages are not what the protocol has. */
  readonly isRefused: boolean;
}

/** What routes leave for those who report the request. */
export interface Reported {
  asked: Asked;
  /** Whether all of it has lines of its own in the log: calls write them (observe/call.ts). */
  isLogged: boolean;
}

const UNREAD: Asked = {
  messages: [{ id: undefined, method: "", target: undefined, params: {}, request: undefined }],
  era: "unknown",
  isRefused: true,
};

/**
 * Counts the messages of a request, but for calls that pass the front door: these are counted when they end, maybe in the
 * object of a session, or long after the answer has begun.
 */
export const countMessages = ({ find }: McpEndpoint) =>
  createMiddleware<{ Bindings: Deployment; Variables: Partial<Reported> }>(async (c, next) => {
    await next();
    const { metrics, config } = c.env;
    const { messages, era, isRefused } = c.get("asked") ?? UNREAD;
    const { status } = c.res;
    let isLogged = messages.length > 0;
    for (const message of messages) {
      const called = find({ ...message, era }, config);
      if (called && status < 400 && !isRefused) continue;
      isLogged = false;
      metrics.count("mcp_requests_total", {
        method: methodLabel(message.method),
        era,
        tool: called?.name ?? "none",
        outcome: isRefused && status < 400 ? "refused" : outcomeOf(status, message),
      });
    }
    c.set("isLogged", isLogged);
  });

/** A call that is none of ours, and a method that is unknown, are answered with an error and status 200. */
const NEEDS_SOMETHING = /^(?:other|tools\/call|resources\/read|prompts\/get|tasks\/.*)$/;

function outcomeOf(status: number, { method }: Message): OutcomeLabel {
  if (status < 400) return NEEDS_SOMETHING.test(methodLabel(method)) ? "caller_error" : "ok";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 429) return "limited";
  if (status === 503) return "unavailable";
  return status < 500 ? "refused" : "failure";
}
