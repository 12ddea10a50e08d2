// SPDX-License-Identifier: MIT
import { z } from "zod";

import { MockToken__factory } from "../../../../typechain-types/factories/mocks/MockToken__factory.ts";
import { requirementViewShape } from "../../../chain/clearingShapes.ts";
import { SIZE_ONE, unitsPerWhole } from "../../../model/clearing/payoff.ts";
import { BPS } from "../../../model/constants.ts";
import type { Call, Deed, Hand } from "../Hand.ts";
import type { ProviderPlace } from "../providing/Provider.ts";
import { onGrid } from "../writing/planOpening.ts";
import type { Adversary } from "./Adversary.ts";
import { comingLoss, planRun } from "./planRun.ts";
import type { SeeVenues } from "./watchVenues.ts";

const tokenCode = MockToken__factory.createInterface();
const PRICE_TO_STRIKE = 10_000n;
/** All requests of somebody are one. */
const REQUEST = 0n;
const amountShape = z.bigint();
const marketShape = z.object({ openNotional: amountShape, insurance: amountShape, reserved: amountShape });

/** Puts his money into insurance, and takes it out when venues show a loss that the chain does not know of yet. */
export class RunBeforeLoss implements Adversary {
  readonly hand: Hand;
  readonly #place: ProviderPlace;
  readonly #seeVenues: SeeVenues;
  #hasJoined = false;

  /** @param place The insurance of a market. */
  constructor(hand: Hand, place: ProviderPlace, seeVenues: SeeVenues) {
    this.hand = hand;
    this.#place = place;
    this.#seeVenues = seeVenues;
  }

  /** Joins once; then asks to leave at once, and goes when others are about to lose. @throws BallastError */
  async look(): Promise<void> {
    if (!this.#hasJoined) return this.#join();
    const [shares, claimable] = [await this.#ask("balanceOf"), await this.#ask("claimableRedeemRequest", [REQUEST])];
    const worth = claimable === 0n ? 0n : await this.#ask("maxWithdraw");
    const { insurance, loss } = await this.#prospect();
    const plan = planRun({ shares, claimable, worth, insurance, loss });
    if (plan === undefined) return;
    const { address } = this.hand;
    const name = plan.kind === "request" ? "requestRedeem" : "redeem";
    const kind = plan.kind === "request" ? undefined : "exit";
    await this.hand.act(this.#deed(kind, { name, args: [plan.shares, address, address] }));
  }

  async #join(): Promise<void> {
    const { hand } = this;
    const { market, to } = this.#place;
    const block = await hand.head();
    const [free] = await hand.look([{ name: "freeBalance", args: [hand.address, market.token] }], block);
    const units = amountShape.parse(free);
    const amount = units * market.unit;
    if (units > 0n) {
      const home = { name: "withdraw", args: [market.token, units, hand.address] };
      if ((await hand.act(hand.deed(undefined, "withdraw", [home]))) !== "done") return;
      const approval = { name: "approve", args: [to, amount] };
      await hand.act({ kind: undefined, what: "approve", to: market.token, code: tokenCode, calls: [approval] });
    }
    const joining = this.#deed(undefined, { name: "deposit", args: [amount, hand.address] });
    this.#hasJoined = (await hand.act(joining)) === "done";
  }

  /** What is there to be lost, and what he thinks will be. */
  async #prospect(): Promise<{ insurance: bigint; loss: bigint }> {
    const { market } = this.#place;
    const { terms, strikeStep } = market.quoted;
    const expiry = market.expiries.at(-1)!;
    const strike = market.firstPrice / PRICE_TO_STRIKE;
    const [short] = onGrid([{ strike, isCall: false, size: -SIZE_ONE }], strikeStep);
    const looked = await this.hand.look(
      [
        { name: "requirementOf", args: [market.number, expiry, [short]] },
        { name: "marketState", args: [market.number] },
      ],
      await this.hand.head(),
    );
    const { reading, initial, hasPrice } = requirementViewShape.parse(looked[0]);
    const { openNotional, insurance, reserved } = marketShape.parse(looked[1]);
    const unreserved = insurance - reserved;
    if (!hasPrice) return { insurance: unreserved, loss: 0n };
    const venues = (await this.#seeVenues()).get(market.scenario.feed) ?? 0n;
    const notional =
      terms.kind === "quote" ? (short!.strike * unitsPerWhole(terms)) / PRICE_TO_STRIKE : unitsPerWhole(terms);
    const marginBps = (initial.amount * BPS) / notional;
    const loss = comingLoss({ terms, openNotional, price: reading.price, venues, marginBps });
    return { insurance: unreserved, loss };
  }

  async #ask(name: string, before: readonly unknown[] = []): Promise<bigint> {
    const args = [...before, this.hand.address];
    return amountShape.parse(await this.hand.read(this.#place, { name, args }, await this.hand.head()));
  }

  #deed(kind: Deed["kind"], call: Call): Deed {
    const { to, code } = this.#place;
    return { kind, what: call.name, to, code, calls: [call] };
  }
}
