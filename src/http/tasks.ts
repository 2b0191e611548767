import { type Context, Hono } from "hono";
import { etag, RETAINED_304_HEADERS } from "hono/etag";
import { allowBrowsers } from "../access/cors.ts";
import { guardOrigin } from "../access/origin.ts";
import { limitRoute } from "../access/rate-limit.ts";
import { requireScope } from "../access/require-scope.ts";
import { addressOf } from "../address.ts";
import type { Principal } from "../caller.ts";
import { originOf } from "../oauth/resources.ts";
import type { Deployment } from "../services.ts";
import type { Asker } from "../tasks/asker.ts";
import type { TaskView } from "../tasks/contract.ts";
import type { Tasks } from "../tasks/tasks.ts";
import { isOver, POLL_AFTER_MS, statusOf } from "../tasks/view.ts";

type OpenFile = Awaited<ReturnType<Tasks["file"]>>;

/** A program that polls and has seen the task as it is, is told no more than that; a browser lets it hear of it. */
const etags = etag({
  retainedHeaders: [
    ...RETAINED_304_HEADERS,
    "Retry-After",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
  ],
});

/** Tasks, for programs that speak no MCP. A file is for whoever has its link: it is signed. */
export const taskRoutes = new Hono<{ Bindings: Deployment }>({ strict: false })
  .use(guardOrigin, allowBrowsers)
  .get("/:id/files/:name", limitRoute, async (c) => {
    const { id, name } = c.req.param();
    const signature = c.req.query("signature") ?? "";
    return fileAnswer(await c.env.services.tasks.file(id, name, signature), name, c.req.method);
  })
  .all("/:id/files/:name", (c) => refuseMethod(c, "GET, HEAD, OPTIONS"))
  .get("/:id", requireScope("tasks"), limitRoute, etags, async (c) => {
    const asker = askerOfRequest(c.req.raw, c.get("principal"), c.env);
    return taskAnswer(await c.env.services.tasks.get(c.req.param("id"), asker), c.req.url, c.env);
  })
  .delete("/:id", requireScope("tasks"), limitRoute, async (c) => {
    const asker = askerOfRequest(c.req.raw, c.get("principal"), c.env);
    return taskAnswer(
      await c.env.services.tasks.cancel(c.req.param("id"), asker),
      c.req.url,
      c.env,
    );
  })
  .all("/:id", (c) => refuseMethod(c, "GET, HEAD, DELETE, OPTIONS"));

function taskAnswer(task: TaskView, url: string, { config }: Deployment): Response {
  return Response.json(statusOf(task, originOf(url, config)), {
    status: task.state === "expired" ? 410 : 200,
    headers: {
      "Cache-Control": "private, no-cache",
      ...(!isOver(task) && { "Retry-After": String(POLL_AFTER_MS / 1_000) }),
    },
  });
}

async function fileAnswer(
  { body, bytes, mediaType }: OpenFile,
  name: string,
  method: string,
): Promise<Response> {
  const headers = {
    "Content-Type": mediaType,
    "Content-Length": String(bytes),
    // There is such a file, so that its name is one of ours.
    "Content-Disposition": `attachment; filename="${name}"`,
    "Cache-Control": "private, no-store",
  };
  if (method === "HEAD") {
    await body.cancel();
    return new Response(null, { headers });
  }
  return new Response(body, { headers });
}

/** Who asks, outside MCP. */
export function askerOfRequest(
  request: Request,
  principal: Principal,
  { services }: Deployment,
): Asker {
  const address = addressOf(request);
  return services.tasks.askerOf({ principal, address, sessionId: undefined, meta: {} });
}

function refuseMethod(c: Context, methods: string): Response {
  return c.json({ error: `There is only ${methods} here.` }, 405, { Allow: methods });
}
