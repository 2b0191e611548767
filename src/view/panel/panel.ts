import "./panel.css";
import "./layout.css";
import { answerOf, type ToolResult, textOf } from "../answer.ts";
import { element } from "../element.ts";
import { failureOf, linesOf } from "../words/failure.ts";
import { type Chosen, searchingFor } from "../words/heading.ts";
import { AnswerView } from "./answer-view.ts";
import { type Arguments, atAnyTime, fartherLabel } from "./arguments.ts";
import { Elsewhere, type Found } from "./elsewhere.ts";
import { type Action, Masthead } from "./masthead.ts";
import type { Surroundings } from "./surroundings.ts";
import { WhereForm } from "./where-form.ts";
import { wordsView } from "./words-view.ts";

/** What is to be seen: what is looked for, an answer, its words alone, or why there is none. */
type State = "waiting" | "shown" | "words" | "asking";

/** What there is to do instead. */
interface Instead {
  readonly actions?: readonly Action[];
  /** Places to choose from, where another place may be named. */
  readonly choices?: readonly string[];
}

/** Map and list of one answer, and what leads on from it. Texts of places go in as texts, never as HTML. */
export class Panel {
  readonly #root: HTMLElement;
  readonly #surroundings: Surroundings;
  readonly #masthead: Masthead;
  readonly #where: WhereForm;
  readonly #status = element("p", { class: "status", role: "status" });
  readonly #words = element("div", { class: "words-frame" });
  readonly #view: AnswerView;
  readonly #elsewhere: Elsewhere;
  /** The question that was asked from outside, and what was last answered to it. */
  #asked: Arguments | undefined;
  #received = "";
  #shown: Found | undefined;

  constructor(root: HTMLElement, surroundings: Surroundings) {
    const { locate, settings } = surroundings;
    this.#root = root;
    this.#surroundings = surroundings;
    this.#elsewhere = new Elsewhere(surroundings, {
      busy: (doing) => this.#busy(doing),
      found: (found) => this.#present(found),
      refused: (result) => this.#refused(result),
      failed: (why) => this.#tell(why),
    });
    this.#masthead = new Masthead("heading", () => this.#toggleWhere());
    this.#where = new WhereForm({
      onPlace: (near) => void this.#elsewhere.place(near, this.#from()),
      onDevice: locate && (() => void this.#elsewhere.device(this.#from())),
      herePage: settings.herePage,
      hasField: !surroundings.onPage,
      openLink: (url) => surroundings.openLink(url),
      onClose: () => this.#shown && this.#toggleWhere(),
    });
    this.#view = new AnswerView({
      surroundings,
      onArea: (center, km) => void this.#elsewhere.area(center, km, this.#shown!),
      onFarther: () => void this.#elsewhere.farther(this.#shown!),
      onMore: () => void this.#elsewhere.more(this.#shown!),
    });
    this.#masthead.element.append(this.#where.element, this.#status);
    root.classList.add("panel");
    root.append(this.#masthead.element, this.#words, this.#view.element, this.#view.credits);
    this.#become("waiting", () => this.#masthead.say("Looking around …"));
    let width = 0;
    new ResizeObserver(() => {
      // By the width alone: what is shown changes the height.
      if (root.clientWidth === width) return;
      width = root.clientWidth;
      this.#view.trim();
    }).observe(root);
  }

  /** What was asked. Some hosts tell it after the answer, or once more: what is shown stays. */
  asking(args: Arguments): void {
    if (this.#root.dataset.state === "waiting") this.#begin(args);
    this.#asked = args;
    if (!this.#shown) return;
    const wasOpen = this.#elsewhere.isOpen(this.#shown);
    this.#shown = { ...this.#shown, args };
    const isOpen = this.#elsewhere.isOpen(this.#shown);
    if (isOpen !== wasOpen) this.#present({ ...this.#shown, keepView: true });
  }

  /**
   * Looks for something as if it had been asked from outside.
   *
   * @param chosen where the user has chosen the point, if it is no place that was named
   */
  async ask(args: Arguments, chosen?: Chosen): Promise<void> {
    this.#begin(args);
    const isStillAsked = () => args === this.#asked && !this.#received;
    let result: ToolResult;
    try {
      result = await this.#surroundings.search(args);
    } catch (error) {
      if (isStillAsked())
        this.#explain("That did not work", (error as Error).message, { actions: this.#again() });
      return;
    }
    if (isStillAsked()) this.show(result, chosen);
  }

  /** Shows what the tool has answered. @param chosen as for `ask` */
  show(result: ToolResult, chosen?: Chosen): void {
    const answer = answerOf(result);
    const received = JSON.stringify(answer ?? result);
    // Some hosts send it twice.
    if (received === this.#received) return;
    this.#elsewhere.stop();
    this.#received = received;
    if (answer) this.#present({ answer, args: this.#asked ?? {}, chosen });
    else this.#instead(result);
  }

  /** The call was cancelled. */
  cancelled(): void {
    if (this.#shown) return;
    this.#explain("The search was stopped", "", { actions: this.#again() });
  }

  /** No answer has come. @param again asks for it again */
  nothing(again?: () => void): void {
    if (this.#shown) return;
    const actions = again ? [{ label: "Look again", press: again }] : [];
    this.#explain("No places have come here yet", "", { actions, choices: [] });
  }

  setInline(inline: boolean): void {
    this.#view.setInline(inline);
  }

  setTheme(): void {
    this.#view.setTheme();
  }

  #begin(args: Arguments): void {
    this.#elsewhere.stop();
    this.#asked = args;
    this.#received = "";
    this.#shown = undefined;
    this.#become("waiting", () => this.#masthead.say(searchingFor(args)));
    this.#tell(searchingFor(args), "quiet");
  }

  #present(found: Found): void {
    const { answer, chosen, keepView = false, goesOn = false } = found;
    const mayCall = this.#surroundings.mayCall?.() ?? true;
    const isOpen = this.#elsewhere.isOpen(found);
    const farther = mayCall ? fartherLabel(answer) : undefined;
    const ways = { area: isOpen, farther, more: mayCall && answer.next_cursor !== undefined };
    this.#shown = found;
    this.#where.clear();
    this.#become("shown", () => {
      const heading = this.#masthead.tell(answer, isOpen && !this.#surroundings.onPage, chosen);
      this.#view.show(answer, ways, { keepView, goesOn });
      this.#tell(heading, "quiet");
    });
  }

  /** What the tool said that was no answer, where there is none to see. */
  #instead(result: ToolResult): void {
    const text = textOf(result);
    if (!result.isError && text) {
      const [title = "", ...lines] = linesOf(text);
      const resized = () => this.#surroundings.resized?.();
      this.#shown = undefined;
      this.#become("words", () => {
        this.#masthead.say(title.replace(/:$/, ""));
        this.#words.replaceChildren(...wordsView(lines, resized));
      });
      this.#tell(title, "quiet");
      return;
    }
    const isOpen = this.#elsewhere.isOpen({});
    const { heading, why, isAboutPlace, isAboutHours, mayPass, choices } = failureOf(text, isOpen);
    if (isAboutPlace) this.#explain(heading, why, { choices });
    else if (isAboutHours) {
      this.#explain(heading, why, { actions: this.#again("Search, open or not", atAnyTime) });
    } else this.#explain(heading, why, { actions: mayPass ? this.#again() : [] });
  }

  /** What was looked for from here was not found: what is shown stays. */
  #refused(result: ToolResult): void {
    if (!this.#shown || !result.isError) {
      this.#instead(result);
      return;
    }
    const { why, choices } = failureOf(textOf(result), true);
    if (this.#where.isOpen || choices.length > 0) {
      this.#where.open(choices);
      this.#masthead.setChanging(true);
    }
    this.#tell(why || "That did not work.");
    if (choices.length > 0) this.#where.focus();
  }

  #explain(title: string, why: string, { actions = [], choices }: Instead): void {
    this.#elsewhere.stop();
    this.#shown = undefined;
    this.#become("asking", () => {
      this.#masthead.say(title, why, actions);
      if (choices && this.#elsewhere.isOpen({})) this.#where.open(choices);
    });
    this.#tell([title.replace(/\w$/, "$&."), why].filter(Boolean).join(" "), "quiet");
  }

  #again(label = "Try again", changed = (args: Arguments) => args): readonly Action[] {
    const args = this.#asked;
    if (!args || !(this.#surroundings.mayCall?.() ?? true)) return [];
    return [{ label, press: () => void this.#elsewhere.again(changed(args)) }];
  }

  #toggleWhere(): void {
    const isOpen = !this.#where.isOpen;
    if (isOpen) this.#where.open();
    else this.#where.close();
    this.#masthead.setChanging(isOpen);
    this.#tell("", "quiet");
    if (isOpen) this.#where.focus();
    else this.#masthead.focusChange();
    this.#surroundings.resized?.();
  }

  #from(): Partial<Found> {
    return this.#shown ?? { args: this.#asked ?? {} };
  }

  #busy(doing: string): void {
    this.#view.setBusy(doing !== "");
    if (doing) this.#tell(doing, this.#where.isOpen ? "loud" : "quiet");
    else if (this.#root.dataset.state !== "waiting") this.#tell("", "quiet");
  }

  /** @param fill puts in what is to be seen; who loses the focus by that goes on from the heading */
  #become(state: State, fill: () => void): void {
    const hadFocus = this.#root.contains(document.activeElement);
    this.#root.dataset.state = state;
    this.#where.close();
    this.#masthead.setChanging(false);
    this.#words.replaceChildren();
    fill();
    const { activeElement: at } = document;
    if (hadFocus && !(this.#root.contains(at) && at?.checkVisibility())) this.#masthead.focus();
  }

  /** @param how quiet: what is to be seen already, for those who do not see it */
  #tell(text: string, how: "loud" | "quiet" = "loud"): void {
    this.#status.textContent = text;
    this.#status.classList.toggle("unseen", how === "quiet");
    this.#surroundings.resized?.();
  }
}
