// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { AbiCoder, concat, Interface, ZeroAddress } from "ethers";
import type { ParamType } from "ethers";

import { deployed } from "../deploy/deployed.ts";

const CONTRACTS = fileURLToPath(new URL("../../../contracts", import.meta.url));
const RESTRICTED = /function (\w+)\([^)]*\)[^{;]*\brestricted\b/g;
const MANAGED = new Interface(["error AccessManagedUnauthorized(address caller)"]);

/** What governance alone may do, by the deployment's names. */
const GOVERNED: Readonly<Record<string, readonly string[]>> = {
  oracle: ["addFeed", "setTipBase"],
  registry: ["setMinimumBond"],
  escrow: ["setDirectory"],
  router: ["addSource", "replaceSource", "removeSource"],
  risk: ["guard", "zeroAddOn", "loosen", "setCeiling", "switchStake", "setReporters"],
  house: ["enableRisk", "enableFeed", "enableCollateral", "enableParameters", "sunset"],
  directory: ["listMarket"],
};

/** Arguments of no meaning: who calls is looked at first. */
function zeroOf({ baseType, type, arrayLength, arrayChildren, components }: ParamType): unknown {
  if (baseType === "array") return Array.from({ length: Math.max(arrayLength ?? 0, 0) }, () => zeroOf(arrayChildren!));
  if (baseType === "tuple") return components!.map(zeroOf);
  if (type === "address") return ZeroAddress;
  if (type === "string") return "";
  if (type === "bool") return false;
  const bytes = /^bytes(\d*)$/.exec(type);
  return bytes === null ? 0n : `0x${"00".repeat(Number(bytes[1]))}`;
}

describe("What governance alone may do", function () {
  this.timeout(120_000);
  let place: Awaited<ReturnType<typeof deployed>>;

  before(async () => {
    place = await deployed();
  });

  /** The call of a function with arguments of no meaning. */
  const callOf = (name: string, method: string): string => {
    const fragment = place.room[name]!.interface.getFunction(method)!;
    const given = AbiCoder.defaultAbiCoder().encode(fragment.inputs, fragment.inputs.map(zeroOf));
    return concat([fragment.selector, given]);
  };
  const everyCall = Object.entries(GOVERNED).flatMap(([name, methods]) => methods.map((method) => ({ name, method })));

  it("is every restricted function of the contracts", () => {
    const files = readdirSync(CONTRACTS, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".sol"));
    const found = files.flatMap((file) => [...readFileSync(join(CONTRACTS, file), "utf8").matchAll(RESTRICTED)]);
    expect(found.map(([, name]) => name)).to.have.members(everyCall.map(({ method }) => method));
  });

  it("is refused to everybody else", async () => {
    const { stranger, address } = place;
    for (const { name, method } of everyCall) {
      const call = stranger.sendTransaction({
        to: await address(name),
        data: callOf(name, method),
        gasLimit: 5_000_000,
      });
      await expect(call, `${name}.${method}`)
        .to.be.revertedWithCustomError({ interface: MANAGED }, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    }
  });

  it("goes to another authority when the authority says so, and nobody else can", async () => {
    const { room, stranger, address, connection } = await deployed();
    const { ethers, provider } = connection;
    const manager = await address("authority");
    await provider.request({ method: "hardhat_setBalance", params: [manager, "0xde0b6b3a7640000"] });
    const authority = await ethers.getImpersonatedSigner(manager);
    const open = await (await ethers.deployContract("OpenAuthority")).getAddress();
    for (const name of Object.keys(GOVERNED)) {
      const as = (signer: typeof stranger) => room[name]!.connect(signer) as (typeof room)[string];
      const refusal = { interface: MANAGED };
      await expect(as(stranger).getFunction("setAuthority")(open), `${name}: a stranger`)
        .to.be.revertedWithCustomError(refusal, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await as(authority).getFunction("setAuthority")(open);
      expect(await room[name]!.getFunction("authority")(), name).to.equal(open);
      await expect(as(authority).getFunction("setAuthority")(manager), `${name}: the one before`)
        .to.be.revertedWithCustomError(refusal, "AccessManagedUnauthorized")
        .withArgs(manager);
    }
    await (room["house"]!.connect(stranger) as (typeof room)[string]).getFunction("enableFeed")(1);
  });
});
