// SPDX-License-Identifier: MIT
import { MaxUint256 } from "ethers";
import type { NonceManager, TransactionReceipt } from "ethers";

import { BallastError } from "../../model/BallastError.ts";
import type { Units } from "../../model/market/repeatableMath.ts";
import type { MockToken } from "../../../typechain-types/mocks/MockToken.ts";
import type { IOptionsVault, OptionsVault } from "../../../typechain-types/vaults/OptionsVault.ts";
import type { EpochRecord, FlowRecord, SaleRecord, VaultRecord } from "./BacktestRecord.ts";
import { decideBuy } from "./decideBuy.ts";
import type { VaultGround } from "./VaultGround.ts";

const ONE = 10n ** 6n;
const GAS = { gasLimit: 5_000_000n };
/** Ends of a start that only waiting changes. */
const WAITS = ["OptionsVault_NotNormal", "OptionsVault_PriceMoved"];
const NOBODY: FlowRecord = { joined: 0n, left: 0n };
type Open = {
  -readonly [
    Key in "expiry" | "strike" | "startPrice" | "volatilityBps" | "cash" | "before" | "startPaid"
  ]: EpochRecord[Key];
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
  readonly place: VaultPlace;
  readonly #ground: VaultGround;
  readonly #epochs: EpochRecord[] = [];
  #open: Open | undefined;
  #missed = 0;

  constructor(ground: VaultGround, place: VaultPlace) {
    this.#ground = ground;
    this.place = place;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  record(): VaultRecord {
    return { ...this.place.facts, epochs: this.#epochs, missed: this.#missed };
  }

  /** Gives an account tokens that the vault may take. */
  async outfit(account: NonceManager, units: bigint): Promise<void> {
    const address = await account.getAddress();
    const { token, vault, scale } = this.place;
    await this.#ground.send([
      () => token.connect(this.#ground.keeper).mint(address, units * scale, GAS),
      () => token.connect(account).approve(vault, MaxUint256, GAS),
    ]);
  }

  /** The depositor's request, priced at once: the vault is between two epochs. */
  async deposit(depositor: NonceManager, units: bigint): Promise<void> {
    const address = await depositor.getAddress();
    const assets = units * this.place.scale;
    const vault = this.place.vault.connect(depositor);
    await this.#ground.send([
      () => vault.requestDeposit(assets, address, address, GAS),
      () => vault.closeEpoch(GAS),
      () => vault["deposit(uint256,address,address)"](assets, address, address, GAS),
    ]);
  }

  /** @returns false when the rules say to wait. */
  async tryStart(): Promise<boolean> {
    const vault = this.place.vault.connect(this.#ground.keeper);
    try {
      await vault.startEpoch.staticCall();
    } catch (error) {
      const name = (error as { revert?: { name?: string } }).revert?.name ?? "";
      if (WAITS.includes(name)) return false;
      throw new BallastError("callReverted", "A vault could not start", { cause: error, context: { name } });
    }
    const receipt = await this.#one(() => vault.startEpoch(GAS));
    const at = receipt.blockNumber;
    const started = of(receipt, await vault.queryFilter(vault.filters.EpochStarted(), at, at));
    const { expiry, strike, price, volatilityBps, cash, paid } = started!.args;
    this.#open = {
      expiry,
      strike,
      startPrice: price,
      volatilityBps,
      cash,
      before: (await this.#pricedIn(receipt))?.flow ?? NOBODY,
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
    if (this.#open === undefined) return;
    const offer = await this.look();
    const size = decideBuy(offer, opinionBps, this.place.least, units);
    if (size !== 0n) await this.#buy(name, buyer, size);
  }

  /** What is offered now, for one option. */
  async look(): Promise<IOptionsVault.OfferStructOutput> {
    const offer = await this.place.vault.offer(ONE);
    this.#running.looks += 1;
    if (!offer.isOpen) this.#running.closedLooks += 1;
    return offer;
  }

  /** Buys at the price of the moment. */
  async #buy(name: string, buyer: NonceManager, size: bigint): Promise<void> {
    const { vault, scale } = this.place;
    const address = await buyer.getAddress();
    const receipt = await this.#one(() => vault.connect(buyer).buy(size, MaxUint256, address, GAS));
    const at = receipt.blockNumber;
    const { house } = this.#ground.room;
    const sold = of(receipt, await vault.queryFilter(vault.filters.OptionsSold(), at, at))!.args;
    const minted = of(receipt, await house.queryFilter(house.filters.Minted(), at, at))!.args;
    this.#running.sales.push({
      at: BigInt((await vault.runner!.provider!.getBlock(at))!.timestamp),
      buyer: name,
      size,
      premium: sold.premium / scale,
      fee: minted.fee,
      volatilityBps: sold.volatilityBps,
    });
  }

  /** Prices the expiry if anything was sold, settles the vault's book by closing it, and pays the buyers. */
  async close(buyers: ReadonlyMap<string, NonceManager>, spot: bigint): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    const { keeper, room } = this.#ground;
    const { vault, market } = this.place;
    const { house } = room;
    const isSold = open.sales.length > 0;
    const receipts = await this.#ground.send([
      ...(isSold ? [() => house.connect(keeper).settleExpiry(market, open.expiry, 0, GAS)] : []),
      () => vault.connect(keeper).closeEpoch(GAS),
    ]);
    const receipt = receipts.at(-1)!;
    const [from, at] = [receipts[0]!.blockNumber, receipt.blockNumber];
    const closed = of(receipt, await vault.queryFilter(vault.filters.EpochClosed(), at, at))!.args;
    const { units, shares, flow } = (await this.#pricedIn(receipt))!;
    const settled = await house.queryFilter(house.filters.BookSettled(), from, at);
    const { price } = await house.expiryState(market, open.expiry);
    const { seriesId, ...kept } = open;
    this.#epochs.push({
      ...kept,
      settledPrice: isSold ? price : 0n,
      assigned: of(receipt, settled)?.args.paid ?? 0n,
      redeemed: await this.#redeem(buyers, seriesId),
      closePaid: closed.paid,
      units,
      shares,
      after: flow,
      spot,
    });
    this.#open = undefined;
  }

  get #running(): Open {
    if (this.#open === undefined) throw new BallastError("noEpoch", "The vault's epoch does not run");
    return this.#open;
  }

  /** The price of a share that a transaction gave, and who joined and left at it. */
  async #pricedIn(receipt: TransactionReceipt) {
    const { vault } = this.place;
    const at = receipt.blockNumber;
    const priced = of(receipt, await vault.queryFilter(vault.filters.SharesPriced(), at, at));
    if (priced === undefined) return undefined;
    const { units, shares, deposited, redeemed } = priced.args;
    return { units, shares, flow: { joined: deposited, left: (redeemed * units) / shares } };
  }

  async #redeem(buyers: ReadonlyMap<string, NonceManager>, seriesId: bigint): Promise<bigint> {
    const { house } = this.#ground.room;
    let redeemed = 0n;
    for (const buyer of buyers.values()) {
      const address = await buyer.getAddress();
      const held = await house.balanceOf(address, seriesId);
      if (held === 0n) continue;
      redeemed += await house.previewRedeem(address, seriesId, held);
      await this.#one(() => house.connect(buyer).redeem(seriesId, held, GAS));
    }
    return redeemed;
  }

  async #one(sending: Parameters<VaultGround["send"]>[0][number]): Promise<TransactionReceipt> {
    return (await this.#ground.send([sending]))[0]!;
  }
}

/** The event of a receipt's transaction: its block may hold others'. */
function of<Event extends { readonly transactionHash: string }>(
  { hash }: TransactionReceipt,
  events: readonly Event[],
): Event | undefined {
  return events.find(({ transactionHash }) => transactionHash === hash);
}
