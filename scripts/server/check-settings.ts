import { ConfigError, parseConfig } from "../../src/config/config.ts";
import { CallerError } from "../../src/errors.ts";
import { type Missing, readinessOf } from "../../src/models/readiness.ts";

/** What is set, by the names that settings have in the environment. */
export type Environment = Readonly<Record<string, unknown>>;

/**
 * Reads the settings as wrangler does: from wrangler.toml, and on this machine from `.dev.vars` or `.env` too. Of a
 * deployed Worker the secrets are not known.
 *
 * @throws CallerError with a sentence for each setting that is wrong
 */
export async function checkSettings(where: "here" | "deployed"): Promise<Environment> {
  const { configPath, vars, secrets, ai } = await deployedSettings();
  const { unstable_getVarsForDev } = await import("wrangler");
  const bindings = unstable_getVarsForDev(configPath, undefined, vars, undefined, true, secrets);
  const here = Object.fromEntries(
    Object.entries(bindings).map(([name, { value }]) => [name, value]),
  );
  const environment = {
    ...(where === "here" ? here : vars),
    ...(ai && { [ai.binding]: ai }),
  };
  try {
    const unbound = missingModels(environment).find(({ model }) => model.provider === "workers-ai");
    if (unbound) throw new CallerError(`The model ${unbound.model.key} ${unbound.why}.`);
    return environment;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const files = where === "here" ? "wrangler.toml or .dev.vars" : "wrangler.toml";
    throw new CallerError(`${error.message} Change it in ${files}.`);
  }
}

/** The models that cannot be asked with these settings. @throws ConfigError */
export function missingModels(environment: Environment): readonly Missing[] {
  return readinessOf(parseConfig(environment).models, environment).missing;
}

/** What `npm start` sets where its user has not: on their own machine they are asked for no credentials to run tasks and models. */
export function settingsHere(environment: Environment): Readonly<Record<string, string>> {
  if ("ANONYMOUS_SCOPES" in environment) return {};
  const { anonymousScopes } = parseConfig(environment);
  return { ANONYMOUS_SCOPES: [...anonymousScopes, "tasks", "models"].join(" ") };
}

/** What wrangler.toml says. */
export async function deployedSettings() {
  const { unstable_readConfig } = await import("wrangler");
  return unstable_readConfig({}, { hideWarnings: true });
}

// wrangler runs this before it builds. `npm start` has looked at the settings before it runs `wrangler dev`.
if (import.meta.main && process.env.WRANGLER_COMMAND !== "dev") {
  await checkSettings("deployed").catch((error) => {
    console.error(error instanceof CallerError ? error.message : error);
    process.exitCode = 1;
  });
}
