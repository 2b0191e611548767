import * as z from "zod/v4";
import { definePrompt } from "../mcp/define.ts";
import { plainText } from "../text/plain-text.ts";

export default definePrompt({
  name: "whats_nearby",
  title: "What's nearby?",
  description: "Ask what is near you, or near a place you name.",
  scope: "places:read",
  input: z.object({
    interest: z
      .string()
      .max(200)
      .optional()
      .describe('What to look for, for example "airports". Left out: anything'),
    place: z
      .string()
      .max(200)
      .optional()
      .describe('Where: a place name, or "latitude,longitude". Left out: here'),
  }),
  write(given, { herePage }) {
    const interest = plainText(given.interest ?? "");
    const place = plainText(given.place ?? "");
    const what = interest ? `places that match "${interest}"` : "places of interest";
    const where = place ? `near ${place}` : "near me";
    return [
      `Find ${what} ${where} with get_nearby_data, and tell me the nearest few with distance and direction.`,
      place
        ? `Pass near: "${place}".`
        : `If you know where I am, pass it; if not, say which location the answer is for${herePage ? `, and that I can share mine on ${herePage}` : ""}.`,
      "If nothing lies within the radius, tell me where the nearest match is. Show the attribution.",
    ].join(" ");
  },
});
