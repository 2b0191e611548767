/**
 * What is bundled as "zod/v4" (`[alias]` in wrangler.toml). The providers' libraries take from it the object `z` of all that
 * zod has, of which a bundler can leave nothing out, not even the translations of its messages into some fifty languages: every start
 * of the Worker would pay for them. Here `z` has what they use.
 */

export * from "zod";
export * as z from "./zod-parts.ts";
