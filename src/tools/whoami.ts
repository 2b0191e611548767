import * as z from "zod/v4";
import { defineTool } from "../mcp/define.ts";

export default defineTool({
  name: "whoami",
  title: "Who am I?",
  description: "Tells who the user is here, and what they may do.",
  input: z.strictObject({}),
  output: z.object({
    subject: z.string().optional(),
    credential: z.string(),
    scopes: z.array(z.string()),
    expires_at: z.string().optional(),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scope: undefined,

  async run(_input, _services, { principal }) {
    const { subject, credential, scopes, expiresAtMs } = principal;
    return {
      ...(subject !== undefined && { subject }),
      credential,
      scopes: [...scopes],
      ...(expiresAtMs !== undefined && { expires_at: new Date(expiresAtMs).toISOString() }),
    };
  },

  summarize({ subject = "nobody in particular", credential, scopes, expires_at: end }) {
    const proof = credential === "none" ? "without credentials" : `by ${credential}`;
    return [
      `You are ${subject} (${proof}).`,
      `You may use: ${scopes.join(", ") || "nothing"}.`,
      ...(end ? [`That ends at ${end}.`] : []),
    ].join("\n");
  },
});
