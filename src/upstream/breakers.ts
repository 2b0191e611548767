import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from "cockatiel";
import { CallerError, UpstreamDown } from "../errors.ts";

/** So many failures one after the other, and an origin is left alone. */
export const FAILURES_TO_OPEN = 5;
/** After that long one call tries whether it is well again. */
export const OPEN_MS = 30_000;
const MOST_ORIGINS = 100;

interface Breaker {
  circuit: CircuitBreakerPolicy;
  /** Until when the call that tries must have ended. */
  trialEndsMs: number;
}

/** Remembers which origins are down, so that they are not asked in vain, and do not get worse by it. */
export class Breakers {
  readonly #ofOrigin = new Map<string, Breaker>();
  readonly #deadlineMs: number;

  /** @param deadlineMs how long a call may take */
  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** @throws UpstreamDown without calling, while the origin is known to be down */
  async call<T>({ origin, host }: URL, exchange: () => Promise<T>): Promise<T> {
    const breaker = this.#breakerOf(origin);
    if (breaker.circuit.state === CircuitState.HalfOpen) {
      // The library would wait for the call that tries, which a Worker must not do for another request's. If that
      // request was given up, its call never ends.
      if (Date.now() < breaker.trialEndsMs) throw down(host);
      breaker.circuit = newCircuit(breaker.circuit.toJSON());
    }
    if (breaker.circuit.state !== CircuitState.Closed) {
      breaker.trialEndsMs = Date.now() + this.#deadlineMs;
    }
    try {
      return await breaker.circuit.execute(exchange);
    } catch (error) {
      throw error instanceof BrokenCircuitError ? down(host) : error;
    }
  }

  #breakerOf(origin: string): Breaker {
    const breaker = this.#ofOrigin.get(origin) ?? { circuit: newCircuit(), trialEndsMs: 0 };
    // A map keeps the order of insertion: so the origin that was used longest ago comes first.
    this.#ofOrigin.delete(origin);
    this.#ofOrigin.set(origin, breaker);
    const [oldest] = this.#ofOrigin.keys();
    if (this.#ofOrigin.size > MOST_ORIGINS) this.#ofOrigin.delete(oldest!);
    return breaker;
  }
}

function newCircuit(initialState?: unknown): CircuitBreakerPolicy {
  // A trial that the caller has given up proves nothing, so that it must not close the circuit.
  const isFailure = (error: unknown): boolean =>
    error instanceof UpstreamDown ||
    (circuit.state === CircuitState.HalfOpen && !(error instanceof CallerError));
  const circuit: CircuitBreakerPolicy = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
    initialState,
  });
  return circuit;
}

function down(host: string): UpstreamDown {
  return new UpstreamDown(
    `${host} has not answered several times: it is left alone for a moment.`,
    OPEN_MS,
  );
}
