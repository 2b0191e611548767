import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ImportCommand } from "../support/import-command.ts";
import { TOKEN } from "../support/import-server.ts";

const command = new ImportCommand();

beforeEach(() => command.open());
afterEach(() => command.close());

describe("npm run collections", () => {
  const collections = (...args: string[]) =>
    command.run("collections.ts", ...args, "--to", command.url, "--token", TOKEN);

  it("lists, shows, labels and deletes", async () => {
    expect((await collections()).out).toContain("There is no collection yet.");
    await command.importing(command.file("good.csv", "name,lat,lon\nA,1,2\n"));
    expect((await collections("list")).out).toContain("stores: stores, 1 places (not stated");
    expect((await collections("label", "stores", "--title", "Shops")).out).toMatch(/title +Shops/);
    expect((await collections("show", "stores")).out).toMatch(/places +1/);
    const unsure = await collections("delete", "stores");
    expect(unsure.code).toBe(1);
    expect(unsure.err).toContain("--yes");
    expect((await collections("delete", "stores", "--yes")).code).toBe(0);
    expect((await collections("show", "stores")).err).toContain('There is no collection "stores"');
  });

  it("shows what became of what was dropped into the bucket", async () => {
    const counts = { stored: 1_200, updated: 0, unchanged: 3, removed: 0 };
    const rejected = [{ line: 7, reason: "has no name" }];
    const report = { startedAt: "2026-11-24T10:00:00Z", rows: 1_204, counts, skipped: 1, rejected };
    const failed = { ...report, rejected: [], reason: "No column looks like a name." };
    command.server.inbox = [
      { ...report, object: "inbox/stores/a.csv", state: "finished" },
      { ...failed, object: "inbox/stores/b.csv", state: "failed" },
    ];
    const { out, code } = await collections("show", "stores");
    expect(code).toBe(0);
    expect(out).toContain("inbox/stores/a.csv is finished, begun 2026-11-24T10:00:00Z");
    expect(out).toContain(
      "1,204 rows read, 1,200 stored, 0 updated, 3 unchanged, 0 removed, 1 skipped",
    );
    expect(out).toContain("line 7: it has no name");
    expect(out).toMatch(/b\.csv is failed.*: No column looks like a name\./);
  });

  it("gives up an import that was not finished", async () => {
    command.server.fail = (line) => (line.includes("/parts/") ? 400 : undefined);
    await command.importing(command.file("good.csv", "name,lat,lon\nA,1,2\n"));
    command.server.fail = () => undefined;
    expect((await collections("show", "stores")).out).toContain("An import is not finished");
    expect((await collections("abort", "stores")).code).toBe(0);
    expect((await collections("abort", "stores")).err).toContain("No import into");
  });

  it.each([[["frobnicate"]], [["show"]], [["list", "x"]], [["label", "x"]], [["--bogus"]]])(
    "explains itself: %j",
    async (args) => {
      const { code, err } = await collections(...args);
      expect(code).toBe(1);
      expect(err).toContain("npm run collections");
    },
  );
});
