// SPDX-License-Identifier: MIT
import { MaxUint256 } from "ethers";
import { z } from "zod";

import type { BlockFacts } from "../../../chain/chainFacts.ts";
import { requirementViewShape } from "../../../chain/clearingShapes.ts";
import type { SeededRandom } from "../../../chain/SeededRandom.ts";
import { seriesLeg } from "../../../model/clearing/clearingLedger.ts";
import { SIZE_ONE } from "../../../model/clearing/payoff.ts";
import { optionValue } from "../../../model/trading/optionValue.ts";
import { MockToken__factory } from "../../../../typechain-types/factories/mocks/MockToken__factory.ts";
import type { Call, Hand } from "../Hand.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { ProviderPlace } from "../providing/Provider.ts";
import { decideVaultBid } from "./decideVaultBid.ts";

/** Options he bought, and when they are worth something. */
interface Holding {
  readonly series: bigint;
  readonly size: bigint;
  readonly market: MarketFacts;
  readonly expiry: bigint;
}

const tokenCode = MockToken__factory.createInterface();
const whole = z.bigint();
const epochShape = z.object({ expiry: whole, volatilityBps: whole, isOver: z.boolean() });
const offerShape = z.object({ isOpen: z.boolean(), premium: whole, available: whole });
const expiryShape = z.object({ phase: whole });

/** He expects so much of the volatility that the vault computes with, and pays so much less than that says. */
const VIEW_PERCENT = { least: 105n, range: 40n };
const DISCOUNT_BPS = { least: 100n, range: 400n };
/** Of what a vault has for sale he takes a share between these, once an epoch. */
const SHARE_PERCENT = { least: 10n, range: 30n };
const PERCENT = 100n;
const PRICED = 3n;

/** Somebody who looks at the falling prices of options vaults, and pays when one is under what he thinks fair. */
export class VaultBidder {
  readonly #hand: Hand;
  readonly #vaults: readonly ProviderPlace[];
  readonly #random: SeededRandom;
  readonly #viewPercent: bigint;
  readonly #discountBps: bigint;
  readonly #allowed = new Set<ProviderPlace>();
  /** Series he has bought of; each once. */
  readonly #bought = new Set<bigint>();
  #holdings: readonly Holding[] = [];

  constructor(hand: Hand, vaults: readonly ProviderPlace[], random: SeededRandom) {
    this.#hand = hand;
    this.#vaults = vaults;
    this.#random = random;
    this.#viewPercent = VIEW_PERCENT.least + random.below(VIEW_PERCENT.range);
    this.#discountBps = DISCOUNT_BPS.least + random.below(DISCOUNT_BPS.range);
  }

  /** Takes what expired options pay, then looks at every auction. @throws BallastError */
  async look(): Promise<void> {
    const held: Holding[] = [];
    for (const holding of this.#holdings) if (!(await this.#redeem(holding))) held.push(holding);
    this.#holdings = held;
    for (const vault of this.#vaults) await this.#bid(vault);
  }

  async #bid(vault: ProviderPlace): Promise<void> {
    const { market } = vault;
    const block = await this.#hand.head();
    const ask = (name: string, args: readonly unknown[] = []): Promise<unknown> =>
      this.#hand.read(vault, { name, args }, block);
    const { expiry, volatilityBps, isOver } = epochShape.parse(await ask("epoch"));
    if (expiry === 0n || isOver) return;
    const series = whole.parse(await ask("seriesId"));
    const { isOpen, available } = offerShape.parse(await ask("offer", [0n]));
    if (!isOpen || this.#bought.has(series)) return;

    const share = SHARE_PERCENT.least + this.#random.below(SHARE_PERCENT.range);
    const size = (available * share) / PERCENT;
    if (size === 0n) return;
    const { premium } = offerShape.parse(await ask("offer", [size]));
    const expected = (volatilityBps * this.#viewPercent) / PERCENT;
    const worth = await this.#worthOf({ series, size, market, expiry }, expected, block);
    const purse = await this.#purse(market, block);
    const most = decideVaultBid({ premium: premium / market.unit, worth, purse }, this.#discountBps);
    if (most === undefined || !(await this.#allow(vault))) return;
    const buying: Call = { name: "buy", args: [size, most * market.unit, this.#hand.address] };
    if ((await this.#act(vault, buying)) !== "done") return;
    this.#bought.add(series);
    this.#holdings = [...this.#holdings, { series, size, market, expiry }];
  }

  /** Ledger units; 0 while there is no price. */
  async #worthOf({ series, size, market, expiry }: Holding, volatilityBps: bigint, block: BlockFacts): Promise<bigint> {
    const asked = { name: "requirementOf", args: [market.number, expiry, []] };
    const { hasPrice, reading } = requirementViewShape.parse((await this.#hand.look([asked], block))[0]);
    if (!hasPrice) return 0n;
    const secondsLeft = expiry - block.timestamp;
    const known = { price: reading.price, volatilityBps, secondsLeft };
    return (optionValue(seriesLeg(series, size), market.quoted.terms, known) * size) / SIZE_ONE;
  }

  /** What is in his wallet, ledger units. */
  async #purse({ token, unit }: MarketFacts, block: BlockFacts): Promise<bigint> {
    const asked = { name: "balanceOf", args: [this.#hand.address] };
    return whole.parse(await this.#hand.read({ to: token, code: tokenCode }, asked, block)) / unit;
  }

  async #allow(vault: ProviderPlace): Promise<boolean> {
    if (this.#allowed.has(vault)) return true;
    const call = { name: "approve", args: [vault.to, MaxUint256] };
    const allowing = await this.#act({ to: vault.market.token, code: tokenCode }, call);
    if (allowing === "done") this.#allowed.add(vault);
    return allowing === "done";
  }

  /** @returns Whether nothing is left to do. */
  async #redeem({ series, size, market, expiry }: Holding): Promise<boolean> {
    const hand = this.#hand;
    const block = await hand.head();
    if (block.timestamp < expiry) return false;
    const [state] = await hand.look([{ name: "expiryState", args: [market.number, expiry] }], block);
    if (expiryShape.parse(state).phase !== PRICED) return false;
    const redeeming = hand.deed("exit", "redeem", [{ name: "redeem", args: [series, size] }]);
    return (await hand.act(redeeming)) === "done";
  }

  /** What nobody counts: he takes no risk of the protocol's, and it may be outrun by another bidder. */
  #act(place: Pick<ProviderPlace, "to" | "code">, call: Call): ReturnType<Hand["act"]> {
    return this.#hand.act({ kind: undefined, what: call.name, to: place.to, code: place.code, calls: [call] });
  }
}
