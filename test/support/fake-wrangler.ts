import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";

/** What Cloudflare is, as far as it is asked. */
export interface FakeAccount {
  readonly whoami: object;
  readonly secrets: readonly string[];
  /** Where the Worker answers once it is deployed, as wrangler writes it. */
  readonly targets: readonly string[];
  /** The beginning of a command that fails, and what it prints. */
  readonly failing?: readonly [command: string, complaint: string];
}

/** Stands in for wrangler, first on the PATH: it notes its calls in a folder, and answers as an account would. */
export class FakeWrangler {
  readonly #folder: string;

  constructor(folder: string, { whoami, secrets, targets, failing }: FakeAccount) {
    this.#folder = join(folder, "bin");
    mkdirSync(this.#folder);
    const answer = (name: string, value: unknown) =>
      writeFileSync(join(this.#folder, name), `${JSON.stringify(value)}\n`);
    answer("whoami", whoami);
    answer(
      "secrets",
      secrets.map((name) => ({ name, type: "secret_text" })),
    );
    answer("report", { type: "deploy", version: 1, targets });
    const [command = "none", complaint = ""] = failing ?? [];
    const script = `#!/bin/sh
cd "${this.#folder}"
echo "$*" >> calls
case "$*" in
"${command}"*) echo "${complaint}" >&2; exit 1 ;;
"whoami --json") cat whoami; grep -q true whoami ;;
"secret list") cat secrets ;;
"secret put "*) cat > "put-$3" ;;
"deploy --dry-run"*) echo "Total Upload: 2000.00 KiB / gzip: 555.55 KiB" ;;
deploy) cat report >> "$WRANGLER_OUTPUT_FILE_PATH" ;;
"d1 migrations apply PLACES_DB --remote") ;;
*) echo "unknown: $*" >&2; exit 1 ;;
esac
`;
    writeFileSync(join(this.#folder, "wrangler"), script);
    chmodSync(join(this.#folder, "wrangler"), 0o755);
    vi.stubEnv("PATH", `${this.#folder}:${process.env.PATH}`);
  }

  get calls(): string[] {
    return this.#read("calls")?.trim().split("\n") ?? [];
  }

  /** What a secret was set to; undefined if it was left alone. */
  secret(name: string): string | undefined {
    return this.#read(`put-${name}`)?.trim();
  }

  #read(name: string): string | undefined {
    const path = join(this.#folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }
}
