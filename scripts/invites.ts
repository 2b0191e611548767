import {
  InvitationRequest,
  Invitations,
  NewInvitation,
  Revoked,
} from "../src/credentials/contract.ts";
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

const USAGE = `npm run invites -- [list]
npm run invites -- add <name>
npm run invites -- revoke <name>       who has signed in with it stays so: see npm run grants

  --uses <n>                   how often one may sign in with it (default: 1)
  --days <n>                   until when (default: 7)
  --scopes "<scopes>"          what who signs in may allow a program: some of
                               ${SCOPES.join(" ")}
                               (default: ${DEFAULT_SCOPES})
  --to <url> --token <token>   the deployed Worker (default: the server on this machine)`;

const acts: Acts = {
  async list(api) {
    const { invitations } = await api.ask(Invitations, { method: "GET", path: "/invites" });
    if (invitations.length === 0) console.log("There is no invitation yet.");
    for (const one of invitations) console.log(`${lineOf(one)}, ${one.used} of ${one.uses} used`);
  },
  async add(api, name, values) {
    const json = requestOf(InvitationRequest, name, values, USAGE);
    printNew(api, await api.ask(NewInvitation, { method: "POST", path: "/invites", json }));
  },
  async revoke(api, name) {
    await api.ask(Revoked, { method: "DELETE", path: `/invites/${encodeURIComponent(name)}` });
    console.log(`The invitation "${name}" is revoked: nobody signs in with it any more.`);
  },
};

function printNew({ origin }: AdminApi, invitation: NewInvitation): void {
  const { name, scopes, expiresAt, uses, code } = invitation;
  const often = uses === 1 ? "once" : `${uses} times`;
  console.log(`The new invitation "${name}", for ${scopes.join(" ")}, ${often}, until ${dayOf(expiresAt)}:

${code}

It is not shown again. Whoever adds ${origin}/mcp to an assistant is asked for it when signing in.`);
}

/** `npm run invites`: invitations for people, here or of a deployed Worker. */
export const invitesCommand = issuingCommand(USAGE, acts, OPTIONS);

if (import.meta.main) await runCommand(invitesCommand);
