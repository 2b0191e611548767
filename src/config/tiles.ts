import { isLoopback } from "../loopback.ts";
import { BadValue, isAddress } from "./values.ts";

const NEEDED = ["{z}", "{x}", "{y}"];
/** Becomes "@2x" for screens with small pixels. */
const OPTIONAL = "{r}";

/**
 * The address of picture tiles, in which browsers put numbers in place of `{z}`, `{x}` and `{y}`. The host has none of these: whoever
 * shows the map is told its name as it is.
 */
export function tilesUrl(text: string): string | undefined {
  if (text === "") return undefined;
  const filledIn = [...NEEDED, OPTIONAL].reduce((rest, name) => rest.replaceAll(name, "0"), text);
  const url = URL.parse(filledIn);
  const isWhole = NEEDED.every((name) => text.includes(name)) && !/[{}\s"'<>\\]/.test(filledIn);
  const isSafe = url && isAddress(url, isLoopback) && text.startsWith(`${url.origin}/`);
  if (isWhole && isSafe) return text;
  throw new BadValue(
    "must be an address like https://tiles.example.com/{z}/{x}/{y}.png: of one host, in small letters, with no other {…} than {r}",
  );
}
