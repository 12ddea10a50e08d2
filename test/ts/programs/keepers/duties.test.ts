// SPDX-License-Identifier: MIT
import { KeeperBench } from "../support/KeeperBench.ts";
import { breakerSuite } from "./duties/breakerSuite.ts";
import { epochsSuite } from "./duties/epochsSuite.ts";
import { programSuite } from "./duties/programSuite.ts";
import { rollerSuite } from "./duties/rollerSuite.ts";
import { settlerSuite } from "./duties/settlerSuite.ts";

describe("duties of a keeper, on the deployed protocol", function () {
  this.timeout(120_000);
  let bench: KeeperBench;

  before(async () => {
    bench = await KeeperBench.start();
    await bench.calm(2_700n, 120n);
    await bench.keep();
  });
  after(() => bench?.close());

  breakerSuite(() => bench);
  epochsSuite(() => bench);
  settlerSuite(() => bench);
  programSuite(() => bench);
  rollerSuite(() => bench);
});
