/** Progress of long work: `done` of `total` in one named stage. Carries no data-dependent number. */
export type Progress = (stage: string, done: number, total: number) => void;
