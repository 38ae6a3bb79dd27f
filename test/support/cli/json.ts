/** Every number in a JSON value, with the keys that lead to it. */
export function* numbersIn(value: unknown, path = ""): Generator<{ readonly path: string; readonly value: number }> {
  if (typeof value === "number") yield { path, value };
  else if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) yield* numbersIn(inner, `${path}/${key}`);
}

/** Standard output as the one JSON object that `--json` promises; throws where there is more, less or something else. */
export function oneObject(stdout: string): Record<string, unknown> {
  const value: unknown = JSON.parse(stdout);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("standard output is no JSON object");
  return value as Record<string, unknown>;
}
