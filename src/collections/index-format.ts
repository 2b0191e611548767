/** Counts up when the same records give other rows or words: the index is then to be made anew (npm run rebuild). */
export const INDEX_FORMAT = 4;
