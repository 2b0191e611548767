import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Frame, Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds against a document, each with the element and the reason. */
export async function violationsOf(document: Frame | Page): Promise<string[]> {
  await document.evaluate(AXE);
  const { violations } = await document.evaluate<AxeResults, string[]>(
    (rules) =>
      (window as unknown as { axe: typeof import("axe-core") }).axe.run({
        runOnly: rules,
      } as never) as never,
    RULES,
  );
  return violations.flatMap(({ id, nodes }) => {
    return nodes.map(({ target, failureSummary }) => {
      return `${id}: ${target.join(" ")}: ${failureSummary?.replace(/\s+/g, " ")}`;
    });
  });
}
