import { mkdir, writeFile } from "node:fs/promises";
import { getPlatformProxy, unstable_readConfig } from "wrangler";
import { wrangler } from "./wrangler.ts";

/** The database and the bucket, for a script. */
export interface Stores {
  readonly database: D1Database;
  readonly bucket: R2Bucket;
  close(): Promise<void>;
}

/** What `wrangler dev` uses on this machine. */
export async function openLocalStores(): Promise<Stores> {
  const { env, dispose } = await getPlatformProxy<Env>({ remoteBindings: false });
  return { database: env.PLACES_DB, bucket: env.PLACES_BUCKET, close: dispose };
}

/** The part of the configuration that a load needs. */
interface Bindings {
  readonly compatibility_date: string;
  readonly d1_databases: readonly { readonly binding: string; readonly database_name: string }[];
  readonly r2_buckets: readonly { readonly binding: string; readonly bucket_name: string }[];
}

const REMOTE_CONFIG = ".wrangler/remote-stores.json";

/** What the deployed Worker uses: the same bindings, reached through wrangler's remote bindings. */
export async function openRemoteStores(): Promise<Stores> {
  const { d1_databases, r2_buckets, compatibility_date } = unstable_readConfig({}) as Bindings;
  const databases = d1_databases.map(async ({ binding, database_name }) => {
    // The configuration names no id: the first deploy made the database.
    const info = JSON.parse(await wrangler("d1", "info", database_name, "--json"));
    return { binding, database_name, database_id: info.uuid, remote: true };
  });
  const config = {
    name: "hereabouts-load",
    compatibility_date,
    d1_databases: await Promise.all(databases),
    r2_buckets: r2_buckets.map(({ binding, bucket_name }) => ({
      binding,
      bucket_name,
      remote: true,
    })),
  };
  await mkdir(".wrangler", { recursive: true });
  await writeFile(REMOTE_CONFIG, JSON.stringify(config));
  const { env, dispose } = await getPlatformProxy<Env>({ configPath: REMOTE_CONFIG });
  return { database: env.PLACES_DB, bucket: env.PLACES_BUCKET, close: dispose };
}
