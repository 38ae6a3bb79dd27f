import type { z } from "zod";
import { type DpsynthError, type ErrorCode, fault } from "../base/errors.js";

/** `["fields", 3, "name"]` → `fields[3].name`: how errors point at a key. */
export function keyPath(path: readonly PropertyKey[]): string {
  return path.map((p, i) => (typeof p === "number" ? `[${p}]` : i === 0 ? String(p) : `.${String(p)}`)).join("");
}

type Issue = z.core.$ZodIssue;

function words(issue: Issue): { must: string; is: string } {
  switch (issue.code) {
    case "unrecognized_keys":
      return { must: "made of known keys", is: `carrying the unknown ${issue.keys.length > 1 ? "keys" : "key"} ${issue.keys.map((k) => `"${k}"`).join(", ")}` };
    case "invalid_type":
      return { must: `of type ${issue.expected}`, is: issue.message.includes("received undefined") ? "missing" : issue.message.replace(/^Invalid input: expected [^,]+, received /, "of type ") };
    case "invalid_value":
      return { must: `one of ${issue.values.map((v) => JSON.stringify(v)).join(", ")}`, is: "something else" };
    case "too_small":
      return { must: `${issue.inclusive === false ? "greater than" : "at least"} ${issue.minimum}${issue.origin === "array" ? " items" : ""}`, is: "less" };
    case "too_big":
      return { must: `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${issue.origin === "array" ? " items" : ""}`, is: "more" };
    case "custom":
      return { must: issue.params?.must ?? "valid", is: issue.params?.is ?? issue.message };
    default:
      return { must: "valid", is: issue.message };
  }
}

/** The deepest issue of the union branch that came furthest: the one the author most likely meant. */
function sharpest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  let best: Issue | undefined;
  for (const branch of issue.errors) {
    for (const inner of branch) {
      const s = sharpest({ ...inner, path: [...issue.path, ...inner.path] } as Issue);
      if (best === undefined || s.path.length > best.path.length) best = s;
    }
  }
  return best ?? issue;
}

/** Validate `value`, read from `file`, or throw one fault that names file, key and remedy. */
export function parseAs<T extends z.ZodType>(schema: T, value: unknown, file: string, code: ErrorCode, next: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw faultOf(result.error, file, code, next);
}

function faultOf(error: z.ZodError, file: string, code: ErrorCode, next: string): DpsynthError {
  const issue = sharpest(error.issues[0] as Issue);
  const key = keyPath(issue.path);
  const { must, is } = words(issue);
  return fault(code, key === "" ? file : `${file}: ${key}`, must, is, next);
}

/** JSON text → value. The parser's own message may quote the text, so only the position is passed on. */
export function parseJson(text: string, file: string, code: ErrorCode, next: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = /position (\d+)/.exec(String(error))?.[1];
    throw fault(code, file, "JSON", at === undefined ? "not JSON (is it truncated?)" : `broken at character ${at}`, next);
  }
}
