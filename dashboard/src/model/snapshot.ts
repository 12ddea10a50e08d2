// SPDX-License-Identifier: MIT
import type { BookHealth } from "./book.ts";
import type { Expiry } from "./expiry.ts";
import type { Feed } from "./feed.ts";
import type { History } from "./happenings.ts";
import type { EndpointVerdict } from "./judgeEndpoints.ts";
import type { Market } from "./market.ts";
import type { Read } from "./Read.ts";
import type { ValidatorSet } from "./validators.ts";
import type { Vault } from "./vault.ts";

/** A block; time in unix seconds. */
export interface SeenBlock {
  readonly number: bigint;
  readonly hash: string;
  readonly parentHash: string;
  readonly timestamp: bigint;
}

/** Everything the page knows at one block. Each part says on its own when it could not be read. */
export interface Snapshot {
  readonly block: SeenBlock;
  /** When it was read, unix milliseconds of this machine. */
  readonly readAtMs: number;
  readonly endpoints: EndpointVerdict;
  readonly heartbeat: bigint;
  readonly feeds: readonly Read<Feed>[];
  readonly markets: readonly Read<Market>[];
  readonly set: Read<ValidatorSet>;
  /** By validator id and feed, 8 decimals: what each signed in the latest round that the page could take apart. */
  readonly lastPrices: Read<LastPrices>;
  /** Undefined when nobody said where vaults are read. */
  readonly vaults: Read<readonly Vault[]> | undefined;
  readonly expiries: readonly Read<Expiry>[];
  readonly books: readonly Read<readonly BookHealth[]>[];
  /** Books that were seen and did not fit the page. */
  readonly booksLeft: number;
  readonly history: Read<History>;
}

/** What the latest relay carried: one vector for each of its signers. */
export interface LastPrices {
  readonly round: bigint;
  readonly at: bigint;
  /** By seat: 8 prices, 0 for an abstention. */
  readonly bySeat: ReadonlyMap<number, readonly bigint[]>;
}

/** What the page may say at a moment. */
export type Sight =
  | { readonly kind: "starting" }
  | { readonly kind: "failed"; readonly text: string; readonly last: Snapshot | undefined }
  | { readonly kind: "live"; readonly last: Snapshot };
