// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";
import { z } from "zod";

import { VaultLens__factory } from "../../typechain-types/factories/periphery/VaultLens__factory.ts";
import type { AgreedChain } from "./AgreedChain.ts";
import type { BlockFacts } from "./chainFacts.ts";
import { ContractReader } from "./ContractReader.ts";
import { plainValues } from "./plainValues.ts";
import { vaultInterface } from "./vaultInterface.ts";

const amount = z.bigint();
const vaultShape = z.object({
  vault: z.string(),
  asset: z.string(),
  decimals: amount,
  isCall: z.boolean(),
  terms: z.object({ market: amount, symbol: z.string() }),
  totalAssets: amount,
  depositRoom: amount,
  epoch: z.object({ expiry: amount, strike: amount }),
  offer: z.object({ isOpen: z.boolean(), premium: amount }),
});
const positionShape = z.object({
  shares: amount,
  assets: amount,
  pendingDeposit: amount,
  claimableDeposit: amount,
  claimableShares: amount,
  cancelledDeposit: amount,
  pendingRedeem: amount,
  claimableRedeem: amount,
  claimableAssets: amount,
  cancelledRedeem: amount,
});

/** An options vault; amounts in token units, `offer` is of one option. `epoch.expiry` is 0 between two weeks. */
export type Vault = Readonly<z.output<typeof vaultShape>>;
/** What an account has in one; assets in token units. */
export type VaultPosition = Readonly<z.output<typeof positionShape>>;

/** Most vaults in one answer of the lens. */
const PAGE = 16n;
const MOST_PAGES = 16n;
const lens: Interface = VaultLens__factory.createInterface();

/** Reads of a factory's options vaults through their lens, each at a block that endpoints agree on. */
export class VaultViews {
  readonly #lens: ContractReader;

  constructor(agreed: AgreedChain, address: string) {
    this.#lens = new ContractReader(agreed, address, lens);
  }

  /** Vaults in order of creation, at most 256. */
  async vaults(block: BlockFacts): Promise<Vault[]> {
    const found: Vault[] = [];
    for (let page = 0n; page < MOST_PAGES; page++) {
      const next = z.array(vaultShape).parse(await this.#read("vaults", [page * PAGE, PAGE], block));
      found.push(...next);
      if (next.length < Number(PAGE)) break;
    }
    return found;
  }

  async position(vault: string, account: string, block: BlockFacts): Promise<VaultPosition> {
    return positionShape.parse(await this.#read("positionOf", [vault, account], block));
  }

  /** Call data of a function of a vault; one that is overloaded by its signature. */
  encode(name: string, given: readonly unknown[]): string {
    return vaultInterface.encodeFunctionData(name, given);
  }

  async #read(name: string, given: readonly unknown[], block: BlockFacts): Promise<unknown> {
    const [output] = lens.getFunction(name)!.outputs;
    const result = await this.#lens.read(name, given, block);
    return plainValues([output!], result.toArray())[output!.name];
  }
}
