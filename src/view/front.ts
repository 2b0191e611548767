import "./front.css";
import type { ToolResult } from "./answer.ts";
import { offerCopies } from "./copy.ts";
import { deviceLocation, mayAskDevice } from "./device/device.ts";
import { elementOf } from "./element.ts";
import { type Collection, showCollections, showNoCollections } from "./front/data.ts";
import { offerExamples } from "./front/examples.ts";
import { QuestionForm } from "./front/form.ts";
import {
  argumentsOf,
  emptyQuestion,
  fragmentOf,
  type Question,
  questionIn,
  questionOf,
} from "./front/question.ts";
import { showExchange } from "./front/wire.ts";
import { type Exchange, McpClient, McpError } from "./mcp/client.ts";
import { KeyForm } from "./mcp/key-form.ts";
import { Panel } from "./panel/panel.ts";
import { readSettings } from "./read-settings.ts";

/** The page at `/`: asks in the browser what an assistant would ask, and shows it with the same map and list. */

/** How far down the screen the places may begin before the page is scrolled to them. */
const MOST_BELOW = 0.6;
const SECRET_DATA = "This server shows that only to those who have a key.";

const settings = readSettings();
const { address, isOpen } = settings.server!;
const client = new McpClient("front", show);
const nothing = emptyQuestion(navigator.language);
let asked: Question | undefined;
/** Whether the point that is asked with is the device's, or was found from there. */
let isPrivate = false;
/** What was asked with such points, by what of it stands in the address: to go back to it while the page is open. */
const privatelyAsked = new Map<string, Question>();
/** Of the exchange that is shown. */
let exchangeId = 0;

const view = elementOf("view", HTMLElement);
const panel = new Panel(view, {
  settings,
  inline: false,
  onPage: true,
  takesCoordinates: () => true,
  search,
  details: (id) => call("get_place", { id }),
  openLink,
});
const form = new QuestionForm(askInForm, mayAskDevice(true) ? deviceLocation : undefined);
const keyForm = new KeyForm((key) => {
  client.key = key;
  keyForm.hide();
  void tellData();
  if (asked) ask(asked);
});

function show(exchange: Exchange): void {
  // An answer that comes late belongs to a question that was asked before.
  if (exchange.subject.includes(":") || exchange.id < exchangeId) return;
  exchangeId = exchange.id;
  showExchange(exchange, address);
}

function openLink(url: string): void {
  open(url, "_blank", "noopener");
}

/** Asks what was asked in the form, or in the address. */
function ask(question: Question): void {
  isPrivate = question.privatePoint !== undefined;
  view.hidden = false;
  void panel.ask(argumentsOf(question), question.chosen);
}

/** On a narrow screen the places are far below the form. */
function askInForm(question: Question): void {
  ask(question);
  if (view.getBoundingClientRect().top > innerHeight * MOST_BELOW) view.scrollIntoView();
}

/** Every question, the panel's own, too, comes by here. */
function search(args: Readonly<Record<string, unknown>>): Promise<ToolResult> {
  if (args.cursor === undefined) {
    if (args.near !== undefined) isPrivate = false;
    asked = questionOf(args, form.question, isPrivate);
    form.show(asked);
    keep(asked);
  }
  return call("get_nearby_data", args);
}

/** Keeps a question in the address, so that it can be gone back to. */
function keep(question: Question): void {
  const fragment = fragmentOf(question);
  if (isPrivate) privatelyAsked.set(fragment, question);
  const before = questionIn(location.hash, nothing);
  const isSame = before !== undefined && fragmentOf(before) === fragment;
  // An address may say the same in other words, or leave out what is so by default.
  history[isSame ? "replaceState" : "pushState"]({ isPrivate }, "", `#${fragment}`);
}

async function call(tool: string, args: object): Promise<ToolResult> {
  try {
    return await client.callTool(tool, args);
  } catch (error) {
    if (error instanceof McpError && error.needsKey) {
      keyForm.show(client.key);
      view.hidden = true;
    }
    throw error;
  }
}

async function tellData(): Promise<void> {
  try {
    const text = await client.readResource("places://collections");
    const { collections } = JSON.parse(text) as { collections: readonly Collection[] };
    showCollections(collections, openLink);
    offerExamples(collections);
  } catch (error) {
    const needsKey = error instanceof McpError && error.needsKey;
    showNoCollections(needsKey ? SECRET_DATA : (error as Error).message);
  }
}

function askWhatTheAddressAsks(): void {
  const told = questionIn(location.hash, nothing);
  if (!told) {
    // Back to before the first question; other names are those of parts of the page.
    if (location.hash === "") showNothing();
    return;
  }
  if (asked && fragmentOf(asked) === fragmentOf(told)) return;
  const wasPrivate = history.state?.isPrivate === true;
  const question = wasPrivate ? privatelyAsked.get(fragmentOf(told)) : told;
  if (question) {
    form.show(question);
    ask(question);
    return;
  }
  showNothing();
  form.show(told);
  form.needsLocation();
}

function showNothing(): void {
  asked = undefined;
  view.hidden = true;
  form.show(nothing);
}

elementOf("try", HTMLElement).hidden = false;
form.show(nothing);
offerCopies();
addEventListener("hashchange", askWhatTheAddressAsks);
if (isOpen) {
  askWhatTheAddressAsks();
  void tellData();
} else {
  asked = questionIn(location.hash, nothing);
  form.show(asked ?? nothing);
  keyForm.show(undefined);
  showNoCollections(SECRET_DATA);
}
