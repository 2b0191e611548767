import * as z from "zod/v4";
import { CallerError } from "../../src/errors.ts";
import { type Catalog, definePrompt, defineResource, defineTool } from "../../src/mcp/define.ts";

const HINTS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Numbers to add, with every way to get them wrong. */
const addNumbers = defineTool({
  name: "add_numbers",
  title: "Add numbers",
  description: "Add two numbers.",
  input: z
    .strictObject({
      a: z.number().min(0).max(100).describe("The first number"),
      b: z.number().default(1).describe("The second number"),
      note: z.string().min(1).max(20).optional().describe("A remark"),
      unit: z.enum(["km", "mi"]).optional().describe("The unit of both"),
      count: z.int().optional().describe("How often"),
      left: z.number().optional().describe("One half"),
      right: z.number().optional().describe("The other half"),
    })
    .refine(({ left, right }) => (left === undefined) === (right === undefined), {
      error: "pass it together with right, or leave both out.",
      path: ["left"],
    }),
  output: z.object({ sum: z.number() }),
  hints: HINTS,
  scope: "places:read",
  run: async ({ a, b }) => ({ sum: a + b }),
  summarize: ({ sum }) => `The sum is ${sum}.`,
});

const SECRET = "select * from places where name = 'Café Secret'";

/** Fails in every way a tool can. */
const failOnPurpose = defineTool({
  name: "fail_on_purpose",
  title: "Fail on purpose",
  description: "Fail in a chosen way.",
  input: z.object({ way: z.enum(["caller", "ours", "output"]).describe("How to fail") }),
  output: z.object({ never: z.string() }),
  hints: HINTS,
  scope: "places:read",
  async run({ way }) {
    if (way === "caller") throw new CallerError("There is no such place; search for one first.");
    if (way === "ours") throw new Error(`D1_ERROR: SQLITE_BUSY: ${SECRET}`);
    return JSON.parse(
      `{ "never": ${JSON.stringify(SECRET)}.length }`.replace(/"[^"]*"\.length/, "7"),
    );
  },
  summarize: () => "",
});

/** Says what the server knows about the caller. */
const whoAsks = defineTool({
  name: "who_asks",
  title: "Who asks",
  description: "Tell what is known about the caller.",
  input: z.object({}),
  output: z.object({
    asn: z.number().optional(),
    userAgent: z.string().optional(),
    clientName: z.string().optional(),
    meta: z.record(z.string(), z.unknown()),
  }),
  hints: HINTS,
  scope: "places:read",
  async run(_input, _services, { cf, userAgent, clientName, meta }) {
    return { asn: cf?.asn, userAgent, clientName, meta };
  },
  summarize: ({ clientName }) => `You use ${clientName ?? "an unknown program"}.`,
});

const motto = defineResource({
  name: "motto",
  uri: "notes://motto",
  title: "Motto",
  description: "One line",
  mimeType: "text/plain",
  scope: "places:read",
  read: async () => "Here and now.",
});

const note = defineResource({
  name: "note",
  uri: "note://{id}",
  title: "Note",
  description: "One note by its id",
  mimeType: "application/json",
  scope: "places:read",
  async read({ id }) {
    if (id === "bad") throw new CallerError("A note's id has the form 2026-01.");
    if (id === "broken") throw new Error(SECRET);
    return id === "gone" ? undefined : JSON.stringify({ id });
  },
});

const greet = definePrompt({
  name: "greet",
  title: "Greet",
  description: "Greet somebody.",
  scope: "places:read",
  input: z.object({
    name: z.string().min(1).describe("Whom to greet"),
    tone: z.string().optional().describe("How"),
  }),
  write({ name, tone }) {
    if (name === "broken") throw new Error(SECRET);
    return `Greet ${name} in a ${tone ?? "friendly"} tone.`;
  },
});

/** A small catalogue for testing how catalogues are served. */
export const placeholder: Catalog = {
  instructions: "Add numbers with add_numbers.",
  tools: [addNumbers, failOnPurpose, whoAsks],
  resources: [motto, note],
  prompts: [greet],
};

/** A text that must never leave the server, in a log or in an answer. */
export const PRIVATE = "Café Secret";
