/** Rows and columns. */
export const MOST = 1_000;
/** The singular values of a matrix of the largest size then still are finite. */
export const LARGEST_ENTRY = 1e304;
