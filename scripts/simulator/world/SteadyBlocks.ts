// SPDX-License-Identifier: MIT
import { hooks } from "hardhat";
import type { NetworkHooks } from "hardhat/types/hooks";
import type { network } from "hardhat";

type Connection = Awaited<ReturnType<typeof network.create>>;
/** A request on its way to the node, and its answer. */
type Request = Parameters<NetworkHooks["onRequest"]>[2];
type Answer = ReturnType<NetworkHooks["onRequest"]>;

/** What makes a block while blocks come by themselves. */
const MAKES_BLOCK = new Set(["eth_sendTransaction", "eth_sendRawTransaction", "evm_mine"]);
const NEXT_TIME = "evm_setNextBlockTimestamp";

/**
 * While blocks come by themselves, each comes a second after the one before unless its time was told. The local node would take
 * the time from the machine's own clock: a deployment on a busy machine would have other times, other hashes and other signatures.
 */
export class SteadyBlocks {
  readonly #handlers: Pick<NetworkHooks, "onRequest">;
  #newest: number;
  #told: number | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param seconds Time of the newest block. */
  constructor(connection: Connection, seconds: number) {
    this.#newest = seconds;
    this.#handlers = {
      onRequest: (context, other, request, next) => {
        const ask = (changed: Request): Answer => next(context, other, changed);
        return other.id === connection.id ? this.#answer(request, ask) : ask(request);
      },
    };
    hooks.registerHandlers("network", this.#handlers);
  }

  /** From now on times are somebody else's matter. */
  end(): void {
    hooks.unregisterHandlers("network", this.#handlers);
  }

  /** A block's time and the block are told to the node one after the other, with nothing between. */
  #answer(request: Request, ask: (request: Request) => Answer): Answer {
    const { method, params } = request;
    if (method !== NEXT_TIME && !MAKES_BLOCK.has(method)) return ask(request);
    const answer = this.#last.then(async () => {
      if (method === NEXT_TIME) this.#told = Number((params as readonly unknown[])[0]);
      else await this.#tell(request, ask);
      return ask(request);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** The next block has its time when this is over. */
  async #tell(request: Request, ask: (request: Request) => Answer): Promise<void> {
    const time = this.#told ?? this.#newest + 1;
    if (this.#told === undefined) await ask({ ...request, method: NEXT_TIME, params: [time] });
    this.#newest = time;
    this.#told = undefined;
  }
}
