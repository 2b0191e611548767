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
import type { Form, Page, UserQuestion } from "../errors.ts";
import { FORM_PATIENCE_MS, type Forms } from "./sessions/forms.ts";

/** An answer to a question is a few words. */
const LONGEST_ANSWER = 200;

/** What a client can show to its user. */
export interface Shows {
  readonly forms: boolean;
  /** Pages, in a browser. */
  readonly pages: boolean;
}

export const SHOWS_NOTHING: Shows = { forms: false, pages: false };

/**
 * What the client can show: as it says with each call, or, of a 2025 revision, as it said when it opened its session.
 * Without a session such a client cannot be reached, and nothing is known of it.
 */
export function whatIsShown(server: McpServer, { mcpReq }: ServerContext): Shows {
  const declared: ClientCapabilities | undefined =
    mcpReq.envelope === undefined
      ? server.server.getClientCapabilities()
      : (mcpReq.envelope as Readonly<Record<string, ClientCapabilities>>)[
          CLIENT_CAPABILITIES_META_KEY
        ];
  const { elicitation } = declared ?? {};
  if (!elicitation) return SHOWS_NOTHING;
  const pages = elicitation.url !== undefined;
  // Before 2025-11-25 there were only forms, and nothing to say about them.
  return { forms: elicitation.form !== undefined || !pages, pages };
}

/** How the client can ask its user; undefined if it cannot. */
export function wayOf({ ways }: UserQuestion, shows: Shows): Form | Page | undefined {
  return ways.find((way) => (isPage(way) ? shows.pages : shows.forms));
}

function isPage(way: Form | Page): way is Page {
  return "url" in way;
}

/** The library hands the form or page to the client of either era, and calls the tool again with the answer. */
export function ask(question: UserQuestion, shows: Shows): InputRequiredResult | undefined {
  const way = wayOf(question, shows);
  if (!way) return undefined;
  const request = isPage(way)
    ? inputRequired.elicitUrl({ url: way.url, message: way.message })
    : formRequest(way);
  return inputRequired({ inputRequests: { [way.field]: request } });
}

function formRequest({ field, title, hint, message, choices }: Form) {
  const content = choices.length > 0 ? { title, enum: [...choices] } : { title, description: hint };
  return inputRequired.elicit({
    message,
    requestedSchema: {
      type: "object",
      properties: { [field]: { type: "string", ...content } },
      required: [field],
    },
  });
}

/** A question follows an answer at most. */
const MOST_FORMS_OF_CALL = 3;

/**
 * Carries out a call in a session of a 2025-era client, whose user is shown a form or a page while the call is open and the
 * call is then made again with the answer. A client of today is given it and calls again by itself.
 *
 * @param call `mayAsk`: else it tells the model in words what to ask, because nothing may be shown, or was not answered
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

/** Undefined if the user does not answer in time, or the client cannot show it after all. */
async function answersTo(
  requests: Readonly<Record<string, InputRequest>>,
  { send, signal }: ServerContext["mcpReq"],
): Promise<Record<string, unknown> | undefined> {
  const [[field, question] = []] = Object.entries(requests);
  if (field === undefined || question?.method !== "elicitation/create") return undefined;
  const { params } = question;
  // The revision of pages wants an id for each; nothing ever refers to it.
  const elicitationId = crypto.randomUUID();
  const request =
    params.mode === "url" ? { ...question, params: { ...params, elicitationId } } : question;
  try {
    const timeout = FORM_PATIENCE_MS;
    return { [field]: await send(request, { timeout, maxTotalTimeout: timeout, signal }) };
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

/** The answers that came with a call, each to the field of its form or page; of a page that the user has gone to, "". */
export function answersOf(responses: Readonly<Record<string, unknown>> = {}): Caller["answers"] {
  return new Map(
    Object.keys(responses).flatMap((field): [string, string | undefined][] => {
      const response = inputResponse(responses, field);
      if (response.kind !== "elicit") return [];
      if (response.action !== "accept") return [[field, undefined]];
      const text = response.content?.[field];
      return [[field, typeof text === "string" ? text.slice(0, LONGEST_ANSWER) : ""]];
    }),
  );
}
