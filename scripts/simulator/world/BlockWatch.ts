// SPDX-License-Identifier: MIT
import type { Interface, Result } from "ethers";

import { decodeEvent } from "../../chain/abiText.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { decodeClearingEvents } from "../../chain/decodeClearingEvents.ts";
import { insuranceInterface } from "../../chain/insuranceInterface.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { registryInterface } from "../../chain/registryInterface.ts";
import { riskInterface } from "../../chain/riskInterface.ts";
import { routerInterface } from "../../chain/routerInterface.ts";
import { logsShape } from "../../chain/rpcShapes.ts";
import { slasherInterface } from "../../chain/slasherInterface.ts";
import { vaultInterface } from "../../chain/vaultInterface.ts";
import { journaledLedger } from "../../keepers/index/journaledLedger.ts";
import type { LedgerChange } from "../../keepers/index/journaledLedger.ts";
import { valueOf } from "../../keepers/index/ledgerText.ts";
import type { ClearingLedger } from "../../model/clearing/clearingLedger.ts";
import { foldClearingEvents } from "../../model/clearing/foldClearingEvents.ts";
import type { LocalRoom } from "../deployLocal.ts";
import type { MinedBlock } from "./ChainDriver.ts";
import type { SimulatedChain } from "./SimulatedChain.ts";

/** A contract of the protocol, by what it is. */
export type ContractName = "oracle" | "registry" | "router" | "slasher" | "risk" | "house" | "vault" | "fund";

/** An event of the protocol. */
export interface WorldEvent {
  readonly contract: ContractName;
  /** Which vault or fund, lower case. */
  readonly address: string;
  readonly name: string;
  readonly args: Result;
  readonly transactionHash: string;
}

/** What there is to see after a block. */
export interface BlockView extends MinedBlock {
  /** Since the scenario's start. */
  readonly seconds: number;
  readonly events: readonly WorldEvent[];
  /** Everything the Clearinghouse owes, from its events; not to be kept or changed. */
  readonly ledger: ClearingLedger;
}

/** Judges and recorders: told of each block in the order in which they came. */
export type BlockObserver = (view: BlockView) => Promise<void> | void;

interface Place {
  readonly contract: ContractName;
  readonly code: Interface;
}

/** Deepest reorg that can be followed. */
const KEPT_BLOCKS = 160;
const CODES: Readonly<Record<ContractName, Interface>> = {
  oracle: oracleInterface,
  registry: registryInterface,
  router: routerInterface,
  slasher: slasherInterface,
  risk: riskInterface,
  house: clearingInterface,
  vault: vaultInterface,
  fund: insuranceInterface,
};

/** Looks at each block as it is mined, without any actor's endpoint between. */
export class BlockWatch {
  readonly #chain: SimulatedChain;
  readonly #startAt: number;
  readonly #house: string;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #journal: ReturnType<typeof journaledLedger>;
  readonly #observers: BlockObserver[] = [];
  /** What the newest blocks changed in the ledger. */
  #changes: { readonly number: number; readonly changes: readonly LedgerChange[] }[] = [];

  constructor(chain: SimulatedChain, room: LocalRoom, startAt: number) {
    this.#chain = chain;
    this.#startAt = startAt;
    this.#house = (room.house.target as string).toLowerCase();
    this.#places = placesOf(room);
    this.#journal = journaledLedger(room.pot.target as string);
  }

  /** The ledger as it is now; not to be kept or changed. */
  get ledger(): ClearingLedger {
    return this.#journal.ledger;
  }

  observe(observer: BlockObserver): void {
    this.#observers.push(observer);
  }

  /** Reads what happened before anybody watched, up to `number`. */
  async catchUp(number: number): Promise<void> {
    await this.#read(0, number);
  }

  /** To be told of each new block. */
  async see(block: MinedBlock): Promise<void> {
    const events = await this.#read(block.number, block.number);
    const view = { ...block, seconds: block.timestamp - this.#startAt, events, ledger: this.ledger };
    for (const observer of this.#observers) await observer(view);
  }

  /** Takes back what blocks above `number` did. */
  undo(number: number): void {
    for (const { changes } of this.#changes.filter((entry) => entry.number > number).toReversed())
      for (const { map, key, before } of changes.toReversed())
        this.#journal.restore(map, key, before === undefined ? undefined : valueOf(before));
    this.#changes = this.#changes.filter((entry) => entry.number <= number);
  }

  async #read(from: number, to: number): Promise<WorldEvent[]> {
    const range = { fromBlock: hex(from), toBlock: hex(to), address: [...this.#places.keys()] };
    const logs = logsShape.parse(await this.#chain.line.request("eth_getLogs", [range]));
    const ofHouse = logs.filter(({ address }) => address.toLowerCase() === this.#house);
    const changes = this.#journal.record(() => foldClearingEvents(this.ledger, decodeClearingEvents(ofHouse)));
    if (changes.length > 0) this.#changes.push({ number: to, changes });
    if (this.#changes.length > KEPT_BLOCKS) this.#changes.shift();
    return logs.flatMap(({ address, topics, data, transactionHash }) => {
      const { contract, code } = this.#places.get(address.toLowerCase())!;
      const parsed = decodeEvent(code, { topics, data });
      if (parsed === undefined) return [];
      return [{ contract, address: address.toLowerCase(), name: parsed.name, args: parsed.args, transactionHash }];
    });
  }
}

function placesOf(room: LocalRoom): Map<string, Place> {
  const { oracle, registry, router, slasher, risk, house, vaults, addresses } = room;
  const funds = [...addresses].filter(([name]) => name.startsWith("InsuranceFund")).map(([, address]) => address);
  const named: [ContractName, string][] = [
    ["oracle", oracle.target as string],
    ["registry", registry.target as string],
    ["router", router.target as string],
    ["slasher", slasher.target as string],
    ["risk", risk.target as string],
    ["house", house.target as string],
    ...vaults.map((vault): [ContractName, string] => ["vault", vault.target as string]),
    ...funds.map((fund): [ContractName, string] => ["fund", fund]),
  ];
  return new Map(named.map(([contract, address]) => [address.toLowerCase(), { contract, code: CODES[contract] }]));
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}
