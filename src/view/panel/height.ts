/** A part of a chat is not higher than this, however long the answer is. */
export const MOST_PX = 640;
const MOST_AT_FIRST = 5;
const LEAST_AT_FIRST = 2;

/**
 * How many rows of a list are to be seen at first; the others are shown on demand.
 *
 * @param rowsPx the height of each row, as far as they may be shown
 * @param roomPx how high all of them may be
 * @param buttonPx what the button takes that shows the others
 */
export function rowsAtFirst(rowsPx: readonly number[], roomPx: number, buttonPx: number): number {
  const fitting = (room: number) => {
    let left = room;
    const end = rowsPx.findIndex((height) => {
      left -= height;
      return left < 0;
    });
    return end === -1 ? rowsPx.length : end;
  };
  if (rowsPx.length <= MOST_AT_FIRST && fitting(roomPx) === rowsPx.length) return rowsPx.length;
  const few = Math.min(fitting(roomPx - buttonPx), MOST_AT_FIRST);
  return Math.min(rowsPx.length, Math.max(few, LEAST_AT_FIRST));
}
