// SPDX-License-Identifier: MIT
import type { Interface, LogDescription } from "ethers";

import type { Endpoint } from "./Endpoint.ts";
import type { SeenBlock } from "../model/snapshot.ts";

/** An event of one of our contracts. */
export interface Happening {
  readonly key: string;
  readonly block: bigint;
  readonly index: number;
  readonly transaction: string;
  /** Lower case. */
  readonly address: string;
  readonly name: string;
  readonly args: LogDescription["args"];
}

/** How far back the page looks, and how much it keeps. */
export interface TailLimits {
  /** Blocks behind the first head that are looked at. */
  readonly span: bigint;
  /** Blocks of one question: nodes refuse long ranges. */
  readonly chunk: bigint;
  /** Newest blocks that every look reads again: a reorganisation replaces what was there. */
  readonly overlap: bigint;
  /** Events kept, newest first. */
  readonly most: number;
}

export const TAIL_LIMITS: TailLimits = { span: 20_000n, chunk: 2_000n, overlap: 12n, most: 20_000 };

interface RawLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly logIndex: string;
  readonly transactionHash: string;
}

/** The newest events of a deployment, bounded in blocks and in number. */
export class LogTail {
  readonly #interfaces: ReadonlyMap<string, Interface>;
  readonly #limits: TailLimits;
  #kept: readonly Happening[] = [];
  #from: bigint | undefined;
  #to: bigint | undefined;

  /** @param interfaces By address in lower case. */
  constructor(interfaces: ReadonlyMap<string, Interface>, limits: TailLimits = TAIL_LIMITS) {
    this.#interfaces = interfaces;
    this.#limits = limits;
  }

  /** Oldest block that was looked at: what happened before is not known here. */
  get from(): bigint {
    return this.#from ?? 0n;
  }

  /** Brings the tail up to a head. @returns Events, newest first. @throws BallastError when the node does not tell. */
  async follow(endpoint: Endpoint, { number: head }: Pick<SeenBlock, "number">): Promise<readonly Happening[]> {
    const { span, chunk, overlap, most } = this.#limits;
    const first = this.#to === undefined || this.#to > head ? below(head, span) : below(this.#to, overlap) + 1n;
    const chunks: [bigint, bigint][] = [];
    for (let start = first; start <= head; start += chunk)
      chunks.push([start, start + chunk - 1n < head ? start + chunk - 1n : head]);
    const found = (await Promise.all(chunks.map(([from, to]) => this.#read(endpoint, from, to)))).flat();
    const older = this.#kept.filter(({ block }) => block < first);
    this.#kept = [...found.reverse(), ...older].slice(0, most);
    this.#from = this.#from === undefined || first < this.#from ? first : this.#from;
    this.#to = head;
    return this.#kept;
  }

  async #read(endpoint: Endpoint, from: bigint, to: bigint): Promise<Happening[]> {
    const address = [...this.#interfaces.keys()];
    const filter = { address, fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}` };
    const logs = (await endpoint.askOne("eth_getLogs", [filter])) as readonly RawLog[];
    return logs.flatMap((log) => this.#decode(log) ?? []);
  }

  #decode(log: RawLog): Happening | undefined {
    const address = log.address.toLowerCase();
    const parsed = this.#interfaces.get(address)?.parseLog({ topics: [...log.topics], data: log.data });
    if (parsed === null || parsed === undefined) return undefined;
    return {
      key: `${log.blockHash}-${log.logIndex}`,
      block: BigInt(log.blockNumber),
      index: Number(log.logIndex),
      transaction: log.transactionHash,
      address,
      name: parsed.name,
      args: parsed.args,
    };
  }
}

function below(block: bigint, distance: bigint): bigint {
  return block > distance ? block - distance : 0n;
}
