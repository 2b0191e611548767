import { expect, it } from "vitest";
import text from "../docs/SECURITY.md?raw";

const tests = import.meta.glob<string>("./**/*.test.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

const [, defences = ""] = /## What stops them\n(.*?)\n## /s.exec(text) ?? [];
const lines = defences.split("\n").filter((line) => line.startsWith("- "));

it("docs/SECURITY.md tells what stops whom", () => {
  expect(lines.length).toBeGreaterThan(30);
});

it.each(lines)("a test shows that it is so: %s", (line) => {
  const [, path, title] = /`test\/([^`]+)`: “([^”]+)”$/.exec(line) ?? [];
  expect(tests[`./${path}`] ?? `there is no ${path}`).toContain(title ?? "a named test");
});
