/** The example's SLA and prices, by which its outcome is summed up. */
export const demoSlice = {
  bound: 180,
  prices: new Map([
    [1, 1],
    [2, 3],
  ]),
};
