import * as z from "zod/v4";
import { Filter } from "../../../index/search/filter.ts";
import { UnitInput } from "../../../nearby/present/units.ts";

export const DEFAULT_CELLS = 20;
export const MOST_CELLS = 100;

const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);
const position = z.array(z.number()).min(2).max(3);

export const AreaInput = z.strictObject({
  circle: z
    .strictObject({
      latitude,
      longitude,
      radius: z.number().positive(),
      unit: UnitInput.optional().describe("Of radius; km if left out"),
    })
    .optional()
    .describe("All within a distance of a point"),
  box: z
    .strictObject({ west: longitude, south: latitude, east: longitude, north: latitude })
    .optional()
    .describe("Across 180° its west is greater than its east"),
  polygon: z
    .strictObject({
      type: z.literal("Polygon"),
      coordinates: z.array(z.array(position)).min(1),
    })
    .optional()
    .describe("GeoJSON: positions are [longitude, latitude]; the first ring, without the others"),
  query: z.string().max(200).optional().describe("As in get_nearby_data; left out: anything"),
  category: z.string().max(100).optional().describe('Only this kind: "amenity/cafe"'),
  collection: z.string().max(200).optional().describe("Only this collection: its id or title"),
  filter: Filter.optional().describe("As in get_nearby_data"),
  cells: z
    .int()
    .min(1)
    .max(MOST_CELLS)
    .optional()
    .meta({ default: DEFAULT_CELLS })
    .describe("Into how many cells at most the area is divided across its longer side"),
});
export type AreaInput = z.output<typeof AreaInput>;
