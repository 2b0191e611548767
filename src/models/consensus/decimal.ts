/**
 * A decimal number in one spelling, without rounding: "1000", "1000.0" and "1e3" are "1e3", and "0.10" is "1e-1".
 *
 * @param shift by so many places to the left its point stands: that of "1e3" is 3
 */
export function decimalKey(
  isNegative: boolean,
  integer: string,
  fraction: string,
  shift = 0,
): string {
  const digits = (integer + fraction).replace(/^0+/, "");
  // Not by a regular expression, which begins anew at each nought: models write as many as they like.
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  const significant = digits.slice(0, end);
  if (significant === "") return "0e0";
  const exponent = shift - fraction.length + digits.length - significant.length;
  return `${isNegative ? "-" : ""}${significant}e${exponent}`;
}

/** The same number, times 10 to the power of `places`. */
export function shifted(key: string, places: number): string {
  const [significant = "", exponent = ""] = key.split("e");
  return key === "0e0" ? key : `${significant}e${Number(exponent) + places}`;
}
