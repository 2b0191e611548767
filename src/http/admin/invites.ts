import { Hono } from "hono";
import { requireScope } from "../../access/require-scope.ts";
import * as api from "../../credentials/contract.ts";
import type { Invitation } from "../../credentials/issued.ts";
import { Conflict } from "../../errors.ts";
import type { Deployment } from "../../services.ts";
import { atMost } from "../body-limit.ts";
import { json } from "./body.ts";
import { issuedView, MOST_BYTES, neverStored } from "./issued-view.ts";

/** Invitations (src/credentials/contract.ts), by which people sign in. */
export const inviteRoutes = new Hono<{ Bindings: Deployment }>({ strict: false })
  .use(requireScope("admin"), neverStored, atMost(MOST_BYTES))
  .get("/", async (c) => {
    const invitations = await c.env.credentials.invitations();
    return c.json({ invitations: invitations.map(view) } satisfies api.Invitations);
  })
  .post("/", async (c) => {
    const { signInIssuer } = c.env.config;
    if (signInIssuer !== undefined) {
      throw new Conflict(
        `Nobody is asked for an invitation here: people sign in by ${signInIssuer} (SIGN_IN_ISSUER).`,
      );
    }
    const request = await json(c, api.InvitationRequest);
    const { invitation, code } = await c.env.credentials.addInvitation(request);
    return c.json({ ...view(invitation), code } satisfies api.NewInvitation, 201);
  })
  .delete("/:name", async (c) => {
    const name = c.req.param("name");
    await c.env.credentials.revokeInvitation(name);
    return c.json({ name } satisfies api.Revoked);
  });

function view(invitation: Invitation) {
  const { uses, used } = invitation;
  return { ...issuedView(invitation), uses, used };
}
