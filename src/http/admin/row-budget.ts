import type { Work } from "../../budgets/spending.ts";
import type { Principal } from "../../caller.ts";
import type { Deployment } from "../../services.ts";

/**
 * Writes rows of places, as far as the caller may import more of them today.
 *
 * @throws OverBudget
 */
export function spendRows<Result>(
  { config, spending }: Deployment,
  // Nobody in particular may change no data.
  { subject = "nobody" }: Principal,
  work: Work<Result>,
): Promise<Result> {
  const budget = { subject, what: "imported rows", most: config.importRowsPerDay };
  return spending.within(budget, work);
}
