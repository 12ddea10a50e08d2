// SPDX-License-Identifier: MIT
import { ClearingBench, gasOf } from "../clearing/ClearingBench.ts";
import { LiveRisk } from "../risk/LiveRisk.ts";
import { DOLLAR, HOUR, VaultBench } from "../vaults/VaultBench.ts";
import type { GasRow } from "./rows.ts";

const PRICE = 3_000;
const MAXIMUM = 2n ** 255n;
type Figures = Readonly<Record<string, number>>;

/**
 * A put vault in its second epoch, so that its own words are written; deployed risk contract and oracle. Between two epochs the
 * oracle is put back into the calm it would be in had prices come all week.
 */
class VaultStage {
  readonly figures: Record<string, number> = {};

  private constructor(
    private readonly live: LiveRisk,
    private readonly bench: VaultBench,
  ) {}

  static async create(): Promise<VaultStage> {
    const live = await LiveRisk.create(PRICE);
    const { connection } = live.oracle;
    const [risk, oracle] = [await live.risk.getAddress(), await live.oracle.oracle.getAddress()];
    const clearing = await ClearingBench.create({ connection, risk, oracle });
    await clearing.insure(2_000_000);
    return new VaultStage(live, await VaultBench.create({ clearing }));
  }

  async measure(): Promise<void> {
    const { bench, figures } = this;
    const { vault } = bench;
    const stayer = await bench.asked(1, 500_000);
    await this.start();
    await bench.claim(stayer);
    await bench.expired();
    await vault.closeEpoch();

    const holder = await bench.holder(2);
    const asks = () => vault.connect(holder).requestDeposit(1_000n * DOLLAR, holder.address, holder.address);
    await bench.asked(3, 1_000);
    figures["request"] = await gasOf(asks());
    figures["start"] = await this.start();
    const claims = vault.connect(holder)["deposit(uint256,address,address)"];
    figures["claim"] = await gasOf(claims(1_000n * DOLLAR, holder.address, holder.address));

    for (const [name, index] of [
      ["buyFirst", 5],
      ["buy", 6],
    ] as const) {
      const buyer = await bench.holder(index);
      await this.live.refresh();
      figures[name] = await gasOf(vault.connect(buyer).buy(bench.size(10), MAXIMUM, buyer.address));
    }
    const shares = await vault.balanceOf(holder.address);
    figures["leave"] = await gasOf(vault.connect(holder).redeemInKind(shares / 2n, holder.address, holder.address));
    const redeems = () => vault.connect(stayer).requestRedeem(10n ** 12n, stayer.address, stayer.address);
    figures["redeem"] = await gasOf(redeems());
  }

  private async start(): Promise<number> {
    await this.bench.toBoundary(2 * HOUR);
    await this.live.refresh(); // ends the outage
    await this.live.settleAt(PRICE);
    return gasOf(this.bench.vault.startEpoch());
  }
}

/** Closing asks the oracle nothing: here it is scripted, for the price of the expiry. */
async function closing(): Promise<number> {
  const bench = await VaultBench.create();
  await bench.asked(1, 500_000);
  for (const week of [1, 2]) {
    await bench.start();
    await bench.bought(4 + week, 20);
    const holder = await bench.asked(10 + week, 1_000);
    if (week === 2) {
      await bench.priced(PRICE);
      return gasOf(bench.vault.closeEpoch());
    }
    await bench.settled(PRICE);
    await bench.claim(holder);
  }
  throw new Error("two weeks end in the second");
}

let stage: Promise<Figures> | undefined;
const figures = async (): Promise<Figures> => {
  stage ??= VaultStage.create().then(async (made) => {
    await made.measure();
    return made.figures;
  });
  return stage;
};
const figure = (name: string) => async (): Promise<number> => (await figures())[name]!;

export const VAULT_ROWS: readonly GasRow[] = [
  { name: "vault: ask to deposit", mark: 75_000, measure: figure("request"), peers: "Ribbon v2 deposit: 75,883" },
  { name: "vault: claim shares", mark: 80_000, measure: figure("claim"), peers: "" },
  { name: "vault: ask to redeem", mark: 80_000, measure: figure("redeem"), peers: "Ribbon v2 initiate: 77,999–91,767" },
  { name: "vault: start an epoch", mark: 300_000, measure: figure("start"), peers: "Ribbon v2 roll: 656,142" },
  { name: "vault: buy, first of an epoch", mark: 200_000, measure: figure("buyFirst"), peers: "" },
  { name: "vault: buy", mark: 200_000, measure: figure("buy"), peers: "" },
  { name: "vault: leave in kind", mark: 220_000, measure: figure("leave"), peers: "" },
  { name: "vault: close an epoch", mark: 220_000, measure: closing, peers: "Ribbon v2 close: 808,978" },
];
