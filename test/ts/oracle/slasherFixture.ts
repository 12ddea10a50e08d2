// SPDX-License-Identifier: MIT
import { network } from "hardhat";
import { keccak256, Signature, toUtf8Bytes, Wallet } from "ethers";

import { oracleDomain, PRICE_REPORT_TYPES } from "../../../scripts/model/priceReportTypedData.ts";
import { EvidenceOracle__factory } from "../../../typechain-types/factories/mocks/EvidenceOracle__factory.ts";
import { ScriptedRegistry__factory } from "../../../typechain-types/factories/mocks/ScriptedRegistry__factory.ts";
import { ScriptedRouter__factory } from "../../../typechain-types/factories/mocks/ScriptedRouter__factory.ts";
import { Slasher__factory } from "../../../typechain-types/factories/oracle/Slasher__factory.ts";
import type { IPriceOracle } from "../../../typechain-types/mocks/EvidenceOracle.ts";
import type { Slasher } from "../../../typechain-types/oracle/Slasher.ts";

export const ROUND_SECONDS = 15n;
export const DAY = 86_400n;
export const HOUR = 3_600n;
export const USDC = 10n ** 6n;
export const BOND = 60_000n * USDC;
export const SEAT_WEIGHT = 60_000n;
/** Ten seats of the same weight: the share of one, rounded up, in 1/65,536. */
export const SEAT_SHARE = 6_554n;
export const SHARE_ONE = 65_536n;
export const PRICE = 2_000n * 10n ** 8n;
export const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

export const Fault = { Equivocation: 0, Deviation: 1, FutureDating: 2, Downtime: 3, Capture: 4 } as const;
export const Stage = { None: 0, Waiting: 1, Charged: 2, Closed: 3 } as const;
export const State = { None: 0, Standby: 1, Active: 2, Jailed: 3, Exiting: 4, Tombstoned: 5 } as const;

export interface Report {
  round: bigint;
  setId: bigint;
  anchorHash: string;
  prices: bigint[];
}

export interface Domain {
  chainId?: bigint;
  verifyingContract?: string;
}

/** Key number `index` of the tests, always the same. */
export function keyOf(index: number | string): Wallet {
  return new Wallet(keccak256(toUtf8Bytes(`validator ${index}`)));
}

/** Signature of a report in the compact form the contracts take. */
export async function signReport(signer: Wallet, report: Report, chainId: bigint, oracle: string) {
  const signature = Signature.from(
    await signer.signTypedData({ ...oracleDomain(chainId, oracle) }, PRICE_REPORT_TYPES, report),
  );
  return { r: signature.r, vs: signature.yParityAndS };
}

export function anchorHash(name: string): string {
  return keccak256(toUtf8Bytes(name));
}

export function caseId(fault: number, validatorId: bigint, key: bigint): bigint {
  return (BigInt(fault) << 96n) | (validatorId << 64n) | key;
}

export function dayOf(round: bigint): bigint {
  return (round * ROUND_SECONDS) / DAY;
}

/** A slasher over scripted neighbours: ten validators of equal weight in set 1, ids 1 to 10 on seats 0 to 9. */
export async function deploySlasher() {
  const { ethers, networkHelpers } = await network.create();
  const [reporter, stranger] = await ethers.getSigners();
  if (reporter === undefined || stranger === undefined) throw new Error("no signers");
  const deployed = async (name: string) => (await ethers.deployContract(name)).getAddress();
  const oracle = EvidenceOracle__factory.connect(await deployed("EvidenceOracle"), reporter);
  const registry = ScriptedRegistry__factory.connect(await deployed("ScriptedRegistry"), reporter);
  const router = ScriptedRouter__factory.connect(await deployed("ScriptedRouter"), reporter);
  const libraries = { CaptureEvidence: await deployed("CaptureEvidence") };

  /** A slasher over the scripted neighbours as they are now. */
  async function deployAnother(): Promise<Slasher> {
    const contract = await ethers.deployContract("Slasher", [registry, oracle, router, oracle], { libraries });
    return Slasher__factory.connect(await contract.getAddress(), reporter);
  }
  const slasher = await deployAnother();

  for (let i = 0; i < 10; ++i) {
    await oracle.setSeat(1, i, keyOf(i).address, SEAT_WEIGHT, i + 1);
    await registry.enroll(i + 1, keyOf(i).address, i, BOND);
  }
  await registry.setCurrentSet(1);
  await registry.setOracle(oracle);
  for (let feed = 0; feed < 8; ++feed) await oracle.setLaggedDispersion(feed, 2_000);
  await oracle.setHeight(1_000);

  const chainId = (await ethers.provider.getNetwork()).chainId;
  // Noon of the middle day of a 15-day period: neither midnight nor a word's edge falls into ordinary tests.
  const start = (BigInt(await networkHelpers.time.latest()) / DAY / 15n + 2n) * 15n * DAY + 7n * DAY + 12n * HOUR;
  await networkHelpers.time.increaseTo(start);
  const round = start / ROUND_SECONDS - 4n;

  async function sign(signer: Wallet, report: Report, domain: Domain = {}): Promise<{ r: string; vs: string }> {
    const verifyingContract = domain.verifyingContract ?? (await oracle.getAddress());
    return signReport(signer, report, domain.chainId ?? chainId, verifyingContract);
  }

  function reportOf(price: bigint, changes: Partial<Report> = {}): Report {
    const prices = [price, ...Array.from({ length: 7 }, () => 0n)];
    return { round, setId: 1n, anchorHash: anchorHash("block"), prices, ...changes };
  }

  /** Submits two signed reports as an equivocation. */
  async function equivocate(
    first: Report,
    second: Report,
    keys: [Wallet, Wallet] = [keyOf(0), keyOf(0)],
    domain: Domain = {},
    from = reporter!,
  ) {
    const [a, b] = [await sign(keys[0], first, domain), await sign(keys[1], second, domain)];
    return slasher.connect(from).submitEquivocation(first, a.r, a.vs, second, b.r, b.vs);
  }

  /** Puts a round into the ring whose signers are the ten seats. */
  async function keepRound(
    number: bigint,
    changes: Partial<IPriceOracle.RoundPriceStruct> = {},
    header: Partial<IPriceOracle.RoundHeaderStruct> = {},
  ) {
    await oracle.setHeader({
      round: number,
      setId: 1n,
      acceptedAt: number * ROUND_SECONDS,
      signers: 0x3ffn,
      tookPart: 0x3ffn,
      inBand: 0x3ffn,
      late: 0n,
      anchorLow: 990n,
      signedWeightBps: 10_000n,
      ...header,
    });
    const price = { price: PRICE, dispersionPpm: 1_000n, published: true, clean: true, witnessed: true, ...changes };
    await oracle.setPrice(0, number, price);
  }

  /** Validator on seat `index` signs `price` for feed 0 of a kept round and is reported. */
  async function deviate(index: number, price: bigint, changes: Partial<Report> = {}, from = reporter!) {
    const report = reportOf(price, changes);
    const { r, vs } = await sign(keyOf(index), report);
    return slasher.connect(from).submitDeviation(report, r, vs, 0);
  }

  async function accuse(index: number, number: bigint, from = reporter!) {
    const report = reportOf(PRICE, { round: number });
    const { r, vs } = await sign(keyOf(index), report);
    return slasher.connect(from).accuseFutureDating(report, r, vs);
  }

  return {
    ethers,
    time: networkHelpers.time,
    reporter,
    stranger,
    oracle,
    registry,
    router,
    slasher,
    deployAnother,
    chainId,
    start,
    round,
    sign,
    reportOf,
    equivocate,
    keepRound,
    deviate,
    accuse,
  };
}

export type SlasherFixture = Awaited<ReturnType<typeof deploySlasher>>;
