import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { type Command, execute } from "../../scripts/command/command.ts";
import { FaultyProxy } from "./faulty-proxy.ts";
import { type LocalWorker, TOKEN } from "./local-worker.ts";
import type { Ran } from "./run-script.ts";

/** A person who runs commands in a folder of their own, against a server over a way on which things may go wrong. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), "hereabouts-"));
  readonly way: FaultyProxy;
  #url = "";

  constructor(worker: LocalWorker) {
    this.way = new FaultyProxy(worker.url);
  }

  async open(): Promise<void> {
    this.#url = (await this.way.open()).origin;
  }

  async close(): Promise<void> {
    await this.way.close();
    rmSync(this.folder, { recursive: true });
  }

  get url(): string {
    return this.#url;
  }

  /** The options that name the server. */
  get target(): string[] {
    return ["--to", this.#url, "--token", TOKEN];
  }

  /** Writes a file. @returns its name */
  file(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.folder, name), content);
    return name;
  }

  /** Runs a command to its end, in this process. */
  async run(command: Command, ...args: string[]): Promise<Ran> {
    const out: string[] = [];
    const err: string[] = [];
    const keep = (list: string[]) => (text: unknown) => list.push(`${text}\n`) > 0;
    const spies = [
      vi.spyOn(console, "log").mockImplementation(keep(out)),
      vi.spyOn(console, "error").mockImplementation(keep(err)),
      vi.spyOn(process.stderr, "write").mockImplementation(keep(err)),
      vi.spyOn(process.stdout, "write").mockImplementation(keep(out)),
    ];
    const before = process.cwd();
    process.chdir(this.folder);
    try {
      const code = await execute(command, args, new AbortController().signal);
      return { code, out: out.join(""), err: err.join("") };
    } finally {
      process.chdir(before);
      for (const spy of spies) spy.mockRestore();
    }
  }
}
