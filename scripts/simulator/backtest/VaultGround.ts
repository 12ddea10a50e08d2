// SPDX-License-Identifier: MIT
import type { ContractTransactionResponse, NonceManager, TransactionReceipt } from "ethers";

import type { LocalRoom } from "../deployLocal.ts";

/** Sends a transaction. Its gas limit is given: it may build on others that no block holds yet. */
export type Sending = () => Promise<ContractTransactionResponse>;

/** What vaults are played on: the deployed protocol, and a chain that takes what is sent. */
export interface VaultGround {
  readonly room: LocalRoom;
  /** Starts, settles and closes: anyone. */
  readonly keeper: NonceManager;
  /** Sends all of it in this order and returns every receipt. @throws BallastError `callReverted`. */
  send(sendings: readonly Sending[]): Promise<readonly TransactionReceipt[]>;
}
