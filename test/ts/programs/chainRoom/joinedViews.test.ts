// SPDX-License-Identifier: MIT
import { assert } from "chai";

import type { BlockFacts, ChainCall } from "../../../../scripts/chain/chainFacts.ts";
import { JoinedViews } from "../../../../scripts/chain/JoinedViews.ts";
import type { ChainAccess } from "../../../../scripts/chain/openChain.ts";
import { viewProgram } from "../../../../scripts/chain/viewProgram.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { ChainStage, codeOf } from "../support/ChainStage.ts";

const REVERTING = `0x${"42".repeat(20)}`;
const REVERT_WITH_WORD = "0x602a5f5260205ffd"; // mstore(0, 42); revert(0, 32)
const WORD = `0x${"2a".padStart(64, "0")}`;
const CALLER = `0x${"43".repeat(20)}`;
const RETURN_CALLER = "0x335f5260205ff3"; // mstore(0, caller()); return(0, 32)
const ECHO = `0x${"4".padStart(40, "0")}`;

/** An endpoint that answers each view with what it is asked, and takes no constructors. */
function stubborn(code: string): { readonly asked: ChainCall[]; readonly views: JoinedViews<undefined> } {
  const asked: ChainCall[] = [];
  const views = new JoinedViews((call, _selector: undefined) => {
    asked.push(call);
    return call.to === undefined ? Promise.reject(new BallastError(code, "No")) : Promise.resolve(call.data);
  });
  return { asked, views };
}

describe("views that are asked at one moment", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let access: ChainAccess;
  let head: BlockFacts;

  before(async () => {
    stage = await ChainStage.start(3);
    await stage.chain.provider.send("hardhat_setCode", [REVERTING, REVERT_WITH_WORD]);
    await stage.chain.provider.send("hardhat_setCode", [CALLER, RETURN_CALLER]);
    await stage.driver.mine(2);
    access = stage.open();
    head = await access.agreed.head();
  });
  after(() => stage.close());
  beforeEach(() => stage.heal());

  /** Questions that the work puts to the endpoints. */
  async function questions(work: () => Promise<unknown>): Promise<number[]> {
    const before = stage.proxies.map((proxy) => proxy.asked("eth_call"));
    await work();
    return stage.proxies.map((proxy, index) => proxy.asked("eth_call") - before[index]!);
  }

  it("are one question to each of the endpoints that must agree", async () => {
    const said = ["0x", "0x0badcafe", `0x${"5a".repeat(5_000)}`];
    let answers: string[] = [];
    const asked = await questions(async () => {
      answers = await Promise.all(said.map((data) => access.agreed.call({ to: ECHO, data }, head)));
    });
    assert.deepEqual(answers, said);
    assert.deepEqual(asked, [1, 1, 0]);
  });

  it("are one question to the first endpoint where its word is enough", async () => {
    const asked = await questions(() =>
      Promise.all(["0x01", "0x02"].map((data) => access.chain.call({ to: ECHO, data }))),
    );
    assert.deepEqual(asked, [1, 0, 0]);
  });

  it("are refused each for its own reason, and the others answered", async () => {
    const [good, bad] = await Promise.allSettled([
      access.agreed.call({ to: ECHO, data: "0x0badcafe" }, head),
      access.agreed.call({ to: REVERTING, data: "0x" }, head),
    ]);
    assert.deepInclude(good, { value: "0x0badcafe" });
    const { reason } = bad as PromiseRejectedResult;
    assert.deepInclude(reason, { code: "callReverted" });
    assert.equal((reason as BallastError).context["data"], WORD);
  });

  it("are not asked together with what one account in particular would see", async () => {
    const from = `0x${"77".repeat(20)}`;
    const [caller] = await Promise.all([
      access.agreed.call({ from, to: CALLER, data: "0x" }, head),
      access.agreed.call({ to: ECHO, data: "0x01" }, head),
    ]);
    assert.equal(BigInt(caller), BigInt(from));
  });

  it("fail together where the endpoints contradict each other about each of them", async () => {
    for (const [index, tail] of ["1", "2", "3"].entries())
      stage.proxies[index]!.add({ kind: "lie", methods: ["eth_call"], tell: () => `0x${tail.padStart(64, "0")}` });
    const asked = ["0x01", "0x02"].map((data) => codeOf(access.agreed.call({ to: ECHO, data }, head)));
    assert.deepEqual(await Promise.all(asked), ["rpcDisagreement", "rpcDisagreement"]);
  });

  it("are asked once where they are equal", async () => {
    const { asked, views } = stubborn("rpcRefused");
    await Promise.all(["0x01", "0x01"].map((data) => views.ask({ to: ECHO, data }, undefined, "one")));
    assert.deepEqual(asked, [{ to: ECHO, data: "0x01" }]);
  });

  it("are asked one by one where the endpoint does not take them together", async () => {
    const { asked, views } = stubborn("rpcRefused");
    const said = ["0x01", "0x02"];
    assert.deepEqual(await Promise.all(said.map((data) => views.ask({ to: ECHO, data }, undefined, "one"))), said);
    const calls = said.map((data) => ({ to: ECHO, data }));
    assert.deepEqual(asked, [{ data: viewProgram(calls) }, ...calls]);
  });

  it("are not asked one by one of an endpoint that cannot be reached", async () => {
    const { asked, views } = stubborn("rpcUnreachable");
    const codes = ["0x01", "0x02"].map((data) => codeOf(views.ask({ to: ECHO, data }, undefined, "one")));
    assert.deepEqual(await Promise.all(codes), ["rpcUnreachable", "rpcUnreachable"]);
    assert.equal(asked.length, 1);
  });

  it("are parted by block, and where they are more than a node takes", async () => {
    const { asked, views } = stubborn("rpcUnreachable");
    const many = Array.from({ length: 65 }, (_, index) => `0x${index.toString(16).padStart(2, "0")}`);
    await Promise.allSettled(many.map((data) => views.ask({ to: ECHO, data }, undefined, "one")));
    assert.equal(asked.length, 3, "thirty-two, thirty-two and one");
    await Promise.allSettled(["one", "two"].map((block) => views.ask({ to: ECHO, data: "0x01" }, undefined, block)));
    assert.equal(asked.length, 5);
    const long = `0x${"5a".repeat(25_000)}`;
    await Promise.allSettled(
      ["01", "02"].map((end) => views.ask({ to: ECHO, data: `${long}${end}` }, undefined, "one")),
    );
    assert.equal(asked.length, 7, "long ones each alone");
  });
});
