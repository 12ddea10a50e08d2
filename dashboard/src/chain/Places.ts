// SPDX-License-Identifier: MIT
import { clearingInterface } from "../../../scripts/chain/clearingInterface.ts";
import { lensInterface } from "../../../scripts/chain/lensInterface.ts";
import { oracleInterface } from "../../../scripts/chain/oracleInterface.ts";
import { registryInterface } from "../../../scripts/chain/registryInterface.ts";
import { riskInterface } from "../../../scripts/chain/riskInterface.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import type { Clearinghouse } from "../../../typechain-types/clearing/Clearinghouse.ts";
import type { PriceOracle } from "../../../typechain-types/oracle/PriceOracle.ts";
import type { ValidatorRegistry } from "../../../typechain-types/oracle/ValidatorRegistry.ts";
import type { Lens } from "../../../typechain-types/periphery/Lens.ts";
import type { VaultLens } from "../../../typechain-types/periphery/VaultLens.ts";
import type { WrappedLong } from "../../../typechain-types/periphery/WrappedLong.ts";
import type { RiskManager } from "../../../typechain-types/risk/RiskManager.ts";
import { VaultLens__factory } from "../../../typechain-types/factories/periphery/VaultLens__factory.ts";
import type { Read } from "../model/Read.ts";
import { contractAt } from "./Contract.ts";
import type { Contract } from "./Contract.ts";
import type { Endpoint } from "./Endpoint.ts";
import { Page } from "./Page.ts";
import { tokenInterface } from "./tokenInterface.ts";

/** A token as people know it. */
export interface Token {
  readonly address: string;
  readonly symbol: string;
  readonly decimals: number;
}

/** What never changes of a deployment: its contracts, and what its feeds and tokens are called. */
export interface Places {
  readonly lens: Contract<Lens>;
  readonly house: Contract<Clearinghouse>;
  readonly oracle: Contract<PriceOracle>;
  readonly registry: Contract<ValidatorRegistry>;
  readonly risk: Contract<RiskManager>;
  /** Vaults cannot be found from the lens: their reader is named apart, or they are not shown. */
  readonly vaultLens: Contract<VaultLens> | undefined;
  readonly heartbeat: bigint;
  readonly feeds: readonly string[];
  /** By market; the first is number 1. */
  readonly markets: readonly { readonly number: bigint; readonly feed: number; readonly token: Token }[];
  readonly bond: Token;
  /** Bond units in one whole unit of weight. */
  readonly weightUnit: bigint;
}

/** Most markets a page shows. */
const MOST_MARKETS = 32n;

/** Walks from the lens to every other contract. @throws BallastError `notBallast` when something on the way is not there. */
export async function findPlaces(
  endpoint: Endpoint,
  blockHash: string,
  root: { readonly lens: string; readonly vaultLens: string | undefined },
): Promise<Places> {
  const look = async <Value>(fill: (page: Page) => () => Value): Promise<Value> => {
    const page = new Page();
    const told = fill(page);
    await page.read(endpoint, blockHash);
    return told();
  };
  const lens = contractAt<Lens>(root.lens, lensInterface as Lens["interface"]);
  const houseAddress = await look((page) => needed(page.ask(lens, "house", [])));
  const house = contractAt<Clearinghouse>(houseAddress, clearingInterface as Clearinghouse["interface"]);
  const [oracleAddress, count] = await look((page) => {
    const told = [needed(page.ask(house, "oracle", [])), needed(page.ask(house, "marketCount", []))] as const;
    return () => [told[0](), told[1]()] as const;
  });
  const numbers = Array.from({ length: Number(count < MOST_MARKETS ? count : MOST_MARKETS) }, (_, i) => BigInt(i + 1));
  if (numbers.length === 0) throw new BallastError("notBallast", "the Clearinghouse has no market yet");
  const oracle = contractAt<PriceOracle>(oracleAddress, oracleInterface as PriceOracle["interface"]);
  const params = await look((page) => {
    const told = numbers.map((number) => needed(page.ask(house, "marketParams", [number])));
    return () => told.map((tell) => tell());
  });
  const risk = contractAt<RiskManager>(params[0]!.risk, riskInterface as RiskManager["interface"]);
  const basics = await look((page) => {
    const told = {
      registry: needed(page.ask(risk, "registry", [])),
      heartbeat: needed(page.ask(oracle, "heartbeat", [])),
      feedCount: needed(page.ask(oracle, "feedCount", [])),
    };
    return () => ({ registry: told.registry(), heartbeat: told.heartbeat(), feedCount: told.feedCount() });
  });
  const registry = contractAt<ValidatorRegistry>(basics.registry, registryInterface as ValidatorRegistry["interface"]);
  const [feeds, bondAddress, weightUnit] = await look((page) => {
    const names = Array.from({ length: Number(basics.feedCount) }, (_, feed) =>
      needed(page.ask(oracle, "feedDescription", [BigInt(feed)])),
    );
    const bond = needed(page.ask(registry, "bondToken", []));
    const unit = needed(page.ask(registry, "weightUnit", []));
    return () => [names.map((tell) => tell()), bond(), unit()] as const;
  });
  const tokens = await look((page) => {
    const told = [...params.map(({ collateral }) => collateral), bondAddress].map((address) => tokenOf(page, address));
    return () => told.map((tell) => tell());
  });
  return {
    lens,
    house,
    oracle,
    registry,
    risk,
    vaultLens:
      root.vaultLens === undefined
        ? undefined
        : contractAt<VaultLens>(root.vaultLens, VaultLens__factory.createInterface()),
    heartbeat: basics.heartbeat,
    feeds,
    markets: numbers.map((number, i) => ({ number, feed: Number(params[i]!.feed), token: tokens[i]! })),
    bond: tokens.at(-1)!,
    weightUnit,
  };
}

function tokenOf(page: Page, address: string): () => Token {
  const token = contractAt<WrappedLong>(address, tokenInterface);
  const symbol = needed(page.ask(token, "symbol", []));
  const decimals = needed(page.ask(token, "decimals", []));
  return () => ({ address: address.toLowerCase(), symbol: symbol(), decimals: Number(decimals()) });
}

function needed<Value>(tell: () => Read<Value>): () => Value {
  return () => {
    const answer = tell();
    if (answer.kind === "read") return answer.value;
    throw new BallastError("notBallast", `no Ballast deployment is at this address: ${answer.text}`);
  };
}
