import {
  any,
  array,
  boolean,
  discriminatedUnion,
  enum as enumeration,
  json,
  literal,
  looseObject,
  never,
  number,
  object,
  partialRecord,
  record,
  string,
  tuple,
  union,
  unknown,
} from "zod";

/**
 * What is bundled as "zod/v4" (`[alias]` in wrangler.toml). The providers' libraries take from it the object `z` of all that
 * zod has, of which a bundler can leave nothing out, not even the translations of its messages into some fifty languages: every start
 * of the Worker would pay for them. Here `z` has what they use; test/models/zod.test.ts compares.
 */
export const z = {
  any,
  array,
  boolean,
  discriminatedUnion,
  enum: enumeration,
  json,
  literal,
  looseObject,
  never,
  number,
  object,
  partialRecord,
  record,
  string,
  tuple,
  union,
  unknown,
};

export * from "zod";
