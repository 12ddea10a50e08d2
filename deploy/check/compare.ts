// SPDX-License-Identifier: MIT
import { Contract } from "ethers";
import type { Provider } from "ethers";

import { addressOf } from "./Deployment.ts";
import type { Deployment } from "./Deployment.ts";

/** What a getter should answer. */
export type Answer = bigint | boolean | string;

/** One thing to read: contract, getter as `name(inputs) type`, what it should say, what it is asked with. */
export type Reading = readonly [
  contract: string,
  getter: string,
  expected: Answer,
  ...arguments_: readonly (bigint | number | string)[],
];

/** Reads all of them at once. @returns A sentence for each that is not as expected. */
export async function compare(
  provider: Provider,
  deployment: Deployment,
  readings: readonly Reading[],
): Promise<string[]> {
  const found = await Promise.all(
    readings.map(async ([contract, getter, expected, ...given]) => {
      const [, name, inputs, output] = /^(\w+)\((.*)\) (.+)$/.exec(getter)!;
      const fragment = `function ${name}(${inputs}) view returns (${output})`;
      const target = new Contract(addressOf(deployment, contract), [fragment], provider);
      const place = `${contract}.${name}${given.length === 0 ? "" : `(${given.join(", ")})`}`;
      const answer: unknown = await target
        .getFunction(name!)(...given)
        .catch(() => undefined);
      if (answer === undefined) return [`${place} cannot be read`];
      return plain(answer) === plain(expected) ? [] : [`${place} is ${shown(answer)}, not ${shown(expected)}`];
    }),
  );
  return found.flat();
}

/** Addresses are the same however they are written. */
function plain(value: unknown): string {
  const text = shown(value);
  return /^(0x[0-9a-fA-F]*,?)+$/.test(text) ? text.toLowerCase() : text;
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join() : String(value);
}
