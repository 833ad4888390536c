import { parser } from '@prometheus-io/lezer-promql';

/** Why a text is no PromQL, with its place; undefined when it is. By Prometheus' own grammar. */
export function faultOfPromql(query: string): string | undefined {
  let fault: string | undefined;
  parser.parse(query).iterate({
    enter({ type, from }) {
      if (!type.isError || fault !== undefined) return;
      const rest = query.slice(from, from + 20).trim();
      fault =
        rest === ''
          ? `is not PromQL: it ends too early, at character ${from + 1}`
          : `is not PromQL: see character ${from + 1}, at \`${rest}\``;
    },
  });
  return fault;
}

/**
 * The query with `matchers` (as between braces; empty: none) added to each of its selectors, so that it sees no other
 * series. A query that is not PromQL comes back as it is: Prometheus refuses it.
 */
export function confineQuery(query: string, matchers: string): string {
  if (matchers === '' || faultOfPromql(query) !== undefined) return query;
  const parts: string[] = [];
  let done = 0;
  const insert = (at: number, text: string) => {
    parts.push(query.slice(done, at), text);
    done = at;
  };
  parser.parse(query).iterate({
    enter({ name, node }) {
      if (name !== 'VectorSelector') return;
      const braces = node.getChild('LabelMatchers');
      if (braces === null) insert(node.to, `{${matchers}}`);
      else insert(braces.from + 1, braces.firstChild === null ? matchers : `${matchers},`);
    },
  });
  return parts.join('') + query.slice(done);
}
