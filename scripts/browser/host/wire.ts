import type { Frame, Page } from "playwright-core";
import { framed, type Origins, type Shown } from "./frames.ts";
import { faultsOf, type Message } from "./messages.ts";

/** As long as a busy machine may take to show a frame. */
const PATIENCE_MS = 30_000;

/** What goes back and forth between a host in this process and a view in a page of its own. It checks every message. */
export class Wire {
  /** What the view has sent, in order. */
  readonly received: Message[] = [];
  /** What is wrong with messages of either side. */
  readonly faults: string[] = [];
  /** Called with each message of the view. */
  onmessage: ((message: Message) => void) | undefined;
  readonly page: Page;
  readonly #shown: Shown;
  readonly #asked = new Map<number | string, Message>();

  private constructor(page: Page, shown: Shown) {
    this.page = page;
    this.#shown = shown;
  }

  /** Opens the page with the chat; the view's HTML is still to be shown. */
  static async open(page: Page, origins: Origins, shown: Shown): Promise<Wire> {
    const wire = new Wire(page, shown);
    const isReady = Promise.withResolvers<void>();
    await page.exposeFunction("hostReceives", (message: Message) => {
      if (message.method === "ui/notifications/sandbox-proxy-ready") isReady.resolve();
      else wire.#receive(message);
    });
    await page.goto(origins.chat(shown));
    await isReady.promise;
    return wire;
  }

  /** Has the sandbox show the view. */
  async show(html: string): Promise<Frame> {
    const params = { html: framed(html, this.#shown) };
    await this.send({ jsonrpc: "2.0", method: "ui/notifications/sandbox-resource-ready", params });
    const [, sandbox] = this.page.frames();
    const element = await sandbox!.waitForSelector("iframe", { timeout: PATIENCE_MS });
    return (await element.contentFrame())!;
  }

  async send(message: Message): Promise<void> {
    const answered = message.method === undefined ? this.#asked.get(message.id!) : undefined;
    this.#check("The host's", message, answered);
    await this.page.evaluate((sent) => {
      (window as unknown as { postToView(message: unknown): void }).postToView(sent);
    }, message);
  }

  /** What the view has sent by that method. */
  sent(method: string): Message[] {
    return this.received.filter((message) => message.method === method);
  }

  #receive(message: Message): void {
    this.received.push(message);
    this.#check("The view's", message);
    if (message.method !== undefined && message.id !== undefined)
      this.#asked.set(message.id, message);
    this.onmessage?.(message);
  }

  #check(whose: string, message: Message, answered?: Message): void {
    for (const fault of faultsOf(message, answered)) {
      this.faults.push(`${whose} ${message.method ?? "answer"}: ${fault}`);
    }
  }
}
