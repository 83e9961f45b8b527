import { computePlane } from '../../answers/plane.ts';
import type { Point } from '../../answers/point.ts';
import { RULE_NOTE } from '../../answers/rule.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import { PLANE_AXES, phaseDiagramContract } from '../../schemas/endpoints/phase-diagram.ts';
import { readPlainLayer } from '../../theory/index.ts';
import { planeEndpoint } from './plane-endpoint.ts';

/** `GET /v1/phase-diagram`: one measure over a plane of two parameters. */
export const phaseDiagramEndpoint = planeEndpoint(phaseDiagramContract, {
  notes: ({ measure }) => (measure.startsWith('fitted') ? [RULE_NOTE] : []),
  points: (query) => PLANE_AXES.reduce((product, name) => product * (query[name]?.length ?? 1), 1),
  answer: (query, order, answered) => {
    // (the contract has seen to it that exactly two of them have several values)
    const several = PLANE_AXES.filter((name) => (query[name]?.length ?? 1) > 1).sort(
      (a, b) => order.indexOf(a) - order.indexOf(b),
    );
    const [x, y] = several.map((name) => ({ name, values: query[name] as number[] })) as [Axis, Axis];
    const base = takeFirst(query);
    const { measure, width, data, steps, batch, learning_rate, optimiser } = base;
    const settings = { width, data, steps, batch, learning_rate, optimiser };
    const network = networkFromQuery(base);
    const values = computePlane(network, x, y, measure, settings, answered);
    const depth = /^(xi|fitted)/.test(measure);
    const noise = base.technique === 'none' ? 'no noise' : base.technique;
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const fixed = PLANE_AXES.filter((name) => !several.includes(name) && base[name] !== undefined);
    return {
      fixed: {
        keep: readPlainLayer(network).noise.keep,
        ...Object.fromEntries(fixed.map((name) => [name, base[name]])),
      },
      plane: {
        x,
        y,
        measure,
        values,
        title: [
          `${measure}: ${base.activation}, ${noise}`,
          ...fixed.map((name) => `${name} ${base[name]}`),
          ...given.map(([name, value]) => `${name} ${value}`),
        ].join(', '),
        scale: depth ? 'log' : 'linear',
        ...(depth && { unit: 'layers' }),
      },
    };
  },
});

/** The query with the first value of each list. */
function takeFirst<Query extends object>(query: Query): Point<Query> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  ) as Point<Query>;
}

type Axis = { name: (typeof PLANE_AXES)[number]; values: number[] };
