import type { PrivacyEvent } from "../formats/event.js";
import type { ScheduleStep } from "../formats/schedule.js";

/**
 * The first event that is not the one declared for its place, counted from 0; undefined where all are. Fewer events than declared are no departure: a
 * fit may stop. Parameters are compared as texts, to the letter: more noise than declared is a departure too, since the price is proved for what was declared.
 *
 * @param from events that were made before
 * @proof docs/proofs/pld.md
 */
export function departure(schedule: readonly ScheduleStep[], events: readonly PrivacyEvent[], from = 0): number | undefined {
  let step = 0;
  let end = schedule[0]?.times ?? 0;
  for (const [i, event] of events.entries()) {
    while (from + i >= end && step < schedule.length) {
      step += 1;
      end += schedule[step]?.times ?? 0;
    }
    if (step === schedule.length || !isOf(schedule[step], event)) return i;
  }
  return undefined;
}

function isOf(step: ScheduleStep, event: PrivacyEvent): boolean {
  if (step.type === "discrete-gaussian") return event.type === step.type && event.sigma2 === step.sigma2 && event.l2Sensitivity === step.l2Sensitivity;
  return event.type === step.type && event.eta === step.eta && event.sensitivity === step.sensitivity;
}
