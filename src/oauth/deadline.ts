/**
 * What a promise brings, but only if it does so in time.
 *
 * @throws what `late` makes, once the time is over
 */
export async function inTime<Value>(
  limitMs: number,
  value: Promise<Value>,
  late: () => Error,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), limitMs);
  });
  try {
    return await Promise.race([value, over]);
  } finally {
    clearTimeout(timer);
  }
}
