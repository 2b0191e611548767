import { feature } from "@rapideditor/country-coder";
import { describe, expect, it } from "vitest";
import type { PlaceRecord } from "../../src/records/place.ts";
import { mayLieIn, territoryOf } from "../../src/territory.ts";
import type { RealSet } from "./set.ts";

/** What the default data says of each place. `read` gives it to the tests: reading it takes longer than all of them. */
export function testDefaultPlaces(read: () => RealSet): void {
  describe("the names of countries and regions agree with the coordinates", () => {
    const placesOf = (collection: string) =>
      read().collections.find(({ collection: { id } }) => id === collection)!.records;

    /** Some of these, evenly spread. */
    const sample = <T>(all: readonly T[], most: number): T[] => {
      const step = Math.max(1, Math.floor(all.length / most));
      return all.filter((_, index) => index % step === 0);
    };

    it("countries, by their borders, for places of every collection and country", () => {
      const samples = read().collections.flatMap(({ records }) => {
        const countries = Object.values(
          Object.groupBy(records, ({ country }) => country ?? "none"),
        );
        return countries.flatMap((places) => sample(places ?? [], 12));
      });
      expect(new Set(samples.map(({ country }) => country)).size).toBeGreaterThan(240);
      // Whose the Crimea, the Western Sahara and Kosovo are, the sources and country-coder see differently.
      const seenDifferently = ["UA RU", "EH MA", "RS XK"];
      const wrong = samples.filter((place) => {
        const { country } = territoryOf(place);
        // Platforms and small islands are at sea.
        if (!country || seenDifferently.includes(`${place.country} ${country}`)) return false;
        return !place.country || !mayLieIn(place, place.country);
      });
      expect(wrong).toEqual([]);
    });

    /** Of first-level regions country-coder knows the borders of these. */
    it.each([
      ["GB", ["England", "Scotland", "Wales", "Northern Ireland"]],
      ["US", ["Alaska", "Hawaii"]],
      ["PT", ["Azores", "Madeira"]],
    ])("regions of %s, by their borders", (country, regions) => {
      const towns = placesOf("geonames").filter((place) => place.country === country);
      let judged = 0;
      const wrong = sample(towns, 2_000).filter(({ latitude, longitude, region }) => {
        const within = feature([longitude, latitude], { level: "territory" })?.properties.nameEn;
        const [bordered] = [within, region].filter((name) => name && regions.includes(name));
        if (bordered) judged++;
        return bordered && within !== region;
      });
      expect(judged).toBeGreaterThan(20);
      // Borders are drawn roughly.
      expect(wrong.length / judged).toBeLessThan(0.01);
    });

    it("regions that are called after a town have it", () => {
      const largest = new Map<string, PlaceRecord>();
      const regions = new Map<string, PlaceRecord>();
      for (const town of placesOf("geonames")) {
        const key = `${town.country} ${plainName(town.name)}`;
        if ((town.population ?? 0) > (largest.get(key)?.population ?? 0)) largest.set(key, town);
        if (town.region) regions.set(`${town.country} ${town.region}`, town);
      }
      const countries = new Map<string, { named: number; right: number }>();
      for (const { country = "", region = "" } of regions.values()) {
        const town = largest.get(`${country} ${plainName(region)}`);
        if ((town?.population ?? 0) < 20_000) continue;
        const count = countries.get(country) ?? { named: 0, right: 0 };
        countries.set(country, count);
        count.named++;
        if (town?.region === region) count.right++;
      }
      const counts = [...countries.values()];
      const named = counts.reduce((sum, count) => sum + count.named, 0);
      const right = counts.reduce((sum, count) => sum + count.right, 0);
      expect(named).toBeGreaterThan(1_000);
      // Not Delaware in Ohio, Buenos Aires beside its province, and 34 others.
      expect(right / named).toBeGreaterThan(0.96);
      const bad = [...countries].filter(([, count]) => {
        return count.named >= 6 && count.right / count.named < 0.75;
      });
      expect(bad.map(([country]) => country)).toEqual(["US"]);
    });

    /** By the resolution of Vietnam's National Assembly of 12 June 2025, and by Norway's counties of 2024. */
    it.each<[country: string, region: string, towns: string]>([
      ["VN", "Hanoi", "Hanoi, Hà Đông"],
      ["VN", "Ho Chi Minh City", "Ho Chi Minh City, Vũng Tàu, Thủ Dầu Một"],
      ["VN", "Da Nang City", "Da Nang, Hoi An, Tam Kỳ"],
      ["VN", "Hai Phong", "Haiphong, Hải Dương"],
      ["VN", "Can Tho City", "Cần Thơ, Sóc Trăng"],
      ["VN", "Thừa Thiên Huế Province", "Huế"],
      ["VN", "An Giang", "Long Xuyên, Rạch Giá, Phú Quốc"],
      ["VN", "Gia Lai", "Pleiku, Qui Nhon"],
      ["VN", "Dak Lak", "Buôn Ma Thuột, Tuy Hòa"],
      ["VN", "Lam Dong", "Ðà Lạt, Phan Thiết, Gia Nghĩa"],
      ["VN", "Khanh Hoa", "Nha Trang, Phan Rang-Tháp Chàm"],
      ["VN", "Phu Tho", "Việt Trì, Hòa Bình"],
      ["VN", "Ninh Binh", "Ninh Bình, Nam Định, Phủ Lý"],
      ["VN", "Quang Tri", "Đồng Hới"],
      ["VN", "Quang Ngai", "Quảng Ngãi, Kon Tum"],
      ["VN", "Nghệ An Province", "Vinh"],
      ["VN", "Dong Nai", "Biên Hòa"],
      ["NO", "Akershus", "Lillestrøm, Asker"],
      ["NO", "Buskerud", "Drammen"],
      ["NO", "Østfold", "Moss, Sarpsborg"],
      ["NO", "Vestfold", "Tønsberg"],
      ["NO", "Telemark", "Skien"],
      ["NO", "Troms", "Tromsø"],
    ])("in %s, %s has %s", (country, region, towns) => {
      for (const name of towns.split(", ")) {
        const [largest] = placesOf("geonames")
          .filter((town) => town.country === country && town.name === name.normalize("NFC"))
          .sort((a, b) => (b.population ?? 0) - (a.population ?? 0));
        expect({ name, region: largest?.region }).toEqual({ name, region });
      }
    });
  });

  it.each([
    ["02139", "Massachusetts"],
    ["20005", "District of Columbia"],
    ["06390", "New York"],
    ["83001", "Wyoming"],
    ["79901", "Texas"],
    ["99501", "Alaska"],
    // Puerto Rico and American Samoa are no states.
    ["00979", undefined],
    ["96799", undefined],
  ])("ZIP code %s is in %s", (code, region) => {
    const zips = read().collections.find(({ collection: { id } }) => id === "zip-codes")!.records;
    expect(zips.find(({ name }) => name === code)).toMatchObject({ country: "US" });
    expect(zips.find(({ name }) => name === code)?.region).toBe(region);
  });

  it("has no place that is none", () => {
    const { collections } = read();
    const names = collections.flatMap(({ records }) => records.map(({ name }) => name));
    const remarks = /(?<!\p{L})(?:bogus|duplicate|unusable)(?!\p{L})|^[({[]|\(closed/iu;
    expect(names.filter((name) => remarks.test(name))).toEqual([]);
    const countries = collections.flatMap(({ records }) => records.map(({ country }) => country));
    expect(countries.filter((country) => country === "ZZ")).toEqual([]);
  });
}

/** A name without its kind and marks, to compare. */
function plainName(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/đ/gi, "d")
    .toLowerCase()
    .replace(
      / (?:oblast'?|kray|krai|republic|voivodeship|prefecture|province|region|county|governorate|district|department|state|city|parish|municipality|canton|division)$/,
      "",
    )
    .replaceAll(/[^a-z]/g, "");
}
