import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import { PNG } from "./media.ts";

export function registerResources(server: McpServer): void {
  server.registerResource(
    "static-text",
    "test://static-text",
    { title: "Static text", description: "A text that never changes", mimeType: "text/plain" },
    ({ href }) => {
      const text = "This is the content of the static text resource.";
      return { contents: [{ uri: href, mimeType: "text/plain", text }] };
    },
  );

  server.registerResource(
    "static-binary",
    "test://static-binary",
    { title: "Static picture", description: "One red pixel", mimeType: PNG.mimeType },
    ({ href }) => ({ contents: [{ uri: href, mimeType: PNG.mimeType, blob: PNG.data }] }),
  );

  server.registerResource(
    "watched",
    "test://watched-resource",
    { title: "Watched", description: "A text to subscribe to", mimeType: "text/plain" },
    ({ href }) => ({ contents: [{ uri: href, mimeType: "text/plain", text: "Nothing new." }] }),
  );

  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    { title: "Template", description: "Data by id", mimeType: "application/json" },
    ({ href }, { id }) => {
      const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
      return { contents: [{ uri: href, mimeType: "application/json", text }] };
    },
  );
}
