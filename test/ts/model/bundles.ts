// SPDX-License-Identifier: MIT
import * as fc from "fast-check";

import type { RelayBundle, RelayReport } from "../../../scripts/model/types.ts";

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

/** Prices as they come: absent, on a decimal tick near a common level, or anything that fits. */
const price = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0n) },
  { weight: 6, arbitrary: fc.bigInt({ min: 249_000n, max: 251_000n }).map((cents) => cents * 1_000_000n) },
  { weight: 1, arbitrary: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }) },
);

const signature = fc.record({
  r: fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }).map(word),
  yParityAndS: fc
    .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: HALF_ORDER }))
    .map(([odd, s]) => word(odd ? s | (1n << 255n) : s)),
});

/** Any bundle the format can carry. */
export const bundles: fc.Arbitrary<RelayBundle> = fc
  .record({
    round: fc.bigInt({ min: 0n, max: (1n << 40n) - 1n }),
    setId: fc.bigInt({ min: 0n, max: (1n << 24n) - 1n }),
    lowestAnchor: fc.bigInt({ min: 0n, max: (1n << 40n) - 256n }),
    seats: fc.uniqueArray(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 32 }),
  })
  .chain(({ round, setId, lowestAnchor, seats }) =>
    fc
      .array(
        fc.record({
          offset: fc.bigInt({ min: 0n, max: 255n }),
          signature,
          prices: fc
            .array(price, { minLength: 8, maxLength: 8 })
            .filter((prices) => prices.some((value) => value !== 0n)),
        }),
        { minLength: seats.length, maxLength: seats.length },
      )
      .map((parts) => {
        const rising = [...seats].sort((a, b) => a - b);
        const reports: RelayReport[] = parts.map((part, index) => ({
          seat: rising[index]!,
          anchorBlock: lowestAnchor + part.offset,
          signature: part.signature,
          prices: part.prices,
        }));
        return { round, setId, reports };
      }),
  );

function sampleReport(seat: number, ether: bigint, bitcoin: bigint): RelayReport {
  return {
    seat,
    anchorBlock: 1_000n - BigInt(seat),
    signature: { r: word(BigInt(seat) + 1n), yParityAndS: word(BigInt(seat) + 2n) },
    prices: [ether, 0n, bitcoin, 0n, 0n, 0n, 0n, 0n],
  };
}

/** A small bundle that tests bend: three seats, two feeds, one abstention. */
export function sampleBundle(): RelayBundle {
  return {
    round: 123_456n,
    setId: 7n,
    reports: [
      sampleReport(1, 250_010_000_000n, 6_500_000_000_000n),
      sampleReport(4, 250_000_000_000n, 0n),
      sampleReport(30, 250_020_000_000n, 6_499_900_000_000n),
    ],
  };
}
