import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

/** A line of wrangler's own about a request. It has no level by which these alone could be turned off. */
const OF_REQUEST = /^\[wrangler:info\] [A-Z]+ \//;

/**
 * Shows what `wrangler dev` prints, line by line, but for its own lines about requests: these have the path, and in it where
 * somebody looks at the map. The Worker's line of the same request has the route.
 */
export function showLines(printed: Readable, to: Writable): void {
  createInterface({ input: printed }).on("line", (line) => {
    if (!OF_REQUEST.test(stripVTControlCharacters(line))) to.write(`${line}\n`);
  });
}
