import { afterAll, beforeAll } from "vitest";
import { type BatchLimits, LIMITS } from "../../src/imports/batches.ts";

/** Has the imports of a describe block, or of a file, take parts and steps of so little that a small file makes several. */
export function inSmallSteps(small: Partial<BatchLimits>): void {
  const usual = { ...LIMITS };
  beforeAll(() => void Object.assign(LIMITS, small));
  afterAll(() => void Object.assign(LIMITS, usual));
}
