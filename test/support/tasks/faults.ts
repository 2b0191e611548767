import type { Stores } from "../../../src/index/write/transaction.ts";
import { type Interpose, interposed } from "../interpose.ts";

/** What happens to the calls of stores that chunks make. Tests and the Worker have one isolate. */
const FAULTS: { interpose: Interpose | undefined } = { interpose: undefined };

/** Has chunks see stores whose calls fail: one in five, half of them when they are carried out already. */
export function failOneInFive(random: () => number): void {
  FAULTS.interpose = async (_, carryOut) => {
    const chance = random();
    if (chance < 0.1) throw new Error("D1_ERROR: Network connection lost.");
    const answer = await carryOut();
    if (chance < 0.2) throw new Error("D1_ERROR: Network connection lost.");
    return answer;
  };
}

export function failNoMore(): void {
  FAULTS.interpose = undefined;
}

/** The bindings of chunks. */
export function withFaults(env: Env): Env {
  const { interpose } = FAULTS;
  if (!interpose) return env;
  const stores: Stores = { database: env.PLACES_DB, bucket: env.PLACES_BUCKET };
  const { database, bucket } = interposed(stores, interpose);
  return { ...env, PLACES_DB: database, PLACES_BUCKET: bucket };
}
