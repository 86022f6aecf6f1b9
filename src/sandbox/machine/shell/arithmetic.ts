/** An expression that the shell cannot compute. */
export class ArithmeticError extends Error {}

/**
 * The value of `$((…))`: whole numbers, variables, `+ - * / %` and parentheses.
 * @param variable gives a variable's text; empty counts as 0
 * @throws ArithmeticError
 */
export function evaluateArithmetic(expression: string, variable: (name: string) => string): bigint {
  const tokens = expression.match(/\d+|\$?[A-Za-z_]\w*|[-+*/%()]|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new ArithmeticError(`${expression.trim()}: syntax error in expression`);
  };
  const factor = (): bigint => {
    const token = tokens[at];
    at += 1;
    if (token === undefined) return fail();
    if (token === "-") return -factor();
    if (token === "+") return factor();
    if (token === "(") {
      const value = sum();
      if (tokens[at] !== ")") return fail();
      at += 1;
      return value;
    }
    const text = /^\d+$/.test(token) ? token : /^\$?[A-Za-z_]/.test(token) ? variable(token.replace("$", "")) : fail();
    if (!/^\s*-?\d{0,18}\s*$/.test(text)) return fail();
    return BigInt(text.trim() || "0");
  };
  const product = (): bigint => {
    let value = factor();
    for (let operator = tokens[at]; operator === "*" || operator === "/" || operator === "%"; operator = tokens[at]) {
      at += 1;
      const other = factor();
      if (operator !== "*" && other === 0n) throw new ArithmeticError(`${expression.trim()}: division by 0`);
      value = operator === "*" ? value * other : operator === "/" ? value / other : value % other;
    }
    return value;
  };
  const sum = (): bigint => {
    let value = product();
    for (let operator = tokens[at]; operator === "+" || operator === "-"; operator = tokens[at]) {
      at += 1;
      value = operator === "+" ? value + product() : value - product();
    }
    return value;
  };
  if (tokens.length === 0) return 0n;
  const value = sum();
  return at < tokens.length ? fail() : BigInt.asIntN(64, value);
}
