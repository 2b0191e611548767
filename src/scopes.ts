/** What callers may be allowed. A tool, resource or endpoint names in its own file the one that it needs. */
export const SCOPES = [
  "places:read",
  "location",
  "places:write",
  "tasks",
  "models",
  "admin",
] as const;

export type Scope = (typeof SCOPES)[number];

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
