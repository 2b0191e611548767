import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ImportServer, TOKEN } from "./import-server.ts";
import { type Ran, runScript } from "./run-script.ts";

/** The commands of a user in a folder of their own, with a server of their own. */
export class ImportCommand {
  folder = "";
  url = "";
  server = new ImportServer();

  async open(): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), "hereabouts-"));
    this.server = new ImportServer();
    this.url = await this.server.open();
  }

  async close(): Promise<void> {
    await this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.folder, name), content);
    return name;
  }

  target(): string[] {
    return ["--to", this.url, "--token", TOKEN, "--yes"];
  }

  run(script: string, ...args: string[]): Promise<Ran> {
    return runScript(script, args, this.folder);
  }

  importing(...args: string[]): Promise<Ran> {
    return this.run("import.ts", ...args, "--collection", "stores", ...this.target());
  }
}
