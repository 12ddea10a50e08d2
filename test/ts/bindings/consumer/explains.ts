// SPDX-License-Identifier: MIT
// Prints what `explainRevert` makes of reverts that no block of the page meets.
import { Interface } from "ethers";
import { explainRevert } from "ballast";
import { errorsAbi } from "ballast/abi";

const coder = new Interface(errorsAbi);
const gone = coder.encodeErrorResult("Clearinghouse_Expired", [1n, 2n]);
const stranger = new Interface(["error Stranger(uint256 value)"]).encodeErrorResult("Stranger", [1n]);

const said = {
  withNotice: explainRevert(gone),
  withoutValues: explainRevert(coder.encodeErrorResult("Clearinghouse_ZeroAmount", [])),
  ofToken: explainRevert(coder.encodeErrorResult("ERC20InsufficientBalance", [`0x${"11".repeat(20)}`, 1n, 2n])),
  withReason: explainRevert(coder.encodeErrorResult("Error", ["too late"])),
  thrownByNode: explainRevert({ info: { error: { code: 3, data: { message: "reverted", data: gone } } } }),
  thrownByViem: explainRevert({ cause: { data: { errorName: "Clearinghouse_Expired" }, raw: gone } }),
  ofStranger: explainRevert(stranger) ?? "nothing",
  withoutData: explainRevert("0x") ?? "nothing",
  noRevert: explainRevert(new Error("network is down")) ?? "nothing",
};
console.log(JSON.stringify(said, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value)));
