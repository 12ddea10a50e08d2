// SPDX-License-Identifier: MIT
import { hexlify, Signature, TypedDataEncoder } from "ethers";
import { z } from "zod";

import { oracleInterface } from "../../chain/oracleInterface.ts";
import { registryInterface } from "../../chain/registryInterface.ts";
import { reportDigest } from "../../chain/reportDigest.ts";
import { FEED_SLOTS, ROUND_SECONDS } from "../../model/constants.ts";
import { encodeRelay } from "../../model/encodeRelay.ts";
import { oracleDomain } from "../../model/priceReportTypedData.ts";
import type { OracleDomain } from "../../model/priceReportTypedData.ts";
import { roundToTick } from "../../model/roundToTick.ts";
import type { RelayReport } from "../../model/types.ts";
import { MockAggregator__factory } from "../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import { MockToken__factory } from "../../../typechain-types/factories/mocks/MockToken__factory.ts";
import { RewardPot__factory } from "../../../typechain-types/factories/oracle/RewardPot__factory.ts";
import { WitnessRouter__factory } from "../../../typechain-types/factories/oracle/WitnessRouter__factory.ts";
import type { LocalRoom } from "../deployLocal.ts";
import type { Environment } from "./Environment.ts";
import type { KeySigner } from "./KeySigner.ts";
import type { SimulatedChain } from "./SimulatedChain.ts";

/** What the world begins with. */
export interface Beginning {
  readonly chain: SimulatedChain;
  readonly room: LocalRoom;
  readonly environment: Environment;
  /** Validators by name; each with a key of its own. */
  readonly validators: ReadonlyMap<string, KeySigner>;
  readonly withdrawalOf: (name: string) => string;
  /** Whole bond tokens. */
  readonly bond: bigint;
  /** First prices of the feeds in the order of their slots, 8 decimals. */
  readonly prices: readonly bigint[];
}

const tokenCode = MockToken__factory.createInterface();
const potCode = RewardPot__factory.createInterface();
const routerCode = WitnessRouter__factory.createInterface();
const aggregatorCode = MockAggregator__factory.createInterface();

const BOND_DECIMALS = 6n;
const REWARDS = 1_000_000n;
const DOMAINS = 4;
const SIGNER_PROOF = {
  SignerProof: [
    { name: "withdrawal", type: "address" },
    { name: "signer", type: "address" },
  ],
};
/** Most and least time between rounds while the oracle is brought into its usual state; a witness may be asked in between. */
const CALM_EVERY = { most: 240n, least: 60n };
/** Witnesses publish more often than their heartbeat asks. */
const WITNESS_EVERY = 1_800n;
const blockShape = z.object({ number: z.string().transform(BigInt), hash: z.string() });

/** Bonds the validators and forms the first set. */
export async function bondValidators({
  chain,
  room,
  environment,
  validators,
  withdrawalOf,
  bond,
}: Beginning): Promise<void> {
  const { registry, token, pot } = addressesOf(room);
  const amount = bond * 10n ** BOND_DECIMALS;
  const rewards = REWARDS * 10n ** BOND_DECIMALS;
  const total = amount * BigInt(validators.size);
  await environment.act(token, tokenCode, "mint", [environment.address, total + rewards]);
  await environment.act(token, tokenCode, "approve", [registry, total]);
  await environment.act(token, tokenCode, "approve", [pot, rewards]);
  await environment.act(pot, potCode, "fundRewards", [rewards]);
  const { chainId } = chain;
  const domain = { name: "Ballast Validator Registry", version: "1", chainId, verifyingContract: registry };
  for (const [index, [name, signer]] of [...validators].entries()) {
    const withdrawal = withdrawalOf(name);
    const digest = TypedDataEncoder.hash(domain, SIGNER_PROOF, { withdrawal, signer: signer.address });
    const proof = Signature.from(await signer.signDigest(digest)).serialized;
    const args = [withdrawal, signer.address, amount, index % DOMAINS, proof];
    await environment.act(registry, registryInterface, "register", args);
  }
  await environment.act(registry, registryInterface, "closeEpoch", []);
}

/**
 * Rounds and witnesses of unchanging prices until `endSeconds`, so that every feed is listed and every breaker as calm as it can
 * be. Blocks come only with them. @param fromSeconds When the first may be.
 */
export async function calmDown(beginning: Beginning, fromSeconds: bigint, endSeconds: bigint): Promise<void> {
  const { chain, room, environment } = beginning;
  const { oracle, router } = addressesOf(room);
  const setId = (await room.oracle.health()).setId;
  const seats = await seatsOf(beginning, setId);
  const every = calmEvery(BigInt(room.parameters.heartbeat));
  let witnessed = 0n;
  for (let now = fromSeconds; now < endSeconds; now += every) {
    const round = now / ROUND_SECONDS;
    await chain.drive(z.unknown(), "evm_setNextBlockTimestamp", Number(round * ROUND_SECONDS - ROUND_SECONDS * 2n));
    await chain.drive(z.unknown(), "evm_mine");
    const packed = await packRound(beginning, { round, setId, seats });
    await chain.drive(z.unknown(), "evm_setNextBlockTimestamp", Number(round * ROUND_SECONDS + 1n));
    await environment.act(oracle, oracleInterface, "relay", [packed]);
    if (now - witnessed < WITNESS_EVERY) continue;
    witnessed = now;
    for (const [feed, price] of beginning.prices.entries()) {
      for (const witness of room.witnesses[feed]!)
        await environment.act(witness.target as string, aggregatorCode, "push", [price, round * ROUND_SECONDS]);
      await environment.act(router, routerCode, "pokeWitness", [feed]);
    }
  }
}

/** Uptime, which the ramp of a new feed runs on, grows by a heartbeat with a round at most. */
function calmEvery(heartbeat: bigint): bigint {
  const { most, least } = CALM_EVERY;
  if (heartbeat > most) return most;
  return heartbeat < least ? least : heartbeat;
}

interface CalmRound {
  readonly round: bigint;
  readonly setId: bigint;
  readonly seats: readonly KeySigner[];
}

/** All validators of one mind, anchored at the newest block. */
async function packRound({ chain, room, prices }: Beginning, { round, setId, seats }: CalmRound): Promise<string> {
  const anchor = blockShape.parse(await chain.line.request("eth_getBlockByNumber", ["latest", false]));
  const { feeds } = room.parameters;
  const vector = Array.from({ length: FEED_SLOTS }, (_, slot) =>
    slot < feeds.length ? roundToTick(prices[slot]!, feeds[slot]!.tick) : 0n,
  );
  const report = { round, setId, anchorHash: anchor.hash, prices: vector };
  const digest = reportDigest(domainOf(chain, room), report);
  const reports: RelayReport[] = [];
  for (const [seat, signer] of seats.entries())
    reports.push({ ...report, seat, anchorBlock: anchor.number, signature: await signer.signDigest(digest) });
  return hexlify(encodeRelay({ round, setId, reports }));
}

/** Keys in the order of their seats. */
async function seatsOf({ room, validators }: Beginning, setId: bigint): Promise<KeySigner[]> {
  const byAddress = new Map([...validators.values()].map((signer) => [signer.address, signer]));
  const seats: KeySigner[] = [];
  const taken = Math.min(validators.size, room.parameters.targetSize);
  for (let seat = 0; seat < taken; seat++) seats.push(byAddress.get((await room.oracle.seatAt(setId, seat)).signer)!);
  return seats;
}

function domainOf({ chainId }: SimulatedChain, { oracle }: LocalRoom): OracleDomain {
  return oracleDomain(chainId, oracle.target as string);
}

function addressesOf({ registry, token, pot, oracle, router }: LocalRoom) {
  return {
    registry: registry.target as string,
    token: token.target as string,
    pot: pot.target as string,
    oracle: oracle.target as string,
    router: router.target as string,
  };
}
