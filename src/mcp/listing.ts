import {
  type Tool as ListedTool,
  ResourceTemplate,
  type StandardSchemaWithJSON,
  UriTemplate,
} from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import type { Vantage } from "../caller.ts";
import { reportFailure } from "../observe/failures.ts";
import type { Services } from "../services.ts";
import type { Catalog, Prompt, Resource, Tool } from "./define.ts";
import { AddressTemplate } from "./offer.ts";

export function prepareTool(tool: Tool, { variant, resources }: Catalog, shown: Set<string>) {
  const { description, input } = (variant && tool.variants?.[variant]) ?? tool;
  const config = {
    title: tool.title,
    description,
    inputSchema: advertise(inputSchemaOf(input, shown)),
    outputSchema: advertise(outputSchemaOf(tool.output, shown)),
    annotations: hintsOf(tool),
    ...(tool.meta && { _meta: { ...tool.meta } }),
  };
  const view = resources.find(({ name }) => name === tool.view);
  // A variant is checked by its own input.
  return { tool: { ...tool, input }, config, view };
}

/** The protocol gives repetition a meaning only for tools that change something. */
function hintsOf({ hints: { idempotentHint, ...hints } }: Tool) {
  return hints.readOnlyHint ? hints : { ...hints, idempotentHint };
}

export function prepareResource(resource: Resource) {
  const { uri, title, description, mimeType, isLive, mayBeKeptMs } = resource;
  const template = UriTemplate.isTemplate(uri)
    ? new ResourceTemplate(new AddressTemplate(uri), { list: undefined })
    : undefined;
  const kept = isLive
    ? { cacheHint: { ttlMs: 0, cacheScope: "private" as const } }
    : mayBeKeptMs !== undefined && { cacheHint: { ttlMs: mayBeKeptMs } };
  return { resource, template, config: { title, description, mimeType, ...kept } };
}

export function preparePrompt(prompt: Prompt) {
  const { title, description, input } = prompt;
  return {
    prompt,
    config: { title, description, argsSchema: advertise(inputSchemaOf(input, new Set())) },
  };
}

/**
 * A tool as clients see it. Its description tells of the data, and its view has an address by its content, so these are made
 * for each request.
 */
export async function listTool(
  { tool, config, view }: ReturnType<typeof prepareTool>,
  services: Services,
  vantage: Vantage,
): Promise<ListedTool> {
  const { inputSchema, outputSchema, ...shown } = config;
  const [data, resourceUri] = await Promise.all([
    tool.describeData?.(services).catch(notTold),
    view?.address?.(services, vantage).catch(notTold),
  ]);
  return {
    name: tool.name,
    ...shown,
    ...(data && { description: `${shown.description} ${data}` }),
    ...(resourceUri && { _meta: { ...shown._meta, ui: { resourceUri } } }),
    inputSchema: inputSchema["~standard"].jsonSchema.input({ target: "draft-2020-12" }),
    outputSchema: outputSchema["~standard"].jsonSchema.output({ target: "draft-2020-12" }),
  } as ListedTool;
}

/** What there is can be listed all the same. */
function notTold(error: unknown): undefined {
  reportFailure("tools/list", error);
}

/** Shows a schema to clients and lets every value through: checking is ours, so that the words are ours. */
function advertise(json: JsonSchema): StandardSchemaWithJSON {
  return {
    "~standard": {
      version: 1,
      vendor: "hereabouts",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What only checking needs. */
const RULES = [
  "exclusiveMinimum",
  "maxItems",
  "maxLength",
  "minItems",
  "minLength",
  "minimum",
] as const;

/**
 * What a caller may send, without what only checking needs: every model pays for what is listed.
 *
 * @param shown to which its choices are added
 */
function inputSchemaOf(schema: z.ZodObject, shown: Set<string>): JsonSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    io: "input",
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      for (const rule of RULES) delete jsonSchema[rule];
      if (jsonSchema.enum) shown.add(JSON.stringify(jsonSchema.enum));
    },
  });
  return json;
}

/**
 * What a tool answers, without what tells its reader nothing: that there is nothing else, that names are texts and whole
 * numbers safe. Of an object whose like was shown before, in the same tool or another one, only the other fields are shown;
 * and no choices that an input shows.
 *
 * @param shown the fields and choices that were shown
 */
function outputSchemaOf(schema: z.ZodObject, shown: Set<string>): JsonSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      for (const rule of ["propertyNames", "minimum", "maximum"] as const) delete jsonSchema[rule];
      if (shown.has(JSON.stringify(jsonSchema.enum))) delete jsonSchema.enum;
    },
  });
  return withoutRepeats(json, shown);
}

function withoutRepeats(schema: JsonSchema, shown: Set<string>): JsonSchema {
  const { properties = {}, required = [], items, ...rest } = schema;
  const all = Object.entries(properties).map(([name, field]) => {
    return { name, field: field as JsonSchema, key: `${name} ${JSON.stringify(field)}` };
  });
  const fresh = all.filter(({ key }) => !shown.has(key));
  const fields = fresh.length < all.length / 2 ? fresh : all;
  for (const { key } of all) shown.add(key);
  const needed = fields.map(({ name }) => name).filter((name) => required.includes(name));
  return {
    ...rest,
    ...(items && { items: withoutRepeats(items as JsonSchema, shown) }),
    ...(fields.length > 0 && {
      properties: Object.fromEntries(
        fields.map(({ name, field }) => [name, withoutRepeats(field, shown)]),
      ),
    }),
    ...(needed.length > 0 && { required: needed }),
  };
}
