// SPDX-License-Identifier: MIT
import { readParameters, requireAddresses } from "../parameters.ts";
import { ballastModule } from "./ballast.ts";

/** `hardhat ignition deploy deploy/modules/Sepolia.ts --network sepolia` */
export default ballastModule(requireAddresses(readParameters("sepolia")));
