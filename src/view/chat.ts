import "./chat.css";
import { rememberedOf } from "./answer.ts";
import { type Args, Bridge } from "./bridge/bridge.ts";
import { hearFromChatGpt } from "./bridge/chatgpt.ts";
import { deviceLocation, mayAskDevice } from "./device/device.ts";
import { FirstCall } from "./frame/first-call.ts";
import { isInline } from "./frame/fit.ts";
import { Fitting } from "./frame/fitting.ts";
import { Larger } from "./frame/larger.ts";
import { Look } from "./frame/look.ts";
import { ModelNotes } from "./frame/model-notes.ts";
import { Panel } from "./panel/panel.ts";
import { readSettings } from "./read-settings.ts";

/** The tool that this view belongs to, and those that it uses besides. */
const NEARBY = "get_nearby_data";
const PLACE = "get_place";
const SET_LOCATION = "set_location";

/** A host has nothing to look up for its greeting; what comes later still counts. */
const GREETING_MS = 5_000;

const view = document.getElementById("view")!;
if (window.parent === window) {
  view.textContent = "This map belongs to an MCP server: an assistant shows it beside an answer.";
} else {
  await showInHost();
}

async function showInHost(): Promise<void> {
  const settings = readSettings();
  const bridge = new Bridge(window);
  // A host that does not greet back may tell the answer all the same.
  const greeted = bridge.connect().catch(() => {});
  await Promise.race([greeted, new Promise((resolve) => setTimeout(resolve, GREETING_MS))]);

  const mayCall = () => bridge.capabilities.serverTools !== undefined;
  const callTool = (name: string, args: Args) => firstCall.own(bridge.callTool(name, args));
  const notes = new ModelNotes((text) => {
    // Many hosts take no notes; the user sees what they have found all the same.
    bridge.tellModel(text).catch(() => {});
  });
  const isGranted = bridge.capabilities.sandbox?.permissions?.geolocation !== undefined;

  const panel = new Panel(view, {
    settings,
    inline: isInline(bridge.context.displayMode),
    mayCall,
    takesCoordinates: () => mayCall() && !settings.hostLocated && takesCoordinates(bridge),
    search: (args) => callTool(NEARBY, args),
    details: (id) => callTool(PLACE, { id }),
    openLink: (url) => openLink(bridge, url),
    locate: mayAskDevice(isGranted) ? deviceLocation : undefined,
    async remember(point) {
      const remembered = rememberedOf(await callTool(SET_LOCATION, { ...point }));
      if (remembered) notes.located(remembered.session);
    },
    told: (text) => notes.looked(text),
    resized: () => fitting.report(),
  });
  const firstCall = new FirstCall({
    asking: (args) => panel.asking(args),
    show: (result) => panel.show(result),
    cancelled: () => panel.cancelled(),
    nothing: (args) => panel.nothing(mayCall() && args ? () => void panel.ask(args) : undefined),
    again: (args) => (mayCall() ? bridge.callTool(NEARBY, args) : undefined),
  });
  const look = new Look();
  const fitting = new Fitting(view, (height) => bridge.reportHeight(height));
  const larger = new Larger(bridge);
  view.querySelector(".map-frame")?.append(larger.element);

  const changed = () => {
    // First the room that there is: the panel fills it.
    fitting.apply(bridge.context);
    if (look.apply(bridge.context)) panel.setTheme();
    panel.setInline(isInline(bridge.context.displayMode));
    larger.apply();
  };
  changed();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => panel.setTheme());
  bridge.listen({
    asked: (args) => firstCall.asked(args),
    answered: (result) => firstCall.answered(result),
    cancelled: () => firstCall.cancelled(),
    changed,
    ending() {
      firstCall.end();
      fitting.remove();
    },
  });
  hearFromChatGpt(window, firstCall);
}

/** Whether the tool, as the host shows it to its model, can be asked for another point. */
function takesCoordinates({ context }: Bridge): boolean {
  const properties = context.toolInfo?.tool?.inputSchema?.properties;
  return properties === undefined || "latitude" in properties;
}

/** A host that opens links may refuse one. Some know nothing of links: there the frame may be allowed to open them itself. */
function openLink(bridge: Bridge, url: string): void {
  bridge.openLink(url).catch(() => {
    if (!bridge.capabilities.openLinks) window.open(url, "_blank", "noopener,noreferrer");
  });
}
