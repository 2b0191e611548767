import { HALF_EARTH_METERS } from "../geo/ellipsoid.ts";
import type { OpenState } from "../hours/grammar.ts";
import type { PlaceIndex } from "../index/place-index.ts";
import { findNearby } from "./find.ts";
import { type OpenAt, openStateAt } from "./open-at.ts";
import type { Answer, FoundPlace, HoursSeen, Question } from "./question.ts";

/** The places within the radius that are looked at for those that are open, in pages of these sizes. */
const PAGES = [50, 250];
const MOST_LOOKED_AT = 300;
/** The places beyond the radius that are looked at if none within is open. */
const MOST_BEYOND = 150;

/** Called with how many places have been looked at, of how many at most. */
export type Progress = (done: number, total: number) => void;

/**
 * The nearest places that are open. The index does not know opening hours, so places are read and the others dropped, until
 * there are enough, the radius ends, or as many were looked at as may be. If none within the radius is open, the nearest one
 * beyond is looked for.
 */
export async function findOpen(
  index: PlaceIndex,
  question: Question,
  openAt: OpenAt,
  onProgress: Progress,
): Promise<Answer> {
  const seen: Seen[] = [];
  let first: Answer | undefined;
  let { after } = question;
  for (let page = 0; ; page++) {
    const answer = await findNearby(index, { ...question, limit: PAGES[page]!, after });
    first ??= answer;
    seen.push(...answer.places.map((place) => ({ place, state: openStateAt(place.row, openAt) })));
    const open = placesThatAre("open", seen);
    const found: Answer = {
      ...answer,
      places: open.slice(0, question.limit),
      nearestBeyond: undefined,
      hours: hoursOf(seen),
    };
    const next = open[question.limit];
    if (next) {
      const shown = seen.slice(
        0,
        seen.findIndex(({ place }) => place === next),
      );
      return { ...found, more: true, searchedMeters: undefined, hours: hoursOf(shown) };
    }
    if (!answer.more) {
      if (open.length > 0 || question.after) return { ...found, searchedMeters: undefined };
      return { ...found, ...(await findBeyond(index, question, openAt, first)) };
    }
    const last = answer.places.at(-1);
    if (answer.searchedMeters !== undefined || !last) return found;
    const end = { distanceMeters: last.distanceMeters, key: last.row.key };
    if (page === PAGES.length - 1) {
      return { ...found, searchedMeters: last.distanceMeters, lookedUpTo: end };
    }
    onProgress(seen.length, MOST_LOOKED_AT);
    after = { ...end, mode: answer.mode };
  }
}

interface Seen {
  readonly place: FoundPlace;
  readonly state: OpenState;
}

function placesThatAre(state: OpenState, seen: readonly Seen[]): FoundPlace[] {
  return seen.filter((one) => one.state === state).map(({ place }) => place);
}

function hoursOf(seen: readonly Seen[]): HoursSeen {
  return { lookedAt: seen.length, unknown: placesThatAre("unknown", seen) };
}

/** The nearest place beyond the radius that is open, or how far was looked for it. @param within where none is open */
async function findBeyond(
  index: PlaceIndex,
  question: Question,
  openAt: OpenAt,
  within: Answer,
): Promise<Partial<Answer>> {
  const { nearestBeyond: nearest, places } = within;
  if (places.length === 0 && !nearest) return {};
  // There are the words as they are: what a looser reading found within the radius is not told, as it is closed.
  const isExactAgain = nearest !== undefined && places.length > 0;
  const mode = isExactAgain ? "exact" : within.mode;
  const told: Partial<Answer> = isExactAgain ? { mode, hours: hoursOf([]) } : { mode };
  if (nearest && openStateAt(nearest.row, openAt) === "open") {
    return { ...told, nearestBeyond: nearest };
  }
  const { radiusMeters } = question;
  const after = nearest
    ? { distanceMeters: nearest.distanceMeters, key: nearest.row.key, mode }
    : { distanceMeters: radiusMeters, key: Number.MAX_SAFE_INTEGER, mode };
  const earth = { ...question, radiusMeters: HALF_EARTH_METERS, limit: MOST_BEYOND, after };
  const beyond = await findNearby(index, earth);
  const nearestBeyond = beyond.places.find(({ row }) => openStateAt(row, openAt) === "open");
  if (nearestBeyond) return { ...told, nearestBeyond, searchedMeters: undefined };
  const lookedUpToMeters = beyond.more ? beyond.places.at(-1)?.distanceMeters : undefined;
  return { mode: "exact", searchedMeters: beyond.searchedMeters ?? lookedUpToMeters };
}
