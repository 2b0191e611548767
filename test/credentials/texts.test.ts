import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newInvitationCode, readInvitationCode } from "../../src/credentials/invitation-code.ts";
import { isKeyText, newKeyText } from "../../src/credentials/key-text.ts";

describe("the text of a key", () => {
  it("is known by its prefix, and is never the same twice", async () => {
    const texts = await Promise.all(Array.from({ length: 200 }, newKeyText));
    expect(new Set(texts).size).toBe(200);
    for (const text of texts) {
      expect(text).toMatch(/^hereabouts_[\w-]{49}$/);
      expect(await isKeyText(text)).toBe(true);
    }
  });

  it("with any one character changed, left out or added is none", async () => {
    const text = await newKeyText();
    const at = fc.nat(text.length - 1);
    await fc.assert(
      fc.asyncProperty(at, fc.string({ maxLength: 2 }), async (at, other) => {
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        expect(await isKeyText(changed)).toBe(changed === text);
      }),
    );
  });

  it.each(["", "hereabouts_", `hereabouts_${"a".repeat(49)}`, "a:b:c", "x".repeat(100_000)])(
    "is none of these: %.20s",
    async (text) => {
      expect(await isKeyText(text)).toBe(false);
    },
  );
});

describe("the code of an invitation", () => {
  /** What people and their devices make of it. */
  const written = fc.record({
    isLower: fc.boolean(),
    dash: fc.constantFrom("", "-", " ", " - ", "–", "‑", "\t", "\u00a0"),
    zero: fc.constantFrom("0", "O", "o"),
    one: fc.constantFrom("1", "I", "i", "l", "L"),
  });

  it("is read however it is written", () => {
    fc.assert(
      fc.property(written, ({ isLower, dash, zero, one }) => {
        const code = newInvitationCode();
        expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
        const text = (isLower ? code.toLowerCase() : code)
          .replaceAll("-", dash)
          .replaceAll("0", zero)
          .replaceAll("1", one);
        expect(readInvitationCode(`  ${text}\n`)).toBe(code);
      }),
    );
  });

  it("is never the same twice", () => {
    expect(new Set(Array.from({ length: 1_000 }, newInvitationCode)).size).toBe(1_000);
  });

  it("is none of what is too short, too long, or has other characters", () => {
    const code = newInvitationCode();
    const others = [code.slice(1), `${code}0`, code.replace(/.$/, "U"), code.replace(/.$/, "!")];
    others.push("", code + " ".repeat(100));
    for (const other of others) expect(readInvitationCode(other)).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const read = readInvitationCode(text);
        if (read !== undefined) expect(readInvitationCode(read)).toBe(read);
      }),
    );
  });
});
