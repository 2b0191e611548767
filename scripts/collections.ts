import { CallerError } from "../src/errors.ts";
import { parseLabel } from "../src/formats/import-options.ts";
import {
  ChangedMetadata,
  CollectionDetails,
  Collections,
  ImportStep,
  Imports,
  type InboxReport,
} from "../src/imports/contract.ts";
import type { AdminApi } from "./api/admin-api.ts";
import { TARGET_OPTIONS, withApi } from "./api/target.ts";
import { abortImport } from "./api/upload.ts";
import { type Command, parsedOptions, runCommand } from "./command/command.ts";
import { confirm } from "./command/confirm.ts";
import { grouped } from "./command/progress.ts";
import { collectionId } from "./import/options.ts";

const USAGE = `npm run collections -- [list]
npm run collections -- show <id>
npm run collections -- label <id> --title … --license … --attribution … --url … --as-of …
npm run collections -- abort <id>      aborts an import that was not finished
npm run collections -- delete <id>

  --to <url> --token <token>   the deployed Worker (default: the server on this machine)
  --yes                        asks nothing`;

const text = { type: "string" } as const;
const OPTIONS = {
  ...TARGET_OPTIONS,
  title: text,
  license: text,
  attribution: text,
  url: text,
  "as-of": text,
  yes: { type: "boolean", default: false },
} as const;

/** Of the skipped rows of a file that was put into the bucket, so many are shown. */
const MOST_REJECTED = 5;
const MOST_CATEGORIES = 20;

/** `npm run collections`: what data there is, here or in a deployed Worker. */
export const collectionsCommand: Command = {
  usage: USAGE,
  kept: "The same command goes on where this one stopped.",
  async run(args, signal) {
    const { values, positionals } = parse(args);
    const [name = "list", id = "", ...rest] = positionals;
    const act = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!act || rest.length > 0 || (name === "list") !== (id === "")) throw new CallerError(USAGE);
    if (id) collectionId(id);
    await withApi(values, signal, (api) => act(api, id, values));
    return 0;
  },
};

function parse(args: string[]) {
  return parsedOptions({ args, options: OPTIONS, allowPositionals: true }, USAGE);
}

type Values = ReturnType<typeof parse>["values"];
type Action = (api: AdminApi, id: string, values: Values) => Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = { list, show, label, abort, delete: remove };

async function list(api: AdminApi): Promise<void> {
  const { collections } = await api.ask(Collections, { method: "GET", path: "/collections" });
  if (collections.length === 0) console.log("There is no collection yet.");
  for (const { id, title, places, license, asOf } of collections) {
    console.log(`${id}: ${title}, ${grouped(places)} places (${license}, ${asOf})`);
  }
}

async function show(api: AdminApi, id: string): Promise<void> {
  const imports = await api.find(Imports, `/collections/${id}/imports`);
  const reports = imports?.inbox ?? [];
  // A file that has failed as the first one of its collection has made none.
  const found = await api.find(CollectionDetails, `/collections/${id}`);
  if (!found && reports.length === 0) throw unknown(id);
  if (found) printCollection(found);
  for (const report of reports) printReport(report);
}

function printCollection({ openImport, categories, fingerprint: _, ...rest }: CollectionDetails) {
  for (const [field, value] of Object.entries(rest)) {
    const shown = typeof value === "object" ? JSON.stringify(value) : value;
    console.log(`${field.padEnd(12)} ${shown}`);
  }
  for (const { path, places } of categories.slice(0, MOST_CATEGORIES)) {
    console.log(`  ${grouped(places).padStart(10)}  ${path}`);
  }
  if (openImport) {
    const { startedAt, partsDone } = openImport;
    console.log(`An import is not finished: begun ${startedAt}, ${partsDone.length} parts sent.`);
  }
}

function printReport({ object, state, reason, startedAt, ...report }: InboxReport): void {
  const { rows, counts, skipped, rejected } = report;
  const numbers = [
    `${grouped(rows)} rows read`,
    ...Object.entries(counts).map(([what, count]) => `${grouped(count)} ${what}`),
    `${grouped(skipped)} skipped`,
  ];
  console.log(`${object} is ${state}, begun ${startedAt}: ${reason ?? numbers.join(", ")}`);
  for (const row of rejected.slice(0, MOST_REJECTED)) {
    console.log(`  line ${row.line}: it ${row.reason}`);
  }
}

async function label(api: AdminApi, id: string, values: Values): Promise<void> {
  const json = parseLabel(values);
  if (Object.keys(json).length === 0) throw new CallerError(`Say what to change.\n\n${USAGE}`);
  await api.ask(ChangedMetadata, { method: "PATCH", path: `/collections/${id}`, json });
  await show(api, id);
}

async function abort(api: AdminApi, id: string): Promise<void> {
  const { openImport } = await existing(api, id);
  if (!openImport) throw new CallerError(`No import into "${id}" is unfinished.`);
  await abortImport(api, `/collections/${id}/imports/${openImport.number}`);
  console.log(`The unfinished import into "${id}" is aborted: the collection is as it was before.`);
}

async function remove(api: AdminApi, id: string, { yes }: Values): Promise<void> {
  const { places } = await existing(api, id);
  if (!yes && !(await confirm(`Delete "${id}" with its ${grouped(places)} places?`, false))) {
    throw new CallerError("Nothing deleted. Without a terminal to ask on, pass --yes.");
  }
  while (!(await api.ask(ImportStep, { method: "DELETE", path: `/collections/${id}` })).done);
  console.log(`"${id}" is deleted.`);
}

async function existing(api: AdminApi, id: string): Promise<CollectionDetails> {
  const collection = await api.find(CollectionDetails, `/collections/${id}`);
  if (!collection) throw unknown(id);
  return collection;
}

function unknown(id: string): CallerError {
  return new CallerError(`There is no collection "${id}": see npm run collections.`);
}

if (import.meta.main) await runCommand(collectionsCommand);
