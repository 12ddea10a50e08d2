// SPDX-License-Identifier: MIT
import type { Check } from "./Deployment.ts";

const CODE_LIMIT = 24_576;

/** There is code at every address, and no more than every chain takes. */
export const checkCode: Check = async (provider, { addresses }) => {
  const found = await Promise.all(
    [...addresses].map(async ([name, address]) => {
      const bytes = ((await provider.getCode(address)).length - 2) / 2;
      if (bytes === 0) return [`${name} at ${address} has no code`];
      return bytes > CODE_LIMIT ? [`${name} has ${bytes} bytes, above ${CODE_LIMIT}`] : [];
    }),
  );
  return found.flat();
};
