import type { Door, MeasureRequest, SelectRequest } from "../../domain/door.js";
import type { NoisyMarginal } from "../../domain/marginal.js";

/** One answer of a door, with what was asked: all of it left the curator. */
export type Heard =
  | { readonly kind: "measure"; readonly request: MeasureRequest; readonly answer: NoisyMarginal }
  | { readonly kind: "select"; readonly request: SelectRequest; readonly picked: readonly number[] };

/** Everything that one fit told, in order. What a mechanism makes of it afterwards can tell no more. */
export type Transcript = readonly Heard[];

/** The same door, with what passes through it written down. */
export function listenAt(door: Door): { readonly door: Door; readonly transcript: Transcript } {
  const transcript: Heard[] = [];
  return {
    transcript,
    door: {
      ...door,
      async measure(requests) {
        const answers = await door.measure(requests);
        answers.forEach((answer, i) => {
          transcript.push({ kind: "measure", request: requests[i], answer });
        });
        return answers;
      },
      async select(request) {
        const picked = await door.select(request);
        transcript.push({ kind: "select", request, picked });
        return picked;
      },
    },
  };
}
