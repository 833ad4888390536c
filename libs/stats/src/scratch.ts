/**
 * Room for the intermediate values of a function that is called on every tick: `room(length)` gives at least so many
 * cells, with what the call before left in them. Typed arrays of more than 64 bytes lie outside of the heap, and
 * enough of them thrown away make the engine collect the whole heap, however little of it is garbage. Not for
 * what outlives the call, nor for a function that calls itself.
 */
export function createScratch(): (length: number) => Float64Array {
  let room = new Float64Array(64);
  return (length) => {
    if (room.length < length) room = new Float64Array(Math.max(length, 2 * room.length));
    return room;
  };
}
