import fc, {
  type IRawProperty,
  type Parameters,
} from "../../node_modules/fast-check/lib/fast-check.js";

/**
 * Stands for fast-check in `npm run test:long`: every property is tried many more times, or for a minute, from a seed that
 * is new each time. What it finds is told with its seed, and stays as a case.
 */
const TIMES_AS_MANY = 20;
const MOST_MS = 50_000;

const assert = (
  property: IRawProperty<unknown>,
  { seed: _, numRuns = 100, ...rest }: Parameters<unknown> = {},
) =>
  fc.assert(property, {
    ...rest,
    numRuns: TIMES_AS_MANY * numRuns,
    interruptAfterTimeLimit: MOST_MS,
  });

export default { ...fc, assert, configureGlobal: () => {} };
