// SPDX-License-Identifier: MIT
import { z } from "zod";

import { riskInterface } from "../../chain/riskInterface.ts";
import type { CrashPoint } from "../scenario/faultTypes.ts";
import type { ProgramActor } from "../world/ProgramActor.ts";
import { DoomedProcess } from "./DoomedProcess.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";
import { acknowledged, answering, sentTransaction } from "./rpcFaults.ts";
import { down } from "./validatorFaults.ts";

/** What every request of a slow machine takes longer; programs wait five seconds for an endpoint. */
const SLOW_MS = 1_500;
/** Less than any transaction costs. */
const DUST = "0x3e8";
const anything = z.unknown();
const balanceShape = z.string();

/** Keepers that are away, poor, doubled or bad. */
export const keeperFaults: Injectors<"keeper"> = {
  "keeper.crash": ({ with: { point } }, ground) => (point === undefined ? down(ground) : crashAt(point, ground)),
  "keeper.slow": (_fault, ground) => slow(ground),
  "keeper.outOfGas": (_fault, ground) => outOfGas(ground),
  "keeper.race": (_fault, ground) => race(ground),
  "keeper.malicious": (_fault, ground) => malicious(ground),
};

/** Each dies the next time it comes to that point, and stays down for the rest of the fault's time. */
function crashAt(point: CrashPoint, { stacks, targets, outages, note }: FaultGround): Injection {
  let isActive = false;
  const dead = new Set<string>();
  stacks.ports.add((below) => (actor, given) => {
    const ports = below(actor, given);
    if (!targets.includes(actor)) return ports;
    const isArmed = (): boolean => isActive && !dead.has(actor);
    const kill = (): void => {
      dead.add(actor);
      outages.hold(actor);
      note({ keeper: actor, crashedAt: point });
    };
    return new DoomedProcess(point, isArmed, kill).ports(ports);
  });
  return {
    begin: () => void (isActive = true),
    end: () => {
      isActive = false;
      for (const name of dead) outages.release(name);
      dead.clear();
    },
  };
}

/** Its requests begin late, whatever they are for. */
function slow({ world, stacks, targets }: FaultGround): Injection {
  let isSlow = false;
  stacks.ports.add((below) => (actor, given) => {
    const ports = below(actor, given);
    if (!targets.includes(actor)) return ports;
    const { transport } = ports;
    return {
      ...ports,
      transport: {
        request: async (request) => {
          if (isSlow) await world.time.waitUntil(world.time.nowMs + SLOW_MS);
          return transport.request(request);
        },
      },
    };
  });
  return { begin: () => void (isSlow = true), end: () => void (isSlow = false) };
}

function outOfGas({ world, targets }: FaultGround): Injection {
  const { chain } = world;
  const before = new Map<string, string>();
  return {
    begin: async () => {
      for (const name of targets) {
        const { address } = world.keyOf(name);
        before.set(address, balanceShape.parse(await chain.line.request("eth_getBalance", [address, "latest"])));
        await chain.drive(anything, "hardhat_setBalance", address, DUST);
      }
    },
    end: async () => {
      for (const [address, balance] of before) await chain.drive(anything, "hardhat_setBalance", address, balance);
    },
  };
}

/** A second process with the same key and an empty disk. */
function race({ world, targets }: FaultGround): Injection {
  const twins: ProgramActor[] = targets.map((name) => world.actors.get(name)!.twin(`${name}-twin`));
  return {
    begin: () => twins.forEach((twin) => twin.start()),
    end: () => twins.forEach((twin) => twin.kill()),
  };
}

/** Does none of its duties while it says so, and asks every feed to be looked at in every block. */
function malicious(ground: FaultGround): Injection {
  const { world, targets, errands } = ground;
  const risk = world.room.risk.target as string;
  let isBad = false;
  world.driver.beforeBlock(async () => {
    if (!isBad) return;
    for (const name of targets)
      for (const feed of world.population.feeds.keys())
        await errands.send(world.keyOf(name), { to: risk, data: riskInterface.encodeFunctionData("poke", [feed]) });
  });
  const duties = answering(ground, (question, below) => {
    const raw = sentTransaction(question);
    return raw === undefined ? below(question) : Promise.resolve(acknowledged(raw));
  });
  return {
    begin: async () => {
      isBad = true;
      await duties.begin();
    },
    end: async () => {
      isBad = false;
      await duties.end!();
    },
  };
}
