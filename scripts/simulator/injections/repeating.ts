// SPDX-License-Identifier: MIT
import type { World } from "../world/World.ts";
import type { Injection } from "./faultGround.ts";

/** Somebody who acts at once and every so many seconds, as long as the fault lasts. @param act Told how often it has acted. */
export function repeating(world: World, periodSeconds: number, act: (times: number) => Promise<void>): Injection {
  let cancel: () => void = () => undefined;
  const next = async (times: number): Promise<void> => {
    cancel = world.time.schedule(world.time.nowMs + periodSeconds * 1000, () => void next(times + 1));
    await act(times);
  };
  return { begin: () => next(0), end: () => cancel() };
}
