import type { TaskState } from "../contract.ts";
import type { Applicant } from "./register.ts";
import type { DownloadFile } from "./work.ts";

/** What is to be done, for whom. What a type understands is JSON. */
export interface Order extends Pick<Applicant, "pool" | "holder" | "joinKey"> {
  readonly type: string;
  readonly unit: string;
  readonly subject: string | undefined;
  /** Whose budget it uses up; undefined: nobody's. */
  readonly payer: string | undefined;
  /** At most. */
  readonly cost: number;
  readonly total: number;
  readonly input: string;
  readonly chunks: readonly string[];
}

export type Begun =
  | { readonly kind: "begun"; readonly task: StoredTask }
  | { readonly kind: "joins"; readonly id: string }
  | { readonly kind: "full" }
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly retryAfterMs: number | undefined;
    };

/** As `TaskView`; the result is JSON. */
export interface StoredTask {
  readonly type: string;
  readonly unit: string;
  readonly state: TaskState;
  readonly position: number | undefined;
  readonly done: number;
  readonly total: number;
  readonly result: string | undefined;
  readonly files: readonly SignedFile[];
  readonly reason: string | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly expiresAtMs: number;
  readonly revision: number;
}

export interface SignedFile extends DownloadFile {
  readonly name: string;
  /** Only who was told the link knows it. */
  readonly signature: string;
}

/** What is kept for as long as the task is known. */
export type About = Omit<Order, "input" | "chunks" | "total">;

export interface Status {
  /** `new`: it has no place yet. */
  readonly state: TaskState | "new";
  readonly position?: number | undefined;
  readonly done: number;
  readonly total: number;
  /** Of `done`, what finished chunks have done. */
  readonly finished: number;
  /** What these have cost. */
  readonly cost: number;
  readonly reason?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  /** Whether the place, the budget and what nobody needs any more are given back. */
  readonly isSettled: boolean;
  readonly revision: number;
}

export interface Result {
  readonly result: string;
  readonly files: readonly SignedFile[];
}
