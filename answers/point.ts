/** One combination of the values of a query: its lists are single values here. */
export type Point<Query> = {
  [Name in keyof Query]: Query[Name] extends readonly (infer Value)[]
    ? Value
    : Query[Name] extends readonly (infer Value)[] | undefined
      ? Value | undefined
      : Query[Name];
};
