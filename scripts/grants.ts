import { CallerError } from "../src/errors.ts";
import { EndedGrants, type GrantEntry, GrantsPage } from "../src/oauth/contract.ts";
import type { AdminApi } from "./api/admin-api.ts";
import { TARGET_OPTIONS, withApi } from "./api/target.ts";
import { type Command, parsedOptions, runCommand } from "./command/command.ts";

const USAGE = `npm run grants -- [list]                  who has allowed what to which programs
npm run grants -- revoke <subject>        ends all that a person has allowed (oauth:…)
npm run grants -- revoke <subject> <id>   ends one of it

  --to <url> --token <token>   the deployed Worker (default: the server on this machine)`;

/** The id of one that has been granted may begin with a dash, which looks like an option. */
const isIdWithDash = (arg: string) => /^-[\w-]{15}$/.test(arg);

/** `npm run grants`: what people who have signed in allow their programs, here or in a deployed Worker. */
export const grantsCommand: Command = {
  usage: USAGE,
  kept: "What was ended is ended. Run the command again for the rest.",
  async run(args, signal) {
    const { values, positionals } = parsedOptions(
      {
        args: args.filter((arg) => !isIdWithDash(arg)),
        options: TARGET_OPTIONS,
        allowPositionals: true,
      },
      USAGE,
    );
    const [name = "list", subject, id = args.find(isIdWithDash), ...rest] = positionals;
    const isList = name === "list" && subject === undefined;
    const isRevoke = name === "revoke" && subject !== undefined && rest.length === 0;
    if (!isList && !isRevoke) throw new CallerError(USAGE);
    await withApi(values, signal, (api) => (isList ? list(api) : revoke(api, subject!, id)), {
      withData: false,
    });
    return 0;
  },
};

async function list(api: AdminApi): Promise<void> {
  let after: string | undefined;
  let count = 0;
  do {
    const query = after === undefined ? "" : `?after=${encodeURIComponent(after)}`;
    const page = await api.ask(GrantsPage, { method: "GET", path: `/grants${query}` });
    for (const grant of page.grants) print(grant);
    count += page.grants.length;
    after = page.next;
  } while (after !== undefined);
  if (count === 0) console.log("Nobody has allowed anything to any program.");
}

function print({ subject, id, person, client, resource, scopes, createdAt, endsAt }: GrantEntry) {
  console.log(`${subject} ${id}`);
  console.log(`  ${client}, by ${person}, for ${resource}: ${scopes.join(" ") || "nothing more"}`);
  console.log(
    `  since ${createdAt}${endsAt === undefined ? "" : `, until ${endsAt} unless renewed`}`,
  );
}

async function revoke(api: AdminApi, subject: string, id: string | undefined): Promise<void> {
  const path = [subject, ...(id === undefined ? [] : [id])].map(encodeURIComponent).join("/");
  let after: string | undefined;
  let count = 0;
  do {
    const query = after === undefined ? "" : `?after=${encodeURIComponent(after)}`;
    const request = { method: "DELETE", path: `/grants/${path}${query}` } as const;
    const { ended, next } = await api.ask(EndedGrants, request);
    count += ended;
    after = next;
  } while (after !== undefined);
  console.log(`${count} ended. Access tokens are dead within a minute everywhere.`);
}

if (import.meta.main) await runCommand(grantsCommand);
