// SPDX-License-Identifier: MIT
import { ConsumerProject } from "./ConsumerProject.ts";
import { packageSuite } from "./packageSuite.ts";
import { pageSuite } from "./pageSuite.ts";

// One file: packing writes into the repository, so that nobody else may pack meanwhile.
describe("The bindings", function () {
  this.timeout(240_000);
  let project: ConsumerProject;

  before(async () => {
    project = await ConsumerProject.create();
  });

  packageSuite(() => project);
  pageSuite(() => project);
});
