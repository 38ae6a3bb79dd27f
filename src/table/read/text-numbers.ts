/** Keys of one Map, half of what V8 allows: beyond that it throws, and a run would end or not by how many texts the data hold. */
const MOST_KEYS = 2 ** 23;

/** A number for each of any number of texts, in order of first appearance. */
export class TextNumbers implements Iterable<readonly [string, number]> {
  readonly #maps = [new Map<string, number>()];

  constructor(private readonly mostKeys = MOST_KEYS) {}

  get(text: string): number | undefined {
    for (const map of this.#maps) {
      const number = map.get(text);
      if (number !== undefined) return number;
    }
    return undefined;
  }

  set(text: string, number: number): void {
    const last = this.#maps[this.#maps.length - 1];
    const roomy = last.size < this.mostKeys;
    if (roomy && this.#maps.length === 1) last.set(text, number);
    else (this.#maps.find((map) => map.has(text)) ?? (roomy ? last : this.#another())).set(text, number);
  }

  #another(): Map<string, number> {
    const map = new Map<string, number>();
    this.#maps.push(map);
    return map;
  }

  *[Symbol.iterator](): Generator<readonly [string, number]> {
    for (const map of this.#maps) yield* map;
  }
}
