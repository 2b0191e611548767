/** What the admin API says of grants: the server says it, and the command reads it. */
import * as z from "zod/v4";

export const GrantEntry = z.strictObject({
  id: z.string(),
  /** To whom memory and sessions belong: `oauth:…`. */
  subject: z.string(),
  person: z.string(),
  client: z.string(),
  clientId: z.string(),
  resource: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  endsAt: z.string().optional(),
});
export type GrantEntry = z.infer<typeof GrantEntry>;

export const GrantsPage = z.strictObject({
  grants: z.array(GrantEntry),
  next: z.string().optional(),
});
export type GrantsPage = z.infer<typeof GrantsPage>;

export const EndedGrants = z.strictObject({
  ended: z.number(),
  /** There are more: to be asked for again, with this as `after`. */
  next: z.string().optional(),
});
export type EndedGrants = z.infer<typeof EndedGrants>;
