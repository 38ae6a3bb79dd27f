import { canonicalJson, sha256Hex } from "../../base/hash.js";
import type { LedgerHead } from "../../formats/common.js";
import { type LedgerEntry, ledgerEntry } from "../../formats/ledger.js";
import { macHolds } from "./key.js";

/** An entry where it stands: `line` counts from 1; `hash` is SHA-256 of the line's text. */
export interface ChainLine {
  readonly line: number;
  readonly hash: string;
  readonly entry: LedgerEntry;
}

/** One thing wrong with a ledger. */
export interface LedgerFinding {
  readonly kind: "edited" | "moved" | "duplicate" | "impossible" | "cut" | "rewritten" | "price" | "cap" | "budget" | "key";
  /** Line of ledger.jsonl, from 1, where the fault lies on a line. */
  readonly line?: number;
  readonly text: string;
}

/** A ledger's text, read. */
export interface Chain {
  /** The entries that count, in order; entry i has seq i where there is no finding. */
  readonly accepted: readonly ChainLine[];
  /** Whole and genuine lines whose place had been taken when they were written: void for every reader. */
  readonly lost: readonly ChainLine[];
  /** Bytes of a last line cut short by a crash; 0 for none. No one acted on that line. */
  readonly tornBytes: number;
  /** The last line lacks its newline: the next append writes it first. */
  readonly unterminated: boolean;
  /** Lines where a whole entry stands behind more or less torn text than it accounts for, as a race with a crash leaves it. */
  readonly glued: readonly number[];
  readonly findings: readonly LedgerFinding[];
}

const ENTRY_START = '{"at":';
/** Lines found genuine under one key, by their text: they need not be parsed and macked again. */
export type GenuineLines = Map<string, { readonly hash: string; readonly entry: LedgerEntry }>;

export const ZERO_HASH = "0".repeat(64);

/** Where the next entry goes on. @pre the chain has an entry */
export function headOf(chain: Chain): LedgerHead {
  const last = chain.accepted[chain.accepted.length - 1] as ChainLine;
  return { seq: last.entry.seq, hash: last.hash };
}

/**
 * Read a ledger's bytes. Without a key the macs stay unchecked and only the chain of hashes speaks. `known` holds lines
 * found genuine before under this very key, and gains those found now.
 * @proof docs/proofs/ledger.md
 */
export function readChain(bytes: Buffer, key: Buffer | undefined, known: GenuineLines = new Map()): Chain {
  const reader = new Reader(key, known);
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    reader.take(bytes.subarray(start, end), newline !== -1);
    start = end + 1;
  }
  return reader.end(bytes.length > 0 && bytes[bytes.length - 1] !== 0x0a);
}

class Reader {
  private readonly accepted: ChainLine[] = [];
  private readonly lost: ChainLine[] = [];
  private readonly findings: LedgerFinding[] = [];
  private readonly bySeq = new Map<number, string>([[-1, ZERO_HASH]]);
  private readonly lineOf = new Map<string, number>();
  private readonly glued: number[] = [];
  private line = 0;
  private tornBytes = 0;
  private expected = 0;
  /** After a finding the next genuine line is taken as it comes, so that one fault is told once. */
  private resync = false;
  /** A blank line that the next one may account for. */
  private blank: number | undefined;

  constructor(
    private readonly key: Buffer | undefined,
    private readonly known: GenuineLines,
  ) {}

  take(bytes: Buffer, terminated: boolean): void {
    this.line += 1;
    const text = bytes.toString("utf8");
    const before = this.key === undefined ? undefined : this.known.get(text);
    if (before !== undefined) {
      this.place({ line: this.line, ...before });
      return;
    }
    const value = parsed(text);
    const entry = entryIn(value, text);
    if (value === undefined) this.meaningless(bytes, text, terminated);
    else if (entry === undefined) this.bad("edited", "is not an entry as this dpsynth writes it: it was edited, or a newer version wrote it");
    else if (!this.genuine(entry)) this.bad("edited", `carries entry ${entry.seq} with a mac that is not this budget's: it was edited or forged`);
    else {
      const genuine = { hash: sha256Hex(text), entry };
      if (this.key !== undefined) this.known.set(text, genuine);
      this.place({ line: this.line, ...genuine });
    }
  }

  end(unterminated: boolean): Chain {
    this.settleBlank(false);
    if (this.accepted.length === 0) this.findings.push({ kind: "cut", text: "The ledger has no entry: it was emptied, or the disk lost it." });
    return { accepted: this.accepted, lost: this.lost, tornBytes: this.tornBytes, unterminated, glued: this.glued, findings: this.findings };
  }

  /** No JSON: blank, cut short by a crash, torn text with the next whole entry behind it, or edited. */
  private meaningless(bytes: Buffer, text: string, terminated: boolean): void {
    const behind = this.entryBehind(text);
    if (behind !== undefined) {
      if (bytes.length - Buffer.byteLength(behind.text) !== behind.entry.healedBytes) this.glued.push(this.line);
      this.place({ line: this.line, hash: sha256Hex(behind.text), entry: behind.entry });
    } else if (!terminated) {
      this.tornBytes = bytes.length;
    } else if (bytes.length === 0 && this.blank === undefined) {
      this.blank = this.line;
    } else {
      this.bad("edited", "is no entry, nor was it the last line when a crash could have torn it: it was edited");
    }
  }

  /** The genuine entry that ends a line of torn text. */
  private entryBehind(text: string): { text: string; entry: LedgerEntry } | undefined {
    // so begins an entry's canonical JSON, and rarely anything inside one
    for (let at = text.indexOf(ENTRY_START, 1); at !== -1; at = text.indexOf(ENTRY_START, at + 1)) {
      const tail = text.slice(at);
      const entry = entryIn(parsed(tail), tail);
      if (entry !== undefined && this.genuine(entry)) return { text: tail, entry };
    }
    return undefined;
  }

  private genuine(entry: LedgerEntry): boolean {
    return this.key === undefined || macHolds(this.key, entry);
  }

  private place(here: ChainLine): void {
    const { seq, prev } = here.entry;
    const twin = this.lineOf.get(here.hash);
    this.lineOf.set(here.hash, here.line);
    const follows = prev === this.bySeq.get(seq - 1);
    if (twin !== undefined) {
      this.bad("duplicate", `repeats line ${twin}`);
    } else if ((seq === this.expected && follows) || this.resync) {
      this.settleBlank(false);
      this.accept(here);
    } else if (seq < this.expected && this.bySeq.has(seq) && follows) {
      this.settleBlank(true);
      this.lost.push(here);
    } else {
      this.bad("moved", `carries entry ${seq} where entry ${this.expected} must follow: lines before it are missing, edited or in another order`);
      this.accept(here);
    }
  }

  private accept(here: ChainLine): void {
    this.accepted.push(here);
    this.bySeq.set(here.entry.seq, here.hash);
    this.expected = here.entry.seq + 1;
    this.resync = false;
  }

  /** A blank line is right only before a lost one: two writers both ended the same last line. */
  private settleBlank(accounted: boolean): void {
    const line = this.blank;
    this.blank = undefined;
    if (line !== undefined && !accounted) this.findings.push({ kind: "edited", line, text: `Line ${line} is blank: the file was edited.` });
  }

  private bad(kind: LedgerFinding["kind"], words: string): void {
    this.settleBlank(false);
    this.findings.push({ kind, line: this.line, text: `Line ${this.line} ${words}.` });
    this.resync = kind !== "duplicate";
  }
}

/** The entry that `text` is, byte for byte, or undefined. */
function entryIn(value: unknown, text: string): LedgerEntry | undefined {
  const entry = ledgerEntry.safeParse(value);
  return entry.success && canonicalJson(entry.data) === text ? entry.data : undefined;
}

/** JSON value of a line, or undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
