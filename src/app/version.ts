/** The tool as artefacts name it. A test holds this against package.json. */
export const TOOL = { name: "dpsynth", version: "0.1.0" } as const;
