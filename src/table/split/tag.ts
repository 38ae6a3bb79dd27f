/** First bytes of the messages under one key: no use of it can be mistaken for another. */
export const TAG = { rowPart: 1, unitPart: 2, rowRank: 3, rowDigest: 4, unitDigest: 5 } as const;
