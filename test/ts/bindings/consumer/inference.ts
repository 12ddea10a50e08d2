// SPDX-License-Identifier: MIT
// What viem and abitype infer of the ABIs. Compiled, never run: a wrong type is a complaint of the compiler.
import type { Abi, ContractErrorName, ContractEventName, ContractFunctionArgs, ContractFunctionReturnType } from "viem";
import type { Clearinghouse, ClearinghouseTypes } from "ballast/contracts";
import { clearinghouseAbi, errorsAbi, lensAbi, priceOracleAbi } from "ballast/abi";
import { fillOf } from "ballast";
import type { SignedQuote, Taking } from "ballast";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Includes<Union, Member> = [Member] extends [Union] ? true : false;

export const isAbi = [clearinghouseAbi, errorsAbi, lensAbi, priceOracleAbi] satisfies readonly Abi[];

type BidArguments = ContractFunctionArgs<typeof clearinghouseAbi, "nonpayable", "bid">;
export const bidArguments: Same<BidArguments, readonly [bigint, bigint, bigint, bigint]> = true;

type Round = ContractFunctionReturnType<typeof priceOracleAbi, "view", "latestRoundData">;
export const round: Same<Round, readonly [bigint, bigint, bigint, bigint, bigint]> = true;

type Cash = ContractFunctionReturnType<typeof lensAbi, "view", "bookOf">["cash"];
export const cash: Same<Cash, bigint> = true;

type Flagged = Includes<ContractEventName<typeof clearinghouseAbi>, "BookFlagged">;
export const flagged: Flagged = true;

type Refused = Includes<ContractErrorName<typeof errorsAbi>, "Clearinghouse_NotOpen">;
export const refused: Refused = true;
export const unknownError: Includes<ContractErrorName<typeof errorsAbi>, "Clearinghouse_NoSuchThing"> = false;

// TypeChain's types: a signed quote of the model goes into the contract, and what is not there is refused.
export const fill: ClearinghouseTypes.IClearingRecords.FillStruct = fillOf({} as SignedQuote, {} as Taking);
export const cashOf = async (house: Clearinghouse): Promise<bigint> => (await house.book(1n)).cash;
// @ts-expect-error: there is no such function
export const nothing = (house: Clearinghouse) => house.noSuchFunction();
