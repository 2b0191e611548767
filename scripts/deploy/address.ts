import { CallerError } from "../../src/errors.ts";

/** Where callers reach a deployed Worker. */
export interface Address {
  readonly url: URL;
  /** What is to be known about it. */
  readonly warning?: string;
}

/**
 * The address to tell callers: PUBLIC_URL; else a custom domain or a route, because it is one's own; else the one on
 * workers.dev.
 *
 * @param targets as wrangler writes them: `https://x.me.workers.dev`, `places.example.com (custom domain)`,
 *   `example.com/* (zone name: example.com)`, `schedule: …`
 * @throws CallerError if there is none
 */
export function addressOf(targets: readonly string[], publicUrl: string | undefined): Address {
  const origins = targets.flatMap((target) => originOf(target) ?? []);
  const own = origins.find((origin) => !origin.endsWith(".workers.dev"));
  const origin = publicUrl ?? own ?? origins[0];
  if (origin === undefined) {
    throw new CallerError(
      "The Worker is deployed, but nowhere to be reached: give it workers_dev = true or a route in wrangler.toml.",
    );
  }
  const url = new URL(origin);
  if (publicUrl === undefined || origins.includes(url.origin)) return { url };
  const places = origins.length > 0 ? origins.join(" and ") : "no address that is known here";
  return {
    url,
    warning: `PUBLIC_URL is ${url.origin}, but the Worker was deployed to ${places}. Sign-in works at PUBLIC_URL only.`,
  };
}

/** A route for a part of a host, or for many hosts, is no address. */
function originOf(target: string): string | undefined {
  const [place = ""] = target.split(" ");
  if (/^https?:\/\//.test(place)) return new URL(place).origin;
  const host = /^(?:\*\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:\/\*?)?$/i.exec(place)?.[1];
  return host && `https://${host}`;
}
