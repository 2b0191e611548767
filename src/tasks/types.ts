import type { TaskType } from "./contract.ts";

/** What callers may have done, by `distributed_compute`. */
export const CALLERS_TYPES: readonly TaskType[] = [];

/** What the server does of itself, and what its operator may. */
export const SYSTEM_TYPES: readonly TaskType[] = [];
