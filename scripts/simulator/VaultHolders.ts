// SPDX-License-Identifier: MIT
import type { NonceManager } from "ethers";

import type { VaultPlace } from "./backtest/VaultDesk.ts";
import type { Sending } from "./backtest/VaultGround.ts";
import type { DemoStage } from "./DemoStage.ts";
import type { BookShare, HoldingsRecord, VaultAccountRecord } from "./VaultWeeksRecord.ts";

/** Somebody with money in a vault: what was brought, in ledger units. */
interface Holder {
  readonly name: string;
  readonly role: VaultAccountRecord["role"];
  readonly signer: NonceManager;
  readonly address: string;
  brought: bigint;
}

const GAS = { gasLimit: 2_000_000n };

/** The people of one vault: what each sends to join, to ask, to fetch and to leave, and what each has in the end. */
export class VaultHolders {
  readonly #stage: DemoStage;
  readonly #place: VaultPlace;
  readonly #people = new Map<string, Holder>();
  #requests = 0n;

  constructor(stage: DemoStage, place: VaultPlace) {
    this.#stage = stage;
    this.#place = place;
  }

  signerOf(name: string): NonceManager {
    return this.#of(name).signer;
  }

  add(name: string, role: Holder["role"], signer: NonceManager, address: string): void {
    this.#people.set(name, { name, role, signer, address, brought: 0n });
  }

  /** Whole dollars or coins for a wallet that the vault may take; nothing is approved for who signs a permit. */
  bring(name: string, whole: bigint, approved: boolean): Sending[] {
    const { token, vault, scale, facts } = this.#place;
    const holder = this.#of(name);
    const units = whole * 10n ** BigInt(facts.unitDecimals);
    holder.brought += units;
    const own = token.connect(holder.signer);
    const minting = () => own.mint(holder.address, units * scale, GAS);
    return approved ? [minting, () => own.approve(vault, units * scale, GAS)] : [minting];
  }

  /** Asks to join with as much as was brought last. */
  join(name: string, whole: bigint): Sending[] {
    const { signer, address } = this.#of(name);
    const { vault, scale, facts } = this.#place;
    const assets = whole * 10n ** BigInt(facts.unitDecimals) * scale;
    this.#requests += 1n;
    return [
      ...this.bring(name, whole, true),
      () => vault.connect(signer).requestDeposit(assets, address, address, GAS),
    ];
  }

  /** Fetches shares of deposits that were priced. */
  async claimShares(): Promise<Sending[]> {
    const { vault } = this.#place;
    const sendings: Sending[] = [];
    for (const { signer, address } of this.#people.values()) {
      const assets = await vault.maxDeposit(address);
      const own = vault.connect(signer);
      if (assets !== 0n) sendings.push(() => own["deposit(uint256,address,address)"](assets, address, address, GAS));
    }
    return sendings;
  }

  /** Asks to leave with every share. */
  async askToLeave(name: string): Promise<Sending[]> {
    const { signer, address } = this.#of(name);
    const shares = await this.sharesOf(name);
    this.#requests += 1n;
    return [() => this.#place.vault.connect(signer).requestRedeem(shares, address, address, GAS)];
  }

  sharesOf(name: string): Promise<bigint> {
    return this.#place.vault.balanceOf(this.#of(name).address);
  }

  /** Fetches what was redeemed, takes settled books apart and every balance home. */
  async takeHome(books: ReadonlyMap<string, bigint>): Promise<Sending[]> {
    const { vault, token } = this.#place;
    const { house } = this.#stage.room;
    const sendings: Sending[] = [];
    for (const { name, role, signer, address } of this.#people.values()) {
      if (role === "roller") continue; // goes on rolling, and keeps its tips where they are
      const shares = await vault.maxRedeem(address);
      if (shares !== 0n) sendings.push(() => vault.connect(signer).redeem(shares, address, address, GAS));
      const id = books.get(name) ?? 0n;
      const { cash, legs } = await house.book(id);
      const isSettled = cash !== 0n && legs.length === 0;
      if (isSettled) sendings.push(() => house.connect(signer).defund(id, cash, address, GAS));
      const free = (await house.freeBalance(address, token)) + (isSettled ? cash : 0n);
      if (free !== 0n) sendings.push(() => house.connect(signer).withdraw(token, free, address, GAS));
    }
    return sendings;
  }

  /** Where the vault's collateral is and whose it is. @param startPay Of the last epoch. */
  async holdings(startPay: bigint): Promise<HoldingsRecord> {
    const { vault, token, scale } = this.#place;
    let [claims, known] = [0n, 0n];
    for (const { address } of this.#people.values()) {
      claims += (await vault.maxWithdraw(address)) / scale;
      known += (await vault.balanceOf(address)) + (await vault.maxMint(address));
    }
    return {
      at: (await this.#stage.clock.now()) / 1000n,
      free: await this.#stage.room.house.freeBalance(vault, token),
      startPay,
      held: (await token.balanceOf(vault)) / scale,
      claims,
      shares: await vault.totalSupply(),
      known,
      requests: this.#requests,
    };
  }

  async bookShare(id: bigint): Promise<BookShare> {
    const { house } = this.#stage.room;
    const [{ cash, legs }, maximumLoss] = await Promise.all([house.book(id), house.maxLoss(id)]);
    return { cash, shorts: legs.reduce((sum, { size }) => sum - size, 0n), maximumLoss };
  }

  async accounts(): Promise<VaultAccountRecord[]> {
    const { token, scale } = this.#place;
    return Promise.all(
      [...this.#people.values()].map(async ({ name, role, address, brought }) => {
        const end = (await token.balanceOf(address)) / scale;
        return { name, role, start: brought, end };
      }),
    );
  }

  #of(name: string): Holder {
    return this.#people.get(name)!;
  }
}
