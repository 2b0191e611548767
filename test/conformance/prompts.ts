import {
  acceptedContent,
  completable,
  type GetPromptResult,
  inputRequired,
  type McpServer,
  type PromptMessage,
} from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import { PNG } from "./media.ts";

const CITIES = ["paris", "park city", "parma"];

const twoArguments = z.object({
  arg1: completable(z.string().describe("First argument"), (value) =>
    CITIES.filter((city) => city.startsWith(value)),
  ),
  arg2: z.string().describe("Second argument"),
});
const oneResource = z.object({ resourceUri: z.string().describe("The resource to embed") });
const context = z.object({ context: z.string() });

export function registerPrompts(server: McpServer): void {
  server.registerPrompt("test_simple_prompt", { description: "A prompt without arguments" }, () =>
    say(text("This is a simple prompt for testing.")),
  );

  server.registerPrompt(
    "test_prompt_with_arguments",
    { description: "A prompt with two arguments", argsSchema: twoArguments },
    ({ arg1, arg2 }) => say(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );

  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { description: "A prompt that embeds a resource", argsSchema: oneResource },
    ({ resourceUri }) => {
      const embedded = "Embedded resource content for testing.";
      return say(
        {
          type: "resource",
          resource: { uri: resourceUri, mimeType: "text/plain", text: embedded },
        },
        text("Please process the embedded resource above."),
      );
    },
  );

  server.registerPrompt("test_prompt_with_image", { description: "A prompt with a picture" }, () =>
    say({ type: "image", ...PNG }, text("Please analyze the image above.")),
  );

  server.registerPrompt(
    "test_input_required_result_prompt",
    { description: "A prompt that asks back" },
    ({ mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, "user_context", context);
      if (answer) return say(text(`In the context of ${answer.context}, please begin.`));
      const message = "What context should the prompt use?";
      return inputRequired({
        inputRequests: {
          user_context: inputRequired.elicit({ message, requestedSchema: context }),
        },
      });
    },
  );
}

function text(words: string): PromptMessage["content"] {
  return { type: "text", text: words };
}

function say(...contents: PromptMessage["content"][]): GetPromptResult {
  return { messages: contents.map((content) => ({ role: "user", content })) };
}
