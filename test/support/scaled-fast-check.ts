import fc, {
  type IRawProperty,
  type Parameters,
} from "../../node_modules/fast-check/lib/fast-check.js";

/**
 * Stands for fast-check. In `npm run test:long` every property is tried many more times than it says, or for a minute, from a
 * seed that is new each time: what is found is told with its seed, and stays as a case. In `npm test` it is half as often, from
 * the same seed each time, so that continuous integration ends in its time.
 */
const IS_LONG = import.meta.env.MODE === "long";
const TIMES_AS_MANY = IS_LONG ? 20 : 0.5;
const LONG = { interruptAfterTimeLimit: 50_000, seed: undefined };

const assert = (
  property: IRawProperty<unknown>,
  { numRuns = 100, ...rest }: Parameters<unknown> = {},
) =>
  fc.assert(property, {
    ...rest,
    numRuns: Math.ceil(TIMES_AS_MANY * numRuns),
    ...(IS_LONG && LONG),
  } as Parameters<unknown>);

const configureGlobal: typeof fc.configureGlobal = IS_LONG ? () => {} : fc.configureGlobal;

export default { ...fc, assert, configureGlobal };
