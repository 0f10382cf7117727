/** What is used of Temml: a formula's tree of MathML nodes. */
declare module "temml" {
  const temml: {
    __renderToMathMLTree(
      expression: string,
      options?: { displayMode?: boolean; throwOnError?: boolean; strict?: boolean },
    ): unknown;
  };
  export default temml;
}
