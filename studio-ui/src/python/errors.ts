/** Python's exceptions. */

export class Exception extends Error {
  override toString(): string {
    return this.message;
  }
}
export class ValueError extends Exception {}
export class TypeError extends Exception {}
export class KeyError extends Exception {}
export class IndexError extends Exception {}
export class AttributeError extends Exception {}
export class NotImplementedError extends Exception {}
export class ArithmeticError extends Exception {}
export class OverflowError extends ArithmeticError {}
export class ZeroDivisionError extends ArithmeticError {}
export class RecursionError extends Exception {}
export class MemoryError extends Exception {}
export class SyntaxError extends Exception {}
export class SystemError extends Exception {}
