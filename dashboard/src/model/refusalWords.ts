// SPDX-License-Identifier: MIT
/** What the commonest refusals mean to whoever wanted something; values by the names that the contract gives them. */
const SENTENCES: Readonly<Record<string, string>> = {
  Clearinghouse_ZeroAmount: "The amount is nothing.",
  Clearinghouse_AmountTooLarge: "The amount is too large.",
  Clearinghouse_InsufficientBalance: "The free balance is too small for it: deposit first.",
  Clearinghouse_InsufficientCash: "The book has less cash than this takes.",
  Clearinghouse_Unauthorized: "The account may not do that with this book.",
  Clearinghouse_NothingArrived: "No token arrived: the wallet has too little, or the token was not approved.",
  Clearinghouse_BadExpiry: "That is no expiry that may be opened: 08:00 UTC of one of the next 90 days.",
  Clearinghouse_Expired: "The expiry is over: legs are frozen.",
  Clearinghouse_BadStrike: "The strike is not on the market’s grid, or too far from the price.",
  Clearinghouse_BadSize: "The size is below the least that may be opened.",
  Clearinghouse_NothingToClose: "The book has no such option to close.",
  Clearinghouse_NotOpen: "The market’s mode lets nothing open now.",
  Clearinghouse_Unhealthy: "The book would hold less than its initial margin: fund it first.",
  Clearinghouse_Dust: "The book would be too small: its margin is below the least one.",
  Clearinghouse_CapReached: "The market’s cap of open interest is reached.",
  Clearinghouse_WrongState: "The book is flagged or settled.",
  Clearinghouse_TooManyLegs: "A book has at most eight options.",
  Clearinghouse_TooManyStrikes: "The expiry has as many series as it may have.",
  Clearinghouse_RaisesRequirement: "In this mode nothing may raise what the book must hold.",
  Clearinghouse_Sunset: "The market opens no more.",
  Clearinghouse_NoPriceYet: "The expiry has no price yet.",
  Clearinghouse_WrongPhase: "The expiry is not at that point.",
  Clearinghouse_BadSignature: "The quote is not signed by its maker.",
  Clearinghouse_QuoteExpired: "The quote is over: look again for another one.",
  Clearinghouse_WrongTaker: "The quote is for somebody else.",
  Clearinghouse_BadFill: "Of the quote less is left than that: look again.",
  Clearinghouse_NonceCancelled: "The maker has taken the quote back: look again.",
  Clearinghouse_SpotOutOfRange: "The price has left the range of the quote: look again.",
  Clearinghouse_SameBook: "The quote is of this very book.",
  OptionsVault_ZeroAmount: "The amount is nothing.",
  OptionsVault_Unauthorized: "The account may not do that with these shares.",
  OptionsVault_NotWhole: "The amount must be whole ledger units.",
  OptionsVault_CapReached: "The vault takes no more deposits: its cap is reached.",
  OptionsVault_NotClaimable: "So much cannot be claimed yet.",
  ERC20InsufficientBalance: "The wallet holds less than that.",
  ERC20InsufficientAllowance: "The token was not approved for so much.",
  SafeERC20FailedOperation: "The token refused to move.",
};

/** Of a book that is somebody else's. */
const OTHERS = "A book of another account cannot carry it: its owner’s quote no longer holds.";

/** A refusal in words, with what the contract itself said behind it. @param isOthers It names a book of another account. */
export function refusalWords(name: string, said: string, isOthers = false): string {
  if (isOthers) return `${OTHERS} (${said})`;
  const sentence = SENTENCES[name];
  return sentence === undefined ? `The contract refuses: ${said}` : `${sentence} (${said})`;
}
