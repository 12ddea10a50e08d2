// SPDX-License-Identifier: MIT
// Interfaces as their standards print them, apart from our own Solidity, so that a slip there shows here.

/** A standard: what a contract that keeps it must have, and its ERC-165 id where it has one. */
export interface Standard {
  readonly name: string;
  readonly abi: readonly string[];
  /** As the standard prints it. */
  readonly interfaceId?: string;
  /** Whether the id is that of `abi`; ERC-7575 counts functions of ERC-4626 too, which another entry holds. */
  readonly isWhole?: boolean;
}

const ROUND = "returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)";

export const AGGREGATOR_V3: Standard = {
  name: "AggregatorV3Interface",
  abi: [
    "function decimals() view returns (uint8)",
    "function description() view returns (string)",
    "function version() view returns (uint256)",
    `function getRoundData(uint80 _roundId) view ${ROUND}`,
    `function latestRoundData() view ${ROUND}`,
  ],
};

export const ERC165: Standard = {
  name: "ERC-165",
  abi: ["function supportsInterface(bytes4 interfaceID) view returns (bool)"],
  interfaceId: "0x01ffc9a7",
  isWhole: true,
};

export const ERC20: Standard = {
  name: "ERC-20 with metadata",
  abi: [
    "function name() view returns (string)",
    "function symbol() view returns (string)",
    "function decimals() view returns (uint8)",
    "function totalSupply() view returns (uint256)",
    "function balanceOf(address owner) view returns (uint256)",
    "function transfer(address to, uint256 value) returns (bool)",
    "function transferFrom(address from, address to, uint256 value) returns (bool)",
    "function approve(address spender, uint256 value) returns (bool)",
    "function allowance(address owner, address spender) view returns (uint256)",
    "event Transfer(address indexed from, address indexed to, uint256 value)",
    "event Approval(address indexed owner, address indexed spender, uint256 value)",
  ],
};

export const ERC2612: Standard = {
  name: "ERC-2612",
  abi: [
    "function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
    "function nonces(address owner) view returns (uint256)",
    "function DOMAIN_SEPARATOR() view returns (bytes32)",
  ],
};

export const ERC5267: Standard = {
  name: "ERC-5267",
  abi: [
    "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
  ],
};

export const ERC4626: Standard = {
  name: "ERC-4626",
  abi: [
    "function asset() view returns (address)",
    "function totalAssets() view returns (uint256)",
    "function convertToShares(uint256 assets) view returns (uint256)",
    "function convertToAssets(uint256 shares) view returns (uint256)",
    "function maxDeposit(address receiver) view returns (uint256)",
    "function previewDeposit(uint256 assets) view returns (uint256)",
    "function deposit(uint256 assets, address receiver) returns (uint256)",
    "function maxMint(address receiver) view returns (uint256)",
    "function previewMint(uint256 shares) view returns (uint256)",
    "function mint(uint256 shares, address receiver) returns (uint256)",
    "function maxWithdraw(address owner) view returns (uint256)",
    "function previewWithdraw(uint256 assets) view returns (uint256)",
    "function withdraw(uint256 assets, address receiver, address owner) returns (uint256)",
    "function maxRedeem(address owner) view returns (uint256)",
    "function previewRedeem(uint256 shares) view returns (uint256)",
    "function redeem(uint256 shares, address receiver, address owner) returns (uint256)",
    "event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares)",
    "event Withdraw(address indexed sender, address indexed receiver, address indexed owner, uint256 assets, uint256 shares)",
  ],
};

export const ERC6909: Standard = {
  name: "ERC-6909",
  abi: [
    "function balanceOf(address owner, uint256 id) view returns (uint256)",
    "function allowance(address owner, address spender, uint256 id) view returns (uint256)",
    "function isOperator(address owner, address spender) view returns (bool)",
    "function transfer(address receiver, uint256 id, uint256 amount) returns (bool)",
    "function transferFrom(address sender, address receiver, uint256 id, uint256 amount) returns (bool)",
    "function approve(address spender, uint256 id, uint256 amount) returns (bool)",
    "function setOperator(address spender, bool approved) returns (bool)",
    "event Transfer(address caller, address indexed sender, address indexed receiver, uint256 indexed id, uint256 amount)",
    "event OperatorSet(address indexed owner, address indexed spender, bool approved)",
    "event Approval(address indexed owner, address indexed spender, uint256 indexed id, uint256 amount)",
  ],
  interfaceId: "0x0f632fb3",
  isWhole: true,
};

export const ERC6909_METADATA: Standard = {
  name: "ERC-6909 metadata",
  abi: [
    "function name(uint256 id) view returns (string)",
    "function symbol(uint256 id) view returns (string)",
    "function decimals(uint256 id) view returns (uint8)",
  ],
};

export const ERC7540_OPERATOR: Standard = {
  name: "ERC-7540 operators",
  abi: [
    "function isOperator(address controller, address operator) view returns (bool)",
    "function setOperator(address operator, bool approved) returns (bool)",
    "event OperatorSet(address indexed controller, address indexed operator, bool approved)",
  ],
  interfaceId: "0xe3bc4e65",
  isWhole: true,
};

export const ERC7540_DEPOSIT: Standard = {
  name: "ERC-7540 deposits",
  abi: [
    "function requestDeposit(uint256 assets, address controller, address owner) returns (uint256)",
    "function pendingDepositRequest(uint256 requestId, address controller) view returns (uint256)",
    "function claimableDepositRequest(uint256 requestId, address controller) view returns (uint256)",
    "function deposit(uint256 assets, address receiver, address controller) returns (uint256)",
    "function mint(uint256 shares, address receiver, address controller) returns (uint256)",
    "event DepositRequest(address indexed controller, address indexed owner, uint256 indexed requestId, address sender, uint256 assets)",
  ],
  interfaceId: "0xce3bbe50",
  isWhole: true,
};

export const ERC7540_REDEEM: Standard = {
  name: "ERC-7540 redeeming",
  abi: [
    "function requestRedeem(uint256 shares, address controller, address owner) returns (uint256)",
    "function pendingRedeemRequest(uint256 requestId, address controller) view returns (uint256)",
    "function claimableRedeemRequest(uint256 requestId, address controller) view returns (uint256)",
    "event RedeemRequest(address indexed controller, address indexed owner, uint256 indexed requestId, address sender, uint256 shares)",
  ],
  interfaceId: "0x620ee8e4",
  isWhole: true,
};

export const ERC7575: Standard = {
  name: "ERC-7575",
  abi: ["function share() view returns (address)"],
  interfaceId: "0x2f0a18c5",
};

export const ERC7575_SHARE: Standard = {
  name: "ERC-7575 shares",
  abi: ["function vault(address asset) view returns (address)"],
  interfaceId: "0xf815c03d",
  isWhole: true,
};
