import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { cronLine, intervalOf } from "../../../scripts/import/cron.ts";
import { importOptions } from "../../../scripts/import/options.ts";

/** A Tuesday. */
const NOW = new Date(2026, 11, 1, 14, 23);

describe("the line for cron", () => {
  it.each([
    ["30m", "23-59/30 * * * *"],
    ["1h", "23 * * * *"],
    ["6h", "23 2-23/6 * * *"],
    ["24h", "23 14-23/24 * * *"],
    ["1d", "23 14 * * *"],
    ["1w", "23 14 * * 2"],
  ])("repeats an import every %s", (every, times) => {
    const line = cronLine(["a.csv"], intervalOf(every), NOW, "/here").split("\n").at(-1)!;
    expect(line.startsWith(`${times} cd /here && `)).toBe(true);
  });

  it("gives the shell each argument as it was, without what is secret", () => {
    const address = "https://x.example/a b.csv?x=1&y='100%'";
    const args = [
      address,
      "--collection",
      "x",
      "--token",
      "s3cret",
      "--every=1d",
      "--map",
      "name=A B",
    ];
    const text = cronLine(args, intervalOf("1d"), NOW, "/tmp");
    expect(text).not.toContain("s3cret");
    expect(text).toContain("ADMIN_TOKEN=");
    const line = text.split("\n").at(-1)!;
    expect(line).not.toMatch(/(?<!\\)%/);
    const command = line.replaceAll("\\%", "%").split("scripts/import.ts ")[1]!;
    const shell = execFileSync("sh", ["-c", `printf '%s\n' ${command}`], { encoding: "utf8" });
    expect(shell.trimEnd().split("\n")).toEqual([
      address,
      "--collection",
      "x",
      "--map",
      "name=A B",
    ]);
  });

  it.each(["", "1", "5h", "0d", "2d", "45m", "1y", "-1d", "day"])("is refused for %j", (every) => {
    const args = ["a.csv", "--collection", "a", `--every=${every}`];
    expect(() => importOptions(args)).toThrow("--every takes");
  });
});
