const acts = new Set<() => Promise<void>>();

/** Have `act` run when the process is told to end, before it does. Returns how to take that back. */
export function onInterrupt(act: () => Promise<void>): () => void {
  acts.add(act);
  return () => acts.delete(act);
}

/** Let go of everything that must not be torn down while it runs. Never throws. */
export async function interrupt(): Promise<void> {
  await Promise.allSettled([...acts].map((act) => act()));
}
