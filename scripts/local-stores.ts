import { getPlatformProxy } from "wrangler";

/** The stores that `wrangler dev` uses on this machine. */
export async function openLocalStores() {
  const { env, dispose } = await getPlatformProxy<Env>({ remoteBindings: false });
  return { database: env.PLACES_DB, bucket: env.PLACES_BUCKET, close: dispose };
}
