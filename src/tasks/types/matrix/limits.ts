/** Rows and columns. */
export const MOST = 1_000;
/** The singular values of a matrix of the largest size then still are finite. */
export const LARGEST_ENTRY = 1e304;
/** Between two pauses: some 5 ms of a processor, 50 ms of a slow one. */
export const OPERATIONS_A_TURN = 8_000_000;
