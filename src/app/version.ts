/** The tool as artefacts name it. A test holds this against package.json. */
export const TOOL = { name: "dpsynth", version: "0.1.0" } as const;

/** Where the published JSON Schema of a format of this version can be fetched, for editors; dpsynth itself never does. */
export function publishedSchema(format: "config" | "table-schema"): string {
  return `https://unpkg.com/${TOOL.name}@${TOOL.version}/schemas/${format}.schema.json`;
}
