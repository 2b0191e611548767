import "./here.css";
import type { Point } from "./answer.ts";
import { offerCopies } from "./copy.ts";
import { deviceLocation, whyNotDevice } from "./device/device.ts";
import { button, elementOf } from "./element.ts";
import { ResultView } from "./here/result-view.ts";
import { NotShared, Sharing } from "./here/sharing.ts";
import { McpClient, McpError } from "./mcp/client.ts";
import { KeyForm } from "./mcp/key-form.ts";
import { readSettings } from "./read-settings.ts";

/**
 * The page at `/here`: shares a location with assistants that cannot ask for it. It takes nothing from its address, and what
 * comes of it is shown here alone: whoever sends this page's address to somebody learns nothing.
 */

const { isOpen } = readSettings().server!;
const client = new McpClient("here");
let isBusy = false;
const sharing = new Sharing((name, args) => client.callTool(name, args));

const device = elementOf("device", HTMLFormElement);
const place = elementOf("place", HTMLFormElement);
const name = elementOf("name", HTMLInputElement);
const status = elementOf("status", HTMLElement);
const noDevice = elementOf("no-device", HTMLElement);
const keyForm = new KeyForm((key) => {
  client.key = key;
  keyForm.hide();
  say("The key is in use. Share where you are now.");
});
const resultView = new ResultView(() => void during("Forgetting it …", forget));

function say(text: string, ...more: readonly Node[]): void {
  status.replaceChildren(text, ...more);
}

/** Does one thing at a time, and says how it went. */
async function during(words: string, work: () => Promise<void>): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  say(words);
  try {
    await work();
  } catch (error) {
    tell(error as Error);
  } finally {
    isBusy = false;
  }
}

function tell(error: Error): void {
  if (error instanceof McpError && error.needsKey) keyForm.show(client.key);
  const choices = error instanceof NotShared ? error.failure.choices : [];
  say(error.message, ...choices.map((choice) => button(choice, () => shareNamed(choice))));
}

async function share(where: Point | string): Promise<void> {
  const shared = await sharing.share(where);
  say("");
  resultView.show(shared);
}

async function forget(): Promise<void> {
  await sharing.forget();
  resultView.hide();
  say("It is forgotten: no assistant looks there any more.");
  status.focus();
}

function shareNamed(text: string): void {
  void during("Looking for that place …", () => share(text));
}

async function shareDevice(): Promise<void> {
  const meters = new FormData(device).get("meters");
  try {
    await share(await deviceLocation(Number(meters)));
  } catch (error) {
    if (!(error instanceof McpError)) {
      say(`${(error as Error).message} You can name a place instead.`);
      name.focus();
      return;
    }
    throw error;
  }
}

device.addEventListener("submit", (event) => {
  event.preventDefault();
  void during("Asking your device …", shareDevice);
});
place.addEventListener("submit", (event) => {
  event.preventDefault();
  shareNamed(name.value.trim());
});

const why = whyNotDevice(true);
if (why !== undefined) {
  device.hidden = true;
  noDevice.textContent = `${why} You can name a place instead.`;
  noDevice.hidden = false;
}
if (!isOpen) keyForm.show(undefined);
offerCopies();
elementOf("share", HTMLElement).hidden = false;
