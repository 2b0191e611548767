import { describe, expect, it } from "vitest";
import { locate } from "../../src/location/here.ts";

const caller = (cf?: Record<string, unknown>) => ({
  cf: cf as IncomingRequestCfProperties | undefined,
  userAgent: undefined,
  clientName: undefined,
  meta: {},
});
const AUSTIN = {
  latitude: "30.27130",
  longitude: "-97.74260",
  city: "Austin",
  region: "Texas",
  country: "US",
};

describe("locate", () => {
  it("takes given coordinates as they are, whatever the network says", () => {
    expect(locate({ latitude: 0, longitude: 0 }, caller(AUSTIN))).toEqual({
      latitude: 0,
      longitude: 0,
      source: "arguments",
    });
  });

  it("rounds what the network tells", () => {
    expect(locate({}, caller(AUSTIN))).toEqual({
      latitude: 30.27,
      longitude: -97.74,
      city: "Austin",
      region: "Texas",
      country: "US",
      source: "network",
      accuracy_meters: 50_000,
      warning: expect.stringContaining("guessed from the network address"),
    });
  });

  it.each(["T1", "XX"])("takes %s for no country", (country) => {
    expect(locate({}, caller({ ...AUSTIN, country }))).not.toHaveProperty("country");
  });

  it.each([
    [undefined],
    [{}],
    [{ ...AUSTIN, latitude: "" }],
    [{ ...AUSTIN, longitude: undefined }],
    [{ ...AUSTIN, latitude: "north" }],
    [{ ...AUSTIN, latitude: "91" }],
    [{ ...AUSTIN, latitude: "Infinity" }],
    [{ latitude: "0", longitude: "0" }],
  ])("does not guess from %j", (cf) => {
    expect(() => locate({}, caller(cf))).toThrow(/pass "latitude" and "longitude"/);
  });

  it("wants both coordinates or none", () => {
    expect(() => locate({ latitude: 1 }, caller(AUSTIN))).toThrow('"longitude" is missing');
    expect(() => locate({ longitude: 1 }, caller(AUSTIN))).toThrow('"latitude" is missing');
  });
});
