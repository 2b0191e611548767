/** What a view's resource declares that it needs, as far as hosts make a policy of it. */
export interface Csp {
  readonly connectDomains?: readonly string[];
  readonly resourceDomains?: readonly string[];
  readonly frameDomains?: readonly string[];
  readonly baseUriDomains?: readonly string[];
}

/** Where nothing is declared: "Restrictive Default" of the MCP Apps specification of 2026-01-26. */
const RESTRICTIVE = [
  ["default-src", "'none'"],
  ["script-src", "'self' 'unsafe-inline'"],
  ["style-src", "'self' 'unsafe-inline'"],
  ["img-src", "'self' data:"],
  ["media-src", "'self' data:"],
  ["connect-src", "'none'"],
];

/** The policy of a view's frame, as "CSP Construction from Metadata" of the same specification makes it: nothing looser. */
export function policyOf(csp: Csp | undefined): string {
  if (!csp) return written(RESTRICTIVE);
  const resources = (csp.resourceDomains ?? []).join(" ");
  return written([
    ["default-src", "'none'"],
    ["script-src", `'self' 'unsafe-inline' ${resources}`],
    ["style-src", `'self' 'unsafe-inline' ${resources}`],
    ["connect-src", `'self' ${(csp.connectDomains ?? []).join(" ")}`],
    ["img-src", `'self' data: ${resources}`],
    ["font-src", `'self' ${resources}`],
    ["media-src", `'self' data: ${resources}`],
    ["frame-src", csp.frameDomains?.join(" ") || "'none'"],
    ["object-src", "'none'"],
    ["base-uri", csp.baseUriDomains?.join(" ") || "'self'"],
  ]);
}

function written(directives: readonly (readonly string[])[]): string {
  return directives.map((directive) => directive.join(" ").trim()).join("; ");
}
