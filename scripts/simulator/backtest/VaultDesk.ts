// SPDX-License-Identifier: MIT
import { MaxUint256 } from "ethers";
import type { NonceManager } from "ethers";

import { BallastError } from "../../model/BallastError.ts";
import type { Units } from "../../model/market/repeatableMath.ts";
import type { MockToken } from "../../../typechain-types/mocks/MockToken.ts";
import type { OptionsVault } from "../../../typechain-types/vaults/OptionsVault.ts";
import type { BacktestChain } from "./BacktestChain.ts";
import type { EpochRecord, SaleRecord, VaultRecord } from "./BacktestRecord.ts";
import { decideBuy } from "./decideBuy.ts";

const ONE = 10n ** 6n;
/** Ends of a start that only waiting changes. */
const WAITS = ["OptionsVault_NotNormal", "OptionsVault_PriceMoved"];

type Open = {
  -readonly [Key in "expiry" | "strike" | "startPrice" | "volatilityBps" | "cash" | "startPaid"]: EpochRecord[Key];
} & { sales: SaleRecord[]; looks: number; closedLooks: number; seriesId: bigint };

/** A vault and what is known of its market. */
export interface VaultPlace {
  readonly vault: OptionsVault;
  readonly token: MockToken;
  readonly market: bigint;
  readonly facts: Pick<VaultRecord, "name" | "symbol" | "isCall" | "unitDecimals">;
  /** Token units in a ledger unit. */
  readonly scale: bigint;
  /** Least size that can be written, 6 decimals. */
  readonly least: bigint;
}

/** Everything that happens to one vault: its depositor, its buyers, and whoever starts and closes it. */
export class VaultDesk {
  readonly #chain: BacktestChain;
  readonly #place: VaultPlace;
  readonly #epochs: EpochRecord[] = [];
  #open: Open | undefined;
  #missed = 0;

  constructor(chain: BacktestChain, place: VaultPlace) {
    this.#chain = chain;
    this.#place = place;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  record(): VaultRecord {
    return { ...this.#place.facts, epochs: this.#epochs, missed: this.#missed };
  }

  /** Gives an account tokens that the vault may take. */
  async outfit(account: NonceManager, units: bigint): Promise<void> {
    const address = await account.getAddress();
    const { token, vault, scale } = this.#place;
    await this.#chain.send(() => token.connect(this.#chain.keeper).mint(address, units * scale));
    await this.#chain.send(() => token.connect(account).approve(vault, MaxUint256));
  }

  /** The depositor's request, priced at once: the vault is between two epochs. */
  async deposit(depositor: NonceManager, units: bigint): Promise<void> {
    const address = await depositor.getAddress();
    const assets = units * this.#place.scale;
    const vault = this.#place.vault.connect(depositor);
    await this.#chain.send(() => vault.requestDeposit(assets, address, address));
    await this.#chain.send(() => vault.closeEpoch());
    await this.#chain.send(() => vault["deposit(uint256,address,address)"](assets, address, address));
  }

  /** @returns false when the rules say to wait. */
  async tryStart(): Promise<boolean> {
    const chain = this.#chain;
    const vault = this.#place.vault.connect(chain.keeper);
    try {
      await vault.startEpoch.staticCall();
    } catch (error) {
      const name = (error as { revert?: { name?: string } }).revert?.name ?? "";
      if (WAITS.includes(name)) return false;
      throw new BallastError("callReverted", "A vault could not start", { cause: error, context: { name } });
    }
    const receipt = await chain.send(() => vault.startEpoch());
    const [started] = await vault.queryFilter(vault.filters.EpochStarted(), receipt.blockNumber, receipt.blockNumber);
    const { expiry, strike, price, volatilityBps, cash, paid } = started!.args;
    this.#open = {
      expiry,
      strike,
      startPrice: price,
      volatilityBps,
      cash,
      startPaid: paid,
      sales: [],
      looks: 0,
      closedLooks: 0,
      seriesId: await vault.seriesId(),
    };
    return true;
  }

  /** Nobody could start this week. */
  miss(): void {
    this.#missed += 1;
  }

  /** A buyer looks at what is offered and takes what his opinion allows. */
  async visit(name: string, buyer: NonceManager, opinionBps: bigint, units: Units): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    const { vault, scale, least } = this.#place;
    const offer = await vault.offer(ONE);
    open.looks += 1;
    if (!offer.isOpen) open.closedLooks += 1;
    const size = decideBuy(offer, opinionBps, least, units);
    if (size === 0n) return;
    const address = await buyer.getAddress();
    const receipt = await this.#chain.send(() => vault.connect(buyer).buy(size, MaxUint256, address));
    const at = receipt.blockNumber;
    const [sold] = await vault.queryFilter(vault.filters.OptionsSold(), at, at);
    const { house } = this.#chain.room;
    const [minted] = await house.queryFilter(house.filters.Minted(), at, at);
    open.sales.push({
      at: this.#chain.now,
      buyer: name,
      size,
      premium: sold!.args.premium / scale,
      fee: minted!.args.fee,
      volatilityBps: sold!.args.volatilityBps,
    });
  }

  /** Prices the expiry if anything was sold, settles the vault's book by closing it, and pays the buyers. */
  async close(buyers: ReadonlyMap<string, NonceManager>, spot: bigint): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    const chain = this.#chain;
    const { vault, market } = this.#place;
    const { house } = chain.room;
    const isSold = open.sales.length > 0;
    if (isSold) await chain.send(() => house.connect(chain.keeper).settleExpiry(market, open.expiry, 0));
    const receipt = await chain.send(() => vault.connect(chain.keeper).closeEpoch());
    const at = receipt.blockNumber;
    const [closed] = await vault.queryFilter(vault.filters.EpochClosed(), at, at);
    const [priced] = await vault.queryFilter(vault.filters.SharesPriced(), at, at);
    const [settled] = isSold ? await house.queryFilter(house.filters.BookSettled(), at, at) : [];
    const { price } = await house.expiryState(market, open.expiry);
    const redeemed = await this.#redeem(buyers, open.seriesId);
    const { seriesId: _, ...kept } = open;
    this.#epochs.push({
      ...kept,
      settledPrice: isSold ? price : 0n,
      assigned: settled?.args.paid ?? 0n,
      redeemed,
      closePaid: closed!.args.paid,
      units: priced!.args.units,
      shares: priced!.args.shares,
      spot,
    });
    this.#open = undefined;
  }

  async #redeem(buyers: ReadonlyMap<string, NonceManager>, seriesId: bigint): Promise<bigint> {
    const { house } = this.#chain.room;
    let redeemed = 0n;
    for (const buyer of buyers.values()) {
      const address = await buyer.getAddress();
      const held = await house.balanceOf(address, seriesId);
      if (held === 0n) continue;
      redeemed += await house.previewRedeem(address, seriesId, held);
      await this.#chain.send(() => house.connect(buyer).redeem(seriesId, held));
    }
    return redeemed;
  }
}
