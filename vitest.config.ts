import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { buildView } from "./scripts/view/build.ts";

/** What reads files and starts programs; everything else runs in workerd. */
const NODE_TESTS = "test/{real-data,scripts}/**/*.test.ts";
/** What wants the whole default data stored: a project of its own, which may be told where it is (STORED_DEFAULT_DATA). */
const DEFAULT_DATA_TESTS = "test/real-data/default-data.test.ts";
/** What reads real sets that are no part of this repository (`../shared/data`), in minutes: mode "real". */
const REAL_SETS = [
  "test/real-data/batch-nearby.test.ts",
  "test/real-data/opening-hours.test.ts",
  "test/real-data/venues.test.ts",
  "test/scripts/import/real-files.test.ts",
];
/** No default time-out may decide a result on a busy machine. */
const TIME_OUTS = { testTimeout: 300_000, hookTimeout: 600_000 };

/**
 * `npm run test:long` is mode "long": the tests of properties, deaths and failures only, and those at length. `npm run test:real` is mode "real".
 */
export default defineConfig(async ({ mode }) => {
  // Before wrangler.toml is read, which names the folder.
  await buildView();
  return configFor(mode);
});

const configFor = async (mode: string) => ({
  // Silences warnings about the source maps of packages.
  logLevel: "error" as const,
  test: {
    // The Worker writes a line for each request.
    silent: "passed-only" as const,
    // One is the default of a machine with two processors: twice the time. Many tests wait for alarms and time-outs.
    maxWorkers: Math.max(3, availableParallelism()),
    projects: [
      {
        plugins: [
          cloudflareTest({
            // Tests need no account and no network.
            remoteBindings: false,
            wrangler: { configPath: "./wrangler.toml" },
            main: "./test/support/worker.ts",
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
                // Not what this machine's server has in .dev.vars or wrangler.toml.
                ADMIN_TOKEN: "",
                METRICS_TOKEN: "",
                MODELS: "",
              },
            },
          }),
        ],
        resolve: { alias: aliases(mode) },
        test: {
          name: "workerd",
          ...TIME_OUTS,
          include: testsOf(mode, "test/**/*.test.ts"),
          exclude: [NODE_TESTS],
          // One workerd serves many files: test/setup.ts empties all its stores before each.
          isolate: false,
          globalSetup: [
            "./test/support/stores-in-memory.ts",
            "./test/support/start-upstream-server.ts",
            "./test/support/models/start-model-server.ts",
            "./test/support/wire/published-schemas.ts",
            "./test/support/start-openid-provider.ts",
          ],
          setupFiles: ["./test/support/seed.ts", "./test/setup.ts"],
        },
      },
      {
        resolve: { alias: aliases(mode) },
        test: {
          name: "node",
          ...TIME_OUTS,
          include: testsOf(mode, NODE_TESTS),
          exclude: [DEFAULT_DATA_TESTS, ...(mode === "real" ? [] : REAL_SETS)],
          setupFiles: ["./test/support/seed.ts"],
        },
      },
      {
        resolve: { alias: aliases(mode) },
        test: {
          name: "default-data",
          ...TIME_OUTS,
          include: testsOf(mode, DEFAULT_DATA_TESTS),
          setupFiles: ["./test/support/seed.ts"],
        },
      },
    ],
  },
});

const LONG = /"fast-check"|expectSurvival|atMoments/;

function testsOf(mode: string, pattern: string): string[] {
  if (mode === "real") return pattern === NODE_TESTS ? REAL_SETS : [];
  if (mode !== "long") return [pattern];
  return globSync(pattern).filter((file) => LONG.test(readFileSync(file, "utf8")));
}

function aliases(mode: string): Record<string, string> {
  const long = `${import.meta.dirname}/test/support/long-fast-check.ts`;
  return mode === "long" ? { "fast-check": long } : {};
}
