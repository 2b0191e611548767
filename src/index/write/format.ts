/**
 * Counts up when the same records give other rows or words, or the log is read otherwise: the index is then to be made
 * anew (npm run rebuild) before anything is written into it.
 */
export const INDEX_FORMAT = 6;
