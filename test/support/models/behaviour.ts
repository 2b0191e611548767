import { seeded } from "../random.ts";

/** What may be wrong with an answer of the fake model server; a status (`500`) is a fault, too. */
export const FAULTS = [
  "none",
  /** It never answers. */
  "hang",
  /** It stops in the middle, and says no more. */
  "stall",
  /** The connection is closed before anything is said. */
  "closed",
  /** The connection is closed in the middle. */
  "breaks",
  /** Half of the answer, as if that were all. */
  "half",
  "not-json",
  "wrong-shape",
  "no-choices",
  "empty",
  "cut-off",
  "refused",
  "huge",
  /** Small as it is sent, and huge when it is unpacked. */
  "bomb",
  "redirect",
  /** Status 200, and an error as the answer. */
  "error-200",
  /** A stream that begins well and then tells of an error. */
  "error-event",
  "context-exceeded",
  "prompt-filtered",
  "no-usage",
  /** It is right, and packed. */
  "gzip",
  /** It is right, and comes `slow_ms` later. */
  "slow",
] as const;
export type Fault = (typeof FAULTS)[number] | number;

/** What a model does, request after request. */
export interface Behaviour {
  /** One for each request; the last one stays. */
  readonly faults: readonly Fault[];
  /** How many of the requests are faulty; the others are answered well. */
  readonly share: number;
  /** Draws which ones. */
  readonly random: () => number;
  /** Undefined: it says what it was asked. */
  readonly says: string | undefined;
  /** Until an answer begins. */
  readonly delayMs: number;
  /** Between the pieces of a stream. */
  readonly gapMs: number;
  readonly slowMs: number;
  /** A header of its errors. */
  readonly retryAfter: string | undefined;
}

/**
 * Reads a behaviour, which may be a model's id: `says=Paris&fault=500,none&delay_ms=20`. What is no such text, as the id
 * of a real model, is a model without faults.
 */
export function behaviourOf(text: string): Behaviour {
  const given = new URLSearchParams(text);
  const number = (name: string, otherwise: number) => Number(given.get(name) ?? otherwise);
  return {
    faults: (given.get("fault") ?? "none").split(",").map(faultOf),
    share: number("share", 1),
    random: seeded(number("seed", 1)),
    says: given.get("says") ?? undefined,
    delayMs: number("delay_ms", 0),
    gapMs: number("gap_ms", 0),
    slowMs: number("slow_ms", 1_000),
    retryAfter: given.get("retry_after") ?? undefined,
  };
}

function faultOf(name: string): Fault {
  if (/^[345]\d\d$/.test(name)) return Number(name);
  const fault = FAULTS.find((known) => known === name);
  if (!fault) throw new Error(`There is no fault ${name}: ${FAULTS.join(", ")}, or a status`);
  return fault;
}

/** The fault of a request, which is that model's so manyth, from 0. */
export function faultAt({ faults, share, random }: Behaviour, index: number): Fault {
  if (share < 1 && random() >= share) return "none";
  return faults[Math.min(index, faults.length - 1)]!;
}
