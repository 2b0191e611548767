import { Listr, type ListrTask } from "listr2";
import { parseConfig } from "../src/config/config.ts";
import { CallerError } from "../src/errors.ts";
import { isPrivateHost } from "../src/private-host.ts";
import { type Command, parsedOptions, runCommand } from "./command/command.ts";
import { type Address, addressOf } from "./deploy/address.ts";
import {
  accountName,
  deploy,
  makeSecret,
  migrate,
  rehearse,
  SECRETS,
  type Secret,
  secretsThere,
} from "./deploy/cloudflare.ts";
import { howToConnect } from "./deploy/connect.ts";
import { type Patience, signInFault, visitHealth, visitMcp } from "./deploy/visit.ts";
import { checkSettings, deployedSettings } from "./server/check-settings.ts";

const USAGE = `npm run deploy -- [--dry-run]

  --dry-run   only checks and builds; nothing is changed on Cloudflare

Log in before, with npx wrangler login. Each step can be repeated.`;

const OPTIONS = { "dry-run": { type: "boolean", default: false } } as const;

/** What the steps have found. */
interface Found {
  address: Address;
  readonly made: Map<Secret, string>;
  readonly warnings: string[];
}

type Step = ListrTask<Found>;

/** `npm run deploy`: the Worker on Cloudflare with all it needs, tried, and how to connect to it. */
export const deployCommand = deploying();

/** @param patience with an address that is new */
export function deploying(patience?: Patience): Command {
  return {
    usage: USAGE,
    kept: "What was done is kept: npm run deploy does the rest.",
    async run(args, signal) {
      const { values } = parsedOptions({ args, options: OPTIONS }, USAGE);
      const isDryRun = values["dry-run"];
      const found = { made: new Map(), warnings: [] } as unknown as Found;
      const steps = [...checks(isDryRun, signal), ...(isDryRun ? [] : changes(signal, patience))];
      try {
        await new Listr(steps, { registerSignalListeners: false }).run(found);
      } finally {
        for (const [name, value] of found.made) tellSecret(name, value);
        for (const warning of found.warnings) console.log(`\nAttention: ${warning}`);
      }
      console.log(isDryRun ? "\nDry run: nothing was changed." : await farewell(found.address.url));
      return 0;
    },
  };
}

function checks(isDryRun: boolean, signal: AbortSignal): Step[] {
  return [
    { title: "Check the settings", task: async () => void (await checkSettings("deployed")) },
    {
      title: "Check the account",
      task: async ({ warnings }, task) => {
        const { account_id: id } = await deployedSettings();
        const hasId = Boolean(id ?? process.env.CLOUDFLARE_ACCOUNT_ID);
        try {
          task.title = `Deploy into ${await accountName(hasId, signal)}`;
        } catch (error) {
          if (!isDryRun || !(error instanceof CallerError)) throw error;
          warnings.push(error.message);
          task.skip("The account is not known");
        }
      },
    },
    {
      title: "Build the Worker",
      task: async (_, task) => {
        const size = /gzip: ([\d.]+ [KM]iB)/.exec(await rehearse(signal))?.[1];
        if (size) task.title = `Built the Worker: ${size} gzipped`;
      },
    },
  ];
}

function changes(signal: AbortSignal, patience: Patience | undefined): Step[] {
  return [
    {
      title: "Deploy: what is missing of the database, the bucket and the namespaces is made",
      task: async (found, task) => {
        const { vars } = await deployedSettings();
        const targets = await deploy(signal);
        found.address = addressOf(targets, vars.PUBLIC_URL as string | undefined);
        const { url, warning } = found.address;
        if (warning) found.warnings.push(warning);
        task.title = `Deployed to ${url.origin}`;
      },
    },
    { title: "Make the tables", task: () => migrate(signal) },
    {
      title: "Make the secrets that are missing",
      task: async ({ made, warnings }, task) => {
        const there = await secretsThere(signal);
        warnings.push(...(await unusableModels(there)));
        const missing = (Object.keys(SECRETS) as Secret[]).filter((name) => !there.has(name));
        if (missing.length === 0) return void task.skip("The secrets are there");
        if (process.env.CI) {
          // The log of a build is no place for them.
          for (const name of missing) warnings.push(putByHand(name));
          return void task.skip("Secrets are not made by a build");
        }
        for (const name of missing) made.set(name, await makeSecret(name, signal));
      },
    },
    {
      title: "Ask how it is",
      task: async ({ address, warnings }, task) => {
        const { version, index } = await visitHealth(address.url, signal, patience);
        task.title = `/health: version ${version} is well`;
        const advice = index && ADVICE[index];
        if (advice) warnings.push(advice.replaceAll("…", address.url.origin));
      },
    },
    {
      title: "Call it as a client does",
      task: async ({ address, warnings }, task) => {
        const visit = await visitMcp(address.url, signal);
        task.title =
          "tools" in visit
            ? `/mcp: ${visit.tools.length} tools for everybody`
            : "/mcp: everybody has to sign in";
        const fault = await signInFault(address.url, signal);
        if (fault) warnings.push(fault);
      },
    },
  ];
}

/** What is to be done where the index is not whole. */
const ADVICE: Readonly<Record<string, string>> = {
  empty:
    "There are no places yet. With ADMIN_TOKEN in the environment: npm run load -- --to … for the default data, npm run import -- file --collection id --to … for your own.",
  outdated:
    "The index is of an earlier version: npm run rebuild -- --to … makes it anew from the bucket.",
  incomplete: "Objects of the bucket were lost: npm run collections -- --to … tells which.",
};

function tellSecret(name: Secret, value: string): void {
  console.log(`\n${name} (${SECRETS[name]}), shown this once: keep it.\n  ${value}`);
}

/** What is to be done about models that a deployed Worker cannot ask. */
async function unusableModels(secrets: ReadonlySet<string>): Promise<string[]> {
  const { vars } = await deployedSettings();
  return parseConfig(vars).models.flatMap(({ key, secret, baseUrl }) => {
    const warnings: string[] = [];
    if (secret !== undefined && !secrets.has(secret)) {
      warnings.push(
        `The model ${key} is passed over until it has its secret: npx wrangler secret put ${secret}`,
      );
    }
    if (baseUrl !== undefined && isPrivateHost(new URL(baseUrl))) {
      warnings.push(
        `The model ${key} is on this machine or in a private network, where a deployed Worker does not reach it: give it another base_url, or move it from wrangler.toml into MODELS in .dev.vars.`,
      );
    }
    return warnings;
  });
}

function putByHand(name: Secret): string {
  return `The Worker has no ${name} (${SECRETS[name]}): npx wrangler secret put ${name}`;
}

async function farewell(server: URL): Promise<string> {
  const { vars } = await deployedSettings();
  const { serverName: name } = parseConfig(vars);
  return `
Hereabouts is ready: MCP is on ${new URL("/mcp", server)}

${howToConnect({ origin: server.origin, name })}

What cannot be seen from here: whether the zone blocks the addresses of Claude (160.79.104.0/21) or OpenAI, which call from
there, and whether the account's plan has the processor time that imports take. docs/DEPLOY.md has more.`;
}

if (import.meta.main) await runCommand(deployCommand);
