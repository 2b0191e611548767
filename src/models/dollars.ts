/** An amount in words. A token costs a small part of a cent, and two amounts that are nearly the same are not told as one. */
export function dollars(amount: number): string {
  return `$${amount.toLocaleString("en", { maximumSignificantDigits: 6 })}`;
}
