/** Puts the page together from the JSON that it carries. */
import { render } from "preact";
import { App } from "./App";
import "./style/index.css";
import { type Carried, Page } from "./trace/page";

const carried = document.getElementById("carried");
const root = document.getElementById("app");
if (carried?.textContent && root) {
  root.textContent = "";
  render(<App page={new Page(JSON.parse(carried.textContent) as Carried)} />, root);
}
