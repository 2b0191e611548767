import type { Tags } from "./elements.ts";

/**
 * What of OpenStreetMap is a place that people look for. Of most keys anything, of some only what has a name,
 * of others only these values: streets, trees and walls are no places to us.
 */
const PLACES: Readonly<Record<string, "any" | "named" | readonly string[]>> = {
  amenity: "any",
  shop: "any",
  tourism: "any",
  leisure: "any",
  healthcare: "any",
  emergency: "any",
  office: "named",
  craft: "named",
  club: "named",
  historic: "named",
  attraction: "named",
  education: "named",
  man_made: "named",
  military: "named",
  natural: "named",
  place: "named",
  aeroway: ["aerodrome", "heliport", "terminal", "gate"],
  aerialway: ["station"],
  highway: ["bus_stop", "rest_area", "services"],
  public_transport: ["station", "platform", "stop_area"],
  railway: ["station", "halt", "tram_stop", "subway_entrance"],
  waterway: ["waterfall", "dam", "lock_gate", "boatyard", "fuel"],
};

export function isPlace(tags: Tags): boolean {
  return Object.entries(tags).some(([key, value]) => {
    const rule = Object.hasOwn(PLACES, key) ? PLACES[key] : undefined;
    if (!rule || value === "no") return false;
    if (rule === "any") return true;
    return rule === "named" ? Boolean(tags.name) : rule.includes(value);
  });
}
