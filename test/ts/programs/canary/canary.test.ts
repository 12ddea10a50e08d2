// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Registry } from "prom-client";

import { AccountProbe } from "../../../../scripts/canary/AccountProbe.ts";
import { AlertMetrics } from "../../../../scripts/canary/AlertMetrics.ts";
import { CanaryNode } from "../../../../scripts/canary/CanaryNode.ts";
import { PriceProbe } from "../../../../scripts/canary/PriceProbe.ts";
import type { Probe } from "../../../../scripts/canary/Probe.ts";
import { ProgramProbe } from "../../../../scripts/canary/ProgramProbe.ts";
import { WorkProbe } from "../../../../scripts/canary/WorkProbe.ts";
import { ContractReader } from "../../../../scripts/chain/ContractReader.ts";
import { FetchTransport } from "../../../../scripts/chain/FetchTransport.ts";
import { HeadAge } from "../../../../scripts/chain/HeadAge.ts";
import type { ChainAccess } from "../../../../scripts/chain/openChain.ts";
import { oracleInterface } from "../../../../scripts/chain/oracleInterface.ts";
import { serveHttp } from "../../../../scripts/chain/serveHttp.ts";
import type { HttpServer, Route } from "../../../../scripts/chain/serveHttp.ts";
import type { Job } from "../../../../scripts/keepers/Duty.ts";
import { ClockServer } from "../../../../scripts/simulator/ClockServer.ts";
import { ChainStage } from "../support/ChainStage.ts";
import { deployOracle } from "../support/deployOracle.ts";
import { silentLog } from "../support/silentLog.ts";
import { configArguments, freshFolder, runToEnd } from "../support/startProgram.ts";
import { keyOf } from "../support/World.ts";

const NEVER = new AbortController().signal;
const SECOND = 1_000n;
const BLIND_MS = 30n * SECOND;
const CALM_MS = 20n * SECOND;
const NOBODY = `0x${"77".repeat(20)}`;

describe("the canary", function () {
  this.timeout(60_000);
  let stage: ChainStage;
  let access: ChainAccess;
  let oracle: string;
  let clock: ClockServer;
  let page = 200;
  let hook = 200;
  let told: Record<string, string>[] = [];
  let servers: HttpServer[] = [];

  before(async () => {
    stage = await ChainStage.start();
    const deployer = await stage.chain.provider.getSigner(0);
    await stage.chain.provider.send("evm_setAutomine", [true]);
    const signers = ["a", "b", "c", "d"].map((name) => keyOf(name).address);
    oracle = await (await deployOracle(deployer, ["ETH / USD"], signers)).getAddress();
    const routes: Route[] = [
      { method: "GET", path: "/live", answer: () => ({ status: page, body: { status: "x" } }) },
      { method: "GET", path: "/ready", answer: () => ({ body: { status: "ready" } }) },
      {
        method: "POST",
        path: "/hook",
        answer: ({ body }) => {
          if (hook === 200) told.push(JSON.parse(body) as Record<string, string>);
          return { status: hook, body: {} };
        },
      },
    ];
    servers = [await serveHttp("127.0.0.1", 0, routes, silentLog)];
  });

  after(async () => {
    for (const server of servers) await server.close();
    await stage.close();
  });

  beforeEach(async () => {
    stage.heal();
    [page, hook, told] = [200, 200, []];
    access = stage.open();
    const { timestamp } = (await stage.chain.provider.getBlock("latest"))!;
    clock = new ClockServer(BigInt(timestamp) * SECOND);
  });

  function canary(...probes: readonly Probe[]): CanaryNode {
    const registry = new Registry();
    return new CanaryNode({
      agreed: access.agreed,
      clock,
      transport: new FetchTransport(),
      log: silentLog,
      headAge: new HeadAge(registry, 86_400_000),
      metrics: new AlertMetrics(registry),
      probes,
      pollMs: SECOND,
      calmMs: CALM_MS,
      blindMs: BLIND_MS,
      webhook: `${servers[0]!.url}/hook`,
    });
  }

  async function lookAfter(node: CanaryNode, milliseconds: bigint): Promise<string[]> {
    clock.advanceTo((await clock.now()) + milliseconds);
    await node.turn(NEVER);
    return node.raised().map(({ id }) => id);
  }

  it("calls people for work that nobody does, and says when it was done", async () => {
    let jobs: Job[] = [];
    const work = { key: "expiry 7", className: "settler", to: NOBODY, data: "0x", rewardWei: 0n, deadlineMs: 0n };
    const duty = { name: "settler", classes: [], due: () => Promise.resolve(jobs) };
    const node = canary(new WorkProbe(duty, 10n * SECOND));
    assert.deepEqual(await lookAfter(node, SECOND), []);
    jobs = [{ work, shareId: 1n }];
    assert.deepEqual(await lookAfter(node, SECOND), [], "due, not overdue");
    assert.deepEqual(await lookAfter(node, 10n * SECOND), ["work settler expiry 7"]);
    jobs = [];
    assert.deepEqual(await lookAfter(node, CALM_MS), []);
    assert.deepEqual(
      told.map(({ event, alert }) => [event, alert]),
      [
        ["raised", "work settler expiry 7"],
        ["cleared", "work settler expiry 7"],
      ],
    );
  });

  it("calls people for a program whose page is red or that does not answer", async () => {
    const watched = { name: "keeper", url: servers[0]!.url, patienceMs: 5n * SECOND };
    const gone = { ...watched, name: "gone", url: "http://127.0.0.1:1" };
    const probes = [watched, gone].map((program) => new ProgramProbe(program, new FetchTransport(), 2_000));
    const node = canary(...probes);
    await lookAfter(node, SECOND);
    page = 503;
    await lookAfter(node, SECOND);
    assert.sameMembers(await lookAfter(node, 5n * SECOND), ["program keeper live", "program gone live"]);
  });

  it("calls people for an account that cannot pay for gas", async () => {
    const account = { name: "relayer", address: NOBODY, minimumWei: 10n };
    await stage.chain.provider.send("hardhat_setBalance", [NOBODY, "0x9"]);
    const node = canary(new AccountProbe(account, access.chain));
    assert.deepEqual(await lookAfter(node, SECOND), ["account relayer"]);
    assert.equal(node.raised()[0]!.severity, "warn");
    await stage.chain.provider.send("hardhat_setBalance", [NOBODY, "0x1"]);
    await lookAfter(node, SECOND);
    assert.equal(node.raised()[0]!.severity, "page", "less than a quarter is left");
  });

  it("calls people for a feed without a price", async () => {
    const reader = new ContractReader(access.agreed, oracle, oracleInterface);
    const policy = { maximumAgeMs: 5n * SECOND, missingMs: 5n * SECOND, modePatienceMs: 0n };
    const node = canary(new PriceProbe(reader, undefined, policy, new Registry()));
    assert.deepEqual(await lookAfter(node, SECOND), []);
    assert.deepEqual(await lookAfter(node, 5n * SECOND), ["price 0 age"]);
  });

  it("says that it is blind when endpoints disagree, and forgets nothing it knew", async () => {
    const node = canary();
    for (const proxy of stage.proxies) proxy.add({ kind: "status", status: 500 });
    assert.deepEqual(await lookAfter(node, SECOND), []);
    assert.deepEqual(await lookAfter(node, BLIND_MS), ["chain unreadable"]);
  });

  it("tells a webhook that was away as soon as it is back, in order", async () => {
    const watched = { name: "keeper", url: servers[0]!.url, patienceMs: 0n };
    const node = canary(new ProgramProbe(watched, new FetchTransport(), 2_000));
    [page, hook] = [503, 500];
    await lookAfter(node, SECOND);
    page = 200;
    await lookAfter(node, CALM_MS);
    assert.deepEqual(told, []);
    hook = 200;
    await lookAfter(node, SECOND);
    assert.deepEqual(
      told.map(({ event }) => event),
      ["raised", "cleared"],
    );
  });

  it("looks once for a scheduler: code 3 and what is wrong, without a key anywhere", async () => {
    const folder = await freshFolder();
    const chain = { rpcUrl: stage.chain.rpcUrl, chainId: "31337", oracle };
    const ended = await runToEnd("ballast", [
      "canary",
      ...(await configArguments(folder, "canary", { chain, dataFolder: folder })),
      "--once",
    ]);
    assert.equal(ended.code, 3, ended.stderr);
    assert.include(ended.stderr, '"code":"alertsRaised"');
    assert.include(ended.stderr, "feed 0 has no price");
  });
});
