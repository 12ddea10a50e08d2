// SPDX-License-Identifier: MIT
import { readParameters, requireAddresses } from "../parameters.ts";
import { oracleRoomModule } from "./oracleRoom.ts";

/** `hardhat ignition deploy deploy/modules/Sepolia.ts --network sepolia` */
export default oracleRoomModule(requireAddresses(readParameters("sepolia")));
