import { type Context, Hono } from "hono";
import { guardOrigin } from "../access/origin.ts";
import { limitRoute } from "../access/rate-limit.ts";
import { type Authorized, requireScope } from "../access/require-scope.ts";
import { CallerError } from "../errors.ts";
import { TaskInputs } from "../tasks/inputs.ts";
import { atMost, brokenOff } from "./body-limit.ts";
import { askerOfRequest } from "./tasks.ts";

/** As much as a part of an import may have. A longer file can be packed with gzip. */
const MOST_INPUT_BYTES = 16 * 1024 * 1024;
const MOST_INPUT_BYTES_A_DAY = 32 * MOST_INPUT_BYTES;
/** A task must be handed in by then. What it makes of its input is kept as long as the task. */
const INPUT_TTL_MS = 86_400_000;

/** Files for tasks: `POST` one, and pass the id of the answer as `input`. Tasks that take one say what may be in it. */
export const inputRoutes = new Hono<Authorized>({ strict: false })
  .use(guardOrigin, requireScope("tasks"))
  .post("/", limitRoute, atMost(MOST_INPUT_BYTES), takeInput)
  .all("/", (c) => c.json({ error: "Send the file with POST." }, 405, { Allow: "POST" }));

async function takeInput(c: Context<Authorized>) {
  const { stores, spending } = c.env;
  const { subject, holder } = askerOfRequest(c.req.raw, c.get("principal"), c.env);
  const budget = {
    subject: holder,
    what: "bytes of files for tasks",
    most: MOST_INPUT_BYTES_A_DAY,
  };
  // Nothing is read that there is no budget for.
  const { id, bytes, expiresAtMs } = await spending.within(budget, {
    id: crypto.randomUUID(),
    amount: Number(c.req.header("Content-Length") ?? MOST_INPUT_BYTES),
    run: async () => {
      const file = await c.req.arrayBuffer().catch(() => Promise.reject(brokenOff()));
      if (file.byteLength === 0) throw new CallerError("The file is empty: send it as the body.");
      return new TaskInputs(stores.bucket, subject).take(file, Date.now() + INPUT_TTL_MS);
    },
    usedBy: (taken) => taken.bytes,
  });
  const answer = { input: id, bytes, expires_at: new Date(expiresAtMs).toISOString() };
  return c.json(answer, 201, { "Cache-Control": "no-store" });
}
