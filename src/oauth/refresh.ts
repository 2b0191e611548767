import { DurableObject } from "cloudflare:workers";
import { sha256Hex } from "../digest.ts";
import { openMetrics } from "../observe/metrics.ts";
import { Patience } from "../stores/patience.ts";
import type { Policy } from "./people.ts";
import { askServer, authorizationServer, type ClientRequest, type ServerAnswer } from "./server.ts";
import { patientNamespace } from "./store.ts";

/** Within that time a second process with the same token asks, or a client whose answer was lost. */
const REMEMBERED_MS = 60_000;

/**
 * Refreshes one grant's tokens, one request after the other. Of a grant two tokens count, the newest and the one before:
 * if two processes of a client refreshed the same token at once, each would get a new one, and only the later would
 * count. Here both get the same answer. As the grant is read where it was written, no refresh meets an older copy of it.
 * Nothing is kept: after an eviction the grant's two tokens still count.
 */
export class GrantRefresh extends DurableObject<Env> {
  readonly #answers = new Map<string, { answer: Promise<ServerAnswer>; untilMs: number }>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param resources of the authorization server that is to answer, at the origin of the request */
  async answer(
    request: ClientRequest,
    resources: readonly string[],
    policy: Policy,
  ): Promise<ServerAnswer> {
    for (const [digest, { untilMs }] of this.#answers) {
      if (untilMs < Date.now()) this.#answers.delete(digest);
    }
    const digest = await sha256Hex(JSON.stringify([request, resources]));
    const known = this.#answers.get(digest);
    if (known) return known.answer;
    const answer = this.#last.then(() => this.#refresh(request, resources, policy));
    this.#answers.set(digest, { answer, untilMs: Date.now() + REMEMBERED_MS });
    this.#last = answer.catch(() => {});
    // What was refused is judged anew.
    const isGood = await answer.then(({ status }) => status === 200).catch(() => false);
    if (!isGood) this.#answers.delete(digest);
    return answer;
  }

  #refresh(
    request: ClientRequest,
    resources: readonly string[],
    policy: Policy,
  ): Promise<ServerAnswer> {
    const server = authorizationServer(new URL(request.url).origin, resources, policy);
    const patience = new Patience(openMetrics(this.env.METRIC_SHARDS, this.ctx));
    const store = patientNamespace(this.env.OAUTH_KV, patience);
    return askServer(server, request, { OAUTH_KV: store, policy });
  }
}
