import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** What reads files and starts programs; everything else runs in workerd. */
const NODE_TESTS = "test/{real-data,scripts}/**/*.test.ts";
/** No default time-out may decide a result on a busy machine. */
const TIME_OUTS = { testTimeout: 120_000, hookTimeout: 240_000 };

export default defineConfig(async () => ({
  // Silences warnings about the source maps of packages.
  logLevel: "error" as const,
  test: {
    // The Worker writes a line for each request.
    silent: "passed-only" as const,
    // One is the default of a machine with two processors: ten minutes instead of six.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        plugins: [
          cloudflareTest({
            // Tests need no account and no network.
            remoteBindings: false,
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
                // Not that of this machine's server, which lies in .dev.vars.
                ADMIN_TOKEN: "",
              },
            },
          }),
        ],
        test: {
          name: "workerd",
          ...TIME_OUTS,
          // One workerd serves many files: test/setup.ts empties all its stores before each.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [NODE_TESTS],
          setupFiles: ["./test/setup.ts"],
        },
      },
      {
        test: { name: "node", include: [NODE_TESTS], ...TIME_OUTS },
      },
    ],
  },
}));
