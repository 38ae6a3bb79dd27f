import type { Attack } from "../attack.js";
import { attributionAttacks, replicatedUniquesAttack } from "./attribution.js";
import { classSizeRisks } from "./class-size.js";
import { closestRecordAttacks } from "./closest-record.js";
import { copiesAttack } from "./copies.js";
import { inferenceAttacks } from "./inference.js";
import { inferenceModelAttacks } from "./inference-model.js";
import { linkabilityAttacks } from "./linkability.js";
import { membershipClassifierAttack } from "./membership-classifier.js";
import { membershipDensityAttack } from "./membership-density.js";
import { membershipDistanceAttack } from "./membership-distance.js";
import { membershipLikelihoodAttack, membershipMamaAttack } from "./membership-likelihood.js";
import { membershipShadowAttack } from "./membership-shadow.js";
import { membershipSuite } from "./membership-suite.js";
import { membershipModelAttack, membershipWhiteBoxAttack } from "./membership-white-box.js";
import { SHADOW_FITS, shadowTargetsAttack } from "./shadow-targets.js";
import { singlingOutAttack } from "./singling-out.js";

/** The suite, in the order it runs. The last membership entry speaks of all before it. */
export const ATTACKS: readonly Attack[] = [
  { name: "copies", whole: true, families: ["copies"], run: copiesAttack },
  { name: "replicated-uniques", whole: true, families: ["copies"], run: replicatedUniquesAttack },
  { name: "closest-record", families: ["distance"], run: closestRecordAttacks },
  { name: "singling-out", families: ["singling-out"], run: singlingOutAttack },
  { name: "linkability", families: ["linkability"], run: linkabilityAttacks },
  { name: "inference", families: ["inference"], run: inferenceAttacks },
  { name: "inference-model", families: ["inference"], run: inferenceModelAttacks },
  { name: "attribution", families: ["inference"], run: attributionAttacks },
  { name: "membership-likelihood", families: ["membership"], run: membershipLikelihoodAttack },
  { name: "membership-mama", families: ["membership"], run: membershipMamaAttack },
  { name: "membership-distance", families: ["membership"], run: membershipDistanceAttack },
  { name: "membership-density", families: ["membership"], run: membershipDensityAttack },
  { name: "membership-classifier", families: ["membership"], run: membershipClassifierAttack },
  { name: "membership-model", families: ["membership"], run: membershipModelAttack },
  { name: "membership-white-box", families: ["membership"], run: membershipWhiteBoxAttack },
  { name: "membership-shadow", families: ["membership"], cost: "15 fits of the generator", run: membershipShadowAttack },
  { name: "shadow-targets", families: ["membership"], cost: `${SHADOW_FITS} fits of the generator`, run: shadowTargetsAttack },
  { name: "membership-suite", families: ["membership"], run: membershipSuite },
  { name: "class-size", whole: true, families: ["class-size"], run: classSizeRisks },
];

export const ATTACK_NAMES: readonly string[] = ATTACKS.map((attack) => attack.name);
