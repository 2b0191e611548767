import fc from "fast-check";

const KNOWN_TROUBLE = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "\ufeff",
  "a\u202eb\u2028c\u2029d",
  "\r\nSet-Cookie: a=b",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "undefined",
  "NaN",
  "-0",
  "1e400",
  "9007199254740993",
  "' OR 1=1 --",
  '"; DROP TABLE places; --',
  'a" OR b NEAR(c',
  "{{7*7}} <%= 7*7 %>",
  "<script>alert(1)</script>",
  "../../../../etc/passwd",
  "%00%0a%ff",
  "http://169.254.169.254/",
  "\u0915\u093c\u200d".repeat(20),
  "😀".repeat(60),
  "ﷺ".repeat(50),
  "Z̷͑͝a̴l̵g̶o̸",
];

/** Text that has broken programs before, or any at all. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...KNOWN_TROUBLE), weight: 4 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 40 }), weight: 4 },
  { arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }), weight: 3 },
  {
    arbitrary: fc
      .tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.nat(5_000))
      .map(([text, times]) => {
        return text.repeat(times);
      }),
    weight: 1,
  },
);

/** What HTTP allows as a header's value. */
export const headerText: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]{0,30}$/),
  fc.stringMatching(/^[\x21-\x7e\x80-\xff]{1,60}$/),
  fc.nat(6_000).map((length) => "x".repeat(length)),
);
