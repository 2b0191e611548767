import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { ASSETS } from "../../scripts/view/build.ts";

const FILES = readdirSync(ASSETS, { recursive: true, encoding: "utf8" });

/** Bytes that go over the wire. */
function packedBytes(names: RegExp): number {
  const found = FILES.filter((name) => names.test(name));
  expect(found).not.toEqual([]);
  const sizes = found.map(
    (name) => gzipSync(readFileSync(join(ASSETS, name)), { level: 9 }).length,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

it.each([
  ["the view in a chat", /^chat\.html$/, 130_000],
  ["the script of the page", /^static\/front-.*\.js$/, 130_000],
  ["all of /here", /^(?:here\.html|static\/here-.*)$/, 10_000],
])("%s is small enough", (_, names, most) => {
  expect(packedBytes(names)).toBeLessThanOrEqual(most);
});
