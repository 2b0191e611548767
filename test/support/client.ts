import { exports } from "cloudflare:workers";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { watched } from "./wire/watch.ts";

export const ORIGIN = "https://hereabouts.example";
export const ENDPOINT = `${ORIGIN}/mcp`;

/** `auto` speaks 2026-07-28 here, `legacy` 2025-11-25. */
export type Era = "auto" | "legacy";

/** Whatever answers requests: the Worker, or an app made for one test. */
export type Fetch = (request: Request) => Promise<Response> | Response;

export const worker: Fetch = watched((request) => exports.default.fetch(request));

/** What a user answers to the form of a question, perhaps by a choice: the field's text, or that they would not say. */
export type AnswerForm = (
  message: string,
  choices?: readonly string[],
) => string | "decline" | "cancel";

/** Whether a user goes to the page that they are shown. */
export type OpenPage = (url: string, message: string) => "accept" | "decline" | "cancel";

/** A real MCP client that talks to the Worker in process; with a user who answers forms, or goes to pages, if one is given. */
export async function connect(
  era: Era = "auto",
  fetch: Fetch = worker,
  answer?: AnswerForm,
  openPage?: OpenPage,
): Promise<Client> {
  const elicitation = { ...(answer && { form: {} }), ...(openPage && { url: {} }) };
  const isAsked = answer !== undefined || openPage !== undefined;
  const client = new Client(
    { name: "test", version: "1" },
    { versionNegotiation: { mode: era }, ...(isAsked && { capabilities: { elicitation } }) },
  );
  if (isAsked) {
    client.setRequestHandler("elicitation/create", ({ params }) =>
      params.mode === "url"
        ? { action: openPage!(params.url, params.message) }
        : fillIn(params, answer!),
    );
  }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(ENDPOINT), {
      fetch: async (url, init) => fetch(new Request(url, init)),
    }),
  );
  return client;
}

/** The form's one field, filled in. */
export function fillIn(
  params: { readonly message: string; readonly requestedSchema?: { readonly properties: object } },
  answer: AnswerForm,
) {
  const [[field, schema] = []] = Object.entries(params.requestedSchema?.properties ?? {});
  const text = answer(params.message, (schema as { readonly enum?: readonly string[] }).enum);
  if (text === "decline" || text === "cancel") return { action: text } as const;
  return { action: "accept" as const, content: { [field!]: text } };
}
