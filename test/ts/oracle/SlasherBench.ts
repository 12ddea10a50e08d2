// SPDX-License-Identifier: MIT
import { hexlify, Wallet } from "ethers";
import { network } from "hardhat";

import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import { MockToken__factory } from "../../../typechain-types/factories/mocks/MockToken__factory.ts";
import { PriceOracle__factory } from "../../../typechain-types/factories/oracle/PriceOracle__factory.ts";
import { SlashEscrow__factory } from "../../../typechain-types/factories/oracle/SlashEscrow__factory.ts";
import { Slasher__factory } from "../../../typechain-types/factories/oracle/Slasher__factory.ts";
import { WitnessRouter__factory } from "../../../typechain-types/factories/oracle/WitnessRouter__factory.ts";
import { ValidatorRegistry__factory } from "../../../typechain-types/factories/oracle/ValidatorRegistry__factory.ts";
import { BOND, keyOf, type Report, ROUND_SECONDS, signReport, USDC } from "./slasherFixture.ts";

const SIGNER_PROOF = {
  SignerProof: [
    { name: "withdrawal", type: "address" },
    { name: "signer", type: "address" },
  ],
};

/**
 * Registry, oracle, escrow, witness router and slasher as deployed, with `count` validators. The oracle takes witnesses
 * from the test and not from the router, so that a test says what was known when a round was accepted.
 */
export async function deploySlasherBench(count: number) {
  const { ethers, networkHelpers } = await network.create();
  const [deployer, reporter, witness, stranger] = await ethers.getSigners();
  if (!deployer || !reporter || !witness || !stranger) throw new Error("no signers");
  const link = async (names: string[]) => {
    const libraries: Record<string, string> = {};
    for (const name of names) libraries[name] = await (await ethers.deployContract(name)).getAddress();
    return libraries;
  };
  const deploy = async (name: string, args: unknown[] = [], libraries: Record<string, string> = {}) =>
    (await ethers.deployContract(name, args, { libraries })).getAddress();

  const oracleLibraries = await link(["OracleViews", "SetKeeping", "FeedKeeping", "LateCredit"]);
  const registryLibraries = await link(["SetBuilder"]);
  const token = MockToken__factory.connect(await deploy("MockToken", ["Quote", "QUOTE", 6]), deployer);
  const [anchor, authority] = [await deploy("NativeAnchor"), await deploy("OpenAuthority")];
  const oracle = PriceOracle__factory.connect(
    await deploy("PriceOracle", [anchor, 60, 0, authority], oracleLibraries),
    deployer,
  );
  const pot = await ethers.deployContract("RewardPot", [token, oracle]);
  const escrow = SlashEscrow__factory.connect(await deploy("SlashEscrow", [token, authority]), deployer);
  const registry = ValidatorRegistry__factory.connect(
    await deploy(
      "ValidatorRegistry",
      [token, oracle, pot, escrow, 21, 50_000n * USDC, 0, authority],
      registryLibraries,
    ),
    deployer,
  );
  const router = WitnessRouter__factory.connect(await deploy("WitnessRouter", [oracle, pot, 0, authority]), deployer);
  const slasherLibraries = await link(["CaptureEvidence"]);
  const slasher = Slasher__factory.connect(
    await deploy("Slasher", [registry, oracle, router, anchor], slasherLibraries),
    reporter,
  );

  await oracle.wire(registry, witness);
  await pot.getFunction("wire")(registry, witness, deployer);
  await escrow.wire(registry);
  await registry.wire(slasher);
  await oracle.addFeed("FEED", 1);

  const { chainId } = await ethers.provider.getNetwork();
  const domain = {
    name: "Ballast Validator Registry",
    version: "1",
    chainId,
    verifyingContract: await registry.getAddress(),
  };
  await token.mint(deployer, BOND * BigInt(count));
  await token.approve(registry, BOND * BigInt(count));
  for (let i = 0; i < count; ++i) {
    const message = { withdrawal: deployer.address, signer: keyOf(i).address };
    const proof = await keyOf(i).signTypedData(domain, SIGNER_PROOF, message);
    await registry.register(deployer, keyOf(i).address, BOND, 0, proof);
  }
  await registry.closeEpoch();

  const now = async () => BigInt(await networkHelpers.time.latest());

  /** The signed report of validator `index`, as evidence and for a relay. */
  async function sign(index: number, round: bigint, price: bigint, key: Wallet = keyOf(index)) {
    const anchorBlock = (await ethers.provider.getBlockNumber()) - 1;
    const block = await ethers.provider.getBlock(anchorBlock);
    const prices = [price, ...Array.from({ length: 7 }, () => 0n)];
    const report: Report = { round, setId: await registry.currentSet(), anchorHash: block!.hash!, prices };
    const signature = await signReport(key, report, chainId, await oracle.getAddress());
    const { seat } = await registry.validator(index + 1);
    return { report, ...signature, seat: Number(seat), anchorBlock: BigInt(anchorBlock) };
  }

  /** Accepts the next round with the price of `priceOf` from every validator that has one. */
  async function accept(priceOf: (index: number) => bigint | undefined) {
    const round = (await now()) / ROUND_SECONDS + 1n;
    await networkHelpers.time.increaseTo(round * ROUND_SECONDS + 2n);
    const signed = [];
    for (let i = 0; i < count; ++i) {
      const price = priceOf(i);
      if (price !== undefined) signed.push(await sign(i, round, price));
    }
    const reports = signed
      .map(({ report, r, vs, seat, anchorBlock }) => ({
        seat,
        anchorBlock,
        signature: { r, yParityAndS: vs },
        prices: report.prices,
      }))
      .sort((a, b) => a.seat - b.seat);
    await oracle.relay(hexlify(encodeRelay({ round, setId: await registry.currentSet(), reports })));
    return { round, signed };
  }

  async function equivocate(index: number, from = reporter!) {
    const round = (await now()) / ROUND_SECONDS;
    const price = 3_000n * 10n ** 8n;
    const [a, b] = [await sign(index, round, price), await sign(index, round, price + 1n)];
    return slasher.connect(from).submitEquivocation(a.report, a.r, a.vs, b.report, b.r, b.vs);
  }

  return {
    ethers,
    time: networkHelpers.time,
    deployer,
    reporter,
    witness,
    stranger,
    token,
    oracle,
    registry,
    escrow,
    router,
    slasher,
    now,
    sign,
    accept,
    equivocate,
  };
}
