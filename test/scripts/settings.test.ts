import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkSettings, missingModels, settingsHere } from "../../scripts/server/check-settings.ts";
import { withSettings } from "../../scripts/settings-table.ts";
import { settingsTable } from "../../src/config/config.ts";
import { inOwnFolder } from "../support/own-folder.ts";
import { runScript } from "../support/run-script.ts";

it("README tells the settings that there are: else npm run settings", () => {
  const readme = readFileSync("README.md", "utf8");
  expect(readme).toContain(settingsTable());
  expect(withSettings(readme)).toBe(readme);
});

describe("the settings of a folder", () => {
  const folder = inOwnFolder();

  /** A Worker's folder with these variables in wrangler.toml, and these lines in `.dev.vars` or `.env`. */
  function deployment(vars: readonly string[], lines: readonly string[], file = ".dev.vars") {
    const toml = ['name = "w"', 'main = "w.ts"', 'compatibility_date = "2026-11-02"', "[vars]"];
    writeFileSync("wrangler.toml", [...toml, ...vars].join("\n"));
    writeFileSync(file, lines.join("\n"));
  }

  describe("what everybody may do on this machine", () => {
    const here = async () => settingsHere(await checkSettings("here")).ANONYMOUS_SCOPES;

    it("is more than elsewhere", async () => {
      deployment([], []);
      expect(await here()).toBe("places:read location tasks models");
    });

    it.each([
      [['ANONYMOUS_SCOPES = "location"'], []],
      [[], ["ANONYMOUS_SCOPES=places:read"]],
      [[], ["ANONYMOUS_SCOPES="]],
    ])("is what the user says: %j %j", async (vars, lines) => {
      deployment(vars, lines);
      expect(await here()).toBeUndefined();
    });
  });

  describe("wrong settings", () => {
    it.each([
      ["wrangler.toml", ['SESSIONS = "yes"'], [], ".env"],
      [".dev.vars", [], ["SESSIONS=yes"], ".dev.vars"],
      [".env", [], ["SESSIONS='yes'"], ".env"],
      [".dev.vars, which overrules", ['SESSIONS = "auto"'], ['SESSIONS="yes"'], ".dev.vars"],
    ])("stop the server of this machine: %s", async (_, vars, lines, file) => {
      deployment(vars, lines, file);
      await expect(checkSettings("here")).rejects.toThrow(
        'SESSIONS is "yes", but it must be one of auto, always, never. Change it in wrangler.toml or .dev.vars.',
      );
    });

    it("are none where .dev.vars has the right value", async () => {
      deployment(["MAX_SESSIONS = 0"], ["MAX_SESSIONS=7"]);
      await checkSettings("here");
    });

    it("stop a deployment, which does not know .dev.vars, in one sentence", async () => {
      deployment(["MAX_SESSIONS = 0"], ["MAX_SESSIONS=7", "SESSIONS=yes"]);
      expect(await runScript("server/check-settings.ts", [], folder())).toEqual({
        code: 1,
        out: "",
        err: 'MAX_SESSIONS is "0", but it must be a whole number from 1 to 1000000. Change it in wrangler.toml.\n',
      });
      deployment([], ["SESSIONS=yes"]);
      expect(await runScript("server/check-settings.ts", [], folder())).toEqual({
        code: 0,
        out: "",
        err: "",
      });
    });

    it("do not tell a secret", async () => {
      deployment([], ["ADMIN_TOKEN=hunter2"]);
      const checking = checkSettings("here");
      await expect(checking).rejects.toThrow("ADMIN_TOKEN must have at least 16 characters");
      await expect(checking).rejects.not.toThrow("hunter2");
    });
  });

  describe("models", () => {
    const table = (...fields: string[]) => ["[[vars.MODELS]]", ...fields];
    const LLAMA = ['name = "llama"', 'provider = "openai-compatible"', 'id = "llama3.2"'];
    const SONNET = ['name = "sonnet"', 'provider = "anthropic"', 'id = "x"', 'secret = "KEY"'];
    const HERE = 'base_url = "http://localhost:11434/v1"';
    const JSON_TEXT = `MODELS='[{"name":"gpt","provider":"openai","id":"#1","secret":"KEY"}]'`;
    const named = async () =>
      missingModels(await checkSettings("here")).map(({ model, why }) => `${model.key} ${why}`);

    it("are tables of wrangler.toml, or JSON in .dev.vars, and those without a secret are named", async () => {
      deployment([...table(...LLAMA, HERE), ...table(...SONNET)], []);
      expect(await named()).toEqual(["sonnet wants the secret KEY, which is not set"]);
      deployment([...table(...LLAMA, HERE), ...table(...SONNET)], ["KEY=sk-x"]);
      expect(await named()).toEqual([]);
      deployment(table(...SONNET), [JSON_TEXT]);
      expect(await named()).toEqual(["gpt wants the secret KEY, which is not set"]);
    });

    it("that are wrong stop the server and a deployment", async () => {
      deployment([...table(...LLAMA, HERE), ...table(...LLAMA)], []);
      const words =
        'MODELS is wrong. Entry 2 ("llama"): base_url is missing: openai-compatible has no address of its own. Change it in wrangler.toml';
      await expect(checkSettings("here")).rejects.toThrow(`${words} or .dev.vars.`);
      await expect(checkSettings("deployed")).rejects.toThrow(`${words}.`);
    });

    it("of Workers AI stop both where it is not bound", async () => {
      const bound = table('name = "llama"', 'provider = "workers-ai"', 'id = "@cf/x"');
      deployment(bound, []);
      for (const where of ["here", "deployed"] as const) {
        await expect(checkSettings(where)).rejects.toThrow(
          'The model llama wants Workers AI, which wrangler.toml does not bind: [ai] binding = "AI".',
        );
      }
      deployment([...bound, "[ai]", 'binding = "AI"'], []);
      expect(await named()).toEqual([]);
      await checkSettings("deployed");
    });
  });
});
