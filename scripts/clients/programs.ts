import { spawn } from "node:child_process";
import { join } from "node:path";
import { printedBy } from "../command/printed.ts";

const PATIENCE_MS = 60_000;

/** Runs a client's command; what it prints. */
export function execute(packages: string, name: string, args: readonly string[]): Promise<string> {
  const child = spawn(join(packages, "node_modules/.bin", name), args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS,
  });
  return printedBy(child, ({ code, out, err }) => new Error(`ends with ${code}: ${err || out}`));
}

/** Opens the first address to sign in at that a program prints, as a person would, and the one that it leads to. */
export async function follow(
  printed: NodeJS.ReadableStream,
  approve: (address: URL) => Promise<URL>,
): Promise<void> {
  let text = "";
  for await (const part of printed) {
    text += part;
    const [address] = /https?:\/\/\S+\/authorize\?\S+(?=\s)/.exec(text) ?? [];
    if (address === undefined) continue;
    await fetch(await approve(new URL(address)));
    break;
  }
  printed.resume();
}
