import { parentPort } from "node:worker_threads";
import { type Offer, takeOffer } from "./helper.js";

parentPort?.on("message", (offer: Offer) => takeOffer(offer));
