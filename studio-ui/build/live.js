// Written from the Python sources of clearprop by tools/translate: change those, never this file.
import * as py from "../src/python/builtins";
import * as m from "../src/python/methods";
import * as others from "../src/python/others";
import * as np from "../src/python/numpy";
import * as math from "../src/python/math";
import * as re from "../src/python/re";
import * as ast from "../src/python/ast";

function hyper(default$, low, high, about) {
  return others.field({ default: default$, metadata: py.dict([["low", low], ["high", high], ["about", about]]) });
}
function part_hyper(kind, default$, about) {
  return others.field({ default: default$, metadata: py.dict([["kind", kind], ["about", about]]) });
}
class Part extends py.Object {
  __post_init__() {
    const self = this;
    let own;
    if (py.any(py.map_over(py.vars(py.type(self)).values(), (value) => py.isinstance(value, others.Field)))) {
      throw new py.TypeError(`${py.str(py.type(self).__name__)} has hyper-parameters; decorate it with @dataclass(frozen=True)`);
    }
    for (own of others.fields(self)) {
      if (py.truth(own.metadata)) {
        py.setattr(self, own.name, self._checked(own));
      }
    }
    return null;
  }
  _checked(own) {
    const self = this;
    let given;
    given = py.getattr(self, own.name);
    if (py.contains(own.metadata, "kind")) {
      return find(py.item(own.metadata, "kind"), given);
    }
    if (!py.isinstance(own.default, py.tuple)) {
      return self._number(own, given, py.contains(py.set([py.int, "int"]), own.type));
    }
    if (!py.isinstance(given, py.or(py.tuple, py.list))) {
      throw new py.ValueError(`${py.str(self.name)}: ${py.str(own.name)} must be several numbers, such as (10, 20), given ${py.repr(given)}`);
    }
    return py.tuple(py.map_over(given, (each) => self._number(own, each, (own.type === "tuple[int, ...]"))));
  }
  _number(own, given, whole) {
    const self = this;
    let high, hyper_name, low, value;
    [hyper_name, low, high] = py.tuple_of(own.name, py.item(own.metadata, "low"), py.item(own.metadata, "high"));
    value = (py.isinstance(given, np.generic) ? m.item(given) : given);
    if ((py.isinstance(value, py.bool) || !py.isinstance(value, py.or(py.int, py.float)))) {
      throw new py.ValueError(`${py.str(self.name)}: ${py.str(hyper_name)} must be a number, given ${py.repr(given)}`);
    }
    if (!py.truth(math.isfinite(value))) {
      throw new py.ValueError(`${py.str(self.name)}: ${py.str(hyper_name)} must be finite, given ${py.repr(value)}`);
    }
    if ((py.truth(whole) && py.truth(py.mod(value, 1)))) {
      throw new py.ValueError(`${py.str(self.name)}: ${py.str(hyper_name)} must be a whole number, given ${py.repr(value)}`);
    }
    if (!py.truth((py.le(low, value) && py.le(value, high)))) {
      throw new py.ValueError(`${py.str(self.name)}: ${py.str(hyper_name)} = ${py.repr(value)} is outside [${py.format(low, `g`)}, ${py.format(high, `g`)}]`);
    }
    return (py.truth(whole) ? py.int(value) : value);
  }
  __str__() {
    const self = this;
    let hypers;
    hypers = m.join(", ", py.map_over(others.fields(self), (own) => `${py.str(own.name)}=${py.str(_written(py.getattr(self, own.name), py.str(own.type)))}`));
    return (py.truth(hypers) ? `${py.str(self.name)}(${py.str(hypers)})` : self.name);
  }
}
py.attributes(Part, { kind: "part" });
py.attributes(Part, { name: "" });
py.attributes(Part, { formula: "" });
py.attributes(Part, { derivative: "" });
py.attributes(Part, { latex: "" });
py.attributes(Part, { latex_derivative: "" });
py.attributes(Part, { source: "" });
py.dataclass(Part, []);
function _written(value, kind) {
  let inner;
  if (py.isinstance(value, py.tuple)) {
    inner = py.map_over(value, (each) => _written(each, py.item(m.partition(m.removeprefix(kind, "tuple["), ","), 0)));
    return `(${py.str(m.join(", ", inner))}${py.str((py.truth(py.eq(py.len(inner), 1)) ? "," : ""))})`;
  }
  if (py.contains(py.set(["float", py.str(py.float)]), kind)) {
    return py.repr_float(value);
  }
  return (py.isinstance(value, Part) ? py.str(value) : py.repr(value));
}
const CATALOGUE = py.dict([]);
function register(definition) {
  py.setitem(CATALOGUE.setdefault(definition.kind, py.dict([])), definition.name, definition);
  return definition;
}
function names(kind) {
  return py.list(py.item(CATALOGUE, kind.kind));
}
function find(kind, given) {
  let allowed, definition, has, hint, hyper_name, hypers, name;
  if (py.isinstance(given, kind)) {
    return given;
  }
  if (!py.isinstance(given, py.str)) {
    hint = ((py.isinstance(given, py.type) && py.issubclass(given, kind)) ? "; give an instance of it, with ()" : "");
    throw new py.TypeError(`${py.str(kind.kind)} must be a name or a part of that kind, given ${py.repr(given)}${py.str(hint)}`);
  }
  [name, hypers] = parse(kind, given);
  definition = py.item(CATALOGUE, kind.kind).get(name);
  if ((definition === null)) {
    throw new py.ValueError(`unknown ${py.str(kind.kind)} ${py.repr(name)}${py.str(nearest(name, names(kind)))}`);
  }
  allowed = py.map_over(others.fields(definition), (own) => own.name);
  for (hyper_name of hypers) {
    if (!py.contains(allowed, hyper_name)) {
      has = (py.truth(allowed) ? `; it has ${py.str(m.join(", ", allowed))}` : "; it has no hyper-parameters");
      throw new py.ValueError(`${py.str(name)} has no hyper-parameter ${py.repr(hyper_name)}${py.str(has)}`);
    }
  }
  return py.call(definition, [], py.dict([...hypers.items()]));
}
function parse(kind, text) {
  let form, hypers, inner, literal, tree, why, $0;
  try {
    tree = ast.parse(m.strip(text), { mode: "eval" }).body;
    if ((py.isinstance(tree, ast.Call) && py.isinstance(tree.func, ast.Name) && !py.truth(tree.args))) {
      inner = _part_hypers(tree.func.id);
      hypers = py.dict(py.map_over(tree.keywords, (word) => [word.arg, _value(word.value, py.contains(inner, word.arg))], (word) => py.truth(word.arg)));
      if (py.truth(py.eq(py.len(hypers), py.len(tree.keywords)))) {
        return py.tuple_of(tree.func.id, hypers);
      }
    }
    if (py.isinstance(tree, ast.Name)) {
      return py.tuple_of(tree.id, py.dict([]));
    }
  } catch ($caught) {
    if ($caught instanceof py.SyntaxError || $caught instanceof py.ValueError || $caught instanceof py.RecursionError || $caught instanceof py.MemoryError) {
    } else throw $caught;
  }
  if (py.truth(re.fullmatch("\\s*\\w+(-\\w+)+\\s*", text))) {
    throw new py.ValueError(`unknown ${py.str(kind.kind)} ${py.repr(text)}${py.str(nearest(text, names(kind)))}`);
  }
  literal = re.search("\\b(\\w+)\\s*=\\s*([A-Za-z_]\\w*)\\s*[,)]", text);
  why = (py.truth(literal) ? `${py.str(py.item(literal, 2))} is no number, and ${py.str(py.item(literal, 1))} must be written out` : "");
  form = "write a name, or name(hyper_parameter=value, ...)";
  throw new py.ValueError(`cannot read ${py.str(kind.kind)} ${py.repr(text)}; ${py.str((py.truth($0 = why) ? $0 : form))}`);
}
function _part_hypers(name) {
  let definitions;
  definitions = py.map_over(CATALOGUE.values(), (parts) => py.item(parts, name), (parts) => py.contains(parts, name));
  return py.set(py.flat_map_over(definitions, (definition) => py.map_over(others.fields(definition), (own) => own.name, (own) => py.contains(own.metadata, "kind"))));
}
function _value(expression, may_be_part) {
  let is_part, $0;
  is_part = (py.truth($0 = may_be_part) ? py.isinstance(expression, py.or(ast.Name, ast.Call)) : $0);
  return (py.truth(is_part) ? ast.unparse(expression) : ast.literal_eval(expression));
}
const SYNONYMS = py.dict([["linear", py.tuple_of("identity")], ["mse", py.tuple_of("squared_error", "log_loss", "half_square")], ["mean_squared_error", py.tuple_of("squared_error", "log_loss", "half_square")], ["squared_error", py.tuple_of("log_loss", "half_square")], ["log_loss", py.tuple_of("squared_error", "nll")], ["cross_entropy", py.tuple_of("squared_error", "nllm")], ["xavier", py.tuple_of("glorot_uniform")]]);
function nearest(given, known) {
  let near, of, plain, $0;
  of = py.or(py.dict(py.map_over(py.reversed(known), (name) => [m.lower(name), name])), py.dict(py.map_over(known, (name) => [name, name])));
  plain = m.replace(m.replace(m.lower(m.strip(given)), "-", "_"), " ", "_");
  near = (py.truth($0 = py.map_over(py.tuple_of(plain, ...SYNONYMS.get(plain, py.tuple_of())), (name) => py.item(of, name), (name) => py.contains(of, name))) ? $0 : py.map_over(others.get_close_matches(plain, [...of], { n: 1 }), (name) => py.item(of, name)));
  return (py.truth(near) ? `; did you mean ${py.repr(py.item(near, 0))}?` : `; there are ${py.str(m.join(", ", known))}`);
}
class Interval extends py.Object {
  includes(other) {
    const self = this;
    let high_in, low_in, $0, $1, $2, $3, $4;
    low_in = (py.truth($0 = py.lt(self.low, other.low)) ? $0 : (py.truth($1 = py.eq(self.low, other.low)) ? ((py.item(self.ends, 0) === "[") || (py.item(other.ends, 0) === "(")) : $1));
    high_in = (py.truth($2 = py.gt(self.high, other.high)) ? $2 : (py.truth($3 = py.eq(self.high, other.high)) ? ((py.item(self.ends, 1) === "]") || (py.item(other.ends, 1) === ")")) : $3));
    return (py.truth($4 = low_in) ? high_in : $4);
  }
  __str__() {
    const self = this;
    let high, low;
    [low, high] = py.map_over(py.tuple_of(self.low, self.high), (end) => m.replace(`${py.format(end, `g`)}`, "inf", "∞"));
    return `${py.str(py.item(self.ends, 0))}${py.str(low)}, ${py.str(high)}${py.str(py.item(self.ends, 1))}`;
  }
}
py.dataclass(Interval, [["low", ""], ["high", ""], ["ends", "", "[]"]]);
class Ends extends Interval {
  includes(other) {
    const self = this;
    let $0;
    return (py.truth($0 = py.isinstance(other, Ends)) ? py.eq(py.tuple_of(self.low, self.high), py.tuple_of(other.low, other.high)) : $0);
  }
  __str__() {
    const self = this;
    return `{${py.format(self.low, `g`)}, ${py.format(self.high, `g`)}}`;
  }
}
py.dataclass(Ends, []);
class Simplex extends Interval {
  includes(other) {
    let $0;
    return (py.truth($0 = py.isinstance(other, Simplex)) ? super.includes(other) : $0);
  }
  __str__() {
    return `${py.str(super.__str__())}, summing to 1`;
  }
}
py.dataclass(Simplex, []);
class LogSimplex extends Interval {
  includes(other) {
    let $0;
    return (py.truth($0 = py.isinstance(other, LogSimplex)) ? super.includes(other) : $0);
  }
  __str__() {
    return `${py.str(super.__str__())}, exponentials summing to 1`;
  }
}
py.dataclass(LogSimplex, []);
const REALS = new Interval(py.neg(math.inf), math.inf, "()");
const NOT_NEGATIVE = new Interval(0, math.inf, "[)");
const POSITIVE = new Interval(0, math.inf, "()");
const UNIT = new Interval(0, 1, "[]");
const SIGNS = new Ends(-1, 1);
const INSIDE_UNIT = new Interval(0, 1, "()");
const PROBABILITIES = new Simplex(0, 1, "()");
const DISTRIBUTION = new Simplex(0, 1, "[]");
const LOG_PROBABILITIES = new LogSimplex(py.neg(math.inf), 0, "(]");
class Activation extends Part {
}
py.attributes(Activation, { kind: "activation" });
py.attributes(Activation, { range: REALS });
py.attributes(Activation, { kinks: py.tuple_of() });
py.attributes(Activation, { complex_step: true });
class Elementwise extends Activation {
  dL_dZ(dL_dA, Z, A) {
    const self = this;
    return py.mul(self.dA_dZ(Z, A), dL_dA);
  }
  jacobian(z, a) {
    const self = this;
    return np.diag(self.dA_dZ(z, a));
  }
}
class Step extends Elementwise {
  A(Z) {
    return m.astype(py.ge(py.of_number(Z, "real"), 0), py.of_number(Z, "dtype"));
  }
  dA_dZ(Z, A) {
    return np.zeros_like(Z);
  }
}
py.attributes(Step, { name: "step" });
py.attributes(Step, { formula: "1 if z ≥ 0 else 0", derivative: "0" });
py.attributes(Step, { latex: "\\mathrm{step}(z) = [z \\ge 0]", latex_derivative: "0" });
py.attributes(Step, { source: "7.31-7.33" });
py.attributes(Step, { range: UNIT, kinks: py.tuple_of(0) });
register(Step);
class ReLU extends Elementwise {
  A(Z) {
    return np.where(py.lt(py.of_number(Z, "real"), 0), 0, Z);
  }
  dA_dZ(Z, A) {
    return new Step().A(Z);
  }
}
py.attributes(ReLU, { name: "relu" });
py.attributes(ReLU, { formula: "max(0, z)", derivative: "step(z)" });
py.attributes(ReLU, { latex: "\\max(0, z)", latex_derivative: "\\mathrm{step}(z)" });
py.attributes(ReLU, { source: "7.34-7.36" });
py.attributes(ReLU, { range: NOT_NEGATIVE, kinks: py.tuple_of(0) });
register(ReLU);
class LeakyReLU extends Elementwise {
  A(Z) {
    const self = this;
    return np.where(py.lt(py.of_number(Z, "real"), 0), py.mul(self.slope, Z), Z);
  }
  dA_dZ(Z, A) {
    const self = this;
    return m.astype(np.where(py.lt(py.of_number(Z, "real"), 0), self.slope, 1), py.of_number(Z, "dtype"));
  }
}
py.attributes(LeakyReLU, { name: "leaky_relu" });
py.attributes(LeakyReLU, { formula: "z if z ≥ 0 else slope·z", derivative: "1 if z ≥ 0 else slope" });
py.attributes(LeakyReLU, { latex: "\\max(z, s z)", latex_derivative: "1 \\text{ if } z \\ge 0 \\text{ else } s" });
py.attributes(LeakyReLU, { source: "Maas, Hannun and Ng 2013, section 2" });
py.attributes(LeakyReLU, { kinks: py.tuple_of(0) });
py.dataclass(LeakyReLU, [["slope", "float", hyper(0.01, 0, 1, "derivative for z < 0")]]);
register(LeakyReLU);
class Sigmoid extends Elementwise {
  A(Z) {
    let e;
    e = np.exp(np.where(py.ge(py.of_number(Z, "real"), 0), py.neg(Z), Z));
    return py.div(np.where(py.ge(py.of_number(Z, "real"), 0), 1, e), py.add(1, e));
  }
  dA_dZ(Z, A) {
    return py.mul(A, py.sub(1, A));
  }
}
py.attributes(Sigmoid, { name: "sigmoid" });
py.attributes(Sigmoid, { formula: "1 / (1 + e^−z)", derivative: "a (1 − a)" });
py.attributes(Sigmoid, { latex: "\\frac{1}{1 + e^{-z}}", latex_derivative: "a (1 - a)" });
py.attributes(Sigmoid, { source: "7.37-7.38" });
py.attributes(Sigmoid, { range: INSIDE_UNIT });
register(Sigmoid);
class Tanh extends Elementwise {
  A(Z) {
    return np.tanh(Z);
  }
  dA_dZ(Z, A) {
    return py.sub(1, py.pow(A, 2));
  }
}
py.attributes(Tanh, { name: "tanh" });
py.attributes(Tanh, { formula: "tanh z", derivative: "1 − a²" });
py.attributes(Tanh, { latex: "\\tanh z", latex_derivative: "1 - a^2" });
py.attributes(Tanh, { source: "7.40" });
py.attributes(Tanh, { range: new Interval(-1, 1, "()") });
register(Tanh);
class Identity extends Elementwise {
  A(Z) {
    return m.copy(Z);
  }
  dA_dZ(Z, A) {
    return np.ones_like(Z);
  }
}
py.attributes(Identity, { name: "identity" });
py.attributes(Identity, { formula: "z", derivative: "1" });
py.attributes(Identity, { latex: "z", latex_derivative: "1" });
py.attributes(Identity, { source: "7.39" });
register(Identity);
class Softmax extends Activation {
  A(Z) {
    let e;
    e = np.exp(py.sub(Z, m.max(py.of_number(Z, "real"), { axis: -1, keepdims: true })));
    return py.div(e, m.sum(e, { axis: -1, keepdims: true }));
  }
  dL_dZ(dL_dA, Z, A) {
    return py.mul(A, py.sub(dL_dA, m.sum(py.mul(A, dL_dA), { axis: -1, keepdims: true })));
  }
  jacobian(z, a) {
    return py.sub(np.diag(a), np.outer(a, a));
  }
}
py.attributes(Softmax, { name: "softmax" });
py.attributes(Softmax, { formula: "e^zⱼ / Σₖ e^zₖ", derivative: "diag(a) − a aᵀ" });
py.attributes(Softmax, { latex: "\\frac{e^{z_j}}{\\sum_k e^{z_k}}", latex_derivative: "\\mathrm{diag}(a) - a a^T" });
py.attributes(Softmax, { source: "Bridle 1990" });
py.attributes(Softmax, { range: PROBABILITIES });
register(Softmax);
function softplus(Z) {
  let positive;
  positive = py.ge(py.of_number(Z, "real"), 0);
  return py.add(np.where(positive, Z, 0), np.log1p(np.exp(np.where(positive, py.neg(Z), Z))));
}
function log_softmax(Z) {
  let others, shifted, top;
  top = py.item(py.of_number(Z, "real").argmax({ axis: -1 }), py.tuple_of(py.ELLIPSIS, null));
  shifted = py.sub(Z, np.take_along_axis(Z, top, { axis: -1 }));
  others = np.exp(shifted);
  np.put_along_axis(others, top, 0, { axis: -1 });
  return py.sub(shifted, np.log1p(m.sum(others, { axis: -1, keepdims: true })));
}
function y_log_a(Y, A) {
  return np.where(py.eq(Y, 0), 0, py.mul(Y, np.log(A)));
    return null;
}
function y_over_a(Y, A) {
  return np.where(py.eq(Y, 0), 0, py.div(Y, A));
    return null;
}
function log_a_over_rest(A) {
  return m.astype(np.where(py.eq(A, 1), -1, py.div(np.log(A), np.where(py.eq(A, 1), 1, py.sub(1, A)))), py.of_number(A, "dtype"));
    return null;
}
function gated(Z, gate) {
  return np.where(py.eq(gate, 0), 0, py.mul(Z, gate));
    return null;
}
function log_cosh(U) {
  let near, size;
  size = np.where(py.lt(py.of_number(U, "real"), 0), py.neg(U), U);
  near = np.log1p(py.mul(2, py.pow(np.sinh(py.div(np.where(py.lt(py.of_number(size, "real"), 1), size, 0), 2)), 2)));
  return np.where(py.lt(py.of_number(size, "real"), 1), near, py.sub(py.add(size, np.log1p(np.exp(py.mul(-2, size)))), math.log(2)));
}
const _ERF = py.tuple_of(py.tuple_of(0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694), py.tuple_of(1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171));
const _ERFC = py.tuple_of(py.tuple_of(...py.tuple_of(2.1531153547440383e-08, 0.5641884969886701, 8.883149794388377, 66.11919063714163), ...py.tuple_of(298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260716), 1230.3393547979972), py.tuple_of(...py.tuple_of(1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903), ...py.tuple_of(3290.7992357334597, 4362.619090143247, 3439.3676741437216, 1230.3393548037495)));
const _ERFC_FAR = py.tuple_of(py.tuple_of(...py.tuple_of(0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926), ...py.tuple_of(0.016083785148742275, 0.0006587491615298378)), py.tuple_of(...py.tuple_of(1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285), ...py.tuple_of(0.06051834131244132, 0.0023352049762686918)));
function normal_cdf(Z) {
  let Phi, centre, erf, far, far_tail, inside, inverse, near, negative, outside, size, tail, x;
  inside = np.where(py.lt(py.abs(py.of_number(Z, "real")), 40), Z, 0);
  size = np.where(py.lt(py.of_number(inside, "real"), 0), py.neg(inside), inside);
  x = py.mul(size, math.sqrt(0.5));
  [near, far] = py.tuple_of(py.le(py.of_number(x, "real"), 0.46875), py.gt(py.of_number(x, "real"), 4));
  erf = py.mul(x, _quotient(_ERF, py.pow(np.where(near, x, 0), 2)));
  inverse = py.div(1, py.pow(np.where(far, x, 1), 2));
  far_tail = py.div(py.sub(py.div(1, math.sqrt(math.pi)), py.mul(inverse, _quotient(_ERFC_FAR, inverse))), np.where(far, x, 1));
  tail = py.mul(normal_bell(size), np.where(far, far_tail, _quotient(_ERFC, np.where(far, 1, x))));
  negative = py.lt(py.of_number(inside, "real"), 0);
  centre = py.div(np.where(negative, py.sub(1, erf), py.add(1, erf)), 2);
  Phi = np.where(near, centre, np.where(negative, py.div(tail, 2), py.sub(1, py.div(tail, 2))));
  outside = np.where(py.ge(py.of_number(Z, "real"), 40), 1, np.where(py.le(py.of_number(Z, "real"), -40), 0, Z));
  return np.where(py.lt(py.abs(py.of_number(Z, "real")), 40), Phi, outside);
}
function normal_bell(Z) {
  let bell, inside, rounded;
  rounded = py.div(np.rint(py.mul(np.clip(py.of_number(Z, "real"), -64, 64), 16)), 16);
  inside = np.where(py.lt(py.abs(py.of_number(Z, "real")), 64), Z, rounded);
  bell = py.mul(np.exp(py.div(py.neg(py.pow(rounded, 2)), 2)), np.exp(py.div(py.mul(py.neg(py.sub(inside, rounded)), py.add(inside, rounded)), 2)));
  return np.where(np.isnan(Z), Z, bell);
}
function _quotient(coefficients, X) {
  let bottom, top;
  [top, bottom] = py.map_over(coefficients, (each) => _polynomial(each, X));
  return py.div(top, bottom);
}
function _polynomial(coefficients, X) {
  let coefficient, total;
  total = np.full_like(X, py.item(coefficients, 0));
  for (coefficient of py.item(coefficients, py.slice(1, null, null))) {
    total = py.add(py.mul(total, X), coefficient);
  }
  return total;
}
function _between(Z, low, high) {
  return py.sub(new Step().A(py.sub(Z, low)), new Step().A(py.sub(Z, high)));
}
function _clipped(Z, low, high) {
  return np.where(py.lt(py.of_number(Z, "real"), low), low, np.where(py.lt(py.of_number(Z, "real"), high), Z, np.where(py.ge(py.of_number(Z, "real"), high), high, Z)));
}
class ReLU6 extends Elementwise {
  A(Z) {
    return _clipped(Z, 0, 6);
  }
  dA_dZ(Z, A) {
    return _between(Z, 0, 6);
  }
}
py.attributes(ReLU6, { name: "relu6" });
py.attributes(ReLU6, { formula: "min(max(0, z), 6)", derivative: "step(z) − step(z − 6)" });
py.attributes(ReLU6, { latex: "\\min(\\max(0, z), 6)", latex_derivative: "\\mathrm{step}(z) - \\mathrm{step}(z - 6)" });
py.attributes(ReLU6, { source: "Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10" });
py.attributes(ReLU6, { range: new Interval(0, 6), kinks: py.tuple_of(0, 6) });
register(ReLU6);
class HardTanh extends Elementwise {
  A(Z) {
    return _clipped(Z, -1, 1);
  }
  dA_dZ(Z, A) {
    return _between(Z, -1, 1);
  }
}
py.attributes(HardTanh, { name: "hard_tanh" });
py.attributes(HardTanh, { formula: "min(max(−1, z), 1)", derivative: "step(z + 1) − step(z − 1)" });
py.attributes(HardTanh, { latex: "\\min(\\max(-1, z), 1)", latex_derivative: "\\mathrm{step}(z + 1) - \\mathrm{step}(z - 1)" });
py.attributes(HardTanh, { source: "Collobert 2004, Large Scale Machine Learning, PhD thesis" });
py.attributes(HardTanh, { range: new Interval(-1, 1), kinks: py.tuple_of(-1, 1) });
register(HardTanh);
class HardSigmoid extends Elementwise {
  A(Z) {
    return py.div(_clipped(py.add(Z, 3), 0, 6), 6);
  }
  dA_dZ(Z, A) {
    return py.div(_between(Z, -3, 3), 6);
  }
}
py.attributes(HardSigmoid, { name: "hard_sigmoid" });
py.attributes(HardSigmoid, { formula: "min(max(0, z/6 + 1/2), 1)", derivative: "(step(z + 3) − step(z − 3)) / 6" });
py.attributes(HardSigmoid, { latex: "\\min(\\max(0, \\frac{z}{6} + \\frac{1}{2}), 1)" });
py.attributes(HardSigmoid, { latex_derivative: "\\frac{\\mathrm{step}(z + 3) - \\mathrm{step}(z - 3)}{6}" });
py.attributes(HardSigmoid, { source: "Howard et al. 2019, section 5.2" });
py.attributes(HardSigmoid, { range: UNIT, kinks: py.tuple_of(-3, 3) });
register(HardSigmoid);
class HardSwish extends Elementwise {
  A(Z) {
    return gated(Z, new HardSigmoid().A(Z));
  }
  dA_dZ(Z, A) {
    return m.astype(np.where(py.lt(py.of_number(Z, "real"), -3), 0, np.where(py.lt(py.of_number(Z, "real"), 3), py.add(py.div(Z, 3), 0.5), 1)), py.of_number(Z, "dtype"));
  }
}
py.attributes(HardSwish, { name: "hard_swish" });
py.attributes(HardSwish, { formula: "z min(max(0, z/6 + 1/2), 1)", derivative: "0 if z < −3, z/3 + 1/2 if z < 3, else 1" });
py.attributes(HardSwish, { latex: "z \\min(\\max(0, \\frac{z}{6} + \\frac{1}{2}), 1)" });
py.attributes(HardSwish, { latex_derivative: "0 \\text{ if } z < -3,\\ \\frac{z}{3} + \\frac{1}{2} \\text{ if } z < 3,\\ \\text{else } 1" });
py.attributes(HardSwish, { source: "Howard et al. 2019, section 5.2" });
py.attributes(HardSwish, { range: new Interval(-0.375, math.inf, "[)"), kinks: py.tuple_of(-3, 3) });
register(HardSwish);
class ELU extends Elementwise {
  __post_init__() {
    const self = this;
    let below;
    super.__post_init__();
    below = new Interval(py.neg(self.alpha), math.inf, (py.truth(self.alpha) ? "()" : "[)"));
    py.setattr(self, "range", below);
    py.setattr(self, "kinks", (py.truth(py.eq(self.alpha, 1)) ? py.tuple_of() : py.tuple_of(0)));
    return null;
  }
  A(Z) {
    const self = this;
    return np.where(py.lt(py.of_number(Z, "real"), 0), py.mul(self.alpha, np.expm1(np.where(py.lt(py.of_number(Z, "real"), 0), Z, 0))), Z);
  }
  dA_dZ(Z, A) {
    const self = this;
    return m.astype(np.where(py.lt(py.of_number(Z, "real"), 0), py.add(A, self.alpha), 1), py.of_number(Z, "dtype"));
  }
}
py.attributes(ELU, { name: "elu" });
py.attributes(ELU, { formula: "z if z ≥ 0 else alpha·(e^z − 1)", derivative: "1 if z ≥ 0 else a + alpha" });
py.attributes(ELU, { latex: "z \\text{ if } z \\ge 0 \\text{ else } \\alpha (e^z - 1)" });
py.attributes(ELU, { latex_derivative: "1 \\text{ if } z \\ge 0 \\text{ else } a + \\alpha" });
py.attributes(ELU, { source: "Clevert, Unterthiner and Hochreiter 2016, equation 15" });
py.attributes(ELU, { range: new Interval(-1, math.inf, "()") });
py.dataclass(ELU, [["alpha", "float", hyper(1, 0, math.inf, "−alpha is the limit far below 0")]]);
register(ELU);
class SELU extends Elementwise {
  A(Z) {
    const self = this;
    return py.mul(self.scale, new ELU(self.alpha).A(Z));
  }
  dA_dZ(Z, A) {
    const self = this;
    return m.astype(np.where(py.lt(py.of_number(Z, "real"), 0), py.add(A, py.mul(self.scale, self.alpha)), self.scale), py.of_number(Z, "dtype"));
  }
}
py.attributes(SELU, { name: "selu" });
py.attributes(SELU, { formula: "s z if z ≥ 0 else s α (e^z − 1)", derivative: "s if z ≥ 0 else a + s α" });
py.attributes(SELU, { latex: "s z \\text{ if } z \\ge 0 \\text{ else } s \\alpha (e^z - 1)" });
py.attributes(SELU, { latex_derivative: "s \\text{ if } z \\ge 0 \\text{ else } a + s \\alpha" });
py.attributes(SELU, { source: "Klambauer et al. 2017, equations 2 and 14" });
py.attributes(SELU, { scale: 1.0507009873554805, alpha: 1.6732632423543772 });
py.attributes(SELU, { range: new Interval(py.mul(py.neg(SELU.scale), SELU.alpha), math.inf, "()"), kinks: py.tuple_of(0) });
register(SELU);
const SILU_LOW = -0.278464542761074;
function _sigmoid(Z) {
  return new Sigmoid().A(Z);
}
class Softplus extends Elementwise {
  A(Z) {
    return softplus(Z);
  }
  dA_dZ(Z, A) {
    return py.neg(np.expm1(py.neg(A)));
  }
}
py.attributes(Softplus, { name: "softplus" });
py.attributes(Softplus, { formula: "log(1 + e^z)", derivative: "1 − e^−a" });
py.attributes(Softplus, { latex: "\\log(1 + e^z)", latex_derivative: "1 - e^{-a}" });
py.attributes(Softplus, { source: "Dugas et al. 2001" });
py.attributes(Softplus, { range: new Interval(0, math.inf, "()") });
register(Softplus);
class Exp extends Elementwise {
  A(Z) {
    return np.exp(Z);
    return null;
  }
  dA_dZ(Z, A) {
    return A;
  }
}
py.attributes(Exp, { name: "exp" });
py.attributes(Exp, { formula: "e^z", derivative: "a" });
py.attributes(Exp, { latex: "e^z", latex_derivative: "a" });
py.attributes(Exp, { source: "the log link of McCullagh and Nelder 1989, section 2.2.3" });
py.attributes(Exp, { range: new Interval(0, math.inf, "()") });
register(Exp);
class LogSigmoid extends Elementwise {
  A(Z) {
    return py.neg(softplus(py.neg(Z)));
  }
  dA_dZ(Z, A) {
    return py.neg(np.expm1(A));
  }
}
py.attributes(LogSigmoid, { name: "log_sigmoid" });
py.attributes(LogSigmoid, { formula: "−log(1 + e^−z)", derivative: "1 − e^a" });
py.attributes(LogSigmoid, { latex: "-\\log(1 + e^{-z})", latex_derivative: "1 - e^a" });
py.attributes(LogSigmoid, { source: "the log of 7.37" });
py.attributes(LogSigmoid, { range: new Interval(py.neg(math.inf), 0, "()") });
register(LogSigmoid);
class Softsign extends Elementwise {
  A(Z) {
    let far, near, size;
    size = np.where(py.lt(py.of_number(Z, "real"), 0), py.neg(Z), Z);
    near = py.le(py.of_number(size, "real"), 1);
    far = py.div(np.where(py.lt(py.of_number(Z, "real"), 0), -1, 1), py.add(py.div(1, np.where(near, 1, size)), 1));
    return m.astype(np.where(near, py.div(Z, py.add(1, np.where(near, size, 1))), far), py.of_number(Z, "dtype"));
  }
  dA_dZ(Z, A) {
    return py.div(1, py.pow(py.add(1, np.where(py.lt(py.of_number(Z, "real"), 0), py.neg(Z), Z)), 2));
  }
}
py.attributes(Softsign, { name: "softsign" });
py.attributes(Softsign, { formula: "z / (1 + |z|)", derivative: "1 / (1 + |z|)²" });
py.attributes(Softsign, { latex: "\\frac{z}{1 + |z|}", latex_derivative: "\\frac{1}{(1 + |z|)^2}" });
py.attributes(Softsign, { source: "Bergstra et al. 2009, Quadratic polynomials learn better image features" });
py.attributes(Softsign, { range: new Interval(-1, 1, "()") });
register(Softsign);
class SiLU extends Elementwise {
  A(Z) {
    return gated(Z, _sigmoid(Z));
  }
  dA_dZ(Z, A) {
    return py.add(_sigmoid(Z), gated(A, _sigmoid(py.neg(Z))));
  }
}
py.attributes(SiLU, { name: "silu" });
py.attributes(SiLU, { formula: "z σ(z)", derivative: "σ(z) + a σ(−z)" });
py.attributes(SiLU, { latex: "z \\sigma(z)", latex_derivative: "\\sigma(z) + a \\sigma(-z)" });
py.attributes(SiLU, { source: "Hendrycks and Gimpel 2016; Elfwing, Uchibe and Doya 2018" });
py.attributes(SiLU, { range: new Interval(SILU_LOW, math.inf, "[)") });
register(SiLU);
class Swish extends Elementwise {
  __post_init__() {
    const self = this;
    let low;
    super.__post_init__();
    low = (py.truth(self.beta) ? py.div(SILU_LOW, self.beta) : py.neg(math.inf));
    py.setattr(self, "range", new Interval(low, math.inf, (py.truth(math.isfinite(low)) ? "[)" : "()")));
    return null;
  }
  A(Z) {
    const self = this;
    return gated(Z, _sigmoid(py.mul(self.beta, Z)));
  }
  dA_dZ(Z, A) {
    const self = this;
    return py.add(_sigmoid(py.mul(self.beta, Z)), py.mul(self.beta, gated(A, _sigmoid(py.mul(py.neg(self.beta), Z)))));
  }
}
py.attributes(Swish, { name: "swish" });
py.attributes(Swish, { formula: "z σ(beta·z)", derivative: "σ(beta·z) + beta·a σ(−beta·z)" });
py.attributes(Swish, { latex: "z \\sigma(\\beta z)", latex_derivative: "\\sigma(\\beta z) + \\beta a \\sigma(-\\beta z)" });
py.attributes(Swish, { source: "Ramachandran, Zoph and Le 2017, section 5" });
py.attributes(Swish, { range: new Interval(SILU_LOW, math.inf, "[)") });
py.dataclass(Swish, [["beta", "float", hyper(1, 0, math.inf, "how sharply the gate opens")]]);
register(Swish);
class Mish extends Elementwise {
  A(Z) {
    return gated(Z, np.tanh(softplus(Z)));
  }
  dA_dZ(Z, A) {
    let t;
    t = np.tanh(softplus(Z));
    return py.add(t, gated(Z, py.mul(py.sub(1, py.pow(t, 2)), _sigmoid(Z))));
  }
}
py.attributes(Mish, { name: "mish" });
py.attributes(Mish, { formula: "z t,  t = tanh(log(1 + e^z))", derivative: "t + z (1 − t²) σ(z)" });
py.attributes(Mish, { latex: "z t,\\ t = \\tanh(\\log(1 + e^z))" });
py.attributes(Mish, { latex_derivative: "t + z (1 - t^2) \\sigma(z)" });
py.attributes(Mish, { source: "Misra 2020" });
py.attributes(Mish, { range: new Interval(-0.308843413017251, math.inf, "[)") });
register(Mish);
class GELU extends Elementwise {
  A(Z) {
    return gated(Z, normal_cdf(Z));
  }
  dA_dZ(Z, A) {
    return py.add(normal_cdf(Z), py.div(gated(Z, normal_bell(Z)), math.sqrt(py.mul(2, math.pi))));
  }
}
py.attributes(GELU, { name: "gelu" });
py.attributes(GELU, { formula: "z Φ(z),  Φ(z) = (1 + erf(z/√2)) / 2", derivative: "Φ(z) + z φ(z),  φ(z) = e^(−z²/2) / √(2π)" });
py.attributes(GELU, { latex: "z \\Phi(z) = \\frac{z}{2} \\left(1 + \\mathrm{erf}\\frac{z}{\\sqrt 2}\\right)" });
py.attributes(GELU, { latex_derivative: "\\Phi(z) + z \\frac{e^{-z^2/2}}{\\sqrt{2\\pi}}" });
py.attributes(GELU, { source: "Hendrycks and Gimpel 2016, section 2" });
py.attributes(GELU, { range: new Interval(-0.169971207479904, math.inf, "[)") });
register(GELU);
class GELUTanh extends Elementwise {
  A(Z) {
    const self = this;
    return gated(Z, _sigmoid(self._two_u(Z)));
  }
  dA_dZ(Z, A) {
    const self = this;
    let two_du, two_u;
    two_u = self._two_u(Z);
    two_du = py.mul(math.sqrt(py.div(8, math.pi)), py.add(1, py.mul(py.mul(3, 0.044715), py.pow(Z, 2))));
    return py.add(_sigmoid(two_u), gated(py.mul(Z, two_du), py.mul(_sigmoid(two_u), _sigmoid(py.neg(two_u)))));
  }
  _two_u(Z) {
    return py.mul(py.mul(math.sqrt(py.div(8, math.pi)), Z), py.add(1, py.mul(0.044715, py.pow(Z, 2))));
  }
}
py.attributes(GELUTanh, { name: "gelu_tanh" });
py.attributes(GELUTanh, { formula: "z σ(2u),  u = √(2/π) (z + 0.044715 z³)", derivative: "σ(2u) + z σ(2u) σ(−2u) 2u′" });
py.attributes(GELUTanh, { latex: "z \\sigma(2u) = \\frac{z}{2} (1 + \\tanh u),\\ u = \\sqrt{2/\\pi} (z + 0.044715 z^3)" });
py.attributes(GELUTanh, { latex_derivative: "\\sigma(2u) + 2 z \\sigma(2u) \\sigma(-2u) u'" });
py.attributes(GELUTanh, { source: "Hendrycks and Gimpel 2016, section 2" });
py.attributes(GELUTanh, { range: new Interval(-0.170040750571255, math.inf, "[)") });
register(GELUTanh);
class Gaussian extends Elementwise {
  A(Z) {
    return np.exp(py.neg(py.pow(Z, 2)));
  }
  dA_dZ(Z, A) {
    return gated(py.mul(-2, Z), A);
  }
}
py.attributes(Gaussian, { name: "gaussian" });
py.attributes(Gaussian, { formula: "e^(−z²)", derivative: "−2 z a" });
py.attributes(Gaussian, { latex: "e^{-z^2}", latex_derivative: "-2 z a" });
py.attributes(Gaussian, { source: "Broomhead and Lowe 1988" });
py.attributes(Gaussian, { range: new Interval(0, 1, "(]") });
register(Gaussian);
class Sine extends Elementwise {
  A(Z) {
    return np.sin(Z);
  }
  dA_dZ(Z, A) {
    return np.cos(Z);
  }
}
py.attributes(Sine, { name: "sine" });
py.attributes(Sine, { formula: "sin z", derivative: "cos z" });
py.attributes(Sine, { latex: "\\sin z", latex_derivative: "\\cos z" });
py.attributes(Sine, { source: "Sitzmann et al. 2020, equation 4" });
py.attributes(Sine, { range: new Interval(-1, 1) });
register(Sine);
class LogSoftmax extends Activation {
  A(Z) {
    return log_softmax(Z);
  }
  dL_dZ(dL_dA, Z, A) {
    return py.sub(dL_dA, py.mul(np.exp(A), m.sum(dL_dA, { axis: -1, keepdims: true })));
  }
  jacobian(z, a) {
    return py.sub(np.eye(py.len(z), { dtype: py.of_number(z, "dtype") }), py.item(np.exp(a), py.tuple_of(py.slice(null, null, null), null)));
  }
}
py.attributes(LogSoftmax, { name: "log_softmax" });
py.attributes(LogSoftmax, { formula: "zⱼ − log Σₖ e^zₖ", derivative: "I − e^a 1ᵀ" });
py.attributes(LogSoftmax, { latex: "z_j - \\log \\sum_k e^{z_k}", latex_derivative: "I - e^a 1^T" });
py.attributes(LogSoftmax, { source: "the log of Bridle 1990" });
py.attributes(LogSoftmax, { range: LOG_PROBABILITIES });
register(LogSoftmax);
class Learnt extends Elementwise {
  get alpha() {
    const self = this;
    let held;
    held = py.vars(self).get("_alpha", self.start);
    return held;
  }
  at(alpha) {
    const self = this;
    let there;
    there = others.copy(self);
    py.setattr(there, "_alpha", alpha);
    return there;
  }
}
py.attributes(Learnt, { derivative_by_alpha: "" });
py.attributes(Learnt, { latex_derivative_by_alpha: "" });
class PReLU extends Learnt {
  A(Z) {
    const self = this;
    return np.where(py.lt(py.of_number(Z, "real"), 0), gated(Z, self.alpha), Z);
  }
  dA_dZ(Z, A) {
    const self = this;
    return m.astype(np.where(py.lt(py.of_number(Z, "real"), 0), self.alpha, 1), py.of_number(Z, "dtype"));
  }
  dA_dalpha(Z, A) {
    return m.astype(np.where(py.lt(py.of_number(Z, "real"), 0), Z, 0), py.of_number(Z, "dtype"));
  }
}
py.attributes(PReLU, { name: "prelu" });
py.attributes(PReLU, { formula: "max(0, z) + α min(0, z)", derivative: "1 if z ≥ 0 else α" });
py.attributes(PReLU, { latex: "\\max(0, z) + \\alpha \\min(0, z)", latex_derivative: "1 \\text{ if } z \\ge 0 \\text{ else } \\alpha" });
py.attributes(PReLU, { derivative_by_alpha: "min(0, z)", latex_derivative_by_alpha: "\\min(0, z)" });
py.attributes(PReLU, { source: "He, Zhang, Ren and Sun 2015, equation 1" });
py.attributes(PReLU, { kinks: py.tuple_of(0) });
py.dataclass(PReLU, [["start", "float", hyper(0.25, py.neg(math.inf), math.inf, "alpha of every unit before training")]]);
register(PReLU);
class Parametric extends Learnt {
  __post_init__() {
    const self = this;
    let why;
    super.__post_init__();
    if ((!py.isinstance(py.bound(self, "of"), Elementwise) || py.isinstance(py.bound(self, "of"), Learnt))) {
      why = (py.isinstance(py.bound(self, "of"), Learnt) ? "has an alpha of its own" : "mixes its units");
      throw new py.ValueError(`parametric: of must be an element-wise activation without trainable parameters; ${py.str(py.bound(self, "of"))} ${py.str(why)}`);
    }
    py.setattr(self, "kinks", py.bound(self, "of").kinks);
    py.setattr(self, "complex_step", py.bound(self, "of").complex_step);
    return null;
  }
  A(Z) {
    const self = this;
    return py.add(gated(Z, py.sub(1, self.alpha)), gated(py.bound(self, "of").A(Z), self.alpha));
  }
  dA_dZ(Z, A) {
    const self = this;
    return m.astype(py.add(py.sub(1, self.alpha), py.mul(self.alpha, py.bound(self, "of").dA_dZ(Z, py.bound(self, "of").A(Z)))), py.of_number(Z, "dtype"));
  }
  dA_dalpha(Z, A) {
    const self = this;
    return py.sub(py.bound(self, "of").A(Z), Z);
  }
}
py.attributes(Parametric, { name: "parametric" });
py.attributes(Parametric, { formula: "(1 − α) z + α s(z)", derivative: "(1 − α) + α s′(z)" });
py.attributes(Parametric, { latex: "(1 - \\alpha) z + \\alpha s(z)", latex_derivative: "(1 - \\alpha) + \\alpha s'(z)" });
py.attributes(Parametric, { derivative_by_alpha: "s(z) − z", latex_derivative_by_alpha: "s(z) - z" });
py.attributes(Parametric, { source: "Holzmüller, Grinsztajn and Steinwart 2024, section 3" });
py.dataclass(Parametric, [["of", "Elementwise", part_hyper(Elementwise, new SELU(), "the activation s at alpha = 1")], ["start", "float", hyper(1, py.neg(math.inf), math.inf, "alpha of every unit before training")]]);
register(Parametric);
class Loss extends Part {
}
py.attributes(Loss, { kind: "loss" });
py.attributes(Loss, { domain_A: REALS });
py.attributes(Loss, { domain_Y: REALS });
py.attributes(Loss, { kinks: py.tuple_of() });
py.attributes(Loss, { complex_step: true });
py.attributes(Loss, { outputs_per_target: 1 });
class Square extends Loss {
  L(A, Y) {
    return m.sum(py.pow(py.sub(A, Y), 2), { axis: -1 });
  }
  dL_dA(A, Y) {
    return py.mul(2, py.sub(A, Y));
  }
}
py.attributes(Square, { name: "square" });
py.attributes(Square, { formula: "Σⱼ (aⱼ − yⱼ)²", derivative: "2 (a − y)" });
py.attributes(Square, { latex: "\\sum_j (a_j - y_j)^2", latex_derivative: "2 (a - y)" });
py.attributes(Square, { source: "7.41" });
register(Square);
class HalfSquare extends Loss {
  L(A, Y) {
    return py.div(m.sum(py.pow(py.sub(A, Y), 2), { axis: -1 }), 2);
  }
  dL_dA(A, Y) {
    return py.sub(A, Y);
  }
}
py.attributes(HalfSquare, { name: "half_square" });
py.attributes(HalfSquare, { formula: "Σⱼ (aⱼ − yⱼ)² / 2", derivative: "a − y" });
py.attributes(HalfSquare, { latex: "\\frac{1}{2} \\sum_j (a_j - y_j)^2", latex_derivative: "a - y" });
py.attributes(HalfSquare, { source: "7.41, halved; Bishop 2006, equation 5.14" });
register(HalfSquare);
class Linear extends Loss {
  L(A, Y) {
    const self = this;
    return m.sum(py.mul(self.dL_dA(A, Y), py.sub(A, Y)), { axis: -1 });
  }
  dL_dA(A, Y) {
    return m.astype(np.where(py.ge(py.of_number(A, "real"), Y), 1, -1), py.of_number(A, "dtype"));
  }
}
py.attributes(Linear, { name: "linear" });
py.attributes(Linear, { formula: "Σⱼ |aⱼ − yⱼ|", derivative: "sign(a − y)" });
py.attributes(Linear, { latex: "\\sum_j |a_j - y_j|", latex_derivative: "\\mathrm{sign}(a - y)" });
py.attributes(Linear, { source: "7.42-7.44" });
py.attributes(Linear, { kinks: py.tuple_of(0) });
register(Linear);
class NLL extends Loss {
  L(A, Y) {
    return py.neg(m.sum(py.add(y_log_a(Y, A), y_log_a(py.sub(1, Y), py.sub(1, A))), { axis: -1 }));
  }
  dL_dA(A, Y) {
    return py.neg(py.sub(y_over_a(Y, A), y_over_a(py.sub(1, Y), py.sub(1, A))));
  }
}
py.attributes(NLL, { name: "nll" });
py.attributes(NLL, { formula: "−Σⱼ (yⱼ log aⱼ + (1 − yⱼ) log(1 − aⱼ))", derivative: "−(y/a − (1 − y)/(1 − a))" });
py.attributes(NLL, { latex: "-\\sum_j (y_j \\log a_j + (1 - y_j) \\log(1 - a_j))" });
py.attributes(NLL, { latex_derivative: "-\\left(\\frac{y}{a} - \\frac{1 - y}{1 - a}\\right)" });
py.attributes(NLL, { source: "7.45; 7.3 lacks the minus sign" });
py.attributes(NLL, { domain_A: INSIDE_UNIT, domain_Y: UNIT });
register(NLL);
class NLLM extends Loss {
  L(A, Y) {
    return py.neg(m.sum(y_log_a(Y, A), { axis: -1 }));
  }
  dL_dA(A, Y) {
    return py.neg(y_over_a(Y, A));
  }
}
py.attributes(NLLM, { name: "nllm" });
py.attributes(NLLM, { formula: "−Σⱼ yⱼ log aⱼ", derivative: "−y/a" });
py.attributes(NLLM, { latex: "-\\sum_j y_j \\log a_j", latex_derivative: "-\\frac{y}{a}" });
py.attributes(NLLM, { source: "section 7.5.13" });
py.attributes(NLLM, { domain_A: PROBABILITIES, domain_Y: DISTRIBUTION });
register(NLLM);
const SMALLEST = 1e-09;
function _clipped$regression_losses(U, limit) {
  return m.astype(np.where(py.lt(py.of_number(U, "real"), py.neg(limit)), py.neg(limit), np.where(py.gt(py.of_number(U, "real"), limit), limit, U)), py.of_number(U, "dtype"));
}
class Huber extends Loss {
  L(A, Y) {
    const self = this;
    let inner;
    inner = _clipped$regression_losses(py.sub(A, Y), self.delta);
    return m.sum(py.mul(inner, py.sub(py.sub(A, Y), py.div(inner, 2))), { axis: -1 });
  }
  dL_dA(A, Y) {
    const self = this;
    return _clipped$regression_losses(py.sub(A, Y), self.delta);
  }
}
py.attributes(Huber, { name: "huber" });
py.attributes(Huber, { formula: "Σⱼ u²/2 if |u| ≤ delta else delta·(|u| − delta/2)", derivative: "min(max(−delta, a − y), delta)" });
py.attributes(Huber, { latex: "\\sum_j \\frac{u^2}{2} \\text{ if } |u| \\le \\delta \\text{ else } \\delta (|u| - \\frac{\\delta}{2})" });
py.attributes(Huber, { latex_derivative: "\\min(\\max(-\\delta, a - y), \\delta)" });
py.attributes(Huber, { source: "Huber 1964, section 4" });
py.dataclass(Huber, [["delta", "float", hyper(1, SMALLEST, math.inf, "the error beyond which it is linear")]]);
register(Huber);
class SmoothL1 extends Loss {
  L(A, Y) {
    const self = this;
    let slope;
    slope = _clipped$regression_losses(py.div(py.sub(A, Y), self.beta), 1);
    return m.sum(py.mul(slope, py.sub(py.sub(A, Y), py.div(py.mul(slope, self.beta), 2))), { axis: -1 });
  }
  dL_dA(A, Y) {
    const self = this;
    return _clipped$regression_losses(py.div(py.sub(A, Y), self.beta), 1);
  }
}
py.attributes(SmoothL1, { name: "smooth_l1" });
py.attributes(SmoothL1, { formula: "Σⱼ u²/(2·beta) if |u| ≤ beta else |u| − beta/2", derivative: "min(max(−1, (a − y)/beta), 1)" });
py.attributes(SmoothL1, { latex: "\\sum_j \\frac{u^2}{2 \\beta} \\text{ if } |u| \\le \\beta \\text{ else } |u| - \\frac{\\beta}{2}" });
py.attributes(SmoothL1, { latex_derivative: "\\min(\\max(-1, \\frac{a - y}{\\beta}), 1)" });
py.attributes(SmoothL1, { source: "Girshick 2015, equation 3, with PyTorch's beta" });
py.dataclass(SmoothL1, [["beta", "float", hyper(1, SMALLEST, math.inf, "the error beyond which it is linear")]]);
register(SmoothL1);
class LogCosh extends Loss {
  L(A, Y) {
    return m.sum(log_cosh(py.sub(A, Y)), { axis: -1 });
  }
  dL_dA(A, Y) {
    return np.tanh(py.sub(A, Y));
  }
}
py.attributes(LogCosh, { name: "log_cosh" });
py.attributes(LogCosh, { formula: "Σⱼ log cosh(aⱼ − yⱼ)", derivative: "tanh(a − y)" });
py.attributes(LogCosh, { latex: "\\sum_j \\log\\cosh(a_j - y_j)", latex_derivative: "\\tanh(a - y)" });
py.attributes(LogCosh, { source: "Green 1990" });
register(LogCosh);
class Quantile extends Loss {
  L(A, Y) {
    const self = this;
    return m.sum(py.mul(self.dL_dA(A, Y), py.sub(A, Y)), { axis: -1 });
  }
  dL_dA(A, Y) {
    const self = this;
    return m.astype(np.where(py.ge(py.of_number(A, "real"), Y), py.sub(1, self.tau), py.neg(self.tau)), py.of_number(A, "dtype"));
  }
}
py.attributes(Quantile, { name: "quantile" });
py.attributes(Quantile, { formula: "Σⱼ max(tau·(yⱼ − aⱼ), (tau − 1)(yⱼ − aⱼ))", derivative: "1 − tau if a ≥ y else −tau" });
py.attributes(Quantile, { latex: "\\sum_j \\max(\\tau (y_j - a_j), (\\tau - 1)(y_j - a_j))" });
py.attributes(Quantile, { latex_derivative: "1 - \\tau \\text{ if } a \\ge y \\text{ else } -\\tau" });
py.attributes(Quantile, { source: "Koenker and Bassett 1978" });
py.attributes(Quantile, { kinks: py.tuple_of(0) });
py.dataclass(Quantile, [["tau", "float", hyper(0.5, 0, 1, "the quantile, 0.5 for the median")]]);
register(Quantile);
class Poisson extends Loss {
  L(A, Y) {
    return m.sum(py.add(py.sub(A, Y), py.sub(y_log_a(Y, Y), y_log_a(Y, A))), { axis: -1 });
  }
  dL_dA(A, Y) {
    return py.sub(1, y_over_a(Y, A));
  }
}
py.attributes(Poisson, { name: "poisson" });
py.attributes(Poisson, { formula: "Σⱼ aⱼ − yⱼ + yⱼ log(yⱼ/aⱼ)", derivative: "1 − y/a" });
py.attributes(Poisson, { latex: "\\sum_j a_j - y_j + y_j \\log \\frac{y_j}{a_j}", latex_derivative: "1 - \\frac{y}{a}" });
py.attributes(Poisson, { source: "McCullagh and Nelder 1989, table 2.1" });
py.attributes(Poisson, { domain_A: POSITIVE, domain_Y: NOT_NEGATIVE });
register(Poisson);
class PoissonLog extends Loss {
  L(A, Y) {
    return m.sum(py.sub(np.exp(A), py.mul(Y, A)), { axis: -1 });
  }
  dL_dA(A, Y) {
    return py.sub(np.exp(A), Y);
  }
}
py.attributes(PoissonLog, { name: "poisson_log" });
py.attributes(PoissonLog, { formula: "Σⱼ e^aⱼ − yⱼ aⱼ", derivative: "e^a − y" });
py.attributes(PoissonLog, { latex: "\\sum_j e^{a_j} - y_j a_j", latex_derivative: "e^a - y" });
py.attributes(PoissonLog, { source: "McCullagh and Nelder 1989, section 2.2.2" });
py.attributes(PoissonLog, { domain_Y: NOT_NEGATIVE });
register(PoissonLog);
class Gamma extends Loss {
  L(A, Y) {
    return m.sum(py.sub(py.sub(py.div(Y, A), np.log(py.div(Y, A))), 1), { axis: -1 });
  }
  dL_dA(A, Y) {
    return py.div(py.sub(1, py.div(Y, A)), A);
  }
}
py.attributes(Gamma, { name: "gamma" });
py.attributes(Gamma, { formula: "Σⱼ yⱼ/aⱼ − log(yⱼ/aⱼ) − 1", derivative: "(1 − y/a) / a" });
py.attributes(Gamma, { latex: "\\sum_j \\frac{y_j}{a_j} - \\log \\frac{y_j}{a_j} - 1", latex_derivative: "\\frac{1}{a} (1 - \\frac{y}{a})" });
py.attributes(Gamma, { source: "McCullagh and Nelder 1989, table 2.1" });
py.attributes(Gamma, { domain_A: POSITIVE, domain_Y: POSITIVE });
register(Gamma);
function _margin_shortfall(A, Y) {
  return np.where(py.gt(py.of_number(py.mul(A, Y), "real"), 1), 0, py.sub(1, py.mul(A, Y)));
}
class Hinge extends Loss {
  L(A, Y) {
    return m.sum(_margin_shortfall(A, Y), { axis: -1 });
  }
  dL_dA(A, Y) {
    return m.astype(np.where(py.gt(py.of_number(py.mul(A, Y), "real"), 1), 0, py.neg(Y)), py.of_number(A, "dtype"));
  }
}
py.attributes(Hinge, { name: "hinge" });
py.attributes(Hinge, { formula: "Σⱼ max(0, 1 − yⱼ aⱼ)", derivative: "−y step(1 − y a)" });
py.attributes(Hinge, { latex: "\\sum_j \\max(0, 1 - y_j a_j)", latex_derivative: "-y\\, \\mathrm{step}(1 - y a)" });
py.attributes(Hinge, { source: "Cortes and Vapnik 1995" });
py.attributes(Hinge, { domain_Y: SIGNS, kinks: py.tuple_of(0) });
register(Hinge);
class SquaredHinge extends Loss {
  L(A, Y) {
    return m.sum(py.pow(_margin_shortfall(A, Y), 2), { axis: -1 });
  }
  dL_dA(A, Y) {
    return py.mul(py.mul(-2, Y), _margin_shortfall(A, Y));
  }
}
py.attributes(SquaredHinge, { name: "squared_hinge" });
py.attributes(SquaredHinge, { formula: "Σⱼ max(0, 1 − yⱼ aⱼ)²", derivative: "−2 y max(0, 1 − y a)" });
py.attributes(SquaredHinge, { latex: "\\sum_j \\max(0, 1 - y_j a_j)^2", latex_derivative: "-2 y \\max(0, 1 - y a)" });
py.attributes(SquaredHinge, { source: "Chang, Hsieh and Lin 2008, equation 2" });
py.attributes(SquaredHinge, { domain_Y: SIGNS });
register(SquaredHinge);
class Focal extends Loss {
  L(A, Y) {
    const self = this;
    let no, yes;
    [yes, no] = py.tuple_of(py.pow(py.sub(1, A), self.gamma), py.pow(A, self.gamma));
    return py.neg(m.sum(py.add(py.mul(yes, y_log_a(Y, A)), py.mul(no, y_log_a(py.sub(1, Y), py.sub(1, A)))), { axis: -1 }));
  }
  dL_dA(A, Y) {
    const self = this;
    return py.sub(focal_slope(Y, A, self.gamma), focal_slope(py.sub(1, Y), py.sub(1, A), self.gamma));
  }
}
py.attributes(Focal, { name: "focal" });
py.attributes(Focal, { formula: "−Σⱼ yⱼ (1 − aⱼ)^gamma log aⱼ + (1 − yⱼ) aⱼ^gamma log(1 − aⱼ)" });
py.attributes(Focal, { derivative: "y (1 − a)^gamma (gamma·log a/(1 − a) − 1/a) − (1 − y) a^gamma (gamma·log(1 − a)/a − 1/(1 − a))" });
py.attributes(Focal, { latex: "-\\sum_j y_j (1 - a_j)^\\gamma \\log a_j + (1 - y_j) a_j^\\gamma \\log(1 - a_j)" });
py.attributes(Focal, { latex_derivative: "y (1 - a)^\\gamma \\left(\\frac{\\gamma \\log a}{1 - a} - \\frac{1}{a}\\right) - (1 - y) a^\\gamma \\left(\\frac{\\gamma \\log(1 - a)}{a} - \\frac{1}{1 - a}\\right)" });
py.attributes(Focal, { source: "Lin et al. 2017, equation 4" });
py.attributes(Focal, { domain_A: INSIDE_UNIT, domain_Y: UNIT });
py.dataclass(Focal, [["gamma", "float", hyper(2, 0, math.inf, "the larger, the less a well predicted point counts")]]);
register(Focal);
function focal_slope(Y, A, gamma) {
  let counts, faded;
  counts = py.mul(gamma, Y);
  faded = np.where(py.eq(counts, 0), 0, py.mul(counts, log_a_over_rest(A)));
  return np.asarray(py.mul(py.pow(py.sub(1, A), gamma), py.sub(faded, y_over_a(Y, A))));
}
class FocalM extends Loss {
  L(A, Y) {
    const self = this;
    return py.neg(m.sum(py.mul(py.pow(py.sub(1, A), self.gamma), y_log_a(Y, A)), { axis: -1 }));
  }
  dL_dA(A, Y) {
    const self = this;
    return focal_slope(Y, A, self.gamma);
  }
}
py.attributes(FocalM, { name: "focalm" });
py.attributes(FocalM, { formula: "−Σⱼ yⱼ (1 − aⱼ)^gamma log aⱼ" });
py.attributes(FocalM, { derivative: "y (1 − a)^gamma (gamma·log a/(1 − a) − 1/a)" });
py.attributes(FocalM, { latex: "-\\sum_j y_j (1 - a_j)^\\gamma \\log a_j" });
py.attributes(FocalM, { latex_derivative: "y (1 - a)^\\gamma \\left(\\frac{\\gamma \\log a}{1 - a} - \\frac{1}{a}\\right)" });
py.attributes(FocalM, { source: "Lin et al. 2017, equation 4, for the class that is right" });
py.attributes(FocalM, { domain_A: PROBABILITIES, domain_Y: DISTRIBUTION });
py.dataclass(FocalM, [["gamma", "float", hyper(2, 0, math.inf, "the larger, the less a well predicted point counts")]]);
register(FocalM);
class KLDivergence extends Loss {
  L(A, Y) {
    return m.sum(py.sub(y_log_a(Y, Y), y_log_a(Y, A)), { axis: -1 });
  }
  dL_dA(A, Y) {
    return py.neg(y_over_a(Y, A));
  }
}
py.attributes(KLDivergence, { name: "kl_divergence" });
py.attributes(KLDivergence, { formula: "Σⱼ yⱼ log(yⱼ/aⱼ)", derivative: "−y/a" });
py.attributes(KLDivergence, { latex: "\\sum_j y_j \\log \\frac{y_j}{a_j}", latex_derivative: "-\\frac{y}{a}" });
py.attributes(KLDivergence, { source: "Kullback and Leibler 1951" });
py.attributes(KLDivergence, { domain_A: PROBABILITIES, domain_Y: DISTRIBUTION });
register(KLDivergence);
class NLLMLog extends Loss {
  L(A, Y) {
    return py.neg(m.sum(np.where(py.eq(Y, 0), 0, py.mul(Y, A)), { axis: -1 }));
    return null;
  }
  dL_dA(A, Y) {
    return m.astype(py.neg(Y), py.of_number(A, "dtype"));
  }
}
py.attributes(NLLMLog, { name: "nllm_log" });
py.attributes(NLLMLog, { formula: "−Σⱼ yⱼ aⱼ", derivative: "−y" });
py.attributes(NLLMLog, { latex: "-\\sum_j y_j a_j", latex_derivative: "-y" });
py.attributes(NLLMLog, { source: "section 7.5.13, with a for log a" });
py.attributes(NLLMLog, { domain_A: LOG_PROBABILITIES, domain_Y: DISTRIBUTION });
register(NLLMLog);
class GaussianNLL extends Loss {
  L(A, Y) {
    const self = this;
    let U, by_variance, s;
    [U, s, by_variance] = self._parts(A, Y);
    return py.div(m.sum(py.add(s, py.mul(U, by_variance)), { axis: -1 }), 2);
  }
  dL_dA(A, Y) {
    const self = this;
    let U, _, by_variance;
    [U, , by_variance] = self._parts(A, Y);
    return np.hstack([by_variance, py.div(py.sub(1, py.mul(U, by_variance)), 2)]);
  }
  _parts(A, Y) {
    let U, s;
    [U, s] = py.tuple_of(py.sub(py.item(A, py.tuple_of(py.slice(null, null, null), py.slice(null, py.item(py.of_number(Y, "shape"), 1), null))), Y), py.item(A, py.tuple_of(py.slice(null, null, null), py.slice(py.item(py.of_number(Y, "shape"), 1), null, null))));
    return py.tuple_of(U, s, np.where(py.eq(U, 0), 0, py.mul(U, np.exp(np.where(py.eq(U, 0), 0, py.neg(s))))));
  }
}
py.attributes(GaussianNLL, { name: "gaussian_nll" });
py.attributes(GaussianNLL, { formula: "Σⱼ (sⱼ + (μⱼ − yⱼ)² e^−sⱼ) / 2, a = (μ, s)" });
py.attributes(GaussianNLL, { derivative: "(μ − y) e^−s by μ, (1 − (μ − y)² e^−s) / 2 by s" });
py.attributes(GaussianNLL, { latex: "\\frac{1}{2} \\sum_j s_j + (\\mu_j - y_j)^2 e^{-s_j}, \\quad a = (\\mu, s)" });
py.attributes(GaussianNLL, { latex_derivative: "(\\mu - y) e^{-s},\\quad \\frac{1}{2} (1 - (\\mu - y)^2 e^{-s})" });
py.attributes(GaussianNLL, { source: "Nix and Weigend 1994" });
py.attributes(GaussianNLL, { outputs_per_target: 2 });
register(GaussianNLL);
class Shortcut extends Part {
}
py.attributes(Shortcut, { kind: "shortcut" });
class SigmoidNLL extends Shortcut {
  L(Z, Y) {
    return m.sum(py.add(py.mul(Y, softplus(py.neg(Z))), py.mul(py.sub(1, Y), softplus(Z))), { axis: -1 });
  }
  dL_dZ(A, Y) {
    return py.sub(A, Y);
  }
}
py.attributes(SigmoidNLL, { name: "sigmoid + nll" });
py.attributes(SigmoidNLL, { formula: "Σⱼ yⱼ log(1 + e^−zⱼ) + (1 − yⱼ) log(1 + e^zⱼ)", derivative: "a − y" });
py.attributes(SigmoidNLL, { latex: "\\sum_j y_j \\log(1 + e^{-z_j}) + (1 - y_j) \\log(1 + e^{z_j})" });
py.attributes(SigmoidNLL, { latex_derivative: "a - y" });
py.attributes(SigmoidNLL, { source: "Concept 19; 7.7" });
py.attributes(SigmoidNLL, { activation: Sigmoid, loss: NLL });
register(SigmoidNLL);
class SoftmaxNLLM extends Shortcut {
  L(Z, Y) {
    return py.neg(m.sum(py.mul(Y, log_softmax(Z)), { axis: -1 }));
  }
  dL_dZ(A, Y) {
    return py.sub(A, Y);
  }
}
py.attributes(SoftmaxNLLM, { name: "softmax + nllm" });
py.attributes(SoftmaxNLLM, { formula: "Σⱼ yⱼ (log Σₖ e^zₖ − zⱼ)", derivative: "a − y" });
py.attributes(SoftmaxNLLM, { latex: "\\sum_j y_j (\\log \\sum_k e^{z_k} - z_j)", latex_derivative: "a - y" });
py.attributes(SoftmaxNLLM, { source: "Concept 19; Bridle 1990" });
py.attributes(SoftmaxNLLM, { activation: Softmax, loss: NLLM });
register(SoftmaxNLLM);
class SoftmaxKLDivergence extends Shortcut {
  L(Z, Y) {
    return m.sum(py.sub(y_log_a(Y, Y), py.mul(Y, log_softmax(Z))), { axis: -1 });
  }
  dL_dZ(A, Y) {
    return py.sub(A, Y);
  }
}
py.attributes(SoftmaxKLDivergence, { name: "softmax + kl_divergence" });
py.attributes(SoftmaxKLDivergence, { formula: "Σⱼ yⱼ (log yⱼ + log Σₖ e^zₖ − zⱼ)", derivative: "a − y" });
py.attributes(SoftmaxKLDivergence, { latex: "\\sum_j y_j (\\log y_j + \\log \\sum_k e^{z_k} - z_j)" });
py.attributes(SoftmaxKLDivergence, { latex_derivative: "a - y" });
py.attributes(SoftmaxKLDivergence, { source: "Concept 19; Kullback and Leibler 1951" });
py.attributes(SoftmaxKLDivergence, { activation: Softmax, loss: KLDivergence });
register(SoftmaxKLDivergence);
class SigmoidFocal extends Shortcut {
  L(Z, Y) {
    const self = this;
    let no, yes;
    yes = py.mul(py.pow(new Sigmoid().A(py.neg(Z)), self.gamma), softplus(py.neg(Z)));
    no = py.mul(py.pow(new Sigmoid().A(Z), self.gamma), softplus(Z));
    return m.sum(py.add(py.mul(Y, yes), py.mul(py.sub(1, Y), no)), { axis: -1 });
  }
  dL_dZ(A, Y) {
    const self = this;
    return py.sub(py.mul(py.sub(1, Y), self._slope(A)), py.mul(Y, self._slope(py.sub(1, A))));
  }
  _slope(A) {
    const self = this;
    return py.mul(py.pow(A, self.gamma), py.sub(A, py.mul(self.gamma, y_log_a(py.sub(1, A), py.sub(1, A)))));
  }
}
py.attributes(SigmoidFocal, { name: "sigmoid + focal" });
py.attributes(SigmoidFocal, { formula: "Σⱼ yⱼ σ(−zⱼ)^gamma log(1 + e^−zⱼ) + (1 − yⱼ) σ(zⱼ)^gamma log(1 + e^zⱼ)" });
py.attributes(SigmoidFocal, { derivative: "(1 − y) a^gamma (a − gamma·(1 − a) log(1 − a)) − y (1 − a)^gamma (1 − a − gamma·a log a)" });
py.attributes(SigmoidFocal, { latex: "\\sum_j y_j \\sigma(-z_j)^\\gamma \\log(1 + e^{-z_j}) + (1 - y_j) \\sigma(z_j)^\\gamma \\log(1 + e^{z_j})" });
py.attributes(SigmoidFocal, { latex_derivative: "(1 - y) a^\\gamma (a - \\gamma (1 - a) \\log(1 - a)) - y (1 - a)^\\gamma (1 - a - \\gamma a \\log a)" });
py.attributes(SigmoidFocal, { source: "Concept 19; Lin et al. 2017, appendix B" });
py.attributes(SigmoidFocal, { activation: Sigmoid, loss: Focal });
py.dataclass(SigmoidFocal, [["gamma", "float", hyper(2, 0, math.inf, "that of the loss")]]);
register(SigmoidFocal);
class SoftmaxFocalM extends Shortcut {
  L(Z, Y) {
    const self = this;
    let log_A;
    log_A = log_softmax(Z);
    return py.neg(m.sum(py.mul(py.mul(Y, py.pow(py.neg(np.expm1(log_A)), self.gamma)), log_A), { axis: -1 }));
  }
  dL_dZ(A, Y) {
    const self = this;
    let share;
    share = py.mul(py.mul(Y, py.pow(py.sub(1, A), self.gamma)), py.sub(1, py.mul(py.mul(self.gamma, A), log_a_over_rest(np.where(py.eq(A, 0), 1, A)))));
    return py.sub(py.mul(A, m.sum(share, { axis: -1, keepdims: true })), share);
  }
}
py.attributes(SoftmaxFocalM, { name: "softmax + focalm" });
py.attributes(SoftmaxFocalM, { formula: "−Σⱼ yⱼ (1 − aⱼ)^gamma (zⱼ − log Σₖ e^zₖ)" });
py.attributes(SoftmaxFocalM, { derivative: "a Σⱼ yⱼ sⱼ − y s, s = (1 − a)^gamma (1 − gamma·a log a/(1 − a))" });
py.attributes(SoftmaxFocalM, { latex: "-\\sum_j y_j (1 - a_j)^\\gamma (z_j - \\log \\sum_k e^{z_k})" });
py.attributes(SoftmaxFocalM, { latex_derivative: "a \\sum_j y_j s_j - y s, \\quad s = (1 - a)^\\gamma \\left(1 - \\frac{\\gamma a \\log a}{1 - a}\\right)" });
py.attributes(SoftmaxFocalM, { source: "Concept 19; Lin et al. 2017, equation 4" });
py.attributes(SoftmaxFocalM, { activation: Softmax, loss: FocalM });
py.dataclass(SoftmaxFocalM, [["gamma", "float", hyper(2, 0, math.inf, "that of the loss")]]);
register(SoftmaxFocalM);
class ExpPoisson extends Shortcut {
  L(Z, Y) {
    return m.sum(py.add(py.sub(np.exp(Z), Y), py.sub(y_log_a(Y, Y), py.mul(Y, Z))), { axis: -1 });
  }
  dL_dZ(A, Y) {
    return py.sub(A, Y);
  }
}
py.attributes(ExpPoisson, { name: "exp + poisson" });
py.attributes(ExpPoisson, { formula: "Σⱼ e^zⱼ − yⱼ + yⱼ (log yⱼ − zⱼ)", derivative: "a − y" });
py.attributes(ExpPoisson, { latex: "\\sum_j e^{z_j} - y_j + y_j (\\log y_j - z_j)" });
py.attributes(ExpPoisson, { latex_derivative: "a - y" });
py.attributes(ExpPoisson, { source: "Concept 19; McCullagh and Nelder 1989, section 2.2.2" });
py.attributes(ExpPoisson, { activation: Exp, loss: Poisson });
register(ExpPoisson);
function shortcut(activation, loss) {
  let definition;
  for (definition of py.item(CATALOGUE, "shortcut").values()) {
    if (((py.type(activation) === definition.activation) && (py.type(loss) === py.bound(definition, "loss")))) {
      return py.call(definition, [], py.dict([...py.dict(py.map_over(others.fields(definition), (own) => [own.name, py.getattr(loss, own.name)])).items()]));
    }
  }
  return null;
}
class Penalty extends Part {
  of_batch(points) {
    const self = this;
    return self;
  }
}
py.attributes(Penalty, { kind: "penalty" });
py.attributes(Penalty, { kinks: py.tuple_of() });
py.attributes(Penalty, { complex_step: true });
class L2 extends Penalty {
  R(W) {
    const self = this;
    return py.mul(self.strength, m.sum(py.mul(W, W)));
  }
  dR_dW(W) {
    const self = this;
    return py.mul(py.mul(2, self.strength), W);
  }
}
py.attributes(L2, { name: "l2" });
py.attributes(L2, { formula: "strength · Σ w²", derivative: "2 · strength · w" });
py.attributes(L2, { latex: "\\lambda \\sum w^2", latex_derivative: "2 \\lambda w" });
py.attributes(L2, { source: "ridge regression, Hoerl and Kennard 1970" });
py.dataclass(L2, [["strength", "float", hyper(0.0001, 0, math.inf, "lambda")]]);
register(L2);
class L1 extends Penalty {
  R(W) {
    const self = this;
    return py.mul(self.strength, m.sum(py.mul(np.sign(py.of_number(W, "real")), W)));
  }
  dR_dW(W) {
    const self = this;
    return py.mul(self.strength, np.sign(py.of_number(W, "real")));
  }
}
py.attributes(L1, { name: "l1" });
py.attributes(L1, { formula: "strength · Σ |w|", derivative: "strength · sign(w),  sign(0) = 0" });
py.attributes(L1, { latex: "\\lambda \\sum |w|", latex_derivative: "\\lambda\\, \\mathrm{sign}(w)" });
py.attributes(L1, { source: "lasso, Tibshirani 1996" });
py.attributes(L1, { kinks: py.tuple_of(0) });
py.dataclass(L1, [["strength", "float", hyper(0.0001, 0, math.inf, "lambda")]]);
register(L1);
class ElasticNet extends Penalty {
  R(W) {
    const self = this;
    return py.add(new L1(py.mul(self.strength, self.ratio)).R(W), new L2(py.mul(self.strength, py.sub(1, self.ratio))).R(W));
  }
  dR_dW(W) {
    const self = this;
    return py.add(new L1(py.mul(self.strength, self.ratio)).dR_dW(W), new L2(py.mul(self.strength, py.sub(1, self.ratio))).dR_dW(W));
  }
}
py.attributes(ElasticNet, { name: "elastic_net" });
py.attributes(ElasticNet, { formula: "strength · Σ ratio·|w| + (1 − ratio)·w²" });
py.attributes(ElasticNet, { derivative: "strength · (ratio·sign(w) + 2 (1 − ratio) w),  sign(0) = 0" });
py.attributes(ElasticNet, { latex: "\\lambda \\sum \\rho |w| + (1 - \\rho) w^2" });
py.attributes(ElasticNet, { latex_derivative: "\\lambda (\\rho\\, \\mathrm{sign}(w) + 2 (1 - \\rho) w)" });
py.attributes(ElasticNet, { source: "Zou and Hastie 2005, section 2.1" });
py.attributes(ElasticNet, { kinks: py.tuple_of(0) });
py.dataclass(ElasticNet, [["strength", "float", hyper(0.0001, 0, math.inf, "lambda")], ["ratio", "float", hyper(0.5, 0, 1, "the weight of l1")]]);
register(ElasticNet);
class Normalization extends Part {
  moments(Z) {
    const self = this;
    let mean;
    mean = m.mean(Z, { axis: self.axis, keepdims: true });
    return py.tuple_of(mean, m.mean(py.pow(py.sub(Z, mean), 2), { axis: self.axis, keepdims: true }));
  }
  Z_hat(Z, mean, variance) {
    const self = this;
    return py.div(py.sub(Z, mean), np.sqrt(py.add(variance, self.epsilon)));
  }
  dL_dZ(dL_dZ_hat, Z_hat, variance) {
    const self = this;
    let straight, through_variance;
    straight = py.sub(dL_dZ_hat, m.mean(dL_dZ_hat, { axis: self.axis, keepdims: true }));
    through_variance = py.mul(Z_hat, m.mean(py.mul(Z_hat, dL_dZ_hat), { axis: self.axis, keepdims: true }));
    return py.div(py.sub(straight, through_variance), np.sqrt(py.add(variance, self.epsilon)));
  }
  dL_dZ_fixed(dL_dZ_hat, variance) {
    const self = this;
    return py.div(dL_dZ_hat, np.sqrt(py.add(variance, self.epsilon)));
  }
  jacobian(z_hat, variance) {
    const self = this;
    let k;
    k = py.len(z_hat);
    return py.div(py.sub(py.sub(np.eye(k), py.div(1, k)), py.div(np.outer(z_hat, z_hat), k)), np.sqrt(py.add(variance, self.epsilon)));
  }
}
py.attributes(Normalization, { kind: "normalization" });
py.attributes(Normalization, { formula: "ẑ = (z − μ) / √(σ² + epsilon)" });
py.attributes(Normalization, { derivative: "dL/dz = (dL/dẑ − mean(dL/dẑ) − ẑ mean(ẑ dL/dẑ)) / √(σ² + epsilon)" });
py.attributes(Normalization, { latex: "\\hat z = \\frac{z - \\mu}{\\sqrt{\\sigma^2 + \\varepsilon}}" });
py.attributes(Normalization, { latex_derivative: "\\frac{\\partial L}{\\partial z} = \\frac{1}{\\sqrt{\\sigma^2 + \\varepsilon}} \\left(\\frac{\\partial L}{\\partial \\hat z} - \\overline{\\frac{\\partial L}{\\partial \\hat z}} - \\hat z\\, \\overline{\\hat z \\frac{\\partial L}{\\partial \\hat z}}\\right)" });
py.attributes(Normalization, { running: false });
py.attributes(Normalization, { complex_step: true });
py.dataclass(Normalization, [["epsilon", "float", hyper(1e-05, 0, math.inf, "added to the variance, under the root")]]);
class BatchNorm extends Normalization {
}
py.attributes(BatchNorm, { name: "batch_norm" });
py.attributes(BatchNorm, { source: "Ioffe and Szegedy 2015, algorithm 1" });
py.attributes(BatchNorm, { axis: 0, running: true });
py.dataclass(BatchNorm, [["momentum", "float", hyper(0.1, 0, 1, "weight of a batch in the running means")]]);
register(BatchNorm);
class LayerNorm extends Normalization {
}
py.attributes(LayerNorm, { name: "layer_norm" });
py.attributes(LayerNorm, { source: "Ba, Kiros and Hinton 2016, equation 4" });
py.attributes(LayerNorm, { axis: 1 });
py.dataclass(LayerNorm, []);
register(LayerNorm);
class Initializer extends Part {
}
py.attributes(Initializer, { kind: "initializer" });
class Gaussian$initializers extends Initializer {
  W(m$, n, rng) {
    return rng.normal(0, py.pow(m$, -0.5), py.tuple_of(m$, n));
  }
  W0(m$, n, rng) {
    return rng.normal(0, 1, n);
  }
}
py.attributes(Gaussian$initializers, { name: "gaussian" });
py.attributes(Gaussian$initializers, { formula: "W ~ N(0, 1/m), W₀ ~ N(0, 1)" });
py.attributes(Gaussian$initializers, { latex: "W \\sim N(0, 1/m),\\ W_0 \\sim N(0, 1)" });
py.attributes(Gaussian$initializers, { source: "Concept 20, with the course's variances" });
register(Gaussian$initializers);
class WithoutBias extends Initializer {
  W0(m$, n, rng) {
    return np.zeros(n);
  }
}
class Zeros extends WithoutBias {
  W(m$, n, rng) {
    return np.zeros(py.tuple_of(m$, n));
  }
}
py.attributes(Zeros, { name: "zeros" });
py.attributes(Zeros, { formula: "W = 0, W₀ = 0", latex: "W = 0,\\ W_0 = 0" });
py.attributes(Zeros, { source: "Concept 20, what it warns of" });
register(Zeros);
class ConstantInitializer extends Initializer {
  W(m$, n, rng) {
    const self = this;
    return np.full(py.tuple_of(m$, n), py.float(self.value));
  }
  W0(m$, n, rng) {
    const self = this;
    return np.full(n, py.float(self.value));
  }
}
py.attributes(ConstantInitializer, { name: "constant" });
py.attributes(ConstantInitializer, { formula: "W = value, W₀ = value", latex: "W = c,\\ W_0 = c" });
py.attributes(ConstantInitializer, { source: "standard" });
py.dataclass(ConstantInitializer, [["value", "float", hyper(0.5, py.neg(math.inf), math.inf, "of every weight and bias")]]);
register(ConstantInitializer);
class GlorotUniform extends WithoutBias {
  W(m$, n, rng) {
    return _uniform(math.sqrt(py.div(6, py.add(m$, n))), py.tuple_of(m$, n), rng);
  }
}
py.attributes(GlorotUniform, { name: "glorot_uniform" });
py.attributes(GlorotUniform, { formula: "W ~ U(−b, b), b = √(6/(m + n)), W₀ = 0", latex: "W \\sim U(-b, b),\\ b = \\sqrt{6/(m + n)},\\ W_0 = 0" });
py.attributes(GlorotUniform, { source: "Glorot and Bengio 2010, equation 16" });
register(GlorotUniform);
class GlorotNormal extends WithoutBias {
  W(m$, n, rng) {
    return rng.normal(0, math.sqrt(py.div(2, py.add(m$, n))), py.tuple_of(m$, n));
  }
}
py.attributes(GlorotNormal, { name: "glorot_normal" });
py.attributes(GlorotNormal, { formula: "W ~ N(0, 2/(m + n)), W₀ = 0", latex: "W \\sim N(0, \\frac{2}{m + n}),\\ W_0 = 0" });
py.attributes(GlorotNormal, { source: "Glorot and Bengio 2010, equation 12" });
register(GlorotNormal);
class HeUniform extends WithoutBias {
  W(m$, n, rng) {
    return _uniform(math.sqrt(py.div(6, m$)), py.tuple_of(m$, n), rng);
  }
}
py.attributes(HeUniform, { name: "he_uniform" });
py.attributes(HeUniform, { formula: "W ~ U(−b, b), b = √(6/m), W₀ = 0", latex: "W \\sim U(-b, b),\\ b = \\sqrt{6/m},\\ W_0 = 0" });
py.attributes(HeUniform, { source: "He et al. 2015, equation 10" });
register(HeUniform);
class HeNormal extends WithoutBias {
  W(m$, n, rng) {
    return rng.normal(0, math.sqrt(py.div(2, m$)), py.tuple_of(m$, n));
  }
}
py.attributes(HeNormal, { name: "he_normal" });
py.attributes(HeNormal, { formula: "W ~ N(0, 2/m), W₀ = 0", latex: "W \\sim N(0, \\frac{2}{m}),\\ W_0 = 0" });
py.attributes(HeNormal, { source: "He et al. 2015, equation 10" });
register(HeNormal);
class LecunUniform extends WithoutBias {
  W(m$, n, rng) {
    return _uniform(math.sqrt(py.div(3, m$)), py.tuple_of(m$, n), rng);
  }
}
py.attributes(LecunUniform, { name: "lecun_uniform" });
py.attributes(LecunUniform, { formula: "W ~ U(−b, b), b = √(3/m), W₀ = 0", latex: "W \\sim U(-b, b),\\ b = \\sqrt{3/m},\\ W_0 = 0" });
py.attributes(LecunUniform, { source: "LeCun, Bottou, Orr and Müller 1998, section 4.6" });
register(LecunUniform);
class LecunNormal extends WithoutBias {
  W(m$, n, rng) {
    return rng.normal(0, math.sqrt(py.div(1, m$)), py.tuple_of(m$, n));
  }
}
py.attributes(LecunNormal, { name: "lecun_normal" });
py.attributes(LecunNormal, { formula: "W ~ N(0, 1/m), W₀ = 0", latex: "W \\sim N(0, \\frac{1}{m}),\\ W_0 = 0" });
py.attributes(LecunNormal, { source: "LeCun, Bottou, Orr and Müller 1998, section 4.6; Klambauer et al. 2017" });
register(LecunNormal);
class Orthogonal extends WithoutBias {
  W(m$, n, rng) {
    const self = this;
    let Q, R;
    [Q, R] = np.linalg.qr(rng.normal({ size: py.tuple_of(py.max(m$, n), py.min(m$, n)) }));
    Q = py.imul(Q, np.where(py.lt(np.diag(R), 0), -1, 1));
    return py.mul(self.gain, (py.truth(py.ge(m$, n)) ? Q : py.of_number(Q, "T")));
  }
}
py.attributes(Orthogonal, { name: "orthogonal" });
py.attributes(Orthogonal, { formula: "Wᵀ W = gain² I or W Wᵀ = gain² I, W₀ = 0", latex: "W^T W = g^2 I \\text{ or } W W^T = g^2 I,\\ W_0 = 0" });
py.attributes(Orthogonal, { source: "Saxe, McClelland and Ganguli 2014; Mezzadri 2007, section 5" });
py.dataclass(Orthogonal, [["gain", "float", hyper(1, 0, math.inf, "what lengths are multiplied by")]]);
register(Orthogonal);
class TruncatedNormal extends WithoutBias {
  W(m$, n, rng) {
    const self = this;
    let drawn, outside;
    drawn = rng.normal({ size: py.tuple_of(m$, n) });
    while (py.truth(m.any((outside = py.gt(py.abs(drawn), 2))))) {
      py.setitem(drawn, outside, rng.normal({ size: py.int(m.sum(outside)) }));
    }
    return py.mul(self.std, drawn);
  }
}
py.attributes(TruncatedNormal, { name: "truncated_normal" });
py.attributes(TruncatedNormal, { formula: "W ~ N(0, std²) within ±2·std, W₀ = 0" });
py.attributes(TruncatedNormal, { latex: "W \\sim N(0, \\sigma^2) \\text{ within } \\pm 2 \\sigma,\\ W_0 = 0" });
py.attributes(TruncatedNormal, { source: "Keras' TruncatedNormal; PyTorch's trunc_normal_ with a = -2 std, b = 2 std" });
py.dataclass(TruncatedNormal, [["std", "float", hyper(0.05, 0, math.inf, "standard deviation before the cut")]]);
register(TruncatedNormal);
class Sklearn extends Initializer {
  W(m$, n, rng) {
    const self = this;
    return _uniform(math.sqrt(py.div(self.factor, py.add(m$, n))), py.tuple_of(m$, n), rng);
  }
  W0(m$, n, rng) {
    const self = this;
    return _uniform(math.sqrt(py.div(self.factor, py.add(m$, n))), py.tuple_of(n), rng);
  }
}
py.attributes(Sklearn, { name: "sklearn" });
py.attributes(Sklearn, { formula: "W, W₀ ~ U(−b, b), b = √(factor/(m + n))", latex: "W, W_0 \\sim U(-b, b),\\ b = \\sqrt{f/(m + n)}" });
py.attributes(Sklearn, { source: "scikit-learn, BaseMultilayerPerceptron._init_coef; Glorot and Bengio 2010" });
py.dataclass(Sklearn, [["factor", "float", hyper(6, 0, math.inf, "6, or 2 for sigmoid units")]]);
register(Sklearn);
class PyTorch extends Initializer {
  W(m$, n, rng) {
    return _uniform(py.pow(m$, -0.5), py.tuple_of(m$, n), rng);
  }
  W0(m$, n, rng) {
    return _uniform(py.pow(m$, -0.5), py.tuple_of(n), rng);
  }
}
py.attributes(PyTorch, { name: "pytorch" });
py.attributes(PyTorch, { formula: "W, W₀ ~ U(−b, b), b = 1/√m", latex: "W, W_0 \\sim U(-b, b),\\ b = \\frac{1}{\\sqrt m}" });
py.attributes(PyTorch, { source: "PyTorch, torch.nn.Linear.reset_parameters" });
register(PyTorch);
function _uniform(bound, shape, rng) {
  return rng.uniform(py.neg(bound), bound, shape);
}
class Schedule extends Part {
  over(steps) {
    const self = this;
    return self;
  }
}
py.attributes(Schedule, { kind: "schedule" });
class FiniteSchedule extends Schedule {
  over(steps) {
    const self = this;
    let length;
    length = py.dict([["steps", py.max(steps, 1)]]);
    return (py.truth(self.steps) ? self : others.replace(self, py.dict([...length.items()])));
  }
  length() {
    const self = this;
    if (!py.truth(self.steps)) {
      throw new py.ValueError(`${py.str(self.name)}: steps=0 is the length of the training, which is not known here; give steps`);
    }
    return self.steps;
  }
}
class Constant extends Schedule {
  eta(t) {
    const self = this;
    return np.full(py.of_number(t, "shape"), py.float(self.value));
  }
}
py.attributes(Constant, { name: "constant" });
py.attributes(Constant, { formula: "η(t) = value", latex: "\\eta(t) = \\eta_1" });
py.attributes(Constant, { source: "7.1" });
py.dataclass(Constant, [["value", "float", hyper(0.01, 0, math.inf, "the step size")]]);
register(Constant);
class InverseTime extends Schedule {
  eta(t) {
    const self = this;
    return np.asarray(py.mul(self.start, py.div(py.add(1, self.delay), py.add(t, self.delay))), { dtype: py.float });
  }
}
py.attributes(InverseTime, { name: "inverse_time" });
py.attributes(InverseTime, { formula: "η(t) = start (1 + delay) / (t + delay)", latex: "\\eta(t) = \\eta_1 \\frac{1 + k}{t + k}" });
py.attributes(InverseTime, { source: "Robbins and Monro 1951" });
py.dataclass(InverseTime, [["start", "float", hyper(1, 0, math.inf, "the step size at t = 1")], ["delay", "float", hyper(0, 0, math.inf, "steps by which the decay is delayed")]]);
register(InverseTime);
class FunctionSchedule extends Schedule {
  eta(t) {
    const self = this;
    return m.reshape(np.array(py.map_over(m.ravel(t), (each) => self._eta_at(py.int(each)))), py.of_number(t, "shape"));
  }
  _eta_at(t) {
    const self = this;
    let eta, value;
    value = self.function(t);
    try {
      eta = py.float(value);
    } catch ($caught) {
      if ($caught instanceof py.TypeError || $caught instanceof py.ValueError) {
        eta = math.nan;
      } else throw $caught;
    }
    if (!(py.truth(math.isfinite(eta)) && py.truth(py.ge(eta, 0)))) {
      throw new py.ValueError(`eta(${py.str(t)}) = ${py.repr(value)}; a step size is a finite number, 0 or more`);
    }
    return eta;
  }
  __str__() {
    const self = this;
    return py.getattr(self.function, "__name__", "function");
  }
}
py.attributes(FunctionSchedule, { name: "function" });
py.attributes(FunctionSchedule, { formula: "η(t) = function(t)", latex: "\\eta(t)" });
py.dataclass(FunctionSchedule, [["function", ""]]);
function as_schedule(eta) {
  if (py.isinstance(eta, py.str)) {
    try {
      eta = py.float(eta);
    } catch ($caught) {
      if ($caught instanceof py.ValueError) {
        return find(Schedule, py.str(eta));
      } else throw $caught;
    }
  }
  if (py.isinstance(eta, Schedule)) {
    return eta;
  }
  if (py.truth(py.callable(eta))) {
    return new FunctionSchedule(eta);
  }
  if ((py.isinstance(eta, py.bool) || !py.isinstance(eta, py.or(py.or(py.or(py.int, py.float), np.integer), np.floating)))) {
    throw new py.TypeError(`eta must be a number, the text of a schedule or a function of t, given ${py.repr(eta)}`);
  }
  if (!(py.truth(math.isfinite(eta)) && py.truth(py.ge(eta, 0)))) {
    throw new py.ValueError(`eta must be a finite number, 0 or more, given ${py.repr(eta)}`);
  }
  return new Constant(py.float(eta));
}
class Decay extends Schedule {
}
py.dataclass(Decay, [["start", "float", hyper(0.1, 0, math.inf, "the step size at t = 1")]]);
class InverseScaling extends Decay {
  eta(t) {
    const self = this;
    return py.mul(self.start, py.pow(np.asarray(t, py.float), py.neg(self.power)));
  }
}
py.attributes(InverseScaling, { name: "inverse_scaling" });
py.attributes(InverseScaling, { formula: "η(t) = start / t^power", latex: "\\eta(t) = \\eta_1 t^{-p}" });
py.attributes(InverseScaling, { source: "Polyak and Juditsky 1992" });
py.dataclass(InverseScaling, [["power", "float", hyper(0.5, 0, math.inf, "the exponent")]]);
register(InverseScaling);
class StepDecay extends Decay {
  eta(t) {
    const self = this;
    return py.mul(self.start, py.pow(self.factor, m.astype(py.floordiv(py.sub(t, 1), self.every), py.float)));
  }
}
py.attributes(StepDecay, { name: "step_decay" });
py.attributes(StepDecay, { formula: "η(t) = start · factor^⌊(t − 1) / every⌋", latex: "\\eta(t) = \\eta_1 f^{\\lfloor (t - 1) / k \\rfloor}" });
py.attributes(StepDecay, { source: "Goodfellow, Bengio and Courville 2016, section 8.3.1" });
py.dataclass(StepDecay, [["every", "int", hyper(1000, 1, math.inf, "steps between two falls")], ["factor", "float", hyper(0.1, 0, 1, "what the step size is multiplied by")]]);
register(StepDecay);
class MultiStep extends Decay {
  eta(t) {
    const self = this;
    let falls;
    falls = np.searchsorted(np.sort(np.array(self.steps, py.float)), t, { side: "left" });
    return py.mul(self.start, py.pow(self.factor, m.astype(falls, py.float)));
  }
}
py.attributes(MultiStep, { name: "multi_step" });
py.attributes(MultiStep, { formula: "η(t) = start · factor^(how many of steps are < t)" });
py.attributes(MultiStep, { latex: "\\eta(t) = \\eta_1 f^{|\\{s \\in S : s < t\\}|}" });
py.attributes(MultiStep, { source: "He et al. 2016, section 3.4" });
py.dataclass(MultiStep, [["steps", "tuple[int, ...]", hyper(py.tuple_of(1000, 2000), 1, math.inf, "after which the step size falls")], ["factor", "float", hyper(0.1, 0, 1, "what the step size is multiplied by")]]);
register(MultiStep);
class Exponential extends Decay {
  eta(t) {
    const self = this;
    return py.mul(self.start, py.pow(self.rate, np.asarray(py.sub(t, 1), py.float)));
  }
}
py.attributes(Exponential, { name: "exponential" });
py.attributes(Exponential, { formula: "η(t) = start · rate^(t − 1)", latex: "\\eta(t) = \\eta_1 r^{t - 1}" });
py.attributes(Exponential, { source: "Bottou 2012" });
py.dataclass(Exponential, [["rate", "float", hyper(0.999, 0, 1, "what each step multiplies the step size by")]]);
register(Exponential);
class DecayToEnd extends py.mixed(FiniteSchedule, Decay) {
  eta(t) {
    const self = this;
    let weight;
    weight = self.weight_of_start(np.minimum(py.div(py.sub(t, 1), self.length()), 1));
    return py.add(py.mul(self.start, weight), py.mul(self.end, py.sub(1, weight)));
  }
}
py.dataclass(DecayToEnd, [["steps", "int", hyper(1000, 0, math.inf, "steps until the end value; 0: as many as the training has")], ["end", "float", hyper(0, 0, math.inf, "the step size from then on")]]);
class Polynomial extends DecayToEnd {
  weight_of_start(progress) {
    const self = this;
    return py.pow(py.sub(1, progress), self.power);
  }
}
py.attributes(Polynomial, { name: "polynomial" });
py.attributes(Polynomial, { formula: "η(t) = end + (start − end) (1 − x)^power, x = min((t − 1) / steps, 1)" });
py.attributes(Polynomial, { latex: "\\eta(t) = \\eta_T + (\\eta_1 - \\eta_T) (1 - x)^p, \\quad x = \\min(\\tfrac{t - 1}{T}, 1)" });
py.attributes(Polynomial, { source: "Liu, Rabinovich and Berg 2015; Chen et al. 2017" });
py.dataclass(Polynomial, [["power", "float", hyper(1, 0, math.inf, "the exponent")]]);
register(Polynomial);
class Cosine extends DecayToEnd {
  weight_of_start(progress) {
    return half_cosine(progress);
  }
}
py.attributes(Cosine, { name: "cosine" });
py.attributes(Cosine, { formula: "η(t) = end + (start − end) (1 + cos πx) / 2, x = min((t − 1) / steps, 1)" });
py.attributes(Cosine, { latex: "\\eta(t) = \\eta_T + (\\eta_1 - \\eta_T) \\frac{1 + \\cos \\pi x}{2}, \\quad x = \\min(\\tfrac{t - 1}{T}, 1)" });
py.attributes(Cosine, { source: "Loshchilov and Hutter 2017" });
py.dataclass(Cosine, []);
register(Cosine);
function half_cosine(progress) {
  return py.div(py.add(1, np.cos(py.mul(np.pi, progress))), 2);
}
class CosineRestarts extends Schedule {
  eta(t) {
    const self = this;
    let left;
    left = half_cosine(self._progress(np.asarray(py.sub(t, 1), py.float)));
    return py.add(py.mul(self.start, left), py.mul(self.end, py.sub(1, left)));
  }
  _progress(taken) {
    const self = this;
    let begins, length, which;
    if (py.truth(py.eq(self.growth, 1))) {
      return py.div(py.mod(taken, self.period), self.period);
    }
    [begins, length] = py.tuple_of([0], py.float(self.period));
    while (py.truth(py.le(py.add(py.item(begins, -1), length), m.max(taken, { initial: 0 })))) {
      m.append(begins, py.add(py.item(begins, -1), length));
      length = py.imul(length, self.growth);
    }
    which = py.sub(np.searchsorted(begins, taken, { side: "right" }), 1);
    return py.div(py.sub(taken, py.item(np.array(begins), which)), py.mul(self.period, py.pow(py.float(self.growth), which)));
  }
}
py.attributes(CosineRestarts, { name: "cosine_restarts" });
py.attributes(CosineRestarts, { formula: "η(t) = end + (start − end) (1 + cos πx) / 2, x = the fraction of this period that is over" });
py.attributes(CosineRestarts, { latex: "\\eta(t) = \\eta_T + (\\eta_1 - \\eta_T) \\frac{1 + \\cos \\pi x}{2}, \\quad x = \\frac{t - t_i}{T g^i}" });
py.attributes(CosineRestarts, { source: "Loshchilov and Hutter 2017" });
py.dataclass(CosineRestarts, [["start", "float", hyper(0.1, 0, math.inf, "the step size after each restart")], ["period", "int", hyper(1000, 1, py.pow(2, 31), "steps before the first restart")], ["growth", "int", hyper(2, 1, py.pow(2, 31), "how many times longer each period is than the one before")], ["end", "float", hyper(0, 0, math.inf, "the step size that each period falls towards")]]);
register(CosineRestarts);
class OneCycle extends FiniteSchedule {
  eta(t) {
    const self = this;
    let end, fallen, left, risen, start, steps, top, up, $0;
    start = py.div(self.peak, self.below);
    end = py.div(start, self.beneath);
    steps = self.length();
    top = py.max(py.mul(self.rise, steps), 1);
    risen = (py.truth(py.gt(top, 1)) ? np.minimum(py.div(py.sub(t, 1), py.sub(top, 1)), 1) : np.ones(py.of_number(t, "shape")));
    fallen = np.clip(py.div(py.sub(t, top), (py.truth($0 = py.sub(steps, top)) ? $0 : 1)), 0, 1);
    [up, left] = py.tuple_of(half_cosine(risen), half_cosine(fallen));
    return np.where(py.lt(t, top), py.add(py.mul(start, up), py.mul(self.peak, py.sub(1, up))), py.add(py.mul(self.peak, left), py.mul(end, py.sub(1, left))));
  }
}
py.attributes(OneCycle, { name: "one_cycle" });
py.attributes(OneCycle, { formula: "η(t): peak / below at 1, peak at rise · steps, peak / below / beneath from t = steps on, half cosines between" });
py.attributes(OneCycle, { latex: "\\eta(1) = \\frac{\\eta_{\\max}}{b}, \\quad \\eta(\\rho T) = \\eta_{\\max}, \\quad \\eta(t \\ge T) = \\frac{\\eta_{\\max}}{b b'}" });
py.attributes(OneCycle, { source: "Smith and Topin 2018" });
py.dataclass(OneCycle, [["peak", "float", hyper(0.1, 0, math.inf, "the largest step size")], ["steps", "int", hyper(1000, 0, math.inf, "steps of the cycle; 0: as many as the training has")], ["rise", "float", hyper(0.3, 0, 1, "the fraction of the steps in which it rises")], ["below", "float", hyper(25, 1, math.inf, "how many times smaller the start is than the peak")], ["beneath", "float", hyper(10000, 1, math.inf, "how many times smaller the end is than the start")]]);
register(OneCycle);
class CosLog4 extends FiniteSchedule {
  eta(t) {
    const self = this;
    let x;
    x = np.minimum(py.div(py.sub(t, 1), self.length()), 1);
    return py.mul(self.peak, py.sub(1, half_cosine(py.mul(2, np.log2(py.add(1, py.mul(15, x)))))));
  }
}
py.attributes(CosLog4, { name: "coslog4" });
py.attributes(CosLog4, { formula: "η(t) = peak (1 − cos(2π log₂(1 + 15x))) / 2, x = min((t − 1) / steps, 1)" });
py.attributes(CosLog4, { latex: "\\eta(t) = \\eta_{\\max} \\frac{1 - \\cos(2 \\pi \\log_2(1 + 15 x))}{2}, \\quad x = \\min(\\tfrac{t - 1}{T}, 1)" });
py.attributes(CosLog4, { source: "Holzmüller, Grinsztajn and Steinwart 2024, section 3" });
py.dataclass(CosLog4, [["peak", "float", hyper(0.04, 0, math.inf, "the largest step size, reached four times")], ["steps", "int", hyper(1000, 0, math.inf, "steps of all four cycles; 0: as many as the training has")]]);
register(CosLog4);
class Cyclic extends Schedule {
  eta(t) {
    const self = this;
    let up;
    up = py.sub(1, py.abs(py.sub(py.div(py.mul(2, py.mod(py.sub(t, 1), self.period)), self.period), 1)));
    return py.add(py.mul(self.low, py.sub(1, up)), py.mul(self.high, up));
  }
}
py.attributes(Cyclic, { name: "cyclic" });
py.attributes(Cyclic, { formula: "η(t) = low + (high − low) (1 − |2x − 1|), x = ((t − 1) mod period) / period" });
py.attributes(Cyclic, { latex: "\\eta(t) = \\eta_{\\min} + (\\eta_{\\max} - \\eta_{\\min}) (1 - |2x - 1|), \\quad x = \\frac{(t - 1) \\bmod T}{T}" });
py.attributes(Cyclic, { source: "Smith 2017" });
py.dataclass(Cyclic, [["low", "float", hyper(0.01, 0, math.inf, "the step size at t = 1")], ["high", "float", hyper(0.1, 0, math.inf, "the step size half a period later")], ["period", "int", hyper(1000, 2, math.inf, "steps of one rise and fall")]]);
register(Cyclic);
class Warmup extends Schedule {
  __post_init__() {
    const self = this;
    py.setattr(self, "then", as_schedule(self.then));
    super.__post_init__();
    return null;
  }
  over(steps) {
    const self = this;
    return others.replace(self, py.dict([["then", self.then.over(py.max(py.sub(steps, self.steps), 1))]]));
  }
  eta(t) {
    const self = this;
    let after, eta;
    after = py.gt(t, self.steps);
    eta = np.empty(py.of_number(t, "shape"));
    py.setitem(eta, after, self.then.eta(py.sub(py.item(t, after), self.steps)));
    if (!py.truth(m.all(after))) {
      py.setitem(eta, py.invert(after), py.mul(self.then.eta(np.ones(1, py.of_number(t, "dtype"))), py.div(py.item(t, py.invert(after)), py.add(self.steps, 1))));
    }
    return eta;
  }
}
py.attributes(Warmup, { name: "warmup" });
py.attributes(Warmup, { formula: "η(t) = then(1) t / (steps + 1) where t ≤ steps, else then(t − steps)" });
py.attributes(Warmup, { latex: "\\eta(t) = \\begin{cases} \\frac{t}{T + 1} \\eta'(1) & t \\le T \\\\ \\eta'(t - T) & t > T \\end{cases}" });
py.attributes(Warmup, { source: "Goyal et al. 2017, section 2.2" });
py.dataclass(Warmup, [["steps", "int", hyper(100, 0, math.inf, "steps of the rise")], ["then", "Schedule", part_hyper(Schedule, new Constant(), "the schedule after it")]]);
register(Warmup);
const BELOW_ONE = py.float(np.nextafter(1, 0));
class Optimizer extends Part {
  get rule() {
    const self = this;
    return self;
  }
  first_state(parameters, shapes) {
    const self = this;
    return self.initial_state(parameters);
  }
  initial_state(parameters) {
    const self = this;
    let zeros;
    zeros = py.dict(py.map_over(self.remembers, (name) => [name, np.zeros_like(parameters)]));
    return py.or(zeros, py.dict(py.map_over(self.work_space, (name) => [name, np.empty_like(parameters)])));
  }
}
py.attributes(Optimizer, { kind: "optimizer" });
py.attributes(Optimizer, { default_eta: 0.01 });
py.attributes(Optimizer, { remembers: py.tuple_of() });
py.attributes(Optimizer, { work_space: py.tuple_of() });
py.attributes(Optimizer, { whole_set: false });
class Outer extends Optimizer {
  get rule() {
    const self = this;
    return self.then.rule;
  }
  initial_state(parameters) {
    const self = this;
    return self.first_state(parameters, [py.tuple_of(0, "", py.of_number(parameters, "shape"))]);
  }
  first_state(parameters, shapes) {
    const self = this;
    return self.then.first_state(parameters, shapes);
  }
}
function starts_of(shapes) {
  return np.cumsum([0, ...py.map_over(shapes, ([, , shape]) => math.prod(shape))]);
}
class SGD extends Optimizer {
  update_in_place(parameters, gradient, eta, state) {
    gradient = py.imul(gradient, eta);
    parameters = py.isub(parameters, gradient);
    return null;
  }
}
py.attributes(SGD, { name: "sgd" });
py.attributes(SGD, { formula: "θ ← θ − η ∂L/∂θ", latex: "\\theta \\leftarrow \\theta - \\eta \\frac{\\partial L}{\\partial \\theta}" });
py.attributes(SGD, { source: "7.1" });
register(SGD);
class Momentum extends Optimizer {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let v;
    v = py.item(state, "v");
    v = py.imul(v, self.beta);
    v = py.iadd(v, gradient);
    parameters = py.isub(parameters, np.multiply(v, eta, { out: gradient }));
    return null;
  }
}
py.attributes(Momentum, { name: "momentum" });
py.attributes(Momentum, { formula: "v ← β v + g; θ ← θ − η v" });
py.attributes(Momentum, { latex: "v \\leftarrow \\beta v + g, \\quad \\theta \\leftarrow \\theta - \\eta v" });
py.attributes(Momentum, { source: "Polyak 1964" });
py.attributes(Momentum, { remembers: py.tuple_of("v") });
py.dataclass(Momentum, [["beta", "float", hyper(0.9, 0, BELOW_ONE, "decay rate of the sum")]]);
register(Momentum);
class Nesterov extends Optimizer {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let ahead, v;
    v = py.item(state, "v");
    v = py.imul(v, self.beta);
    v = py.iadd(v, gradient);
    ahead = np.multiply(v, self.beta, { out: py.item(state, "ahead") });
    ahead = py.iadd(ahead, gradient);
    ahead = py.imul(ahead, eta);
    parameters = py.isub(parameters, ahead);
    return null;
  }
}
py.attributes(Nesterov, { name: "nesterov" });
py.attributes(Nesterov, { formula: "v ← β v + g; θ ← θ − η (g + β v)" });
py.attributes(Nesterov, { latex: "v \\leftarrow \\beta v + g, \\quad \\theta \\leftarrow \\theta - \\eta (g + \\beta v)" });
py.attributes(Nesterov, { source: "Nesterov 1983; Sutskever et al. 2013" });
py.attributes(Nesterov, { remembers: py.tuple_of("v"), work_space: py.tuple_of("ahead") });
py.dataclass(Nesterov, [["beta", "float", hyper(0.9, 0, BELOW_ONE, "decay rate of the sum")]]);
register(Nesterov);
function count_in_place(state) {
  py.setitem(state, "t", py.iadd(py.item(state, "t"), 1));
  return py.int(py.item(py.item(state, "t"), 0));
}
function average_in_place(average, value, beta, spare) {
  average = py.imul(average, beta);
  average = py.iadd(average, np.multiply(value, py.sub(1, beta), { out: spare }));
    return null;
}
const SMALLEST_EPSILON = 1e-30;
class AdaGrad extends Optimizer {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let root, s, spare;
    [s, spare] = py.tuple_of(py.item(state, "s"), py.item(state, "spare"));
    s = py.iadd(s, np.square(gradient, { out: spare }));
    root = np.sqrt(s, { out: spare });
    root = py.iadd(root, self.epsilon);
    gradient = py.idiv(gradient, root);
    gradient = py.imul(gradient, eta);
    parameters = py.isub(parameters, gradient);
    return null;
  }
}
py.attributes(AdaGrad, { name: "adagrad" });
py.attributes(AdaGrad, { formula: "s ← s + g²; θ ← θ − η g / (√s + ε)" });
py.attributes(AdaGrad, { latex: "s \\leftarrow s + g^2, \\quad \\theta \\leftarrow \\theta - \\eta \\frac{g}{\\sqrt{s} + \\epsilon}" });
py.attributes(AdaGrad, { source: "Duchi, Hazan and Singer 2011" });
py.attributes(AdaGrad, { remembers: py.tuple_of("s"), work_space: py.tuple_of("spare") });
py.dataclass(AdaGrad, [["epsilon", "float", hyper(1e-10, SMALLEST_EPSILON, math.inf, "avoids division by 0")]]);
register(AdaGrad);
class Adadelta extends Optimizer {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let d, root, spare, u, v;
    [v, u, spare, root] = py.map_over(py.tuple_of("v", "u", "spare", "root"), (name) => py.item(state, name));
    average_in_place(v, np.square(gradient, { out: root }), self.beta, spare);
    d = gradient;
    d = py.imul(d, np.sqrt(np.add(u, self.epsilon, { out: root }), { out: root }));
    d = py.idiv(d, np.sqrt(np.add(v, self.epsilon, { out: root }), { out: root }));
    average_in_place(u, np.square(d, { out: root }), self.beta, spare);
    d = py.imul(d, eta);
    parameters = py.isub(parameters, d);
    return null;
  }
}
py.attributes(Adadelta, { name: "adadelta", default_eta: 1 });
py.attributes(Adadelta, { formula: "v ← β v + (1 − β) g²; d = g √(u + ε) / √(v + ε); u ← β u + (1 − β) d²; θ ← θ − η d" });
py.attributes(Adadelta, { latex: "v \\leftarrow \\beta v + (1 - \\beta) g^2, \\quad d = \\frac{\\sqrt{u + \\epsilon}}{\\sqrt{v + \\epsilon}} g, \\quad u \\leftarrow \\beta u + (1 - \\beta) d^2, \\quad \\theta \\leftarrow \\theta - \\eta d" });
py.attributes(Adadelta, { source: "Zeiler 2012" });
py.attributes(Adadelta, { remembers: py.tuple_of("v", "u"), work_space: py.tuple_of("spare", "root") });
py.dataclass(Adadelta, [["beta", "float", hyper(0.9, 0, BELOW_ONE, "decay rate of both running means")], ["epsilon", "float", hyper(1e-06, SMALLEST_EPSILON, math.inf, "makes the first step possible, avoids division by 0")]]);
register(Adadelta);
class RMSprop extends Optimizer {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let root, spare, v;
    [v, spare, root] = py.tuple_of(py.item(state, "v"), py.item(state, "spare"), py.item(state, "root"));
    average_in_place(v, np.square(gradient, { out: root }), self.beta, spare);
    np.sqrt(v, { out: root });
    root = py.iadd(root, self.epsilon);
    gradient = py.idiv(gradient, root);
    gradient = py.imul(gradient, eta);
    parameters = py.isub(parameters, gradient);
    return null;
  }
}
py.attributes(RMSprop, { name: "rmsprop" });
py.attributes(RMSprop, { formula: "v ← β v + (1 − β) g²; θ ← θ − η g / (√v + ε)" });
py.attributes(RMSprop, { latex: "v \\leftarrow \\beta v + (1 - \\beta) g^2, \\quad \\theta \\leftarrow \\theta - \\eta \\frac{g}{\\sqrt{v} + \\epsilon}" });
py.attributes(RMSprop, { source: "Tieleman and Hinton 2012, lecture 6.5" });
py.attributes(RMSprop, { remembers: py.tuple_of("v"), work_space: py.tuple_of("spare", "root") });
py.dataclass(RMSprop, [["beta", "float", hyper(0.99, 0, BELOW_ONE, "decay rate of the running mean")], ["epsilon", "float", hyper(1e-08, SMALLEST_EPSILON, math.inf, "avoids division by 0")]]);
register(RMSprop);
class CentredRMSprop extends Optimizer {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let m$, root, spare, v;
    [m$, v, spare, root] = py.map_over(py.tuple_of("m", "v", "spare", "root"), (name) => py.item(state, name));
    average_in_place(m$, gradient, self.beta, spare);
    average_in_place(v, np.square(gradient, { out: root }), self.beta, spare);
    np.subtract(v, np.square(m$, { out: root }), { out: root });
    np.sqrt(np.maximum(root, 0, { out: root }), { out: root });
    root = py.iadd(root, self.epsilon);
    gradient = py.idiv(gradient, root);
    gradient = py.imul(gradient, eta);
    parameters = py.isub(parameters, gradient);
    return null;
  }
}
py.attributes(CentredRMSprop, { name: "centred_rmsprop" });
py.attributes(CentredRMSprop, { formula: "m ← β m + (1 − β) g; v ← β v + (1 − β) g²; θ ← θ − η g / (√(v − m²) + ε)" });
py.attributes(CentredRMSprop, { latex: "m \\leftarrow \\beta m + (1 - \\beta) g, \\quad v \\leftarrow \\beta v + (1 - \\beta) g^2, \\quad \\theta \\leftarrow \\theta - \\eta \\frac{g}{\\sqrt{v - m^2} + \\epsilon}" });
py.attributes(CentredRMSprop, { source: "Graves 2013, equations 38 to 41" });
py.attributes(CentredRMSprop, { remembers: py.tuple_of("m", "v"), work_space: py.tuple_of("spare", "root") });
py.dataclass(CentredRMSprop, [["beta", "float", hyper(0.99, 0, BELOW_ONE, "decay rate of both running means")], ["epsilon", "float", hyper(1e-08, SMALLEST_EPSILON, math.inf, "avoids division by 0")]]);
register(CentredRMSprop);
const MOMENTS = "m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²";
const MOMENTS_LATEX = "m \\leftarrow \\beta_1 m + (1 - \\beta_1) g, \\quad v \\leftarrow \\beta_2 v + (1 - \\beta_2) g^2";
class Moments extends Optimizer {
  initial_state(parameters) {
    return py.or(py.dict([["t", np.zeros(1, np.int64)]]), super.initial_state(parameters));
  }
  _average_in_place(gradient, state) {
    const self = this;
    let m$, spare, t, v;
    [t, m$, v, spare] = py.tuple_of(count_in_place(state), py.item(state, "m"), py.item(state, "v"), py.item(state, "spare"));
    average_in_place(m$, gradient, self.beta1, spare);
    average_in_place(v, np.square(gradient, { out: gradient }), self.beta2, spare);
    return py.tuple_of(t, m$, v);
  }
  _descend_in_place(parameters, m$, v, t, eta, spare) {
    const self = this;
    let root, step;
    root = np.sqrt(np.divide(v, py.sub(1, py.pow(self.beta2, t)), { out: spare }), { out: spare });
    root = py.iadd(root, self.epsilon);
    step = np.divide(m$, root, { out: spare });
    step = py.imul(step, py.div(eta, py.sub(1, py.pow(self.beta1, t))));
    parameters = py.isub(parameters, step);
    return null;
  }
}
py.attributes(Moments, { default_eta: 0.001 });
py.attributes(Moments, { remembers: py.tuple_of("m", "v") });
py.attributes(Moments, { work_space: py.tuple_of("spare") });
py.dataclass(Moments, [["beta1", "float", hyper(0.9, 0, BELOW_ONE, "decay rate of the running mean m")], ["beta2", "float", hyper(0.999, 0, BELOW_ONE, "decay rate of the running mean v")], ["epsilon", "float", hyper(1e-08, SMALLEST_EPSILON, math.inf, "avoids division by 0")]]);
class Adam extends Moments {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let m$, t, v;
    [t, m$, v] = self._average_in_place(gradient, state);
    self._descend_in_place(parameters, m$, v, t, eta, gradient);
    return null;
  }
}
py.attributes(Adam, { name: "adam" });
py.attributes(Adam, { formula: py.add(MOMENTS, "; m̂ = m / (1 − β₁ᵗ); v̂ = v / (1 − β₂ᵗ); θ ← θ − η m̂ / (√v̂ + ε)") });
py.attributes(Adam, { latex: py.add(MOMENTS_LATEX, ", \\quad \\hat m = \\frac{m}{1 - \\beta_1^t}, \\quad \\hat v = \\frac{v}{1 - \\beta_2^t}, \\quad \\theta \\leftarrow \\theta - \\eta \\frac{\\hat m}{\\sqrt{\\hat v} + \\epsilon}") });
py.attributes(Adam, { source: "Kingma and Ba 2015" });
py.dataclass(Adam, []);
register(Adam);
class AdamHat extends Moments {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let m$, root, step, t, v;
    [t, m$, v] = self._average_in_place(gradient, state);
    root = np.sqrt(v, { out: gradient });
    root = py.iadd(root, self.epsilon);
    step = np.divide(m$, root, { out: gradient });
    step = py.imul(step, py.div(py.mul(eta, math.sqrt(py.sub(1, py.pow(self.beta2, t)))), py.sub(1, py.pow(self.beta1, t))));
    parameters = py.isub(parameters, step);
    return null;
  }
}
py.attributes(AdamHat, { name: "adam_hat" });
py.attributes(AdamHat, { formula: py.add(MOMENTS, "; θ ← θ − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)") });
py.attributes(AdamHat, { latex: py.add(MOMENTS_LATEX, ", \\quad \\theta \\leftarrow \\theta - \\eta \\frac{\\sqrt{1 - \\beta_2^t}}{1 - \\beta_1^t} \\frac{m}{\\sqrt{v} + \\hat\\epsilon}") });
py.attributes(AdamHat, { source: "Kingma and Ba 2015, end of section 2; scikit-learn, AdamOptimizer" });
py.dataclass(AdamHat, []);
register(AdamHat);
class AdamW extends Moments {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let m$, t, v;
    [t, m$, v] = self._average_in_place(gradient, state);
    parameters = py.imul(parameters, py.sub(1, py.mul(eta, self.weight_decay)));
    self._descend_in_place(parameters, m$, v, t, eta, gradient);
    return null;
  }
}
py.attributes(AdamW, { name: "adamw" });
py.attributes(AdamW, { formula: py.add(MOMENTS, "; θ ← (1 − η λ) θ − η m̂ / (√v̂ + ε)") });
py.attributes(AdamW, { latex: py.add(MOMENTS_LATEX, ", \\quad \\theta \\leftarrow (1 - \\eta \\lambda) \\theta - \\eta \\frac{\\hat m}{\\sqrt{\\hat v} + \\epsilon}") });
py.attributes(AdamW, { source: "Loshchilov and Hutter 2019" });
py.dataclass(AdamW, [["weight_decay", "float", hyper(0.01, 0, math.inf, "λ")]]);
register(AdamW);
class AMSGrad extends Moments {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let m$, t, v, w;
    [t, m$, v] = self._average_in_place(gradient, state);
    w = np.maximum(py.item(state, "w"), v, { out: py.item(state, "w") });
    self._descend_in_place(parameters, m$, w, t, eta, gradient);
    return null;
  }
}
py.attributes(AMSGrad, { name: "amsgrad" });
py.attributes(AMSGrad, { formula: py.add(MOMENTS, "; w ← max(w, v); θ ← θ − η m̂ / (√(w / (1 − β₂ᵗ)) + ε)") });
py.attributes(AMSGrad, { latex: py.add(MOMENTS_LATEX, ", \\quad w \\leftarrow \\max(w, v), \\quad \\theta \\leftarrow \\theta - \\eta \\frac{\\hat m}{\\sqrt{w / (1 - \\beta_2^t)} + \\epsilon}") });
py.attributes(AMSGrad, { source: "Reddi, Kale and Kumar 2018" });
py.attributes(AMSGrad, { remembers: py.tuple_of("m", "v", "w") });
py.dataclass(AMSGrad, []);
register(AMSGrad);
class NAdam extends Moments {
  initial_state(parameters) {
    return py.or(super.initial_state(parameters), py.dict([["M", np.ones(1)]]));
  }
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let M, g, m$, root, spare, t, v;
    [g, spare] = py.tuple_of(py.item(state, "g"), py.item(state, "spare"));
    np.copyto(g, gradient);
    [t, m$, v] = self._average_in_place(gradient, state);
    py.setitem(state, "M", py.imul(py.item(state, "M"), self._mu(t)));
    M = py.float(py.item(py.item(state, "M"), 0));
    g = py.imul(g, py.div(py.sub(1, self._mu(t)), py.sub(1, M)));
    g = py.iadd(g, np.multiply(m$, py.div(self._mu(py.add(t, 1)), py.sub(1, py.mul(M, self._mu(py.add(t, 1))))), { out: spare }));
    root = np.sqrt(np.divide(v, py.sub(1, py.pow(self.beta2, t)), { out: spare }), { out: spare });
    root = py.iadd(root, self.epsilon);
    g = py.idiv(g, root);
    g = py.imul(g, eta);
    parameters = py.isub(parameters, g);
    return null;
  }
  _mu(t) {
    const self = this;
    return py.mul(self.beta1, py.sub(1, py.div(py.pow(0.96, py.mul(t, self.momentum_decay)), 2)));
  }
}
py.attributes(NAdam, { name: "nadam", default_eta: 0.002 });
py.attributes(NAdam, { formula: py.add(MOMENTS, "; μ(t) = β₁ (1 − 0.96^(t ψ) / 2); M ← M μ(t); θ ← θ − η (g (1 − μ(t)) / (1 − M) + m μ(t+1) / (1 − M μ(t+1))) / (√v̂ + ε)") });
py.attributes(NAdam, { latex: py.add(MOMENTS_LATEX, ", \\quad \\mu_t = \\beta_1 (1 - \\tfrac12 0.96^{t \\psi}), \\quad M \\leftarrow M \\mu_t, \\quad \\theta \\leftarrow \\theta - \\frac{\\eta}{\\sqrt{\\hat v} + \\epsilon} \\left(\\frac{(1 - \\mu_t) g}{1 - M} + \\frac{\\mu_{t+1} m}{1 - M \\mu_{t+1}}\\right)") });
py.attributes(NAdam, { source: "Dozat 2016" });
py.attributes(NAdam, { work_space: py.tuple_of("spare", "g") });
py.dataclass(NAdam, [["momentum_decay", "float", hyper(0.004, 0, math.inf, "ψ, how fast μ warms up")]]);
register(NAdam);
class RAdam extends Moments {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let m$, r, root, step, t, v;
    [t, m$, v] = self._average_in_place(gradient, state);
    step = np.multiply(m$, py.div(eta, py.sub(1, py.pow(self.beta1, t))), { out: gradient });
    r = self._rectification(t);
    if (py.truth(py.gt(r, 0))) {
      root = np.sqrt(v, { out: py.item(state, "spare") });
      root = py.iadd(root, self.epsilon);
      step = py.idiv(step, root);
      step = py.imul(step, py.mul(r, math.sqrt(py.sub(1, py.pow(self.beta2, t)))));
    }
    parameters = py.isub(parameters, step);
    return null;
  }
  _rectification(t) {
    const self = this;
    let limit, rho;
    limit = py.sub(py.div(2, py.sub(1, self.beta2)), 1);
    rho = py.sub(limit, py.div(py.mul(py.mul(2, t), py.pow(self.beta2, t)), py.sub(1, py.pow(self.beta2, t))));
    return (py.truth(py.gt(rho, 5)) ? math.sqrt(py.div(py.mul(py.div(py.mul(py.div(py.sub(rho, 4), py.sub(limit, 4)), py.sub(rho, 2)), py.sub(limit, 2)), limit), rho)) : 0);
  }
}
py.attributes(RAdam, { name: "radam" });
py.attributes(RAdam, { formula: py.add(MOMENTS, "; ρ∞ = 2 / (1 − β₂) − 1; ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ); θ ← θ − η m̂ if ρ ≤ 5, else θ ← θ − η r m̂ √(1 − β₂ᵗ) / (√v + ε); r² = (ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ)") });
py.attributes(RAdam, { latex: py.add(MOMENTS_LATEX, ", \\quad \\rho_\\infty = \\frac{2}{1 - \\beta_2} - 1, \\quad \\rho = \\rho_\\infty - \\frac{2 t \\beta_2^t}{1 - \\beta_2^t}, \\quad r = \\sqrt{\\frac{(\\rho - 4)(\\rho - 2) \\rho_\\infty}{(\\rho_\\infty - 4)(\\rho_\\infty - 2) \\rho}}, \\quad \\theta \\leftarrow \\theta - \\begin{cases} \\eta \\hat m & \\rho \\le 5 \\\\ \\eta r \\hat m \\frac{\\sqrt{1 - \\beta_2^t}}{\\sqrt{v} + \\epsilon} & \\rho > 5 \\end{cases}") });
py.attributes(RAdam, { source: "Liu et al. 2020" });
py.dataclass(RAdam, []);
register(RAdam);
class Adamax extends Optimizer {
  initial_state(parameters) {
    return py.or(py.dict([["t", np.zeros(1, np.int64)]]), super.initial_state(parameters));
  }
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let m$, size, step, t, u;
    [t, m$, u] = py.tuple_of(count_in_place(state), py.item(state, "m"), py.item(state, "u"));
    average_in_place(m$, gradient, self.beta1, py.item(state, "spare"));
    size = np.abs(gradient, { out: gradient });
    size = py.iadd(size, self.epsilon);
    u = py.imul(u, self.beta2);
    np.maximum(u, size, { out: u });
    step = np.divide(m$, u, { out: gradient });
    step = py.imul(step, py.div(eta, py.sub(1, py.pow(self.beta1, t))));
    parameters = py.isub(parameters, step);
    return null;
  }
}
py.attributes(Adamax, { name: "adamax", default_eta: 0.002 });
py.attributes(Adamax, { formula: "m ← β₁ m + (1 − β₁) g; u ← max(β₂ u, |g| + ε); θ ← θ − η m / ((1 − β₁ᵗ) u)" });
py.attributes(Adamax, { latex: "m \\leftarrow \\beta_1 m + (1 - \\beta_1) g, \\quad u \\leftarrow \\max(\\beta_2 u, |g| + \\epsilon), \\quad \\theta \\leftarrow \\theta - \\frac{\\eta}{1 - \\beta_1^t} \\frac{m}{u}" });
py.attributes(Adamax, { source: "Kingma and Ba 2015, section 7.1" });
py.attributes(Adamax, { remembers: py.tuple_of("m", "u"), work_space: py.tuple_of("spare") });
py.dataclass(Adamax, [["beta1", "float", hyper(0.9, 0, BELOW_ONE, "decay rate of the running mean")], ["beta2", "float", hyper(0.999, 0, BELOW_ONE, "decay rate of the maximum")], ["epsilon", "float", hyper(1e-08, SMALLEST_EPSILON, math.inf, "avoids division by 0")]]);
register(Adamax);
class Lion extends Optimizer {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let m$, spare, step;
    [m$, step, spare] = py.tuple_of(py.item(state, "m"), py.item(state, "step"), py.item(state, "spare"));
    np.copyto(step, m$);
    average_in_place(step, gradient, self.beta1, spare);
    np.sign(step, { out: step });
    step = py.iadd(step, np.multiply(parameters, self.weight_decay, { out: spare }));
    step = py.imul(step, eta);
    parameters = py.isub(parameters, step);
    average_in_place(m$, gradient, self.beta2, spare);
    return null;
  }
}
py.attributes(Lion, { name: "lion", default_eta: 0.0001 });
py.attributes(Lion, { formula: "θ ← θ − η (sign(β₁ m + (1 − β₁) g) + λ θ); m ← β₂ m + (1 − β₂) g" });
py.attributes(Lion, { latex: "\\theta \\leftarrow \\theta - \\eta (\\operatorname{sign}(\\beta_1 m + (1 - \\beta_1) g) + \\lambda \\theta), \\quad m \\leftarrow \\beta_2 m + (1 - \\beta_2) g" });
py.attributes(Lion, { source: "Chen et al. 2023" });
py.attributes(Lion, { remembers: py.tuple_of("m"), work_space: py.tuple_of("step", "spare") });
py.dataclass(Lion, [["beta1", "float", hyper(0.9, 0, BELOW_ONE, "weight of the running mean in a step")], ["beta2", "float", hyper(0.99, 0, BELOW_ONE, "decay rate of the running mean")], ["weight_decay", "float", hyper(0, 0, math.inf, "λ")]]);
register(Lion);
class Rprop extends Optimizer {
  initial_state(parameters) {
    return py.or(py.dict([["t", np.zeros(1, np.int64)]]), super.initial_state(parameters));
  }
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let agreement, before, d, t;
    [t, d, before, agreement] = py.tuple_of(count_in_place(state), py.item(state, "d"), py.item(state, "before"), py.item(state, "agreement"));
    if (py.truth(py.eq(t, 1))) {
      d.fill(eta);
    }
    np.multiply(np.sign(gradient, { out: agreement }), before, { out: agreement });
    np.multiply(d, self.longer, { out: d, where: py.gt(agreement, 0) });
    np.multiply(d, self.shorter, { out: d, where: py.lt(agreement, 0) });
    np.clip(d, self.shortest, self.longest, { out: d });
    np.copyto(gradient, 0, { where: py.lt(agreement, 0) });
    np.sign(gradient, { out: before });
    parameters = py.isub(parameters, np.multiply(d, before, { out: gradient }));
    return null;
  }
}
py.attributes(Rprop, { name: "rprop" });
py.attributes(Rprop, { formula: "d ← min(max(d f, shortest), longest), f = longer where g g₋ > 0, shorter where g g₋ < 0, else 1; g ← 0 where g g₋ < 0; θ ← θ − d sign(g); g₋ ← g" });
py.attributes(Rprop, { latex: "d \\leftarrow \\begin{cases} \\min(\\eta^+ d, d_{\\max}) & g g_- > 0 \\\\ \\max(\\eta^- d, d_{\\min}) & g g_- < 0 \\\\ d & g g_- = 0 \\end{cases}, \\quad g \\leftarrow 0 \\text{ where } g g_- < 0, \\quad \\theta \\leftarrow \\theta - d \\operatorname{sign}(g), \\quad g_- \\leftarrow g" });
py.attributes(Rprop, { source: "Riedmiller and Braun 1993; Igel and Hüsken 2000" });
py.attributes(Rprop, { remembers: py.tuple_of("d", "before"), work_space: py.tuple_of("agreement") });
py.dataclass(Rprop, [["longer", "float", hyper(1.2, 1, 1000000, "η⁺, the factor while the sign stays")], ["shorter", "float", hyper(0.5, 1e-06, 1, "η⁻, the factor when the sign changes")], ["shortest", "float", hyper(1e-06, 0, math.inf, "the smallest step size")], ["longest", "float", hyper(50, 0, math.inf, "the largest step size")]]);
register(Rprop);
class Clipping extends Outer {
}
py.dataclass(Clipping, [["largest", "float", hyper(1, 0, math.inf, "the bound")], ["then", "Optimizer", part_hyper(Optimizer, new SGD(), "takes the step")]]);
class ClipValue extends Clipping {
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    np.clip(gradient, py.neg(self.largest), self.largest, { out: gradient });
    self.then.update_in_place(parameters, gradient, eta, state);
    return null;
  }
}
py.attributes(ClipValue, { name: "clip_value" });
py.attributes(ClipValue, { formula: "g ← min(max(g, −largest), largest)" });
py.attributes(ClipValue, { latex: "g \\leftarrow \\min(\\max(g, -c), c)" });
py.attributes(ClipValue, { source: "Graves 2013, section 4.2; Mikolov 2012" });
py.dataclass(ClipValue, []);
register(ClipValue);
class ClipNorm extends Clipping {
  first_state(parameters, shapes) {
    return py.or(super.first_state(parameters, shapes), py.dict([["scaled", np.empty_like(parameters)]]));
  }
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    shorten_in_place(gradient, self.largest, py.item(state, "scaled"));
    self.then.update_in_place(parameters, gradient, eta, state);
    return null;
  }
}
py.attributes(ClipNorm, { name: "clip_norm" });
py.attributes(ClipNorm, { formula: "g ← g largest / ‖g‖ where ‖g‖ > largest" });
py.attributes(ClipNorm, { latex: "g \\leftarrow g \\min\\left(1, \\frac{c}{\\lVert g \\rVert}\\right)" });
py.attributes(ClipNorm, { source: "Pascanu, Mikolov and Bengio 2013" });
py.attributes(ClipNorm, { work_space: py.tuple_of("scaled") });
py.dataclass(ClipNorm, []);
register(ClipNorm);
class ClipArrayNorm extends Clipping {
  first_state(parameters, shapes) {
    return py.or(super.first_state(parameters, shapes), py.dict([["scaled", np.empty_like(parameters)], ["starts", starts_of(shapes)]]));
  }
  update_in_place(parameters, gradient, eta, state) {
    const self = this;
    let start, stop;
    for ([start, stop] of others.pairwise(m.tolist(py.item(state, "starts")))) {
      shorten_in_place(py.item(gradient, py.slice(start, stop, null)), self.largest, py.item(py.item(state, "scaled"), py.slice(start, stop, null)));
    }
    self.then.update_in_place(parameters, gradient, eta, state);
    return null;
  }
}
py.attributes(ClipArrayNorm, { name: "clip_array_norm" });
py.attributes(ClipArrayNorm, { formula: "g ← g largest / ‖g‖ where ‖g‖ > largest, array by array" });
py.attributes(ClipArrayNorm, { latex: "g^l \\leftarrow g^l \\min\\left(1, \\frac{c}{\\lVert g^l \\rVert}\\right)" });
py.attributes(ClipArrayNorm, { source: "Pascanu, Mikolov and Bengio 2013; Keras, clipnorm" });
py.attributes(ClipArrayNorm, { work_space: py.tuple_of("scaled", "starts") });
py.dataclass(ClipArrayNorm, []);
register(ClipArrayNorm);
function shorten_in_place(gradient, largest, scaled) {
  let length, size;
  size = py.float(py.max(m.max(gradient), py.neg(m.min(gradient))));
  if (py.truth(py.gt(size, 0))) {
    length = py.float(np.linalg.norm(np.divide(gradient, size, { out: scaled })));
    if (py.truth(py.gt(length, py.div(largest, size)))) {
      np.multiply(scaled, py.div(largest, length), { out: gradient });
    }
  }
    return null;
}
class LayerViews extends py.Mapping {
  __init__(views, name) {
    const self = this;
    [self._views, self._name] = py.tuple_of(views, name);
    return null;
  }
  __getitem__(l) {
    const self = this;
    let counted, has;
    if (!py.contains(self._views, l)) {
      has = py.list(self._views);
      counted = (py.truth(py.eq(has, py.list(py.range(1, py.add(py.len(has), 1))))) ? `layers count 1..${py.str(py.len(has))}` : `there are ${py.str(has)}`);
      throw new py.KeyError(`${py.str(self._name)}[${py.repr(l)}]: ${py.str((py.truth(has) ? counted : "no layer has one"))}`);
    }
    return py.item(self._views, l);
  }
  __setitem__(l, values) {
    const self = this;
    let given, view;
    [view, given] = py.tuple_of(py.item(self, l), np.asarray(values));
    if (py.truth(py.ne(py.of_number(given, "shape"), py.of_number(view, "shape")))) {
      throw new py.ValueError(`${py.str(self._name)}[${py.str(l)}] is ${py.str(py.of_number(view, "shape"))}, given ${py.str(py.of_number(given, "shape"))}`);
    }
    py.setitem(view, py.ELLIPSIS, given);
    return null;
  }
  __iter__() {
    const self = this;
    return py.iter(self._views);
  }
  __len__() {
    const self = this;
    return py.len(self._views);
  }
  __repr__() {
    const self = this;
    return py.repr(self._views);
  }
}
function whole_number(given, least, name, otherwise = "", most = null) {
  let also, number, range_;
  number = ((py.isinstance(given, others.Real) && !py.isinstance(given, py.bool)) ? py.float(given) : math.nan);
  if ((py.truth(py.ne(py.mod(number, 1), 0)) || py.truth(py.lt(number, least)) || ((most !== null) && py.truth(py.gt(number, most))))) {
    range_ = ((most === null) ? `${py.str(least)} or more` : `${py.str(least)} to ${py.str(most)}`);
    also = (py.truth(otherwise) ? `, or ${py.str(otherwise)}` : "");
    throw new py.ValueError(`${py.str(name)} must be a whole number, ${py.str(range_)}${py.str(also)}; given ${py.repr(given)}`);
  }
  return py.int(number);
}
class Network extends py.Object {
  __init__(widths, activations, init = "gaussian", normalization = null, seed = 0, dtype = "float64") {
    const self = this;
    let alpha, l, $0, $1;
    self._shape(widths, activations, normalization);
    self._hold(np.empty(self._size(), { dtype: _float_type(dtype) }));
    for (l of self.normalization) {
      [$0, $1] = py.tuple_of(1, 0);
      py.setitem(py.item(self.gain, l), py.ELLIPSIS, $0);
      py.setitem(py.item(self.shift, l), py.ELLIPSIS, $1);
    }
    for ([l, alpha] of self.alpha.items()) {
      py.setitem(alpha, py.ELLIPSIS, py.item(self._learnt, l).start);
    }
    if (py.isinstance(init, py.or(py.str, Initializer))) {
      self.init = find(Initializer, init);
      self._draw(np.random.default_rng(seed));
    } else {
      self.init = new Gaussian$initializers();
      self._take(init);
    }
    return null;
  }
  _draw(rng) {
    const self = this;
    let l, m$, n;
    for (l of self.layers) {
      [m$, n] = py.of_number(py.item(self.W, l), "shape");
      py.setitem(self.W, l, self.init.W(m$, n, rng));
      py.setitem(self.W0, l, self.init.W0(m$, n, rng));
    }
    return null;
  }
  _take(weights) {
    const self = this;
    let W, W0, l, $0, $1;
    if ((py.truth(py.ne(py.len(weights), self.L)) || py.any(py.map_over(weights, (layer) => py.ne(py.len(layer), 2))))) {
      throw new py.ValueError(`init must be a name, or a pair (W, W0) for each of ${py.str(self.L)} layers; given ${py.str(py.len(weights))}`);
    }
    for ([l, [W, W0]] of py.enumerate(weights, 1)) {
      [$0, $1] = py.tuple_of(np.asarray(W, `W[${py.str(l)}]`), np.asarray(W0, `W0[${py.str(l)}]`));
      py.setitem(self.W, l, $0);
      py.setitem(self.W0, l, $1);
    }
    return null;
  }
  _shape(widths, activations, normalization) {
    const self = this;
    self.widths = _as_widths(widths);
    if ((!py.isinstance(activations, others.Sequence) || py.isinstance(activations, py.str) || py.truth(py.ne(py.len(activations), py.sub(py.len(self.widths), 1))))) {
      throw new py.ValueError(`${py.str(py.sub(py.len(self.widths), 1))} layers need ${py.str(py.sub(py.len(self.widths), 1))} activations, one for each; given ${py.repr(activations)}`);
    }
    self.L = py.sub(py.len(self.widths), 1);
    self.activations = py.tuple(py.map_over(activations, (f) => find(Activation, f)));
    self._learnt = py.dict(py.map_over(py.enumerate(self.activations, 1), ([l, f]) => [l, f], ([l, f]) => py.isinstance(f, Learnt)));
    self.normalization = _by_layer(normalization, self.L);
    return null;
  }
  _size() {
    const self = this;
    return py.sum(py.map_over(self._shapes(), ([, , shape]) => math.prod(shape)));
  }
  _hold(parameters, statistics = null) {
    const self = this;
    let at_alpha, l, name, named, shape, start, views;
    self._parameters = parameters;
    views = py.dict([["W", py.dict([])], ["W0", py.dict([])], ["gain", py.dict([])], ["shift", py.dict([])], ["alpha", py.dict([])]]);
    start = 0;
    for ([l, name, shape] of self._shapes()) {
      py.setitem(py.item(views, name), l, m.reshape(py.item(parameters, py.slice(start, py.add(start, math.prod(shape)), null)), shape));
      start = py.iadd(start, math.prod(shape));
    }
    named = py.map_over(views.items(), ([name, found]) => new LayerViews(found, name));
    [self._W, self._W0, self._gain, self._shift, self._alpha] = named;
    at_alpha = py.dict(py.map_over(self._learnt.items(), ([l, f]) => [l, f.at(py.item(self.alpha, l))]));
    self.f = py.or(py.dict(py.enumerate(self.activations, 1)), at_alpha);
    self._hold_statistics(statistics);
    return null;
  }
  _hold_statistics(statistics) {
    const self = this;
    let l, mean, n, running, start, starts, variance, $0, $1;
    running = py.dict(py.map_over(self.normalization.items(), ([l, part]) => [l, py.item(self.widths, l)], ([l, part]) => py.truth(part.running)));
    if ((statistics === null)) {
      starts = py.map_over(running.values(), (n) => np.repeat([0, 1], n));
      statistics = m.astype(np.concatenate([np.empty(0), ...starts]), py.of_number(self, "dtype"));
    }
    self.statistics = statistics;
    [mean, variance, start] = py.tuple_of(py.dict([]), py.dict([]), 0);
    for ([l, n] of running.items()) {
      [$0, $1] = py.tuple_of(py.item(statistics, py.slice(start, py.add(start, n), null)), py.item(statistics, py.slice(py.add(start, n), py.add(start, py.mul(2, n)), null)));
      py.setitem(mean, l, $0);
      py.setitem(variance, l, $1);
      start = py.iadd(start, py.mul(2, n));
    }
    self.running_mean = new LayerViews(mean, "running_mean");
    self.running_variance = new LayerViews(variance, "running_variance");
    return null;
  }
  get parameters() {
    const self = this;
    return self._parameters;
  }
  set parameters(values) {
    const self = this;
    let given;
    given = np.asarray(values);
    if (py.truth(py.ne(py.of_number(given, "shape"), py.of_number(self._parameters, "shape")))) {
      throw new py.ValueError(`parameters is ${py.str(py.of_number(self._parameters, "shape"))}, given ${py.str(py.of_number(given, "shape"))}`);
    }
    py.setitem(self._parameters, py.ELLIPSIS, given);
    return null;
  }
  get W() {
    const self = this;
    return self._W;
  }
  get W0() {
    const self = this;
    return self._W0;
  }
  get gain() {
    const self = this;
    return self._gain;
  }
  get shift() {
    const self = this;
    return self._shift;
  }
  get alpha() {
    const self = this;
    return self._alpha;
  }
  get arrays() {
    const self = this;
    return py.map_over(self._shapes(), ([l, name, ]) => py.tuple_of(l, name, py.item(py.getattr(self, name), l)));
  }
  get starts() {
    const self = this;
    return py.item(starts_of(self.shapes), py.slice(null, -1, null));
  }
  get layers() {
    const self = this;
    return py.range(1, py.add(self.L, 1));
  }
  get dtype() {
    const self = this;
    return py.of_number(py.of_number(self._parameters, "real"), "dtype");
  }
  copy() {
    const self = this;
    return self.with_parameters(m.copy(self._parameters));
  }
  with_parameters(parameters) {
    const self = this;
    let parts;
    if (py.truth(py.ne(py.of_number(parameters, "shape"), py.of_number(self._parameters, "shape")))) {
      throw new py.ValueError(`parameters is ${py.str(py.of_number(self._parameters, "shape"))}, given ${py.str(py.of_number(parameters, "shape"))}`);
    }
    parts = py.tuple_of(self.widths, self.activations, parameters, self.init, self.normalizations, m.copy(self.statistics));
    return self._from_vectors(...parts);
  }
  __repr__() {
    const self = this;
    let activations, normalized, widths;
    [widths, activations] = py.tuple_of(m.join("-", py.map(py.str, self.widths)), m.join(", ", py.map(py.str, self.activations)));
    normalized = m.join("", py.map_over(self.normalization.items(), ([l, part]) => `, ${py.str(part)} in layer ${py.str(l)}`));
    return `Network ${py.str(widths)} (${py.str(activations)})${py.str(normalized)}, ${py.str(py.of_number(self._parameters, "size"))} parameters, ${py.str(py.of_number(self, "dtype"))}`;
  }
  static _from_vectors(widths, activations, parameters, init = "gaussian", normalization = null, statistics = null) {
    const cls = this;
    let net;
    net = Object.create(cls.prototype);
    net.init = find(Initializer, init);
    net._shape(widths, activations, normalization);
    net._hold(parameters, statistics);
    return net;
  }
  get shapes() {
    const self = this;
    return py.list(self._shapes());
  }
  *_shapes() {
    const self = this;
    let l, m$, n;
    for ([l, [m$, n]] of py.enumerate(py.zip(self.widths, py.item(self.widths, py.slice(1, null, null))), 1)) {
      yield py.tuple_of(l, "W", py.tuple_of(m$, n));
      yield py.tuple_of(l, "W0", py.tuple_of(n));
      if (py.contains(self.normalization, l)) {
        yield py.tuple_of(l, "gain", py.tuple_of(n));
        yield py.tuple_of(l, "shift", py.tuple_of(n));
      }
      if (py.contains(self._learnt, l)) {
        yield py.tuple_of(l, "alpha", py.tuple_of(n));
      }
    }
  }
  get normalizations() {
    const self = this;
    return py.tuple(py.map_over(self.layers, (l) => self.normalization.get(l)));
  }
}
py.shared(Network, ["_from_vectors"]);
function _as_widths(widths) {
  let exact, whole;
  try {
    whole = py.tuple(py.map_over(widths, (width) => py.int(width)));
    exact = py.all(py.map_over(py.zip(whole, widths), ([whole_width, width]) => py.eq(whole_width, width)));
  } catch ($caught) {
    if ($caught instanceof py.TypeError || $caught instanceof py.ValueError || $caught instanceof py.OverflowError) {
      [whole, exact] = py.tuple_of(py.tuple_of(), false);
    } else throw $caught;
  }
  if ((!py.truth(exact) || py.truth(py.lt(py.len(whole), 2)) || py.truth(py.lt(py.min(whole), 1)))) {
    throw new py.ValueError(`widths must be two or more whole numbers, 1 or more: (m^1, ..., m^L, n^L); given ${py.repr(widths)}`);
  }
  return whole;
}
function _by_layer(given, L) {
  if ((given === null)) {
    return py.dict([]);
  }
  if (py.isinstance(given, py.or(py.str, Normalization))) {
    return py.dict(py.map_over(py.range(1, L), (l) => [l, find(Normalization, given)]));
  }
  if ((!py.isinstance(given, others.Sequence) || py.truth(py.ne(py.len(given), L)))) {
    throw new py.ValueError(`normalization is one for every hidden layer, or one or None for each of ${py.str(L)}; given ${py.repr(given)}`);
  }
  return py.dict(py.map_over(py.enumerate(given, 1), ([l, part]) => [l, find(Normalization, part)], ([l, part]) => (part !== null)));
}
function _float_type(dtype) {
  let given;
  try {
    given = np.dtype(dtype);
  } catch ($caught) {
    if ($caught instanceof py.TypeError) {
      given = np.dtype(py.object);
    } else throw $caught;
  }
  if (!py.contains(py.tuple_of(np.float32, np.float64), given)) {
    throw new py.ValueError(`dtype must be float32 or float64, given ${py.repr(dtype)}`);
  }
  return given;
}
class ForwardPass extends py.Object {
  taken(l) {
    const self = this;
    return (py.contains(self.M, py.sub(l, 1)) ? py.mul(py.item(py.bound(self, "A"), py.sub(l, 1)), py.item(self.M, py.sub(l, 1))) : py.item(py.bound(self, "A"), py.sub(l, 1)));
  }
  into_f(l) {
    const self = this;
    return self.V.get(l, py.item(self.Z, l));
  }
  is_fixed(net, l) {
    const self = this;
    let $0;
    return (py.truth($0 = (self.statistics === "running")) ? py.item(net.normalization, l).running : $0);
  }
}
py.dataclass(ForwardPass, [["A", ""], ["Z", ""], ["Y", ""], ["losses", ""], ["loss", ""], ["loss_function", ""], ["penalty", "", null], ["weights", "", null], ["M", "dict[int, Array]", others.field({ default_factory: py.dict })], ["moments", "dict[int, tuple[Array, Array]]", others.field({ default_factory: py.dict })], ["Z_hat", "dict[int, Array]", others.field({ default_factory: py.dict })], ["V", "dict[int, Array]", others.field({ default_factory: py.dict })], ["statistics", "", "batch"]]);
class Gradients extends py.Object {
}
py.dataclass(Gradients, [["dL_dW", ""], ["dL_dW0", ""], ["dL_dZ", ""], ["dL_dA", ""], ["flat", ""], ["dL_dgain", "dict[int, Array]", others.field({ default_factory: py.dict })], ["dL_dshift", "dict[int, Array]", others.field({ default_factory: py.dict })], ["dL_dV", "dict[int, Array]", others.field({ default_factory: py.dict })], ["dL_dZ_hat", "dict[int, Array]", others.field({ default_factory: py.dict })], ["dL_dalpha", "dict[int, Array]", others.field({ default_factory: py.dict })]]);
function traced_forward(net, X, Y, loss, weights = null, penalty = null, M = null, statistics = "batch") {
  let A, V, Z, Z_hat, fixed, l, losses, moments, part, taken, total, $0, $1;
  [A, Z, M] = py.tuple_of(py.dict([[0, X]]), py.dict([]), (py.truth($0 = M) ? $0 : py.dict([])));
  [moments, Z_hat, V] = py.tuple_of(py.dict([]), py.dict([]), py.dict([]));
  for (l of net.layers) {
    taken = (py.contains(M, py.sub(l, 1)) ? py.mul(py.item(A, py.sub(l, 1)), py.item(M, py.sub(l, 1))) : py.item(A, py.sub(l, 1)));
    py.setitem(Z, l, py.add(py.matmul(taken, py.item(net.W, l)), py.item(net.W0, l)));
    py.setitem(V, l, py.item(Z, l));
    if (py.contains(net.normalization, l)) {
      part = py.item(net.normalization, l);
      fixed = (py.truth($1 = (statistics === "running")) ? part.running : $1);
      py.setitem(moments, l, (py.truth(fixed) ? py.tuple_of(py.item(py.item(net.running_mean, l), null), py.item(py.item(net.running_variance, l), null)) : part.moments(py.item(Z, l))));
      py.setitem(Z_hat, l, part.Z_hat(py.item(Z, l), ...py.item(moments, l)));
      py.setitem(V, l, py.add(py.mul(py.item(net.gain, l), py.item(Z_hat, l)), py.item(net.shift, l)));
    }
    py.setitem(A, l, py.item(net.f, l).A(py.item(V, l)));
  }
  losses = point_losses(net, loss, py.item(V, net.L), py.item(A, net.L), Y);
  penalty = ((penalty === null) ? null : penalty.of_batch(py.len(losses)));
  total = py.add(mean_loss(losses, weights), total_penalty(net, penalty));
  V = py.dict(py.map_over(net.normalization, (l) => [l, py.item(V, l)]));
  return new ForwardPass(A, Z, Y, losses, total, loss, penalty, weights, M, moments, Z_hat, V, statistics);
}
function point_losses(net, loss, Z, A, Y) {
  let direct;
  direct = shortcut(py.item(net.f, net.L), loss);
  return (py.truth(direct) ? direct.L(Z, Y) : loss.L(A, Y));
}
function mean_loss(losses, weights) {
  return m.mean(((weights === null) ? losses : py.mul(weights, losses)));
}
function total_penalty(net, penalty) {
  return ((penalty === null) ? 0 : py.sum(py.map_over(net.layers, (l) => penalty.R(py.item(net.W, l)))));
}
function back_propagate(net, fwd, long_way = false) {
  let A, Y, dL_dA, dL_dV, dL_dW, dL_dW0, dL_dZ, dL_dZ_hat, dL_dalpha, dL_dgain, dL_dshift, direct, f, flat, l, loss, of, share;
  [A, Y, loss] = py.tuple_of(py.bound(fwd, "A"), fwd.Y, fwd.loss_function);
  direct = (py.truth(long_way) ? null : shortcut(py.item(net.f, net.L), loss));
  share = ((py.bound(fwd, "weights") === null) ? py.div(1, py.len(Y)) : py.div(py.item(py.bound(fwd, "weights"), py.tuple_of(py.slice(null, null, null), null)), py.len(Y)));
  dL_dA = py.dict([]);
  dL_dV = py.dict([]);
  dL_dZ_hat = py.dict([]);
  dL_dZ = py.dict([]);
  dL_dW = py.dict([]);
  dL_dW0 = py.dict([]);
  dL_dgain = py.dict([]);
  dL_dshift = py.dict([]);
  dL_dalpha = py.dict([]);
  for (l of py.reversed(net.layers)) {
    if (py.truth(py.eq(l, net.L))) {
      py.setitem(dL_dA, l, py.mul(share, loss.dL_dA(py.item(A, l), Y)));
    } else {
      py.setitem(dL_dA, l, py.matmul(py.item(dL_dZ, py.add(l, 1)), py.of_number(py.item(net.W, py.add(l, 1)), "T")));
    }
    if (py.contains(fwd.M, l)) {
      py.setitem(dL_dA, l, py.mul(py.item(fwd.M, l), py.item(dL_dA, l)));
    }
    if ((py.truth(py.eq(l, net.L)) && py.truth(direct))) {
      py.setitem(dL_dV, l, py.mul(share, direct.dL_dZ(py.item(A, l), Y)));
    } else {
      py.setitem(dL_dV, l, py.item(net.f, l).dL_dZ(py.item(dL_dA, l), fwd.into_f(l), py.item(A, l)));
    }
    f = py.item(net.f, l);
    if (py.isinstance(f, Learnt)) {
      py.setitem(dL_dalpha, l, m.sum(py.mul(f.dA_dalpha(fwd.into_f(l), py.item(A, l)), py.item(dL_dA, l)), { axis: 0 }));
    }
    py.setitem(dL_dZ, l, py.item(dL_dV, l));
    if (py.contains(net.normalization, l)) {
      py.setitem(dL_dgain, l, m.sum(py.mul(py.item(py.bound(fwd, "Z_hat"), l), py.item(dL_dV, l)), { axis: 0 }));
      py.setitem(dL_dshift, l, m.sum(py.item(dL_dV, l), { axis: 0 }));
      py.setitem(dL_dZ_hat, l, py.mul(py.item(dL_dV, l), py.item(net.gain, l)));
      py.setitem(dL_dZ, l, normalization_link(net, fwd, l, py.item(dL_dZ_hat, l)));
    }
    py.setitem(dL_dW, l, py.matmul(py.of_number(fwd.taken(l), "T"), py.item(dL_dZ, l)));
    py.setitem(dL_dW0, l, m.sum(py.item(dL_dZ, l), { axis: 0 }));
    if ((fwd.penalty !== null)) {
      py.setitem(dL_dW, l, py.iadd(py.item(dL_dW, l), fwd.penalty.dR_dW(py.item(net.W, l))));
    }
  }
  of = py.dict([["W", dL_dW], ["W0", dL_dW0], ["gain", dL_dgain], ["shift", dL_dshift], ["alpha", dL_dalpha]]);
  flat = np.concatenate(py.map_over(net.arrays, ([l, name, ]) => m.ravel(py.item(py.item(of, name), l))));
  dL_dV = py.dict(py.map_over(net.normalization, (l) => [l, py.item(dL_dV, l)]));
  return new Gradients(dL_dW, dL_dW0, dL_dZ, dL_dA, flat, dL_dgain, dL_dshift, dL_dV, dL_dZ_hat, dL_dalpha);
}
function normalization_link(net, fwd, l, dL_dZ_hat) {
  let _, part, variance;
  [part, [, variance]] = py.tuple_of(py.item(net.normalization, l), py.item(py.bound(fwd, "moments"), l));
  if (py.truth(fwd.is_fixed(net, l))) {
    return part.dL_dZ_fixed(dL_dZ_hat, variance);
  }
  return part.dL_dZ(dL_dZ_hat, py.item(py.bound(fwd, "Z_hat"), l), variance);
}
class Where extends py.Object {
  __str__() {
    const self = this;
    return `layer ${py.str(py.bound(self, "layer"))}, ${py.str(py.bound(self, "array"))}${py.str(_counted(self.index))}`;
  }
}
py.dataclass(Where, [["layer", ""], ["array", ""], ["index", ""]]);
const HEADINGS = `${py.format("layer", `<7`)}${py.format("array", `<7`)}${py.format("checked", `>13`)}${py.format("at a kink", `>11`)}${py.format("error", `>10`)}   ${py.format("worst entry", `<12`)}${py.format("back_propagate", `>16`)}${py.format("numeric", `>16`)}`;
const KINK_HEADINGS = `${py.format("layer", `<7`)}${py.format("array", `<7`)}${py.format("entry", `<14`)}${py.format("back_propagate", `>16`)}${py.format("from the left", `>16`)}${py.format("from the right", `>16`)}`;
const LISTED = 12;
class EntryCheck extends py.Object {
}
py.dataclass(EntryCheck, [["index", ""], ["given", ""], ["numeric", ""], ["verdict", ""], ["behind", "", math.nan], ["ahead", "", math.nan]]);
class ArrayCheck extends py.Object {
}
py.dataclass(ArrayCheck, [["layer", ""], ["array", ""], ["size", ""], ["checked", ""], ["at_kink", ""], ["error", ""], ["entry_error", ""], ["worst", ""], ["given", ""], ["numeric", ""], ["entries", "", py.tuple_of()], ["verdict", "", "cannot be told"]]);
class DirectionalCheck extends py.Object {
}
py.dataclass(DirectionalCheck, [["error", ""], ["given", ""], ["numeric", ""], ["at_kink", ""]]);
class GradientCheck extends py.Object {
  get ok() {
    const self = this;
    return (self.verdict === "agrees");
  }
  get checked() {
    const self = this;
    return py.sum(py.map_over(self.arrays, (each) => each.checked));
  }
  get at_kink() {
    const self = this;
    return py.sum(py.map_over(self.arrays, (each) => each.at_kink));
  }
  get size() {
    const self = this;
    return py.sum(py.map_over(self.arrays, (each) => py.of_number(each, "size")));
  }
  __repr__() {
    const self = this;
    return self.in_words(py.str(self.where));
  }
  in_words(worst) {
    const self = this;
    let rest, verdict, where, $0;
    if ((self.verdict === "cannot be told")) {
      return `it cannot be told here whether gradients are right: ${py.str(self._untold)} at a kink`;
    }
    verdict = (py.truth(self.ok) ? "gradients agree" : "gradients DISAGREE");
    where = (py.truth(self.where) ? ` at ${py.str(worst)}` : "");
    if (py.truth((py.ge(self.directional.error, ($0 = self.max_error)) && py.gt($0, 0)))) {
      where = " along a random direction";
    }
    rest = (py.truth(self.at_kink) ? `; ${py.str(self._untold)} cannot be told, at a kink` : "");
    return `${py.str(verdict)}: largest relative error ${py.format(self.max_error, `.1e`)}${py.str(where)}, ${py.format(self.tolerance, `.0e`)} allowed${py.str(rest)}`;
  }
  get _untold() {
    const self = this;
    let seen;
    seen = py.add(self.checked, self.at_kink);
    return (py.truth(py.lt(self.at_kink, seen)) ? `${py.str(self.at_kink)} of ${py.str(seen)} entries` : `all ${py.str(seen)} entries`);
  }
  __str__() {
    const self = this;
    let kinks, lines;
    kinks = (py.truth(self.at_kink) ? `, ${py.str(self.at_kink)} left out at a kink` : "");
    lines = [py.repr(self), `${py.str(self.method)} (${py.str(self.because)}); ${py.str(self.checked)} of ${py.str(py.of_number(self, "size"))} entries${py.str(kinks)}`, ...self.notes, "", HEADINGS, ...py.map_over(self.arrays, (each) => _row(each)), _direction(self.directional), ..._kinks(self.arrays)];
    if (py.truth(self.faults)) {
      lines = py.iadd(lines, ["", ...py.map_over(self.faults, (fault) => `fault: ${py.str(fault)}`)]);
    }
    return m.join("\n", lines);
  }
}
py.dataclass(GradientCheck, [["verdict", ""], ["max_error", ""], ["tolerance", ""], ["where", ""], ["method", ""], ["because", ""], ["arrays", ""], ["directional", ""], ["faults", "", py.tuple_of()], ["notes", "", py.tuple_of()]]);
function _row(each) {
  let checked, index;
  checked = `${py.str(each.checked)} of ${py.str(py.of_number(each, "size"))}`;
  if ((each.worst === null)) {
    return `${py.format(py.bound(each, "layer"), `<7`)}${py.format(py.bound(each, "array"), `<7`)}${py.format(checked, `>13`)}${py.format(each.at_kink, `>11`)}${py.format("-", `>10`)}`;
  }
  index = _counted(each.worst.index);
  return `${py.format(py.bound(each, "layer"), `<7`)}${py.format(py.bound(each, "array"), `<7`)}${py.format(checked, `>13`)}${py.format(each.at_kink, `>11`)}${py.format(each.error, `>10.1e`)}   ${py.format(index, `<12`)}${py.format(each.given, `>16.8g`)}${py.format(each.numeric, `>16.8g`)}`;
}
function _direction(each) {
  if (py.truth(each.at_kink)) {
    return `${py.format("all", `<7`)}${py.str("along a random direction: at a kink, not compared")}`;
  }
  return `${py.format("all, along a random direction", `<38`)}${py.format(each.error, `>10.1e`)}${py.format("", `<15`)}${py.format(each.given, `>16.8g`)}${py.format(each.numeric, `>16.8g`)}`;
}
function _kinks(arrays) {
  let more, rows;
  rows = py.flat_map_over(arrays, (each) => py.map_over(each.entries, (entry) => `${py.format(py.bound(each, "layer"), `<7`)}${py.format(py.bound(each, "array"), `<7`)}${py.format(_counted(entry.index), `<14`)}${py.format(entry.given, `>16.8g`)}${py.format(entry.behind, `>16.8g`)}${py.format(entry.ahead, `>16.8g`)}`, (entry) => (entry.verdict === "cannot be told")));
  if (!py.truth(rows)) {
    return [];
  }
  more = (py.truth(py.gt(py.len(rows), LISTED)) ? [`and ${py.str(py.sub(py.len(rows), LISTED))} more`] : []);
  return ["", "at a kink the loss has no derivative, but one to each side:", KINK_HEADINGS, ...py.item(rows, py.slice(null, LISTED, null)), ...more];
}
function _counted(index) {
  return `(${py.str(m.join(", ", py.map_over(index, (each) => py.str(py.add(each, 1)))))})`;
}
const ON_KINK = py.mul(256, py.float(np.finfo(np.float64).eps));
class Values extends py.Object {
  get on_kink() {
    const self = this;
    let near;
    near = py.mul(ON_KINK, py.max(1, py.float(m.max(py.abs(py.item(py.bound(self, "array"), np.isfinite(py.bound(self, "array")))), { initial: 0 }))));
    return np.any(py.map_over(self.kinks, (kink) => py.le(py.abs(py.sub(py.bound(self, "array"), kink)), near)), { axis: 0 });
  }
  get pieces() {
    const self = this;
    return np.searchsorted(np.array(self.kinks), py.bound(self, "array"), { side: "right" });
  }
}
py.dataclass(Values, [["kinks", ""], ["array", ""]]);
function kinked_values(net, W, loss, penalty, fwd) {
  let found;
  found = py.dict(py.map_over(net.f.items(), ([l, f]) => [py.tuple_of("unit", l), new Values(f.kinks, fwd.into_f(l))], ([l, f]) => py.truth(f.kinks)));
  if (py.truth(loss.kinks)) {
    py.setitem(found, py.tuple_of("residual", net.L), new Values(loss.kinks, py.sub(py.item(py.bound(fwd, "A"), net.L), fwd.Y)));
  }
  if (((penalty !== null) && py.truth(penalty.kinks))) {
    found = py.ior(found, py.dict(py.map_over(net.layers, (l) => [py.tuple_of("weight", l), new Values(penalty.kinks, py.item(W, l))])));
  }
  return found;
}
function on_kinks(net, fwd) {
  let kinked, on;
  kinked = kinked_values(net, net.W, fwd.loss_function, fwd.penalty, fwd);
  return py.dict(py.map_over(kinked.items(), ([place, values]) => [place, on], ([place, values]) => py.truth(m.any((on = values.on_kink)))));
}
function other_side(kinked, those) {
  let index, kinks, nearest, pieces, place, value, $0;
  pieces = py.dict(py.map_over(kinked.items(), ([place, values]) => [place, values.pieces]));
  for ([place, index] of those) {
    [kinks, value] = py.tuple_of(np.array(py.item(kinked, place).kinks), py.item(py.bound(py.item(kinked, place), "array"), index));
    nearest = py.item(kinks, np.argmin(py.abs(py.sub(kinks, value))));
    $0 = py.item(pieces, place);
    py.setitem($0, index, py.iadd(py.item($0, index), (py.truth(py.ge(value, nearest)) ? -1 : 1)));
  }
  return pieces;
}
class HeldActivation extends Elementwise {
  A(Z) {
    const self = this;
    return _held(py.bound(py.bound(self, "of"), "A"), py.bound(self, "of").kinks, self.pieces, Z);
  }
}
py.dataclass(HeldActivation, [["of", ""], ["pieces", ""]], false);
class HeldLoss extends Loss {
  L(A, Y) {
    const self = this;
    let at_edge, inside, j, left, losses, moved, two, values, whole;
    [left, inside] = _inside(py.bound(self, "of").kinks, self.pieces, py.sub(A, Y));
    at_edge = np.where(left, py.add(Y, py.item(inside, 0)), A);
    losses = whole = py.bound(self, "of").L(at_edge, Y);
    for (j of np.flatnonzero(m.any(left, { axis: 0 }))) {
      two = [];
      for (values of py.item(inside, py.slice(1, null, null))) {
        moved = m.copy(at_edge);
        py.setitem(moved, py.tuple_of(py.slice(null, null, null), j), np.where(py.item(left, py.tuple_of(py.slice(null, null, null), j)), py.add(py.item(Y, py.tuple_of(py.slice(null, null, null), j)), py.item(values, py.tuple_of(py.slice(null, null, null), j))), py.item(at_edge, py.tuple_of(py.slice(null, null, null), j))));
        m.append(two, py.bound(self, "of").L(moved, Y));
      }
      losses = py.sub(py.add(losses, _past(whole, ...two)), whole);
    }
    return losses;
  }
}
py.dataclass(HeldLoss, [["of", ""], ["pieces", ""]], false);
function held_pass(net, loss, penalty, pieces, run) {
  let f, fwd, l;
  for ([l, f] of net.f.items()) {
    if (py.contains(pieces, py.tuple_of("unit", l))) {
      py.setitem(net.f, l, new HeldActivation(f, py.item(pieces, py.tuple_of("unit", l))));
    }
  }
  if (py.contains(pieces, py.tuple_of("residual", net.L))) {
    loss = new HeldLoss(loss, py.item(pieces, py.tuple_of("residual", net.L)));
  }
  if (((penalty === null) || !py.truth(penalty.kinks))) {
    return py.call(run, [net, loss]);
  }
  fwd = run(net, loss, false);
  return others.replace(fwd, py.dict([["loss", py.add(py.bound(fwd, "loss"), py.sum(py.map_over(net.layers, (l) => _held_penalty(penalty, py.item(pieces, py.tuple_of("weight", l)), py.item(net.W, l)))))]]));
}
function _held_penalty(penalty, pieces, W) {
  let at_edge, inside, left, moved, place, total, two, values, whole;
  [left, inside] = _inside(penalty.kinks, pieces, W);
  at_edge = np.where(left, py.item(inside, 0), W);
  total = whole = penalty.R(at_edge);
  for (place of py.zip(...np.nonzero(left))) {
    two = [];
    for (values of py.item(inside, py.slice(1, null, null))) {
      moved = m.copy(at_edge);
      py.setitem(moved, place, py.item(values, place));
      m.append(two, penalty.R(moved));
    }
    total = py.iadd(total, py.sub(py.float(_past(np.asarray(whole), ...py.map(np.asarray, two))), whole));
  }
  return total;
}
function _held(function$, kinks, pieces, values) {
  let found, inside, left;
  [left, inside] = _inside(kinks, pieces, values);
  found = py.call(function$, [np.where(left, py.item(inside, 0), values)]);
  if (!py.truth(m.any(left))) {
    return found;
  }
  return np.where(left, _past(found, ...py.map_over(py.item(inside, py.slice(1, null, null)), (each) => py.call(function$, [np.where(left, each, values)]))), found);
}
function _inside(kinks, pieces, values) {
  let above, below, edge, ends, last, low;
  ends = np.array([py.neg(np.inf), ...kinks, np.inf]);
  [low, last] = py.tuple_of(py.item(ends, pieces), np.nextafter(py.item(ends, py.add(pieces, 1)), py.neg(np.inf)));
  [below, above] = py.tuple_of(py.lt(values, low), py.gt(values, last));
  edge = np.where(below, low, np.where(above, last, values));
  return py.tuple_of(py.or(below, above), py.tuple_of(edge, py.sub(py.mul(2, edge), values), py.sub(py.mul(3, edge), py.mul(2, values))));
}
function _past(edge, near, far) {
  return py.add(py.sub(py.mul(3, edge), py.mul(3, near)), far);
}
const EPS = py.float(np.finfo(np.float64).eps);
class Problem extends py.Object {
  at(parameters, pieces = null) {
    const self = this;
    let net;
    net = self.net.with_parameters(parameters);
    return ((pieces === null) ? self._run(net) : held_pass(net, py.bound(self, "loss"), self.penalty, pieces, py.bound(self, "_run")));
  }
  _run(net, loss = null, penalised = true) {
    const self = this;
    let factors, penalty, $0, $1;
    [penalty, factors] = py.tuple_of((py.truth(penalised) ? self.penalty : null), py.dict((py.truth($0 = self.factors) ? $0 : py.dict([]))));
    loss = (py.truth($1 = loss) ? $1 : py.bound(self, "loss"));
    return traced_forward(net, self.X, self.Y, loss, self.sample_weight, penalty, factors, self.statistics);
  }
  get here() {
  return py.cached(this, "here", () =>  {
    const self = this;
    return self._run(self.net);
  });
  }
  get kinked() {
  return py.cached(this, "kinked", () =>  {
    const self = this;
    return self.kinked_in(self.net.parameters, self.here);
  });
  }
  get pieces() {
  return py.cached(this, "pieces", () =>  {
    const self = this;
    return py.dict(py.map_over(self.kinked.items(), ([place, values]) => [place, values.pieces]));
  });
  }
  kinked_in(parameters, fwd) {
    const self = this;
    return kinked_values(self.net, self.net.with_parameters(parameters).W, py.bound(self, "loss"), self.penalty, fwd);
  }
}
py.dataclass(Problem, [["net", ""], ["X", ""], ["Y", ""], ["loss", ""], ["sample_weight", "", null], ["penalty", "", null], ["factors", "", null], ["statistics", "", "batch"]]);
class Kink extends py.Object {
}
py.dataclass(Kink, [["behind", ""], ["ahead", ""], ["held", ""]]);
class Derivative extends py.Object {
}
py.dataclass(Derivative, [["value", ""], ["noise", "", 0], ["kink", "", null]]);
class ComplexStep extends py.Object {
  along(problem, direction) {
    const self = this;
    let parameters;
    parameters = py.add(problem.net.parameters, py.mul(py.complex(0.0, 1.0), py.mul(py.bound(self, "step"), direction)));
    return new Derivative(py.div(py.float(np.imag(py.bound(problem.at(parameters), "loss"))), py.bound(self, "step")));
  }
  choices(problem, direction) {
    return new CentralDifferences().choices(problem, direction);
  }
  bend(problem, direction) {
    return new CentralDifferences().bend(problem, direction);
  }
  get sharper() {
    return null;
  }
}
py.attributes(ComplexStep, { name: "complex step" });
py.attributes(ComplexStep, { step: 1e-20 });
py.attributes(ComplexStep, { tolerance: 1e-12 });
class Ends$numeric extends py.Object {
  get passes() {
  return py.cached(this, "passes", () =>  {
    const self = this;
    let minus, plus;
    [plus, minus] = py.map_over(py.tuple_of(1, -1), (sign) => py.add(self.problem.net.parameters, py.mul(py.mul(sign, self.h), py.bound(self, "direction"))));
    return py.tuple_of(py.tuple_of(plus, self.problem.at(plus, self.pieces)), py.tuple_of(minus, self.problem.at(minus, self.pieces)));
  });
  }
  get derivative() {
    const self = this;
    let _, half, minus, noise, plus, value;
    [[, plus], [, minus]] = self.passes;
    noise = py.div(py.mul(py.mul(64, EPS), py.max(py.abs(py.bound(plus, "loss")), py.abs(py.bound(minus, "loss")))), py.mul(2, self.h));
    value = py.float(py.div(py.sub(py.bound(plus, "loss"), py.bound(minus, "loss")), py.mul(2, self.h)));
    if (!py.truth(self.sharp)) {
      return new Derivative(value, py.float(noise));
    }
    half = others.replace(self, py.dict([["h", py.div(self.h, 2)], ["sharp", false]])).derivative;
    return new Derivative(py.sub(py.mul(2, half.value), value), py.add(py.mul(2, half.noise), py.float(noise)));
  }
  get crossed() {
    const self = this;
    let minus, parted, plus;
    if (!py.truth(self.problem.kinked)) {
      return [];
    }
    [plus, minus] = py.map_over(self.passes, (each) => self.problem.kinked_in(...each));
    parted = py.map_over(plus, (place) => py.tuple_of(place, py.ne(py.item(plus, place).pieces, py.item(minus, place).pieces)));
    return py.flat_map_over(parted, ([place, mask]) => py.map_over(py.zip(...np.nonzero(mask)), (index) => py.tuple_of(place, index)));
  }
  get crossed_on_kink() {
    const self = this;
    let kinked;
    kinked = self.problem.kinked;
    return py.map_over(self.crossed, ([place, index]) => py.tuple_of(place, index), ([place, index]) => py.truth(py.item(py.item(kinked, place).on_kink, index)));
  }
}
py.dataclass(Ends$numeric, [["problem", ""], ["direction", ""], ["h", ""], ["pieces", "", null], ["sharp", "", false]]);
class CentralDifferences extends py.Object {
  get sharper() {
    const self = this;
    return (py.truth(self.sharp) ? null : new CentralDifferences(true));
  }
  along(problem, direction) {
    const self = this;
    let ends, held;
    ends = new Ends$numeric(problem, direction, self._h(problem, direction), undefined, self.sharp);
    if (!py.truth(ends.crossed)) {
      return ends.derivative;
    }
    held = others.replace(ends, py.dict([["pieces", problem.pieces]])).derivative;
    if (!py.truth(ends.crossed_on_kink)) {
      return held;
    }
    return new Derivative(np.nan, held.noise, py.call(Kink, [...both_sides(problem, direction, ends.h)], py.dict([["held", held.value]])));
  }
  choices(problem, direction) {
    const self = this;
    let ahead, behind, changes, here, high, low, on, own, turned;
    own = new Ends$numeric(problem, direction, self._h(problem, direction), problem.pieces, self.sharp);
    on = own.crossed_on_kink;
    if (py.truth(py.gt(py.len(on), self.many_kinks))) {
      return null;
    }
    turned = function (those) {
      return others.replace(own, py.dict([["pieces", other_side(problem.kinked, those)]])).derivative.value;
    };
    here = own.derivative.value;
    changes = np.array(py.map_over(on, (each) => py.sub(turned([each]), here)));
    [behind, ahead] = py.map_over(py.tuple_of(-1, 1), (sign) => _one_sided(problem, direction, py.mul(sign, own.h)));
    low = py.min(py.add(here, m.sum(py.item(changes, py.lt(changes, 0)))), turned(on), m.sum(np.minimum(behind, ahead)));
    high = py.max(py.add(here, m.sum(py.item(changes, py.gt(changes, 0)))), turned(on), m.sum(np.maximum(behind, ahead)));
    return py.tuple_of(py.float(low), py.float(high));
  }
  bend(problem, direction) {
    const self = this;
    let apart, h, narrow, noise, still, wide;
    h = self._h(problem, direction);
    [wide, narrow] = py.map_over(py.tuple_of(h, py.div(h, 16)), (each) => both_sides(problem, direction, each));
    noise = py.div(py.mul(py.mul(py.mul(16, 64), EPS), py.abs(py.float(py.bound(problem.here, "loss")))), h);
    [apart, still] = py.map_over(py.tuple_of(wide, narrow), ([behind, ahead]) => py.abs(py.sub(behind, ahead)));
    if (!py.truth(py.gt(still, py.max(py.div(apart, 2), noise, py.mul(self.tolerance, py.max(py.map(py.abs, wide))))))) {
      return null;
    }
    return py.call(Kink, [...wide], py.dict([["held", np.nan]]));
  }
  _h(problem, direction) {
    const self = this;
    let largest;
    largest = py.float(m.max(py.abs(py.item(problem.net.parameters, py.ne(direction, 0)))));
    return py.div(py.mul(py.div(py.bound(self, "step"), (py.truth(self.sharp) ? 4 : 1)), py.max(1, largest)), py.float(m.max(py.abs(direction))));
  }
}
py.attributes(CentralDifferences, { name: "central differences" });
py.attributes(CentralDifferences, { step: py.pow(EPS, py.div(1, 3)) });
py.attributes(CentralDifferences, { tolerance: 1e-06 });
py.attributes(CentralDifferences, { many_kinks: 64 });
py.dataclass(CentralDifferences, [["sharp", "", false]]);
function both_sides(problem, direction, h) {
  let ahead, behind;
  [behind, ahead] = py.map_over(py.tuple_of(-1, 1), (sign) => py.float(m.sum(_one_sided(problem, direction, py.mul(sign, h)))));
  return py.tuple_of(behind, ahead);
}
function _one_sided(problem, direction, h) {
  let half, here, jumps, quotients, small, wide;
  [here, [wide, half, small]] = py.tuple_of(_terms(problem, problem.net.parameters), py.tuple_of(h, py.div(h, 2), py.div(h, 64)));
  quotients = py.map_over(py.tuple_of(wide, half, small), (each) => py.div(py.sub(_terms(problem, py.add(problem.net.parameters, py.mul(each, direction))), here), each));
  jumps = py.and(py.gt(py.abs(py.item(quotients, 2)), py.mul(16, py.abs(py.item(quotients, 0)))), py.gt(py.abs(py.mul(py.item(quotients, 2), small)), py.mul(1e-09, np.maximum(1, py.abs(here)))));
  return np.where(jumps, np.copysign(np.inf, py.item(quotients, 2)), py.sub(py.mul(2, py.item(quotients, 1)), py.item(quotients, 0)));
}
function _terms(problem, parameters) {
  let fwd, points;
  fwd = problem.at(parameters);
  points = py.div(((py.bound(fwd, "weights") === null) ? fwd.losses : py.mul(py.bound(fwd, "weights"), fwd.losses)), py.len(fwd.losses));
  return np.append(points, py.sub(py.bound(fwd, "loss"), m.sum(points)));
}
const H = py.pow(EPS, py.div(1, 3));
const TOLERANCE = 1e-05;
function faulty_links(problem) {
  let fault, faults, fwd, net;
  net = problem.net;
  fwd = problem.at(net.parameters);
  faults = py.map_over(net.layers, (l) => fault, (l) => py.truth((fault = _activation_fault(l, py.item(net.f, l), fwd))));
  faults = py.iadd(faults, py.map_over(net.f.items(), ([l, f]) => fault, ([l, f]) => (py.isinstance(f, Learnt) && py.truth((fault = _alpha_fault(l, f, fwd))))));
  faults = py.iadd(faults, py.map_over(net.normalization, (l) => fault, (l) => py.truth((fault = _normalization_fault(l, py.item(net.normalization, l), fwd)))));
  faults = py.iadd(faults, py.map_over(py.tuple_of(_loss_fault(problem, fwd), _penalty_fault(problem)), (fault) => fault, (fault) => py.truth(fault)));
  if (!py.truth(faults)) {
    faults = ["each part's derivative is that of its function; the fault is in how they are put together"];
  }
  return py.tuple(faults);
}
function _activation_fault(l, f, fwd) {
  let A, Z, given, numeric, place, u, what;
  [Z, A] = py.tuple_of(fwd.into_f(l), py.item(py.bound(fwd, "A"), l));
  u = (py.isinstance(f, Elementwise) ? np.ones_like(Z) : np.random.default_rng(0).normal({ size: py.of_number(Z, "shape") }));
  given = f.dL_dZ(u, Z, A);
  numeric = _by_columns((values) => m.sum(py.mul(u, f.A(values)), { axis: -1 }), Z, _near(f.kinks, Z), given);
  place = _first_difference(given, numeric);
  if ((place === null)) {
    return "";
  }
  what = (py.isinstance(f, Elementwise) ? "f′" : "its product dA/dZ · u");
  return `layer ${py.str(l)}, ${py.str(f)}: at z = ${py.format(py.item(Z, place), `.6g`)} ${py.str(what)} is given as ${py.format(py.item(given, place), `.6g`)}; differences give ${py.format(py.item(numeric, place), `.6g`)}`;
}
function _alpha_fault(l, f, fwd) {
  let Z, alpha, at, given, numeric, place;
  [Z, alpha] = py.tuple_of(fwd.into_f(l), np.asarray(f.alpha));
  given = f.dA_dalpha(Z, py.item(py.bound(fwd, "A"), l));
  numeric = py.div(py.sub(f.at(py.add(alpha, H)).A(Z), f.at(py.sub(alpha, H)).A(Z)), py.mul(2, H));
  place = _first_difference(given, numeric);
  if ((place === null)) {
    return "";
  }
  at = `at z = ${py.format(py.item(Z, place), `.6g`)} and alpha = ${py.format(py.item(alpha, py.item(place, 1)), `.6g`)}`;
  return `layer ${py.str(l)}, ${py.str(f)}: ${py.str(at)} df/dalpha is given as ${py.format(py.item(given, place), `.6g`)}; differences give ${py.format(py.item(numeric, place), `.6g`)}`;
}
function _normalization_fault(l, part, fwd) {
  let Z, Z_hat, ahead, behind, given, index, moved, numeric, place, u, what;
  [Z, Z_hat] = py.tuple_of(py.item(fwd.Z, l), py.item(py.bound(fwd, "Z_hat"), l));
  u = np.random.default_rng(0).normal({ size: py.of_number(Z, "shape") });
  [given, numeric] = py.tuple_of(part.dL_dZ(u, Z_hat, py.item(part.moments(Z), 1)), np.empty_like(Z));
  for (index of np.ndindex(py.of_number(Z, "shape"))) {
    [ahead, behind] = py.tuple_of(m.copy(Z), m.copy(Z));
    py.setitem(ahead, index, py.iadd(py.item(ahead, index), H));
    py.setitem(behind, index, py.isub(py.item(behind, index), H));
    moved = py.sub(part.Z_hat(ahead, ...part.moments(ahead)), part.Z_hat(behind, ...part.moments(behind)));
    py.setitem(numeric, index, py.div(m.sum(py.mul(u, moved)), py.mul(2, H)));
  }
  place = _first_difference(given, numeric);
  if (((place === null) || (fwd.statistics === "running"))) {
    return "";
  }
  what = `its product dẐ/dZ · u is given as ${py.format(py.item(given, place), `.6g`)}`;
  return `layer ${py.str(l)}, ${py.str(part)}: at z = ${py.format(py.item(Z, place), `.6g`)} ${py.str(what)}; differences give ${py.format(py.item(numeric, place), `.6g`)}`;
}
function _loss_fault(problem, fwd) {
  let A, L, Y, at, direct, given, loss, name, near, numeric, place;
  [L, loss] = py.tuple_of(problem.net.L, py.bound(problem, "loss"));
  [A, Y] = py.tuple_of(py.item(py.bound(fwd, "A"), L), fwd.Y);
  direct = shortcut(py.item(problem.net.f, L), loss);
  if (py.truth(direct)) {
    given = direct.dL_dZ(A, Y);
    numeric = _by_columns((Z) => direct.L(Z, Y), fwd.into_f(L));
    name = `the shortcut ${py.str(direct)}`;
  } else {
    [given, name] = py.tuple_of(loss.dL_dA(A, Y), `loss ${py.str(loss)}`);
    near = (py.truth(loss.kinks) ? _near(loss.kinks, py.sub(A, Y)) : null);
    numeric = _by_columns((values) => loss.L(values, Y), A, near, given);
  }
  place = _first_difference(given, numeric);
  if ((place === null)) {
    return "";
  }
  at = `a = ${py.format(py.item(A, place), `.6g`)}, y = ${py.format(py.item(Y, py.tuple_of(py.item(place, 0), py.mod(py.item(place, 1), py.item(py.of_number(Y, "shape"), 1)))), `.6g`)}`;
  return `${py.str(name)}: at ${py.str(at)} its derivative is given as ${py.format(py.item(given, place), `.6g`)}; differences give ${py.format(py.item(numeric, place), `.6g`)}`;
}
function _penalty_fault(problem) {
  let W, ahead, behind, given, here, index, l, near, numeric, penalty, place, shown, step;
  penalty = problem.penalty;
  if ((penalty === null)) {
    return "";
  }
  for (l of problem.net.layers) {
    W = py.item(problem.net.W, l);
    [given, numeric, near] = py.tuple_of(penalty.dR_dW(W), np.empty_like(W), _near(penalty.kinks, W));
    for (index of np.ndindex(...py.of_number(W, "shape"))) {
      step = np.zeros_like(W);
      py.setitem(step, index, H);
      [behind, here, ahead] = py.map_over(py.tuple_of(py.sub(W, step), W, py.add(W, step)), (each) => np.asarray(penalty.R(each)));
      py.setitem(numeric, index, _slope(behind, here, ahead, py.item(near, index), py.item(given, index)));
    }
    place = _first_difference(given, numeric);
    if ((place !== null)) {
      shown = `at w = ${py.format(py.item(W, place), `.6g`)} in layer ${py.str(l)} its derivative is given as ${py.format(py.item(given, place), `.6g`)}`;
      return `penalty ${py.str(penalty)}: ${py.str(shown)}; differences give ${py.format(py.item(numeric, place), `.6g`)}`;
    }
  }
  return "";
}
function _by_columns(function$, at, near = null, given = null) {
  let here, j, numeric, step;
  [numeric, here] = py.tuple_of(np.empty_like(at), py.call(function$, [at]));
  near = ((near === null) ? np.zeros(py.of_number(at, "shape"), py.bool) : near);
  given = ((given === null) ? np.zeros_like(at) : given);
  for (j of py.range(py.item(py.of_number(at, "shape"), 1))) {
    step = np.zeros_like(at);
    py.setitem(step, py.tuple_of(py.slice(null, null, null), j), H);
    py.setitem(numeric, py.tuple_of(py.slice(null, null, null), j), _slope(py.call(function$, [py.sub(at, step)]), here, py.call(function$, [py.add(at, step)]), py.item(near, py.tuple_of(py.slice(null, null, null), j)), py.item(given, py.tuple_of(py.slice(null, null, null), j))));
  }
  return numeric;
}
function _slope(behind, here, ahead, near, given) {
  let sides;
  sides = py.tuple_of(py.div(py.sub(here, behind), H), py.div(py.sub(ahead, here), H));
  return np.where(near, np.clip(given, np.minimum(...sides), np.maximum(...sides)), py.div(py.sub(ahead, behind), py.mul(2, H)));
}
function _near(kinks, values) {
  let kink, near;
  near = np.zeros(py.of_number(values, "shape"), py.bool);
  for (kink of kinks) {
    near = py.ior(near, py.le(py.abs(py.sub(values, kink)), py.mul(2, H)));
  }
  return near;
}
function _first_difference(given, numeric) {
  let difference, place, usual;
  difference = np.where(np.isfinite(numeric), py.abs(py.sub(given, numeric)), 0);
  place = np.unravel_index(py.int(np.argmax(np.nan_to_num(difference, { nan: np.inf }))), py.of_number(difference, "shape"));
  usual = py.max(py.float(m.max(np.abs(py.item(numeric, np.isfinite(numeric))), { initial: 0 })), 1e-06);
  return (py.truth(py.le(py.item(difference, place), py.mul(TOLERANCE, usual))) ? null : py.tuple(py.map_over(place, (i) => py.int(i))));
}
function gradient_scale(net, fwd, grads) {
  let W, direct, l, learnt, scales, share, size;
  direct = shortcut(py.item(net.f, net.L), fwd.loss_function);
  share = ((py.bound(fwd, "weights") === null) ? np.full(py.tuple_of(py.len(fwd.Y), 1), py.div(1, py.len(fwd.Y))) : py.div(py.item(py.bound(fwd, "weights"), py.tuple_of(py.slice(null, null, null), null)), py.len(fwd.Y)));
  scales = py.dict([]);
  for (l of py.reversed(net.layers)) {
    learnt = [];
    if ((py.truth(py.eq(l, net.L)) && py.truth(direct))) {
      size = py.mul(share, py.add(py.abs(py.item(py.bound(fwd, "A"), l)), py.abs(fwd.Y)));
    } else {
      size = (py.truth(py.eq(l, net.L)) ? py.abs(py.item(py.bound(grads, "dL_dA"), l)) : py.matmul(size, py.of_number(py.abs(py.item(net.W, py.add(l, 1))), "T")));
      size = (py.contains(fwd.M, l) ? py.mul(py.abs(py.item(fwd.M, l)), size) : size);
      learnt = (py.contains(net.alpha, l) ? [_by_alpha(net, fwd, l, size)] : []);
      size = _within(net, fwd, l, size);
    }
    if (py.contains(net.normalization, l)) {
      learnt = [m.sum(py.mul(py.abs(py.item(py.bound(fwd, "Z_hat"), l)), size), { axis: 0 }), m.sum(size, { axis: 0 }), ...learnt];
      size = _through_normalization(net, fwd, l, py.mul(size, py.abs(py.item(net.gain, l))));
    }
    W = py.matmul(py.of_number(py.abs(fwd.taken(l)), "T"), size);
    if ((fwd.penalty !== null)) {
      W = py.add(W, py.abs(fwd.penalty.dR_dW(py.item(net.W, l))));
    }
    py.setitem(scales, l, [m.ravel(W), m.sum(size, { axis: 0 }), ...learnt]);
  }
  return np.concatenate(py.flat_map_over(net.layers, (l) => py.map_over(py.item(scales, l), (scale) => scale)));
}
function _through_normalization(net, fwd, l, size) {
  let Z_hat, mean, part, through_mean, variance;
  [part, [mean, variance]] = py.tuple_of(py.item(net.normalization, l), py.item(py.bound(fwd, "moments"), l));
  if (!py.truth(fwd.is_fixed(net, l))) {
    Z_hat = py.abs(py.item(py.bound(fwd, "Z_hat"), l));
    through_mean = m.mean(size, { axis: part.axis, keepdims: true });
    size = py.add(py.add(size, through_mean), py.mul(Z_hat, m.mean(py.mul(Z_hat, size), { axis: part.axis, keepdims: true })));
  }
  return py.mul(part.dL_dZ_fixed(size, variance), py.add(1, py.abs(part.dL_dZ_fixed(mean, variance))));
}
function _within(net, fwd, l, size) {
  let f;
  f = py.item(net.f, l);
  if (py.isinstance(f, Elementwise)) {
    return py.mul(np.maximum(py.abs(f.dA_dZ(fwd.into_f(l), py.item(py.bound(fwd, "A"), l))), 1), size);
  }
  return np.broadcast_to(m.sum(size, { axis: 1, keepdims: true }), py.of_number(size, "shape"));
}
function _by_alpha(net, fwd, l, size) {
  let A, V, f;
  [f, V, A] = py.tuple_of(py.item(net.f, l), fwd.into_f(l), py.item(py.bound(fwd, "A"), l));
  return m.sum(py.mul(np.maximum(py.abs(f.dA_dalpha(V, A)), py.add(py.abs(V), py.abs(A))), size), { axis: 0 });
}
function choose_method(net, fwd) {
  let f, l, loss, penalty, why, $0, $1;
  for (l of net.layers) {
    f = py.item(net.f, l);
    if (py.truth((why = (py.truth($0 = _declared(f)) ? $0 : _tried(f, py.bound(f, "A"), fwd.into_f(l)))))) {
      return py.tuple_of(new CentralDifferences(), `layer ${py.str(l)}: ${py.str(why)}`);
    }
    if ((py.isinstance(f, Learnt) && py.truth((why = _tried(f, _by_alpha$smoothness(f, fwd.into_f(l)), py.item(net.alpha, l)))))) {
      return py.tuple_of(new CentralDifferences(), `layer ${py.str(l)}: ${py.str(why)} in alpha`);
    }
  }
  [loss, penalty] = py.tuple_of(fwd.loss_function, fwd.penalty);
  if (py.truth((why = (py.truth($1 = _declared(loss)) ? $1 : _tried(loss, (A) => loss.L(A, fwd.Y), py.item(py.bound(fwd, "A"), net.L)))))) {
    return py.tuple_of(new CentralDifferences(), why);
  }
  if (((penalty !== null) && py.truth((why = _declared(penalty))))) {
    return py.tuple_of(new CentralDifferences(), why);
  }
  return py.tuple_of(new ComplexStep(), "every part is smooth");
}
function _by_alpha$smoothness(f, V) {
  return (alpha) => f.at(alpha).A(V);
}
function _declared(part) {
  if (py.truth(part.kinks)) {
    return `${py.str(part.name)} has a kink`;
  }
  return (py.truth(part.complex_step) ? "" : `${py.str(part.name)} does not follow a complex step`);
}
function _tried(part, function$, at) {
  let complex_step, difference, h;
  if (py.all(py.map_over(py.tuple_of(part, ..._inside$smoothness(part)), (each) => py.contains(CATALOGUE.get(each.kind, py.dict([])).values(), py.type(each))))) {
    return "";
  }
  h = py.pow(EPS, py.div(1, 3));
  try {
    others.simplefilter("ignore");
    complex_step = py.div(np.imag(py.call(function$, [py.add(at, py.complex(0.0, 1e-20))])), 1e-20);
    difference = py.div(py.sub(py.call(function$, [py.add(at, h)]), py.call(function$, [py.sub(at, h)])), py.mul(2, h));
  } catch ($caught) {
    if ($caught instanceof py.TypeError || $caught instanceof py.ValueError) {
      return `${py.str(part.name)} does not take complex numbers`;
    } else throw $caught;
  }
  if (py.truth(np.allclose(complex_step, difference, { rtol: 0.0001, atol: 1e-06, equal_nan: true }))) {
    return "";
  }
  return `${py.str(part.name)} does not follow a complex step`;
}
function _inside$smoothness(part) {
  let value;
  return py.map_over(others.fields(part), (own) => value, (own) => py.isinstance((value = py.getattr(part, own.name)), Part));
}
const ROUNDING = py.mul(16, EPS);
const ENTRY = 10;
const AT_KINK = CentralDifferences.tolerance;
function check_pass(net, fwd, entries, seed = 0) {
  let X, Y, double, notes, rest;
  [double, notes] = _in_double(net);
  if (py.truth(notes)) {
    [X, Y, rest] = py.tuple_of(m.astype(py.item(py.bound(fwd, "A"), 0), np.float64), m.astype(fwd.Y, np.float64), py.tuple_of(fwd.penalty, fwd.M, fwd.statistics));
    fwd = traced_forward(double, X, Y, fwd.loss_function, py.bound(fwd, "weights"), ...rest);
  }
  return _compared(double, fwd, entries, seed, notes);
}
function _in_double(net) {
  let double;
  if (py.truth(py.eq(py.of_number(net, "dtype"), np.float64))) {
    return py.tuple_of(net, py.tuple_of());
  }
  double = net.with_parameters(m.astype(net.parameters, np.float64));
  return py.tuple_of(double, py.tuple_of(`the network is ${py.str(py.of_number(net, "dtype"))}; it was checked in float64`));
}
function _compared(net, fwd, entries, seed, notes) {
  let arrays, because, comparison, directional, grads, method, noise, problem, rng;
  grads = back_propagate(net, fwd);
  [method, because] = choose_method(net, fwd);
  problem = new Problem(net, py.item(py.bound(fwd, "A"), 0), fwd.Y, fwd.loss_function, py.bound(fwd, "weights"), fwd.penalty, fwd.M, fwd.statistics);
  noise = py.mul(ROUNDING, gradient_scale(net, fwd, grads));
  rng = np.random.default_rng(seed);
  comparison = new _Comparison(problem, method, py.bound(grads, "flat"), noise);
  arrays = py.tuple(py.map_over(_arrays(net), ([l, name, start, shape]) => comparison.array(l, name, start, shape, entries, rng)));
  directional = comparison.direction(rng, arrays);
  return _verdict(comparison, because, arrays, directional, notes);
}
class _Comparison extends py.Object {
  array(l, name, start, shape, entries, rng) {
    const self = this;
    let allowed, at_kink, both, chosen, error, errors, found, given, looked_at, noise, numeric, places, right, size, told, worst, $0;
    size = py.int(np.prod(shape));
    chosen = py.add(start, np.sort(rng.choice(size, py.min(entries, size), { replace: false })));
    found = py.map_over(chosen, (index) => self.entry(py.int(index)));
    told = np.array(py.map_over(found, (each) => !py.truth(each.untold)));
    [given, numeric, noise] = py.map_over(py.tuple_of("given", "numeric", "noise"), (name) => np.array(py.map_over(found, (each) => py.getattr(each, name))));
    places = py.map_over(py.sub(chosen, start), (index) => py.tuple(py.map_over(np.unravel_index(index, shape), (i) => py.int(i))));
    [allowed, at_kink] = py.tuple_of(py.mul(ENTRY, self.method.tolerance), py.int(m.sum(py.invert(told))));
    if (!py.truth(m.any(told))) {
      looked_at = py.tuple(py.map_over(py.zip(found, places), ([each, place]) => each.checked(place, true)));
      return new ArrayCheck(l, name, size, 0, at_kink, 0, 0, null, np.nan, np.nan, looked_at);
    }
    errors = np.zeros(py.len(found));
    py.setitem(errors, told, _entry_errors(py.item(given, told), py.item(numeric, told), py.item(noise, told), allowed));
    both = py.zip(found, places, py.le(errors, allowed));
    error = _error(py.item(given, told), py.item(numeric, told), py.item(noise, told), self.method.tolerance);
    worst = py.int(np.argmax(np.where(told, errors, -1)));
    right = (py.truth($0 = py.le(error, self.method.tolerance)) ? py.le(py.item(errors, worst), allowed) : $0);
    return new ArrayCheck(l, name, size, py.int(m.sum(told)), at_kink, error, py.float(py.item(errors, worst)), new Where(l, name, py.item(places, worst)), py.float(py.item(given, worst)), py.float(py.item(numeric, worst)), py.tuple(py.map_over(both, ([each, place, fine]) => each.checked(place, py.bool(fine)))), (py.truth(right) ? "agrees" : "differs"));
  }
  entry(index) {
    const self = this;
    return self._along(_unit(py.len(self.given), index), py.float(py.item(self.given, index)), py.float(py.item(self.noise, index)));
  }
  direction(rng, arrays) {
    const self = this;
    let error, found, given, v;
    v = py.mul(rng.normal({ size: py.len(self.given) }), self._smooth(arrays));
    if (!py.truth(m.any(v))) {
      return new DirectionalCheck(0, 0, np.nan, true);
    }
    v = py.idiv(v, np.linalg.norm(v));
    given = py.float(py.matmul(self.given, np.where(py.eq(v, 0), 0, v)));
    found = self._along(v, given, py.float(py.matmul(self.noise, py.abs(v))));
    if (py.truth(found.untold)) {
      return new DirectionalCheck(0, given, np.nan, true);
    }
    error = _error(np.array([given]), np.array([found.numeric]), np.array([found.noise]), self.method.tolerance);
    return new DirectionalCheck(error, given, found.numeric, false);
  }
  _smooth(arrays) {
    const self = this;
    let _, each, entry, shape, smooth, start;
    smooth = np.ones(py.len(self.given));
    for ([each, [, , start, shape]] of py.zip(arrays, _arrays(self.problem.net))) {
      for (entry of each.entries) {
        if ((entry.verdict === "cannot be told")) {
          py.setitem(smooth, py.add(start, py.int(np.ravel_multi_index(entry.index, shape))), 0);
        }
      }
    }
    return smooth;
  }
  _along(v, given, noise) {
    const self = this;
    let again, found, sharper;
    [found, sharper] = py.tuple_of(self._judged(self.method, v, given, noise), self.method.sharper);
    if ((py.truth(found.confirmed) || (sharper === null))) {
      return found;
    }
    again = self._judged(sharper, v, given, noise);
    return ((py.truth(again.confirmed) && py.truth(py.le(again.gap, py.div(found.gap, 4)))) ? again : found);
  }
  _judged(method, v, given, noise) {
    const self = this;
    let confirmed, found, kink, numeric;
    found = method.along(self.problem, v);
    [noise, kink, numeric] = py.tuple_of(py.add(noise, found.noise), found.kink, found.value);
    confirmed = _close(given, numeric, noise, method.tolerance);
    if (((kink === null) && !py.truth(confirmed))) {
      kink = method.bend(self.problem, v);
    }
    if ((kink === null)) {
      return new _Found(given, numeric, noise, null, confirmed, py.abs(py.sub(given, numeric)));
    }
    numeric = self._nearest(method, given, kink, v, noise);
    confirmed = _close(given, numeric, noise, AT_KINK);
    return new _Found(given, (py.truth(confirmed) ? np.nan : numeric), noise, kink, confirmed, py.abs(py.sub(given, numeric)));
  }
  _nearest(method, given, kink, v, noise) {
    const self = this;
    let choices;
    if (!py.truth(np.isfinite(given))) {
      return kink.held;
    }
    if (py.truth(_close(given, kink.held, noise, AT_KINK))) {
      return given;
    }
    choices = method.choices(self.problem, v);
    return (((choices === null) || py.truth(m.any(np.isnan(choices)))) ? given : py.float(np.clip(given, ...choices)));
  }
}
py.dataclass(_Comparison, [["problem", ""], ["method", ""], ["given", ""], ["noise", ""]]);
class _Found extends py.Object {
  get untold() {
    const self = this;
    let $0;
    return (py.truth($0 = (self.kink !== null)) ? self.confirmed : $0);
  }
  checked(index, right) {
    const self = this;
    let sides, verdict;
    verdict = (py.truth(self.untold) ? "cannot be told" : (py.truth(right) ? "agrees" : "differs"));
    sides = ((self.kink === null) ? py.tuple_of(np.nan, np.nan) : py.tuple_of(self.kink.behind, self.kink.ahead));
    return new EntryCheck(index, self.given, self.numeric, verdict, ...sides);
  }
}
py.dataclass(_Found, [["given", ""], ["numeric", ""], ["noise", ""], ["kink", ""], ["confirmed", ""], ["gap", ""]]);
function _verdict(comparison, because, arrays, directional, notes) {
  let agree, allowed, compared, worst, $0;
  allowed = comparison.method.tolerance;
  agree = (py.truth($0 = py.le(directional.error, allowed)) ? !py.any(py.map_over(arrays, (each) => (each.verdict === "differs"))) : $0);
  compared = py.any(py.map_over(arrays, (each) => each.checked));
  worst = py.max(arrays, { key: (each) => py.tuple_of(each.error, each.entry_error) });
  return new GradientCheck((!py.truth(agree) ? "differs" : (py.truth(compared) ? "agrees" : "cannot be told")), py.max(worst.error, directional.error), allowed, worst.worst, comparison.method.name, because, arrays, directional, (py.truth(agree) ? py.tuple_of() : faulty_links(comparison.problem)), notes);
}
function _arrays(net) {
  return py.map_over(py.zip(net.starts, net.arrays), ([start, [l, name, view]]) => py.tuple_of(l, name, py.int(start), py.of_number(view, "shape")));
}
function _unit(size, index) {
  let direction;
  direction = np.zeros(size);
  py.setitem(direction, index, 1);
  return direction;
}
function _close(given, numeric, noise, tolerance) {
  return py.le(py.abs(py.sub(given, numeric)), py.max(py.mul(tolerance, py.max(py.abs(given), py.abs(numeric))), noise));
}
function _error(given, numeric, noise, tolerance) {
  let difference, error, size;
  difference = np.linalg.norm(py.sub(given, numeric));
  if (py.truth(py.eq(difference, 0))) {
    return 0;
  }
  size = py.max(np.linalg.norm(given), np.linalg.norm(numeric), py.div(np.linalg.norm(noise), tolerance));
  error = py.float(py.div(difference, size));
  return (py.truth(np.isfinite(error)) ? error : np.inf);
}
function _entry_errors(given, numeric, noise, tolerance) {
  let difference, errors, size, usual;
  difference = py.abs(py.sub(given, numeric));
  usual = np.sqrt(np.mean(py.pow(given, 2)));
  size = np.maximum.reduce([py.abs(given), py.abs(numeric), np.full(py.len(given), usual), py.div(noise, tolerance)]);
  errors = np.divide(difference, size, { out: np.zeros_like(difference), where: py.ne(difference, 0) });
  return np.where(np.isnan(errors), np.inf, errors);
}
const Layout = ["denominator", "numerator"];
function in_layout(jacobian, layout) {
  if (!py.contains(others.get_args(Layout), layout)) {
    throw new py.ValueError(`unknown layout ${py.repr(layout)}${py.str(nearest(py.str(layout), py.list(others.get_args(Layout))))}`);
  }
  return ((layout === "denominator") ? jacobian : py.of_number(jacobian, "T"));
}
class Links extends py.Object {
  column(values) {
    const self = this;
    return py.item(py.item(values, self.point), py.tuple_of(py.slice(null, null, null), null));
  }
  dL_dA() {
    const self = this;
    let L;
    L = self.net.L;
    return self._in_layout(self.column(self.fwd.loss_function.dL_dA(py.item(py.bound(self.fwd, "A"), L), self.fwd.Y)));
  }
  dA_dZ(l) {
    const self = this;
    let one;
    one = new Links(self.net, self.fwd, self.point);
    return self._in_layout(one._through_normalization(l, one.dA_dV(l)));
  }
  dA_dV(l) {
    const self = this;
    return self._in_layout(py.item(self.net.f, l).jacobian(py.item(self.fwd.into_f(l), self.point), py.item(py.item(py.bound(self.fwd, "A"), l), self.point)));
  }
  dA_dalpha(l) {
    const self = this;
    let f;
    f = py.item(self.net.f, l);
    if (!py.isinstance(f, Learnt)) {
      throw new py.KeyError(`alpha[${py.str(l)}]: ${py.str(f)} has no trainable parameter`);
    }
    return self._in_layout(np.diag(py.item(f.dA_dalpha(self.fwd.into_f(l), py.item(py.bound(self.fwd, "A"), l)), self.point)));
  }
  dV_dZ_hat(l) {
    const self = this;
    return self._in_layout(np.diag(py.item(self.net.gain, l)));
  }
  dZ_hat_dZ(l) {
    const self = this;
    let _, part, variance;
    [part, [, variance]] = py.tuple_of(py.item(self.net.normalization, l), py.item(py.bound(self.fwd, "moments"), l));
    if (py.truth(self.fwd.is_fixed(self.net, l))) {
      return self._in_layout(np.diag(part.dL_dZ_fixed(np.ones_like(py.item(variance, 0)), py.item(variance, 0))));
    }
    if (py.truth(py.eq(part.axis, 0))) {
      throw new py.ValueError(`layer ${py.str(l)}: ${py.str(part)} of a batch makes a point depend on the others; see dZ_hat_dZ_of_unit(${py.str(l)}, j)`);
    }
    return self._in_layout(part.jacobian(py.item(py.item(py.bound(self.fwd, "Z_hat"), l), self.point), py.item(variance, py.tuple_of(self.point, 0))));
  }
  dA_taken_dA(l) {
    const self = this;
    let factors;
    factors = (py.contains(self.fwd.M, l) ? py.item(py.item(self.fwd.M, l), self.point) : np.ones(py.item(self.net.widths, l)));
    return self._in_layout(np.diag(factors));
  }
  dZ_dA(l) {
    const self = this;
    return self._in_layout(py.item(self.net.W, l));
  }
  dZ_dW(l) {
    const self = this;
    return self._in_layout(self.column(self.fwd.taken(l)));
  }
  dL_dZ(l, long_way = true) {
    const self = this;
    let dL_dA, dL_dV, dL_dZ, direct, fwd, k, net, one;
    [net, fwd] = py.tuple_of(self.net, self.fwd);
    direct = (py.truth(long_way) ? null : shortcut(py.item(net.f, net.L), fwd.loss_function));
    one = new Links(net, fwd, self.point);
    dL_dV = (py.truth(direct) ? self.column(direct.dL_dZ(py.item(py.bound(fwd, "A"), net.L), fwd.Y)) : py.matmul(one.dA_dV(net.L), one.dL_dA()));
    dL_dZ = one._through_normalization(net.L, dL_dV);
    for (k of py.range(py.sub(net.L, 1), py.sub(l, 1), -1)) {
      dL_dA = py.matmul(one.dZ_dA(py.add(k, 1)), dL_dZ);
      if (py.contains(fwd.M, k)) {
        dL_dA = py.matmul(one.dA_taken_dA(k), dL_dA);
      }
      dL_dZ = py.matmul(one.dA_dZ(k), dL_dA);
    }
    return self._in_layout(dL_dZ);
  }
  _through_normalization(l, dV) {
    const self = this;
    return (py.contains(self.net.normalization, l) ? py.matmul(py.matmul(self.dZ_hat_dZ(l), self.dV_dZ_hat(l)), dV) : dV);
  }
  dL_dW(l, long_way = true) {
    const self = this;
    let one;
    one = new Links(self.net, self.fwd, self.point);
    return self._in_layout(py.matmul(one.dZ_dW(l), py.of_number(one.dL_dZ(l, long_way), "T")));
  }
  _in_layout(jacobian) {
    const self = this;
    return in_layout(jacobian, self.layout);
  }
}
py.dataclass(Links, [["net", ""], ["fwd", ""], ["point", "", 0], ["layout", "", "denominator"]]);
class Letter extends py.Object {
}
py.dataclass(Letter, [["plain", ""], ["latex", ""], ["small", "", null], ["shift", "", 0]]);
class Notation extends py.Object {
}
py.dataclass(Notation, [["name", ""], ["title", ""], ["about", ""], ["letters", ""], ["general", "", "l"], ["first_layer", "", 1], ["out_in", "", false], ["from_zero", "", false]]);
const _WIDTHS_MN = py.dict([["m", new Letter("mˡ", "m^{l}")], ["n", new Letter("nˡ", "n^{l}")]]);
const _NOTES = py.dict([["W", new Letter("Wˡ", "W^{l}", py.tuple_of("wˡ", "w^{l}"))], ["W0", new Letter("W₀ˡ", "W_0^{l}", py.tuple_of("w₀ˡ", "w_0^{l}"))], ["Z", new Letter("Zˡ", "Z^{l}", py.tuple_of("zˡ", "z^{l}"))], ["A", new Letter("Aˡ", "A^{l}", py.tuple_of("aˡ", "a^{l}"))], ["Z_hat", new Letter("Ẑˡ", "\\hat{Z}^{l}", py.tuple_of("ẑˡ", "\\hat{z}^{l}"))], ["V", new Letter("Vˡ", "V^{l}", py.tuple_of("vˡ", "v^{l}"))], ["A_taken", new Letter("Ãˡ", "\\tilde{A}^{l}", py.tuple_of("ãˡ", "\\tilde{a}^{l}"))], ["mean", new Letter("μˡ", "\\mu^{l}")], ["variance", new Letter("(σˡ)²", "(\\sigma^{l})^2")], ["kept", new Letter("Mˡ", "M^{l}")], ["gain", new Letter("gainˡ", "\\mathrm{gain}^{l}")], ["shift", new Letter("shiftˡ", "\\mathrm{shift}^{l}")], ["alpha", new Letter("αˡ", "\\alpha^{l}")], ["X", new Letter("x", "x")], ["Y", new Letter("y", "y")], ["L", new Letter("L", "\\mathcal{L}")], ["R", new Letter("R", "R")], ["eta", new Letter("η", "\\eta")]]);
const NOTATIONS = py.dict(py.map_over(py.tuple_of(new Notation("mn", "the notes'", "Wˡ is mˡ × nˡ, vectors are columns, layers count 1..L", py.or(_NOTES, _WIDTHS_MN)), new Notation("dd", "the course's newer", "Wˡ is dₗ₋₁ × dₗ, vectors are columns, layers count 1..L; dₗ is the width of layer l, d₀ the input's", py.or(_NOTES, py.dict([["m", new Letter("dₗ", "d_{l}", undefined, -1)], ["n", new Letter("dₗ", "d_{l}")]]))), new Notation("nielsen", "Nielsen's", "wˡ has a row for each unit of layer l, so zˡ = wˡ aˡ⁻¹ + bˡ; δˡ is ∂C/∂zˡ; layer 1 is the input", py.dict([["W", new Letter("wˡ", "w^{l}")], ["W0", new Letter("bˡ", "b^{l}")], ["Z", new Letter("zˡ", "z^{l}")], ["A", new Letter("aˡ", "a^{l}")], ["Z_hat", new Letter("ẑˡ", "\\hat{z}^{l}")], ["V", new Letter("vˡ", "v^{l}")], ["A_taken", new Letter("ãˡ", "\\tilde{a}^{l}")], ["mean", new Letter("μˡ", "\\mu^{l}")], ["variance", new Letter("(σˡ)²", "(\\sigma^{l})^2")], ["kept", new Letter("mˡ", "m^{l}")], ["gain", new Letter("γˡ", "\\gamma^{l}")], ["shift", new Letter("βˡ", "\\beta^{l}")], ["alpha", new Letter("αˡ", "\\alpha^{l}")], ["X", new Letter("x", "x")], ["Y", new Letter("y", "y")], ["L", new Letter("C", "C")], ["R", new Letter("R", "R")], ["eta", new Letter("η", "\\eta")], ["dL_dZ", new Letter("δˡ", "\\delta^{l}")], ["m", new Letter("nₗ", "n_{l}", undefined, -1)], ["n", new Letter("nₗ", "n_{l}")]]), undefined, 2, true), new Notation("pytorch", "PyTorch's names", "weight is out_features × in_features; what backward() leaves in .grad has its tensor's shape. PyTorch keeps points in rows, z = h @ weight.T + bias; here they stand as columns", py.dict([["W", new Letter("layer#.weight", "\\mathtt{layer{l}.weight}")], ["W0", new Letter("layer#.bias", "\\mathtt{layer{l}.bias}")], ["Z", new Letter("z#", "\\mathtt{z{l}}")], ["A", new Letter("h#", "\\mathtt{h{l}}")], ["Z_hat", new Letter("z_hat#", "\\mathtt{z\\_hat{l}}")], ["V", new Letter("v#", "\\mathtt{v{l}}")], ["A_taken", new Letter("dropped#", "\\mathtt{dropped{l}}")], ["mean", new Letter("mean#", "\\mathtt{mean{l}}")], ["variance", new Letter("var#", "\\mathtt{var{l}}")], ["kept", new Letter("mask#", "\\mathtt{mask{l}}")], ["gain", new Letter("norm#.weight", "\\mathtt{norm{l}.weight}")], ["shift", new Letter("norm#.bias", "\\mathtt{norm{l}.bias}")], ["alpha", new Letter("act#.weight", "\\mathtt{act{l}.weight}")], ["X", new Letter("x", "\\mathtt{x}")], ["Y", new Letter("y", "\\mathtt{y}")], ["L", new Letter("loss", "\\mathtt{loss}")], ["R", new Letter("penalty", "\\mathtt{penalty}")], ["eta", new Letter("lr", "\\mathtt{lr}")], ["dL_dW", new Letter("layer#.weight.grad", "\\mathtt{layer{l}.weight.grad}")], ["dL_dW0", new Letter("layer#.bias.grad", "\\mathtt{layer{l}.bias.grad}")], ["dL_dZ", new Letter("z#.grad", "\\mathtt{z{l}.grad}")], ["dL_dA", new Letter("h#.grad", "\\mathtt{h{l}.grad}")], ["m", new Letter("in", "\\mathtt{in}")], ["n", new Letter("out", "\\mathtt{out}")]]), "N", undefined, true, true)), (notation) => [notation.name, notation]));
const MEANINGS = py.dict([["X", py.tuple_of("the input, which is A of layer 0", "m 1")], ["Z", py.tuple_of("pre-activations of layer l", "n 1")], ["A", py.tuple_of("activations of layer l", "n 1")], ["W", py.tuple_of("weights of layer l", "m n")], ["W0", py.tuple_of("biases (offsets) of layer l", "n 1")], ["Y", py.tuple_of("the target", "n 1")], ["L", py.tuple_of("the loss", "")], ["R", py.tuple_of("the penalty", "")], ["eta", py.tuple_of("the step size, at step t", "")], ["dL_dA", py.tuple_of("how the loss changes with the activations", "n 1")], ["dL_dZ", py.tuple_of("how the loss changes with the pre-activations: all links after layer l in one (Notation 11)", "n 1")], ["dA_dZ", py.tuple_of("the link within layer l", "n n")], ["dZ_dA", py.tuple_of("the link from layer l to the layer before it", "m n")], ["dZ_dW", py.tuple_of("the link to the weights, written short", "m 1")], ["dL_dW", py.tuple_of("the weight gradient", "m n")], ["dL_dW0", py.tuple_of("the bias gradient", "n 1")]]);
function notation_called(given) {
  if (!py.contains(NOTATIONS, given)) {
    throw new py.ValueError(`unknown notation ${py.repr(given)}${py.str(nearest(py.str(given), py.list(NOTATIONS)))}`);
  }
  return py.item(NOTATIONS, given);
}
const _RAISED = py.str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻");
const _LOWERED = py.str.maketrans("0123456789-hijkmnoprstuv", "₀₁₂₃₄₅₆₇₈₉₋ₕᵢⱼₖₘₙₒₚᵣₛₜᵤᵥ");
class Written extends py.Object {
  get one_line() {
    const self = this;
    let $0;
    return (py.truth($0 = self.inline) ? $0 : self.latex);
  }
  __add__(other) {
    const self = this;
    return new Written(`${py.str(self.plain)} ${py.str(other.plain)}`, `${py.str(self.latex)} ${py.str(other.latex)}`);
  }
}
py.dataclass(Written, [["plain", ""], ["latex", ""], ["inline", "", ""], ["parts", "", null]]);
function raised(number) {
  return m.translate(py.str(number), _RAISED);
}
function lowered(number) {
  return m.translate(py.str(number), _LOWERED);
}
class Symbols extends py.Object {
  of(name, l = 0, transposed = false) {
    const self = this;
    let whole;
    whole = self.letter(name, l);
    if ((whole === null)) {
      whole = self._fraction(name, l);
    }
    return ((py.truth(transposed) && !py.truth(self.scalar)) ? transpose(whole) : whole);
  }
  letter(name, l = 0) {
    const self = this;
    let letter;
    letter = self.notation.letters.get(name);
    if (((letter === null) || ((self.point !== null) && py.truth(m.startswith(name, "dL_d"))))) {
      return null;
    }
    return ((name === "L") ? self._of_point(letter) : self._lettered(letter, l));
  }
  _fraction(name, l) {
    const self = this;
    return self._over(self.parts(name, l), self.holds(name, l));
  }
  _over(parts, held) {
    let bottom, inline, latex, plain, top;
    [top, bottom] = parts;
    [plain, inline] = py.tuple_of(`${py.str(top.plain)}/${py.str(bottom.plain)}`, `${py.str(top.latex)} / ${py.str(bottom.latex)}`);
    latex = `\\frac{${py.str(top.latex)}}{${py.str(bottom.latex)}}`;
    if (py.truth(held)) {
      [plain, inline, latex] = py.tuple_of(py.add(plain, HELD.plain), py.add(inline, HELD.latex), `\\left.${py.str(latex)}\\right${py.str(HELD.latex)}`);
      bottom = new Written(py.add(bottom.plain, HELD.plain), bottom.latex);
    }
    return new Written(plain, latex, inline, py.tuple_of(top, bottom));
  }
  _of_point(letter) {
    const self = this;
    let counted, whole;
    whole = self._lettered(letter, 0);
    if ((self.point === null)) {
      return whole;
    }
    if (py.truth(self.notation.from_zero)) {
      counted = (py.isinstance(self.point, py.str) ? self.point : py.sub(self.point, 1));
      return new Written(`${py.str(whole.plain)}[${py.str(counted)}]`, `${py.str(whole.latex)}[${py.str(counted)}]`);
    }
    return new Written(`${py.str(whole.plain)}${py.str(lowered(self.point))}`, `${py.str(whole.latex)}_{${py.str(self.point)}}`);
  }
  by_entry(name, l, indices) {
    const self = this;
    let bottom, top;
    [top, bottom] = py.tuple_of(_partial(self.of("L")), _partial(self.entry(name, l, indices)));
    return self._over(py.tuple_of(top, bottom), self.holds(`dL_d${py.str(name)}`, l));
  }
  entry(name, l, indices) {
    const self = this;
    let base, below, comma, counted, inside, letter, ordered, small, whole, $0, $1;
    ordered = (((name === "W") && py.truth(self.notation.out_in)) ? py.list(py.reversed(indices)) : py.list(indices));
    letter = py.item(self.notation.letters, name);
    if (py.truth(self.notation.from_zero)) {
      counted = m.join(", ", py.map_over(ordered, (index) => (py.isinstance(index, py.str) ? index : py.str(py.sub(index, 1)))));
      whole = self._lettered(letter, l);
      return new Written(`${py.str(whole.plain)}[${py.str(counted)}]`, `${py.str(whole.latex)}_{[${py.str(counted)}]}`);
    }
    small = (py.truth($0 = letter.small) ? $0 : py.tuple_of(letter.plain, letter.latex));
    base = self._lettered(py.call(Letter, [...small], py.dict([["shift", letter.shift]])), l);
    comma = (py.any(py.map_over(ordered, (index) => (py.truth($1 = py.isinstance(index, py.int)) ? py.gt(index, 9) : $1))) ? "," : "");
    [below, inside] = py.tuple_of(m.join(comma, py.map(lowered, ordered)), m.join(comma, py.map(py.str, ordered)));
    if (py.contains(base.latex, "_0")) {
      return new Written(py.add(py.add(base.plain, comma), below), m.replace(base.latex, "_0", `_{0,${py.str(inside)}}`));
    }
    return new Written(py.add(base.plain, below), `${py.str(base.latex)}_{${py.str(inside)}}`);
  }
  _lettered(letter, l) {
    const self = this;
    let latex, number, plain;
    number = py.sub(py.add(py.add(l, letter.shift), self.notation.first_layer), 1);
    [plain, latex] = ((py.truth(self.scalar) && py.truth(letter.small)) ? letter.small : py.tuple_of(letter.plain, letter.latex));
    plain = m.replace(m.replace(m.replace(plain, "ˡ", raised(number)), "ₗ", lowered(number)), "#", py.str(number));
    return new Written(plain, m.replace(m.replace(latex, "^{l}", `^{${py.str(number)}}`), "{l}", `{${py.str(number)}}`));
  }
  table() {
    const self = this;
    let meaning, name, rows, shape, sides, width, $0;
    rows = [];
    for ([name, [meaning, shape]] of MEANINGS.items()) {
      width = ((name === "X") ? self.of("m", 1).plain : "");
      sides = py.map_over(m.split(shape), (side) => ((side !== "1") ? (py.truth($0 = width) ? $0 : self.general(side).plain) : side));
      if ((py.contains(py.set(["W", "dL_dW"]), name) && py.truth(self.notation.out_in))) {
        m.reverse(sides);
      }
      m.append(rows, py.tuple_of(name, self.general(name), m.join(" × ", sides), meaning));
    }
    return rows;
  }
  parts(name, l) {
    const self = this;
    let below, bottom, top;
    [top, bottom] = m.split(m.removeprefix(name, "d"), "_d");
    below = (py.truth(m.startswith(name, "dZ_dA")) ? py.sub(l, 1) : l);
    return py.tuple_of(_partial(self.of(top, l)), _partial(self.of(bottom, below)));
  }
  holds(name, l) {
    const self = this;
    let first;
    if (!py.truth(m.startswith(name, "dL_d"))) {
      return (py.contains(py.set(["dZ_hat_dZ", "dA_dZ"]), name) && py.contains(self.held, l));
    }
    first = (py.contains(py.set(["dL_dZ", "dL_dW", "dL_dW0"]), name) ? l : py.add(l, 1));
    return ((self.point !== null) && py.any(py.map_over(self.held, (k) => py.le(first, k))));
  }
  general(name) {
    const self = this;
    let digits, here, inline, inside, l, latex, number, plain, sign, signs, whole;
    [number, l] = py.tuple_of(7070, py.bound(self.notation, "general"));
    whole = self.of(name, py.add(py.sub(number, self.notation.first_layer), 1));
    [plain, latex, inline] = py.tuple_of(whole.plain, whole.latex, whole.inline);
    for ([here, signs, inside] of py.tuple_of(py.tuple_of(number, py.tuple_of("ˡ", "ₗ", l), l), py.tuple_of(py.sub(number, 1), py.tuple_of("ˡ⁻¹", "ₗ₋₁", `(${py.str(l)}−1)`), `${py.str(l)}-1`))) {
      for ([digits, sign] of py.zip(py.tuple_of(raised(here), lowered(here), py.str(here)), signs)) {
        plain = m.replace(plain, digits, sign);
      }
      [latex, inline] = py.map_over(py.tuple_of(latex, inline), (each) => m.replace(each, py.str(here), inside));
    }
    return new Written(plain, latex, inline);
  }
}
py.dataclass(Symbols, [["notation", "", py.item(NOTATIONS, "mn")], ["scalar", "", false], ["point", "", null], ["held", "", py.tuple_of()]]);
const HELD = new Written("|μσ²", "|_{\\mu,\\sigma^2}");
function _partial(of) {
  return new Written(`∂${py.str(of.plain)}`, `\\partial ${py.str(of.latex)}`);
}
function transpose(written) {
  let plain;
  plain = (py.truth(py.eq(py.len(written.plain), 1)) ? `${py.str(written.plain)}ᵀ` : `(${py.str(written.plain)})ᵀ`);
  return new Written(plain, `\\left(${py.str(written.latex)}\\right)^{T}`, `(${py.str(written.one_line)})^{T}`);
}
function shape_of(shape) {
  return m.join(" × ", py.map(py.str, shape));
}
function upright(name) {
  return m.replace(name, "_", "\\_");
}
const EVERY_DIGIT = 17;
function number(value, digits = 4) {
  return to_decimals(value, digits, digits);
}
function to_decimals(value, decimals, digits) {
  let $0;
  if ((!py.truth(math.isfinite(value)) || (py.truth(py.eq(value, py.int(value))) && py.truth(py.lt(py.abs(value), py.pow(10, 6)))))) {
    return `${py.format(py.add(value, 0), `g`)}`;
  }
  if (py.truth(py.ge(digits, EVERY_DIGIT))) {
    return py.repr_float(value);
  }
  if (py.truth((py.le(py.pow(10, py.neg(decimals)), ($0 = py.abs(value))) && py.lt($0, py.pow(10, 6))))) {
    return `${py.format(value, `.${py.str(decimals)}f`)}`;
  }
  return `${py.format(value, `.${py.str(py.max(py.sub(digits, 1), 0))}e`)}`;
}
function percent(fraction, decimals = 0) {
  return (py.truth(math.isfinite(fraction)) ? `${py.format(py.mul(100, fraction), `.${py.str(decimals)}f`)} %` : `${py.format(fraction, `g`)}`);
}
class Number extends py.Object {
}
py.dataclass(Number, [["value", ""], ["how", "", "value"]]);
class Shape extends py.Object {
}
py.dataclass(Shape, [["of", ""]]);
class Count extends py.Object {
}
py.dataclass(Count, [["some", ""], ["of", ""], ["noun", ""]]);
class Sentence extends py.Object {
}
py.dataclass(Sentence, [["words", ""], ["places", "Mapping[str, Place]", others.field({ default_factory: py.dict })]]);
function say(words, places = py.dict()) {
  return new Sentence(words, places);
}
function* pieces(sentence) {
  let _, name, words;
  for ([words, name, , ] of others.Formatter().parse(sentence.words)) {
    yield py.tuple_of(words, ((name === null) ? null : py.item(sentence.places, name)));
  }
}
function chain(sentences, by = "; ") {
  let index, numbered, parts, places, sentence, words;
  [words, places] = py.tuple_of([], py.dict());
  for ([index, sentence] of py.enumerate(sentences)) {
    numbered = py.dict(py.map_over(sentence.places, (name) => [name, `${py.str(name)}_${py.str(index)}`]));
    parts = py.map_over(others.Formatter().parse(sentence.words), ([text, name, , ]) => py.add(text, (py.truth(name) ? `{${py.str(py.item(numbered, name))}}` : "")));
    m.append(words, m.join("", parts));
    places = py.ior(places, py.dict(py.map_over(sentence.places.items(), ([name, place]) => [py.item(numbered, name), place])));
  }
  return new Sentence(m.join(by, words), places);
}
function in_plain(sentence, digits = 4) {
  return m.join("", py.map_over(pieces(sentence), ([words, place]) => py.add(words, ((place === null) ? "" : plain_place(place, digits)))));
}
function plain_place(place, digits) {
  if (py.isinstance(place, Written)) {
    return place.plain;
  }
  if (py.isinstance(place, Number)) {
    return in_digits(place, digits);
  }
  if (py.isinstance(place, Shape)) {
    return shape_of(py.bound(place, "of"));
  }
  if (py.isinstance(place, Count)) {
    return count_of(place.some, py.bound(place, "of"), place.noun);
  }
  return place;
}
function count_of(some, of, noun) {
  if (py.truth(py.lt(some, of))) {
    return `${py.str(some)} of ${py.str(of)} ${py.str(noun)}s`;
  }
  return py.dict([[1, `the one ${py.str(noun)}`], [2, `both ${py.str(noun)}s`]]).get(of, `all ${py.str(of)} ${py.str(noun)}s`);
}
function in_digits(own, digits) {
  let more, plain, value;
  value = own.value;
  if ((own.how === "whole")) {
    return `${py.format(py.int(value), `,`)}`;
  }
  if (py.contains(_SIGNIFICANT, own.how)) {
    return `${py.format(value, `${py.str(py.item(_SIGNIFICANT, own.how))}`)}`;
  }
  if (py.contains(py.set(["percent", "fine percent"]), own.how)) {
    return percent(value, ((own.how === "percent") ? 0 : 2));
  }
  if ((own.how === "error")) {
    return `${py.format(value, `.1e`)}`;
  }
  more = py.dict([["precise", py.add(digits, 2)], ["long", py.max(digits, 12)]]);
  plain = number(value, more.get(own.how, digits));
  return (((own.how === "factor") && py.truth(m.startswith(plain, "-"))) ? `(${py.str(plain)})` : plain);
}
const _SIGNIFICANT = py.dict([["short", "g"], ["four", ".4g"], ["three", ".3g"]]);
class Zone extends py.Object {
  get reason() {
    const self = this;
    return in_plain(self.why);
  }
}
py.dataclass(Zone, [["unit", ""], ["zone", ""], ["slope", ""], ["depth", ""], ["why", ""]]);
class Normalized extends py.Object {
}
py.dataclass(Normalized, [["name", ""], ["formula", ""], ["source", ""], ["mean", ""], ["variance", ""], ["Z_hat", ""], ["gain", ""], ["shift", ""], ["V", ""]]);
class ForwardLayer extends py.Object {
}
py.dataclass(ForwardLayer, [["l", ""], ["activation", ""], ["formula", ""], ["derivative", ""], ["elementwise", ""], ["source", ""], ["W", ""], ["W0", ""], ["A_prev", ""], ["Z", ""], ["A", ""], ["zones", ""], ["normalized", "", null], ["alpha", "", null], ["kept", "", null]]);
class Link extends py.Object {
  get reason() {
    const self = this;
    return in_plain(self.why);
  }
}
py.dataclass(Link, [["name", ""], ["l", ""], ["role", ""], ["formula", ""], ["why", ""], ["value", ""], ["structure", ""], ["source", "", ""], ["reused_by", "", py.tuple_of()]]);
class Factor extends py.Object {
}
py.dataclass(Factor, [["name", ""], ["l", ""], ["value", ""], ["transposed", "", false]]);
class Product extends py.Object {
}
py.dataclass(Product, [["name", ""], ["l", ""], ["factors", ""], ["value", ""]]);
class Elementwise$passes extends py.Object {
}
py.dataclass(Elementwise$passes, [["slopes", ""], ["value", ""], ["difference", ""]]);
class Cancelling extends py.Object {
}
py.dataclass(Cancelling, [["written", ""], ["reason", ""]]);
class Shortcut$passes extends py.Object {
}
py.dataclass(Shortcut$passes, [["name", ""], ["formula", ""], ["value", ""], ["long_way", ""], ["difference", ""], ["reason", ""], ["derivation", "", py.tuple_of()]]);
class OwnParameters extends py.Object {
}
py.dataclass(OwnParameters, [["link", ""], ["product", ""]]);
class BackwardLayer extends py.Object {
  get result() {
    const self = this;
    return (py.any(py.map_over(self.links, (link) => (link.name === "dA_dV"))) ? "dL_dV" : "dL_dZ");
  }
}
py.dataclass(BackwardLayer, [["l", ""], ["product", ""], ["links", ""], ["steps", ""], ["dL_dA", ""], ["dL_dZ", ""], ["elementwise", ""], ["shortcut", ""], ["weight_link", ""], ["weights", ""], ["dR_dW", ""], ["dL_dW", ""], ["dL_dW0", ""], ["whole", "", py.tuple_of()], ["others", "", py.tuple_of()], ["alpha", "", null]]);
class Header extends py.Object {
  get notation() {
    const self = this;
    return self.symbols.notation.name;
  }
}
py.dataclass(Header, [["network", ""], ["widths", ""], ["activations", ""], ["dtype", ""], ["point", ""], ["x", ""], ["y", ""], ["label", ""], ["predicted", ""], ["probability", ""], ["classes", ""], ["loss", ""], ["loss_formula", ""], ["point_loss", ""], ["loss_value", ""], ["penalty", ""], ["penalty_formula", ""], ["penalty_value", ""], ["layout", ""], ["symbols", ""], ["own", ""], ["t", ""], ["eta", ""], ["schedule", ""], ["optimizer", ""], ["seed", ""]]);
class Path extends py.Object {
}
py.dataclass(Path, [["units", ""], ["factors", ""], ["product", ""]]);
class Entry extends py.Object {
}
py.dataclass(Entry, [["name", ""], ["l", ""], ["indices", ""], ["symbol", ""], ["derivative", ""], ["value", ""], ["paths", ""], ["count", ""], ["rest", ""], ["formula", ""], ["shortcut", ""]]);
class StateArray extends py.Object {
}
py.dataclass(StateArray, [["name", ""], ["before", ""], ["after", ""]]);
class Change extends py.Object {
}
py.dataclass(Change, [["name", ""], ["before", ""], ["gradient", ""], ["after", ""]]);
class Update extends py.Object {
}
py.dataclass(Update, [["l", ""], ["W", ""], ["dW", ""], ["W_after", ""], ["W0", ""], ["dW0", ""], ["W0_after", ""], ["state", "", py.tuple_of()], ["others", "", py.tuple_of()]]);
class WhatIf extends py.Object {
  get reason() {
    const self = this;
    return in_plain(self.why);
  }
}
py.dataclass(WhatIf, [["l", ""], ["wrong", ""], ["difference", ""], ["relative", ""], ["why", ""]]);
class Rule extends py.Object {
}
py.dataclass(Rule, [["name", ""], ["formula", ""], ["plain", ""], ["about", ""], ["loss_after", ""], ["noted", "", false]]);
class KinkedEntry extends py.Object {
}
py.dataclass(KinkedEntry, [["indices", ""], ["symbol", ""], ["given", ""], ["behind", ""], ["ahead", ""]]);
class ArrayVerdict extends py.Object {
}
py.dataclass(ArrayVerdict, [["name", ""], ["l", ""], ["numeric", ""], ["checked", ""], ["at_kink", ""], ["size", ""], ["error", ""], ["outcome", ""], ["kinks", ""]]);
class Check extends py.Object {
  get verdict() {
    const self = this;
    return in_plain(self.said);
  }
  get ok() {
    const self = this;
    return (self.outcome === "agrees");
  }
}
py.dataclass(Check, [["outcome", ""], ["method", ""], ["because", ""], ["tolerance", ""], ["max_error", ""], ["arrays", ""], ["caveats", ""], ["said", ""]]);
class LayerCost extends py.Object {
}
py.dataclass(LayerCost, [["l", ""], ["from_loss", ""], ["to_loss", ""], ["reused", ""]]);
class Cost extends py.Object {
  get reason() {
    const self = this;
    return in_plain(self.why);
  }
}
py.dataclass(Cost, [["layers", ""], ["from_loss", ""], ["to_loss", ""], ["reused", ""], ["forward", ""], ["weights", ""], ["why", ""]]);
class LayerHealth extends py.Object {
}
py.dataclass(LayerHealth, [["l", ""], ["dL_dA", ""], ["dL_dZ", ""], ["dL_dW", ""], ["dL_dW0", ""], ["W", ""], ["change", ""], ["ratio", ""], ["blame", ""], ["units", ""], ["verdict", ""]]);
class Lint extends py.Object {
}
py.dataclass(Lint, [["code", ""], ["severity", ""], ["l", ""], ["units", ""], ["message", ""], ["remedy", ""], ["measured", ""]]);
class BatchLayer extends py.Object {
}
py.dataclass(BatchLayer, [["l", ""], ["A_prev", ""], ["dL_dZ", ""], ["weights", ""], ["norms", ""]]);
class Batch extends py.Object {
}
py.dataclass(Batch, [["size", ""], ["at", ""], ["losses", ""], ["shares", ""], ["layers", ""]]);
const KEPT = 16;
class Value extends py.Object {
}
py.dataclass(Value, [["array", ""], ["rows", ""], ["columns", ""]]);
class Folded extends py.Object {
}
py.dataclass(Folded, [["rows", ""], ["columns", ""], ["array", ""]]);
class Values$values extends py.Mapping {
  __init__(values, ranked, at) {
    const self = this;
    [self._values, self._ranked, self._at] = py.tuple_of(values, ranked, at);
    return null;
  }
  __getitem__(key) {
    const self = this;
    return py.item(self._values, key);
  }
  __iter__() {
    const self = this;
    return py.iter(self._values);
  }
  __len__() {
    const self = this;
    return py.len(self._values);
  }
  kept(layer, limit, kept) {
    const self = this;
    let ranked;
    ranked = py.item(self._ranked, layer);
    return (py.truth(py.le(py.len(ranked), limit)) ? null : py.tuple(py.sorted(py.item(ranked, py.slice(null, kept, null)))));
  }
  fold(key, limit, kept) {
    const self = this;
    let array, columns, rows, value;
    value = py.item(self._values, key);
    if ((limit === null)) {
      return new Folded(null, null, py.bound(value, "array"));
    }
    [rows, columns] = py.map_over(_sides(value), ([axis, size]) => self._shown(axis, size, limit, kept));
    array = ((rows === null) ? py.bound(value, "array") : py.item(py.bound(value, "array"), py.list(rows)));
    return new Folded(rows, columns, ((columns === null) ? array : py.item(array, py.tuple_of(py.slice(null, null, null), py.list(columns)))));
  }
  _shown(axis, size, limit, kept) {
    const self = this;
    if (((axis === null) || py.truth(py.le(size, limit)))) {
      return null;
    }
    if ((axis === "points")) {
      kept = py.min(kept, size);
      return (py.truth(py.lt(self._at, kept)) ? py.tuple(py.range(kept)) : py.tuple_of(...py.range(py.sub(kept, 1)), self._at));
    }
    return self.kept(axis, limit, kept);
  }
}
function _sides(value) {
  return py.tuple_of(py.tuple_of(value.rows, py.item(py.of_number(py.bound(value, "array"), "shape"), 0)), py.tuple_of(value.columns, py.item(py.of_number(py.bound(value, "array"), "shape"), 1)));
}
function key_of(name, l) {
  return `${py.str(name)}:${py.str(l)}`;
}
class Store extends py.Object {
  __init__(header, L) {
    const self = this;
    [self.header, self.L, self.found] = py.tuple_of(header, L, py.dict());
    self.turned = (header.layout === "numerator");
    self.out_in = header.symbols.notation.out_in;
    return null;
  }
  column(name, l, array, units) {
    const self = this;
    py.setitem(self.found, key_of(name, l), new Value(array, units, null));
    return null;
  }
  derivative(name, l, array, below, above) {
    const self = this;
    py.setitem(self.found, key_of(name, l), (py.truth(self.turned) ? new Value(array, above, below) : new Value(array, below, above)));
    return null;
  }
  weights(name, l, array) {
    const self = this;
    py.setitem(self.found, key_of(name, l), (py.truth(self.out_in) ? new Value(array, l, py.sub(l, 1)) : new Value(array, py.sub(l, 1), l)));
    return null;
  }
  gradient(name, l, array) {
    const self = this;
    py.setitem(self.found, key_of(name, l), (py.truth(py.ne(self.out_in, self.turned)) ? new Value(array, l, py.sub(l, 1)) : new Value(array, py.sub(l, 1), l)));
    return null;
  }
  forward(layers, kept) {
    const self = this;
    let l, layer, x;
    x = self.header.x;
    self.column("A", 0, x, 0);
    self.column("Y", self.L, self.header.y, self.L);
    for ([l, layer] of layers.items()) {
      self.weights("W", l, layer.W);
      self.column("W0", l, layer.W0, l);
      self.column("Z", l, layer.Z, l);
      self.column("A", l, py.bound(layer, "A"), l);
      if ((py.bound(layer, "normalized") !== null)) {
        self.normalized(l, py.bound(layer, "normalized"));
      }
      if ((layer.alpha !== null)) {
        self.column("alpha", l, layer.alpha, l);
      }
      if ((py.bound(layer, "kept") !== null)) {
        self.column("kept", l, py.bound(layer, "kept"), l);
        self.column("A_taken", l, py.mul(py.bound(layer, "kept"), py.bound(layer, "A")), l);
      }
    }
    if ((kept !== null)) {
      self.column("kept", 0, kept, 0);
      self.column("A_taken", 0, py.mul(kept, x), 0);
    }
    return null;
  }
  normalized(l, own) {
    const self = this;
    let moment, name;
    for (name of py.tuple_of("mean", "variance")) {
      moment = py.getattr(own, name);
      py.setitem(self.found, key_of(name, l), new Value(moment, (py.truth(py.gt(py.len(moment), 1)) ? l : null), null));
    }
    for (name of py.tuple_of("Z_hat", "gain", "shift", "V")) {
      self.column(name, l, py.getattr(own, name), l);
    }
    return null;
  }
  backward(layers) {
    const self = this;
    let axes, k, l, layer, link, step;
    for ([l, layer] of layers.items()) {
      for (link of py.tuple_of(...layer.whole, ...layer.links, layer.weight_link)) {
        k = link.l;
        axes = py.dict([["dL_dA", py.tuple_of(k, null)], ["dZ_dA", py.tuple_of(py.sub(k, 1), k)], ["dZ_dA_taken", py.tuple_of(py.sub(k, 1), k)], ["dZ_dW", py.tuple_of(py.sub(k, 1), null)]]);
        self.derivative(link.name, k, link.value, ...axes.get(link.name, py.tuple_of(k, k)));
      }
      for (step of layer.steps) {
        if (!(py.truth(layer.shortcut) && py.truth(py.eq(step.name, layer.result)))) {
          self.derivative(step.name, l, step.value, l, null);
        }
      }
      if ((layer.shortcut !== null)) {
        self.derivative(layer.result, l, layer.shortcut.value, l, null);
      }
      self.derivative("dL_dA", l, py.bound(layer, "dL_dA"), l, null);
      self.derivative("dL_dZ", l, py.bound(layer, "dL_dZ"), l, null);
      if ((layer.elementwise !== null)) {
        self.derivative("slopes", l, layer.elementwise.slopes, l, null);
      }
      if ((layer.shortcut !== null)) {
        self.derivative("long_way", l, layer.shortcut.long_way, l, null);
      }
      if ((py.bound(layer, "dR_dW") !== null)) {
        self.gradient("dR_dW", l, py.bound(layer, "dR_dW"));
      }
      self.gradient("dL_dW", l, py.bound(layer, "dL_dW"));
      self.gradient("point_dL_dW", l, py.bound(layer, "weights").value);
      self.derivative("dL_dW0", l, layer.dL_dW0, l, null);
      self.learnt(l, layer);
    }
    return null;
  }
  learnt(l, layer) {
    const self = this;
    let array, name;
    if ((layer.alpha !== null)) {
      self.derivative("dA_dalpha", l, layer.alpha.link.value, l, l);
      self.derivative("point_dL_dalpha", l, layer.alpha.product.value, l, null);
    }
    for ([name, array] of layer.others) {
      self.derivative(name, l, array, l, null);
    }
    return null;
  }
  step(updates, what_ifs) {
    const self = this;
    let change, l, state, update, what;
    for ([l, update] of updates.items()) {
      self.weights("step_dW", l, update.dW);
      self.weights("W_after", l, update.W_after);
      self.column("step_dW0", l, update.dW0, l);
      self.column("W0_after", l, update.W0_after, l);
      for (state of update.state) {
        self.weights(`${py.str(state.name)}_before`, l, state.before);
        self.weights(`${py.str(state.name)}_after`, l, state.after);
      }
      for (change of update.others) {
        self.column(`step_d${py.str(change.name)}`, l, py.bound(change, "gradient"), l);
        self.column(`${py.str(change.name)}_after`, l, change.after, l);
      }
    }
    for ([l, what] of what_ifs.items()) {
      self.gradient("wrong_dL_dW", l, what.wrong);
      self.gradient("wrong_difference", l, what.difference);
    }
    return null;
  }
  around(check, batch) {
    const self = this;
    let each, l, layer;
    for (each of (py.truth(check) ? check.arrays : py.tuple_of())) {
      if ((each.name === "dL_dW")) {
        self.gradient("numeric_dL_dW", each.l, each.numeric);
      } else {
        self.derivative(`numeric_${py.str(each.name)}`, each.l, each.numeric, each.l, null);
      }
    }
    for ([l, layer] of (py.truth(batch) ? batch.layers.items() : py.tuple_of())) {
      py.setitem(self.found, key_of("batch_A", py.sub(l, 1)), new Value(layer.A_prev, py.sub(l, 1), "points"));
      py.setitem(self.found, key_of("batch_dL_dZ", l), new Value(py.bound(layer, "dL_dZ"), l, "points"));
    }
    return null;
  }
}
class Step$record extends py.Object {
  get L() {
    const self = this;
    return py.len(py.bound(self, "forward"));
  }
  get is_chain() {
    const self = this;
    return py.all(py.map_over(py.bound(self, "forward").values(), (layer) => py.eq(py.of_number(layer.W, "shape"), py.tuple_of(1, 1))));
  }
  taken(l) {
    const self = this;
    return (py.contains(self.values, key_of("kept", py.sub(l, 1))) ? "A_taken" : "A");
  }
  get links() {
  return py.cached(this, "links", () =>  {
    const self = this;
    let layers, own;
    layers = py.bound(self, "backward").values();
    own = py.flat_map_over(layers, (layer) => py.map_over(py.tuple_of(...layer.whole, ...layer.links, layer.weight_link), (link) => link));
    own = py.iadd(own, py.map_over(layers, (layer) => layer.alpha.link, (layer) => (layer.alpha !== null)));
    return py.dict(py.map_over(own, (link) => [py.tuple_of(link.name, link.l), link]));
  });
  }
  get values() {
  return py.cached(this, "values", () =>  {
    const self = this;
    let store;
    store = new Store(self.header, self.L);
    store.forward(py.bound(self, "forward"), py.bound(self, "kept"));
    store.backward(py.bound(self, "backward"));
    store.step(py.bound(self, "update"), py.bound(self, "what_if"));
    store.around(self.check, self.batch);
    return new Values$values(store.found, self.ranked, (py.truth(self.batch) ? py.bound(self.batch, "at") : 0));
  });
  }
}
py.dataclass(Step$record, [["header", ""], ["forward", ""], ["backward", ""], ["rule", ""], ["update", ""], ["what_if", ""], ["entries", ""], ["check", ""], ["cost", ""], ["health", ""], ["lints", ""], ["batch", ""], ["kept", ""], ["ranked", ""], ["row", "", null], ["retell", "Callable[[Layout, str], Step] | None", others.field({ default: null, compare: false })]]);
class Answers extends py.Object {
  yes(A) {
    const self = this;
    return np.asarray(py.le(self.half_way, A));
  }
  get half_way() {
    const self = this;
    return py.div(py.add(1, self.no), 2);
  }
}
py.dataclass(Answers, [["one_class", ""], ["no", "", 0]]);
function answers_of(loss, targets, labels = false) {
  let alone, found, signs, $0, $1;
  if (py.isinstance(loss.domain_Y, Simplex)) {
    return new Answers(true);
  }
  if ((!py.contains(py.set([UNIT, SIGNS]), loss.domain_Y) && !py.all(py.map_over(targets, (Y) => _is_yes_or_no(Y))))) {
    return null;
  }
  signs = (py.truth($0 = py.eq(loss.domain_Y, SIGNS)) ? $0 : py.any(py.map_over(targets, (Y) => m.any(py.lt(Y, 0)))));
  found = new Answers(false, (py.truth(signs) ? -1 : 0));
  if (py.truth(py.eq(py.item(py.of_number(py.item(targets, 0), "shape"), 1), 1))) {
    return found;
  }
  alone = (py.truth($1 = labels) ? $1 : py.all(py.map_over(targets, (Y) => m.all(py.eq(m.sum(found.yes(Y), { axis: 1 }), 1)))));
  return new Answers(alone, found.no);
}
function answers_in(Y) {
  let found, several, $0;
  several = py.gt(py.item(py.of_number(Y, "shape"), 1), 1);
  if (!py.truth(_is_yes_or_no(Y))) {
    return new Answers(several);
  }
  found = new Answers(false, (py.truth(m.any(py.lt(Y, 0))) ? -1 : 0));
  return new Answers((py.truth($0 = several) ? py.bool(m.all(py.eq(m.sum(found.yes(Y), { axis: 1 }), 1))) : $0), found.no);
}
function _is_yes_or_no(Y) {
  let $0;
  return py.bool((py.truth($0 = m.all(py.or(py.eq(Y, 0), py.eq(Y, 1)))) ? $0 : m.all(py.eq(py.abs(Y), 1))));
}
function class_probabilities(A, given) {
  let total;
  if (py.isinstance(given, LogSimplex)) {
    return np.exp(A);
  }
  if (py.isinstance(given, Simplex)) {
    return A;
  }
  total = m.sum(A, { axis: 1, keepdims: true });
  return m.astype(np.where(py.gt(total, 0), py.div(A, np.where(py.gt(total, 0), total, 1)), py.div(1, py.item(py.of_number(A, "shape"), 1))), py.of_number(A, "dtype"), { copy: false });
}
function derivation(shortcut) {
  let lines;
  lines = DERIVATIONS.get(shortcut.name, py.tuple_of());
  return py.tuple(py.map_over(lines, ([plain, latex, reason]) => new Cancelling(new Written(plain, latex), reason)));
}
const _SOFTMAX_WITH = py.tuple_of(py.tuple_of("∂L/∂zᵢ = Σⱼ ∂aⱼ/∂zᵢ · ∂L/∂aⱼ", "\\frac{\\partial L}{\\partial z_i} = \\sum_j \\frac{\\partial a_j}{\\partial z_i} \\cdot \\frac{\\partial L}{\\partial a_j}", "the chain rule: zᵢ reaches the loss through every aⱼ"), py.tuple_of("= Σⱼ aⱼ ([i = j] − aᵢ) · (−yⱼ/aⱼ)", "= \\sum_j a_j \\left([i = j] - a_i\\right) \\cdot \\left(-\\frac{y_j}{a_j}\\right)", "row i of diag(a) − a aᵀ, and the loss unit's −y/a"), py.tuple_of("= −Σⱼ ⟨aⱼ⟩ ([i = j] − aᵢ) yⱼ/⟨aⱼ⟩", "= -\\sum_j \\cancel{a_j} \\left([i = j] - a_i\\right) \\frac{y_j}{\\cancel{a_j}}", "aⱼ cancels, even if it is tiny"), py.tuple_of("= −yᵢ + aᵢ Σⱼ yⱼ", "= -y_i + a_i \\sum_j y_j", "[i = j] leaves one term of the sum, and aᵢ does not depend on j"), py.tuple_of("= aᵢ − yᵢ", "= a_i - y_i", "the targets sum to 1"));
const DERIVATIONS = py.dict([["softmax + nllm", _SOFTMAX_WITH], ["softmax + kl_divergence", _SOFTMAX_WITH], ["softmax + focalm", py.tuple_of(py.item(_SOFTMAX_WITH, 0), py.tuple_of("= Σⱼ aⱼ ([i = j] − aᵢ) · yⱼ (1 − aⱼ)^γ (γ log aⱼ/(1 − aⱼ) − 1/aⱼ)", "= \\sum_j a_j \\left([i = j] - a_i\\right) \\cdot y_j (1 - a_j)^\\gamma \\left(\\frac{\\gamma \\log a_j}{1 - a_j} - \\frac{1}{a_j}\\right)", "row i of diag(a) − a aᵀ, and the loss unit's derivative"), py.tuple_of("= −Σⱼ ([i = j] − aᵢ) yⱼ (1 − aⱼ)^γ (⟨aⱼ⟩/⟨aⱼ⟩ − γ aⱼ log aⱼ/(1 − aⱼ))", "= -\\sum_j \\left([i = j] - a_i\\right) y_j (1 - a_j)^\\gamma \\left(\\frac{\\cancel{a_j}}{\\cancel{a_j}} - \\frac{\\gamma a_j \\log a_j}{1 - a_j}\\right)", "aⱼ cancels, even if it is tiny"), py.tuple_of("= −Σⱼ ([i = j] − aᵢ) yⱼ sⱼ, sⱼ = (1 − aⱼ)^γ (1 − γ aⱼ log aⱼ/(1 − aⱼ))", "= -\\sum_j \\left([i = j] - a_i\\right) y_j s_j, \\quad s_j = (1 - a_j)^\\gamma \\left(1 - \\frac{\\gamma a_j \\log a_j}{1 - a_j}\\right)", "a name for what depends on aⱼ alone"), py.tuple_of("= aᵢ Σⱼ yⱼ sⱼ − yᵢ sᵢ", "= a_i \\sum_j y_j s_j - y_i s_i", "[i = j] leaves one term of the sum, and aᵢ does not depend on j"))], ["sigmoid + nll", py.tuple_of(py.tuple_of("∂L/∂z = ∂a/∂z · ∂L/∂a", "\\frac{\\partial L}{\\partial z} = \\frac{\\partial a}{\\partial z} \\cdot \\frac{\\partial L}{\\partial a}", "the chain rule, unit by unit"), py.tuple_of("= −a (1 − a) (y/a − (1 − y)/(1 − a))", "= -a (1 - a) \\left(\\frac{y}{a} - \\frac{1 - y}{1 - a}\\right)", "sigmoid's a (1 − a), and the loss unit's derivative (7.45)"), py.tuple_of("= −⟨a⟩ (1 − a) y/⟨a⟩ + a ⟨(1 − a)⟩ (1 − y)/⟨(1 − a)⟩", "= -\\cancel{a} (1 - a) \\frac{y}{\\cancel{a}} + a \\cancel{(1 - a)} \\frac{1 - y}{\\cancel{1 - a}}", "numerator and denominator have factors that cancel"), py.tuple_of("= −y + ⟨a y⟩ + a − ⟨a y⟩", "= -y + \\cancel{a y} + a - \\cancel{a y}", "a y comes in with both signs"), py.tuple_of("= a − y", "= a - y", "what is left"))], ["exp + poisson", py.tuple_of(py.tuple_of("∂L/∂z = ∂a/∂z · ∂L/∂a", "\\frac{\\partial L}{\\partial z} = \\frac{\\partial a}{\\partial z} \\cdot \\frac{\\partial L}{\\partial a}", "the chain rule, unit by unit"), py.tuple_of("= a (1 − y/a)", "= a \\left(1 - \\frac{y}{a}\\right)", "e^z is its own derivative, and the loss unit's 1 − y/a"), py.tuple_of("= a − ⟨a⟩ y/⟨a⟩", "= a - \\cancel{a} \\frac{y}{\\cancel{a}}", "a cancels, even where e^z is too small to divide by"), py.tuple_of("= a − y", "= a - y", "what is left"))], ["sigmoid + focal", py.tuple_of(py.tuple_of("∂L/∂z = ∂a/∂z · ∂L/∂a", "\\frac{\\partial L}{\\partial z} = \\frac{\\partial a}{\\partial z} \\cdot \\frac{\\partial L}{\\partial a}", "the chain rule, unit by unit"), py.tuple_of("= a (1 − a) (y (1 − a)^γ (γ log a/(1 − a) − 1/a) − (1 − y) a^γ (γ log(1 − a)/a − 1/(1 − a)))", "= a (1 - a) \\left(y (1 - a)^\\gamma \\left(\\frac{\\gamma \\log a}{1 - a} - \\frac{1}{a}\\right) - (1 - y) a^\\gamma \\left(\\frac{\\gamma \\log(1 - a)}{a} - \\frac{1}{1 - a}\\right)\\right)", "sigmoid's a (1 − a), and the loss unit's derivative"), py.tuple_of("= y (1 − a)^γ (γ a log a − (1 − a)) − (1 − y) a^γ (γ (1 − a) log(1 − a) − a)", "= y (1 - a)^\\gamma \\left(\\gamma a \\log a - (1 - a)\\right) - (1 - y) a^\\gamma \\left(\\gamma (1 - a) \\log(1 - a) - a\\right)", "a and 1 − a cancel each denominator"))]]);
class Passes extends py.Object {
  static over(net, fwd, at, symbols, layout) {
    const cls = this;
    let M, alone, grads, here, l, linked, one, statistics, $0, $1;
    [grads, linked] = py.tuple_of(back_propagate(net, fwd), py.map_over(net.normalization, (l) => l, (l) => !py.truth(fwd.is_fixed(net, l))));
    linked = py.map_over(linked, (l) => l, (l) => py.truth(py.eq(py.item(net.normalization, l).axis, 0)));
    if ((py.truth(py.eq(py.len(fwd.Y), 1)) && (fwd.penalty === null) && (py.bound(fwd, "weights") === null) && !py.truth(linked))) {
      return py.call(cls, [net, fwd, grads, net, fwd, grads, at, symbols, layout]);
    }
    alone = (py.truth(linked) ? m.copy(net) : net);
    for (l of linked) {
      [$0, $1] = py.map_over(py.item(py.bound(fwd, "moments"), l), (moment) => py.item(moment, 0));
      py.setitem(alone.running_mean, l, $0);
      py.setitem(alone.running_variance, l, $1);
    }
    [here, M] = py.tuple_of(py.slice(at, py.add(at, 1)), py.dict(py.map_over(fwd.M.items(), ([l, factor]) => [l, py.item(factor, py.slice(at, py.add(at, 1), null))])));
    statistics = (py.truth(linked) ? "running" : fwd.statistics);
    one = traced_forward(alone, py.item(py.item(py.bound(fwd, "A"), 0), here), py.item(fwd.Y, here), fwd.loss_function, undefined, undefined, M, statistics);
    return py.call(cls, [net, fwd, grads, alone, one, back_propagate(alone, one), at, symbols, layout]);
  }
  get links() {
    const self = this;
    return new Links(self.one_net, self.one, undefined, self.layout);
  }
  linked(l) {
    const self = this;
    let part, $0, $1;
    part = self.net.normalization.get(l);
    return (py.truth($1 = (py.truth($0 = (part !== null)) ? py.eq(part.axis, 0) : $0)) ? !py.truth(self.fwd.is_fixed(self.net, l)) : $1);
  }
  get own() {
    const self = this;
    if ((py.truth(py.eq(py.len(self.fwd.Y), 1)) && (py.bound(self.fwd, "weights") === null))) {
      return self.symbols;
    }
    return others.replace(self.symbols, py.dict([["point", py.add(py.bound(self, "at"), 1)], ["held", py.tuple(py.map_over(self.net.layers, (l) => l, (l) => py.truth(self.linked(l))))]]));
  }
  get scalar() {
    const self = this;
    return self.symbols.scalar;
  }
  get gradient_turned() {
    const self = this;
    return py.ne((self.layout === "numerator"), self.symbols.notation.out_in);
  }
  laid_out(jacobian) {
    const self = this;
    return m.copy(in_layout(jacobian, self.layout));
  }
  weights_shown(W) {
    const self = this;
    return m.copy((py.truth(self.symbols.notation.out_in) ? py.of_number(W, "T") : W));
  }
  gradient_shown(dL_dW) {
    const self = this;
    return m.copy((py.truth(self.gradient_turned) ? py.of_number(dL_dW, "T") : dL_dW));
  }
}
py.shared(Passes, ["over"]);
py.dataclass(Passes, [["net", ""], ["fwd", ""], ["grads", ""], ["one_net", ""], ["one", ""], ["one_grads", ""], ["at", ""], ["symbols", ""], ["layout", ""]]);
class Threshold extends py.Object {
}
py.dataclass(Threshold, [["name", ""], ["value", ""], ["why", ""]]);
const VANISHING = new Threshold("vanishing gradient", 0.001, "dL/dZ of a layer by the largest dL/dZ of the layers after it, per unit. The median of healthy networks is 0.05 to 1; 99 of 100 are above 1e-3, but for the narrowest and deepest (3 units wide, 6 layers: 4e-4). Sigmoids lose a factor of 4 to 6 a layer: four layers keep 6e-3, six 2.5e-4, ten 1e-6. A layer that gets a thousandth moves a thousandth as far.");
const EXPLODING = new Threshold("exploding gradient", 100, "dL/dZ of a layer by the smallest dL/dZ of the layers after it, per unit. Healthy networks of up to 6 layers stay below 12; six layers of 32 relu units with weights of deviation 1 reach 280. No one step size suits layers so far apart.");
const EXPLODING_VALUES = new Threshold("exploding values", 1000, "z of a hidden layer, per unit, by the inputs, or by 1 where these are smaller. Healthy networks stay below 14; the output is left out, for it is as large as the targets are.");
const FEW_POINTS = new Threshold("points that make a unit dead", 30, "A relu unit that is on at one point in ten is off at 30 points by chance 4 times in 100, at 5 points 6 times in 10. A unit that is off at fewer points is noted, and no warning.");
const SATURATED = new Threshold("saturated unit", 0.01, "f' by its largest value. A sigmoid is there at |z| = 6, a tanh at |z| = 3: a hundred such steps are as good as one.");
const FLAT_LAYER = new Threshold("flat layer", 0.5, "The share of a layer's units that let nothing back, or next to nothing, at every point. With fewer the layer still learns by the others: in healthy networks of six layers of 32 relu units, one to six of a layer are off at all of 32 points.");
const LARGE_LOSS = new Threshold("loss of a wrong output", 0.1, "A point whose loss is smaller is predicted well, and needs no gradient.");
const LARGE_INPUT = new Threshold("large input", 10, "Standardised columns rarely pass 4, and initial weights are drawn for inputs of about 1.");
const UNEVEN_INPUTS = new Threshold("uneven inputs", 100, "The largest input by the median one: standardised columns spread alike.");
const FAR_FROM_UNIT = new Threshold("inputs far from unit size", 100, "The root mean square of the inputs that are not 0, or 1 by it. Initial weights are drawn for inputs of about 1.");
const OUT_OF_RANGE = new Threshold("targets out of range", 0.01, "How far a target is from the output's range, by the standard deviation of all targets: what is missed by less is lost in the error of any network.");
const HARDLY_MOVES = new Threshold("hardly moves", 0.0001, "Change of a layer's weights by the weights, by norm. A rule of thumb aims at 1e-3 in a long training.");
const MOVES_FAR = new Threshold("moves far", 0.1, "The same: a step that changes a tenth of the weights may overshoot.");
const GRID = py.item(np.linspace(-8, 8, 1601), py.tuple_of(py.slice(null, null, null), null));
function largest_slope(f) {
  let is_fixed;
  is_fixed = (py.isinstance(f, others.Hashable) && !py.isinstance(f, Learnt));
  return (py.truth(is_fixed) ? _largest_of_fixed(f) : _largest(f));
}
function _largest(f) {
  return py.float(np.nanmax(py.abs(f.dA_dZ(GRID, f.A(GRID)))));
    return null;
}
const _largest_of_fixed = py.call(others.lru_cache({ maxsize: 256 }), [_largest]);
function slopes_of(f, Z, A) {
  let own;
  if (py.isinstance(f, Elementwise)) {
    return py.tuple_of(_slopes(f, Z, A), largest_slope(f));
  }
  own = py.map_over(py.zip(Z, A), ([z, a]) => py.abs(np.diag(f.jacobian(z, a))));
  return py.tuple_of(np.array(own), 0.25);
}
function _slopes(f, Z, A) {
  return py.abs(f.dA_dZ(Z, A));
    return null;
}
function off(f, Z, A) {
  if ((!py.truth(f.kinks) || !py.isinstance(f, Elementwise))) {
    return np.zeros(py.of_number(Z, "shape"), py.bool);
  }
  return py.eq(_slopes(f, Z, A), 0);
}
function flat(f, Z, A) {
  let largest, slopes;
  [slopes, largest] = slopes_of(f, Z, A);
  return py.lt(slopes, py.mul(SATURATED.value, largest));
}
function everywhere(chosen) {
  return np.asarray(m.all(chosen, { axis: 0 }));
}
function alike(net, l) {
  let W, W0, $0, $1;
  [W, W0] = py.tuple_of(py.item(net.W, l), py.item(net.W0, l));
  return (py.truth($0 = py.gt(py.item(py.of_number(W, "shape"), 1), 1)) ? py.bool((py.truth($1 = m.all(py.eq(py.item(W, py.tuple_of(py.slice(null, null, null), py.slice(null, 1, null))), W))) ? m.all(py.eq(py.item(W0, 0), W0)) : $1)) : $0);
}
const _TIMES = " \\cdot ";
function written_out(trace, layer) {
  let l, latex, left, link, name, new$, plain, symbol, symbols, tone;
  symbols = trace.header.own;
  new$ = py.set(py.map_over(layer.links, (link) => py.tuple_of(link.name, link.l)));
  [plain, latex] = py.tuple_of([], []);
  for ([name, l] of layer.product) {
    [symbol, link] = py.tuple_of(symbols.of(name, l), py.item(trace.links, py.tuple_of(name, l)));
    tone = (py.contains(new$, py.tuple_of(name, l)) ? "back" : "shared");
    m.append(plain, symbol.plain);
    m.append(latex, braced(symbol.latex, `${py.str(link.role)}`, shape(py.of_number(link.value, "shape")), tone));
  }
  left = symbols.of("dL_dZ", layer.l);
  return new Written(`${py.str(left.plain)} = ${py.str(m.join(" · ", plain))}`, `${py.str(left.latex)} = ${py.str(m.join(_TIMES, latex))}`);
}
function braced(latex, role, below, tone) {
  return `\\underbrace{\\clearprop${py.str(tone)}{${py.str(latex)}}}_{\\substack{\\text{${py.str(role)}} \\\\ ${py.str(below)}}}`;
}
function shape(of) {
  return m.join(" \\times ", py.map(py.str, of));
}
function assembly(trace, product) {
  let factors, left;
  left = trace.header.own.of(product.name, product.l);
  factors = py.map_over(product.factors, (factor) => factor_symbol(trace, factor));
  return new Written(`${py.str(left.plain)} = ${py.str(m.join(" · ", py.map_over(factors, (each) => each.plain)))}`, `${py.str(left.latex)} = ${py.str(m.join(_TIMES, py.map_over(factors, (each) => each.latex)))}`);
}
function entry_by_entry(trace, l) {
  let Z, dL_dA, dL_dZ, result, symbols;
  symbols = trace.header.own;
  result = py.item(py.bound(trace, "backward"), l).result;
  [dL_dZ, dL_dA, Z] = py.tuple_of(symbols.of(result, l), symbols.of("dL_dA", l), symbols.of(m.removeprefix(result, "dL_d"), l));
  return new Written(`${py.str(dL_dZ.plain)} = f′(${py.str(Z.plain)}) ⊙ ${py.str(dL_dA.plain)}`, `${py.str(dL_dZ.latex)} = f'\\left(${py.str(Z.latex)}\\right) \\odot ${py.str(dL_dA.latex)}`);
}
function scaling(symbols, l) {
  let Z_hat, gain, shift;
  [gain, Z_hat, shift] = py.tuple_of(symbols.of("gain", l), symbols.of("Z_hat", l), symbols.of("shift", l));
  return new Written(`${py.str(gain.plain)} ⊙ ${py.str(Z_hat.plain)} + ${py.str(shift.plain)}`, `${py.str(gain.latex)} \\odot ${py.str(Z_hat.latex)} + ${py.str(shift.latex)}`);
}
function linear(l, symbols, taken = "A") {
  let A, W, W0, product;
  W = (py.truth(symbols.notation.out_in) ? symbols.of("W", l) : symbols.of("W", l, true));
  [A, W0] = py.tuple_of(symbols.of(taken, py.sub(l, 1)), symbols.of("W0", l));
  product = new Written(`${py.str(W.plain)} ${py.str(A.plain)}`, `${py.str(W.latex)} \\, ${py.str(A.latex)}`);
  return py.add(py.add(product, new Written("+", "+")), W0);
}
function factor_symbol(trace, factor) {
  let symbol;
  symbol = trace.header.own.of(factor.name, factor.l);
  return (py.truth(factor.transposed) ? transpose(symbol) : symbol);
}
function batch_symbol(trace, name, l, transposed = false) {
  let taken;
  taken = ((name === "A") ? trace.taken(py.add(l, 1)) : name);
  return trace.header.symbols.of(taken, l, transposed);
}
function factor_formula(trace, factor) {
  let link;
  link = trace.links.get(py.tuple_of(factor.name, factor.l));
  if (((link === null) || !py.truth(factor.transposed))) {
    return ((link === null) ? null : link.formula);
  }
  return trace.header.symbols.of(trace.taken(factor.l), py.sub(factor.l, 1), (trace.header.layout !== "numerator"));
}
function weights_equation(trace, layer) {
  let product;
  product = assembly(trace, py.bound(layer, "weights"));
  if (((py.bound(layer, "dR_dW") === null) || (trace.batch !== null))) {
    return product;
  }
  return py.add(py.add(product, new Written("+", "+")), trace.header.symbols.of("dR_dW", layer.l));
}
function update_rule(trace, l) {
  return py.tuple_of(update_of(trace, l, "W"), update_of(trace, l, "W0"));
}
function update_of(trace, l, name) {
  let W, becomes, dL_dW, given, rule, symbols, turned, upright;
  [symbols, turned] = py.tuple_of(trace.header.symbols, (trace.header.layout === "numerator"));
  [W, dL_dW] = py.tuple_of(symbols.of(name, l), symbols.of(`dL_d${py.str(name)}`, l, turned));
  becomes = py.add(W, new Written("←", "\\leftarrow"));
  if (py.truth(trace.rule.plain)) {
    return py.add(py.add(py.add(py.add(becomes, W), new Written("−", "-")), symbols.of("eta")), dL_dW);
  }
  rule = py.item(m.partition(trace.rule.name, "("), 0);
  upright = m.replace(rule, "_", "\\_");
  given = new Written(`${py.str(rule)}(${py.str(W.plain)}, ${py.str(dL_dW.plain)})`, `\\mathrm{${py.str(upright)}}\\left(${py.str(W.latex)}, ${py.str(dL_dW.latex)}\\right)`);
  return py.add(becomes, given);
}
function why_loss(dL_dA, on_kink) {
  let at_kink, kinked, n, where, words;
  [n, kinked] = py.tuple_of(py.len(dL_dA), py.int(m.sum(on_kink)));
  if (!py.truth(kinked)) {
    return _why_moving(dL_dA, "the loss");
  }
  where = (py.truth(py.eq(n, 1)) ? "here" : "in {kinked}");
  words = `the loss is at a kink ${py.str(where)}, where it has no derivative: the formula takes one side`;
  at_kink = say(words, py.dict([["kinked", new Count(kinked, n, "output")]]));
  if (py.truth(py.eq(kinked, n))) {
    return at_kink;
  }
  return chain([at_kink, _why_moving(np.where(on_kink, np.nan, dL_dA), "apart from that it")]);
}
function _why_moving(dL_dA, it) {
  let a, n, silent, strongest, told, words;
  [n, told, silent] = py.tuple_of(py.len(dL_dA), py.int(m.sum(py.invert(np.isnan(dL_dA)))), py.int(m.sum(py.eq(dL_dA, 0))));
  if (py.truth((py.eq(silent, told) && py.gt(told, 0)))) {
    return say(`${py.str(it)} is flat here: no gradient comes back`);
  }
  if (py.truth(py.eq(n, 1))) {
    return say(`${py.str(it)} falls when a ${py.str((py.truth(py.gt(py.item(dL_dA, 0), 0)) ? "falls" : "rises"))}`);
  }
  strongest = py.int(np.argmax(np.nan_to_num(py.abs(dL_dA), { nan: -1 })));
  words = `${py.str(it)} falls fastest by moving {a} ${py.str((py.truth(py.gt(py.item(dL_dA, strongest), 0)) ? "down" : "up"))}`;
  if (py.truth(silent)) {
    words = py.iadd(words, `; {silent} ${py.str((py.truth(py.eq(silent, 1)) ? "does" : "do"))} not enter it`);
  }
  a = new Written(`a${py.str(lowered(py.add(strongest, 1)))}`, `a_{${py.str(py.add(strongest, 1))}}`);
  return say(words, py.dict([["a", a], ["silent", new Count(silent, n, "output")]]));
}
function why_activation(f, z, a, link, scalar) {
  let why;
  if (!py.isinstance(f, Elementwise)) {
    return say("{f} mixes its units: every a depends on every z, so {link} is full", py.dict([["f", f.name], ["link", link]]));
  }
  why = _why_slopes(f, z, f.dA_dZ(z, a));
  if ((py.truth(scalar) || py.truth(py.eq(py.len(z), 1)))) {
    return why;
  }
  return chain([say("each a depends on its own z alone, so {link} is diagonal", py.dict([["link", link]])), why]);
}
function why_alpha(slopes, alpha) {
  let n, untouched, words;
  [n, untouched] = py.tuple_of(py.len(slopes), py.int(m.sum(py.eq(slopes, 0))));
  words = `{alpha} is learnt, and ${py.str((py.truth(py.gt(n, 1)) ? "each" : "the"))} unit has its own`;
  if (py.truth(untouched)) {
    words = py.iadd(words, `; {untouched} ${py.str((py.truth(py.eq(untouched, 1)) ? "does" : "do"))} not depend on it at this point`);
  }
  return say(words, py.dict([["alpha", alpha], ["untouched", new Count(untouched, n, "unit")]]));
}
function _why_slopes(f, z, slopes) {
  let at_kink, why, words;
  at_kink = py.map_over(f.kinks, (kink) => kink, (kink) => py.truth(m.any(py.eq(z, kink))));
  why = _slopes$reasons(f, z, slopes);
  if (!py.truth(at_kink)) {
    return why;
  }
  words = "z is exactly {kink} in a unit, a kink, where the formula takes one side";
  return chain([why, say(words, py.dict([["kink", new Number(py.item(at_kink, 0), "short")]]))]);
}
function _slopes$reasons(f, z, slopes) {
  let alike, flat, high, low, n, off;
  [n, off, alike] = py.tuple_of(py.len(z), py.eq(slopes, 0), np.allclose(slopes, py.item(slopes, 0), { rtol: 1e-12, atol: 0 }));
  if ((py.truth(m.all(off)) && !py.truth(f.kinks))) {
    return say("{f} is so far from 0 that f′ is 0 in double precision: no gradient comes back", py.dict([["f", f.name]]));
  }
  if ((py.truth(m.any(off)) || (py.truth(f.kinks) && py.truth(alike)))) {
    return _kinked(f, z, slopes);
  }
  if ((py.truth(alike) && py.truth(py.gt(n, 1)))) {
    return say("{f} has f′ = {slope} in {all}", py.dict([["f", f.name], ["slope", new Number(py.item(slopes, 0), "short")], ["all", new Count(n, n, "unit")]]));
  }
  if ((!py.truth(f.kinks) && py.truth((flat = py.int(m.sum(py.lt(py.abs(slopes), py.mul(SATURATED.value, largest_slope(f))))))))) {
    return say("{f} is saturated in {flat}: little of the gradient comes back", py.dict([["f", f.name], ["flat", new Count(flat, n, "unit")]]));
  }
  if (py.truth(py.eq(n, 1))) {
    return say("{f} has f′ = {slope} here", py.dict([["f", f.name], ["slope", new Number(py.item(slopes, 0), "four")]]));
  }
  [low, high] = py.tuple_of(new Number(m.min(slopes), "four"), new Number(m.max(slopes), "four"));
  return say("{f} has f′ between {low} and {high}", py.dict([["f", f.name], ["low", low], ["high", high]]));
}
function _kinked(f, z, slopes) {
  let chosen, n, off, one_piece, pieces, side, slope, stands, value, words, $0;
  [n, off] = py.tuple_of(py.len(z), py.eq(slopes, 0));
  if ((py.truth(m.all(off)) && py.truth(m.all(py.eq(f.dA_dZ(GRID, f.A(GRID)), 0))))) {
    return say("{f} is flat everywhere: nothing before it can learn", py.dict([["f", f.name]]));
  }
  value = (py.truth(m.any(off)) ? py.item(py.item(slopes, off), 0) : py.item(slopes, 0));
  chosen = py.eq(slopes, value);
  pieces = np.searchsorted(f.kinks, z, { side: "right" });
  one_piece = (py.truth($0 = py.bool(f.kinks)) ? m.all(py.eq(chosen, py.eq(pieces, py.item(py.item(pieces, chosen), 0)))) : $0);
  slope = new Number(value, "short");
  side = (py.truth(one_piece) ? _piece(f.kinks, py.int(py.item(py.item(pieces, chosen), 0))) : say("f′ = {slope}", py.dict([["slope", slope]])));
  words = (py.truth(py.eq(n, 1)) ? "here, so the derivative is {slope}" : "in {chosen}, so their derivative is {slope}");
  stands = say(words, py.dict([["chosen", new Count(py.int(m.sum(chosen)), n, "unit")], ["slope", slope]]));
  return chain([say("{f}:", py.dict([["f", f.name]])), side, stands], " ");
}
function _piece(kinks, index) {
  let left, right, $0;
  [left, right] = py.map_over(py.tuple_of(py.sub(index, 1), index), (place) => (py.truth((py.le(0, place) && py.lt(place, py.len(kinks)))) ? new Number(py.item(kinks, place), "short") : null));
  if ((left === null)) {
    return say("z < {right}", py.dict([["right", (py.truth($0 = right) ? $0 : new Number(0))]]));
  }
  if ((right === null)) {
    return say("z ≥ {left}", py.dict([["left", left]]));
  }
  return say("{left} ≤ z < {right}", py.dict([["left", left], ["right", right]]));
}
function why_link(l, symbols, taken = "A") {
  let words;
  words = "{Z} = {formula} is linear in {A}; these are the weights of the forward pass";
  return say(words, py.dict([["Z", symbols.of("Z", l)], ["formula", linear(l, symbols, taken)], ["A", symbols.of(taken, py.sub(l, 1))]]));
}
function why_weights(l, symbols) {
  let order, slope, w;
  if (py.truth(symbols.scalar)) {
    return say("{Z} is linear in {W}", py.dict([["Z", symbols.of("Z", l)], ["W", symbols.of("W", l)]]));
  }
  [w, order] = (py.truth(symbols.notation.out_in) ? py.tuple_of("wⱼᵢ", "ji") : py.tuple_of("wᵢⱼ", "ij"));
  slope = new Written(`∂zⱼ/∂${py.str(w)} = aᵢ`, `\\partial z_j / \\partial w_{${py.str(order)}} = a_i`);
  return say("{slope}, all other entries are 0: the short form of a derivative with three indices", py.dict([["slope", slope]]));
}
function backward_layer(passes, l) {
  let dL_dA, dL_dZ, links, net, one, penalty, weight_link;
  [net, one, penalty] = py.tuple_of(passes.net, passes.one_grads, passes.fwd.penalty);
  links = links_of(passes, l);
  [dL_dA, dL_dZ] = py.tuple_of(passes.laid_out(py.of_number(py.item(py.bound(one, "dL_dA"), l), "T")), passes.laid_out(py.of_number(py.item(py.bound(one, "dL_dZ"), l), "T")));
  weight_link = _weight_link(passes, l);
  return new BackwardLayer(l, product_of(passes, l), links, _steps(passes, l, links), dL_dA, dL_dZ, _elementwise(passes, l, dL_dA), (py.truth(py.eq(l, net.L)) ? _shortcut(passes) : null), weight_link, _weight_product(passes, l, weight_link, dL_dZ), ((penalty === null) ? null : passes.gradient_shown(penalty.dR_dW(py.item(net.W, l)))), passes.gradient_shown(py.item(py.bound(passes.grads, "dL_dW"), l)), passes.laid_out(py.item(py.item(passes.grads.dL_dW0, l), py.tuple_of(py.slice(null, null, null), null))), _whole(passes, l), _others(passes, l), _own_parameters(passes, l, dL_dA));
}
function multiply(factors) {
  let factor, value;
  value = py.item(factors, 0).value;
  for (factor of py.item(factors, py.slice(1, null, null))) {
    value = py.matmul(value, factor.value);
  }
  return value;
    return null;
}
function links_of(passes, l) {
  return py.tuple_of(..._to_A(passes, l), ..._within$backward(passes, l));
}
function _to_A(passes, l) {
  if (py.truth(py.eq(l, passes.net.L))) {
    return py.tuple_of(_loss_unit(passes));
  }
  return py.tuple_of(_link_layers(passes, py.add(l, 1)), ...(py.contains(passes.one.M, l) ? py.tuple_of(_left_out(passes, l)) : py.tuple_of()));
}
function _within$backward(passes, l) {
  let f;
  f = _activation(passes, l);
  return (py.contains(passes.net.normalization, l) ? py.tuple_of(f, _scaled(passes, l), _normalized(passes, l)) : py.tuple_of(f));
}
function product_of(passes, l) {
  let factors;
  factors = py.flat_map_over(py.range(passes.net.L, py.sub(l, 1), -1), (k) => py.map_over(links_of(passes, k), (link) => py.tuple_of(link.name, link.l)));
  return py.tuple((((passes.layout === "denominator") && !py.truth(passes.scalar)) ? py.item(factors, py.slice(null, null, -1)) : factors));
}
function _steps(passes, l, links) {
  let came, direct, factors, known, link, name, steps, value, $0, $1;
  [came, steps] = py.tuple_of(_came_back(passes, l, py.item(links, 0)), []);
  for (link of (py.truth(py.eq(l, passes.net.L)) ? py.item(links, py.slice(1, null, null)) : links)) {
    name = `dL_d${py.str(py.item(m.split(link.name, "_d"), 1))}`;
    factors = _in_order(passes, new Factor(link.name, link.l, link.value), came);
    known = _known(passes, name, l);
    direct = (py.truth($1 = (py.truth($0 = py.eq(l, passes.net.L)) ? (link === py.item(links, 1)) : $0)) ? (_direct(passes) !== null) : $1);
    value = ((py.truth(direct) || (known === null)) ? multiply(factors) : known);
    m.append(steps, new Product(name, l, factors, value));
    came = new Factor(name, l, ((known === null) ? value : known));
  }
  return py.tuple(steps);
}
function _came_back(passes, l, first) {
  if (py.truth(py.eq(l, passes.net.L))) {
    return new Factor("dL_dA", l, first.value);
  }
  return new Factor("dL_dZ", py.add(l, 1), passes.laid_out(py.of_number(py.item(py.bound(passes.one_grads, "dL_dZ"), py.add(l, 1)), "T")));
}
function _known(passes, name, l) {
  let found;
  found = py.getattr(passes.one_grads, name, null);
  return (((found === null) || !py.contains(found, l)) ? null : passes.laid_out(py.of_number(py.item(found, l), "T")));
}
function _whole(passes, l) {
  let formula, found, k, name, parts, shown, symbol, symbols, times;
  [found, times] = py.tuple_of([], new Written("·", "\\cdot"));
  for ([name, k, parts] of py.tuple_of(py.tuple_of("dA_dZ", l, _within$backward(passes, l)), py.tuple_of("dZ_dA", py.add(l, 1), _to_A(passes, l)))) {
    if (py.truth(py.eq(py.len(parts), 1))) {
      continue;
    }
    shown = ((passes.layout === "denominator") ? py.item(parts, py.slice(null, null, -1)) : parts);
    symbols = py.map_over(shown, (link) => passes.own.of(link.name, link.l));
    formula = py.item(symbols, 0);
    for (symbol of py.item(symbols, py.slice(1, null, null))) {
      formula = py.add(py.add(formula, times), symbol);
    }
    m.append(found, new Link(name, k, py.item(parts, 0).role, formula, chain(py.map_over(parts, (link) => link.why)), multiply(py.tuple(py.map_over(shown, (link) => new Factor(link.name, link.l, link.value)))), (py.all(py.map_over(parts, (link) => (link.structure === "diagonal"))) ? "diagonal" : "full"), py.item(parts, -1).source, py.item(parts, 0).reused_by));
  }
  return py.tuple(found);
}
function _others(passes, l) {
  let found, grads;
  grads = passes.grads;
  found = py.dict([["dL_dgain", grads.dL_dgain], ["dL_dshift", grads.dL_dshift], ["dL_dalpha", grads.dL_dalpha]]);
  return py.tuple(py.map_over(found.items(), ([name, own]) => py.tuple_of(name, passes.laid_out(py.item(py.item(own, l), py.tuple_of(py.slice(null, null, null), null)))), ([name, own]) => py.contains(own, l)));
}
function _own_parameters(passes, l, dL_dA) {
  let f, factors, formula, gradient, link, value, $0, $1;
  f = py.item(passes.net.f, l);
  if (!py.isinstance(f, Learnt)) {
    return null;
  }
  formula = new Written((py.truth($0 = f.derivative_by_alpha) ? $0 : `${py.str(f.name)}′(α)`), (py.truth($1 = f.latex_derivative_by_alpha) ? $1 : `\\mathrm{${py.str(upright(f.name))}}'(\\alpha)`));
  value = m.copy(passes.links.dA_dalpha(l));
  link = new Link("dA_dalpha", l, "get weight gradient", (py.truth(passes.scalar) ? formula : _diagonal(formula)), why_alpha(np.diag(value), passes.symbols.of("alpha", l)), value, "diagonal", f.source);
  factors = _in_order(passes, new Factor(link.name, l, value), new Factor("dL_dA", l, dL_dA));
  gradient = passes.laid_out(py.item(py.item(passes.one_grads.dL_dalpha, l), py.tuple_of(py.slice(null, null, null), null)));
  return new OwnParameters(link, new Product("dL_dalpha", l, factors, gradient));
}
function _in_order(passes, link, came) {
  return ((passes.layout === "denominator") ? py.tuple_of(link, came) : py.tuple_of(came, link));
}
function _loss_unit(passes) {
  let L, loss, on_kink, value;
  [loss, L] = py.tuple_of(passes.one.loss_function, passes.net.L);
  value = passes.links.dL_dA();
  on_kink = on_kinks(passes.net, passes.one).get(py.tuple_of("residual", L), np.zeros(py.tuple_of(1, py.item(passes.net.widths, -1)), { dtype: py.bool }));
  return new Link("dL_dA", L, "loss unit", derivative_of(loss, "′(a, y)"), why_loss(m.ravel(value), py.item(on_kink, 0)), value, "vector", "7.19", py.tuple(py.range(py.sub(L, 1), 0, -1)));
}
function _activation(passes, l) {
  let a, elementwise, f, formula, name, z;
  [f, z, a] = py.tuple_of(py.item(passes.net.f, l), py.item(passes.one.into_f(l), 0), py.item(py.item(py.bound(passes.one, "A"), l), 0));
  formula = derivative_of(f, "′(z)");
  elementwise = py.isinstance(f, Elementwise);
  if ((py.truth(elementwise) && !py.truth(passes.scalar))) {
    formula = _diagonal(formula);
  }
  name = (py.contains(passes.net.normalization, l) ? "dA_dV" : "dA_dZ");
  return new Link(name, l, "within layer", formula, why_activation(f, z, a, passes.own.of(name, l), passes.scalar), m.copy(passes.links.dA_dV(l)), (py.truth(elementwise) ? "diagonal" : "full"), "7.23, Notation 17", py.tuple(py.range(py.sub(l, 1), 0, -1)));
}
function _scaled(passes, l) {
  let gain, part;
  [gain, part] = py.tuple_of(passes.symbols.of("gain", l), py.item(passes.net.normalization, l));
  return new Link("dV_dZ_hat", l, "within layer", (py.truth(passes.scalar) ? gain : _diagonal(gain)), say("what {part} has brought to mean 0 and variance 1 is scaled and shifted, unit by unit", py.dict([["part", part.name]])), m.copy(passes.links.dV_dZ_hat(l)), "diagonal", part.source, py.tuple(py.range(py.sub(l, 1), 0, -1)));
}
function _normalized(passes, l) {
  let fixed, formula, part, reason, root;
  [part, fixed] = py.tuple_of(py.item(passes.net.normalization, l), passes.one.is_fixed(passes.one_net, l));
  if (py.truth(passes.linked(l))) {
    reason = "mean and variance are taken as numbers here; that they depend on every point of the batch is in the batch's gradient, and in no matrix of one point";
  } else {
    if (py.truth(fixed)) {
      reason = "mean and variance are the running ones, numbers that depend on no z: the link is diagonal";
    } else {
      reason = "mean and variance depend on every z of the layer, so every ẑ does: the link is full";
    }
  }
  root = "\\sqrt{\\sigma^2 + \\varepsilon}";
  formula = new Written("diag(1 / √(σ² + ε))", `\\mathrm{diag}\\left(1 / ${py.str(root)}\\right)`);
  if (!py.truth(fixed)) {
    formula = new Written("(I − 1/k − ẑ ẑᵀ/k) / √(σ² + ε)", `\\frac{1}{${py.str(root)}} \\left(I - \\frac{1}{k} - \\frac{\\hat z \\hat z^T}{k}\\right)`);
  }
  return new Link("dZ_hat_dZ", l, "within layer", formula, say(reason), m.copy(passes.links.dZ_hat_dZ(l)), (py.truth(fixed) ? "diagonal" : "full"), part.source, py.tuple(py.range(py.sub(l, 1), 0, -1)));
}
function _left_out(passes, l) {
  let gone, kept, words;
  kept = py.ne(py.item(py.item(passes.one.M, l), 0), 0);
  gone = py.int(m.sum(py.invert(kept)));
  words = `dropout: {gone} left out of this step, and no gradient comes back through ${py.str((py.truth(py.eq(gone, 1)) ? "it" : "them"))}; `;
  words = py.iadd(words, "what is kept is scaled up");
  return new Link("dA_taken_dA", l, "link layers", new Written("diag(m / (1 − rate))", "\\mathrm{diag}\\left(\\frac{m}{1 - p}\\right)"), say(words, py.dict([["gone", new Count(gone, py.len(kept), "unit")]])), m.copy(passes.links.dA_taken_dA(l)), "diagonal", "Srivastava et al. 2014", py.tuple(py.range(py.sub(l, 1), 0, -1)));
}
function _diagonal(formula) {
  return new Written(`diag(${py.str(formula.plain)})`, `\\mathrm{diag}\\left(${py.str(formula.latex)}\\right)`);
}
function _link_layers(passes, l) {
  let turned;
  turned = py.ne((passes.layout === "numerator"), passes.symbols.notation.out_in);
  return new Link((py.contains(passes.one.M, py.sub(l, 1)) ? "dZ_dA_taken" : "dZ_dA"), l, "link layers", passes.symbols.of("W", l, turned), why_link(l, passes.symbols, (py.contains(passes.one.M, py.sub(l, 1)) ? "A_taken" : "A")), m.copy(passes.links.dZ_dA(l)), "weights", "7.26, Notation 17", py.tuple(py.range(py.sub(l, 2), 0, -1)));
}
function _weight_link(passes, l) {
  let taken;
  taken = (py.contains(passes.one.M, py.sub(l, 1)) ? "A_taken" : "A");
  return new Link("dZ_dW", l, "get weight gradient", passes.symbols.of(taken, py.sub(l, 1), (passes.layout === "numerator")), why_weights(l, passes.symbols), passes.links.dZ_dW(l), "vector", "7.29, Notation 17");
}
function _weight_product(passes, l, link, dL_dZ) {
  let a, as_column, as_row, factors, rows, z;
  rows = (passes.layout === "numerator");
  as_column = function (factor) {
    return (py.truth(rows) ? _turned(factor) : factor);
  };
  as_row = function (factor) {
    return (py.truth(rows) ? factor : _turned(factor));
  };
  [a, z] = py.tuple_of(new Factor("dZ_dW", l, link.value), new Factor("dL_dZ", l, dL_dZ));
  factors = (py.truth(passes.gradient_turned) ? py.tuple_of(as_column(z), as_row(a)) : py.tuple_of(as_column(a), as_row(z)));
  if (py.truth(passes.scalar)) {
    factors = py.tuple_of(z, a);
  }
  return new Product("dL_dW", l, factors, passes.gradient_shown(py.item(py.bound(passes.one_grads, "dL_dW"), l)));
}
function _turned(factor) {
  return new Factor(factor.name, factor.l, py.of_number(factor.value, "T"), true);
}
function _elementwise(passes, l, dL_dA) {
  let difference, f, product, slopes, value;
  f = py.item(passes.net.f, l);
  if (!py.isinstance(f, Elementwise)) {
    return null;
  }
  slopes = passes.laid_out(py.of_number(f.dA_dZ(passes.one.into_f(l), py.item(py.bound(passes.one, "A"), l)), "T"));
  value = py.mul(slopes, dL_dA);
  product = multiply(_in_order(passes, new Factor("", l, passes.links.dA_dV(l)), new Factor("dL_dA", l, dL_dA)));
  difference = (py.truth(m.all(np.isfinite(product))) ? py.float(np.nanmax(py.abs(py.sub(value, product)), { initial: 0 })) : 0);
  return new Elementwise$passes(slopes, value, difference);
}
function _direct(passes) {
  return shortcut(py.item(passes.net.f, passes.net.L), passes.one.loss_function);
}
function _shortcut(passes) {
  let L, direct, finite, grads, links, long_way, value;
  [L, direct] = py.tuple_of(passes.net.L, _direct(passes));
  if ((direct === null)) {
    return null;
  }
  grads = passes.one_grads;
  value = passes.laid_out(py.of_number((py.contains(grads.dL_dV, L) ? py.item(grads.dL_dV, L) : py.item(py.bound(grads, "dL_dZ"), L)), "T"));
  links = passes.links;
  long_way = multiply(_in_order(passes, new Factor("", L, links.dA_dV(L)), new Factor("dL_dA", L, links.dL_dA())));
  finite = py.bool(m.all(np.isfinite(long_way)));
  return new Shortcut$passes(direct.name, new Written(direct.derivative, direct.latex_derivative), value, long_way, (py.truth(finite) ? py.float(m.max(py.abs(py.sub(value, long_way)))) : null), _shortcut_reason(finite), derivation(direct));
}
function _shortcut_reason(finite) {
  if (py.truth(finite)) {
    return "a factor of the activation's derivative cancels the loss's denominator";
  }
  return "an output is 0 or 1 to the last digit, so the long way is 0 times infinity; the short way divides by nothing";
}
function derivative_of(part, otherwise) {
  let plain, prime, $0, $1;
  plain = (py.truth($0 = part.derivative) ? $0 : `${py.str(part.name)}${py.str(otherwise)}`);
  prime = m.replace(otherwise, "′", "'");
  return new Written(plain, (py.truth($1 = part.latex_derivative) ? $1 : `\\mathrm{${py.str(upright(part.name))}}${py.str(prime)}`));
}
function formula_of(part, otherwise) {
  let plain, $0, $1;
  plain = (py.truth($0 = part.formula) ? $0 : `${py.str(part.name)}${py.str(otherwise)}`);
  return new Written(plain, (py.truth($1 = part.latex) ? $1 : `\\mathrm{${py.str(upright(part.name))}}${py.str(otherwise)}`));
}
function batch_of(passes) {
  let b, fwd, net, shares;
  [fwd, net] = py.tuple_of(passes.fwd, passes.net);
  b = py.len(fwd.Y);
  if ((py.truth(py.eq(b, 1)) && (py.bound(fwd, "weights") === null))) {
    return null;
  }
  shares = ((py.bound(fwd, "weights") === null) ? np.full(b, py.div(1, b)) : py.div(py.bound(fwd, "weights"), b));
  return new Batch(b, py.bound(passes, "at"), py.tuple(py.map_over(fwd.losses, (loss) => py.float(loss))), py.tuple(py.map_over(shares, (share) => py.float(share))), py.dict(py.map_over(net.layers, (l) => [l, _layer(passes, l)])));
}
function _layer(passes, l) {
  let A, a, dL_dZ, factors, norms, own, shares, straight, turned, value, z;
  [A, dL_dZ] = py.tuple_of(py.of_number(passes.fwd.taken(l), "T"), py.of_number(py.item(py.bound(passes.grads, "dL_dZ"), l), "T"));
  [a, z] = py.tuple_of(new Factor("A", py.sub(l, 1), A), new Factor("dL_dZ", l, dL_dZ));
  turned = py.tuple_of(new Factor("dL_dZ", l, dL_dZ), new Factor("A", py.sub(l, 1), py.of_number(A, "T"), true));
  straight = py.tuple_of(a, new Factor("dL_dZ", l, py.of_number(z.value, "T"), true));
  factors = (py.truth(passes.gradient_turned) ? turned : straight);
  value = py.matmul(py.item(factors, 0).value, py.item(factors, 1).value);
  shares = ((py.bound(passes.fwd, "weights") === null) ? np.full(py.len(passes.fwd.Y), py.div(1, py.len(passes.fwd.Y))) : py.div(py.bound(passes.fwd, "weights"), py.len(passes.fwd.Y)));
  own = np.divide(np.linalg.norm(dL_dZ, { axis: 0 }), shares, { out: np.zeros(py.len(shares)), where: py.ne(shares, 0) });
  norms = py.mul(np.linalg.norm(A, { axis: 0 }), own);
  return new BatchLayer(l, m.copy(A), m.copy(dL_dZ), new Product("dL_dW", l, factors, value), py.tuple(py.map_over(norms, (norm) => py.float(norm))));
}
const EVERY = 400;
const FEW = 8;
function checked(passes) {
  return check_pass(passes.net, passes.fwd, (py.truth(py.le(py.of_number(passes.net.parameters, "size"), EVERY)) ? EVERY : FEW));
}
function check_of(passes, found) {
  return new Check(found.verdict, found.method, found.because, found.tolerance, found.max_error, py.tuple(py.map_over(found.arrays, (each) => _array(passes, each))), _caveats(passes, found), _said(passes, found));
}
function _said(passes, found) {
  let before, behind, worst;
  [before, worst, behind] = m.partition(found.in_words("{worst}"), "{worst}");
  if ((!py.truth(worst) || (found.where === null))) {
    return say("{text}", py.dict([["text", before]]));
  }
  return say("{before}{worst}{behind}", py.dict([["before", before], ["worst", _derivative(passes, found.where)], ["behind", behind]]));
}
function _array(passes, found) {
  let each, numeric, views, weights;
  weights = (py.bound(found, "array") === "W");
  views = py.dict(py.map_over(passes.net.arrays, ([l, name, view]) => [py.tuple_of(l, name), view]));
  numeric = np.full(py.of_number(py.item(views, py.tuple_of(py.bound(found, "layer"), py.bound(found, "array"))), "shape"), np.nan);
  for (each of found.entries) {
    py.setitem(numeric, each.index, each.numeric);
  }
  return new ArrayVerdict(`dL_d${py.str(py.bound(found, "array"))}`, py.bound(found, "layer"), (py.truth(weights) ? passes.gradient_shown(numeric) : passes.laid_out(py.item(numeric, py.tuple_of(py.slice(null, null, null), null)))), found.checked, found.at_kink, py.of_number(found, "size"), found.error, found.verdict, py.tuple(py.map_over(found.entries, (each) => _at_kink(passes, found, each), (each) => (each.verdict === "cannot be told"))));
}
function _at_kink(passes, array, entry) {
  let indices, where;
  where = new Where(py.bound(array, "layer"), py.bound(array, "array"), entry.index);
  indices = py.tuple(py.map_over(entry.index, (index) => py.add(index, 1)));
  return new KinkedEntry(indices, _derivative(passes, where), entry.given, entry.behind, entry.ahead);
}
function _derivative(passes, where) {
  if (py.truth(passes.scalar)) {
    return passes.symbols.of(`dL_d${py.str(py.bound(where, "array"))}`, py.bound(where, "layer"));
  }
  return passes.symbols.by_entry(py.bound(where, "array"), py.bound(where, "layer"), py.tuple(py.map_over(where.index, (index) => py.add(index, 1))));
}
function _caveats(passes, found) {
  let said, whether;
  said = py.list(found.notes);
  if (py.truth(py.lt(py.add(found.checked, found.at_kink), py.of_number(found, "size")))) {
    m.append(said, `${py.str(found.checked)} of ${py.str(py.of_number(found, "size"))} entries were compared one by one, drawn evenly, and one derivative along a random direction, to which all contribute`);
  }
  if (py.truth(found.at_kink)) {
    whether = (py.truth(py.eq(found.at_kink, 1)) ? "1 entry is right" : `${py.str(found.at_kink)} entries are right`);
    m.append(said, `whether ${py.str(whether)} cannot be told: at a kink the loss has no derivative. It has one on each side: from the left, for a slightly smaller entry, and from the right, for a slightly larger one. A formula may give either, or a value between`);
  }
  said = py.iadd(said, py.map_over(passes.net.f.items(), ([l, f]) => _side(passes, l, f), ([l, f]) => (py.isinstance(f, Elementwise) && py.truth(m.any(_at(passes, l))))));
  return py.tuple_of(...said, ...py.map_over(found.faults, (fault) => `fault: ${py.str(fault)}`));
}
function _at(passes, l) {
  return np.isin(passes.fwd.into_f(l), py.item(passes.net.f, l).kinks);
}
function _side(passes, l, f) {
  let Z, above, below, here, kink, on, slope, z;
  [on, Z] = py.tuple_of(_at(passes, l), passes.fwd.into_f(l));
  [here, below, above] = py.map_over(py.tuple_of(Z, np.nextafter(Z, py.neg(np.inf)), np.nextafter(Z, np.inf)), (each) => py.item(f.dA_dZ(each, f.A(each)), on));
  [z, kink] = py.tuple_of(passes.symbols.of("Z", l).plain, `${py.format(py.item(py.item(Z, on), 0), `g`)}`);
  if (py.truth(np.allclose(here, above))) {
    slope = `right-hand one, for z just above ${py.str(kink)}`;
  } else {
    slope = (py.truth(np.allclose(here, below)) ? `left-hand one, for z just below ${py.str(kink)}` : "formula's own");
  }
  return `an entry of ${py.str(z)} is exactly ${py.str(kink)}, a kink of ${py.str(f.name)}: the slope f′(z) used there is the ${py.str(slope)}`;
}
function cost_of(passes) {
  let from_loss, layers, links, net, reused, to_loss, weights;
  [net, links] = py.tuple_of(passes.net, py.dict(py.map_over(passes.net.layers, (l) => [l, links_of(passes, l)])));
  layers = py.tuple(py.map_over(net.layers, (l) => new LayerCost(l, ..._orders(links, l), _reused(links, l))));
  [from_loss, to_loss, reused] = py.map_over(py.tuple_of("from_loss", "to_loss", "reused"), (name) => py.sum(py.map_over(layers, (each) => py.getattr(each, name))));
  weights = py.sum(py.map_over(net.layers, (l) => py.of_number(py.item(net.W, l), "size")));
  return new Cost(layers, from_loss, to_loss, reused, weights, weights, _why(layers, net, passes.symbols));
}
function _orders(links, l) {
  let L, n, product, sizes;
  L = py.max(links);
  product = py.flat_map_over(py.range(L, py.sub(l, 1), -1), (k) => py.map_over(py.item(links, k), (link) => link));
  sizes = py.map_over(py.item(product, py.slice(1, null, null)), (link) => py.of_number(link.value, "size"));
  n = py.item(py.of_number(py.item(py.item(links, l), -1).value, "shape"), 0);
  return py.tuple_of(py.sum(sizes), py.add(py.sum(py.map_over(py.item(py.item(sizes, py.slice(null, -1, null)), py.slice(null, null, -1)), (size) => py.mul(n, size))), py.mul(n, py.of_number(py.item(product, 0).value, "size"))));
}
function _reused(links, l) {
  let new$;
  new$ = (py.truth(py.eq(l, py.max(links))) ? py.item(py.item(links, l), py.slice(1, null, null)) : py.item(links, l));
  return py.sum(py.map_over(new$, (link) => ((link.structure === "diagonal") ? py.len(link.value) : py.of_number(link.value, "size"))));
}
function _why(layers, net, symbols) {
  let first, times, words;
  first = py.item(layers, 0);
  if (py.truth(py.eq(py.set(py.item(net.widths, py.slice(1, null, null))), py.set([1])))) {
    return say("every factor is a number, so all orders cost the same; what is saved is what layers share (Notation 11)");
  }
  if (py.truth(py.le(first.to_loss, first.from_loss))) {
    return say("with so few outputs and one layer both orders cost about the same; what is saved is what layers share");
  }
  times = py.div(first.to_loss, first.from_loss);
  words = "the loss is one number, so a product that begins there is always a matrix times a vector; one that begins at the layer is a matrix times a matrix, {times} times as much for layer {l}, and no other layer can use it again";
  return say(words, py.dict([["times", new Number(times, "three")], ["l", new Number(symbols.notation.first_layer, "whole")]]));
}
class Circumstances extends py.Object {
}
py.dataclass(Circumstances, [["t", ""], ["eta", ""], ["schedule", ""], ["optimizer", ""], ["classes", ""], ["point", ""], ["seed", ""]]);
function header_of(passes, said) {
  let a, answers, classes, given, label, loss, net, one, penalty, predicted, probability, $0;
  [net, one, loss, classes] = py.tuple_of(passes.net, passes.one, passes.one.loss_function, said.classes);
  label = predicted = probability = null;
  [a, penalty] = py.tuple_of(py.item(py.item(py.bound(one, "A"), net.L), 0), passes.fwd.penalty);
  if ((py.contains(py.tuple_of(UNIT, DISTRIBUTION, SIGNS), loss.domain_Y) || (classes !== null))) {
    [answers, given] = py.tuple_of((py.truth($0 = answers_of(loss, [passes.fwd.Y])) ? $0 : answers_in(passes.fwd.Y)), py.item(net.f, net.L).range);
    [label, predicted] = py.map_over(py.tuple_of(one.Y, py.item(py.bound(one, "A"), net.L)), (row) => _answer(row, classes, answers));
    if ((py.truth(UNIT.includes(given)) && (py.truth(answers.one_class) || py.truth(py.eq(py.len(a), 1))))) {
      probability = py.float((py.truth(py.gt(py.len(a), 1)) ? m.max(class_probabilities(py.item(a, null), given)) : py.max(py.item(a, 0), py.sub(1, py.item(a, 0)))));
    }
  }
  return new Header(m.removeprefix(py.repr(net), "Network "), net.widths, py.tuple(py.map_over(net.activations, (f) => py.str(f))), py.str(py.of_number(net, "dtype")), said.point, passes.links.column(py.item(py.bound(one, "A"), 0)), passes.links.column(one.Y), label, predicted, probability, classes, py.str(loss), formula_of(loss, "(a, y)"), py.float(py.bound(one, "loss")), py.float(py.bound(passes.fwd, "loss")), ((penalty === null) ? null : py.str(penalty)), ((penalty === null) ? null : formula_of(penalty, "(W)")), py.float(total_penalty(net, penalty)), passes.layout, passes.symbols, passes.own, said.t, py.bound(said, "eta"), said.schedule, said.optimizer, said.seed);
}
function _answer(row, classes, answers) {
  let names, outputs, yes, $0, $1;
  names = (py.truth($0 = classes) ? $0 : py.tuple_of());
  outputs = py.item(py.of_number(row, "shape"), 1);
  yes = np.flatnonzero(py.item(answers.yes(row), 0));
  if (py.truth(answers.one_class)) {
    yes = row.argmax({ axis: 1 });
  } else {
    if (py.truth(py.eq(outputs, 1))) {
      yes = np.array([py.len(yes)]);
    }
  }
  return (py.truth($1 = m.join(", ", py.map_over(m.tolist(yes), (j) => (py.truth(py.lt(j, py.len(names))) ? py.item(names, j) : py.str(j))))) ? $1 : "none");
}
class Descent extends py.Object {
  __init__(passes, optimizer, eta, state = null, after = null, note = null) {
    const self = this;
    let fresh, net, $0;
    self.note = note;
    self.searching = (py.truth(optimizer.rule.whole_set) ? optimizer : null);
    [self.passes, self.optimizer] = py.tuple_of(passes, (py.truth(optimizer.rule.whole_set) ? new SGD() : optimizer));
    net = passes.net;
    fresh = self.optimizer.first_state(net.parameters, net.shapes);
    self.fresh = (state === null);
    self.before = py.dict(py.map_over(py.or(fresh, py.dict((py.truth($0 = state) ? $0 : py.dict([])))).items(), ([name, array]) => [name, m.copy(array)]));
    self.state = py.dict(py.map_over(self.before.items(), ([name, array]) => [name, m.copy(array)]));
    [self.after, self.taken] = py.tuple_of(m.copy(net), (after !== null));
    if ((after !== null)) {
      self.after.parameters = after;
      return null;
    }
    self.optimizer.update_in_place(self.after.parameters, m.copy(py.bound(passes.grads, "flat")), eta, self.state);
    return null;
  }
  rule() {
    const self = this;
    let optimizer, plain;
    [optimizer, plain] = py.tuple_of(self.optimizer, py.isinstance(self.optimizer, SGD));
    return new Rule(py.str(optimizer), formula_of(optimizer, ""), plain, ((self.note === null) ? _about(self) : `${py.str(_about(self))}; ${py.str(self.note)}`), self.loss_after, (self.note !== null));
  }
  get loss_after() {
  return py.cached(this, "loss_after", () =>  {
    const self = this;
    return loss_at(self.passes, self.after);
  });
  }
  layer(l) {
    const self = this;
    let grads, net, passes;
    [passes, net, grads] = py.tuple_of(self.passes, self.passes.net, self.passes.grads);
    return new Update(l, passes.weights_shown(py.item(net.W, l)), passes.weights_shown(py.item(py.bound(grads, "dL_dW"), l)), passes.weights_shown(py.item(self.after.W, l)), m.copy(py.item(py.item(net.W0, l), py.tuple_of(py.slice(null, null, null), null))), m.copy(py.item(py.item(grads.dL_dW0, l), py.tuple_of(py.slice(null, null, null), null))), m.copy(py.item(py.item(self.after.W0, l), py.tuple_of(py.slice(null, null, null), null))), py.tuple(self._remembered(l)), self._others(l));
  }
  _others(l) {
    const self = this;
    let found, grads, net;
    [net, grads] = py.tuple_of(self.passes.net, self.passes.grads);
    found = py.tuple_of(py.tuple_of("gain", net.gain, grads.dL_dgain, self.after.gain), py.tuple_of("shift", net.shift, grads.dL_dshift, self.after.shift), py.tuple_of("alpha", net.alpha, grads.dL_dalpha, self.after.alpha));
    return py.tuple(py.map_over(found, ([name, before, gradient, after]) => new Change(name, m.copy(py.item(py.item(before, l), py.tuple_of(py.slice(null, null, null), null))), m.copy(py.item(py.item(gradient, l), py.tuple_of(py.slice(null, null, null), null))), m.copy(py.item(py.item(after, l), py.tuple_of(py.slice(null, null, null), null)))), ([name, before, gradient, after]) => py.contains(before, l)));
  }
  _remembered(l) {
    const self = this;
    let net;
    net = self.passes.net;
    return py.map_over((py.truth(py.bound(self, "taken")) ? py.tuple_of() : self.optimizer.rule.remembers), (name) => new StateArray(name, ...py.map_over(py.tuple_of(self.before, self.state), (state) => self.passes.weights_shown(py.item(net.with_parameters(py.item(state, name)).W, l)))));
  }
  what_if(l) {
    const self = this;
    let dL_dA, dL_dZ, difference, fwd, grads, net, passes, relative, size, symbols, words, wrong;
    [passes, net, fwd, grads] = py.tuple_of(self.passes, self.passes.net, self.passes.fwd, self.passes.grads);
    dL_dA = py.matmul(py.item(py.bound(grads, "dL_dZ"), py.add(l, 1)), py.of_number(py.item(self.after.W, py.add(l, 1)), "T"));
    dL_dA = (py.contains(fwd.M, l) ? py.mul(py.item(fwd.M, l), dL_dA) : dL_dA);
    dL_dZ = py.item(net.f, l).dL_dZ(dL_dA, fwd.into_f(l), py.item(py.bound(fwd, "A"), l));
    if (py.contains(net.normalization, l)) {
      dL_dZ = normalization_link(net, fwd, l, py.mul(dL_dZ, py.item(net.gain, l)));
    }
    wrong = py.matmul(py.of_number(fwd.taken(l), "T"), dL_dZ);
    if ((fwd.penalty !== null)) {
      wrong = py.iadd(wrong, fwd.penalty.dR_dW(py.item(net.W, l)));
    }
    difference = py.sub(wrong, py.item(py.bound(grads, "dL_dW"), l));
    size = py.float(np.linalg.norm(py.item(py.bound(grads, "dL_dW"), l)));
    relative = (py.truth(size) ? py.div(py.float(np.linalg.norm(difference)), size) : 0);
    symbols = passes.symbols;
    words = "{link} would be the new {W}, and the product would not be the gradient of the loss at any point";
    return new WhatIf(l, passes.gradient_shown(wrong), passes.gradient_shown(difference), relative, say(words, py.dict([["link", symbols.of("dZ_dA", py.add(l, 1))], ["W", symbols.of("W", py.add(l, 1))]])));
  }
}
function loss_at(passes, net) {
  let again, fwd;
  fwd = passes.fwd;
  again = py.tuple_of(fwd.loss_function, py.bound(fwd, "weights"), fwd.penalty, fwd.M, fwd.statistics);
  return py.float(py.bound(traced_forward(net, py.item(py.bound(fwd, "A"), 0), fwd.Y, ...again), "loss"));
    return null;
}
function _about(descent) {
  if ((descent.searching !== null)) {
    return `${py.str(descent.searching.name)} searches its steps over every point; shown is the plain one down this gradient (7.1)`;
  }
  if (py.isinstance(descent.optimizer, SGD)) {
    return "straight down the gradient (7.1); it remembers nothing";
  }
  if (py.truth(py.bound(descent, "taken"))) {
    return "the step is the one that the training took, with what the optimiser remembered then";
  }
  if (py.truth(descent.fresh)) {
    return "it begins without memory, as in the first step of a training: a model file does not keep an optimiser's state";
  }
  return "its state is that of the training, before this step";
}
function health_of(passes, descent) {
  let W, change, grads, health, l, net, ratio, squares, total;
  [net, grads] = py.tuple_of(passes.net, passes.grads);
  squares = py.dict(py.map_over(net.layers, (l) => [l, py.add(py.pow(_norm(py.item(py.bound(grads, "dL_dW"), l)), 2), py.pow(_norm(py.item(grads.dL_dW0, l)), 2))]));
  total = py.sum(squares.values());
  health = py.dict([]);
  for (l of net.layers) {
    [W, change] = py.tuple_of(_norm(py.item(net.W, l)), _norm(py.sub(py.item(descent.after.W, l), py.item(net.W, l))));
    ratio = (py.truth(W) ? py.div(change, W) : (py.truth(change) ? np.inf : 0));
    py.setitem(health, l, new LayerHealth(l, _norm(py.item(py.bound(grads, "dL_dA"), l)), _norm(py.item(py.bound(grads, "dL_dZ"), l)), _norm(py.item(py.bound(grads, "dL_dW"), l)), _norm(py.item(grads.dL_dW0, l)), W, change, py.float(ratio), (py.truth(total) ? py.float(py.div(py.item(squares, l), total)) : 0), unit_blame(py.item(py.bound(grads, "dL_dZ"), l)), _verdict$health(py.float(ratio))));
  }
  return health;
}
function unit_blame(dL_dZ) {
  let sizes, total;
  sizes = m.sum(py.abs(dL_dZ), { axis: 0 });
  total = py.float(m.sum(sizes));
  return py.tuple(py.map_over(sizes, (size) => ((py.truth(total) && py.truth(np.isfinite(total))) ? py.div(py.float(size), total) : 0)));
}
function _norm(values) {
  return py.float(np.linalg.norm(values));
    return null;
}
function _verdict$health(ratio) {
  if (py.truth(py.eq(ratio, 0))) {
    return "does not move";
  }
  if ((!py.truth(np.isfinite(ratio)) || py.truth(py.gt(ratio, MOVES_FAR.value)))) {
    return "moves far";
  }
  return (py.truth(py.lt(ratio, HARDLY_MOVES.value)) ? "hardly moves" : "moves as is usual");
}
function size_of_inputs(X) {
  let values;
  values = (py.hasattr(X, "tocsr") ? X.data : py.item(X, py.ne(X, 0)));
  return (py.truth(py.len(values)) ? rms(values) : 0);
}
function rms(values) {
  return py.float(np.sqrt(np.mean(np.square(values, { dtype: np.float64 }))));
    return null;
}
class TrainingWarning extends py.Object {
}
py.attributes(TrainingWarning, { opening: "" });
class TargetOutOfRange extends TrainingWarning {
}
py.attributes(TargetOutOfRange, { opening: "The output activation cannot give every target" });
class Advice extends py.Object {
  __str__() {
    const self = this;
    return `${py.str(self.category.opening)}: ${py.str(self.found)}; ${py.str(self.remedy)}`;
  }
}
py.dataclass(Advice, [["category", ""], ["found", ""], ["remedy", ""], ["measured", "Mapping[str, float]", others.field({ default_factory: py.dict })]]);
const OFFERED = py.tuple_of("identity", "softplus", "tanh", "sigmoid");
function out_of_range(f, loss, Y) {
  let away, count, farthest, of, outside, row, spread, what, where, $0;
  if ((py.truth(_has_all(f.range, loss.domain_Y)) || !py.truth(in_units_of_targets(loss)) || py.isinstance(f.range, LogSimplex))) {
    return null;
  }
  Y = np.asarray(Y, np.float64);
  away = _distance(f.range, Y);
  spread = (py.truth($0 = py.float(Y.std())) ? $0 : py.float(m.max(py.abs(Y), { initial: 0 })));
  if (!py.truth(py.gt(m.max(away, { initial: 0 }), py.mul(OUT_OF_RANGE.value, spread)))) {
    return null;
  }
  outside = m.any(py.gt(away, py.mul(OUT_OF_RANGE.value, spread)), { axis: 1 });
  farthest = np.unravel_index(py.int(away.argmax()), py.of_number(away, "shape"));
  row = m.join(", ", py.map_over(py.item(Y, py.item(farthest, 0)), (each) => `${py.format(each, `g`)}`));
  what = `${py.str((py.truth(py.eq(py.item(py.of_number(Y, "shape"), 1), 1)) ? row : `[${py.str(row)}]`))} in row ${py.str(py.item(farthest, 0))}`;
  [count, of] = py.tuple_of(py.int(m.sum(outside)), (py.truth(py.eq(py.len(Y), 1)) ? "target is" : "targets are"));
  where = `${py.str(f.range)}, the range of ${py.str(f)} in the last layer`;
  return new Advice(TargetOutOfRange, `${py.str(count)} of ${py.str(py.len(Y))} ${py.str(of)} outside ${py.str(where)}: ${py.str(what)}, counted from 0, is missed by ${py.format(m.max(away), `.3g`)} at least`, _fitting(loss, Y), py.dict([["outside", py.float(m.mean(outside))], ["missed by", py.float(m.max(away))]]));
}
function in_units_of_targets(loss) {
  let A, Y, same, $0, $1;
  [A, Y] = py.tuple_of(loss.domain_A, loss.domain_Y);
  same = (py.truth($0 = py.eq(py.tuple_of(A.low, A.high), py.tuple_of(Y.low, Y.high))) ? $0 : py.isinstance(Y, Ends));
  return (py.truth($1 = same) ? py.eq(loss.outputs_per_target, 1) : $1);
}
function _has_all(inside, targets) {
  let alike, $0, $1;
  alike = (py.isinstance(targets, Simplex) || !py.isinstance(inside, Simplex));
  return (py.truth($1 = (py.truth($0 = alike) ? py.le(inside.low, targets.low) : $0)) ? py.le(targets.high, inside.high) : $1);
}
function _distance(inside, Y) {
  let away;
  away = np.maximum(np.maximum(py.sub(inside.low, Y), py.sub(Y, inside.high)), 0);
  if (py.isinstance(inside, Simplex)) {
    away = np.maximum(away, py.div(py.abs(py.sub(m.sum(Y, { axis: 1, keepdims: true }), 1)), py.item(py.of_number(Y, "shape"), 1)));
  }
  return away;
}
function _fitting(loss, Y) {
  let has_all, parts, scale;
  parts = py.map_over(OFFERED, (name) => find(Activation, name), (name) => py.contains(py.item(CATALOGUE, "activation"), name));
  has_all = py.map_over(parts, (f) => f.name, (f) => (py.truth(loss.domain_A.includes(f.range)) && !py.truth(m.any(_distance(f.range, Y)))));
  scale = "scale the targets into the range";
  return (py.truth(has_all) ? `${py.str(scale)}, or take an output activation that has them: ${py.str(m.join(", ", has_all))}` : scale);
}
class Seen extends py.Object {
  get points() {
    const self = this;
    return py.len(self.passes.fwd.Y);
  }
  number(l) {
    const self = this;
    return py.sub(py.add(self.passes.symbols.notation.first_layer, l), 1);
  }
  off(l) {
    const self = this;
    return off(...self._layer(l));
  }
  flat(l) {
    const self = this;
    return flat(...self._layer(l));
  }
  _layer(l) {
    const self = this;
    return py.tuple_of(py.item(self.passes.net.f, l), self.passes.fwd.into_f(l), py.item(py.bound(self.passes.fwd, "A"), l));
  }
}
py.dataclass(Seen, [["passes", ""], ["descent", ""], ["eta", ""]]);
const OFF = "units off";
const DEAD = "dead units";
function* dead_units(seen) {
  let f, l;
  for ([l, f] of seen.passes.net.f.items()) {
    if ((f.name !== "step")) {
      yield* dead_at(seen, l, everywhere(seen.off(l)), seen.points);
    }
  }
}
function* dead_at(seen, l, dead, points) {
  let layer, sure, where, whole;
  if (!py.truth(m.any(dead))) {
    return null;
  }
  [whole, layer] = py.tuple_of(py.bool(m.all(dead)), `layer ${py.str(seen.number(l))} (${py.str(py.item(seen.passes.net.f, l).name)})`);
  sure = py.ge(py.mul(points, (py.truth(whole) ? py.len(dead) : 1)), FEW_POINTS.value);
  where = (py.truth(py.eq(points, 1)) ? "at this point" : `at all ${py.str(points)} points`);
  yield new Lint((py.truth(py.eq(points, 1)) ? OFF : DEAD), ((py.truth(sure) && py.truth(py.ge(m.mean(dead), FLAT_LAYER.value))) ? "warning" : "note"), l, units_in(dead), py.add(`${py.str(count_of(py.int(m.sum(dead)), py.len(dead), "unit"))} of ${py.str(layer)} pass no gradient back ${py.str(where)}`, ((py.truth(whole) && py.truth(py.gt(l, 1))) ? ": no layer before it learns from this step" : "")), (py.truth(sure) ? "a unit that is off at every point gets no gradient and stays off: try leaky_relu or elu, smaller steps, init he_normal, or biases that start at 0" : "usual for so few points, as other points may switch it on: explain a larger batch to see"), py.dict([["dead", py.float(m.mean(dead))]]));
}
function* saturated_units(seen) {
  let flat, fwd, l, net;
  [net, fwd] = py.tuple_of(seen.passes.net, seen.passes.fwd);
  for (l of py.range(1, net.L)) {
    flat = everywhere(py.and(seen.flat(l), py.invert(seen.off(l))));
    if ((!py.truth(m.any(flat)) || py.truth(py.lt(m.mean(flat), FLAT_LAYER.value)))) {
      continue;
    }
    yield new Lint("saturated units", "warning", l, units_in(flat), `${py.str(count_of(py.int(m.sum(flat)), py.len(flat), "unit"))} of layer ${py.str(seen.number(l))} (${py.str(py.item(net.activations, py.sub(l, 1)))}) pass back less than ${py.format(py.mul(100, SATURATED.value), `g`)} % of what they could`, "scale the inputs, draw smaller weights (init glorot_normal), or use relu or silu, which have one flat end", py.dict([["largest |z|", py.float(m.max(py.abs(py.item(fwd.Z, l))))]]));
  }
}
function* saturated_output(seen) {
  let L, f, flat, loss, passes, stuck, where;
  [passes, L] = py.tuple_of(seen.passes, seen.passes.net.L);
  [f, loss] = py.tuple_of(py.item(passes.net.f, L), passes.fwd.loss_function);
  if (((shortcut(f, loss) !== null) || !py.truth(m.any(py.gt(passes.fwd.losses, LARGE_LOSS.value))))) {
    return null;
  }
  flat = seen.flat(L);
  stuck = py.and(m.all(flat, { axis: 1 }), py.gt(passes.fwd.losses, LARGE_LOSS.value));
  if (!py.truth(m.any(stuck))) {
    return null;
  }
  where = (py.truth(py.eq(seen.points, 1)) ? "" : ` at ${py.str(count_of(py.int(m.sum(stuck)), seen.points, "point"))}`);
  yield new Lint("saturated output", (py.truth(py.ge(m.mean(stuck), FLAT_LAYER.value)) ? "warning" : "note"), L, units_in(everywhere(py.item(flat, stuck))), `the output is sure and wrong${py.str(where)}, and ${py.str(f)} with ${py.str(loss.name)} passes almost no gradient back`, "pair softmax with nllm, or sigmoid with nll: what saturates cancels (Concept 19)", py.dict([["loss", py.float(m.max(py.item(passes.fwd.losses, stuck)))]]));
}
function* step_activation(seen) {
  let f, l;
  for ([l, f] of seen.passes.net.f.items()) {
    if ((py.isinstance(f, Elementwise) && py.truth(m.all(py.eq(f.dA_dZ(GRID, f.A(GRID)), 0))))) {
      yield new Lint("no derivative", "warning", l, py.tuple_of(), `${py.str(f.name)} has derivative 0 everywhere: no gradient passes layer ${py.str(seen.number(l))} (7.31)`, "use sigmoid, which is a smooth step, or relu, whose derivative is 1 for z ≥ 0", py.dict([]));
    }
  }
}
function* symmetric_units(seen) {
  let l, n, net, zero;
  net = seen.passes.net;
  for (l of net.layers) {
    [n, zero] = py.tuple_of(py.item(net.widths, l), !py.truth(m.any(py.item(net.W, l))));
    if ((py.truth(py.eq(l, net.L)) || py.truth(py.lt(n, 2)) || !(py.truth(zero) || py.truth(alike(net, l))))) {
      continue;
    }
    yield new Lint((py.truth(zero) ? "zero weights" : "symmetric units"), "warning", l, py.tuple(py.range(1, py.add(n, 1))), py.add(`all ${py.str(n)} units of layer ${py.str(seen.number(l))} have `, (py.truth(zero) ? "weights 0: they ignore the input" : "the same weights, so they get the same gradient and stay alike")), "draw the weights at random (Concept 20): init gaussian, he_normal or glorot_normal", py.dict([]));
  }
}
function units_in(chosen) {
  return py.tuple(py.map_over(np.flatnonzero(chosen), (unit) => py.add(py.int(unit), 1)));
}
function* first_non_finite(seen) {
  let fwd, grads, l, name, net, order, units, values, $0;
  [fwd, grads, net] = py.tuple_of(seen.passes.fwd, seen.passes.grads, seen.passes.net);
  order = [];
  for (l of net.layers) {
    order = py.iadd(order, [py.tuple_of("Z", l, py.item(fwd.Z, l)), py.tuple_of("A", l, py.item(py.bound(fwd, "A"), l))]);
  }
  m.append(order, py.tuple_of("L", 0, np.array([py.bound(fwd, "loss")])));
  for (l of py.reversed(net.layers)) {
    order = py.iadd(order, [py.tuple_of("dL_dZ", l, py.item(py.bound(grads, "dL_dZ"), l)), py.tuple_of("dL_dW", l, py.item(py.bound(grads, "dL_dW"), l))]);
  }
  for ([name, l, values] of order) {
    if (py.truth(m.all(np.isfinite(values)))) {
      continue;
    }
    units = ((name === "L") ? py.tuple_of() : units_in(py.invert(np.asarray(m.all(np.isfinite(values), { axis: 0 })))));
    yield new Lint("not finite", "error", (py.truth($0 = l) ? $0 : null), ((name !== "dL_dW") ? units : py.tuple_of()), `${py.str(seen.passes.symbols.of(name, l).plain)} is the first value that is not finite`, "take a smaller step size, scale the inputs, or clip the gradient: clip_norm(largest=1.0, then=...)", py.dict([["largest finite", py.float(np.max(np.abs(py.item(values, np.isfinite(values))), { initial: 0 }))]]));
    return null;
  }
}
function* unscaled_inputs(seen) {
  let largest, uneven, usual, x, $0;
  x = m.max(py.abs(py.item(py.bound(seen.passes.fwd, "A"), 0)), { axis: 0 });
  largest = py.float(m.max(x));
  if (py.truth(py.gt(largest, LARGE_INPUT.value))) {
    usual = (py.truth(m.any(py.gt(x, 0))) ? py.float(np.median(py.item(x, py.gt(x, 0)))) : 0);
    uneven = (py.truth($0 = py.gt(usual, 0)) ? py.gt(py.div(largest, usual), UNEVEN_INPUTS.value) : $0);
    yield new Lint("unscaled inputs", "warning", 1, units_in(py.gt(x, LARGE_INPUT.value)), py.add(py.add(`an input is ${py.format(largest, `.3g`)}`, (py.truth(uneven) ? `, ${py.format(py.div(largest, usual), `.0f`)} times the usual one` : "")), "; a weight's gradient is proportional to its input, so one step size fits no two of them"), "standardise each column to mean 0 and standard deviation 1; `clearprop train` does", py.dict([["largest |x|", largest]]));
  }
}
function* small_inputs(seen) {
  let size;
  size = size_of_inputs(py.item(py.bound(seen.passes.fwd, "A"), 0));
  if (py.truth((py.lt(0, size) && py.lt(size, py.div(1, FAR_FROM_UNIT.value))))) {
    yield new Lint("unscaled inputs", (py.truth(py.gt(seen.points, 1)) ? "warning" : "note"), 1, py.tuple_of(), `the inputs' root mean square is ${py.format(size, `.1e`)}; a weight's gradient is proportional to its input, so layer ${py.str(seen.number(1))} hardly learns`, "standardise each column to mean 0 and standard deviation 1; `clearprop train` does", py.dict([["size of inputs", size]]));
  }
}
function* exploding_values(seen) {
  let fwd, growth, inputs, l, net;
  [fwd, net] = py.tuple_of(seen.passes.fwd, seen.passes.net);
  inputs = py.max(1, per_unit(py.item(py.bound(fwd, "A"), 0)));
  for (l of py.range(1, net.L)) {
    growth = py.div(per_unit(py.item(fwd.Z, l)), inputs);
    if (!py.truth((py.lt(EXPLODING_VALUES.value, growth) && py.lt(growth, np.inf)))) {
      continue;
    }
    yield new Lint("exploding values", "warning", l, py.tuple_of(), `${py.str(seen.passes.symbols.of("Z", l).plain)} is ${py.format(growth, `.1e`)} times as large as the inputs`, "draw weights to the width (init he_normal for relu, glorot_normal for tanh), or normalise the layers", py.dict([["growth", growth]]));
    return null;
  }
}
function* unreachable_targets(seen) {
  let advice, fwd, net;
  [fwd, net] = py.tuple_of(seen.passes.fwd, seen.passes.net);
  advice = out_of_range(py.item(net.f, net.L), fwd.loss_function, fwd.Y);
  if ((advice !== null)) {
    yield new Lint("target out of range", "warning", net.L, py.tuple_of(), advice.found, advice.remedy, py.dict(advice.measured));
  }
}
function per_unit(values) {
  return py.float(np.sqrt(m.mean(py.pow(np.abs(values), 2))));
}
const HALVINGS = 40;
function* vanishing_gradient(seen) {
  let chance, first, hardly, l, largest, net, sizes, $0, $1;
  [sizes, net] = py.tuple_of(_sizes(seen), seen.passes.net);
  for (l of py.range(py.sub(net.L, 1), 0, -1)) {
    largest = py.max(py.range(py.add(l, 1), py.add(net.L, 1)), { key: (k) => py.item(sizes, k) });
    if ((py.truth(_is_cut(seen, l)) || !py.truth((py.lt(0, ($0 = py.item(sizes, largest))) && py.lt($0, np.inf))) || py.truth(py.ge(py.item(sizes, l), py.mul(VANISHING.value, py.item(sizes, largest)))))) {
      continue;
    }
    first = (py.truth(py.eq(l, 1)) ? "" : `, and ${py.str(_name(seen, 1))} ${py.format(py.div(py.item(sizes, 1), py.item(sizes, largest)), `.1e`)}`);
    hardly = (py.truth(py.eq(l, 1)) ? `layer ${py.str(seen.number(l))} hardly learns` : `layers up to ${py.str(seen.number(l))} hardly learn`);
    chance = (py.truth($1 = py.eq(seen.points, 1)) ? py.any(py.map_over(py.range(l, net.L), (k) => py.item(net.f, k).kinks)) : $1);
    yield new Lint("vanishing gradient", (py.truth(chance) ? "note" : "warning"), l, py.tuple_of(), `${py.str(_name(seen, l))} is ${py.format(py.div(py.item(sizes, l), py.item(sizes, largest)), `.1e`)} of ${py.str(_name(seen, largest))}${py.str(first)}: ${py.str(hardly)}`, (py.truth(chance) ? "usual for one point that is on the flat side of many units: explain a batch to see" : "draw weights to the width (init he_normal for relu, glorot_normal for tanh), or use an activation whose slope is 1 over half its range"), py.dict([["ratio", py.div(py.item(sizes, l), py.item(sizes, largest))], ["ratio at layer 1", py.div(py.item(sizes, 1), py.item(sizes, largest))]]));
    return null;
  }
}
function* exploding_gradient(seen) {
  let L, first, l, later, sizes, smallest, $0;
  [sizes, L] = py.tuple_of(_sizes(seen), seen.passes.net.L);
  for (l of py.range(py.sub(L, 1), 0, -1)) {
    later = py.map_over(py.range(py.add(l, 1), py.add(L, 1)), (k) => k, (k) => py.truth(py.gt(py.item(sizes, k), 0)));
    smallest = py.min(later, { key: (k) => py.item(sizes, k), default: 0 });
    if ((!py.truth(later) || !py.truth((py.lt(py.mul(EXPLODING.value, py.item(sizes, smallest)), ($0 = py.item(sizes, l))) && py.lt($0, np.inf))))) {
      continue;
    }
    first = (py.truth(py.eq(l, 1)) ? "" : `, and ${py.str(_name(seen, 1))} ${py.format(py.div(py.item(sizes, 1), py.item(sizes, smallest)), `.1e`)} times`);
    yield new Lint("exploding gradient", "warning", l, py.tuple_of(), `${py.str(_name(seen, l))} is ${py.format(py.div(py.item(sizes, l), py.item(sizes, smallest)), `.1e`)} times ${py.str(_name(seen, smallest))}${py.str(first)}`, "draw smaller weights, or clip the gradient: clip_norm(largest=1.0, then=...)", py.dict([["ratio", py.div(py.item(sizes, l), py.item(sizes, smallest))], ["ratio at layer 1", py.div(py.item(sizes, 1), py.item(sizes, smallest))]]));
    return null;
  }
}
function _sizes(seen) {
  return py.dict(py.map_over(py.bound(seen.passes.grads, "dL_dZ").items(), ([l, dL_dZ]) => [l, per_unit(dL_dZ)]));
}
function _is_cut(seen, l) {
  let net;
  net = seen.passes.net;
  return (py.any(py.map_over(py.range(l, net.L), (k) => py.bool(m.all(seen.off(k))))) || py.any(py.map_over(py.range(py.add(l, 1), py.add(net.L, 1)), (k) => !py.truth(m.any(py.item(net.W, k))))));
}
function _name(seen, l) {
  return seen.passes.symbols.of("dL_dZ", l).plain;
}
function* rising_loss(seen) {
  let advice, after, at_lowest, before, better, kinks;
  [before, after] = py.tuple_of(py.float(py.bound(seen.passes.fwd, "loss")), seen.descent.loss_after);
  if ((!py.truth(np.isfinite(before)) || (py.truth(np.isfinite(after)) && py.truth(py.le(after, before))) || !py.truth(py.bound(seen, "eta")))) {
    return null;
  }
  [better, kinks] = py.tuple_of(measured_eta(seen), on_kinks(seen.passes.net, seen.passes.fwd));
  if ((better !== null)) {
    advice = `eta = ${py.format(better, `.2g`)} lowers it the most of those tried`;
  } else {
    advice = py.add("no smaller step size lowers it either: ", (py.truth(kinks) ? _on_kink(seen, kinks) : "look for a wrong derivative with check_gradients"));
  }
  at_lowest = ((better === null) && py.bool(m.all(kinks.get(py.tuple_of("residual", seen.passes.net.L), np.zeros(1)))));
  yield new Lint("rising loss", (py.truth(at_lowest) ? "note" : "warning"), null, py.tuple_of(), `with eta = ${py.format(py.bound(seen, "eta"), `g`)} the loss of this very batch goes from ${py.format(before, `.4g`)} to ${py.format(after, `.4g`)}`, advice, py.or(py.dict([["loss before", before], ["loss after", py.float(after)]]), ((better === null) ? py.dict([]) : py.dict([["suggested eta", better]]))));
}
function _on_kink(seen, kinks) {
  let fwd, kinds, net, parts;
  [net, fwd, kinds] = py.tuple_of(seen.passes.net, seen.passes.fwd, py.set(py.map_over(kinks, ([kind, ]) => kind)));
  parts = py.map_over(kinks, ([kind, l]) => `${py.str(py.item(net.f, l).name)} in layer ${py.str(seen.number(l))}`, ([kind, l]) => (kind === "unit"));
  if (py.contains(kinds, "residual")) {
    m.insert(parts, 0, `the loss (${py.str(fwd.loss_function.name)})`);
  }
  if ((py.contains(kinds, "weight") && (fwd.penalty !== null))) {
    m.append(parts, `the penalty (${py.str(fwd.penalty.name)})`);
  }
  return `${py.str(m.join(" and ", parts))} ${py.str((py.truth(py.eq(py.len(parts), 1)) ? "is" : "are"))} at a kink here, where there is no derivative, and a step may raise the loss; check_gradients compares the entries that have one`;
}
function measured_eta(seen) {
  let before, best, descent, eta, halving, loss, lowest, passes, trial;
  [passes, descent, before] = py.tuple_of(seen.passes, seen.descent, py.float(py.bound(seen.passes.fwd, "loss")));
  [best, lowest] = py.tuple_of(null, before);
  for (halving of py.range(1, py.add(HALVINGS, 1))) {
    eta = py.div(py.bound(seen, "eta"), py.pow(2, halving));
    trial = new Descent(passes, descent.optimizer, eta, (py.truth(descent.fresh) ? null : descent.before));
    loss = loss_at(passes, trial.after);
    if ((py.truth(np.isfinite(loss)) && py.truth(py.lt(loss, lowest)))) {
      [best, lowest] = py.tuple_of(eta, loss);
    } else {
      if ((best !== null)) {
        break;
      }
    }
  }
  return best;
}
const LINTS = py.tuple_of(first_non_finite, dead_units, saturated_units, saturated_output, step_activation, vanishing_gradient, exploding_gradient, exploding_values, symmetric_units, unscaled_inputs, small_inputs, unreachable_targets, rising_loss);
const SEVERITIES = py.tuple_of("error", "warning", "note");
function lints_of(seen) {
  let found;
  found = py.flat_map_over(LINTS, (look) => py.map_over(py.call(look, [seen]), (lint) => lint));
  return py.tuple(py.sorted(found, { key: (lint) => m.index(SEVERITIES, lint.severity) }));
}
const LISTED$paths = 12;
class Hop extends py.Object {
  get ends_in() {
    const self = this;
    return py.item(m.split(m.removeprefix(self.name, "d"), "_d"), 0);
  }
}
py.dataclass(Hop, [["name", ""], ["l", ""], ["table", ""], ["diagonal", ""]]);
function entry_of(passes, name, l, indices) {
  let along, count, first, hops, j, net, paths, rest, scale, symbol, symbols, total;
  [net, symbols] = py.tuple_of(passes.net, passes.own);
  _require(net.widths, name, l, indices);
  j = py.item(indices, -1);
  hops = _hops(passes, l);
  along = _largest_paths(hops, py.sub(j, 1));
  first = ((name === "W0") ? [] : [_input(passes, l, py.item(indices, 0))]);
  scale = (py.truth(first) ? py.item(py.item(first, 0), 1) : 1);
  paths = py.tuple(py.map_over(along, (units) => _path(passes, l, hops, units, first)));
  total = py.mul(scale, py.float(py.item(py.item(py.bound(passes.one_grads, "dL_dZ"), l), py.tuple_of(0, py.sub(j, 1)))));
  rest = py.sub(total, py.sum(py.map_over(paths, (path) => path.product)));
  count = py.int(np.prod(py.map_over(hops, (hop) => py.float(py.item(py.of_number(py.bound(hop, "table"), "shape"), 1)), (hop) => !py.truth(hop.diagonal))));
  symbol = symbols.entry(name, l, indices);
  return new Entry(name, l, indices, symbol, symbols.by_entry(name, l, indices), total, paths, count, (py.truth(py.eq(py.len(paths), count)) ? 0 : rest), _formula(symbols, hops, name, l, indices, _taken(passes, l)), (py.item(hops, -1).name !== "dL_dA"));
}
function telling_entry(passes) {
  let gradient, i, j;
  gradient = py.abs(np.nan_to_num(py.item(py.bound(passes.one_grads, "dL_dW"), 1)));
  [i, j] = np.unravel_index(py.int(np.argmax(gradient)), py.of_number(gradient, "shape"));
  return py.tuple_of("W", 1, py.tuple_of(py.add(py.int(i), 1), py.add(py.int(j), 1)));
}
function _require(widths, name, l, indices) {
  let L, asked, bound, bounds, index, what;
  L = py.sub(py.len(widths), 1);
  asked = ((name === "W") ? `entry=(${py.str(l)}, ${py.str(m.join(", ", py.map(py.str, indices)))})` : `bias=(${py.str(l)}, ${py.str(py.item(indices, -1))})`);
  if (!py.truth((py.le(1, l) && py.le(l, L)))) {
    throw new py.ValueError(`${py.str(asked)}: layers count 1..${py.str(L)}`);
  }
  bounds = ((name === "W") ? py.tuple_of(py.item(widths, py.sub(l, 1)), py.item(widths, l)) : py.tuple_of(py.item(widths, l)));
  for ([index, bound, what] of py.zip(py.reversed(indices), py.reversed(bounds), py.tuple_of("outputs", "inputs"))) {
    if (!py.truth((py.le(1, index) && py.le(index, bound)))) {
      throw new py.ValueError(`${py.str(asked)}: layer ${py.str(l)} has ${py.str(bound)} ${py.str(what)}, counted from 1`);
    }
  }
    return null;
}
function _hops(passes, l) {
  let L, at_point, chain, direct, found, hops, k, name, net, one, onward, within;
  [net, one, L] = py.tuple_of(passes.net, passes.one, passes.net.L);
  direct = (shortcut(py.item(net.f, L), one.loss_function) !== null);
  at_point = others.replace(passes, py.dict([["layout", "denominator"]]));
  hops = [];
  for (k of py.range(l, py.add(L, 1))) {
    chain = py.map_over(py.reversed(links_of(at_point, k)), (link) => link, (link) => (py.truth(py.eq(link.l, k)) && (link.name !== "dL_dA")));
    within = py.map_over(chain, (link) => link, (link) => (link.role === "within layer"));
    hops = py.iadd(hops, py.map_over(((py.truth(py.eq(k, L)) && py.truth(direct)) ? py.item(within, py.slice(null, -1, null)) : within), (link) => _hop(link)));
    if (py.truth(py.lt(k, L))) {
      onward = py.map_over(py.reversed(links_of(at_point, k)), (link) => link, (link) => (link.role === "link layers"));
      hops = py.iadd(hops, py.map_over(onward, (link) => _hop(link)));
    }
  }
  if (py.truth(direct)) {
    name = (py.contains(net.normalization, L) ? "dL_dV" : "dL_dZ");
    found = (py.contains(net.normalization, L) ? passes.one_grads.dL_dV : py.bound(passes.one_grads, "dL_dZ"));
    return [...hops, new Hop(name, L, py.of_number(py.item(found, L), "T"), true)];
  }
  return [...hops, new Hop("dL_dA", L, py.of_number(one.loss_function.dL_dA(py.item(py.bound(one, "A"), L), one.Y), "T"), true)];
}
function _hop(link) {
  return new Hop(link.name, link.l, link.value, (link.structure === "diagonal"));
}
function _largest_paths(hops, start) {
  let hop, sizes, to, turns, units, ways;
  sizes = py.abs(py.item(py.bound(py.item(hops, -1), "table"), py.tuple_of(py.slice(null, null, null), py.slice(null, 1, null))));
  turns = [];
  for (hop of py.reversed(py.item(hops, py.slice(null, -1, null)))) {
    units = ((hop === py.item(hops, 0)) ? np.array([start]) : np.arange(py.len(py.bound(hop, "table"))));
    [to, ways, sizes] = _best_ways(hop, units, sizes);
    m.append(turns, py.tuple_of(to, ways));
  }
  return py.map_over(py.range(py.item(py.of_number(sizes, "shape"), 1)), (way) => _trail(py.item(turns, py.slice(null, null, -1)), start, way));
}
function _best_ways(hop, units, sizes) {
  let best, found, to, ways;
  if (py.truth(hop.diagonal)) {
    to = np.repeat(py.item(units, py.tuple_of(py.slice(null, null, null), null)), py.item(py.of_number(sizes, "shape"), 1), { axis: 1 });
    ways = np.repeat(py.item(np.arange(py.item(py.of_number(sizes, "shape"), 1)), null), py.len(units), { axis: 0 });
    return py.tuple_of(to, ways, py.mul(py.item(py.abs(py.item(py.bound(hop, "table"), py.tuple_of(units, units))), py.tuple_of(py.slice(null, null, null), null)), py.item(sizes, units)));
  }
  found = m.reshape(py.mul(py.item(py.abs(py.item(py.bound(hop, "table"), units)), py.tuple_of(py.slice(null, null, null), py.slice(null, null, null), null)), py.item(sizes, null)), py.len(units), -1);
  best = py.item(np.argsort(py.neg(np.nan_to_num(found, { nan: np.inf })), { axis: 1, kind: "stable" }), py.tuple_of(py.slice(null, null, null), py.slice(null, LISTED$paths, null)));
  [to, ways] = np.divmod(best, py.item(py.of_number(sizes, "shape"), 1));
  return py.tuple_of(to, ways, np.take_along_axis(found, best, { axis: 1 }));
}
function _trail(turns, start, way) {
  let row, to, units, ways;
  [units, row] = py.tuple_of([start], 0);
  for ([to, ways] of turns) {
    m.append(units, py.int(py.item(to, py.tuple_of(row, way))));
    [row, way] = py.tuple_of(py.item(units, -1), py.int(py.item(ways, py.tuple_of(row, way))));
  }
  return py.tuple(units);
}
function _path(passes, l, hops, units, first) {
  let end, factors, here, hop, last, names, product, there;
  factors = py.list(first);
  for ([hop, [here, there]] of py.zip(py.item(hops, py.slice(null, -1, null)), others.pairwise(units))) {
    m.append(factors, py.tuple_of(_hop_symbol(passes.own, hop, py.add(here, 1), py.add(there, 1)), py.float(py.item(py.bound(hop, "table"), py.tuple_of(here, there)))));
  }
  [last, end] = py.tuple_of(py.item(hops, -1), py.item(units, -1));
  m.append(factors, py.tuple_of(_hop_symbol(passes.own, last, py.add(end, 1), py.add(end, 1)), py.float(py.item(py.bound(last, "table"), py.tuple_of(end, 0)))));
  names = py.add([py.tuple_of("Z", l)], py.map_over(py.item(hops, py.slice(null, -1, null)), (hop) => py.tuple_of(hop.ends_in, hop.l)));
  product = py.float(np.prod(py.map_over(factors, ([, value]) => value)));
  return new Path(py.tuple(py.map_over(py.zip(names, units), ([[name, k], unit]) => py.tuple_of(name, k, py.add(unit, 1)))), py.tuple(factors), product);
}
function _hop_symbol(symbols, hop, i, j) {
  let bottom, l, top, z;
  [l, [top, bottom]] = py.tuple_of(hop.l, m.split(m.removeprefix(hop.name, "d"), "_d"));
  if (((top === "Z") && py.truth(m.startswith(bottom, "A")))) {
    return symbols.entry("W", l, py.tuple_of(i, j));
  }
  if (((top === "A") && py.truth(hop.diagonal))) {
    z = symbols.entry(bottom, l, py.tuple_of(i));
    return new Written(`f′(${py.str(z.plain)})`, `f'\\left(${py.str(z.latex)}\\right)`);
  }
  if ((top === "L")) {
    return symbols.by_entry(bottom, l, py.tuple_of(i));
  }
  return _over(symbols.entry(top, l, py.tuple_of(j)), symbols.entry(bottom, l, py.tuple_of(i)));
}
function _input(passes, l, i) {
  let symbol;
  symbol = passes.symbols.entry(_taken(passes, l), py.sub(l, 1), py.tuple_of(i));
  return py.tuple_of(symbol, py.float(py.item(passes.one.taken(l), py.tuple_of(0, py.sub(i, 1)))));
}
function _taken(passes, l) {
  if (py.contains(passes.one.M, py.sub(l, 1))) {
    return "A_taken";
  }
  return (py.truth(py.gt(l, 1)) ? "A" : "X");
}
const SUMMED = "kprstuvhmno";
function _formula(symbols, hops, name, l, indices, taken) {
  let factors, head, here, hop, index, latex, letters, plain, summed;
  index = py.item(indices, -1);
  [letters, summed, factors] = py.tuple_of(py.iter(py.mul(SUMMED, py.len(hops))), [], []);
  if ((name === "W")) {
    m.append(factors, symbols.entry(taken, py.sub(l, 1), py.tuple_of(py.item(indices, 0))));
  }
  for (hop of hops) {
    here = index;
    if (!py.truth(hop.diagonal)) {
      index = (py.truth(py.gt(py.item(py.of_number(py.bound(hop, "table"), "shape"), 1), 1)) ? py.next(letters) : 1);
      summed = py.iadd(summed, (py.isinstance(index, py.str) ? [index] : []));
    }
    m.append(factors, _hop_symbol(symbols, hop, here, index));
  }
  head = symbols.by_entry(name, l, indices);
  plain = py.add(m.join("", py.map_over(summed, (letter) => `Σ${py.str(lowered(letter))} `)), m.join(" · ", py.map_over(factors, (each) => each.plain)));
  latex = py.add(m.join("", py.map_over(summed, (letter) => `\\sum_{${py.str(letter)}} `)), m.join(" \\cdot ", py.map_over(factors, (each) => each.latex)));
  return new Written(`${py.str(head.plain)} = ${py.str(plain)}`, `${py.str(head.latex)} = ${py.str(latex)}`);
}
function _over(top, bottom) {
  return new Written(`∂${py.str(top.plain)}/∂${py.str(bottom.plain)}`, `\\frac{\\partial ${py.str(top.latex)}}{\\partial ${py.str(bottom.latex)}}`);
}
function zones_of(f, z, a) {
  let largest, slopes;
  slopes = (py.isinstance(f, Elementwise) ? f.dA_dZ(z, a) : np.diag(f.jacobian(z, a)));
  largest = py.item(slopes_of(f, py.item(z, null), py.item(a, null)), 1);
  return py.tuple(py.map_over(py.range(1, py.add(py.len(z), 1)), (unit) => _zone(f, unit, py.float(py.item(z, py.sub(unit, 1))), py.float(py.item(slopes, py.sub(unit, 1))), largest)));
}
function _zone(f, unit, z, slope, largest) {
  let depth, distance, share, sure;
  share = (py.truth(largest) ? py.min(py.div(py.abs(slope), largest), 1) : 0);
  depth = (py.truth(np.isfinite(share)) ? py.sub(1, share) : 1);
  if (!py.truth(np.isfinite(slope))) {
    return new Zone(unit, "off", slope, 1, say("f′ = {slope}: it has no value here", py.dict([["slope", new Number(slope, "short")]])));
  }
  if ((py.truth(py.eq(slope, 0)) && py.isinstance(f, Elementwise) && py.truth(f.kinks))) {
    distance = py.min(py.map_over(f.kinks, (kink) => py.abs(py.sub(z, kink))));
    return new Zone(unit, "off", slope, 1, say("f′ = 0, {distance} from the kink", py.dict([["distance", new Number(distance, "three")]])));
  }
  if (py.truth(py.lt(share, SATURATED.value))) {
    sure = (py.isinstance(f, Elementwise) ? "" : ", sure of its answer");
    return new Zone(unit, "saturated", slope, depth, _of_largest(slope, new Number(share, "fine percent"), sure));
  }
  return new Zone(unit, "active", slope, depth, _of_largest(slope, new Number(share, "percent")));
}
function _of_largest(slope, share, sure = "") {
  return say(`f′ = {slope}, {share} of the largest${py.str(sure)}`, py.dict([["slope", new Number(slope, "three")], ["share", share]]));
}
class Asked extends py.Object {
}
py.dataclass(Asked, [["net", ""], ["X", ""], ["Y", ""], ["loss", ""], ["optimizer", ""], ["schedule", ""], ["t", "", 1], ["layout", "", "denominator"], ["notation", "", "mn"], ["penalty", "", null], ["weights", "", null], ["M", "Mapping[int, Array]", others.field({ default_factory: py.dict })], ["statistics", "", "running"], ["state", "", null], ["after", "", null], ["entries", "", py.tuple_of()], ["biases", "", py.tuple_of()], ["at", "", 0], ["check", "", true], ["classes", "", null], ["point", "", null], ["seed", "", null], ["row", "", null], ["note", "", null]]);
function step_of(asked, found = null) {
  let descent, net, pass_of, passes, rate, rules, symbols;
  [net, symbols] = py.tuple_of(asked.net, new Symbols(notation_called(asked.notation), py.eq(py.set(asked.net.widths), py.set([1]))));
  rate = py.float(py.item(asked.schedule.eta(np.array([asked.t])), 0));
  pass_of = py.tuple_of(asked.X, asked.Y, py.bound(asked, "loss"), py.bound(asked, "weights"), asked.penalty, py.dict(asked.M), asked.statistics);
  passes = Passes.over(net, traced_forward(net, ...pass_of), py.bound(asked, "at"), symbols, asked.layout);
  if (((found === null) && py.truth(asked.check))) {
    found = checked(passes);
  }
  descent = new Descent(passes, asked.optimizer, rate, asked.state, asked.after, asked.note);
  rules = py.tuple_of(py.str(asked.schedule), py.str(asked.optimizer));
  return new Step$record(header_of(passes, new Circumstances(asked.t, rate, ...rules, asked.classes, asked.point, asked.seed)), py.dict(py.map_over(net.layers, (l) => [l, _forward_layer(passes, l)])), py.dict(py.map_over(net.layers, (l) => [l, backward_layer(passes, l)])), descent.rule(), py.dict(py.map_over(net.layers, (l) => [l, descent.layer(l)])), py.dict(py.map_over(py.range(1, net.L), (l) => [l, descent.what_if(l)])), _entries(passes, asked.entries, asked.biases), ((found === null) ? null : check_of(passes, found)), cost_of(passes), health_of(passes, descent), lints_of(new Seen(passes, descent, rate)), batch_of(passes), (py.contains(passes.one.M, 0) ? passes.links.column(py.item(passes.one.M, 0)) : null), _ranked(passes), asked.row, (layout, notation) => step_of(others.replace(asked, py.dict([["layout", layout], ["notation", notation], ["check", false]])), found));
    return null;
}
function _forward_layer(passes, l) {
  let column, f, net, one;
  [net, one, column] = py.tuple_of(passes.net, passes.one, py.bound(passes.links, "column"));
  f = py.item(net.f, l);
  return new ForwardLayer(l, py.str(f), formula_of(f, "(z)"), derivative_of(f, "′(z)"), py.isinstance(f, Elementwise), f.source, passes.weights_shown(py.item(net.W, l)), m.copy(py.item(py.item(net.W0, l), py.tuple_of(py.slice(null, null, null), null))), py.call(column, [one.taken(l)]), py.call(column, [py.item(one.Z, l)]), py.call(column, [py.item(py.bound(one, "A"), l)]), zones_of(f, py.item(one.into_f(l), 0), py.item(py.item(py.bound(one, "A"), l), 0)), _normalized$step(passes, l), (py.contains(net.alpha, l) ? m.copy(py.item(py.item(net.alpha, l), py.tuple_of(py.slice(null, null, null), null))) : null), (py.contains(one.M, l) ? py.call(column, [py.item(one.M, l)]) : null));
}
function _normalized$step(passes, l) {
  let column, mean, net, one, part, variance;
  [net, one, column] = py.tuple_of(passes.net, passes.one, py.bound(passes.links, "column"));
  if (!py.contains(net.normalization, l)) {
    return null;
  }
  [part, [mean, variance]] = py.tuple_of(py.item(net.normalization, l), py.item(py.bound(one, "moments"), l));
  return new Normalized(py.str(part), formula_of(part, "(z)"), part.source, py.call(column, [mean]), py.call(column, [variance]), py.call(column, [py.item(py.bound(one, "Z_hat"), l)]), m.copy(py.item(py.item(net.gain, l), py.tuple_of(py.slice(null, null, null), null))), m.copy(py.item(py.item(net.shift, l), py.tuple_of(py.slice(null, null, null), null))), py.call(column, [py.item(one.V, l)]));
}
function _entries(passes, weights, biases) {
  let asked, each, length, name, wanted, $0;
  if ((!py.truth(weights) && !py.truth(biases))) {
    return py.tuple_of(entry_of(passes, ...telling_entry(passes)));
  }
  asked = py.add(py.map_over(weights, (each) => py.tuple_of("W", 3, each)), py.map_over(biases, (each) => py.tuple_of("W0", 2, each)));
  for ([name, length, each] of asked) {
    if ((py.truth(py.ne(py.len(each), length)) || py.any(py.map_over(each, (number) => (py.truth($0 = py.isinstance(number, py.bool)) ? $0 : py.ne(py.int(number), number)))))) {
      wanted = ((name === "W") ? "entry must be (l, i, j)" : "bias must be (l, j)");
      throw new py.ValueError(`${py.str(wanted)}, whole numbers counted from 1; given ${py.repr(py.tuple(each))}`);
    }
  }
  return py.tuple(py.map_over(asked, ([name, , each]) => entry_of(passes, ((name === "W") ? "W" : "W0"), py.int(py.item(each, 0)), py.tuple(py.map_over(py.item(each, py.slice(1, null, null)), (index) => py.int(index))))));
}
function _ranked(passes) {
  let one, sizes;
  [one, sizes] = py.tuple_of(passes.one_grads, py.dict([[0, py.abs(py.item(py.item(py.bound(passes.one, "A"), 0), 0))]]));
  sizes = py.ior(sizes, py.dict(py.map_over(passes.net.layers, (l) => [l, py.abs(py.item(py.item(py.bound(one, "dL_dZ"), l), 0))])));
  return py.dict(py.map_over(sizes.items(), ([l, size]) => [l, m.tolist(np.argsort(py.neg(np.nan_to_num(size, { nan: np.inf })), { kind: "stable" }))]));
}
const CELLS = 32;
function number$json_values(value) {
  let plain;
  plain = py.float(value);
  return (py.truth(math.isfinite(plain)) ? plain : py.str(plain));
}
function formula_json(formula) {
  return py.dict([["plain", formula.plain], ["latex", formula.latex]]);
}
function rows_of(array) {
  let rows;
  rows = m.tolist(array);
  if (!py.truth(m.all(np.isfinite(array)))) {
    rows = py.map_over(rows, (row) => py.map_over(row, (each) => number$json_values(py.float(each))));
  }
  return rows;
}
function picture_of(array, most) {
  let cells, columns, finite, high, low, rows, scale, $0;
  [rows, columns] = py.map_over(py.of_number(array, "shape"), (size) => _edges(size, most));
  finite = np.nan_to_num(array, { nan: 0, posinf: 0, neginf: 0 });
  [high, low] = py.map_over(py.tuple_of(np.maximum, np.minimum), (reduce) => reduce.reduceat(reduce.reduceat(finite, rows, { axis: 0 }), columns, { axis: 1 }));
  cells = np.where(py.gt(high, py.neg(low)), high, low);
  scale = py.float(m.max(py.abs(cells)));
  return py.dict([["scale", number$json_values(scale)], ["cells", m.tolist(m.astype(np.rint(py.div(py.mul(100, cells), (py.truth($0 = scale) ? $0 : 1))), py.int))]]);
}
function _edges(size, most) {
  return m.astype(np.linspace(0, size, py.min(size, most), { endpoint: false }), py.int);
}
function entry_part(entry) {
  return py.dict([["name", entry.name], ["l", entry.l], ["indices", py.list(entry.indices)], ["symbol", formula_json(entry.symbol)], ["derivative", formula_json(entry.derivative)], ["formula", formula_json(entry.formula)], ["value", number$json_values(entry.value)], ["paths", py.map_over(entry.paths, (path) => py.dict([["units", py.map_over(path.units, ([name, l, unit]) => py.dict([["quantity", key_of(name, l)], ["unit", unit]]))], ["factors", py.map_over(path.factors, ([symbol, value]) => py.dict([["symbol", formula_json(symbol)], ["value", number$json_values(value)]]))], ["product", number$json_values(path.product)]]))], ["count", entry.count], ["rest", number$json_values(entry.rest)], ["shortcut", entry.shortcut]]);
}
function update_part(trace) {
  let rule;
  rule = trace.rule;
  return py.dict([["rule", py.dict([["name", rule.name], ["formula", formula_json(rule.formula)], ["plain", rule.plain], ["about", rule.about]])], ["eta", number$json_values(py.bound(trace.header, "eta"))], ["t", trace.header.t], ["loss_before", number$json_values(trace.header.loss_value)], ["loss_after", number$json_values(rule.loss_after)], ["layers", py.map_over(py.bound(trace, "update"), (l) => _layer$document_around(trace, l))], ["what_if", py.map_over(py.bound(trace, "what_if").items(), ([l, each]) => py.dict([["l", l], ["wrong", key_of("wrong_dL_dW", l)], ["difference", key_of("wrong_difference", l)], ["relative", number$json_values(each.relative)], ["reason", each.reason]]))]]);
}
function _layer$document_around(trace, l) {
  let symbols, update;
  [update, symbols] = py.tuple_of(py.item(py.bound(trace, "update"), l), trace.header.symbols);
  return py.dict([["l", l], ["W", _change(trace, "W", l)], ["W0", _change(trace, "W0", l)], ["others", py.map_over(update.others, (each) => py.dict([["name", each.name], ["symbol", formula_json(symbols.of(each.name, l))], ["slope", formula_json(symbols.of(`dL_d${py.str(each.name)}`, l))], ["written", formula_json(update_of(trace, l, each.name))], ..._change(trace, each.name, l).items()]))], ["written", py.map_over(update_rule(trace, l), (each) => formula_json(each))], ["state", py.map_over(update.state, (each) => py.dict([["name", each.name], ["before", key_of(`${py.str(each.name)}_before`, l)], ["after", key_of(`${py.str(each.name)}_after`, l)]]))]]);
}
function _change(trace, name, l) {
  let gradient;
  gradient = trace.header.symbols.of(`dL_d${py.str(name)}`, l, (trace.header.layout === "numerator"));
  return py.dict([["before", key_of(name, l)], ["gradient", key_of(`step_d${py.str(name)}`, l)], ["called", formula_json(gradient)], ["after", key_of(`${py.str(name)}_after`, l)]]);
}
function check_part(trace) {
  let check;
  check = trace.check;
  if ((check === null)) {
    return null;
  }
  return py.dict([["ok", check.ok], ["outcome", check.outcome], ["method", check.method], ["because", check.because], ["tolerance", number$json_values(check.tolerance)], ["max_error", number$json_values(check.max_error)], ["verdict", check.verdict], ["caveats", py.list(check.caveats)], ["arrays", py.map_over(check.arrays, (each) => py.dict([["l", each.l], ["given", key_of(each.name, each.l)], ["numeric", key_of(`numeric_${py.str(each.name)}`, each.l)], ["checked", each.checked], ["at_kink", each.at_kink], ["size", py.of_number(each, "size")], ["error", number$json_values(each.error)], ["outcome", each.outcome], ["kinks", py.map_over(each.kinks, (entry) => py.dict([["indices", py.list(entry.indices)], ["symbol", formula_json(entry.symbol)], ["given", number$json_values(entry.given)], ["behind", number$json_values(entry.behind)], ["ahead", number$json_values(entry.ahead)]]))]]))]]);
}
function cost_part(trace) {
  let cost, own;
  cost = trace.cost;
  own = py.tuple_of("from_loss", "to_loss", "reused");
  return py.dict([["layers", py.map_over(cost.layers, (each) => py.dict([["l", each.l], ...py.dict(py.map_over(own, (name) => [name, py.getattr(each, name)])).items()]))], ...py.dict(py.map_over(py.tuple_of(...own, "forward", "weights"), (name) => [name, py.getattr(cost, name)])).items(), ["reason", cost.reason]]);
}
function health_part(trace, fold) {
  let own, units;
  own = py.tuple_of("dL_dA", "dL_dZ", "dL_dW", "dL_dW0", "W", "change", "ratio", "blame");
  units = function (l, shares) {
    let shown;
    shown = ((fold !== null) ? trace.values.kept(l, fold, KEPT) : null);
    return py.map_over(py.enumerate(shares, 1), ([unit, share]) => py.dict([["unit", unit], ["blame", number$json_values(share)]]), ([unit, share]) => ((shown === null) || py.contains(shown, py.sub(unit, 1))));
  };
  return py.map_over(trace.health.items(), ([l, each]) => py.dict([["l", l], ...py.dict(py.map_over(own, (name) => [name, number$json_values(py.getattr(each, name))])).items(), ["units", units(l, each.units)], ["verdict", each.verdict]]));
}
function lint_part(lint) {
  return py.dict([["code", lint.code], ["severity", lint.severity], ["l", lint.l], ["units", py.list(lint.units)], ["message", lint.message], ["remedy", lint.remedy], ["measured", py.dict(py.map_over(lint.measured.items(), ([name, value]) => [name, number$json_values(value)]))]]);
}
function batch_part(trace) {
  let batch, keys;
  batch = trace.batch;
  if ((batch === null)) {
    return null;
  }
  keys = py.dict([["A", "batch_A"], ["dL_dZ", "batch_dL_dZ"]]);
  return py.dict([["size", py.of_number(batch, "size")], ["at", py.bound(batch, "at")], ["losses", py.map_over(batch.losses, (each) => number$json_values(each))], ["shares", py.map_over(batch.shares, (each) => number$json_values(each))], ["layers", py.map_over(batch.layers.items(), ([l, layer]) => py.dict([["l", l], ["factors", py.map_over(py.bound(layer, "weights").factors, (factor) => py.dict([["value", key_of(py.item(keys, factor.name), factor.l)], ["symbol", formula_json(batch_symbol(trace, factor.name, factor.l, factor.transposed))], ["transposed", factor.transposed], ["shape", py.list(py.of_number(factor.value, "shape"))]]))], ["penalty", ((py.bound(py.item(py.bound(trace, "backward"), l), "dR_dW") === null) ? null : key_of("dR_dW", l))], ["result", key_of("dL_dW", l)], ["norms", py.map_over(layer.norms, (each) => number$json_values(each))]]))]]);
}
function forward_part(trace, layer, fold) {
  let W, W0, both, counts, into_f, kept, l, m$, moments, n, operands, own, scaled, shapes, shown, stages, symbols, taken, taken_by_f, turned;
  [symbols, l] = py.tuple_of(trace.header.symbols, layer.l);
  [m$, n] = py.item(trace.header.widths, py.slice(py.sub(l, 1), py.add(l, 1), null));
  shapes = `(${py.str(n)} × ${py.str(m$)}) (${py.str(m$)} × 1) + (${py.str(n)} × 1) = ${py.str(n)} × 1`;
  if (!py.truth(symbols.notation.out_in)) {
    shapes = `(${py.str(m$)} × ${py.str(n)})ᵀ (${py.str(m$)} × 1) + (${py.str(n)} × 1) = ${py.str(n)} × 1`;
  }
  taken = trace.taken(l);
  turned = (!py.truth(symbols.notation.out_in) && !py.truth(symbols.scalar));
  [W, W0] = py.tuple_of(_operand(trace, "", "W", l, turned), _operand(trace, "+", "W0", l));
  operands = [W, _operand(trace, "·", taken, py.sub(l, 1)), W0];
  stages = [_stage(trace, "Z", l, linear(l, symbols, taken), shapes, operands, "7.25")];
  into_f = "Z";
  if ((py.bound(layer, "normalized") !== null)) {
    [own, into_f] = py.tuple_of(py.bound(layer, "normalized"), "V");
    moments = py.map_over(py.tuple_of(py.tuple_of("", "Z"), py.tuple_of(",", "mean"), py.tuple_of(",", "variance")), ([sign, name]) => _operand(trace, sign, name, l));
    m.append(stages, _stage(trace, "Z_hat", l, own.formula, `${py.str(n)} × 1`, moments, own.source));
    scaled = py.map_over(py.tuple_of(py.tuple_of("", "gain"), py.tuple_of("⊙", "Z_hat"), py.tuple_of("+", "shift")), ([sign, name]) => _operand(trace, sign, name, l));
    m.append(stages, _stage(trace, "V", l, scaling(symbols, l), `${py.str(n)} × 1`, scaled, own.source));
  }
  taken_by_f = py.add([_operand(trace, "", into_f, l)], ((layer.alpha !== null) ? [_operand(trace, ",", "alpha", l)] : []));
  m.append(stages, _stage(trace, "A", l, layer.formula, `${py.str(n)} × 1`, taken_by_f, layer.source));
  if ((py.bound(layer, "kept") !== null)) {
    kept = new Written("m a / (1 − rate)", "\\frac{m\\, a}{1 - p}");
    both = [_operand(trace, "", "kept", l), _operand(trace, "⊙", "A", l)];
    m.append(stages, _stage(trace, "A_taken", l, kept, `${py.str(n)} × 1`, both, "dropout"));
  }
  counts = py.dict(py.map_over(py.tuple_of("active", "off", "saturated"), (zone) => [zone, py.sum(py.map_over(layer.zones, (each) => py.eq(each.zone, zone)))]));
  shown = ((fold !== null) ? trace.values.kept(l, fold, KEPT) : null);
  return py.dict([["l", l], ["number", py.sub(py.add(symbols.notation.first_layer, l), 1)], ["activation", layer.activation], ["formula", formula_json(layer.formula)], ["derivative", formula_json(layer.derivative)], ["elementwise", layer.elementwise], ["stages", stages], ["zone_counts", counts], ["zones", py.map_over(layer.zones, (zone) => py.dict([["unit", zone.unit], ["zone", zone.zone], ["slope", number$json_values(zone.slope)], ["depth", number$json_values(zone.depth)], ["reason", zone.reason]]), (zone) => ((shown === null) || py.contains(shown, py.sub(zone.unit, 1))))]]);
}
function _stage(trace, name, l, formula, shapes, operands, source) {
  return py.dict([["quantity", key_of(name, l)], ["symbol", formula_json(trace.header.symbols.of(name, l))], ["formula", formula_json(formula)], ["shapes", shapes], ["operands", operands], ["source", source]]);
}
function _operand(trace, sign, name, l, transposed = false) {
  let symbol;
  symbol = trace.header.symbols.of(name, l, transposed);
  return py.dict([["value", key_of(name, l)], ["transposed", transposed], ["sign", sign], ["symbol", formula_json(symbol)]]);
}
function link_part(trace, link) {
  let symbols;
  symbols = trace.header.own;
  return py.dict([["name", link.name], ["l", link.l], ["role", link.role], ["symbol", formula_json(symbols.of(link.name, link.l))], ["formula", formula_json(link.formula)], ["shape", py.list(py.of_number(link.value, "shape"))], ["shape_text", shape_of(py.of_number(link.value, "shape"))], ["structure", link.structure], ["value", key_of(link.name, link.l)], ["reason", link.reason], ["source", link.source], ["reused_by", py.list(link.reused_by)]]);
}
function _factor(trace, factor) {
  let formula, l, name;
  [name, l] = py.tuple_of(factor.name, factor.l);
  formula = factor_formula(trace, factor);
  return py.dict([["value", key_of(name, l)], ["link", (py.contains(trace.links, py.tuple_of(name, l)) ? key_of(name, l) : null)], ["symbol", formula_json(factor_symbol(trace, factor))], ["formula", ((formula === null) ? null : formula_json(formula))], ["transposed", factor.transposed], ["shape", py.list(py.of_number(factor.value, "shape"))]]);
}
function _product(trace, product, result) {
  return py.dict([["result", result], ["symbol", formula_json(trace.header.own.of(product.name, product.l))], ["factors", py.map_over(product.factors, (factor) => _factor(trace, factor))], ["written", formula_json(assembly(trace, product))]]);
}
function backward_part(trace, layer) {
  let l, learnt, new$, product, symbols;
  [symbols, l] = py.tuple_of(trace.header.own, layer.l);
  new$ = py.set(py.map_over(layer.links, (link) => py.tuple_of(link.name, link.l)));
  learnt = [];
  if ((layer.alpha !== null)) {
    product = _product(trace, layer.alpha.product, key_of("point_dL_dalpha", l));
    learnt = [py.or(product, py.dict([["total", key_of("dL_dalpha", l)]]))];
  }
  return py.dict([["l", l], ["product", py.dict([["result", key_of("dL_dZ", l)], ["factors", py.map_over(layer.product, (key) => py.dict([["link", key_of(...key)], ["new", py.contains(new$, key)]]))], ["written", formula_json(written_out(trace, layer))]])], ["compressed", (py.truth(py.eq(l, trace.L)) ? null : _compressed(trace, layer))], ["steps", py.map_over(layer.steps, (step) => _product(trace, step, key_of(((py.truth(layer.shortcut) && py.truth(py.eq(step.name, layer.result))) ? "long_way" : step.name), l)))], ["elementwise", ((layer.elementwise === null) ? null : _elementwise$document_passes(trace, layer, layer.elementwise))], ["shortcut", ((layer.shortcut === null) ? null : _shortcut$document_passes(layer, layer.shortcut))], ["weights", py.dict([..._product(trace, py.bound(layer, "weights"), key_of("point_dL_dW", l)).items(), ["penalty", ((py.bound(layer, "dR_dW") === null) ? null : key_of("dR_dW", l))], ["total", key_of("dL_dW", l)], ["written", formula_json(weights_equation(trace, layer))]])], ["bias", py.dict([["result", key_of("dL_dW0", l)], ["written", formula_json(py.add(py.add(symbols.of("dL_dW0", l), new Written("=", "=")), symbols.of("dL_dZ", l)))], ["reason", "a bias adds to z as it is"]])], ["learnt", learnt]]);
}
function _compressed(trace, layer) {
  let new$, symbols;
  [symbols, new$] = py.tuple_of(trace.header.own, py.set(py.map_over(layer.links, (link) => py.tuple_of(link.name, link.l))));
  return py.dict([["factors", py.sum(py.map_over(layer.product, (key) => !py.contains(new$, key)))], ["value", key_of("dL_dZ", py.add(layer.l, 1))], ["symbol", formula_json(symbols.of("dL_dZ", py.add(layer.l, 1)))], ["about", `reused from layer ${py.str(py.add(symbols.notation.first_layer, layer.l))} (Notation 11)`]]);
}
function _elementwise$document_passes(trace, layer, own) {
  return py.dict([["slopes", key_of("slopes", layer.l)], ["times", key_of("dL_dA", layer.l)], ["result", key_of(layer.result, layer.l)], ["difference", number$json_values(own.difference)], ["written", formula_json(entry_by_entry(trace, layer.l))]]);
}
function _shortcut$document_passes(layer, own) {
  return py.dict([["name", own.name], ["formula", formula_json(own.formula)], ["result", key_of(layer.result, layer.l)], ["long_way", key_of("long_way", layer.l)], ["difference", ((own.difference === null) ? null : number$json_values(own.difference))], ["reason", own.reason], ["derivation", py.map_over(own.derivation, (step) => py.dict([["written", formula_json(py.bound(step, "written"))], ["reason", step.reason]]))]]);
}
function row_part(trace, fold) {
  let outputs, row, shown, units;
  row = trace.row;
  if ((row === null)) {
    return null;
  }
  units = ((fold === null) ? null : trace.values.kept(0, fold, KEPT));
  shown = ((units === null) ? row.inputs : py.map_over(units, (i) => py.item(row.inputs, i)));
  outputs = m.tolist(m.ravel(py.bound(py.item(trace.values, key_of("A", trace.L)), "array")));
  return py.dict([["scaling", row.scaling], ["formula", ((row.formula === null) ? null : formula_json(row.formula))], ["words", py.list(row.words)], ["in_all", py.len(row.inputs)], ["inputs", py.map_over(shown, (each) => _prepared(each))], ["targets", py.map_over(py.zip(row.targets, outputs), ([each, a]) => py.or(_prepared(each), py.dict([["output", number$json_values(a)], ["predicted", number$json_values(each.unscaled(a))]])))]]);
}
function _prepared(each) {
  return py.dict([["name", each.name], ["raw", each.raw], ["number", number$json_values(py.bound(each, "number"))], ["centre", ((each.centre === null) ? null : number$json_values(each.centre))], ["scale", ((each.scale === null) ? null : number$json_values(each.scale))], ["value", number$json_values(each.value)]]);
}
const _DERIVED = py.tuple_of("slopes", "long_way", "wrong_dL_dW", "wrong_difference");
function symbols_part(trace) {
  let found, key, symbol;
  found = py.dict(py.map_over(py.tuple_of("X", "L", "eta"), (name) => [key_of(name, 0), trace.header.symbols.of(name)]));
  for (key of trace.values) {
    symbol = _symbol(trace, ...m.split(key, ":"));
    if ((symbol !== null)) {
      py.setitem(found, key, symbol);
    }
  }
  return py.dict(py.map_over(found.items(), ([key, symbol]) => [key, formula_json(symbol)]));
}
function _symbol(trace, name, layer) {
  let l, own, whole;
  [whole, own, l] = py.tuple_of(trace.header.symbols, trace.header.own, py.int(layer));
  if (py.truth(m.startswith(name, "batch_"))) {
    return batch_symbol(trace, m.removeprefix(name, "batch_"), l);
  }
  if ((py.contains(_DERIVED, name) || py.truth(m.startswith(name, py.tuple_of("step_", "numeric_"))) || py.truth(m.endswith(name, py.tuple_of("_before", "_after"))))) {
    return null;
  }
  if (py.contains(_learnt(trace, l), name)) {
    return whole.of(name, l);
  }
  return own.of(m.removeprefix(name, "point_"), l);
}
function _learnt(trace, l) {
  let others;
  others = (py.contains(py.bound(trace, "update"), l) ? py.item(py.bound(trace, "update"), l).others : py.tuple_of());
  return py.set(py.map_over(py.tuple_of("W", "W0", ...py.map_over(others, (each) => each.name)), (name) => `dL_d${py.str(name)}`));
}
function phases_of(trace) {
  let l, play;
  play = new _Play(trace);
  for (l of py.bound(trace, "forward")) {
    play.forward(l);
  }
  play.loss();
  for (l of py.range(trace.L, 0, -1)) {
    play.backward(l);
    play.gradient(l);
  }
  play.update();
  return play.phases;
}
class _Play extends py.Object {
  __init__(trace) {
    const self = this;
    [self.trace, self.symbols, self.phases] = py.tuple_of(trace, trace.header.own, py.list());
    return null;
  }
  written(name, l) {
    const self = this;
    return self.symbols.of(name, l).plain;
  }
  forward(l) {
    const self = this;
    let A, Z;
    Z = `${py.str(self.written("Z", l))} = ${py.str(linear(l, self.symbols, self.trace.taken(l)).plain)}`;
    A = `${py.str(self.written("A", l))}: ${py.str(py.item(py.bound(self.trace, "forward"), l).activation)}`;
    self.phase("forward", l, Z, [key_of("Z", l)], [`forward:A:${py.str(py.sub(l, 1))}`], [`linear:${py.str(l)}`]);
    self.phase("forward", l, A, [key_of("A", l)], [`forward:Z:${py.str(l)}`], [`activation:${py.str(l)}`]);
    return null;
  }
  loss() {
    const self = this;
    let L, caption;
    L = self.trace.L;
    caption = `the loss: ${py.str(self.written("L", 0))} = ${py.format(self.trace.header.point_loss, `.6g`)}`;
    self.phase("loss", L, caption, [], [`forward:A:${py.str(L)}`, "forward:Y"], ["loss"]);
    return null;
  }
  backward(l) {
    const self = this;
    let box, by, caption, link, name, place, reached, to;
    for ([place, link] of py.enumerate(py.item(py.bound(self.trace, "backward"), l).links)) {
      reached = ((py.truth(place) || py.truth(py.lt(l, self.trace.L))) ? `dL_d${py.str(py.item(m.split(link.name, "_d"), 1))}` : "dL_dA");
      [name, to] = py.tuple_of(self.written(reached, l), self.written(m.removeprefix(reached, "dL_d"), l));
      if ((py.truth(py.eq(l, self.trace.L)) && py.truth(py.eq(place, 0)))) {
        [caption, box] = py.tuple_of(`the loss unit: ${py.str(name)}`, "loss");
      } else {
        if ((link.role === "within layer")) {
          [caption, box] = py.tuple_of(`within layer ${py.str(self.number_of(l))}: the gradient reaches ${py.str(to)}, ${py.str(name)}`, `activation:${py.str(l)}`);
        } else {
          by = self.written(link.name, link.l);
          [caption, box] = py.tuple_of(`the gradient reaches ${py.str(to)}: ${py.str(name)}, by the link ${py.str(by)}`, `linear:${py.str(py.add(l, 1))}`);
        }
      }
      self.phase("backward", l, caption, [key_of(reached, l)], [`backward:${py.str(link.name)}:${py.str(link.l)}`], [box]);
    }
    return null;
  }
  gradient(l) {
    const self = this;
    let alpha, caption, shows, slope;
    caption = `the weight gradient ${py.str(self.written("dL_dW", l))}, and ${py.str(self.written("dL_dW0", l))}`;
    shows = [key_of("dL_dW", l), key_of("dL_dW0", l)];
    self.phase("gradient", l, caption, shows, [`backward:dZ_dW:${py.str(l)}`], [`weights:${py.str(l)}`]);
    if ((py.item(py.bound(self.trace, "backward"), l).alpha !== null)) {
      [alpha, slope] = py.tuple_of(self.written("alpha", l), self.written("dL_dalpha", l));
      caption = `what activation ${py.str(self.number_of(l))} learns, ${py.str(alpha)}: its gradient ${py.str(slope)}`;
      self.phase("gradient", l, caption, [key_of("point_dL_dalpha", l)], [], [`activation:${py.str(l)}`]);
    }
    return null;
  }
  update() {
    const self = this;
    let after, caption, layers;
    layers = py.bound(self.trace, "update");
    after = py.flat_map_over(layers, (l) => py.map_over(py.tuple_of("W_after", "W0_after"), (name) => key_of(name, l)));
    caption = "the step: all layers at once, when every link has been taken";
    self.phase("update", 0, caption, after, [], py.map_over(layers, (l) => `weights:${py.str(l)}`));
    return null;
  }
  number_of(l) {
    const self = this;
    return py.sub(py.add(self.symbols.notation.first_layer, l), 1);
  }
  phase(kind, l, caption, shows, edges, nodes) {
    const self = this;
    let own;
    own = py.dict([["kind", kind], ["l", l], ["caption", caption], ["shows", shows], ["edges", edges], ["nodes", nodes]]);
    m.append(self.phases, py.dict([["index", py.len(self.phases)], ...own.items()]));
    return null;
  }
}
function diagram_of(trace) {
  let L, W, before, edges, f, l, layer, name, nodes, own, symbols, units, widths;
  [symbols, L, widths] = py.tuple_of(trace.header.own, trace.L, trace.header.widths);
  nodes = [_node("input", "input", 0, symbols.of("A", 0), `${py.str(py.item(widths, 0))} × 1`, key_of("A", 0))];
  edges = [];
  before = "input";
  for ([l, layer] of py.bound(trace, "forward").items()) {
    W = py.bound(py.item(trace.values, key_of("W", l)), "array");
    m.append(nodes, _node(`linear:${py.str(l)}`, "linear", l, linear(l, symbols, trace.taken(l)), shape_of(py.of_number(W, "shape")), key_of("W", l)));
    f = py.item(m.partition(layer.activation, "("), 0);
    name = new Written(f, `\\mathrm{${py.str(upright(f))}}`);
    m.append(nodes, _node(`activation:${py.str(l)}`, "activation", l, name, `${py.str(py.item(widths, l))} × 1`, null));
    m.append(nodes, _node(`weights:${py.str(l)}`, "weights", l, symbols.of("W", l), shape_of(py.of_number(W, "shape")), key_of("W", l)));
    m.append(edges, _forward_edge(trace, "A", py.sub(l, 1), before, `linear:${py.str(l)}`));
    m.append(edges, _forward_edge(trace, "Z", l, `linear:${py.str(l)}`, `activation:${py.str(l)}`));
    before = `activation:${py.str(l)}`;
  }
  nodes = py.iadd(nodes, [_node("loss", "loss", L, symbols.of("L"), "1 × 1", null), _node("target", "target", L, symbols.of("Y"), `${py.str(py.item(widths, L))} × 1`, key_of("Y", L))]);
  m.append(edges, _forward_edge(trace, "A", L, before, "loss"));
  m.append(edges, py.dict([["id", "forward:Y"], ["direction", "forward"], ["from", "target"], ["to", "loss"], ["symbol", formula_json(symbols.of("Y"))], ["value", key_of("Y", L)], ["link", null]]));
  for (l of py.range(L, 0, -1)) {
    own = py.tuple_of(...py.item(py.bound(trace, "backward"), l).links, py.item(py.bound(trace, "backward"), l).weight_link);
    edges = py.iadd(edges, py.map_over(own, (link) => _backward_edge(trace, link)));
  }
  units = py.map_over(py.range(py.add(L, 1)), (l) => py.dict([["l", l], ["width", py.item(widths, l)], ["labels", ((py.truth(py.eq(l, L)) && py.truth(trace.header.classes) && py.truth(py.eq(py.len(trace.header.classes), py.item(widths, l)))) ? py.list(trace.header.classes) : null)]]));
  return py.dict([["nodes", nodes], ["edges", edges], ["layers", units]]);
}
function _node(key, kind, l, label, shape, value) {
  return py.dict([["id", key], ["kind", kind], ["l", l], ["label", formula_json(label)], ["shape", shape], ["value", value]]);
}
function _forward_edge(trace, name, l, start, end) {
  return py.dict([["id", `forward:${py.str(name)}:${py.str(l)}`], ["direction", "forward"], ["from", start], ["to", end], ["symbol", formula_json(trace.header.symbols.of(name, l))], ["value", key_of(name, l)], ["link", null]]);
}
function _backward_edge(trace, link) {
  let end, l, reached, reaches, start;
  [l, reached] = py.tuple_of(link.l, py.item(m.split(link.name, "_d"), 1));
  if ((link.name === "dL_dA")) {
    [start, end, reaches] = py.tuple_of("loss", `activation:${py.str(l)}`, key_of("dL_dA", l));
  } else {
    if ((link.name === "dZ_dW")) {
      [start, end, reaches] = py.tuple_of(`linear:${py.str(l)}`, `weights:${py.str(l)}`, key_of("dL_dW", l));
    } else {
      if (py.truth(m.startswith(link.name, "dZ_dA"))) {
        [start, end, reaches] = py.tuple_of(`linear:${py.str(l)}`, `activation:${py.str(py.sub(l, 1))}`, key_of(`dL_d${py.str(reached)}`, py.sub(l, 1)));
      } else {
        [start, end, reaches] = py.tuple_of(`activation:${py.str(l)}`, `linear:${py.str(l)}`, key_of(`dL_d${py.str(reached)}`, l));
      }
    }
  }
  return py.dict([["id", `backward:${py.str(link.name)}:${py.str(l)}`], ["direction", "backward"], ["from", start], ["to", end], ["symbol", formula_json(trace.header.own.of(link.name, l))], ["value", reaches], ["link", key_of(link.name, l)]]);
}
const FORMAT = "clearprop.trace";
const VERSION = 1;
function as_document(trace, fold) {
  if ((fold !== null)) {
    fold = whole_number(fold, 1, "fold", "None for all units");
  }
  return py.dict([["format", FORMAT], ["version", VERSION], ["header", _header(trace)], ["notation", _notation(trace.header.symbols)], ["row", row_part(trace, fold)], ["fold", _fold(trace, fold)], ["values", py.dict(py.map_over(trace.values, (key) => [key, _value$document(trace, key, fold)]))], ["symbols", symbols_part(trace)], ["forward", py.map_over(py.bound(trace, "forward").values(), (layer) => forward_part(trace, layer, fold))], ["links", py.dict(py.map_over(trace.links.items(), ([key, link]) => [key_of(...key), link_part(trace, link)]))], ["backward", py.map_over(py.sorted(py.bound(trace, "backward"), { reverse: true }), (l) => backward_part(trace, py.item(py.bound(trace, "backward"), l)))], ["entries", py.map_over(trace.entries, (entry) => entry_part(entry))], ["update", update_part(trace)], ["check", check_part(trace)], ["cost", cost_part(trace)], ["health", health_part(trace, fold)], ["lints", py.map_over(trace.lints, (each) => lint_part(each))], ["batch", batch_part(trace)], ["phases", phases_of(trace)], ["diagram", diagram_of(trace)]]);
}
function _value$document(trace, key, fold) {
  let folded, plain, value;
  [value, folded] = py.tuple_of(py.item(trace.values, key), trace.values.fold(key, fold, KEPT));
  plain = py.dict([["shape", py.list(py.of_number(py.bound(value, "array"), "shape"))], ["units", [value.rows, value.columns]], ["values", rows_of(py.bound(folded, "array"))]]);
  if (((folded.rows !== null) || (folded.columns !== null))) {
    plain = py.ior(plain, _left_out$document(py.bound(value, "array"), folded));
  }
  return plain;
}
function _left_out$document(array, folded) {
  let finite;
  finite = py.item(array, np.isfinite(array));
  return py.dict([["rows", ((folded.rows === null) ? null : py.list(folded.rows))], ["columns", ((folded.columns === null) ? null : py.list(folded.columns))], ["summary", py.dict([["norm", number$json_values(py.float(np.linalg.norm(array)))], ["smallest", number$json_values(py.float(m.min(finite, { initial: np.inf })))], ["largest", number$json_values(py.float(m.max(finite, { initial: py.neg(np.inf) })))], ["mean", number$json_values(py.float(m.mean(array)))], ["zeros", py.int(m.sum(py.eq(array, 0)))]])], ["picture", picture_of(array, CELLS)]]);
}
function _header(trace) {
  let about, formula, header, penalty, right;
  header = trace.header;
  right = ((header.label === null) ? null : py.eq(header.label, header.predicted));
  about = py.item(py.dict([["denominator", "∂v/∂u has a row for each u and a column for each v"], ["numerator", "∂v/∂u has a row for each v and a column for each u"]]), header.layout);
  penalty = null;
  if (((header.penalty !== null) && (header.penalty_formula !== null))) {
    formula = formula_json(header.penalty_formula);
    penalty = py.dict([["name", header.penalty], ["formula", formula], ["value", number$json_values(header.penalty_value)]]);
  }
  return py.dict([["network", py.dict([["text", header.network], ["widths", py.list(header.widths)], ["activations", py.list(header.activations)], ["dtype", py.of_number(header, "dtype")], ["parameters", py.sum(py.map_over(py.bound(trace, "update").values(), (update) => _learnt$document(update)))]])], ["point", header.point], ["label", header.label], ["predicted", header.predicted], ["right", right], ["probability", ((header.probability === null) ? null : number$json_values(header.probability))], ["classes", ((header.classes === null) ? null : py.list(header.classes))], ["loss", py.dict([["name", py.bound(header, "loss")], ["formula", formula_json(header.loss_formula)], ["symbol", formula_json(header.symbols.of("L"))], ["own", formula_json(header.own.of("L"))], ["of_point", number$json_values(header.point_loss)], ["value", number$json_values(header.loss_value)]])], ["penalty", penalty], ["optimizer", header.optimizer], ["t", header.t], ["eta", number$json_values(py.bound(header, "eta"))], ["schedule", header.schedule], ["seed", header.seed], ["layout", py.dict([["name", header.layout], ["about", about]])], ["scalar", trace.is_chain]]);
}
function _learnt$document(update) {
  return py.add(py.add(py.of_number(update.W, "size"), py.of_number(update.W0, "size")), py.sum(py.map_over(update.others, (each) => py.of_number(each.before, "size"))));
}
function _notation(symbols) {
  let notation;
  notation = symbols.notation;
  return py.dict([["name", notation.name], ["title", notation.title], ["about", notation.about], ["weights", (py.truth(notation.out_in) ? "outputs in rows" : "inputs in rows")], ["first_layer", notation.first_layer], ["symbols", py.map_over(symbols.table(), ([name, symbol, shape, meaning]) => py.dict([["name", name], ["symbol", formula_json(symbol)], ["shape", shape], ["meaning", meaning]]))]]);
}
function _fold(trace, fold) {
  let kept, units;
  units = py.map_over(py.range(py.add(trace.L, 1)), (l) => (((fold === null) || ((kept = trace.values.kept(l, fold, KEPT)) === null)) ? null : py.list(kept)));
  return py.dict([["folded", py.any(py.map_over(units, (each) => (each !== null)))], ["limit", fold], ["kept", KEPT], ["units", units], ["about", `a layer wider than ${py.str(fold)} units is shown by the ${py.str(KEPT)} that matter most at this point: the largest inputs, then the largest |∂L/∂z|; norms, sums and checks are of the whole`]]);
}
const KINDS = py.tuple_of(Activation, Loss, Penalty, Optimizer, Schedule, Normalization, Initializer);
function step_document(given) {
  let asked, eta, names, net, penalty, rule, state, weights;
  net = _network(given, np.array(py.item(given, "parameters"), { dtype: py.float }));
  if ((given.get("statistics") !== null)) {
    py.setitem(net.statistics, py.ELLIPSIS, np.array(py.item(given, "statistics"), { dtype: py.float }));
  }
  [rule, eta, penalty] = py.tuple_of(find(Optimizer, py.item(given, "optimizer")), given.get("eta"), given.get("penalty"));
  [weights, state, names] = py.tuple_of(given.get("weights"), given.get("state"), given.get("classes"));
  asked = new Asked(net, np.array(py.item(given, "X"), { dtype: py.float }), np.array(py.item(given, "Y"), { dtype: py.float }), find(Loss, py.item(given, "loss")), rule, as_schedule(((eta === null) ? rule.rule.default_eta : eta)), given.get("t", 1), given.get("layout", "denominator"), given.get("notation", "mn"), ((penalty === null) ? null : find(Penalty, penalty)), ((weights === null) ? null : np.array(weights, { dtype: py.float })), py.dict(py.map_over(given.get("factors", py.dict([])).items(), ([l, M]) => [py.int(l), np.array(M, { dtype: py.float })])), given.get("normalized_by", "running"), ((state === null) ? null : py.dict(py.map_over(state.items(), ([name, array]) => [name, np.array(array, { dtype: py.float })]))), undefined, py.map_over(given.get("entries", py.tuple_of()), (each) => py.tuple(each)), py.map_over(given.get("biases", py.tuple_of()), (each) => py.tuple(each)), given.get("at", 0), given.get("check", true), ((names === null) ? null : py.tuple(names)), given.get("point"), given.get("seed"), undefined, given.get("note"));
  return as_document(step_of(asked), given.get("fold", 64));
}
function first_parameters(given) {
  let init, net, plain, seed;
  [init, seed] = py.tuple_of(given.get("init", "gaussian"), given.get("seed", 0));
  net = new Network(py.item(given, "widths"), py.item(given, "activations"), init, given.get("normalization"), seed);
  plain = m.tolist(net.parameters);
  return plain;
}
function catalogue() {
  return py.dict([["parts", py.dict(py.map_over(KINDS, (kind) => [kind.kind, py.map_over(py.item(CATALOGUE, kind.kind).values(), (each) => _part(each))]))], ["notations", py.map_over(NOTATIONS.values(), (each) => py.dict([["name", each.name], ["title", each.title], ["about", each.about]]))]]);
}
function _network(given, parameters) {
  let net;
  net = new Network(py.item(given, "widths"), py.item(given, "activations"), "zeros", given.get("normalization"));
  net.parameters = parameters;
  return net;
}
function _part(definition) {
  let part;
  part = py.call(definition, []);
  return py.dict([["name", part.name], ["text", py.str(part)], ["formula", py.dict([["plain", part.formula], ["latex", part.latex]])], ["derivative", py.dict([["plain", part.derivative], ["latex", part.latex_derivative]])], ["source", part.source], ["hypers", py.map_over(others.fields(part), (own) => _hyper(part, own), (own) => py.truth(own.metadata))]]);
}
function _hyper(part, own) {
  let about, default$, high, low, value;
  [value, about] = py.tuple_of(py.getattr(part, own.name), py.dict([["name", own.name], ["about", py.item(own.metadata, "about")]]));
  if (py.contains(own.metadata, "kind")) {
    return py.or(about, py.dict([["type", py.item(own.metadata, "kind").kind], ["default", py.str(value)]]));
  }
  [low, high] = py.tuple_of(number$json_values(py.item(own.metadata, "low")), number$json_values(py.item(own.metadata, "high")));
  default$ = (py.isinstance(value, py.tuple) ? py.list(value) : value);
  return py.or(about, py.dict([["type", py.str(own.type)], ["default", default$], ["low", low], ["high", high]]));
}

export { step_document as step_document, first_parameters as first_parameters, catalogue as catalogue };
