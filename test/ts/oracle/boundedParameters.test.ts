// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { hexlify, ZeroAddress } from "ethers";

import { encodeRelay } from "../../../scripts/model/encodeRelay.ts";
import { SeatCode__factory } from "../../../typechain-types/factories/oracle/libraries/SeatCode__factory.ts";
import { OracleBench, TIP_BASE } from "./OracleBench.ts";
import { OracleRoom } from "./OracleRoom.ts";

const UNIT = 10n ** 6n;
const MOST = 2n ** 64n - 1n;

async function empty() {
  const room = await OracleRoom.create({ validators: 0 });
  const { ethers } = room.connection;
  const link = async (names: readonly string[]): Promise<Record<string, string>> => {
    const libraries: Record<string, string> = {};
    for (const name of names) libraries[name] = await (await ethers.deployContract(name)).getAddress();
    return libraries;
  };
  return { room, ethers, link, authority: await room.authority.getAddress() };
}

describe("What a deployment may not get wrong", () => {
  it("refuses a heartbeat below a round or above an hour, no anchor, and a tip beyond its bound", async () => {
    const { room, ethers, link, authority } = await empty();
    const libraries = await link(["OracleViews", "SetKeeping", "FeedKeeping", "LateCredit"]);
    const factory = await ethers.getContractFactory("PriceOracle", { libraries });
    const anchor = await room.oracle.anchor();
    for (const heartbeat of [0n, 14n, 3601n]) {
      await expect(factory.deploy(anchor, heartbeat, 0, authority))
        .to.be.revertedWithCustomError(room.oracle, "PriceOracle_BadHeartbeat")
        .withArgs(heartbeat, 15n, 3600n);
    }
    await expect(factory.deploy(ZeroAddress, 60, 0, authority)).to.be.revertedWithCustomError(
      room.oracle,
      "PriceOracle_ZeroAddress",
    );
    await expect(factory.deploy(anchor, 60, 10n ** 24n + 1n, authority))
      .to.be.revertedWithCustomError(room.oracle, "PriceOracle_BadTipBase")
      .withArgs(10n ** 24n + 1n, 10n ** 24n);
  });

  it("refuses a target below four or above thirty-two seats", async () => {
    const { room, ethers, link, authority } = await empty();
    const libraries = await link(["SetBuilder"]);
    const factory = await ethers.getContractFactory("ValidatorRegistry", { libraries });
    for (const target of [3n, 33n]) {
      await expect(factory.deploy(room.token, room.oracle, room.pot, room.escrow, target, 50_000n * UNIT, 0, authority))
        .to.be.revertedWithCustomError(room.registry, "ValidatorRegistry_BadTargetSize")
        .withArgs(target, 4n, 32n);
    }
  });

  it("wires nobody to the zero address, and everybody once", async () => {
    const { room, ethers, link, authority } = await empty();
    const [deployer, stranger] = await ethers.getSigners();
    const libraries = await link(["OracleViews", "SetKeeping", "FeedKeeping", "LateCredit"]);
    const factory = await ethers.getContractFactory("PriceOracle", { libraries });
    const fresh = room.oracle.attach(
      await (await factory.deploy(await room.oracle.anchor(), 60, 0, authority)).getAddress(),
    ) as typeof room.oracle;
    for (const pair of [
      [ZeroAddress, deployer!.address],
      [deployer!.address, ZeroAddress],
    ] as const) {
      await expect(fresh.wire(...pair)).to.be.revertedWithCustomError(fresh, "PriceOracle_ZeroAddress");
    }
    await expect(fresh.connect(stranger!).wire(stranger!.address, stranger!.address))
      .to.be.revertedWithCustomError(fresh, "PriceOracle_Unauthorized")
      .withArgs(stranger!.address, deployer!.address);
    await expect(room.oracle.wire(deployer!.address, deployer!.address))
      .to.be.revertedWithCustomError(room.oracle, "PriceOracle_AlreadyWired")
      .withArgs(await room.registry.getAddress(), await room.router.getAddress());
    const pot = room.pot.attach(
      await (await ethers.deployContract("RewardPot", [room.token, room.oracle])).getAddress(),
    ) as typeof room.pot;
    for (const missing of [0, 1, 2]) {
      const [first, second, third] = [0, 1, 2].map((at) => (at === missing ? ZeroAddress : deployer!.address));
      await expect(pot.wire(first!, second!, third!)).to.be.revertedWithCustomError(pot, "RewardPot_ZeroAddress");
    }
    const escrow = room.escrow.attach(
      await (await ethers.deployContract("SlashEscrow", [room.token, authority])).getAddress(),
    ) as typeof room.escrow;
    await expect(escrow.wire(ZeroAddress)).to.be.revertedWithCustomError(escrow, "SlashEscrow_ZeroAddress");
    await expect(escrow.setDirectory(ZeroAddress)).to.be.revertedWithCustomError(escrow, "SlashEscrow_ZeroAddress");
    await expect(room.registry.wire(ZeroAddress)).to.be.revertedWithCustomError(
      room.registry,
      "ValidatorRegistry_ZeroAddress",
    );
  });

  it("lists eight feeds and not a ninth", async () => {
    const { room } = await empty();
    await expect(room.oracle.addFeed("FEED-1", 0n)).to.be.revertedWithCustomError(room.oracle, "PriceOracle_ZeroTick");
    for (let feed = 1; feed < 8; feed += 1) await room.oracle.addFeed(`FEED-${feed}`, 1n);
    await expect(room.oracle.addFeed("FEED-8", 1n))
      .to.be.revertedWithCustomError(room.oracle, "PriceOracle_NoFreeSlot")
      .withArgs(8n);
  });

  it("changes no tip while a trigger is true, and none beyond its bound", async () => {
    const bench = await OracleBench.create();
    await expect(bench.oracle.setTipBase(10n ** 24n + 1n))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_BadTipBase")
      .withArgs(10n ** 24n + 1n, 10n ** 24n);
    await bench.oracle.setTipBase(TIP_BASE + 1n);
    await bench.accept([3000e8]);
    await expect(bench.oracle.setTipBase(TIP_BASE), "a new feed is in Recovery").to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_TriggerActive",
    );
  });

  it("stores no set of no, broken or too many seats", async () => {
    const bench = await OracleBench.create();
    const code = { interface: SeatCode__factory.createInterface() };
    for (const bytes of [0, 27, 29, 33 * 28]) {
      await expect(bench.oracle.connect(bench.registry).installSet(`0x${"01".repeat(bytes)}`, 1))
        .to.be.revertedWithCustomError(code, "SeatCode_BadLength")
        .withArgs(BigInt(bytes), 896n);
    }
  });
});

describe("PriceOracle at the ends of its range", () => {
  it("publishes one unit and the largest price there is, and reads both", async () => {
    for (const price of [1n, 2n, MOST]) {
      const bench = await OracleBench.create();
      await bench.witness(0, price);
      for (let i = 0; i < 3; i += 1) await bench.accept([price]);
      const { price: read, low, high } = await bench.oracle.readRisk(0);
      expect(read).to.equal(price);
      expect(low <= price && high >= price && high <= MOST, `band ${low}–${high}`).to.equal(true);
      const { average5m, average12h } = await bench.oracle.metrics(0);
      expect([average5m, average12h]).to.deep.equal([price, price]);
    }
  });

  it("takes medians and dispersion of the widest vectors without overflow", async () => {
    const bench = await OracleBench.create();
    await bench.accept([1n]);
    const round = await bench.nextRound();
    const vectors = bench.same([1n], [0, 1, 2]);
    for (const seat of [3, 4, 5, 6]) vectors.set(seat, [MOST]);
    await bench.relay(round, vectors);
    const { price, high } = await bench.oracle.readRisk(0);
    expect(price, "a leap waits").to.equal(1n);
    expect(high, "and the band reaches it").to.equal(MOST);
  });

  it("forgets no half hour of the largest price", async () => {
    const bench = await OracleBench.create({ heartbeat: 3600 });
    const start = Math.ceil((await bench.now()) / 1800) * 1800 + 1800;
    await bench.moveTo(start - 10);
    await bench.accept([MOST]);
    await bench.moveTo(start + 1790);
    await bench.accept([MOST]);
    const [, mark] = await bench.oracle.tryMarkAt(0, start + 1800);
    expect(mark.coverage, "whole").to.equal(1800n);
    expect(mark.sum).to.equal(MOST * 1800n);
  });

  it("refuses a narrow price beyond 64 bits with its seat, feed and value", async () => {
    const bench = await OracleBench.create();
    const round = await bench.nextRound();
    const reports = [];
    for (const seat of [0, 1, 2, 3, 4]) reports.push(await bench.sign(round, seat, [seat === 0 ? 6n : 5n]));
    const packed = hexlify(encodeRelay({ round, setId: 1n, reports })).slice(2);
    // The feed table lies behind 15 bytes: base 64 bits, tick 32 bits. The largest base makes any tick too much.
    const broken = `0x${packed.slice(0, 30)}${"f".repeat(16)}${"f".repeat(8)}${packed.slice(54)}`;
    await expect(bench.oracle.relay(broken))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_PriceTooLarge")
      .withArgs(0n, 0n, MOST + 2n ** 32n - 1n);
  });
});

describe("Bond tokens that are not plain", () => {
  async function withFeeToken() {
    const { room, ethers, link, authority } = await empty();
    const deployed = await ethers.deployContract("FeeToken");
    const [owner] = await ethers.getSigners();
    const libraries = await link(["SetBuilder"]);
    const factory = await ethers.getContractFactory("ValidatorRegistry", { libraries });
    const settings = [deployed, room.oracle, room.pot, room.escrow, 7, 50_000n * 10n ** 18n, 0, authority];
    const registry = room.registry.attach(
      await (await factory.deploy(...settings)).getAddress(),
    ) as typeof room.registry;
    await deployed.getFunction("mint")(owner!.address, 10n ** 24n);
    await deployed.getFunction("approve")(registry, 10n ** 30n);
    const key = ethers.Wallet.createRandom();
    const { chainId } = await ethers.provider.getNetwork();
    const domain = {
      name: "Ballast Validator Registry",
      version: "1",
      chainId,
      verifyingContract: await registry.getAddress(),
    };
    const types = {
      SignerProof: [
        { name: "withdrawal", type: "address" },
        { name: "signer", type: "address" },
      ],
    };
    const proof = await key.signTypedData(domain, types, { withdrawal: owner!.address, signer: key.address });
    const bond = 100_000n * 10n ** 18n;
    const register = () => registry.register(owner!.address, key.address, bond, 0, proof);
    return { registry, token: deployed, register, bond };
  }

  it("refuses a bond of which a fee was kept", async () => {
    const { registry, register, bond } = await withFeeToken();
    await expect(register())
      .to.be.revertedWithCustomError(registry, "ValidatorRegistry_WrongAmountReceived")
      .withArgs((bond * 99n) / 100n, bond);
  });

  it("lets no token call back into a transfer", async () => {
    const { registry, token, register } = await withFeeToken();
    const calls = [
      registry.interface.encodeFunctionData("closeEpoch"),
      registry.interface.encodeFunctionData("withdraw", [1]),
      registry.interface.encodeFunctionData("topUp", [1, 1]),
    ];
    await token.getFunction("setCallback")(registry, calls[0]);
    await register();
    expect(await token.getFunction("answered")(), "during register").to.equal(false);
    for (const call of calls) {
      await token.getFunction("setCallback")(registry, call);
      await registry.topUp(1, 1);
      expect(await token.getFunction("answered")(), "during topUp").to.equal(false);
    }
  });
});
