/** What one request may use. Tools see this and never see `env`. */
export interface Services {
  readonly stores: Stores;
}

/** One sign of life per store; the promise rejects when the store does not answer. */
export interface Stores {
  d1(): Promise<unknown>;
  r2(): Promise<unknown>;
}

/** The only place that turns bindings into capabilities. */
export function createServices(env: Env): Services {
  return {
    stores: {
      d1: async () => env.PLACES_DB.prepare("SELECT 1").run(),
      r2: async () => env.PLACES_BUCKET.head("health"),
    },
  };
}
