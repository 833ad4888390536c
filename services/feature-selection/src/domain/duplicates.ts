import { averageRanks, pearson } from '@slicecast/stats';

/** Two series whose ranks correlate beyond this say the same. */
const sameCorrelation = 0.95;

/** Members of one group say the same; the first is the best of them. Indices into the given columns. */
export type Group = readonly [number, ...number[]];

/** Groups columns, best first, by rank correlation with the best of each group. O(groups · n) a column. */
export function groupDuplicates(columns: readonly Float64Array[]): readonly Group[] {
  const ranked = columns.map(averageRanks);
  const groups: [number, ...number[]][] = [];
  ranked.forEach((own, index) => {
    const group = groups.find(([best]) => {
      const other = ranked[best];
      return other !== undefined && Math.abs(pearson(own, other)) > sameCorrelation;
    });
    if (group === undefined) groups.push([index]);
    else group.push(index);
  });
  return groups;
}
