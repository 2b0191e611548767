import { AGREEMENTS, type Config, environmentName, SETTINGS } from "./settings.ts";
import { BadValue, type Setting } from "./values.ts";

export type { Config };

/** A deployment whose settings are wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** The names of the settings, as the environment has them: these may be told to anybody. */
  readonly settings: readonly string[];

  constructor(faults: ReadonlyMap<string, string>) {
    super([...faults.values()].join(" "));
    this.settings = [...faults.keys()];
  }
}

type Environment = Readonly<Record<string, unknown>>;

/** Variables of wrangler.toml may be numbers, lists, and lists of tables, which are as if they were written in JSON. */
function textOf(value: unknown): string {
  const hasTables = [value].flat().some((item) => typeof item === "object");
  return hasTables ? JSON.stringify(value) : String(value).trim();
}

/**
 * Reads the settings.
 *
 * @throws ConfigError that names each wrong setting, its value, and what it must be
 */
export function parseConfig(environment: Environment): Config {
  const faults = new Map<string, string>();
  const values = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { byDefault, ...rest }]) => {
      const inEnvironment = environmentName(name);
      const text = textOf(environment[inEnvironment] ?? byDefault);
      try {
        return [name, rest.parse(text)];
      } catch (error) {
        if (!(error instanceof BadValue)) throw error;
        const value = rest.isSecret ? "" : ` is "${text}", but it`;
        faults.set(inEnvironment, `${inEnvironment}${value} ${error.message}.`);
        return [name, undefined];
      }
    },
  );
  if (faults.size > 0) throw new ConfigError(faults);
  const config: Config = Object.fromEntries(values);
  for (const { setting, isBroken, demand } of AGREEMENTS) {
    const name = environmentName(setting);
    if (isBroken(config)) faults.set(name, `${name} ${demand}.`);
  }
  if (faults.size > 0) throw new ConfigError(faults);
  return config;
}

/** An isolate has one environment, or one for each object that it runs. */
const parsed = new WeakMap<Environment, Config>();

/** The settings of a Worker's environment, parsed once. @throws ConfigError */
export function configOf(environment: object): Config {
  const known = parsed.get(environment as Environment);
  if (known) return known;
  const config = parseConfig(environment as Environment);
  parsed.set(environment as Environment, config);
  return config;
}

/** README's table of settings. */
export function settingsTable(): string {
  const rows = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { meaning, takes, byDefault }]) => {
      const cells = [
        `\`${environmentName(name)}\``,
        takes,
        byDefault && `\`${byDefault}\``,
        meaning,
      ];
      return `| ${cells.join(" | ")} |`;
    },
  );
  return ["| setting | what it takes | default | what for |", "|---|---|---|---|", ...rows].join(
    "\n",
  );
}
