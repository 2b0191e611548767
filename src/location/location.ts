import * as z from "zod/v4";

/** The place a question is about, and how it is known. */
export const Location = z.object({
  latitude: z.number(),
  longitude: z.number(),
  label: z.string(),
  city: z.string().optional(),
  region: z.string().optional(),
  country: z.string().optional(),
  timezone: z.string(),
  source: z
    .enum(["arguments", "near", "remembered", "host", "network", "default", "asked"])
    .describe("What tells it; network is a guess"),
  matched: z.enum(["exact", "spelling", "part"]).optional().describe("How a place name was read"),
  accuracy_meters: z.number().describe("How far off it may be"),
  note: z.string().optional().describe("What to know before relying on it"),
});
export type Location = z.infer<typeof Location>;

/** Whether distances from there are to be told in whole kilometres only. */
export function isRough({ accuracy_meters }: Location): boolean {
  return accuracy_meters >= 1_000;
}
