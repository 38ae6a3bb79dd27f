/**
 * A process that writes to a ledger, told by its arguments what to do. Its disk can be made to die or to stop at the n-th
 * call: the switch lives in this wrapper and nowhere in the package.
 */

import { DpsynthError } from "../../../src/base/errors.js";
import { fitBudget } from "../../../src/curator/accounting/account.js";
import { zeroPrice } from "../../../src/curator/accounting/price.js";
import { createBudget, type LedgerIo, recordLook, reserve } from "../../../src/curator/ledger/index.js";
import { nodeIo } from "../../../src/curator/ledger/io.js";

const [verb, folder, id, ...rest] = process.argv.slice(2) as [string, string, string, ...string[]];
const say = (word: string): void => void process.stdout.write(`${word}\n`);

function ask(fit: string, epsilon: number) {
  return { fit, epsilon, delta: 0, price: fitBudget({ account: "pure", epsilon, delta: 0 }), method: "mst", part: "train" as const };
}

type Blow = (name: keyof LedgerIo, call: number, args: readonly unknown[]) => void;

/** Every call of the disk passes by `blow` first. */
function disk(blow: Blow): LedgerIo {
  let call = 0;
  return new Proxy(nodeIo, {
    get(target, name: keyof LedgerIo) {
      return (...args: unknown[]) => {
        call += 1;
        blow(name, call, args);
        return (target[name] as (...a: unknown[]) => unknown)(...args);
      };
    },
  });
}

/** Die at the n-th call; half a write is written first where `half`. */
function dieAt(n: number, half: boolean): LedgerIo {
  return disk((name, call, args) => {
    if (call !== n) return;
    if (half && name === "write") {
      const bytes = args[1] as Uint8Array;
      nodeIo.write(args[0] as number, bytes.subarray(0, bytes.length >> 1));
    }
    process.kill(process.pid, "SIGKILL");
  });
}

/** Stop (SIGSTOP) before the first write to a ledger; whoever started us sends SIGCONT. */
function stopBeforeAppend(): LedgerIo {
  const paths = new Map<number, string>();
  let stopped = false;
  return new Proxy(nodeIo, {
    get(target, name: keyof LedgerIo) {
      return (...args: unknown[]) => {
        if (name === "write" && !stopped && paths.get(args[0] as number)?.endsWith("ledger.jsonl") === true) {
          stopped = true;
          process.kill(process.pid, "SIGSTOP");
        }
        const result = (target[name] as (...a: unknown[]) => unknown)(...args);
        if (name === "open") paths.set(result as number, args[0] as string);
        return result;
      };
    },
  });
}

async function main(): Promise<void> {
  switch (verb) {
    case "spend": {
      // rest: tries, ε of each; says the ids of what was granted
      for (let i = 0; i < Number(rest[0]); i += 1) {
        try {
          const reservation = await reserve(folder, "people", ask(`${id}-${i}`, Number(rest[1])), { deadlineMs: 120_000 });
          say(`granted ${reservation.fit}`);
        } catch (error) {
          if (!(error instanceof DpsynthError) || error.fault.exit !== 3) throw error;
          say(`refused ${id}-${i}`);
        }
      }
      return;
    }
    case "fit": {
      // rest: die at call n ("0": never), half; a whole fit, saying what it has reached
      const io = Number(rest[0]) === 0 ? disk((name, call) => say(`call ${call} ${name}`)) : dieAt(Number(rest[0]), rest[1] === "half");
      const reservation = await reserve(folder, "people", ask(id, 0.25), { io });
      say("reads rows");
      await recordLook(folder, "people", { act: "audit", fit: id }, { io });
      await reservation.commit({
        price: { ...zeroPrice(), epsilonFemto: "100000000000000", rhoFemto: "5000000000000" },
        events: [{ type: "discrete-laplace", query: "sex", scale: "10", l1Sensitivity: 1 }],
        noise: "secure",
      });
      say("committed");
      return;
    }
    case "create": {
      const io = Number(rest[0]) === 0 ? disk((name, call) => say(`call ${call} ${name}`)) : dieAt(Number(rest[0]), rest[1] === "half");
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 }, { io });
      say("created");
      return;
    }
    case "stop": {
      try {
        await reserve(folder, "people", ask(id, Number(rest[0])), { io: stopBeforeAppend() });
        say("granted");
      } catch (error) {
        if (!(error instanceof DpsynthError)) throw error;
        say(`fault ${error.fault.code}`);
      }
      return;
    }
    case "hold":
      // take the lock and never come back: stopped or killed from outside
      await reserve(folder, "people", ask(id, 0.1), {
        io: disk((name) => {
          if (name !== "fsync") return;
          process.kill(process.pid, "SIGSTOP");
        }),
      });
  }
}

await main();
