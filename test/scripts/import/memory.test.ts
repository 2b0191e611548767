import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runScript } from "../../support/run-script.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hereabouts-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TELL_PEAK =
  "data:text/javascript,process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))";
const MEGABYTE = 1024 * 1024;

/** The peak of a dry run over a gzip file of 300 MB: with a heap that has no room for them, but needs no end of sweeping. */
async function peakMegabytes(name: string, first: string, chunkOf: (index: number) => string) {
  function* content() {
    yield first;
    for (let bytes = 0, index = 0; bytes < 300 * MEGABYTE; index += 1) {
      const chunk = chunkOf(index);
      bytes += chunk.length;
      yield chunk;
    }
  }
  await pipeline(
    Readable.from(content()),
    createGzip({ level: 1 }),
    createWriteStream(join(folder, name)),
  );
  const args = [name, "--collection", "x", "--dry-run"];
  const { out, err } = await runScript("import.ts", args, folder, [
    "--max-old-space-size=256",
    "--import",
    TELL_PEAK,
  ]);
  return { peak: Number(/peak (\d+)/.exec(err)![1]) / 1024, out };
}

it("holds no more of a row without end than its bound", async () => {
  const { peak, out } = await peakMegabytes("bomb.csv.gz", "name,lat,lon\n", () =>
    "x".repeat(MEGABYTE),
  );
  expect(out).toContain("1 rows, 0 places");
  expect(peak).toBeLessThan(350);
});

it("holds no more of many long rows", async () => {
  const note = "y".repeat(4_000);
  const row = (name: string) => `${JSON.stringify({ name, lat: 1, lon: 2, note })}\n`;
  const { peak, out } = await peakMegabytes("long.ndjson.gz", "", (index) =>
    Array.from({ length: 250 }, (_, k) => row(`N${index}-${k}`)).join(""),
  );
  expect(out).toMatch(/rows, 7\d,\d{3} places/);
  expect(peak).toBeLessThan(350);
});
