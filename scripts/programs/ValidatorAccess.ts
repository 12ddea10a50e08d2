// SPDX-License-Identifier: MIT
import type { ChainClient } from "../chain/ChainClient.ts";
import type { Clock } from "../chain/Clock.ts";
import type { ConfirmedChain } from "../chain/ConfirmedChain.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import type { Log } from "../chain/Log.ts";
import type { LoopProgress } from "../chain/LoopProgress.ts";
import type { OracleReader } from "../chain/OracleReader.ts";
import type { Signer } from "../chain/Signer.ts";
import type { Storage } from "../chain/Storage.ts";
import type { Transport } from "../chain/Transport.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { Prices } from "../model/types.ts";

/** What any validator stands on: its keys, disk, chain and clock. */
export interface ValidatorAccess {
  /** Its key, and the next one while it is being changed. */
  readonly signers: readonly [Signer, ...Signer[]];
  /** For transactions. */
  readonly client: ChainClient;
  /** For everything a signature rests on. */
  readonly chain: ConfirmedChain;
  readonly oracle: OracleReader;
  readonly domain: OracleDomain;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly storage: Storage;
  readonly progress: LoopProgress;
  readonly headAge: HeadAge;
  readonly log: Log;
  /** What it takes for the prices, from what it observed; that itself where left out. */
  readonly prices?: (observed: Prices) => Prices;
}
