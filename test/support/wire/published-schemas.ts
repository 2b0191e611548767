import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import type { TestProject } from "vitest/node";

/** The protocol's JSON Schemas, by revision. */
export type WireSchemas = Readonly<Record<string, object>>;

declare module "vitest" {
  interface ProvidedContext {
    readonly wireSchemas: WireSchemas;
  }
}

const SUITE = "node_modules/@modelcontextprotocol/conformance/dist/index.js";
/** A row of declarations, one for each revision, and the table that names them. */
const SCHEMAS =
  /[{,;\s](\w+=\{\$schema:`(?:(?!const ).)*?\});const \w+=(\{"2025-03-26":[^}]*\[(\w+)\]:\w+\})/s;
const NEWEST = "2026-07-28";

/**
 * Hands the protocol's schemas to the tests in workerd, which have no files. They are those that the official suite checks
 * messages by; it exports nothing, so they are cut out of its program.
 */
export default function provide(project: TestProject): void {
  const [, declarations, table, newest] = SCHEMAS.exec(readFileSync(SUITE, "utf8")) ?? [];
  if (!declarations) throw new Error(`${SUITE} has no schemas where they are looked for`);
  const program = `const ${newest} = "${NEWEST}", ${declarations}; JSON.stringify(${table})`;
  project.provide("wireSchemas", JSON.parse(runInNewContext(program)));
}
