/** The script of a live page: what it computes, for those who load it beside the viewer. */

export * from "./step";
