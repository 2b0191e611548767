import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { wrangler } from "./server/wrangler.ts";

/**
 * The Worker's whole code, minified, as it goes over the wire: it bounds the start-up time. So much less it is without
 * the borders of all countries (@rapideditor/country-coder) 219, MCP's library 57, what reads files of places for the
 * inbox 41, what signs people in 41 (31 of it @cloudflare/workers-oauth-provider), time zones 30, zod 28, where callers are
 * 16, who they are 8 and the tokens of other issuers (jose) 8 more, metrics 4, keys, invitations and budgets 3; long work
 * is some 26: batch_nearby 7, matrix_decomposition 3, the rest the engine, its tools and routes. What asks models
 * is some 36, with @cfworker/json-schema, and 78 are the providers' libraries, 45 of them Anthropic's, which are
 * evaluated when they are first needed. The weather is some 7, tiles of the map and the pages are some 11.
 */
const BUDGET_KIB = 760;
const FOLDER = ".wrangler/dry-run";

await wrangler("deploy", "--dry-run", "--outdir", FOLDER);
const kib = gzipSync(await readFile(`${FOLDER}/worker.js`)).length / 1024;
console.log(`The Worker's bundle has ${kib.toFixed(1)} KiB gzipped; the budget is ${BUDGET_KIB}.`);
if (kib > BUDGET_KIB) process.exit(1);
