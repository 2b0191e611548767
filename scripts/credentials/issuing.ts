import type { ParseArgsConfig } from "node:util";
import type * as z from "zod/v4";
import { CallerError } from "../../src/errors.ts";
import type { AdminApi } from "../api/admin-api.ts";
import { TARGET_OPTIONS, withApi } from "../api/target.ts";
import { type Command, parsedOptions } from "../command/command.ts";

const text = { type: "string" } as const;

/** The options of a command that makes, lists and revokes. */
export const OPTIONS = { ...TARGET_OPTIONS, scopes: text, days: text, uses: text };

export type Values = { readonly [Name in keyof typeof OPTIONS]?: string | undefined };

/** What such a command does. */
export interface Acts {
  list(api: AdminApi): Promise<void>;
  add(api: AdminApi, name: string, values: Values): Promise<void>;
  revoke(api: AdminApi, name: string): Promise<void>;
}

/** A command whose first word is the act, `list` if there is none, and whose second is a name. */
export function issuingCommand(
  usage: string,
  acts: Acts,
  options: NonNullable<ParseArgsConfig["options"]>,
): Command {
  return {
    usage,
    kept: "The list tells what was done.",
    async run(args, signal) {
      const config = { args, options, allowPositionals: true };
      const { values, positionals } = parsedOptions(config, usage);
      const [act = "list", name = "", ...rest] = positionals;
      const isKnown = act === "list" || act === "add" || act === "revoke";
      if (!isKnown || rest.length > 0 || (act === "list") !== (name === "")) {
        throw new CallerError(usage);
      }
      await withApi(values as Values, signal, (api) => acts[act](api, name, values as Values), {
        withData: false,
      });
      return 0;
    },
  };
}

/** What is not said to be more: everything but changing data and the operator's own business. */
export const DEFAULT_SCOPES = "places:read location tasks models";

/** What the options ask for, as the server wants it. Throws a CallerError with the usage for what it would not take. */
export function requestOf<Schema extends z.ZodType>(
  schema: Schema,
  name: string,
  { scopes = DEFAULT_SCOPES, days, uses }: Values,
  usage: string,
): z.output<Schema> {
  const parsed = schema.safeParse({
    name,
    scopes: scopes.split(/[\s,]+/).filter(Boolean),
    ...(days !== undefined && { days: Number(days) }),
    ...(uses !== undefined && { uses: Number(uses) }),
  });
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues as [z.core.$ZodIssue];
  const what = path[0] === "name" ? `The name "${name}"` : `--${String(path[0])}`;
  throw new CallerError(`${what} ${message}.\n\n${usage}`);
}

interface Issued {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string;
}

/** Such as "nightly-import: places:write, until 2027-11-30". */
export function lineOf({ name, scopes, expiresAt }: Issued): string {
  const isOver = Date.parse(expiresAt) <= Date.now();
  return `${name}: ${scopes.join(" ")}, ${isOver ? "over since" : "until"} ${dayOf(expiresAt)}`;
}

export function dayOf(instant: string): string {
  return instant.slice(0, 10);
}
