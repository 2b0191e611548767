import type { PlaceIndex } from "../index/place-index.ts";
import { findNearby } from "./find.ts";
import { type OpenAt, openStateAt } from "./open-at.ts";
import type { Answer, FoundPlace, Question } from "./question.ts";

/** So many places are looked at for those that are open. */
const MOST_LOOKED_AT = 300;
const AT_ONCE = 50;

/** Called with how many places have been looked at, of how many at most. */
export type Progress = (done: number, total: number) => void;

/** The nearest places that are open. The index does not know opening hours, so all places are read and the closed ones dropped. */
export async function findOpen(
  index: PlaceIndex,
  question: Question,
  openAt: OpenAt,
  onProgress: Progress,
): Promise<Answer> {
  const isOpen = ({ row }: FoundPlace) => openStateAt(row, openAt) === "open";
  const places: FoundPlace[] = [];
  let { after } = question;
  for (let lookedAt = 0; ; ) {
    const answer = await findNearby(index, { ...question, limit: AT_ONCE, after });
    places.push(...answer.places.filter(isOpen));
    lookedAt += answer.places.length;
    const last = answer.places.at(-1);
    const isEnough = places.length > question.limit;
    const isCut = answer.searchedMeters !== undefined;
    const isEnd = !answer.more || !last || isCut;
    if (isEnough || isEnd || lookedAt >= MOST_LOOKED_AT) {
      const { nearestBeyond, more } = answer;
      const isBeyondOpen = nearestBeyond && isOpen(nearestBeyond);
      // Up to where it is known which places are open.
      const knownMeters = isEnd
        ? (answer.searchedMeters ?? (isBeyondOpen ? undefined : nearestBeyond?.distanceMeters))
        : last?.distanceMeters;
      return {
        ...answer,
        places: places.slice(0, question.limit),
        more: isEnough || more,
        nearestBeyond: isBeyondOpen ? nearestBeyond : undefined,
        searchedMeters: isEnough ? undefined : knownMeters,
      };
    }
    onProgress(lookedAt, MOST_LOOKED_AT);
    after = { distanceMeters: last.distanceMeters, key: last.row.key, mode: answer.mode };
  }
}
