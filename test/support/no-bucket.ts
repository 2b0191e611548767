/** A bucket that keeps nothing, for what only looks at the index. */
export const NO_BUCKET = {
  put: async () => ({}),
  get: async () => null,
  head: async () => null,
  delete: async () => {},
  list: async () => ({ objects: [], truncated: false }),
} as unknown as R2Bucket;
