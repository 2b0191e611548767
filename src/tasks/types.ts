import type { TaskType } from "./contract.ts";
import areaSummary from "./types/area-summary.ts";
import batchNearby from "./types/batch-nearby.ts";
import inboxImport from "./types/inbox-import.ts";
import matrixDecomposition from "./types/matrix-decomposition.ts";
import rebuild from "./types/rebuild.ts";

/** What callers may have done, by `distributed_compute`. */
export const CALLERS_TYPES: readonly TaskType[] = [areaSummary, batchNearby, matrixDecomposition];

/** What the server does of itself, and what its operator may. */
export const SYSTEM_TYPES: readonly TaskType[] = [inboxImport, rebuild];
