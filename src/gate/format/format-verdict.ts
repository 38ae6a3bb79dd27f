import type { VerdictFile } from "../../formats/report.js";
import { verdictGithub } from "./github.js";
import { verdictJunit } from "./junit.js";
import { verdictText } from "./text.js";

export type VerdictFormat = "text" | "json" | "junit" | "github";

/** The verdict for a terminal, a program, a test reporter or GitHub Actions; ends with a newline. */
export function formatVerdict(v: VerdictFile, format: VerdictFormat): string {
  switch (format) {
    case "text":
      return verdictText(v);
    case "json":
      return `${JSON.stringify(v, null, 2)}\n`;
    case "junit":
      return verdictJunit(v);
    case "github":
      return verdictGithub(v);
  }
}
