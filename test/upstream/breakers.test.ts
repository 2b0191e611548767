import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { UpstreamDown } from "../../src/errors.ts";
import { Breakers, FAILURES_TO_OPEN, OPEN_MS } from "../../src/upstream/breakers.ts";

const DEADLINE_MS = 5_000;
const url = new URL("https://data.example/");

let nowMs = 1_000_000;
beforeEach(() => void vi.spyOn(Date, "now").mockImplementation(() => nowMs));
afterEach(() => void vi.restoreAllMocks());

const fail = async () => {
  throw new UpstreamDown("down");
};
const work = async () => "well";

async function open(breakers: Breakers, at = url): Promise<void> {
  for (let failures = 0; failures < FAILURES_TO_OPEN; failures++) {
    await expect(breakers.call(at, fail)).rejects.toThrow("down");
  }
}

it("tries again where the call that tried went away with its request", async () => {
  const breakers = new Breakers(DEADLINE_MS);
  await open(breakers);
  nowMs += OPEN_MS;
  void breakers.call(url, () => new Promise(() => {}));
  nowMs += DEADLINE_MS - 1;
  await expect(breakers.call(url, work)).rejects.toThrow("left alone");
  nowMs += 1;
  expect(await breakers.call(url, work)).toBe("well");
  expect(await breakers.call(url, work)).toBe("well");
});

it("counts failures only where nothing succeeded in between", async () => {
  const breakers = new Breakers(DEADLINE_MS);
  for (let rounds = 0; rounds < 3; rounds++) {
    for (let failures = 1; failures < FAILURES_TO_OPEN; failures++) {
      await expect(breakers.call(url, fail)).rejects.toThrow("down");
    }
    expect(await breakers.call(url, work)).toBe("well");
  }
});

it("does not count what is no outage", async () => {
  const breakers = new Breakers(DEADLINE_MS);
  for (let failures = 0; failures < 2 * FAILURES_TO_OPEN; failures++) {
    const calling = breakers.call(url, async () => JSON.parse("<"));
    await expect(calling).rejects.toThrow(SyntaxError);
  }
  expect(await breakers.call(url, work)).toBe("well");
});

it("forgets the origin that was not called for longest, and remembers the others", async () => {
  const breakers = new Breakers(DEADLINE_MS);
  const origins = Array.from({ length: 99 }, (_, k) => new URL(`https://h${k}.example/`));
  await open(breakers);
  for (const origin of origins) await breakers.call(origin, work);
  await expect(breakers.call(url, work)).rejects.toThrow("left alone");
  for (const origin of origins) await breakers.call(origin, work);
  await expect(breakers.call(url, work)).rejects.toThrow("left alone");
  for (const origin of [...origins, new URL("https://one-more.example/")]) {
    await breakers.call(origin, work);
  }
  expect(await breakers.call(url, work)).toBe("well");
});
