import { Kpi, SliceDefinition } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';

const { sources, sla, id: _id, tenant: _tenant, kpi: _kpi, ...rest } = SliceDefinition.properties;
const strict = { additionalProperties: false };

/** Without the defaults of `Sla`: what a patch leaves out is not set anew. */
const SlaPatch = Type.Object(
  {
    bound: Type.Optional(sla.properties.bound),
    side: Type.Optional(sla.properties.side),
    complianceRatio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    windowSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  strict,
);

/** Some members of a definition. Those of `kpi`, `sla` and `sources` may be sent alone; the rest is replaced whole. */
export const DefinitionPatch = Type.Object(
  {
    ...Type.Partial(Type.Object(rest)).properties,
    kpi: Type.Optional(Type.Partial(Kpi, strict)),
    sla: Type.Optional(SlaPatch),
    sources: Type.Optional(Type.Partial(sources, strict)),
  },
  { ...strict, minProperties: 1 },
);
export type DefinitionPatch = Static<typeof DefinitionPatch>;

export function patched(definition: SliceDefinition, patch: DefinitionPatch): SliceDefinition {
  return {
    ...definition,
    ...patch,
    kpi: { ...definition.kpi, ...patch.kpi },
    sla: { ...definition.sla, ...patch.sla },
    sources: { ...definition.sources, ...patch.sources },
  };
}
