// SPDX-License-Identifier: MIT
import { recoverAddress } from "ethers";
import { z } from "zod";

import { addressText, wholeText } from "../chain/configShapes.ts";
import { longSignature } from "../chain/longSignature.ts";
import { settlementPriceDigest } from "../chain/settlementPriceDigest.ts";
import type { Signer } from "../chain/Signer.ts";
import { BallastError } from "../model/BallastError.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
import { SIGNING_CLOSES, SIGNING_OPENS, WINDOW_COVERAGE } from "../model/clearing/settlementPrice.ts";
import { SEATS } from "../model/constants.ts";
import type { ExpiryFacts } from "./readExpiry.ts";

/** A validator's word on the price of an expiry, as `sign` prints it and `post` reads it. */
export const signedPriceShape = z.object({
  chainId: wholeText,
  clearinghouse: addressText,
  /** One signature serves every market of the feed. */
  feed: wholeText,
  expiry: wholeText,
  price: wholeText,
  setId: wholeText,
  seat: z
    .int()
    .min(0)
    .max(SEATS - 1),
  signature: z.string().regex(/^0x[0-9a-fA-F]{130}$/, "expected 65 bytes"),
});
export type SignedPrice = Readonly<z.output<typeof signedPriceShape>>;

/** Seats and signatures as the Clearinghouse takes them, seats rising, and what they weigh. */
export interface Posting {
  readonly price: bigint;
  readonly setId: bigint;
  readonly seats: readonly number[];
  readonly signatures: readonly string[];
  readonly weight: bigint;
}

const BPS = 10_000n;

/**
 * Refuses what the Clearinghouse would not take, or what needs no signature. Pure.
 * @throws BallastError `alreadySettled`, `signingClosed`, `hasWindow`.
 */
export function checkSigning({ expiry, time, settled, coverage }: ExpiryFacts): void {
  const refuse = (code: string, message: string, context: object): never => {
    throw new BallastError(code, message, { context: { expiry, ...context } });
  };
  if (settled !== 0n) refuse("alreadySettled", "The expiry has its price", { settled });
  const [opens, closes] = [expiry + SIGNING_OPENS, expiry + SIGNING_CLOSES];
  if (time < opens || time >= closes)
    refuse("signingClosed", "Prices are signed from two to 23 hours after an expiry", { time, opens, closes });
  if (coverage >= WINDOW_COVERAGE)
    refuse("hasWindow", "The half hour before the expiry is covered well enough, and its mean rules", { coverage });
}

/**
 * A validator's signature over a price, with the seat of its key. Pure but for the key.
 * @param mostBps How far from the oracle's last price it may be: who means more must say so.
 * @throws BallastError what {@link checkSigning} throws, `noSeat`, `seatMasked`, `priceFar`.
 */
export async function signPrice(
  facts: ExpiryFacts,
  domain: ClearingDomain,
  signer: Signer,
  price: bigint,
  mostBps: bigint,
): Promise<SignedPrice> {
  checkSigning(facts);
  const { feed, expiry, setId, mask, latest } = facts;
  const seat = facts.seats.findIndex((one) => one.weight !== 0n && isSame(one.signer, signer.address));
  if (seat === -1)
    throw new BallastError("noSeat", "The key has no seat in the set in force", {
      context: { address: signer.address, setId },
    });
  if (((mask >> BigInt(seat)) & 1n) === 1n)
    throw new BallastError("seatMasked", "The seat is masked and counts for nothing", { context: { seat, setId } });
  const distance = price > latest ? price - latest : latest - price;
  if (distance * BPS > mostBps * latest)
    throw new BallastError("priceFar", "The price is further from the oracle's last than allowed", {
      context: { price, latest, mostBps },
    });
  const signature = await signer.signDigest(settlementPriceDigest(domain, { feed, expiry, price, setId }));
  const { chainId, verifyingContract: clearinghouse } = domain;
  return { chainId, clearinghouse, feed, expiry, price, setId, seat, signature: longSignature(signature) };
}

/**
 * Puts signatures together, each checked. Pure.
 * @throws BallastError what {@link checkSigning} throws, `signaturesDiffer` when they are not all over one price of this expiry in the
 * set in force, `badSignature` for one that is not its seat's, or of a seat that is masked, `noQuorum` below two thirds.
 */
export function gatherPosting(facts: ExpiryFacts, domain: ClearingDomain, given: readonly SignedPrice[]): Posting {
  checkSigning(facts);
  const { feed, expiry, setId, mask, setWeight } = facts;
  const bySeat = new Map<number, SignedPrice>();
  const price = given[0]?.price ?? 0n;
  for (const one of given) {
    const isOurs = one.chainId === domain.chainId && isSame(one.clearinghouse, domain.verifyingContract);
    const isAlike = one.feed === feed && one.expiry === expiry && one.price === price && one.setId === setId;
    if (!isOurs || !isAlike)
      throw new BallastError("signaturesDiffer", "A signature is over something else", {
        context: { ...one, asked: { feed, expiry, price, setId } },
      });
    const digest = settlementPriceDigest(domain, { feed, expiry, price, setId });
    const { signer } = facts.seats[one.seat]!;
    const isMasked = ((mask >> BigInt(one.seat)) & 1n) === 1n;
    if (isMasked || !isSame(recovered(digest, one.signature), signer))
      throw new BallastError("badSignature", "A signature is not that of its seat, or the seat is masked", {
        context: { seat: one.seat, signer, isMasked },
      });
    bySeat.set(one.seat, one);
  }
  const rising = [...bySeat.values()].sort((a, b) => a.seat - b.seat);
  const weight = rising.reduce((sum, { seat }) => sum + facts.seats[seat]!.weight, 0n);
  if (3n * weight <= 2n * setWeight)
    throw new BallastError("noQuorum", "More than two thirds of the set's weight must sign", {
      context: { weight, setWeight, seats: rising.map(({ seat }) => seat).join() },
    });
  return {
    price,
    setId,
    seats: rising.map(({ seat }) => seat),
    signatures: rising.map(({ signature }) => signature),
    weight,
  };
}

function recovered(digest: string, signature: string): string {
  try {
    return recoverAddress(digest, signature);
  } catch {
    return "";
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
