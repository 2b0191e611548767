import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig(async () => ({
  plugins: [
    cloudflareTest({
      // Tests need no account and no network.
      remoteBindings: false,
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: { TEST_MIGRATIONS: await readD1Migrations("migrations") },
      },
    }),
  ],
  // Silences warnings about the source maps of packages.
  logLevel: "error" as const,
  test: { globalSetup: ["./test/support/start-data-server.ts"], setupFiles: ["./test/setup.ts"] },
}));
