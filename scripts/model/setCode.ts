// SPDX-License-Identifier: MIT
import { BallastError } from "./BallastError.ts";
import { SEATS } from "./constants.ts";
import type { Seat } from "./types.ts";

const SEAT_DIGITS = 56; // signer 40, weight 8, validator id 8
const U32_LIMIT = 1n << 32n;

/** Bytes of a set as the oracle installs it: 28 per seat, hex with 0x. Empty seats have signer 0 and weight 0. */
export function encodeSet(seats: readonly Seat[]): string {
  if (seats.length > SEATS)
    throw new BallastError("setTooLarge", "A set has at most 32 seats", { context: { seats: seats.length } });
  return `0x${seats.map(encodeSeat).join("")}`;
}

/** Seats of a set from its bytes. */
export function decodeSet(code: string): Seat[] {
  const digits = code.slice(2);
  if (!/^0x[0-9a-fA-F]*$/.test(code) || digits.length % SEAT_DIGITS !== 0 || digits.length > SEATS * SEAT_DIGITS) {
    throw new BallastError("setMalformed", "Set code is not a whole number of seats", {
      context: { length: digits.length },
    });
  }
  return Array.from({ length: digits.length / SEAT_DIGITS }, (_, seat) => {
    const text = digits.slice(seat * SEAT_DIGITS, (seat + 1) * SEAT_DIGITS);
    return {
      signer: `0x${text.slice(0, 40).toLowerCase()}`,
      weight: BigInt(`0x${text.slice(40, 48)}`),
      validatorId: BigInt(`0x${text.slice(48)}`),
    };
  });
}

function encodeSeat(seat: Seat): string {
  const fits = seat.weight >= 0n && seat.weight < U32_LIMIT && seat.validatorId >= 0n && seat.validatorId < U32_LIMIT;
  if (!fits || !/^0x[0-9a-fA-F]{40}$/.test(seat.signer)) {
    throw new BallastError("seatOutOfRange", "A seat is an address and two 32-bit numbers", { context: { ...seat } });
  }
  return `${seat.signer.slice(2).toLowerCase()}${hex32(seat.weight)}${hex32(seat.validatorId)}`;
}

function hex32(value: bigint): string {
  return value.toString(16).padStart(8, "0");
}
