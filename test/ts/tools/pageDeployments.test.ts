// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { connectionOf, readDeployments } from "../../../dashboard/src/model/connection.ts";
import { pageDeployments } from "../../../tools/pageDeployments.mjs";

const LENS = `0x${"11".repeat(20)}`;
const VAULT_LENS = `0x${"22".repeat(20)}`;
const BOOKS = {
  "10": { contracts: { lens: { address: LENS }, vaultLens: { address: VAULT_LENS } } },
  "11": { contracts: { clearinghouse: { address: LENS } } },
};

describe("deployments that the page knows", () => {
  it("are found by chain id, from address books that have a lens", () => {
    const known = readDeployments(JSON.parse(JSON.stringify(pageDeployments(BOOKS))));
    const wish = { rpc: ["http://a/"], lens: undefined, vaultLens: undefined, board: undefined };
    assert.deepInclude(connectionOf(wish, 10n, known), { lens: LENS, vaultLens: VAULT_LENS });
    assert.throws(() => connectionOf(wish, 11n, known), /No deployment on chain 11 is known/);
  });
});
