import { CollectionDetails } from "../../src/imports/contract.ts";

// Read by wrangler when it loads: no account, no network, no questions.
Object.assign(process.env, {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
});
const { createTestHarness } = await import("wrangler");

export const TOKEN = "a secret of some length";

/** The Worker on a port of this machine, as wrangler runs it, with stores of its own that are empty at first. */
export class LocalWorker {
  readonly url: URL;
  readonly bindings: Env;
  readonly close: () => Promise<void>;

  private constructor(url: URL, bindings: Env, close: () => Promise<void>) {
    this.url = url;
    this.bindings = bindings;
    this.close = close;
  }

  static async start(): Promise<LocalWorker> {
    const vars = { ADMIN_TOKEN: TOKEN };
    const harness = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars }] });
    const { url } = await harness.listen();
    const worker = harness.getWorker<Env>();
    await worker.applyD1Migrations("PLACES_DB");
    return new LocalWorker(url, await worker.getEnv(), () => harness.close());
  }

  /** The answer of the admin API, whatever it is. */
  async admin(path: string): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const response = await fetch(new URL(`/admin${path}`, this.url), { headers });
    return { status: response.status, body: await response.json() };
  }

  /** What there is of a collection; undefined if it is not there. */
  async collection(id: string): Promise<CollectionDetails | undefined> {
    const { status, body } = await this.admin(`/collections/${id}`);
    return status === 200 ? CollectionDetails.parse(body) : undefined;
  }

  /** How many places of a collection there are to be found. */
  async places(id: string): Promise<number> {
    return (await this.collection(id))?.places ?? 0;
  }

  /** The full record of a place, as the tool tells it; undefined if there is none. */
  async place(id: string): Promise<Record<string, unknown> | undefined> {
    const response = await fetch(new URL("/mcp", this.url), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "get_place", arguments: { id } },
      }),
    });
    const text = await response.text();
    const { result } = JSON.parse(text.slice(text.indexOf("{")));
    return result.structuredContent?.place;
  }
}
