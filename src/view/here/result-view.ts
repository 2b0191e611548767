import { elementOf } from "../element.ts";
import type { Shared } from "./sharing.ts";

/** Shows what was shared, and what to do with it. */
export class ResultView {
  readonly #section = elementOf("shared", HTMLElement);
  readonly #heading = elementOf("next", HTMLElement);
  readonly #sentence = elementOf("sentence", HTMLElement);
  readonly #what = elementOf("what", HTMLElement);
  readonly #until = elementOf("until", HTMLElement);

  constructor(onForget: () => void) {
    elementOf("forget", HTMLButtonElement).addEventListener("click", onForget);
  }

  show({ session, location, expires_in_seconds: seconds }: Shared): void {
    this.#sentence.textContent = session === undefined ? "" : sentenceFor(session);
    this.#sentence.closest<HTMLElement>(".copy")!.hidden = session === undefined;
    // Whoever shows a key is known by it, and needs no session.
    this.#heading.textContent =
      session === undefined
        ? "Programs that use this key know it now: ask them again"
        : "Paste this sentence into your chat";
    this.#what.textContent = `Shared: ${location.label}, to within about ${distance(location.accuracy_meters)}.`;
    this.#until.textContent = `If nobody uses it, it is deleted ${timeOf(seconds)}.`;
    this.#section.hidden = false;
    this.#heading.focus();
  }

  hide(): void {
    this.#section.hidden = true;
    this.#sentence.textContent = "";
  }
}

/** In words that a model can go by, too. */
function sentenceFor(session: string): string {
  return `To look around where I am, pass session "${session}".`;
}

function distance(meters: number): string {
  const isFar = meters >= 1_000;
  return new Intl.NumberFormat("en-GB", {
    style: "unit",
    unit: isFar ? "kilometer" : "meter",
    unitDisplay: "long",
    maximumSignificantDigits: 1,
  }).format(isFar ? meters / 1_000 : meters);
}

const A_DAY_SECONDS = 86_400;

function timeOf(seconds: number): string {
  const at = new Date(Date.now() + seconds * 1_000);
  const time = at.toLocaleTimeString(undefined, { timeStyle: "short" });
  return seconds < A_DAY_SECONDS
    ? `at ${time}`
    : `on ${at.toLocaleDateString(undefined, { dateStyle: "long" })}, ${time}`;
}
