import { CallerError } from "../../src/errors.ts";
import {
  type LabelOptions,
  parseAttributes,
  parseColumns,
  parseLabel,
} from "../../src/formats/import-options.ts";
import type { DeclaredAttributes } from "../../src/formats/mapping/attributes.ts";
import { TARGETS } from "../../src/formats/mapping/column-names.ts";
import type { Columns } from "../../src/formats/mapping/columns.ts";
import { ATTRIBUTE_TYPES } from "../../src/records/attributes.ts";
import { CollectionId } from "../../src/records/collection-schema.ts";
import { ROWS_A_PART } from "../api/row-budget.ts";
import { parsedOptions } from "../command/command.ts";
import { type Interval, intervalOf } from "./cron.ts";

/** What the command line of an import says. */
export interface ImportOptions {
  readonly files: readonly string[];
  readonly collection: string;
  /** The deployed Worker; if undefined, the server on this machine. */
  readonly to: URL | undefined;
  readonly token: string | undefined;
  readonly columns: Columns;
  /** The category of all places: a path, or words for one. */
  readonly category: string | undefined;
  /** The chain of all places that name none themselves. */
  readonly brand: string | undefined;
  readonly attributes: DeclaredAttributes;
  /** Of the files' text; undefined if it is to be found out. */
  readonly encoding: string | undefined;
  /** The file in a zip that has the places; undefined if it is to be found out. */
  readonly inZip: string | undefined;
  readonly label: LabelOptions;
  readonly mode: "merge" | "replace";
  readonly isDryRun: boolean;
  readonly isConfirmed: boolean;
  readonly mostRowsPerDay: number | undefined;
  /** How much of a file from an address is taken. */
  readonly mostDownloadBytes: number;
  /** How often the import is to be repeated, by a line for cron that is told. */
  readonly every: Interval | undefined;
}

const MEGABYTE = 1_000_000;
const DEFAULT_DOWNLOAD_MEGABYTES = 5_000;

export const USAGE = `npm run import -- <file or https://… …> --collection <id>

  --to <url>               the deployed Worker (default: the server on this machine, started if needed)
  --token <token>          its admin token (or the variable ADMIN_TOKEN)
  --map <what=column,…>    ${TARGETS.join(", ")};
                           several columns with +: name=brand+branch
  --category <kind>        of all places: amenity/cafe, or words: "coffee shop"
  --brand <name>           the chain of all places: they are found by it
  --attribute <name:type>  to filter by: ${ATTRIBUTE_TYPES.join(", ")}
  --encoding <name>        of the text, where it is not found out: shift_jis, windows-1250
  --in-zip <name>          the file in a zip, where it has several
  --title, --license, --attribution, --url, --as-of   what the collection is called, and where it is from
  --merge                  adds and updates places (the default)
  --replace                also removes those that the files do not have
  --dry-run                stores nothing, counts all problems, and what would be new, changed and removed
  --max-rows-per-day <n>   stops before D1 has written so many rows today; the same command goes on tomorrow
  --max-download <MB>      how long a file from an address may be (default: ${DEFAULT_DOWNLOAD_MEGABYTES})
  --every <interval>       tells the line for cron that repeats it: 30m, 6h, 1d, 1w
  --yes                    asks nothing, and removes whatever --replace removes`;

const text = { type: "string" } as const;
const list = { type: "string", multiple: true } as const;
const flag = { type: "boolean", default: false } as const;
const OPTIONS = {
  collection: text,
  to: text,
  token: text,
  map: list,
  category: text,
  brand: text,
  attribute: list,
  encoding: text,
  "in-zip": text,
  title: text,
  license: text,
  attribution: text,
  url: text,
  "as-of": text,
  merge: flag,
  replace: flag,
  "dry-run": flag,
  "max-rows-per-day": text,
  "max-download": text,
  every: text,
  yes: flag,
};

/** Throws a CallerError with the usage for what is not understood. */
export function importOptions(args: readonly string[]): ImportOptions {
  const config = { args: [...args], options: OPTIONS, allowPositionals: true };
  const { values, positionals: files } = parsedOptions(config, USAGE);
  if (files.length === 0) throw misuse("Name the file to import.");
  if (!values.collection) throw misuse("Say into which collection: --collection stores");
  if (values.merge && values.replace) throw misuse("Choose one of --merge and --replace.");
  return {
    files,
    collection: collectionId(values.collection),
    to: values.to ? targetUrl(values.to) : undefined,
    token: values.token ?? process.env.ADMIN_TOKEN,
    columns: withUsage(() => parseColumns(values.map ?? [])),
    category: values.category,
    brand: values.brand,
    attributes: withUsage(() => parseAttributes(values.attribute ?? [])),
    encoding: values.encoding,
    inZip: values["in-zip"],
    label: parseLabel(values),
    mode: values.replace ? "replace" : "merge",
    isDryRun: values["dry-run"],
    isConfirmed: values.yes,
    mostRowsPerDay: rowsPerDay(values["max-rows-per-day"]),
    mostDownloadBytes: downloadBytes(values["max-download"]),
    every: values.every === undefined ? undefined : intervalOf(values.every),
  };
}

/** Adds the usage to a CallerError. */
function withUsage<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    throw error instanceof CallerError ? misuse(error.message) : error;
  }
}

function misuse(reason: string): CallerError {
  return new CallerError(`${reason}\n\n${USAGE}`);
}

/** Throws a CallerError for what is no id of a collection. */
export function collectionId(id: string): string {
  if (CollectionId.safeParse(id).success) return id;
  throw new CallerError(`A collection's id has small letters, digits, - and _ only, not "${id}".`);
}

/** Throws a CallerError for what is no address of a Worker. */
export function targetUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new CallerError(
    `--to needs the Worker's address, for example https://hereabouts.you.workers.dev`,
  );
}

/** Throws a CallerError for what is no number of rows. */
export function rowsPerDay(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const rows = Number(value);
  if (Number.isSafeInteger(rows) && rows >= ROWS_A_PART) return rows;
  throw new CallerError(
    `--max-rows-per-day needs a whole number from ${ROWS_A_PART} on: so many may one part take.`,
  );
}

/** Throws a CallerError for what is no size. */
function downloadBytes(value: string | undefined): number {
  const megabytes = Number(value ?? DEFAULT_DOWNLOAD_MEGABYTES);
  if (megabytes > 0 && Number.isSafeInteger(megabytes)) return megabytes * MEGABYTE;
  throw new CallerError("--max-download needs a whole number of megabytes from 1 on.");
}
