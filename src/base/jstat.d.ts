/** The part of jstat (special functions and distributions, MIT) that we use; the package ships no types. */
declare module "jstat" {
  interface Beta {
    inv(p: number, alpha: number, beta: number): number;
  }
  interface Normal {
    cdf(x: number, mean: number, sd: number): number;
    inv(p: number, mean: number, sd: number): number;
  }
  const jstat: {
    readonly jStat: {
      readonly beta: Beta;
      readonly normal: Normal;
      /** Regularised incomplete beta function I_x(a, b). */
      ibeta(x: number, a: number, b: number): number;
      gammaln(x: number): number;
    };
  };
  export default jstat;
}
