import { beforeEach, describe, expect, it } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { Admin, required } from "../support/admin.ts";
import { appWith } from "../support/app.ts";
import { ORIGIN } from "../support/client.ts";
import { place } from "../support/engine.ts";
import { modern } from "../support/rpc.ts";
import { emptyDatabase, emptyStores } from "../support/stores.ts";

const LOADING = "still being loaded";
const admin = new Admin();
const front = appWith(catalog);

async function ask(args: object) {
  const params = { name: "get_nearby_data", arguments: args };
  const { body } = await modern("tools/call", params, { fetch: front });
  const { structuredContent, content } = body.result as {
    structuredContent?: { results: { id: string }[]; warnings: string[] };
    content: { text: string }[];
  };
  return {
    ids: structuredContent?.results.map(({ id }) => id) ?? [],
    warnings: structuredContent?.warnings ?? [],
    text: content.map(({ text }) => text).join("\n"),
  };
}

async function indexHealth(): Promise<unknown> {
  const response = await front(new Request(`${ORIGIN}/health`));
  return ((await response.json()) as { index?: unknown }).index;
}

/** Takes steps of a rebuild, and tells what callers find after each. */
async function watchRebuild() {
  const seen = [];
  for (let restart = true, done = false; !done; restart = false) {
    done = required(await admin.rebuildOnce(restart)).body.done!;
    const { ids, warnings, text } = await ask({ latitude: 1, longitude: 1 });
    const told = warnings.some((warning) => warning.includes(LOADING));
    expect(text.includes(LOADING)).toBe(told);
    seen.push({ ids, told, health: await indexHealth(), done });
  }
  return seen;
}

beforeEach(async () => {
  await emptyStores();
  for (const id of ["b", "c", "d"]) required(await admin.importParts(id, [[place(id, 1, 1)]]));
  required(
    await admin.putPlace("d", place("city", 2, 2, { name: "Kariba", category: "place/city" })),
  );
});

describe("while the index is made from nothing", () => {
  it("each answer that may lack places says so, and none other", async () => {
    await emptyDatabase();
    expect(await indexHealth()).toBe("empty");
    const seen = await watchRebuild();
    for (const { ids, told, health, done } of seen) {
      expect(told).toBe(ids.length < 3);
      expect(health).toBe(done ? "ok" : "rebuilding");
    }
    // It has been so for some time with nothing, and with some of the collections.
    expect(new Set(seen.map(({ ids }) => ids.length))).toEqual(new Set([0, 1, 2, 3]));
  });

  it("names that are not known yet are not said to be wrong", async () => {
    await emptyDatabase();
    required(await admin.rebuildOnce(true));
    expect((await ask({ near: "Kariba" })).text).toContain(LOADING);
    for (let done = false; !done; ) done = required(await admin.rebuildOnce(false)).body.done!;
    expect((await ask({ near: "Kariba" })).ids).toContain("d.city");
    expect((await ask({ near: "Karbia Nowhere" })).text).not.toContain(LOADING);
  });
});

it("while an index that is whole is rebuilt, no answer says so", async () => {
  for (const { ids, told } of await watchRebuild()) {
    expect(ids).toHaveLength(3);
    expect(told).toBe(false);
  }
});
