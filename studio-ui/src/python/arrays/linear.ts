/** Linear algebra: norms, and Q R by Householder's reflections. */

import { slice, tuple_of, type Value } from "../value";
import { asarray } from "./array";
import { getitem, setitem } from "./indexing";
import { norm } from "./reductions";
import { eye } from "./shaping";
import { divide, matmul, multiply, outer, subtract } from "./ufuncs";

export { norm } from "./reductions";

/** Q (m, k) with orthonormal columns and R (k, n) with zeros below its diagonal, k the smaller of both. */
export const qr = (of: Value): Value => {
  let R = asarray(of).copy();
  const [rows, columns] = R.sides as unknown as [number, number];
  const least = Math.min(rows, columns);
  let Q = eye(rows);
  for (let j = 0; j < least; j++) {
    const below = tuple_of(slice(j), j);
    const v = getitem(R, below).copy();
    const size = norm(v);
    if (size === 0) continue;
    v.data[v.offset] += v.data[v.offset] < 0 ? -size : size;
    const unit = divide(v, norm(v));
    const reflect = eye(rows);
    const corner = tuple_of(slice(j), slice(j));
    setitem(reflect, corner, subtract(getitem(reflect, corner), multiply(2, outer(unit, unit))));
    [R, Q] = [matmul(reflect, R), matmul(Q, reflect)];
  }
  return tuple_of(
    getitem(Q, tuple_of(slice(null), slice(0, least))),
    getitem(R, tuple_of(slice(0, least), slice(null))),
  );
};
