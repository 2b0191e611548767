import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { showLines } from "../../scripts/server/printed-lines.ts";

/** What is shown of what wrangler prints, in pieces of so many characters. */
async function shownOf(printed: string, size: number): Promise<string> {
  const from = new PassThrough();
  const to = new PassThrough();
  showLines(from, to);
  for (let at = 0; at < printed.length; at += size) from.write(printed.slice(at, at + size));
  from.end(() => setImmediate(() => to.end()));
  return text(to);
}

const OURS = '{"event":"request","method":"GET","route":"/basemap/:z/:x/:y","status":200}';
const KEPT = [
  "[wrangler:info] Ready on http://localhost:8787",
  "⎔ Reloading local server...",
  OURS,
  "✘ [ERROR] Uncaught Error: GET /basemap",
  "[wrangler:warn] something is odd",
  "",
];
const REQUESTS = [
  "[wrangler:info] GET /basemap/8/131/91 200 OK (19ms)",
  "\x1b[2m[wrangler:info]\x1b[22m \x1b[1mPOST\x1b[22m /mcp \x1b[1m\x1b[32m200 OK\x1b[39m\x1b[22m (3ms)",
];

it.each([1, 7, 1_000])(
  "are shown without where somebody looks at the map, in pieces of %d",
  async (size) => {
    const printed = KEPT.flatMap((line) => [line, ...REQUESTS]).join("\n");
    expect(await shownOf(`${printed}\n`, size)).toBe(`${KEPT.join("\n")}\n`);
  },
);
