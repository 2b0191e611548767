import { DurableObject } from "cloudflare:workers";
import { configOf } from "../config/config.ts";
import type { Location } from "../location/location.ts";
import { Expiry } from "./expiry.ts";

/** The memory of one caller: a location, until some time after its last use. */
export class Session extends DurableObject<Env> {
  readonly #expiry: Expiry;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#expiry = new Expiry(state.storage, configOf(env).sessionTtlSeconds);
  }

  /** What is remembered; to ask for it is a use. */
  async recall(): Promise<Location | undefined> {
    const location = this.ctx.storage.kv.get<Location>("location");
    if (!location || this.#expiry.isOver()) return undefined;
    await this.#expiry.renew();
    return location;
  }

  async remember(location: Location): Promise<void> {
    this.ctx.storage.kv.put("location", location);
    await this.#expiry.renew();
  }

  /** Whether there was anything to forget. */
  async forget(): Promise<boolean> {
    // To delete nothing would be a write: an object that nobody has written to costs no storage.
    if (this.ctx.storage.kv.get("location") === undefined) return false;
    const remembered = !this.#expiry.isOver();
    await this.ctx.storage.deleteAll();
    return remembered;
  }

  override async alarm(): Promise<void> {
    if (this.#expiry.isOver()) await this.ctx.storage.deleteAll();
    else await this.#expiry.keepAlarm();
  }
}
