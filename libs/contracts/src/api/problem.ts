import { type Static, Type } from 'typebox';

/** `application/problem+json` (RFC 9457), with the fields at fault named. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        /** JSON pointer, query, path or multipart name. */
        field: Type.String(),
        value: Type.Optional(Type.Unknown()),
        /** What is wrong and what to send instead. */
        message: Type.String(),
      }),
    ),
  ),
});
export type Problem = Static<typeof Problem>;
