/**
 * A server of fake models, which speaks the formats of OpenAI and of Anthropic and has every fault. To try it by hand:
 *
 *     node test/support/models/server.ts 8930
 *
 * and in `.dev.vars`, or as tables in wrangler.toml:
 *
 *     MODELS='[{ "name": "well", "provider": "openai-compatible", "id": "says=Paris",
 *       "base_url": "http://127.0.0.1:8930/try/openai/v1", … },
 *       { "name": "ill", "provider": "anthropic", "id": "fault=500", "base_url": "http://127.0.0.1:8930/try/anthropic/v1", … }]'
 *
 * A model does what its id says (behaviour.ts), or what a PUT has told: `curl -X PUT …:8930/try/models -d '{ "gpt-x":
 * "fault=hang" }'`. `curl …:8930/try/seen` tells what came. `try` is any word: each has its own models, and its own record.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { anthropicWire } from "./anthropic-wire.ts";
import { type Behaviour, behaviourOf, type Fault, faultAt } from "./behaviour.ts";
import { openAiWire } from "./openai-wire.ts";
import { pause, send, sendJson } from "./sending.ts";
import type { Wire } from "./wire.ts";

/** A request that has come. */
export interface SeenRequest {
  readonly model: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly atMs: number;
  /** The client has closed the connection before all was said. */
  closedEarly: boolean;
}

export interface ModelServer {
  readonly url: string;
  close(): void;
}

const WIRES: Readonly<Record<string, Wire>> = { openai: openAiWire, anthropic: anthropicWire };

/** What came under one word, and what its models do. */
class Run {
  readonly seen: SeenRequest[] = [];
  readonly #models = new Map<string, { behaviour: Behaviour; requests: number }>();

  /** From now on these models behave so; their requests are counted anew. */
  tell(behaviours: Readonly<Record<string, string>>): void {
    for (const [model, text] of Object.entries(behaviours)) {
      this.#models.set(model, { behaviour: behaviourOf(text), requests: 0 });
    }
  }

  /** What the model does with the next request. */
  next(model: string): { readonly behaviour: Behaviour; readonly fault: Fault } {
    if (!this.#models.has(model)) this.tell({ [model]: model });
    const told = this.#models.get(model)!;
    return { behaviour: told.behaviour, fault: faultAt(told.behaviour, told.requests++) };
  }
}

/** @param port 0: any that is free */
export async function startModelServer(port = 0): Promise<ModelServer> {
  const runs = new Map<string, Run>();
  const server = createServer((request, response) => {
    const [, name = "", ...path] = new URL(request.url!, "http://localhost").pathname.split("/");
    const run = runs.get(name) ?? new Run();
    runs.set(name, run);
    answer(run, path, request, response).catch((error) => sendJson(response, 418, String(error)));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  run: Run,
  [format = "", ...path]: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (format === "seen") return sendJson(response, 200, run.seen);
  const body = JSON.parse(await textOf(request));
  if (format === "models") {
    run.tell(body);
    return sendJson(response, 200, {});
  }
  const wire = WIRES[format];
  if (!wire || `/${path.join("/")}` !== `/v1${wire.path}`) {
    return sendJson(response, 404, "There is nothing at this address.");
  }
  const asked = wire.read(body);
  const headers = request.headers as Readonly<Record<string, string>>;
  const seen = {
    model: asked.model,
    path: request.url!,
    headers,
    body,
    atMs: performance.now(),
    closedEarly: false,
  };
  run.seen.push(seen);
  const { behaviour, fault } = run.next(asked.model);
  response.once("close", () => {
    const isOurs = fault === "closed" || fault === "breaks";
    seen.closedEarly = !response.writableFinished && !isOurs;
  });
  await pause(behaviour.delayMs + (fault === "slow" ? behaviour.slowMs : 0));
  await send(response, wire, asked, behaviour, fault);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

if (import.meta.main) {
  const { url } = await startModelServer(Number(process.argv[2] ?? 8930));
  console.log(`Fake models: ${url}/try/openai/v1 and ${url}/try/anthropic/v1`);
}
