/** An answer that is longer is not kept. */
const MOST_BYTES_OF_ANSWER = 256 * 1_024;

/** How much is kept, in all and of one holder; what was kept first goes first. */
export const MOST_KEPT = {
  inAll: { answers: 5_000, bytes: 64 * 2 ** 20 },
  ofHolder: { answers: 200, bytes: 4 * 2 ** 20 },
};

/** Expired answers are removed together. What has expired and is not removed yet is not found any more. */
const PAUSE_MS = 60_000;

const AMOUNT = "count(*) AS answers, coalesce(sum(bytes), 0) AS bytes";

interface Amount extends Record<string, SqlStorageValue> {
  answers: number;
  bytes: number;
}

/** Answers of models, under digests of what was asked: no prompt is stored. */
export class KeptAnswers {
  readonly #sql: SqlStorage;
  /** Counted once, because all answers would have to be read for it. */
  #inAll: Amount;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS answers (
        number INTEGER PRIMARY KEY, -- in the order in which they were kept
        cache_key TEXT NOT NULL UNIQUE,
        holder TEXT NOT NULL,
        answer TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL
      );
      CREATE INDEX IF NOT EXISTS of_holder ON answers (holder, number, bytes);
      CREATE INDEX IF NOT EXISTS by_end ON answers (expires_at_ms);
    `);
    this.#inAll = this.#sql.exec<Amount>(`SELECT ${AMOUNT} FROM answers`).one();
  }

  find(cacheKey: string, nowMs: number): string | undefined {
    const query = "SELECT answer FROM answers WHERE cache_key = ? AND expires_at_ms > ?";
    const [row] = this.#sql.exec<{ answer: string }>(query, cacheKey, nowMs).toArray();
    return row?.answer;
  }

  /** Keeps an answer in place of the one that was kept before, if it is not too long. */
  keep(cacheKey: string, holder: string, answer: string, expiresAtMs: number): void {
    const bytes = new TextEncoder().encode(answer).length;
    if (bytes > MOST_BYTES_OF_ANSWER) return;
    this.#remove("cache_key = ?", cacheKey);
    this.#sql.exec(
      "INSERT INTO answers VALUES (NULL, ?, ?, ?, ?, ?)",
      ...[cacheKey, holder, answer, bytes, expiresAtMs],
    );
    this.#inAll = plus(this.#inAll, { answers: 1, bytes });
    const oldest = "number = (SELECT min(number) FROM answers)";
    const oldestOf = "number = (SELECT min(number) FROM answers WHERE holder = ?)";
    while (isOver(this.#amountOf(holder), MOST_KEPT.ofHolder)) this.#remove(oldestOf, holder);
    while (isOver(this.#inAll, MOST_KEPT.inAll)) this.#remove(oldest);
  }

  removeExpired(nowMs: number): void {
    this.#remove("expires_at_ms <= ?", nowMs);
  }

  /** When there will be expired ones to remove; undefined: none is kept. */
  removableAtMs(nowMs: number): number | undefined {
    const query = "SELECT min(expires_at_ms) AS at FROM answers";
    const { at } = this.#sql.exec<{ at: number | null }>(query).one();
    return at === null ? undefined : Math.max(at, nowMs + PAUSE_MS);
  }

  #remove(condition: string, ...values: readonly (string | number)[]): void {
    const sizes = `DELETE FROM answers WHERE ${condition} RETURNING bytes`;
    for (const { bytes } of this.#sql.exec<{ bytes: number }>(sizes, ...values).toArray()) {
      this.#inAll = plus(this.#inAll, { answers: -1, bytes: -bytes });
    }
  }

  #amountOf(holder: string): Amount {
    const query = `SELECT ${AMOUNT} FROM answers WHERE holder = ?`;
    return this.#sql.exec<Amount>(query, holder).one();
  }
}

function plus(amount: Amount, more: Amount): Amount {
  return { answers: amount.answers + more.answers, bytes: amount.bytes + more.bytes };
}

function isOver({ answers, bytes }: Amount, most: (typeof MOST_KEPT)["inAll"]): boolean {
  return answers > most.answers || bytes > most.bytes;
}
