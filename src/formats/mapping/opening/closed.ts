import { booleanOf } from "../../../text/yes-no.ts";
import { columnKey } from "../column-names.ts";
import { type FlatFields, textOf, type Value } from "../flat-fields.ts";
import { parseInstant } from "../instant.ts";
import { isOfPlace } from "./hours.ts";

/** That a place is closed, by its own source. */
export type Closing =
  | { readonly type: "temporarily" }
  /** From then on, in milliseconds since 1970; 0 if it is not told since when. */
  | { readonly type: "for good"; readonly atMs: number };

type Role = "date" | "status" | "any status" | "closed" | "current";

/** What columns tell that a place is closed, as `columnKey` writes them. */
const COLUMNS: Readonly<Record<Role, string>> = {
  date: "date_closed closed_date closure_date close_date end_date date_of_closure closing_date date_fermeture datefermeture fecha_cierre fecha_de_cierre data_chiusura data_encerramento schliessungsdatum edtf_cessation edtf_deprecated",
  status:
    "business_status operating_status operational_status establishment_status establishment_status_name operation_status",
  "any status": "status place_status store_status site_status lifecycle_status",
  closed:
    "permanently_closed is_permanently_closed closed_permanently is_closed_permanently is_closed closed_for_good out_of_business",
  current: "mz_is_current",
};
const ROLES = new Map(
  Object.entries(COLUMNS).flatMap(([role, keys]) =>
    keys.split(" ").map((key) => [key, role as Role] as const),
  ),
);
const FOR_GOOD = new Set(
  "closed_permanently permanently_closed closed_for_good permanent_closed out_of_business defunct demolished abandoned razed disused decommissioned dauerhaft_geschlossen definitivement_ferme ferme_definitivement cerrado_permanentemente chiuso_definitivamente definitief_gesloten".split(
    " ",
  ),
);
const TEMPORARILY = new Set(
  "closed_temporarily temporarily_closed vorubergehend_geschlossen ferme_temporairement".split(" "),
);

/** Tells from rows whether their places are closed. What the names of columns mean is worked out once. */
export class ClosingReader {
  readonly #roles = new Map<string, Role | undefined>();

  /** @param timeZone of the place: a date alone is a day there; @param tags its OpenStreetMap tags, if it has some */
  read(
    fields: FlatFields,
    timeZone: () => string,
    tags: Readonly<Record<string, string>> | undefined,
  ): Closing | undefined {
    let closing: Closing | undefined = tags && isGone(tags) ? FOR_GOOD_SOMETIME : undefined;
    for (const path in fields) {
      const found = closingBy(this.#roleOf(path), fields[path]!, timeZone);
      // A date says more than that the place is closed.
      if (found && (found.type === "for good" ? !hasDate(closing) : !closing)) closing = found;
    }
    return closing;
  }

  #roleOf(path: string): Role | undefined {
    if (!this.#roles.has(path)) {
      const key = columnKey(path.slice(path.lastIndexOf(".") + 1));
      this.#roles.set(path, isOfPlace(path) ? ROLES.get(key) : undefined);
    }
    return this.#roles.get(path);
  }
}

const FOR_GOOD_SOMETIME: Closing = { type: "for good", atMs: 0 };

function hasDate(closing: Closing | undefined): boolean {
  return closing?.type === "for good" && closing.atMs > 0;
}

function closingBy(
  role: Role | undefined,
  value: Value,
  timeZone: () => string,
): Closing | undefined {
  switch (role) {
    case undefined:
      return undefined;
    case "date": {
      const atMs = endOf(value, timeZone);
      return atMs === undefined ? undefined : { type: "for good", atMs };
    }
    case "closed":
      return booleanOf(textOf(value)) ? FOR_GOOD_SOMETIME : undefined;
    case "current":
      return textOf(value).trim() === "0" ? FOR_GOOD_SOMETIME : undefined;
    default: {
      const status = columnKey(textOf(value));
      if (TEMPORARILY.has(status)) return { type: "temporarily" };
      const isClosed = FOR_GOOD.has(status) || (role === "status" && status === "closed");
      return isClosed ? FOR_GOOD_SOMETIME : undefined;
    }
  }
}

/** Greater numbers are milliseconds. */
const LAST_YEAR = 9999;

/** The end of a day, a month or a year, of which "before 1990" has one, too; undefined for what is none. */
function endOf(value: Value, timeZone: () => string): number | undefined {
  if (typeof value === "number" && value > LAST_YEAR) return parseInstant(value, true, timeZone);
  const text = textOf(value).trim();
  const [, year, month] = /^(\d{4})(?:-(\d{2}))?$/.exec(text) ?? [];
  if (year) return Date.UTC(Number(year), month ? Number(month) : 12, 1);
  const instant = parseInstant(text, true, timeZone);
  if (!Number.isNaN(instant)) return instant;
  const [named] = /(?<!\d)(?:1[5-9]|20)\d\d(?!\d)/.exec(text) ?? [];
  return named ? Date.UTC(Number(named) + 1, 0, 1) : undefined;
}

const KEYS =
  "amenity|shop|tourism|leisure|office|craft|healthcare|club|historic|railway|aeroway|aerialway|public_transport|highway|emergency|man_made|military|building|place";
const FORMER = new RegExp(
  `^(?:disused|abandoned|demolished|razed|removed|destroyed|was):(?:${KEYS})$`,
);
const PRESENT = new RegExp(`^(?:${KEYS})$`);
/** What there is besides a former place: the house that it was in. */
const REMAINS = new Set(["building", "highway", "place"]);
const GONE = new Set(
  "vacant disused abandoned demolished razed removed destroyed closed".split(" "),
);
const SIGHT = new Set(["attraction", "museum", "viewpoint", "artwork"]);
const STATES = ["disused", "abandoned", "demolished", "razed", "removed", "destroyed"];

/** Whether OpenStreetMap tags say that a place is no more, and none that another one, or something to see, is there now. */
function isGone(tags: Readonly<Record<string, string>>): boolean {
  if (tags.historic || SIGHT.has(tags.tourism ?? "")) return false;
  if (STATES.some((state) => tags[state] === "yes")) return true;
  let isFormer = false;
  for (const [key, value] of Object.entries(tags)) {
    if (FORMER.test(key) && value !== "no") isFormer = true;
    else if (!PRESENT.test(key) || value === "no") continue;
    else if (GONE.has(value)) isFormer = true;
    else if (!REMAINS.has(key)) return false;
  }
  return isFormer;
}
