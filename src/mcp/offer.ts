import { UriTemplate } from "@modelcontextprotocol/server";
import type { Config } from "../config/config.ts";
import { givableScopes } from "../config/sign-in.ts";
import type { Scope } from "../scopes.ts";
import type { Catalog } from "./define.ts";

/** A tool, resource or prompt, as far as the front door has to know it. */
export interface Item {
  readonly name: string;
  /** What a caller needs to be allowed; undefined: nothing. */
  readonly scope: Scope | undefined;
  /** Whether the deployment is set up for it; left out: every one is. */
  isOffered?(config: Config): boolean;
  /** Whether a call of it may wait. */
  readonly waits?: boolean;
}

/** What the methods of tasks are about, in the log and the metrics. */
export const TASK = "task";

/**
 * Tells which items are offered: those that some caller here may use, or could after signing in. It depends on the
 * deployment and not on who asks, so that lists may be cached for all, and clients learn what signing in would bring.
 */
export function offerOf(config: Config): (item: Item) => boolean {
  const givable = givableScopes(config);
  return (item) =>
    (item.scope === undefined || givable.has(item.scope)) && (item.isOffered?.(config) ?? true);
}

/** Of a client that puts a value into an address as it is, commas are taken for a part of the value, too. */
export class AddressTemplate extends UriTemplate {
  override match(uri: string) {
    return super.match(uri.replaceAll(",", "%2C"));
  }
}

/** What a message may call. */
export interface Called {
  readonly method: string | undefined;
  /** The name of a tool or prompt, or the address of a resource or its template. */
  readonly target: string | undefined;
  readonly era: "modern" | "legacy" | "unknown";
}

/** Finds what a message calls; undefined if it calls nothing, or nothing that is offered. */
export type FindCalled = (called: Called, config: Config) => Item | undefined;

/** Prepares the search in a catalogue: by the same rules as the protocol's library. */
export function finderIn({ tools, prompts, resources }: Catalog): FindCalled {
  const fixed = new Map(resources.map((resource) => [resource.uri, resource]));
  const templates = resources
    .filter(({ uri }) => UriTemplate.isTemplate(uri))
    .map((resource) => ({ resource, template: new AddressTemplate(resource.uri) }));
  const resourceAt = (uri: string): Item | undefined =>
    fixed.get(uri) ?? templates.find(({ template }) => template.match(uri))?.resource;

  const taskTool = tools.find(({ begin }) => begin);
  const find = ({ method, target, era }: Called): Item | undefined => {
    switch (method) {
      case "tools/call":
        return tools.find(({ name }) => name === target);
      case "prompts/get":
        return prompts.find(({ name }) => name === target);
      case "completion/complete":
        return (
          resources.find(({ uri }) => uri === target) ?? prompts.find(({ name }) => name === target)
        );
      case "resources/read":
        return resourceAt(URL.parse(target ?? "")?.href ?? "");
      case "tasks/get":
      case "tasks/update":
      case "tasks/cancel":
        return era === "modern" && taskTool ? { name: TASK, scope: taskTool.scope } : undefined;
      default:
        return undefined;
    }
  };
  return (called, config) => {
    const item = find(called);
    return item && offerOf(config)(item) ? item : undefined;
  };
}
