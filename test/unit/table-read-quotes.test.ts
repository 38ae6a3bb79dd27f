import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_QUOTED, quoteScanner } from "../../src/table/read/quotes.js";

const passes = (blocks: readonly (string | Buffer)[], delimiter = ",", quote = '"'): boolean => {
  const scanner = quoteScanner(delimiter, quote);
  return blocks.every((b) => scanner.take(Buffer.from(b as string))) && scanner.end();
};

describe("quotes", () => {
  it.each([
    ["none", "a,b\n1,2\n"],
    ["around cells", '"a","b"\r\n"1",2\n3,"4"'],
    ["around nothing", 'a,b\n"",""\n'],
    ["doubled", 'a,b\n"""","x""y"\n"""x""",1\n'],
    ["around line ends and delimiters", 'a,b\n"1\n2,3","\r,"\n'],
    ["behind spaces", 'a,b\n  "1\n2",  "x"\n'],
    ["that are characters", 'a,b\n5" pipe,x""\n\t"1,2\n'],
    ["before a bare carriage return", 'a,b\r"1","2"\r'],
    ["as long as may be", `a,b\n1,"${"z".repeat(LONGEST_QUOTED)}"\n`],
  ])("%s pass", (_, text) => expect(passes([text])).toBe(true));

  it.each([
    ["that do not close", 'a,b\n"2,3\n4,5\n'],
    ["that do not close behind spaces", 'a,b\n1,  "2\n4,5\n'],
    ["that do not close in a surplus cell", 'a,b\n1,2,"3\n4,5\n'],
    ["that open on the last byte", 'a,b\n1,"'],
    ["left open by a doubled one", 'a,b\n1,"2""'],
    ["closed before a text", 'a,b\n"1"x,2\n'],
    ["closed before a space", 'a,b\n"1" ,2\n'],
    ["that swallow a record up to one that starts with the delimiter", 'a,b\n1,"2\n3,4\n",x",5\n'],
    ["that are characters before others span lines", 'a,b\n5" pipe,1\n"x\ny",2\n'],
    ["that are characters after others span lines", 'a,b\n"x\ny",2\n5" pipe,1\n'],
    ["around too long a cell", `a,b\n1,"${"z".repeat(LONGEST_QUOTED + 1)}"\n`],
  ])("%s are broken", (_, text) => expect(passes([text])).toBe(false));

  it("may be another character, with another delimiter, also of two bytes", () => {
    expect(passes(["a¦b\n'1¦\n'¦'2'\n"], "¦", "'")).toBe(true);
    expect(passes(["a¦b\n1¦'2\n3¦4\n"], "¦", "'")).toBe(false);
    expect(passes(["a¦b\n'1'¦\"2\n"], "¦", "'")).toBe(true);
    expect(passes(["a b\n'1' 'x\ny'\n"], " ", "'")).toBe(true);
  });

  it("do not mind where blocks end", () => {
    const piece = fc.constantFrom('"', '""', ",", "\n", "\r\n", " ", "x", 'x"', '"x"', '","', ',"', '",');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.array(fc.nat(60), { maxLength: 6 }), (pieces, cuts) => {
        const text = pieces.join("");
        const at = [0, ...cuts.map((c) => Math.min(c, text.length)).sort((a, b) => a - b), text.length];
        expect(passes(at.slice(1).map((end, i) => text.slice(at[i], end)))).toBe(passes([text]));
      }),
      { numRuns: 5000, seed: 20_261_122 },
    );
  });
});
