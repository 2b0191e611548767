/** The bytes of a text in an encoding of one or two bytes a character; throws for what it cannot write. */
export function encode(text: string, encoding: string): Uint8Array {
  const bytes: number[] = [];
  for (const sign of text) {
    const found = sign <= "\x7f" ? [sign.charCodeAt(0)] : tableOf(encoding).get(sign);
    if (!found) throw new Error(`${encoding} cannot write ${sign}`);
    bytes.push(...found);
  }
  return Uint8Array.from(bytes);
}

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding);
  if (known) return known;
  const table = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(encoding);
  const add = (...bytes: number[]) => {
    const sign = decoder.decode(Uint8Array.from(bytes));
    if ([...sign].length === 1 && sign !== "\ufffd" && !table.has(sign)) table.set(sign, bytes);
  };
  for (let first = 0x80; first < 0x100; first += 1) add(first);
  for (let first = 0x81; first < 0xff; first += 1) {
    for (let second = 0x40; second < 0xff; second += 1) add(first, second);
  }
  tables.set(encoding, table);
  return table;
}
