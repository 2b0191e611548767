import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker";
import { type AnswerForm, ENDPOINT, type Fetch, fillIn, type OpenPage, worker } from "./client.ts";

/** The client that most assistants still ship: version 1 of the SDK. */
export async function connectV1(
  fetch: Fetch = worker,
  answer?: AnswerForm,
  openPage?: OpenPage,
): Promise<Client> {
  // Clients that know no pages say nothing of forms.
  const elicitation = openPage ? { ...(answer && { form: {} }), url: {} } : {};
  const isAsked = answer !== undefined || openPage !== undefined;
  const client = new Client(
    { name: "test", version: "1" },
    {
      // The default validator compiles code, which workerd forbids.
      jsonSchemaValidator: new CfWorkerJsonSchemaValidator(),
      ...(isAsked && { capabilities: { elicitation } }),
    },
  );
  if (isAsked) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) =>
      params.mode === "url"
        ? { action: openPage!(params.url, params.message) }
        : fillIn(params as Parameters<typeof fillIn>[0], answer!),
    );
  }
  const transport = new StreamableHTTPClientTransport(new URL(ENDPOINT), {
    fetch: async (url, init) => fetch(new Request(url, init)),
  });
  // The SDK's own types disagree under exactOptionalPropertyTypes: its transport's session id may be undefined.
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  return client;
}
