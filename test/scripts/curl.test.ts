import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { curlOf } from "../../src/view/mcp/curl.ts";

const ADDRESS = "https://hereabouts.example/mcp";
/** In place of curl: what it would be given. */
const TELL = `curl() { for part; do printf '%s\\0' "$part"; done; }`;

function givenTo(command: string): string[] {
  const env = { ...process.env, KEY: "the key" };
  const told = execFileSync("sh", ["-c", `${TELL}\n${command}`], { encoding: "utf8", env });
  return told.split("\0").slice(0, -1);
}

it("is a command that sends the same, whatever was asked", () => {
  const bodies = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(bodies, (query) => {
      const requestBody = JSON.stringify({ query, more: "'; $(exit) `exit` \\ \"\n!" });
      const requestHeaders = [["Mcp-Name", "it's"]] as const;
      const expected = [ADDRESS, "-H", "Mcp-Name: it's", "-d", requestBody];
      expect(givenTo(curlOf(ADDRESS, { requestHeaders, requestBody }))).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

it("has no key in it", () => {
  const requestHeaders = [["Authorization", "Bearer hereabouts_secret"]] as const;
  const command = curlOf(ADDRESS, { requestHeaders, requestBody: "{}" });
  expect(command).not.toContain("secret");
  expect(givenTo(command)).toContain("Authorization: Bearer the key");
});
