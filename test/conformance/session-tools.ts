import {
  type ElicitInputParams,
  inputRequired,
  inputResponse,
  type McpServer,
} from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import { ask, sample } from "./input-tools.ts";
import { reply, text } from "./tools.ts";

type Form = ElicitInputParams["requestedSchema"];

const PERSON: Form = {
  type: "object",
  properties: {
    username: { type: "string", description: "User's response" },
    email: { type: "string", description: "User's email address" },
  },
  required: ["username", "email"],
};

const DEFAULTS: Form = {
  type: "object",
  properties: {
    name: { type: "string", default: "John Doe" },
    age: { type: "integer", default: 30 },
    score: { type: "number", default: 95.5 },
    status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
    verified: { type: "boolean", default: true },
  },
};

const ENUMS: Form = {
  type: "object",
  properties: {
    untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
    titledSingle: {
      type: "string",
      oneOf: [
        { const: "value1", title: "First Option" },
        { const: "value2", title: "Second Option" },
        { const: "value3", title: "Third Option" },
      ],
    },
    legacyEnum: {
      type: "string",
      enum: ["opt1", "opt2", "opt3"],
      enumNames: ["Option One", "Option Two", "Option Three"],
    },
    untitledMulti: {
      type: "array",
      items: { type: "string", enum: ["option1", "option2", "option3"] },
    },
    titledMulti: {
      type: "array",
      items: {
        anyOf: [
          { const: "value1", title: "First Choice" },
          { const: "value2", title: "Second Choice" },
          { const: "value3", title: "Third Choice" },
        ],
      },
    },
  },
};

/** Tools that ask clients of the 2025 revisions, which the library does through their session. */
export function registerSessionTools(server: McpServer): void {
  server.registerTool(
    "test_sampling",
    {
      description: "Asks the client's model",
      inputSchema: z.object({ prompt: z.string().describe("What to ask it") }),
    },
    ({ prompt }, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, "answer");
      if (answer.kind !== "sampling") {
        return inputRequired({ inputRequests: { answer: sample(prompt) } });
      }
      const { content } = answer.result;
      const said = "text" in content ? content.text : JSON.stringify(content);
      return reply(text(`LLM response: ${said}`));
    },
  );

  server.registerTool(
    "test_elicitation",
    {
      description: "Asks the user",
      inputSchema: z.object({ message: z.string().describe("What to ask") }),
    },
    ({ message }, { mcpReq }) =>
      elicited(mcpReq.inputResponses, "User response: ") ??
      inputRequired({ inputRequests: { answer: ask(message, PERSON) } }),
  );

  for (const [scenario, schema] of Object.entries({
    sep1034_defaults: DEFAULTS,
    sep1330_enums: ENUMS,
  })) {
    server.registerTool(
      `test_elicitation_${scenario}`,
      { description: "Asks the user with a form" },
      ({ mcpReq }) =>
        elicited(mcpReq.inputResponses, "Elicitation completed: ") ??
        inputRequired({ inputRequests: { answer: ask("Please fill in the form", schema) } }),
    );
  }
}

function elicited(responses: Record<string, unknown> | undefined, lead: string) {
  const answer = inputResponse(responses, "answer");
  if (answer.kind !== "elicit") return undefined;
  return reply(text(`${lead}action=${answer.action}, content=${JSON.stringify(answer.content)}`));
}
