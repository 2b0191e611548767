import { KeyRequest, Keys, NewKey, Revoked } from "../src/credentials/contract.ts";
import { SCOPES } from "../src/scopes.ts";
import type { AdminApi } from "./api/admin-api.ts";
import { runCommand } from "./command/command.ts";
import {
  type Acts,
  DEFAULT_SCOPES,
  dayOf,
  issuingCommand,
  lineOf,
  OPTIONS,
  requestOf,
} from "./credentials/issuing.ts";

const USAGE = `npm run keys -- [list]
npm run keys -- add <name>
npm run keys -- revoke <name>          it opens nothing any more, within a minute

  --scopes "<scopes>"          what its holder may do, besides what everybody may: some of
                               ${SCOPES.join(" ")}
                               (default: ${DEFAULT_SCOPES})
  --days <n>                   how long it counts (default: 365)
  --to <url> --token <token>   the deployed Worker (default: the server on this machine)`;

const acts: Acts = {
  async list(api) {
    const { keys } = await api.ask(Keys, { method: "GET", path: "/keys" });
    if (keys.length === 0) console.log("There is no key yet.");
    for (const key of keys) console.log(lineOf(key));
  },
  async add(api, name, values) {
    const json = requestOf(KeyRequest, name, values, USAGE);
    printNew(api, await api.ask(NewKey, { method: "POST", path: "/keys", json }));
  },
  async revoke(api, name) {
    await api.ask(Revoked, { method: "DELETE", path: `/keys/${encodeURIComponent(name)}` });
    console.log(`The key "${name}" is revoked: within a minute it opens nothing any more.`);
  },
};

function printNew({ origin }: AdminApi, { name, scopes, expiresAt, key }: NewKey): void {
  const url = `${origin}/mcp`;
  const headers = { Authorization: `Bearer ${key}` };
  const servers = { servers: { hereabouts: { type: "http", url, headers } } };
  console.log(`The new key "${name}", for ${scopes.join(" ")}, until ${dayOf(expiresAt)}:

${key}

It is not shown again. Programs send it with each request to ${url}:
  Authorization: Bearer ${key}
Claude Code:
  claude mcp add --transport http hereabouts ${url} --header "Authorization: Bearer ${key}"
VS Code, in .vscode/mcp.json:
  ${JSON.stringify(servers)}`);
}

const { uses: _, ...options } = OPTIONS;

/** `npm run keys`: keys for programs, here or of a deployed Worker. */
export const keysCommand = issuingCommand(USAGE, acts, options);

if (import.meta.main) await runCommand(keysCommand);
