import type { FoundPlace, NearbyAnswer, NearbyQuestion } from "./find.ts";

/** So many places are looked at for those that are open. */
const MOST_LOOKED_AT = 500;
const AT_ONCE = 50;

/** The nearest of the places that pass a test which the index cannot make; the others are passed over. */
export async function findPassing<Answer extends NearbyAnswer>(
  find: (question: NearbyQuestion) => Promise<Answer>,
  question: NearbyQuestion,
  passes: (place: FoundPlace) => boolean,
): Promise<Answer> {
  const places: FoundPlace[] = [];
  let after = question.after;
  let lookedAt = 0;
  for (;;) {
    const answer = await find({ ...question, limit: AT_ONCE, after });
    places.push(...answer.places.filter(passes));
    lookedAt += answer.places.length;
    const last = answer.places.at(-1);
    const enough = places.length > question.limit;
    if (enough || !answer.more || !last || lookedAt >= MOST_LOOKED_AT) {
      const { nearestBeyond } = answer;
      return {
        ...answer,
        places: places.slice(0, question.limit),
        more: enough || (answer.more && places.length > 0),
        nearestBeyond: nearestBeyond && passes(nearestBeyond) ? nearestBeyond : undefined,
      };
    }
    after = { distanceMeters: last.distanceMeters, key: last.row.key, reading: answer.reading };
  }
}
