import { openWorld } from "../../src/services.ts";
import { taskWorkClass } from "../../src/tasks/engine/work.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "../../src/tasks/types.ts";
import { withFaults } from "./tasks/faults.ts";
import { FIXTURE_TYPES } from "./tasks/kinds.ts";

/** The Worker under test: it also does the kinds of work that tests have made up. */
export * from "../../src/worker.ts";
export { default } from "../../src/worker.ts";
export const TaskWork = taskWorkClass(
  [...CALLERS_TYPES, ...SYSTEM_TYPES, ...FIXTURE_TYPES.callers],
  (env, context, subject) => openWorld(withFaults(env), context, subject),
);
