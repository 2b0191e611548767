import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type ElicitInputParams,
  type InputRequest,
  inputRequired,
  inputResponse,
  type McpServer,
} from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import { reply, text } from "./tools.ts";

/** Seals what a tool wants to find again when the client comes back with its answers. */
export const requestState = createRequestStateCodec<{ step: number }>({
  key: "a secret that only this test server needs to know",
});

const name = z.object({ name: z.string() });
const ok = z.object({ ok: z.boolean() });
const color = z.object({ color: z.string() });

/** Tools that ask the client before they answer. */
export function registerInputTools(server: McpServer): void {
  registerOneQuestionTools(server);
  registerStatefulTools(server);
}

function registerOneQuestionTools(server: McpServer): void {
  server.registerTool(
    "test_input_required_result_elicitation",
    { description: "Asks for a name" },
    ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, "user_name", name);
      if (answer) return reply(text(`Hello, ${answer.name}!`));
      return inputRequired({ inputRequests: { user_name: ask("What is your name?", name) } });
    },
  );

  server.registerTool(
    "test_input_required_result_sampling",
    { description: "Asks the client's model" },
    ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, "capital_question");
      if (answer.kind === "sampling") return reply(text(JSON.stringify(answer.result.content)));
      return inputRequired({
        inputRequests: { capital_question: sample("What is the capital of France?") },
      });
    },
  );

  server.registerTool(
    "test_input_required_result_list_roots",
    { description: "Asks for the client's roots" },
    ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, "client_roots");
      if (answer.kind === "roots") return reply(text(answer.roots.map(({ uri }) => uri).join()));
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    },
  );

  server.registerTool(
    "test_input_required_result_capabilities",
    { description: "Asks only what the client declared it can answer" },
    ({ mcpReq }) => {
      const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
      const declared = Object(envelope[CLIENT_CAPABILITIES_META_KEY]);
      return inputRequired({
        inputRequests: {
          ...("elicitation" in declared && { user_name: ask("What is your name?", name) }),
          ...("sampling" in declared && { greeting: sample("Generate a greeting") }),
        },
      });
    },
  );

  server.registerTool(
    "test_missing_capability",
    { description: "Needs a client that offers sampling" },
    () => inputRequired({ inputRequests: { greeting: sample("Generate a greeting") } }),
  );

  server.registerTool(
    "test_streaming_elicitation",
    { description: "Asks for a confirmation" },
    ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, "confirm", ok);
      if (answer) return reply(text("Confirmed."));
      return inputRequired({ inputRequests: { confirm: ask("Please confirm", ok) } });
    },
  );
}

function registerStatefulTools(server: McpServer): void {
  for (const tool of ["request_state", "tampered_state"]) {
    server.registerTool(
      `test_input_required_result_${tool}`,
      { description: "Asks for a confirmation and seals its state" },
      async ({ mcpReq }) => {
        const state = mcpReq.requestState<{ step: number }>();
        const answer = acceptedContent(mcpReq.inputResponses, "confirm", ok);
        if (state?.step === 1 && answer) return reply(text("state-ok"));
        return inputRequired({
          inputRequests: { confirm: ask("Please confirm", ok) },
          requestState: await requestState.mint({ step: 1 }),
        });
      },
    );
  }

  server.registerTool(
    "test_input_required_result_multiple_inputs",
    { description: "Asks three things at once" },
    async ({ mcpReq }) => {
      const { inputResponses } = mcpReq;
      const user = acceptedContent(inputResponses, "user_name", name);
      const greeting = inputResponse(inputResponses, "greeting");
      const roots = inputResponse(inputResponses, "client_roots");
      if (user && greeting.kind === "sampling" && roots.kind === "roots") {
        return reply(text(`Greeted ${user.name}, who has ${roots.roots.length} roots.`));
      }
      return inputRequired({
        inputRequests: {
          user_name: ask("What is your name?", name),
          greeting: sample("Generate a greeting"),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await requestState.mint({ step: 1 }),
      });
    },
  );

  server.registerTool(
    "test_input_required_result_multi_round",
    { description: "Asks twice, one after the other" },
    async ({ mcpReq }) => {
      const state = mcpReq.requestState<{ step: number }>();
      const second = acceptedContent(mcpReq.inputResponses, "step2", color);
      if (state?.step === 2 && second) return reply(text(`You like ${second.color}.`));

      const first = acceptedContent(mcpReq.inputResponses, "step1", name);
      if (state?.step === 1 && first) {
        return inputRequired({
          inputRequests: { step2: ask("Step 2: What is your favorite color?", color) },
          requestState: await requestState.mint({ step: 2 }),
        });
      }
      return inputRequired({
        inputRequests: { step1: ask("Step 1: What is your name?", name) },
        requestState: await requestState.mint({ step: 1 }),
      });
    },
  );
}

export function ask(
  message: string,
  requestedSchema: ElicitInputParams["requestedSchema"],
): InputRequest {
  return inputRequired.elicit({ message, requestedSchema });
}

export function sample(question: string): InputRequest {
  return inputRequired.createMessage({
    messages: [{ role: "user", content: { type: "text", text: question } }],
    maxTokens: 100,
  });
}
