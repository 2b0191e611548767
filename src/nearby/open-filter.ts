import type { PlaceIndex } from "../index/place-index.ts";
import { findNearby } from "./find.ts";
import { type OpenAt, openStateAt } from "./open-at.ts";
import type { Answer, FoundPlace, Question } from "./question.ts";

/** So many places are looked at for those that are open. */
const MOST_LOOKED_AT = 500;
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
    if (isEnough || !answer.more || !last || lookedAt >= MOST_LOOKED_AT) {
      const { nearestBeyond } = answer;
      return {
        ...answer,
        places: places.slice(0, question.limit),
        more: isEnough || (answer.more && places.length > 0),
        nearestBeyond: nearestBeyond && isOpen(nearestBeyond) ? nearestBeyond : undefined,
      };
    }
    onProgress(lookedAt, MOST_LOOKED_AT);
    after = { distanceMeters: last.distanceMeters, key: last.row.key, mode: answer.mode };
  }
}
