/**
 * A type of `imports/` for objects in wire form: its enums are their values, and everything is readonly. Only types of
 * `imports/` are imported, because loading the classes takes time.
 */
export type Imported<T> = T extends string
  ? `${T}`
  : T extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Imported<Item>>
    : T extends object
      ? { readonly [Key in keyof T]: Imported<T[Key]> }
      : T;
