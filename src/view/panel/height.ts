/** A part of a chat is not higher than this, however long the answer is: 640 px, less what rounding adds. */
export const MOST_PX = 639;
/** Below the map; beside it there may be as many as it is high. */
export const MOST_BELOW = 5;
const LEAST_AT_FIRST = 2;
const LEAST_MAP_PX = 120;

/**
 * How many rows of a list are to be seen at first; the others are shown on demand.
 *
 * @param rowsPx the height of each row, as far as they may be shown
 * @param roomPx how high all of them may be
 * @param buttonPx what the button takes that shows the others
 * @param most so many at most, whatever the room
 */
export function rowsAtFirst(
  rowsPx: readonly number[],
  roomPx: number,
  buttonPx: number,
  most = Number.POSITIVE_INFINITY,
): number {
  const fitting = (room: number) => {
    let left = room;
    const end = rowsPx.findIndex((height) => {
      left -= height;
      return left < 0;
    });
    return end === -1 ? rowsPx.length : end;
  };
  if (rowsPx.length <= most && fitting(roomPx) === rowsPx.length) return rowsPx.length;
  const few = Math.min(fitting(roomPx - buttonPx), most);
  return Math.min(rowsPx.length, Math.max(few, LEAST_AT_FIRST));
}

/** How high the map is, where all of it would be too high by so much. */
export function mapHeight(mapPx: number, overPx: number): number {
  return overPx > 0 ? Math.max(LEAST_MAP_PX, mapPx - overPx) : mapPx;
}
