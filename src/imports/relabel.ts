import { labelOf, labelStatement, requireIdle } from "../index/write/collections.ts";
import { write } from "../index/write/transaction.ts";
import type { LabelFields } from "../records/collection-schema.ts";
import { changeManifest, type Label } from "../records/log.ts";
import type { Stores } from "./job.ts";

/** Changes what a collection is called. @throws NotFound; Conflict while an import is under way */
export async function relabel(
  { database, bucket }: Stores,
  collection: string,
  changes: { readonly [Field in keyof LabelFields]?: LabelFields[Field] | undefined },
): Promise<Label> {
  const given = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  );
  const { found } = await write(database, async (session) => {
    const row = await requireIdle(session, collection);
    const label = { ...labelOf(row), ...given };
    await changeManifest(bucket, collection, (manifest) => manifest && { ...manifest, label });
    return { found: label, statements: [labelStatement(session, row.id, label)] };
  });
  return found;
}
