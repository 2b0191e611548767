import { afterEach, expect, it, vi } from "vitest";
import { reportFailure } from "../../src/observe/failures.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

function report(error: unknown) {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const reference = reportFailure("some_tool", error);
  expect(log).toHaveBeenCalledOnce();
  const line = String(log.mock.calls[0]![0]);
  expect(line).not.toContain("\n");
  return { reference, line, entry: JSON.parse(line) };
}

it("writes one line with a reference that the caller can be shown", () => {
  const { reference, entry } = report(new TypeError("x"));
  expect(reference).toMatch(/^[0-9a-f]{8}$/);
  expect(entry).toMatchObject({
    event: "failure",
    reference,
    where: "some_tool",
    error: "TypeError",
  });
  expect(entry.stack[0]).toContain("failures.test.ts");
});

it("keeps the database's code and drops its words, even where they span lines", () => {
  const secret = "Rue de Rivoli\n  at home 48.8566\n    at 48.8566 (2:3)";
  const { line, entry } = report(new Error(`D1_ERROR: SQLITE_ERROR near ${secret}`));
  expect(entry.codes).toEqual(["D1_ERROR", "SQLITE_ERROR"]);
  expect(line).not.toContain("Rivoli");
  expect(line).not.toContain("48.8566");
});

it.each([undefined, null, "a string", 7, { message: "an object" }])("survives %j", (thrown) => {
  expect(report(thrown).entry.error).toBe("Error");
});
