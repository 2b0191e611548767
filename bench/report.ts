import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { IS_SMOKE } from "./made-up-places.ts";

const RESULTS = join(import.meta.dirname, "RESULTS.md");

/** The value that this share of the numbers does not exceed (nearest rank). */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(numbers: readonly number[]): Spread {
  return {
    p50: percentile(numbers, 0.5),
    p99: percentile(numbers, 0.99),
    max: percentile(numbers, 1),
  };
}

/** `0.12 / 0.45 / 1.2` */
export function spread(numbers: readonly number[]): string {
  const { p50, p99, max } = spreadOf(numbers);
  return [p50, p99, max].map(short).join(" / ");
}

/** Three significant digits at most, thousands parted. */
export function short(number: number): string {
  if (Math.abs(number) >= 100) return Math.round(number).toLocaleString("en");
  return String(Number(number.toPrecision(Math.abs(number) < 1 ? 2 : 3)));
}

/** A Markdown table; the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "--:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

export function aim(met: boolean, text: string): string {
  return `- ${met ? "met" : "**not met**"}: ${text}`;
}

/** The machine, its load at this moment, and the date: a number says little without. */
export function circumstances(): string {
  const cores = cpus();
  const [load] = loadavg();
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  return [
    new Date().toISOString().slice(0, 16).replace("T", " "),
    `${cores.length} × ${cores[0]?.model.trim()}`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `load ${load!.toFixed(1)} at the end`,
    `Node ${process.versions.node}, SQLite ${process.versions.sqlite}`,
    `tree at or after ${commit}`,
  ].join(" · ");
}

/** Prints a chapter and puts it into RESULTS.md in the place of its former self. */
export function publish(title: string, body: string): void {
  const chapter = `## ${title}\n\n${body.trim()}\n`;
  console.log(`\n${chapter}`);
  if (IS_SMOKE) return;
  const text = existsSync(RESULTS) ? readFileSync(RESULTS, "utf8") : "# Results\n";
  const chapters = text.split(/^(?=## )/m);
  const index = chapters.findIndex((old) => old.startsWith(`## ${title}\n`));
  if (index < 0) chapters.push(chapter);
  else chapters[index] = chapter;
  writeFileSync(RESULTS, `${chapters.map((part) => part.trimEnd()).join("\n\n")}\n`);
}
