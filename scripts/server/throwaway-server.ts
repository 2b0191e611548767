// Read by wrangler when it loads: no account, no network, no questions.
Object.assign(process.env, {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
});
const { createTestHarness } = await import("wrangler");

/** The production Worker on this machine, with empty stores that nobody has after it. */
export async function startThrowawayServer(vars: Readonly<Record<string, string>>) {
  const harness = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars }] });
  const { url } = await harness.listen();
  await harness.getWorker().applyD1Migrations("PLACES_DB");
  return { origin: `http://localhost:${url.port}`, close: () => harness.close() };
}
