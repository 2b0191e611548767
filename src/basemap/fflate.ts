/** What is bundled as "fflate" (`[alias]` in wrangler.toml): pmtiles takes it only where there is no DecompressionStream. */
export function decompressSync(): never {
  throw new Error("workerd has DecompressionStream");
}
