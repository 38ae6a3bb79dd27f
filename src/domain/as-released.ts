import type { Field } from "../formats/table-schema.js";
import type { Column, Domain } from "./column.js";

/** The same domain for a file that dpsynth wrote: commas, UTF-8 and ISO dates, whatever the sensitive table's own ways. */
export function asReleased(domain: Domain): Domain {
  const { dialect: _, ...dpsynth } = domain.schema.dpsynth;
  return {
    ...domain,
    columns: domain.columns.map((column): Column => ({ ...column, field: isoDates(column.field) })),
    schema: { ...domain.schema, fields: domain.schema.fields.map(isoDates), dpsynth },
  };
}

function isoDates<F extends Field>(field: F): F {
  if (field.type !== "date" && field.type !== "datetime") return field;
  const { format: _, ...rest } = field;
  return rest as F;
}
