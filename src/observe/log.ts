/** What a line of the log may hold: never a query, a secret, a name, or a place finer than 0.1°. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line of JSON. */
export function logLine(event: string, fields: Fields): void {
  console.log(JSON.stringify({ event, ...fields }));
}
