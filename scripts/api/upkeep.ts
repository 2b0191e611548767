import { UpkeepStep } from "../../src/imports/contract.ts";
import type { AdminApi } from "./admin-api.ts";

/** Has the server merge its full-text index and count its words, once places have come or gone. */
export async function keepUp(api: AdminApi): Promise<void> {
  const step = { method: "POST", path: "/upkeep" } as const;
  while (!(await api.ask(UpkeepStep, step)).done);
}
