import type { Caller } from "../caller.ts";
import { CallerError } from "../errors.ts";
import { saysHere } from "../gazetteer/here-words.ts";
import type { Point } from "../geo/point.ts";
import type { Metrics } from "../observe/metrics.ts";
import { plainText } from "../text/plain-text.ts";
import { answerOf, askWhere } from "./ask.ts";
import type { LocationInput } from "./input.ts";
import {
  byAnswer,
  byName,
  byNameAlone,
  describeGiven,
  type LadderServices,
  locate,
  type Named,
  type NameTaking,
  rememberFor,
} from "./ladder.ts";
import type { Location } from "./location.ts";
import { memoryOwner, memoryOwners } from "./owner.ts";
import { whyNotHere } from "./relay-detection.ts";

/** A location that is remembered from now on. */
export interface Remembered {
  readonly location: Location;
  /** The handle to pass with later calls, where nothing else tells whose it is. */
  readonly session: string | undefined;
  /** After so long without use it is forgotten. */
  readonly ttlSeconds: number;
}

/** Where callers are, and what they have asked to be remembered. */
export class Here {
  readonly #services: LadderServices;
  readonly #metrics: Pick<Metrics, "count">;

  constructor(services: LadderServices, metrics: Pick<Metrics, "count">) {
    this.#services = services;
    this.#metrics = metrics;
  }

  /**
   * The point that a question is about.
   *
   * @param taking how the tool takes the name of a place
   * @throws CallerError, or UserQuestion, that says what to pass
   */
  async locate(asked: LocationInput, caller: Caller, taking?: NameTaking): Promise<Location> {
    let source: Location["source"] | "unknown" = "unknown";
    try {
      const location = await locate(asked, caller, this.#services, taking);
      source = location.source;
      return location;
    } finally {
      const relay = whyNotHere(caller, this.#services.config) === undefined ? "no" : "yes";
      this.#metrics.count("hereabouts_location_total", { source, relay });
    }
  }

  /** The place that a text names, without a question. @throws CallerError if it names none */
  named(text: string): Promise<Named> {
    return byNameAlone(text, this.#services);
  }

  /**
   * @param place a point, or a text that names a place
   * @param session the handle of what is to be changed
   * @throws CallerError, or UserQuestion, if the text names no place; CallerError if nothing is remembered under the handle
   */
  async remember(
    place: Point | string,
    session: string | undefined,
    caller: Caller,
  ): Promise<Remembered> {
    const { memory, config } = this.#services;
    const location =
      typeof place === "string" ? await this.#named(place, caller) : describeGiven(place);
    const known = memoryOwner(caller, session, config);
    if (known?.kind === "handle" && !(await memory.recall(known))) {
      throw new CallerError(
        'Nothing is remembered under this "session" (any more): leave it out to get a new one.',
      );
    }
    const owner = known ?? { kind: "handle", id: memory.newHandle() };
    await rememberFor(owner, location, session, memory);
    return {
      location,
      session: owner.kind === "handle" ? owner.id : undefined,
      ttlSeconds: memory.ttlSeconds,
    };
  }

  /** "Home" and "here" are where nobody else knows: the user is asked, and they are never remembered. */
  async #named(text: string, caller: Caller): Promise<Location> {
    const answer = answerOf(caller);
    if (answer) return byAnswer(answer, caller, this.#services);
    if (!saysHere(text)) return byName(text, "near", caller, this.#services, "place");
    const why = `"${plainText(text)}" does not say where that is.`;
    const message = `${why} Which place do you mean?`;
    return askWhere({ why, message, argument: "place", isOfUser: true }, caller);
  }

  /** Whether there was anything to forget. @throws CallerError if it is not known whose memory is meant */
  async forget(session: string | undefined, caller: Caller): Promise<boolean> {
    const { memory, config } = this.#services;
    const owners = memoryOwners(caller, session, config);
    if (owners.length === 0) throw new CallerError('Pass the "session" that set_location gave.');
    const forgotten = await Promise.all(owners.map((owner) => memory.forget(owner)));
    return forgotten.includes(true);
  }
}
