import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";

/** Words and progress go to stderr, data to stdout. Colour and bars only where a person looks. */
export interface Terminal {
  readonly quiet: boolean;
  readonly json: boolean;
  /** One line of words on stderr; nothing where quiet. */
  say(line?: string): void;
  /** Data on stdout. */
  print(text: string): void;
  /** Progress of long work: a bar on a terminal, one line a stage elsewhere. */
  progress(stage: string, done: number, total: number): void;
  /** Ask a yes-or-no question; false where nobody can answer. */
  confirm(question: string): Promise<boolean>;
  strong(text: string): string;
  dim(text: string): string;
}

const BAR_CELLS = 24;
const REDRAW_MS = 80;

export function terminal(options: { quiet?: boolean; json?: boolean }): Terminal {
  const quiet = options.quiet === true;
  const isTty = process.stderr.isTTY === true && process.env.TERM !== "dumb";
  const colour = isTty && process.env.NO_COLOR === undefined;
  let drawn = false;
  let stageNow = "";
  let last = 0;
  const clear = (): void => {
    if (drawn) process.stderr.write("\r\u001b[2K");
    drawn = false;
  };
  return {
    quiet,
    json: options.json === true,
    say(line = "") {
      if (quiet) return;
      clear();
      process.stderr.write(`${line}\n`);
    },
    print(text) {
      clear();
      process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    },
    progress(stage, done, total) {
      if (quiet) return;
      if (!isTty) {
        if (stage !== stageNow) process.stderr.write(`${stage}…\n`);
        stageNow = stage;
        return;
      }
      const now = performance.now();
      // Where the total is not public, redraws follow the clock: their number must not follow the rows.
      if (stage === stageNow && (done < total || total === 0) && now - last < REDRAW_MS) return;
      last = now;
      stageNow = stage;
      const share = total > 0 ? Math.min(1, done / total) : 1;
      const full = Math.round(share * BAR_CELLS);
      process.stderr.write(`\r\u001b[2K${stage.padEnd(14)} ${"█".repeat(full)}${"░".repeat(BAR_CELLS - full)} ${String(Math.floor(share * 100)).padStart(3)} %`);
      drawn = true;
      if (done >= total && total > 0) clear();
    },
    async confirm(question) {
      if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return false;
      clear();
      const reader = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim());
      } finally {
        reader.close();
      }
    },
    strong: (text) => (colour ? styleText("bold", text, { validateStream: false }) : text),
    dim: (text) => (colour ? styleText("dim", text, { validateStream: false }) : text),
  };
}
