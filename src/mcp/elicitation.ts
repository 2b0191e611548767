import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Caller } from "../caller.ts";
import type { Form } from "../errors.ts";

/** An answer to a question is a few words. */
const LONGEST_ANSWER = 200;

/**
 * Whether the client shows forms to its user: as it says with each call, or, of a 2025 revision, as it said
 * when it opened its session. Without a session such a client cannot be reached, and nothing is known of it.
 */
export function supportsElicitation(server: McpServer, { mcpReq }: ServerContext): boolean {
  const declared: ClientCapabilities | undefined =
    mcpReq.envelope === undefined
      ? server.server.getClientCapabilities()
      : (mcpReq.envelope as Readonly<Record<string, ClientCapabilities>>)[
          CLIENT_CAPABILITIES_META_KEY
        ];
  const { elicitation } = declared ?? {};
  // Before 2025-11-25 there were only forms, and nothing to say about them.
  return elicitation !== undefined && (elicitation.form !== undefined || !elicitation.url);
}

/** The library hands the form to the client of either era, and calls the tool again with the answer. */
export function ask({ field, title, hint, message, choices }: Form): InputRequiredResult {
  const isChoice = choices.length > 0;
  const content = isChoice ? { title, enum: [...choices] } : { title, description: hint };
  const requestedSchema = {
    type: "object" as const,
    properties: { [field]: { type: "string" as const, ...content } },
    required: [field],
  };
  return inputRequired({
    inputRequests: { [field]: inputRequired.elicit({ message, requestedSchema }) },
  });
}

/** The answers that came with a call, each to the field of its form. */
export function answersOf(responses: Readonly<Record<string, unknown>> = {}): Caller["answers"] {
  return new Map(
    Object.keys(responses).flatMap((field) => {
      const response = inputResponse(responses, field);
      if (response.kind !== "elicit") return [];
      const text = response.action === "accept" ? response.content?.[field] : undefined;
      return [[field, typeof text === "string" ? text.slice(0, LONGEST_ANSWER) : undefined]];
    }),
  );
}
