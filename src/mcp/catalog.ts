import type { Catalog } from "./define.ts";

export const catalog: Catalog = {
  instructions: "",
  tools: [],
  resources: [],
  prompts: [],
};
