import { createHash } from "node:crypto";

/** Lower-case hex SHA-256 of text (UTF-8) or bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** A running SHA-256 over blocks. */
export interface RunningHash {
  update(block: Uint8Array): void;
  /** Lower-case hex. No update is possible afterwards. */
  digest(): string;
}

export function runningSha256(): RunningHash {
  const hash = createHash("sha256");
  return {
    update: (block) => void hash.update(block),
    digest: () => hash.digest("hex"),
  };
}

/** JSON with object keys sorted at every level: one text per value, so that hashes and MACs do not depend on key order. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
