import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

export interface Ran {
  readonly code: number;
  /** What it printed, complaints and all. */
  readonly out: string;
}

/** The commands that the README tells, run as they are there but for the server's port. */
export class Readme {
  readonly #text: string;
  readonly #port: number;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(text: string, port: number, token: string) {
    this.#text = text;
    this.#port = port;
    this.#env = { ...process.env, PORT: String(port), ADMIN_TOKEN: token };
  }

  static async open(port: number, token: string): Promise<Readme> {
    return new Readme(await readFile("README.md", "utf8"), port, token);
  }

  /** The blocks of code that begin so; at least one. */
  blocks(start: string): string[] {
    const blocks = [...this.#text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
    const found = blocks.filter((block) => block.startsWith(start));
    assert.notEqual(found.length, 0, `README.md has no block "${start}"`);
    return found;
  }

  /** Runs a command of a line, which must be in the README, with what it leaves open. */
  async run(command: string, rest = ""): Promise<Ran> {
    assert.ok(this.#text.includes(command), `README.md does not tell "${command}"`);
    return this.shell(`${command} ${rest}`);
  }

  async shell(command: string): Promise<Ran> {
    const here = command.replaceAll("localhost:8787", `localhost:${this.#port}`);
    const child = spawn("sh", ["-c", here], {
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
    }
    const [code] = await once(child, "close");
    return { code: code ?? 1, out };
  }
}
