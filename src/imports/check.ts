import type * as z from "zod";
import type { PlaceRecord } from "../records/place.ts";
import { PlaceRecordSchema } from "../records/schema.ts";
import type { StagedPart } from "./contract.ts";

export interface CheckedRecords {
  readonly records: readonly PlaceRecord[];
  /** Those of the values that are none, by their indexes, with reasons to be read after "line 7": "name: is empty". */
  readonly rejected: StagedPart["rejected"];
}

/** The records among some values, cleaned. A value is undefined where there was no JSON. */
export function checkRecords(values: readonly unknown[]): CheckedRecords {
  const records: PlaceRecord[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, value] of values.entries()) {
    const checked = PlaceRecordSchema.safeParse(value);
    if (checked.success) records.push(checked.data);
    else if (value === undefined) rejected.push({ index, reason: "is not JSON" });
    else rejected.push({ index, reason: reasonOf(checked.error.issues[0]!) });
  }
  return { records, rejected };
}

/** Without the names of attributes and other fields: reasons are counted, and those names may be anything. */
function reasonOf({ code, path, message }: z.core.$ZodIssue): string {
  const [field = "record"] = path;
  return `${String(field)}: ${code === "unrecognized_keys" ? "has a field that records do not have" : message}`;
}
