import type { Model } from "../config/models.ts";

/** A configured model that cannot be asked. */
export interface Missing {
  readonly model: Model;
  /** To be read after the model's name. */
  readonly why: string;
}

export interface Readiness {
  /** What can be asked. */
  readonly models: readonly Model[];
  readonly missing: readonly Missing[];
}

/** The binding of Workers AI in wrangler.toml. */
export const AI_BINDING = "AI";

/**
 * Tells which models can be asked in an environment: the others want a secret that is not set, or a binding that is not
 * there. Nothing else is affected by that.
 */
export function readinessOf(
  models: readonly Model[],
  environment: Readonly<Record<string, unknown>>,
): Readiness {
  const why = ({ provider, secret }: Model): string | undefined => {
    if (provider === "workers-ai" && !environment[AI_BINDING]) {
      return `wants Workers AI, which wrangler.toml does not bind: [ai] binding = "${AI_BINDING}"`;
    }
    if (secret !== undefined && secretIn(environment, secret) === undefined) {
      return `wants the secret ${secret}, which is not set`;
    }
    return undefined;
  };
  return {
    models: models.filter((model) => why(model) === undefined),
    missing: models.flatMap((model) => {
      const reason = why(model);
      return reason === undefined ? [] : [{ model, why: reason }];
    }),
  };
}

/** The value of a secret; undefined where it is not set. */
export function secretIn(
  environment: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const value = environment[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
