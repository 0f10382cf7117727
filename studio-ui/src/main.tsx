/** Puts the page together from the JSON that it carries. */
import { render } from "preact";
import { App } from "./App";
import "./style/index.css";
import { whole } from "./trace/page";

const carried = document.getElementById("carried");
const root = document.getElementById("app");
if (carried?.textContent && root) {
  root.textContent = "";
  render(<App carried={whole(JSON.parse(carried.textContent))} />, root);
}
