import { CallerError } from "../src/errors.ts";
import { parseLabel } from "../src/formats/import-options.ts";
import { parsedOptions, runCommand } from "./command.ts";
import { confirm } from "./confirm.ts";
import {
  Anything,
  Collection,
  Collections,
  Imports,
  type InboxReport,
  Step,
} from "./import/answers.ts";
import { AdminApi } from "./import/api.ts";
import { collectionId, targetUrl } from "./import/options.ts";
import { grouped } from "./progress.ts";
import { openTarget } from "./target.ts";

/** `npm run collections`: what data there is, here or in a deployed Worker. */

const USAGE = `npm run collections -- [list]
npm run collections -- show <id>
npm run collections -- label <id> --title … --license … --attribution … --url … --as-of …
npm run collections -- abort <id>      gives up an import that was not finished
npm run collections -- delete <id>

  --to <url> --token <token>   the deployed Worker (default: the server on this machine)
  --yes                        asks nothing`;

const text = { type: "string" } as const;
const OPTIONS = {
  ...{ title: text, license: text, attribution: text, url: text, "as-of": text },
  ...{ to: text, token: text, yes: { type: "boolean", default: false } as const },
  help: { type: "boolean", default: false } as const,
};

/** Of the skipped rows of an object that was dropped, so many are shown. */
const MOST_REJECTED = 5;

type Values = ReturnType<typeof parsed>["values"];

const COMMANDS: Readonly<
  Record<string, (api: AdminApi, id: string, values: Values) => Promise<void>>
> = { list, show, label, abort, delete: remove };

await runCommand(async (signal) => {
  const { values, positionals } = parsed();
  if (values.help) console.log(USAGE);
  else await run(values, positionals, signal);
}, "The same command goes on where this one stopped.");

async function run(
  values: Values,
  [name = "list", id = "", ...rest]: string[],
  signal: AbortSignal,
): Promise<void> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command || rest.length > 0 || (name === "list") !== (id === "")) {
    throw new CallerError(USAGE);
  }
  if (id) collectionId(id);
  const to = values.to ? targetUrl(values.to) : undefined;
  const target = await openTarget(to, values.token ?? process.env.ADMIN_TOKEN, signal);
  try {
    const api = new AdminApi(target.url, target.token, signal);
    await command(api, id, values);
  } finally {
    await target.close();
  }
}

function parsed() {
  return parsedOptions({ options: OPTIONS, allowPositionals: true }, USAGE);
}

async function list(api: AdminApi): Promise<void> {
  const { collections } = await api.ask(Collections, { method: "GET", path: "/collections" });
  if (collections.length === 0) console.log("There is no collection yet.");
  for (const { id, title, places, license, asOf } of collections) {
    console.log(`${id}: ${title}, ${grouped(places)} places (${license}, ${asOf})`);
  }
}

async function show(api: AdminApi, id: string): Promise<void> {
  const dropped = (await api.find(Imports, `/collections/${id}/imports`))?.inbox ?? [];
  // What has failed at its first import is no collection yet.
  const found = await api.find(Collection, `/collections/${id}`);
  if (!found && dropped.length === 0) throw unknown(id);
  if (found) tellCollection(found);
  for (const report of dropped) tellDropped(report);
}

function tellCollection({
  openImport,
  categories = [],
  fingerprint: _,
  ...collection
}: Collection): void {
  for (const [field, value] of Object.entries(collection)) {
    const shown = typeof value === "object" ? JSON.stringify(value) : value;
    console.log(`${field.padEnd(12)} ${shown}`);
  }
  for (const { path, places } of categories.slice(0, 20)) {
    console.log(`  ${grouped(places).padStart(10)}  ${path}`);
  }
  if (openImport) {
    console.log(
      `An import is not finished: begun ${openImport.startedAt}, ${openImport.partsDone.length} parts sent.`,
    );
  }
}

function tellDropped({ object, state, reason, startedAt, ...report }: InboxReport): void {
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
  await api.ask(Anything, { method: "PATCH", path: `/collections/${id}`, json });
  await show(api, id);
}

async function abort(api: AdminApi, id: string): Promise<void> {
  const { openImport } = await existing(api, id);
  if (!openImport) throw new CallerError(`No import into "${id}" is unfinished.`);
  await steps(api, `/collections/${id}/imports/${openImport.import}`);
  console.log(`The unfinished import into "${id}" is given up; what was there before is there.`);
}

async function remove(api: AdminApi, id: string, { yes }: Values): Promise<void> {
  const { places } = await existing(api, id);
  if (!yes && !(await confirm(`Delete "${id}" with its ${grouped(places)} places?`, false))) {
    throw new CallerError("Nothing deleted. Without a terminal to ask on, pass --yes.");
  }
  await steps(api, `/collections/${id}`);
  console.log(`"${id}" is deleted.`);
}

async function existing(api: AdminApi, id: string): Promise<Collection> {
  const collection = await api.find(Collection, `/collections/${id}`);
  if (!collection) throw unknown(id);
  return collection;
}

function unknown(id: string): CallerError {
  return new CallerError(`There is no collection "${id}": see npm run collections.`);
}

/** Repeats a deletion, which the server does in steps, until it is done. */
async function steps(api: AdminApi, path: string): Promise<void> {
  while (!(await api.ask(Step, { method: "DELETE", path })).done);
}
