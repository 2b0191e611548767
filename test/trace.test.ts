import fc from "fast-check";
import { expect, it } from "vitest";
import { traceOf } from "../src/trace.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const VALID = `00-${TRACE}-${SPAN}-01`;

it.each([
  ["of today's version", VALID],
  ["that is not sampled", `00-${TRACE}-${SPAN}-00`],
  ["of a later version", `01-${TRACE}-${SPAN}-01`],
  ["of a later version that says more", `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`],
])("goes on with a trace %s", (_, text) => {
  const { trace, span, parentSpan } = traceOf(text);
  expect({ trace, parentSpan }).toEqual({ trace: TRACE, parentSpan: SPAN });
  expect(span).toMatch(/^[\da-f]{16}$/);
  expect(span).not.toBe(SPAN);
});

/** After the test suite of the recommendation. */
it.each([
  ["nothing", undefined],
  ["an object", { trace: TRACE }],
  ["no text that is one", "hello"],
  ["a version that is forbidden", `ff-${TRACE}-${SPAN}-01`],
  ["more than today's version has", `${VALID}-x`],
  ["an end that does not belong", `01-${TRACE}-${SPAN}-01x`],
  ["capitals", VALID.toUpperCase()],
  ["a trace of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
  ["a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
  ["a trace that is short", `00-${TRACE.slice(1)}-${SPAN}-01`],
  ["a span that is long", `00-${TRACE}-${SPAN}a-01`],
  ["what is not hexadecimal", `00-${TRACE.replace("4", "g")}-${SPAN}-01`],
  ["two of them", `${VALID},${VALID}`],
  ["a blank before it", ` ${VALID}`],
  ["a line after it", `${VALID}\n`],
])("begins a new one where there is %s", (_, text) => {
  const { trace, parentSpan } = traceOf(text);
  expect(trace).toMatch(/^[\da-f]{32}$/);
  expect(trace).not.toBe(TRACE);
  expect(parentSpan).toBeUndefined();
});

it("takes the first one that is valid", () => {
  expect(traceOf("no", undefined, VALID, `00-${"1".repeat(32)}-${SPAN}-01`).trace).toBe(TRACE);
});

it("holds nothing but hexadecimal digits, whatever it is told", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.string().map((text) => VALID + text),
      ),
      (told) => {
        const { trace, span, parentSpan = SPAN } = traceOf(told);
        expect(`${trace} ${span} ${parentSpan}`).toMatch(/^[\da-f]{32} [\da-f]{16} [\da-f]{16}$/);
      },
    ),
  );
});
