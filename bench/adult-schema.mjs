// A plain schema of the Adult text table for benches: bounds and categories as the UCI page gives them, or nearly.
const whole = (name, minimum, maximum) => ({
  name,
  type: "integer",
  constraints: { minimum, maximum },
  dpsynth: { role: "none", nullable: true, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp" },
});
const words = (name, categories) => ({ name, type: "string", categories, dpsynth: { role: "none", nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all" } });

/** Schema of a 15-column Adult text table; `categories` maps string columns to their value sets. */
export function adultSchema(categories) {
  const bounds = { age: [17, 90], fnlwgt: [10_000, 1_500_000], "education-num": [1, 16], "capital-gain": [0, 99_999], "capital-loss": [0, 4500], "hours-per-week": [1, 99] };
  const names = "age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,sex,capital-gain,capital-loss,hours-per-week,native-country,income".split(",");
  return {
    missingValues: ["", "?"],
    fields: names.map((n) => (bounds[n] === undefined ? words(n, categories[n]) : whole(n, ...bounds[n]))),
    dpsynth: { version: 1, privacyUnit: { kind: "row" } },
  };
}
