// SPDX-License-Identifier: MIT
/** A value that both tiers have; undefined where one has none. */
export type Compared = bigint | number | string | boolean | undefined;
/** Told of such a value. */
export type Check = (what: string, chain: Compared, fast: Compared) => void;
