// SPDX-License-Identifier: MIT
import { TypedDataEncoder } from "ethers";
import { z } from "zod";

import type { BlockFacts } from "../chain/chainFacts.ts";
import type { ContractReader } from "../chain/ContractReader.ts";
import { longSignature } from "../chain/longSignature.ts";
import { registryInterface } from "../chain/registryInterface.ts";
import type { Signer } from "../chain/Signer.ts";
import { structShape } from "../chain/structShape.ts";
import { BallastError } from "../model/BallastError.ts";

/** What the owner of a seat may do with it. */
export const SEAT_ACTS = ["rotate", "self-jail", "rejoin", "check-in"] as const;
export type SeatAct = (typeof SEAT_ACTS)[number];

/** A validator as the registry has it. Bond in units of its token, times in seconds. */
export interface SeatFacts {
  readonly withdrawal: string;
  readonly signer: string;
  readonly state: string;
  /** Its seat in the current set, undefined when it has none. */
  readonly seat: number | undefined;
  readonly bond: bigint;
  readonly frozen: bigint;
  readonly jailedUntil: bigint;
  readonly exitableAt: bigint;
}

/** A call to the registry, and who may send it. */
export interface SeatCall {
  readonly data: string;
  readonly senders: readonly string[];
  readonly newSigner?: string;
}

const STATES = ["none", "standby", "active", "jailed", "exiting", "tombstoned"] as const;
const NO_SEAT = 255n;
const SIGNER_PROOF = {
  SignerProof: [
    { name: "withdrawal", type: "address" },
    { name: "signer", type: "address" },
  ],
};
const validatorShape = structShape({
  withdrawal: z.string(),
  signer: z.string(),
  state: z.bigint(),
  seat: z.bigint(),
  bond: z.bigint(),
  frozen: z.bigint(),
  jailedUntil: z.bigint(),
  exitableAt: z.bigint(),
});

/** @throws BallastError `validatorUnknown` when the registry has none of that id. */
export async function readSeat(registry: ContractReader, validatorId: bigint, head: BlockFacts): Promise<SeatFacts> {
  const { state, seat, ...rest } = validatorShape.parse((await registry.read("validator", [validatorId], head))[0]);
  if (state === 0n)
    throw new BallastError("validatorUnknown", "The registry knows no validator of this id", {
      context: { validatorId, registry: registry.address },
    });
  return { ...rest, state: STATES[Number(state)] ?? "unknown", seat: seat === NO_SEAT ? undefined : Number(seat) };
}

/**
 * The call that does an act. For `rotate` the next key proves that its holder agrees; the registry binds the proof to the
 * withdrawal address, so nobody can claim the key for another validator.
 * @throws BallastError `configInvalid` when `rotate` has no next key.
 */
export async function planSeatAct(
  act: SeatAct,
  {
    registry,
    chainId,
    validatorId,
  }: { readonly registry: string; readonly chainId: bigint; readonly validatorId: bigint },
  { withdrawal, signer }: Pick<SeatFacts, "withdrawal" | "signer">,
  next: Signer | undefined,
): Promise<SeatCall> {
  const both = [withdrawal, signer];
  if (act === "self-jail") return { data: selfJailData(validatorId), senders: both };
  if (act === "check-in") return { data: encode("checkIn", [validatorId]), senders: both };
  if (act === "rejoin") return { data: encode("rejoin", [validatorId]), senders: [withdrawal] };
  if (next === undefined) throw new BallastError("configInvalid", "To rotate, nextKey must name the new key");
  const proof = await proofOf(next, withdrawal, { registry, chainId });
  return {
    data: encode("rotateSigner", [validatorId, next.address, proof]),
    senders: [withdrawal],
    newSigner: next.address,
  };
}

/** What a new validator brings. The bond in units of its token; the failure domain is shown and scales nothing. */
export interface Registration {
  readonly withdrawal: string;
  readonly signer: Signer;
  readonly bond: bigint;
  readonly failureDomain: bigint;
}

/** Call data by which whoever sends it pays the bond of a new validator, who joins the standbys. */
export async function registrationData(
  place: { readonly registry: string; readonly chainId: bigint },
  { withdrawal, signer, bond, failureDomain }: Registration,
): Promise<string> {
  const proof = await proofOf(signer, withdrawal, place);
  return encode("register", [withdrawal, signer.address, bond, failureDomain, proof]);
}

/** The signing key's word that it wants to sign for this withdrawal address. */
async function proofOf(
  key: Signer,
  withdrawal: string,
  { registry, chainId }: { readonly registry: string; readonly chainId: bigint },
): Promise<string> {
  const domain = { name: "Ballast Validator Registry", version: "1", chainId, verifyingContract: registry };
  const digest = TypedDataEncoder.hash(domain, SIGNER_PROOF, { withdrawal, signer: key.address });
  return longSignature(await key.signDigest(digest));
}

/** Takes a validator out of the set at once, until its withdrawal address lets it rejoin. */
export function selfJailData(validatorId: bigint): string {
  return encode("selfJail", [validatorId]);
}

function encode(name: string, given: readonly unknown[]): string {
  return registryInterface.encodeFunctionData(name, given);
}
