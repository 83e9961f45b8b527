import type { StoreBindings } from '../../store.ts';

/** A store with a fault, made by bindings that do something else than the store means. */
type Mutant = {
  readonly fault: string;
  readonly change: (bindings: StoreBindings) => StoreBindings;
  /** whether clients may clean up, too */
  readonly collects: boolean;
};

const deletesOnFailure = (bindings: StoreBindings): StoreBindings => {
  const { GRIDS, DB, ...rest } = oneKeyForAll(bindings);
  let written = '';
  return {
    ...rest,
    GRIDS: override(GRIDS, {
      put: (key: string, ...given: never[]) => {
        written = key;
        return call(GRIDS.put, GRIDS, [key, ...given]);
      },
    }),
    DB: override(DB, {
      batch: async (statements: D1PreparedStatement[]) => {
        try {
          return await DB.batch(statements);
        } catch (error) {
          await GRIDS.delete([written]);
          throw error;
        }
      },
    }),
  };
};

const writesWhateverIsCurrent = ({ DB, ...rest }: StoreBindings): StoreBindings => ({
  ...rest,
  DB: override(DB, {
    prepare: (sql: string) =>
      DB.prepare(
        sql.replace(
          /VALUES \(\?, \?/,
          'VALUES (?1, MAX(?2, (SELECT COALESCE(MAX(number), 0) + 1 FROM history WHERE id = ?1))',
        ),
      ),
  }),
});

const pointsFirst = ({ GRIDS, DB, ...rest }: StoreBindings): StoreBindings => {
  let put = async () => {};
  return {
    ...rest,
    GRIDS: override(GRIDS, {
      put: async (...given: never[]) => {
        put = async () => void (await call(GRIDS.put, GRIDS, given));
      },
    }),
    DB: override(DB, {
      batch: async (statements: D1PreparedStatement[]) => {
        const results = await DB.batch(statements);
        await put();
        return results;
      },
    }),
  };
};

const readsTwice = ({ DB, ...rest }: StoreBindings): StoreBindings => {
  const twice = (statement: D1PreparedStatement): D1PreparedStatement =>
    override(statement, {
      bind: (...values: unknown[]) => twice(statement.bind(...values)),
      first: async () => {
        const before = await statement.first<Record<string, unknown>>();
        return before && { ...before, known: (await statement.first<Record<string, unknown>>())?.known };
      },
    });
  const prepare = (sql: string) => (sql.includes('AS known') ? twice(DB.prepare(sql)) : DB.prepare(sql));
  return { ...rest, DB: override(DB, { prepare }) };
};

/** Stores with a fault, each of which the test of the store must find. */
export const MUTANTS: readonly Mutant[] = [
  {
    fault: 'deletes the object of a publish that failed',
    change: (bindings) => deletesOnFailure(bindings),
    collects: false,
  },
  {
    fault: 'has one key for all uploads of a version',
    change: (bindings) => oneKeyForAll(bindings),
    collects: true,
  },
  {
    fault: 'looks at what is current, and writes whatever is current by then',
    change: writesWhateverIsCurrent,
    collects: true,
  },
  {
    fault: 'reads what is current, and then whether it knows the version',
    change: readsTwice,
    collects: true,
  },
  { fault: 'points at an object before it is there', change: pointsFirst, collects: true },
];

/** Bindings whose keys have no part of their own for each upload, as they were before there was a history. */
function oneKeyForAll({ GRIDS, ...rest }: StoreBindings): StoreBindings {
  const UPLOAD = /-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json$/;
  const one = '-00000000-0000-0000-0000-000000000000.json';
  const { DB } = rest;
  return {
    ...rest,
    DB: override(DB, {
      prepare: (sql: string) => {
        const statement = DB.prepare(sql);
        return override(statement, {
          bind: (...values: unknown[]) =>
            statement.bind(
              ...values.map((value) => (typeof value === 'string' ? value.replace(UPLOAD, one) : value)),
            ),
        });
      },
    }),
    GRIDS: override(GRIDS, {
      put: (key: string, ...given: never[]) => call(GRIDS.put, GRIDS, [key.replace(UPLOAD, one), ...given]),
    }),
  };
}

const call = (method: unknown, on: object, given: readonly unknown[]) =>
  (method as (...given: unknown[]) => Promise<unknown>).apply(on, [...given]);

/** An object with some of its methods replaced. */
function override<Thing extends object>(thing: Thing, methods: object): Thing {
  return { ...thing, ...methods };
}
