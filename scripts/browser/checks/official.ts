import assert from "node:assert/strict";
import { STATIONS } from "../answers.ts";
import type { Checks } from "../checks.ts";
import { until } from "../patience.ts";
import type { Scene } from "../scene.ts";
import { Sight } from "../sight.ts";

export const official: Checks = {
  "the official bridge, revision 2026-07-28": (scene) => lives(scene, scene.stage.program),
  "the official bridge, revision 2025-11-25": (scene) => lives(scene, scene.stage.olderProgram),

  async "what the resource declares is what the specification knows"(scene) {
    const { origin } = scene.stage.server;
    for (const { view, tool } of [scene.stage.program, scene.stage.olderProgram]) {
      assert.match(view.uri, /^ui:\/\/hereabouts\/map-[0-9a-f]{8,}\.html$/);
      assert.deepEqual(view.declared.csp, { connectDomains: [origin], resourceDomains: [] });
      assert.deepEqual(view.declared.permissions, { geolocation: {} });
      assert.equal(typeof view.declared.prefersBorder, "boolean");
      assert.equal(tool.name, "get_nearby_data");
    }
    const { client, view } = scene.stage.program;
    const old = view.uri.replace(/map-[0-9a-f]+/, "map-0000000000000000");
    const { contents } = await client.readResource({ uri: old });
    assert.ok(
      contents[0] && "text" in contents[0] && contents[0].text === view.html,
      "an older hash has no page",
    );
    const declared = client.getServerCapabilities() as { extensions?: Record<string, unknown> };
    assert.ok(declared.extensions?.["io.modelcontextprotocol/ui"], JSON.stringify(declared));
  },
};

/** A view's life in that host: shown, asked for another place, made larger, taken away. */
async function lives(scene: Scene, program: Scene["stage"]["program"]): Promise<void> {
  const { view, bridge, told, wire } = await scene.officialChat(program, STATIONS);
  const sight = new Sight(view);
  await sight.hasAnswer(8);
  await sight.hasTiles();
  assert.match(bridge.getAppVersion()?.name ?? "", /hereabouts/i);
  assert.deepEqual(bridge.getAppCapabilities()?.availableDisplayModes, ["inline", "fullscreen"]);
  await sight.button("Change").click();
  await sight.field.fill("Lyon");
  await sight.field.press("Enter");
  await view.getByRole("heading", { name: /Lyon/ }).waitFor();
  await until(() => told()?.includes("Lyon") ?? false, "the model was not told");
  await sight.button("Larger").click();
  await sight.button("Smaller").waitFor();
  await bridge.teardownResource({});
  const before = wire.received.length;
  await view.evaluate(() => document.body.append("x".repeat(5_000)));
  await sight.rests();
  assert.equal(wire.received.length, before, "It speaks after it was taken away");
}
