import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequest,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  isInputRequiredResult,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Caller } from "../caller.ts";
import type { Form } from "../errors.ts";
import { FORM_PATIENCE_MS, type Forms } from "./sessions/forms.ts";

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

/** A question follows an answer at most. */
const MOST_FORMS_OF_CALL = 3;

/**
 * Carries out a call in a session of a 2025-era client, whose user is shown a form while the call is open and the call is
 * then made again with the answer. A client of today is given the form and calls again by itself.
 *
 * @param call `mayAsk`: else it tells the model in words what to ask, because no form may be shown, or none was answered
 */
export async function withForms<Result>(
  ctx: ServerContext,
  { forms }: { readonly forms?: Forms },
  call: (ctx: ServerContext, mayAsk: boolean) => Promise<Result | InputRequiredResult>,
): Promise<Result | InputRequiredResult> {
  let result = await call(ctx, true);
  if (!forms) return result;
  let { mcpReq } = ctx;
  for (let shown = 0; isInputRequiredResult(result); shown++) {
    const { inputRequests = {} } = result;
    const inputResponses =
      shown < MOST_FORMS_OF_CALL
        ? await forms.show(() => answersTo(inputRequests, mcpReq))
        : undefined;
    if (!inputResponses) return call(ctx, false);
    mcpReq = { ...mcpReq, inputResponses };
    result = await call({ ...ctx, mcpReq }, true);
  }
  return result;
}

/** Undefined if the user does not answer in time, or the client cannot show the form after all. */
async function answersTo(
  requests: Readonly<Record<string, InputRequest>>,
  { send, signal }: ServerContext["mcpReq"],
): Promise<Record<string, unknown> | undefined> {
  const [[field, form] = []] = Object.entries(requests);
  if (field === undefined || form?.method !== "elicitation/create") return undefined;
  try {
    const timeout = FORM_PATIENCE_MS;
    return { [field]: await send(form, { timeout, maxTotalTimeout: timeout, signal }) };
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
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
