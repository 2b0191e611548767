import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { CallerError } from "../../src/errors.ts";

/** What the usage of a command that drives a browser says of it. */
export const CHROMIUM_USAGE =
  "CHROMIUM=<path>   the browser (default: Debian's chromium-headless-shell, else its chromium)";

const CHROMIUM =
  process.env.CHROMIUM ??
  ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find((path) => existsSync(path));
const FLAGS = [
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
  // No name but this machine's leads anywhere.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/** A Chromium that reaches nothing but this machine. @throws CallerError if there is none */
export function launchChromium(): Promise<Browser> {
  if (CHROMIUM === undefined || !existsSync(CHROMIUM)) {
    throw new CallerError(
      `There is no ${CHROMIUM ?? "Chromium"}. Install it (Debian: apt-get install chromium-headless-shell), or say where it is: CHROMIUM=<path>`,
    );
  }
  const chromiumSandbox = process.getuid?.() !== 0;
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS, chromiumSandbox });
}
