import { expect, it } from "vitest";
import { type Bytes, peek } from "../../../src/formats/bytes/byte-stream.ts";
import { gunzip } from "../../../src/formats/bytes/gzip.ts";
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
