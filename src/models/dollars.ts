let format: Intl.NumberFormat | undefined;

/** An amount in words. A token costs a small part of a cent, and two amounts that are nearly the same are not told as one. */
export function dollars(amount: number): string {
  // Made anew for each amount, it would take thirty times as long.
  format ??= new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
  return `$${format.format(amount)}`;
}
