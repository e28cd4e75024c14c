/**
 * A type from `imports/`, adapted to objects in wire form: enums become their values, and all properties are readonly.
 * Import only types from `imports/`, because loading its classes takes time.
 */
export type Imported<T> = T extends string
  ? `${T}`
  : T extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Imported<Item>>
    : T extends object
      ? { readonly [Key in keyof T]: Imported<T[Key]> }
      : T;
