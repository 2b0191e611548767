import { CallerError } from "../errors.ts";
import type { PlaceIndex } from "../index/place-index.ts";
import { phraseQuery } from "../index/search/query.ts";
import type { Snapshot } from "../index/snapshot.ts";
import { plainText } from "../text/plain-text.ts";
import { checkCursor, readCursor, writeCursor } from "./cursor.ts";
import type { NearbyAnswer, NearbyQuestion } from "./find.ts";

export interface NearbyPage extends NearbyAnswer {
  readonly nextCursor?: string;
}

type Find<Answer extends NearbyAnswer> = (question: NearbyQuestion) => Promise<Answer>;

const MOST_CATEGORIES_NAMED = 40;

/**
 * One page of an answer: the first, or the one that a cursor goes on with.
 *
 * @throws CallerError if the cursor is not of this question, or no place is of the category at all.
 */
export async function findPage<Answer extends NearbyAnswer>(
  store: PlaceIndex,
  find: Find<Answer>,
  question: NearbyQuestion,
  cursor: string | undefined,
): Promise<Answer & NearbyPage> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const answer = await find({ ...question, after });
  const { places, more, reading, nearestBeyond, snapshot } = answer;
  if (cursor !== undefined) await checkCursor(cursor, question, snapshot);

  const { category } = question;
  const nothing = places.length === 0 && !nearestBeyond;
  if (category !== undefined && (nothing || phraseQuery(category) === undefined)) {
    await requireCategory(store, category, snapshot);
  }
  const last = places.at(-1);
  if (!more || !last) return answer;
  const end = { distanceMeters: last.distanceMeters, key: last.row.key, reading };
  return { ...answer, nextCursor: await writeCursor(end, question, snapshot) };
}

async function requireCategory(
  store: PlaceIndex,
  category: string,
  { categories }: Snapshot,
): Promise<void> {
  const kinds = await store.kindsOf(category);
  if (kinds.some(({ hasPlaces }) => hasPlaces)) return;
  const paths = [...categories.values()].map(({ path }) => plainText(path)).sort();
  const named = paths.slice(0, MOST_CATEGORIES_NAMED).join(", ");
  const rest = paths.length > MOST_CATEGORIES_NAMED ? ", …" : "";
  throw new CallerError(
    `"category": there are no places of this kind in the data. There are: ${named}${rest}. Or leave category out and name the kind in query.`,
  );
}
