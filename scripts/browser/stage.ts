import { SmokeServer } from "../smoke/server.ts";
import { launchChromium } from "./chromium.ts";
import { startOrigins } from "./host/frames.ts";
import { Program } from "./host/program.ts";
import type { Stage } from "./scene.ts";

const ADMIN_TOKEN = "only for this run";
/** What ChatGPT tells of its user. */
const IN_BERLIN = {
  "openai/userLocation": { city: "Berlin", country: "DE", latitude: 52.52, longitude: 13.405 },
};

/** Starts everything that checks need. */
export async function openStage(): Promise<{ stage: Stage; close(): Promise<void> }> {
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const one of closing.reverse()) await one();
  };
  try {
    const server = await openServer(closing);
    const locked = await openLockedServer(closing);
    const browser = await launchChromium();
    closing.push(() => browser.close());
    const origins = await startOrigins();
    closing.push(origins.close);
    const connect = async (...given: Parameters<typeof Program.connect>) => {
      const program = await Program.connect(...given);
      closing.push(() => program.close());
      return program;
    };
    const endpoint = new URL("/mcp", server);
    const stage: Stage = {
      browser,
      origins,
      server,
      ...locked,
      program: await connect(endpoint, "2026-07-28"),
      olderProgram: await connect(endpoint, "2025-11-25"),
      locatedProgram: await connect(new URL("/chatgpt/mcp", server), "2026-07-28", IN_BERLIN),
    };
    return { stage, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openServer(closing: (() => unknown)[]): Promise<URL> {
  if (process.env.SERVER) return new URL(process.env.SERVER);
  const server = await SmokeServer.start();
  closing.push(() => server.stop());
  return server.url;
}

async function openLockedServer(closing: (() => unknown)[]) {
  const { startThrowawayServer } = await import("../server/throwaway-server.ts");
  const { origin, close } = await startThrowawayServer({ ADMIN_TOKEN, ANONYMOUS_SCOPES: "" });
  closing.push(close);
  const response = await fetch(`${origin}/admin/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "browser", scopes: ["places:read"] }),
  });
  const { key } = (await response.json()) as { key: string };
  return { lockedServer: new URL(origin), key };
}
