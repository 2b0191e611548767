/** When 2025-era clients get a session: if they can be asked something, never, or always. */
export type SessionPolicy = "auto" | "never" | "always";

export interface SessionSettings {
  readonly policy: SessionPolicy;
  /** After so long without use a session, or what it remembers, is deleted. */
  readonly ttlSeconds: number;
  /** How many sessions of 2025-era clients may live at once. */
  readonly most: number;
}

type Vars = Partial<Record<"SESSIONS" | "SESSION_TTL_SECONDS" | "MAX_SESSIONS", unknown>>;

const DEFAULTS: SessionSettings = { policy: "auto", ttlSeconds: 3_600, most: 10_000 };
const POLICIES: readonly unknown[] = ["auto", "never", "always"];

/** @throws Error if a setting is none: a deployment that means something else should not run. */
export function sessionSettings(vars: Vars): SessionSettings {
  const policy = vars.SESSIONS || DEFAULTS.policy;
  if (!POLICIES.includes(policy)) throw new Error("SESSIONS must be auto, never or always");
  return {
    policy: policy as SessionPolicy,
    ttlSeconds: wholeNumber("SESSION_TTL_SECONDS", vars.SESSION_TTL_SECONDS, DEFAULTS.ttlSeconds),
    most: wholeNumber("MAX_SESSIONS", vars.MAX_SESSIONS, DEFAULTS.most),
  };
}

function wholeNumber(name: string, value: unknown, byDefault: number): number {
  if (value === undefined || value === "") return byDefault;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`${name} must be a whole number from 1 on`);
  }
  return number;
}
