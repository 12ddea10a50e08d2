// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";
import { z } from "zod";

import type { AgreedChain } from "../../chain/AgreedChain.ts";
import { ContractReader } from "../../chain/ContractReader.ts";
import { insuranceInterface } from "../../chain/insuranceInterface.ts";
import { isAccepted } from "../../chain/isAccepted.ts";
import { structShape } from "../../chain/structShape.ts";
import { vaultFactoryInterface } from "../../chain/vaultFactoryInterface.ts";
import { vaultInterface } from "../../chain/vaultInterface.ts";
import { boundaryBefore } from "../../model/vaults/vaultCalendar.ts";
import type { Duty, Job, KeeperView } from "../Duty.ts";
import { classOf } from "../dutyShape.ts";
import { unpaidJob } from "../unpaidJob.ts";
import { decideRoll } from "./decideRoll.ts";
import type { VaultStanding } from "./decideRoll.ts";
import { decideSync } from "./decideSync.ts";
import { readAuction } from "./readAuction.ts";
import type { RollerConfig } from "./RollerConfig.ts";

const whole = z.bigint();
const epochShape = structShape({ expiry: whole });
const waitingShape = structShape({ units: whole, shares: whole });
const HOUR = 3_600n;
/** Vaults of a factory read at once. */
const PAGE = 64n;
/** A step that is not taken in this time is looked at afresh. */
const PATIENCE_MS = 1_800_000n;

/**
 * Takes options vaults through their week: closes an epoch whose expiry is priced, starts the next, looks at the clock of its
 * auction, prices who waits when none can start; and makes insurance of what came to insurance funds. Clock and queue say which step is next, and the
 * contract itself, asked at the same block, whether price and mode let it be taken.
 */
export class RollerDuty implements Duty {
  readonly name = "roller";
  readonly classes;
  readonly #agreed: AgreedChain;
  readonly #config: RollerConfig;

  constructor(agreed: AgreedChain, config: RollerConfig) {
    this.#agreed = agreed;
    this.#config = config;
    this.classes = [classOf("roller", config.fees)];
  }

  async due(view: KeeperView): Promise<readonly Job[]> {
    const vaults = await this.#vaults(view);
    const jobs = await Promise.all([
      ...vaults.map((vault) => this.#roll(vault, view)),
      ...this.#config.insuranceFunds.flatMap((fund) =>
        ["collect", "startSale"].map((call) => this.#keepFund(fund, call, view)),
      ),
    ]);
    return jobs.flatMap((job) => job ?? []);
  }

  /** Those of the configuration, and all of its factory. */
  async #vaults({ head }: KeeperView): Promise<string[]> {
    const { vaults, factory } = this.#config;
    const found = new Set(vaults.map((vault) => vault.toLowerCase()));
    if (factory !== undefined) {
      const reader = new ContractReader(this.#agreed, factory, vaultFactoryInterface);
      const count = whole.parse((await reader.read("vaultCount", [], head))[0]);
      for (let first = 0n; first < count; first += PAGE) {
        const page = z.array(z.string()).parse([...(await reader.read("vaults", [first, PAGE], head))[0]]);
        for (const vault of page) found.add(vault.toLowerCase());
      }
    }
    return [...found];
  }

  async #roll(vault: string, view: KeeperView): Promise<Job | undefined> {
    const { timestamp } = view.head;
    const standing = await this.#standing(vault, view);
    const step = decideRoll(standing, timestamp);
    if (step === undefined) return standing.expiry === 0n ? undefined : this.#sync(vault, view);
    const key = {
      start: `start ${vault} ${boundaryBefore(timestamp)}`,
      close: `close ${vault} ${standing.expiry}`,
      // At most once an hour, so that dust which asks to join again and again does not burn a keeper's gas.
      priceWaiting: `price ${vault} ${timestamp / HOUR}`,
    }[step];
    return this.#jobIfAccepted(key, { to: vault, code: vaultInterface, name: callOf(step) }, view);
  }

  /** A look at a running auction's clock; named by the look before it, so each is taken once. */
  async #sync(vault: string, view: KeeperView): Promise<Job | undefined> {
    const reader = new ContractReader(this.#agreed, vault, vaultInterface);
    const auction = await readAuction(this.#agreed, reader, view.head);
    if (decideSync(auction, view.head.timestamp) === undefined) return undefined;
    const key = `sync ${vault} ${auction.expiry} ${auction.lookedAt}`;
    return this.#jobIfAccepted(key, { to: vault, code: vaultInterface, name: "syncAuction" }, view);
  }

  async #standing(vault: string, { head }: KeeperView): Promise<VaultStanding> {
    const reader = new ContractReader(this.#agreed, vault, vaultInterface);
    const [epoch, waiting, boundary] = await Promise.all(
      ["epoch", "waiting", "lastBoundary"].map((name) => reader.read(name, [], head)),
    );
    const { units, shares } = waitingShape.parse(waiting![0]);
    const { expiry } = epochShape.parse(epoch![0]);
    return { expiry, lastBoundary: whole.parse(boundary![0]), isWaited: units + shares > 0n };
  }

  /** What lies in a fund is collected at most once an hour: anybody may send it dust. */
  #keepFund(fund: string, name: string, view: KeeperView): Promise<Job | undefined> {
    const key = `${name} ${fund} ${view.head.timestamp / HOUR}`;
    return this.#jobIfAccepted(key, { to: fund, code: insuranceInterface, name }, view);
  }

  async #jobIfAccepted(
    key: string,
    { to, code, name }: { readonly to: string; readonly code: Interface; readonly name: string },
    { head, account }: KeeperView,
  ): Promise<Job | undefined> {
    const data = code.encodeFunctionData(name);
    if (!(await isAccepted(this.#agreed, { from: account, to, data }, head))) return undefined;
    const { name: className } = this.classes[0]!;
    return unpaidJob({ key, className, to, data }, BigInt(to), head, PATIENCE_MS);
  }
}

function callOf(step: NonNullable<ReturnType<typeof decideRoll>>): string {
  return step === "start" ? "startEpoch" : "closeEpoch";
}
