import { readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { unstable_getVarsForDev } from "wrangler";
import { localToken } from "../../scripts/server/tokens.ts";
import { inOwnFolder } from "../support/own-folder.ts";

inOwnFolder();

/** What the server will take for the token. */
const byWrangler = () =>
  unstable_getVarsForDev(undefined, undefined, {}, undefined, true).ADMIN_TOKEN?.value;

it.each([
  ["ADMIN_TOKEN=a-token-of-mine\nOTHER=x", "a-token-of-mine"],
  ["ADMIN_TOKEN = 'a#token' # mine", "a#token"],
  ['export ADMIN_TOKEN="a token"', "a token"],
  ["ADMIN_TOKEN=first\r\nADMIN_TOKEN=second\r\n", "second"],
  ["ADMIN_TOKEN=a=b=", "a=b="],
])("reads %j as the server does", async (text, token) => {
  writeFileSync(".dev.vars", text);
  expect(await localToken("ADMIN_TOKEN")).toBe(token);
  expect(byWrangler()).toBe(token);
  expect(readFileSync(".dev.vars", "utf8")).toBe(text);
});

it.each([
  ["no file", undefined],
  ["an empty value before another line", "ADMIN_TOKEN=\nOTHER=hunter2hunter2hunter2\n"],
  ["an empty value of blanks", "OTHER=x\nADMIN_TOKEN=  \r\n\r\nMORE=y"],
  ["an empty value in quotes", 'ADMIN_TOKEN=""'],
  ["a comment", "# ADMIN_TOKEN=no-token-at-all"],
  ["another name", "MY_ADMIN_TOKEN=no-token-at-all"],
  ["a text of several lines", 'OTHER="\nADMIN_TOKEN=no-token-at-all\n"'],
  ["another way to write it", "ADMIN_TOKEN: no-token-at-all"],
])("makes one where there is %s, and keeps the rest", async (_, text) => {
  if (text !== undefined) writeFileSync(".dev.vars", text, { mode: 0o644 });
  const token = await localToken("ADMIN_TOKEN");
  expect(token).toMatch(/^[\w-]{32}$/);
  expect(byWrangler()).toBe(token);
  expect(readFileSync(".dev.vars", "utf8").startsWith(text ?? "")).toBe(true);
  expect(statSync(".dev.vars").mode & 0o777).toBe(0o600);
  expect(await localToken("ADMIN_TOKEN")).toBe(token);
});

it("makes one of each kind", async () => {
  const tokens = [await localToken("ADMIN_TOKEN"), await localToken("METRICS_TOKEN")];
  expect(new Set(tokens).size).toBe(2);
  expect([await localToken("ADMIN_TOKEN"), await localToken("METRICS_TOKEN")]).toEqual(tokens);
  expect(byWrangler()).toBe(tokens[0]);
});
