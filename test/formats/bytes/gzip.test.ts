import { expect, it } from "vitest";
import { type Bytes, peek } from "../../../src/formats/bytes/byte-stream.ts";
import { gunzip } from "../../../src/formats/bytes/gzip.ts";
import { metered } from "../../../src/formats/bytes/metered.ts";
import { gzipped, streamOf } from "../../support/rows.ts";

async function textOf(bytes: Bytes): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it("unpacks, however the bytes are cut", async () => {
  for (const chunk of [1, 7, 1_000]) {
    expect(await textOf(gunzip(streamOf(await gzipped("Müller\n"), chunk)))).toBe("Müller\n");
  }
});

it("leaves a failure of the source what it is", async () => {
  const packed = await gzipped("x".repeat(1_000));
  async function* failing(): Bytes {
    yield packed.subarray(0, 10);
    throw new Error("The bucket does not answer");
  }
  await expect(textOf(gunzip(failing()))).rejects.toThrow("The bucket does not answer");
});

it("reads no more than is asked for, and lets go of the source", async () => {
  const bomb = await gzipped(new Uint8Array(16 * 1024 * 1024).fill(120));
  let read = 0;
  let isClosed = false;
  async function* watched(): Bytes {
    try {
      for await (const chunk of streamOf(bomb, 64)) {
        read += chunk.length;
        yield chunk;
      }
    } finally {
      isClosed = true;
    }
  }
  const { head, bytes } = await peek(gunzip(watched()), 1_000);
  expect(head).toEqual(new Uint8Array(1_000).fill(120));
  for await (const _ of bytes) break;
  await expect.poll(() => isClosed).toBe(true);
  expect(read).toBeLessThan(bomb.length / 4);
});

it("lets no more bytes pass than a meter allows, and shows it all of them", async () => {
  const MIB = 1024 * 1024;
  const bomb = await gzipped(new Uint8Array(2 * MIB));
  let seen = 0;
  const meter = (mostBytes: number) => ({
    mostBytes,
    onBytes: async ({ length }: Uint8Array) => {
      seen += length;
    },
  });
  const whole = await textOf(metered(gunzip(streamOf(bomb, 999)), meter(2 * MIB)));
  expect([whole.length, seen]).toEqual([2 * MIB, 2 * MIB]);
  seen = 0;
  const cut = textOf(metered(gunzip(streamOf(bomb, 999)), meter(MIB)));
  await expect(cut).rejects.toThrow("More than 1 MiB of the file, unpacked,");
  expect(seen).toBeLessThanOrEqual(MIB);
});
