import type { Patience } from "../stores/patience.ts";

/** Longer keys are refused by the platform, and nothing is stored under them. */
const MOST_KEY_BYTES = 512;

/** The same store of keys and values; calls of it end in time. */
export function patientNamespace(namespace: KVNamespace, patience: Patience): KVNamespace {
  return new Proxy(namespace, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        // Keys are made of what callers send: an over-long token is an unknown one, not a failure.
        if (name === "get" && isTooLong(args[0])) return Promise.resolve(null);
        const call = { store: "kv", isRepeatable: false } as const;
        return patience.call(call, async () => method.apply(target, args));
      };
    },
  });
}

function isTooLong(key: unknown): boolean {
  return new TextEncoder().encode(String(key)).length > MOST_KEY_BYTES;
}
