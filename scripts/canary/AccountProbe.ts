// SPDX-License-Identifier: MIT
import { formatEther } from "ethers";

import type { ChainClient } from "../chain/ChainClient.ts";
import type { Finding } from "../model/alerts/stepAlerts.ts";
import type { Probe } from "./Probe.ts";

/** An account that has to pay for gas. */
export interface WatchedAccount {
  readonly name: string;
  readonly address: string;
  readonly minimumWei: bigint;
}

/** Whether an account can pay for what it has to do. */
export class AccountProbe implements Probe {
  readonly name = "account";
  readonly #account: WatchedAccount;
  readonly #chain: Pick<ChainClient, "balance">;

  constructor(account: WatchedAccount, chain: Pick<ChainClient, "balance">) {
    this.#account = account;
    this.#chain = chain;
  }

  async look(): Promise<readonly Finding[]> {
    const { name, address, minimumWei } = this.#account;
    const balance = await this.#chain.balance(address);
    if (balance >= minimumWei) return [];
    const text = `${name} has ${formatEther(balance)} ether left of the ${formatEther(minimumWei)} it should have`;
    return [{ id: `account ${name}`, severity: balance < minimumWei / 4n ? "page" : "warn", text, patienceMs: 0n }];
  }
}
