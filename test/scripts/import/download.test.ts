import { existsSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { execute } from "../../../scripts/command/command.ts";
import { withDownloads } from "../../../scripts/import/download.ts";
import type { NamedPath } from "../../../scripts/import/open-file.ts";
import { importOptions } from "../../../scripts/import/options.ts";
import { importCommand } from "../../../scripts/import.ts";
import { CallerError } from "../../../src/errors.ts";
import { startUpstreamServer, type UpstreamServer } from "../../support/upstream-server.ts";

let server: UpstreamServer;
beforeAll(async () => {
  server = await startUpstreamServer();
});
afterAll(() => server.close());

const CSV = "id,name,lat,lon,type\n1,Ægir's Tea,61.1,-7.2,Coffee Shop\n2,Nowhere,,,Bakery\n";

const address = (path: string, query: Readonly<Record<string, string>> = {}): string =>
  `${server.url}${path}?${new URLSearchParams({ run: path, ...query })}`;

const never = new AbortController().signal;

/** What files are downloaded from an address, and whether they are gone behind. */
async function downloaded(address: string, mostDownloadBytes = 1_000_000, signal = never) {
  let path = "";
  const read = async ([file]: readonly NamedPath[]) => {
    path = file!.path;
    const { name } = file!;
    return { name, text: readFileSync(path, "utf8"), mtime: statSync(path).mtime };
  };
  const result = await withDownloads({ files: [address], mostDownloadBytes }, signal, read);
  return { ...result, isGone: !existsSync(path) };
}

describe("a file from an address", () => {
  it("is there for the import, with its name and date, and gone behind it", async () => {
    const date = "Tue, 03 Feb 2026 04:05:06 GMT";
    expect(await downloaded(address("/send/tea%20shops.csv", { text: CSV, date }))).toEqual({
      name: "tea_20shops.csv",
      text: CSV,
      mtime: new Date(date),
      isGone: true,
    });
  });

  it("is what it was packed from, and of the type that it is", async () => {
    const text = "type,of,page\n<html>,1,2\n";
    const query = { text, encoded: "", type: "text/html" };
    expect(await downloaded(address("/send", query))).toMatchObject({ text });
  });

  it("comes whole, though its connection breaks", async () => {
    expect(await downloaded(address("/breaks", { times: "2" }))).toMatchObject({ text: "whole" });
  });

  it("has a path of its own beside another of the same name, and beside files that were here", async () => {
    const files = ["here.csv", "A", "B"].map((text, index) =>
      index === 0 ? text : address("/send/x.csv", { text }),
    );
    await withDownloads({ files, mostDownloadBytes: 100 }, never, async ([first, ...rest]) => {
      expect(first).toEqual({ path: "here.csv", name: "here.csv" });
      expect(rest.map(({ path }) => readFileSync(path, "utf8"))).toEqual(["A", "B"]);
    });
  });

  it.each([
    ["is not there", "/nowhere/s3cret.csv", {}, "has no file at this address (404)"],
    ["wants a login", "/send", { text: "x", status: "401" }, "download it yourself"],
    ["fails", "/send", { text: "x", status: "500" }, "answers 500"],
    ["is a page", "/send", { text: "\n <!DOCTYPE html><p>s3cret" }, "a web page instead of data"],
    ["is another page", "/send", { text: "<HTML lang=de>" }, "a web page instead of data"],
    ["is too long", "/endless", {}, "To take more: --max-download"],
    ["is too long unpacked", "/bomb", {}, "To take more: --max-download"],
    ["goes round in circles", "/hops", { left: "99" }, "redirects more than 10 times"],
  ])("that %s is told in words, without its address", async (_, path, query, words) => {
    const failing = await downloaded(address(path, { ...query, key: "s3cret" })).catch((e) => e);
    expect(failing).toBeInstanceOf(CallerError);
    expect(failing.message).toContain(words);
    expect(failing.message).not.toMatch(/s3cret|run=/);
  });

  it("comes in the open from this machine only", async () => {
    await expect(downloaded("http://data.example/s3cret.csv?key=s3cret")).rejects.toThrow(
      "data.example is named with http://",
    );
  });

  it("stops when the person stops it", async () => {
    const stop = new AbortController();
    const stopped = expect(downloaded(address("/trickle"), 1_000, stop.signal)).rejects.toThrow();
    await vi.waitFor(async () => {
      const seen = await fetch(address("/seen", { run: "/trickle" }));
      expect(((await seen.json()) as { atMs: number[] }).atMs).toHaveLength(1);
    });
    stop.abort();
    await stopped;
  });
});

it.each(["0", "-1", "1.5", "many", "1e400"])("--max-download %s is no size", (size) => {
  const args = ["a.csv", "--collection", "a", `--max-download=${size}`];
  expect(() => importOptions(args)).toThrow("whole number of megabytes");
});

it("takes 5 GB of a file, unless told otherwise", () => {
  const bytes = (...more: string[]) =>
    importOptions(["a.csv", "--collection", "a", ...more]).mostDownloadBytes;
  expect(bytes()).toBe(5e9);
  expect(bytes("--max-download", "7")).toBe(7e6);
});

describe("npm run import", () => {
  /** What the command prints, and its exit code. */
  async function dryRun(source: string) {
    let text = "";
    const keep = (line: unknown) => {
      text += `${line}\n`;
    };
    const spies = [
      vi.spyOn(console, "log").mockImplementation(keep),
      vi.spyOn(console, "error").mockImplementation(keep),
    ];
    const args = [source, "--collection", "tea", "--dry-run"];
    const code = await execute(importCommand, args, never);
    for (const spy of spies) spy.mockRestore();
    return { code, text };
  }

  it("takes an address as it takes a file, packed or not, whatever it is called", async () => {
    const to = address("/send/data", { text: CSV, packed: "", type: "text/plain" });
    const { code, text } = await dryRun(address("/redirect", { to }));
    expect(text).toContain("CSV, gzip");
    expect(text).toContain("Dry run, nothing stored: 2 rows, 1 places.");
    expect(code).toBe(2);
  });

  it("says in words what it cannot have", async () => {
    const { code, text } = await dryRun(address("/nowhere"));
    expect(text).toContain("has no file at this address (404): is it right?");
    expect(text).not.toContain("    at ");
    expect(code).toBe(1);
  });
});
