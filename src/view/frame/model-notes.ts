/**
 * What the model is to know of what its user does in the view. A host keeps the last note alone, so each has in it whatever
 * still holds.
 */
export class ModelNotes {
  readonly #tell: (text: string) => void;
  #located: string | undefined;
  #looked: string | undefined;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** The user has said where they are. @param session under which the server remembers it, if the model has to pass it */
  located(session: string | undefined): void {
    const how = session
      ? `Pass session "${session}" with later calls that name no place.`
      : "Later calls that name no place and pass no session look there.";
    this.#located = `The user has shared their location. ${how}`;
    this.#send();
  }

  /** The user has looked elsewhere. @param text what they have found there, in words */
  looked(text: string): void {
    this.#looked = text;
    this.#send();
  }

  #send(): void {
    this.#tell([this.#located, this.#looked].filter((note) => note !== undefined).join("\n\n"));
  }
}
