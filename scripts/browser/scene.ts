import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Frame,
  Page,
  Route,
} from "playwright-core";
import type { Origins } from "./host/frames.ts";
import { OfficialHost } from "./host/official-host.ts";
import type { Program } from "./host/program.ts";
import { type Setting, StrictHost } from "./host/strict-host.ts";
import type { Wire } from "./host/wire.ts";
import { PATIENCE_MS } from "./patience.ts";

/** More often than that a view tells its height only if it follows its own frame. */
const MOST_HEIGHTS = 25;

/** What every check has. */
export interface Stage {
  readonly browser: Browser;
  readonly origins: Origins;
  /** The server of this project, with the default data. */
  readonly server: URL;
  /** One that knows nobody without a key. */
  readonly lockedServer: URL;
  /** A key for that. */
  readonly key: string;
  /** Programs that are connected with it. */
  readonly program: Program;
  readonly olderProgram: Program;
  /** One whose host tells where its user is: the tool takes no coordinates there. */
  readonly locatedProgram: Program;
}

/** What becomes of requests for an address. */
export type Interception = readonly [address: RegExp, act: (route: Route) => Promise<void>];

/** A view in the chat of a host. */
export interface Chat {
  readonly page: Page;
  readonly view: Frame;
  readonly host: StrictHost;
  readonly wire: Wire;
}

/** What one check opens. At its end everything is looked for that may never happen. */
export class Scene {
  readonly stage: Stage;
  /** What was asked for over the network. */
  readonly requested: URL[] = [];
  /** The same with what was sent: method, address, body. */
  readonly sent: string[] = [];
  readonly #contexts: BrowserContext[] = [];
  readonly #chats: Chat[] = [];
  readonly #wires: Wire[] = [];
  readonly #problems: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** A view in a strict host, with the newest program. */
  async chat(
    setting: Setting,
    look: BrowserContextOptions = {},
    program = this.stage.program,
    interceptions: readonly Interception[] = [],
  ): Promise<Chat> {
    const page = await this.#page(look);
    for (const [address, act] of interceptions) await page.route(address, act);
    const chat = { page, ...(await StrictHost.open(page, this.stage.origins, program, setting)) };
    this.#chats.push(chat);
    this.#wires.push(chat.wire);
    return chat;
  }

  async officialChat(program: Program, args: Record<string, unknown>): Promise<OfficialHost> {
    const page = await this.#page({});
    const host = await OfficialHost.open(page, this.stage.origins, program, args);
    this.#wires.push(host.wire);
    return host;
  }

  /** A page of the server, or of another one. @param before what runs in it before its own scripts */
  async open(path: string, look: BrowserContextOptions = {}, before?: () => void): Promise<Page> {
    const page = await this.#page(look);
    if (before) await page.addInitScript(before);
    await page.goto(new URL(path, this.stage.server).href);
    return page;
  }

  /** Errors in the console that are meant to come. */
  expect(problem: RegExp): void {
    this.#expected.push(problem);
  }

  /** What has happened so far, and must not. */
  get faults(): string[] {
    const faults = [
      ...this.#problems.filter((problem) => !this.#expected.some((one) => one.test(problem))),
      ...this.#wires.flatMap(({ faults }) => faults),
      ...this.#chats.flatMap(({ host }) => host.faults),
      ...this.#foreign().map((url) => `Asks ${url} for something`),
      ...this.#chats
        .filter(({ host }) => host.heightsPx.length > MOST_HEIGHTS)
        .map(({ host }) => `Tells its height ${host.heightsPx.length} times: ${host.heightsPx}`),
    ];
    return [...new Set(faults)];
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
  }

  async #page(look: BrowserContextOptions): Promise<Page> {
    const viewport = { width: 480, height: 900 };
    const context = await this.stage.browser.newContext({ viewport, ...look });
    context.setDefaultTimeout(PATIENCE_MS);
    this.#contexts.push(context);
    context.on("request", (request) => {
      this.requested.push(new URL(request.url()));
      this.sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ""}`);
    });
    context.on("console", (message) => {
      if (message.type() === "error") this.#problems.push(`In the console: ${message.text()}`);
    });
    context.on("weberror", (error) => this.#problems.push(`Not caught: ${error.error().message}`));
    return context.newPage();
  }

  #foreign(): string[] {
    const { server, lockedServer, origins } = this.stage;
    const ours = [server.origin, lockedServer.origin, ...origins.all];
    return this.requested
      .filter(
        ({ protocol, origin }) => /^(?:https?|wss?):/.test(protocol) && !ours.includes(origin),
      )
      .map(({ href }) => href);
  }
}
