import { LIMITS } from "../../src/imports/batches.ts";

/** Imported for this: parts of so few places that a small file makes several of them. */
Object.assign(LIMITS, { places: 500 });
