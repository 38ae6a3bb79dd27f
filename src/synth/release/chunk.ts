/** Rows of every chunk of a release but the last. Chunk i holds rows i·65,536 …; random bits and fakes depend on that number alone. */
export const CHUNK_ROWS = 65_536;
