import * as z from "zod/v4";
import { LocationInput } from "../location/input.ts";
import { defineTool } from "../mcp/define.ts";

export default defineTool({
  name: "forget_location",
  title: "Forget the location",
  description: "Deletes the location that set_location remembered.",
  input: z.strictObject({
    session: LocationInput.shape.session,
  }),
  output: z.object({
    forgotten: z.boolean(),
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  scope: "location",

  async run({ session }, { here }, caller) {
    return { forgotten: await here.forget(session, caller) };
  },

  summarize({ forgotten }) {
    return forgotten ? "The location is forgotten." : "Nothing was remembered.";
  },
});
