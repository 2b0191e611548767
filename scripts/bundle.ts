import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { wrangler } from "./server/wrangler.ts";

/**
 * The Worker's whole code, minified, as it goes over the wire: it bounds the start-up time. The borders of all countries
 * (@rapideditor/country-coder) are 220 of it, what reads files of places for the inbox is 50, what writes is 25, the words
 * of questions and of places are 25, the lists of networks 5.
 */
const BUDGET_KIB = 560;
const FOLDER = ".wrangler/dry-run";

await wrangler("deploy", "--dry-run", "--outdir", FOLDER);
const kib = gzipSync(await readFile(`${FOLDER}/worker.js`)).length / 1024;
console.log(`The Worker's bundle has ${kib.toFixed(1)} KiB gzipped; the budget is ${BUDGET_KIB}.`);
if (kib > BUDGET_KIB) process.exit(1);
