/** The deepest nesting in a JSON line. DuckDB writes nested values as text by recursion, and its threads' stacks may be small. */
export const DEEPEST_JSON = 256;

const LF = 0x0a;
const QUOTE = 0x22;
const ESCAPE = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** A function that takes JSON lines block by block and is false once a line nests deeper than {@link DEEPEST_JSON}. */
export function jsonDepthScanner(): (block: Buffer) => boolean {
  const state = { depth: 0, inText: false, escaped: false };
  return (block) => {
    let { depth, inText, escaped } = state;
    for (let i = 0; i < block.length; i += 1) {
      const byte = block[i];
      if (byte === LF) {
        depth = 0;
        inText = false;
        escaped = false;
      } else if (inText) {
        if (escaped) escaped = false;
        else if (byte === ESCAPE) escaped = true;
        else if (byte === QUOTE) inText = false;
      } else if (byte === QUOTE) inText = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        depth += 1;
        if (depth > DEEPEST_JSON) return false;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    }
    Object.assign(state, { depth, inText, escaped });
    return true;
  };
}
